"""From a kept result to what the figures draw: where the sources were, and how far apart."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.figures.sphere import great_circle_km
from aurorax_dashboard.searches.footprints import (
    STANDS_FOR,
    TRACK_MARGIN,
    moving_sources,
    source_columns,
)
from aurorax_dashboard.searches.store import StoredResult

COLUMNS = {
    "nbtrace": ("nbtrace_lat", "nbtrace_lon"),
    "sbtrace": ("sbtrace_lat", "sbtrace_lon"),
    "geographic": ("lat", "lon"),
}
"""Columns of the ephemeris, latitude and longitude, that conjunctions of each type compare."""

_PLACE_COLUMNS = ["name", "label", "lat", "lon", "identifier", "source_type", "program"]


@dataclass(frozen=True, slots=True)
class Event:
    """One conjunction of a result."""

    n: int
    conjunction_type: str
    start: pd.Timestamp
    end: pd.Timestamp
    closest: pd.Timestamp
    """The minute of closest approach (of two half minutes, the minute they belong to)."""
    duration_min: int
    min_distance_km: float
    max_distance_km: float
    between: str
    sources: list[int]
    """Identifiers in block order."""


def event(result: ConjunctionResult, n: int) -> Event:
    """Return conjunction `n` of `result`."""
    row: Any = result.rows.loc[n]
    return Event(
        n=n,
        conjunction_type=str(row["conjunction_type"]),
        start=row["start"],
        end=row["end"],
        closest=row["closest_epoch"].floor("min"),
        duration_min=int(row["duration_min"]),
        min_distance_km=float(row["min_distance_km"]),
        max_distance_km=float(row["max_distance_km"]),
        between=str(row["between"]),
        sources=[int(row[name]) for name in source_columns(result.rows) if pd.notna(row[name])],
    )


def _placed(ephemeris: pd.DataFrame, conjunction_type: str) -> pd.DataFrame:
    """Return ``identifier, epoch, lat, lon`` with the positions that `conjunction_type` compares."""
    lat, lon = COLUMNS[conjunction_type]
    return pd.DataFrame(
        {
            "identifier": ephemeris["identifier"].astype("int64"),
            "epoch": ephemeris["epoch"],
            "lat": ephemeris[lat],
            "lon": ephemeris[lon],
        }
    )


def custom_locations(result: ConjunctionResult, query: ConjunctionQuery | None) -> pd.DataFrame:
    """Return where the custom locations of a result are: ``identifier, name, label, lat, lon``.

    Custom locations come as sources with negative identifiers. The archive names them by their
    coordinates; how the platform does is not known, so other names are matched by their order.
    """
    asked = [place for block in (query.adhoc if query else []) for place in block.locations]
    by_name = {f"{place.lat:g}, {place.lon:g}": place for place in asked}
    identifiers = sorted(result.sources.index[result.sources.index < 0], reverse=True)
    found = []
    for identifier, in_order in itertools.zip_longest(identifiers, asked[: len(identifiers)]):
        place = by_name.get(str(result.sources.loc[identifier, "platform"]), in_order)
        if place is not None:
            label = f"{place.lat:g}°, {place.lon:g}°".replace("-", "−")
            found.append((identifier, f"Custom location {label}", label, place.lat, place.lon))
    return pd.DataFrame(found, columns=["identifier", "name", "label", "lat", "lon"])


def nearest_in_time(records: pd.DataFrame, time: pd.Timestamp) -> pd.DataFrame:
    """Return the record of each source (``identifier, epoch``) that is nearest to `time`."""
    away = (records["epoch"] - time).abs()
    return records.loc[away.groupby(records["identifier"].astype("int64")).idxmin()]


def places(
    stored: StoredResult, query: ConjunctionQuery | None, conjunction_type: str, at: pd.Timestamp
) -> pd.DataFrame:
    """Return what stands still: ground instruments that took part, and the query's custom locations.

    Parameters
    ----------
    at
        When; their footprints wander over the years.
    """
    sources = stored.result.sources
    still = _placed(stored.footprints, conjunction_type)
    still = nearest_in_time(still[~still["identifier"].isin(moving_sources(stored.result))], at)
    found = still.join(sources, on="identifier").rename(columns={"display_name": "name"})
    found["label"] = found["name"].str.rsplit(" ", n=1).str[-1]
    own = custom_locations(stored.result, query).assign(source_type="adhoc", program="custom")
    frames = [frame[_PLACE_COLUMNS] for frame in (found, own) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else found[_PLACE_COLUMNS]


def closest_footprints(stored: StoredResult, conjunction_type: str) -> pd.DataFrame:
    """Return where each moving source was at the closest approach of each conjunction of one type.

    Conjunctions whose ephemeris was not fetched are left out.
    """
    rows = stored.result.rows
    rows = rows[rows["conjunction_type"] == conjunction_type]
    moving = moving_sources(stored.result)
    long = pd.concat(
        [
            pd.DataFrame(
                {
                    "n": rows.index,
                    "identifier": rows[column].astype("Int64"),
                    "epoch": rows["closest_epoch"].dt.floor("min"),
                    "min_distance_km": rows["min_distance_km"],
                }
            )
            for column in source_columns(rows)
        ]
    ).dropna(subset=["identifier"])
    long = long[long["identifier"].isin(moving)].astype({"identifier": "int64"})
    found = long.merge(
        _placed(stored.footprints, conjunction_type), on=["identifier", "epoch"], how="inner"
    )
    return found.join(_source_names(stored.result), on="identifier")


def _source_names(result: ConjunctionResult) -> pd.DataFrame:
    return result.sources[["display_name", "source_type", "program"]].rename(
        columns={"display_name": "name"}
    )


def around(
    result: ConjunctionResult,
    ephemeris: pd.DataFrame,
    n: int,
    query: ConjunctionQuery | None,
    span: tuple[pd.Timestamp, pd.Timestamp] | None = None,
) -> pd.DataFrame:
    """Return the positions of the sources of conjunction `n` from some minutes before to after it.

    Parameters
    ----------
    span
        First and last minute; five minutes more than the conjunction on either side if None.

    Returns
    -------
    DataFrame
        ``identifier, name, program, source_type, epoch, lat, lon, inside``: whether this minute is
        within the conjunction. What stands still, custom locations too, has one row.
    """
    one = event(result, n)
    placed = _placed(ephemeris, one.conjunction_type)
    placed = placed[placed["identifier"].isin(one.sources)]
    moving = placed["identifier"].isin(moving_sources(result))
    first, last = span or (one.start - TRACK_MARGIN, one.end + TRACK_MARGIN)
    near = placed["epoch"].between(first, last)
    still = nearest_in_time(placed[~moving], one.closest).assign(epoch=one.closest)
    found = pd.concat([still, placed[moving & near]]).sort_values(
        ["identifier", "epoch"], ignore_index=True
    )
    found["inside"] = found["epoch"].between(one.start.floor("min"), one.end)
    found = found.join(_source_names(result), on="identifier")
    own = custom_locations(result, query)
    own = own[own["identifier"].isin(one.sources)].assign(source_type="adhoc", program="custom")
    own = own.assign(epoch=one.closest, inside=True)[list(found.columns)]
    return pd.concat([found, own], ignore_index=True) if len(own) else found


def is_covered(result: ConjunctionResult, ephemeris: pd.DataFrame, n: int) -> bool:
    """Whether `ephemeris` tells where the sources of conjunction `n` were at its closest approach.

    What stands still and has no position at all is not waited for: it may have none.
    """
    one = event(result, n)
    own = ephemeris[ephemeris["identifier"].isin(one.sources)]
    away = (own["epoch"] - one.closest).abs().groupby(own["identifier"].astype("int64")).min()
    moving = set(one.sources) & moving_sources(result)
    still = away[~away.index.isin(moving)]
    there = away.reindex(sorted(moving)) == pd.Timedelta(0)
    return bool(there.all() and (still <= STANDS_FOR).all())


def pair_distances(positions: pd.DataFrame, order: Sequence[int]) -> pd.DataFrame:
    """Return the great-circle distance of each pair of sources, minute by minute.

    Parameters
    ----------
    positions
        As :func:`around` returns them.
    order
        Identifiers in block order, which names the pairs.

    Returns
    -------
    DataFrame
        Kilometres, indexed by epoch, a column a pair; NaN where one of them is nowhere.
    """
    moving = positions[positions.duplicated("identifier", keep=False)]
    epochs = pd.DatetimeIndex((moving if len(moving) else positions)["epoch"].unique()).sort_values()
    tracks = {}
    for identifier, one in positions.groupby("identifier"):
        track = one.set_index("epoch")[["lat", "lon"]]
        tracks[int(str(identifier))] = (
            track.reindex(epochs) if len(one) > 1 else _everywhere(track, epochs)
        )
    names = positions.drop_duplicates("identifier").set_index("identifier")["name"]
    columns = {
        f"{names[a]} – {names[b]}": great_circle_km(
            tracks[a]["lat"], tracks[a]["lon"], tracks[b]["lat"], tracks[b]["lon"]
        )
        for a, b in itertools.combinations([one for one in order if one in tracks], 2)
    }
    return pd.DataFrame(columns, index=epochs)


def _everywhere(track: pd.DataFrame, epochs: pd.DatetimeIndex) -> pd.DataFrame:
    lat, lon = track.iloc[0]
    return pd.DataFrame({"lat": lat, "lon": lon}, index=epochs)
