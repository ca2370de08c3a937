"""One conjunction with all that is known around it, as its figures, its player and its file need it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aurorax_dashboard.api.frames import METADATA_PREFIX
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.components import addresses
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.event_map import event_map
from aurorax_dashboard.figures.event_series import Picture, Sky, event_series
from aurorax_dashboard.figures.map_view import MapView, close_up, view_for
from aurorax_dashboard.figures.series import Row, field_panels
from aurorax_dashboard.pages.conjunction_asked import time_of
from aurorax_dashboard.pages.conjunction_views import MOST_FIELDS
from aurorax_dashboard.pages.keograms_rows import shows
from aurorax_dashboard.queries.nights import Product
from aurorax_dashboard.searches import positions, surroundings
from aurorax_dashboard.searches.ephemeris import EphemerisResult
from aurorax_dashboard.searches.ephemeris_fields import Field, fields_of, with_fields
from aurorax_dashboard.searches.footprints import moving_sources
from aurorax_dashboard.searches.positions import Event
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.searches.surroundings import Span, Surroundings
from aurorax_dashboard.times import format_distance, format_time
from aurorax_dashboard.web.image_hosts import ImageHosts

Frames = dict[str, Any]
"""What :func:`frames` returns."""

_CLOSE_KM = 1_500.0
_CLASSES = 2
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """One conjunction and the minutes around it."""

    event: Event
    span: Span
    around: pd.DataFrame
    """Positions as ``positions.around`` returns them."""
    distances: pd.DataFrame
    """Kilometres by minute and pair, as ``positions.pair_distances`` returns them."""
    limits: dict[str, float]
    """Largest distance (km) that was asked for, by pair as in `distances`."""
    ephemeris: EphemerisResult
    moving: frozenset[int]

    @property
    def tracks(self) -> pd.DataFrame:
        """The positions of what moves."""
        return self.around[self.around["identifier"].isin(self.moving)]

    @property
    def places(self) -> pd.DataFrame:
        """Where what stands still is, once each."""
        still = self.around[~self.around["identifier"].isin(self.moving)]
        still = still.drop_duplicates("identifier").dropna(subset=["lat", "lon"])
        label = still["name"].astype(str).str.rsplit(" ", n=1).str[-1]
        own = still["source_type"] == "adhoc"
        return still.assign(label=label.where(~own, "here"))

    @property
    def names(self) -> dict[int, str]:
        """Names of the sources that have positions, in block order."""
        names = self.around.drop_duplicates("identifier").set_index("identifier")["name"]
        return {each: str(names[each]) for each in self.event.sources if each in names.index}

    @property
    def short_names(self) -> dict[int, str]:
        """Short names of the data sources among them: a site's alone where that tells which it is."""
        last = {
            one: name.rsplit(" ", 1)[-1] for one, name in self.names.items() if one not in self.moving
        }
        own = Counter(last.values())
        return {
            one: last[one] if one in last and own[last[one]] == 1 else name
            for one, name in self.names.items()
            if one >= 0
        }

    def time(self, minute: int) -> pd.Timestamp:
        """Return the time of a minute counted from the closest approach."""
        return time_of(minute, self.event)


def scene_of(
    stored: StoredResult,
    query: ConjunctionQuery | None,
    n: int,
    known: Surroundings,
    span: Span,
) -> Scene:
    """Return conjunction `n` with what is `known` around it."""
    event = positions.event(stored.result, n)
    around = positions.around(stored.result, known.records, n, query, span)
    pairs = surroundings.pairs_of(around, event)
    limits = surroundings.limits_of(query, event)
    distances = positions.pair_distances(around, event.sources)
    return Scene(
        event=event,
        span=span,
        around=around,
        distances=distances.reindex(surroundings.minutes_of(span)),
        limits={name: limits[pair] for name, pair in pairs.items() if pair in limits},
        ephemeris=EphemerisResult(stored.finished, known.records, dict(known.sources)),
        moving=frozenset(moving_sources(stored.result) & set(event.sources)),
    )


# ---- minute by minute ------------------------------------------------------------------------------


def nearest_pairs(scene: Scene) -> list[tuple[str, float] | None]:
    """Return for each minute the pair that is nearest, of those with a limit, and its distance in km."""
    considered = scene.distances[list(scene.limits) or list(scene.distances.columns)]
    found: list[tuple[str, float] | None] = []
    for row in considered.to_numpy(dtype=float):
        known = np.isfinite(row)
        place = int(np.nanargmin(row)) if known.any() else 0
        found.append((str(considered.columns[place]), float(row[place])) if known.any() else None)
    return found


def frames(scene: Scene, drawn: int) -> Frames:
    """Return what the browser needs to show each minute.

    Parameters
    ----------
    drawn
        The minute at which the figures stand already, counted from the closest approach.

    Returns
    -------
    dict
        ``first`` and ``drawn`` (minutes from the closest approach), ``times``, ``said`` (a sentence),
        ``lat`` and ``lon`` of each moving source, ``ends`` (lat, lon, lat, lon of the nearest pair) and
        ``km`` (their distance, written out); a list entry for each minute, None where unknown.
    """
    minutes = surroundings.minutes_of(scene.span)
    where = _by_minute(scene, minutes)
    pairs = surroundings.pairs_of(scene.around, scene.event)
    nearest = nearest_pairs(scene)
    order = scene.tracks.drop_duplicates("identifier")["identifier"].tolist()
    ends, km = [], []
    for place, pair in enumerate(nearest):
        one, other = pairs[pair[0]] if pair else (0, 0)
        ends.append([*where[one][place], *where[other][place]] if pair else None)
        km.append(format_distance(pair[1]) if pair else None)
    times = [format_time(minute) for minute in minutes]
    return {
        "first": int((scene.span[0] - scene.event.closest) / pd.Timedelta(minutes=1)),
        "drawn": drawn,
        "times": times,
        "said": [
            f"{time} UTC, {far} apart" if far else f"{time} UTC"
            for time, far in zip(times, km, strict=True)
        ],
        "lat": [[_known(lat) for lat, _ in where[each]] for each in order],
        "lon": [[_known(lon) for _, lon in where[each]] for each in order],
        "ends": ends,
        "km": km,
    }


def _known(angle: float) -> float | None:
    return angle if np.isfinite(angle) else None


def _by_minute(scene: Scene, minutes: pd.DatetimeIndex) -> dict[int, list[tuple[float, float]]]:
    """Return where each source is at each minute."""
    found = {}
    for identifier, own in scene.around.groupby("identifier"):
        number = int(str(identifier))
        track = own.set_index("epoch")[["lat", "lon"]].round(_DIGITS)
        if number in scene.moving:
            found[number] = list(track.reindex(minutes).itertuples(index=False, name=None))
        else:
            found[number] = [tuple(track.iloc[0])] * len(minutes)
    return found


# ---- drawn -----------------------------------------------------------------------------------------


def draw_map(scene: Scene, shown: Frames, view: str, minute: int, dark: bool) -> Drawing:
    """Return the map at a minute of :func:`frames`."""
    at = scene.time(minute)
    place = int((at - scene.span[0]) / pd.Timedelta(minutes=1))
    ends = shown["ends"][place]
    apart = None
    if ends:
        pair = nearest_pairs(scene)[place]
        places = pd.DataFrame({"lat": [ends[0], ends[2]], "lon": [ends[1], ends[3]]})
        apart = (places, pair[1]) if pair else None
    return event_map(
        scene.tracks,
        scene.places,
        view=_view(scene, view),
        conjunction_type=scene.event.conjunction_type,
        at=at,
        apart=apart,
        names=list(scene.names.values()),
        limit_km=max(scene.limits.values(), default=None),
        dark=dark,
    )


def _view(scene: Scene, view: str) -> MapView:
    there = scene.around[scene.around["epoch"] == scene.event.closest].dropna(subset=["lat", "lon"])
    if view == "near" and len(there):
        return close_up(float(there["lat"].iloc[0]), float(there["lon"].iloc[0]), _CLOSE_KM)
    return view_for(there["lat"], there["lon"])


def fields_shown(scene: Scene, wanted: Sequence[str] | None) -> tuple[list[Field], list[Field]]:
    """Return the fields that can be drawn, and those that are: what is `wanted`, else a choice of ours."""
    possible = [field for field in fields_of(scene.ephemeris) if field.kind != "text"]
    by_name = {field.name: field for field in possible}
    chosen = [by_name[name] for name in wanted or () if name in by_name][:MOST_FIELDS]
    if chosen:
        return possible, chosen
    compared = positions.COLUMNS[scene.event.conjunction_type]
    usual = [by_name[name] for name in compared if name in by_name]
    return possible, (usual + _classes(scene, possible))[:MOST_FIELDS]


def _classes(scene: Scene, fields: Sequence[Field]) -> list[Field]:
    """Return the first classes of each source, but for regions of the footprint that is not compared."""
    records = scene.ephemeris.records
    other = {"nbtrace": "sbtrace", "sbtrace": "nbtrace"}.get(scene.event.conjunction_type)
    found: dict[str, Field] = {}
    for identifier in scene.event.sources:
        own = records[records["identifier"] == identifier]
        classes = [
            field
            for field in fields
            if field.kind == "class"
            and own[field.name].notna().any()
            and not (other and field.name.startswith(f"{METADATA_PREFIX}{other}"))
        ]
        found |= {field.name: field for field in classes[:_CLASSES]}
    return list(found.values())


def draw_series(
    scene: Scene, skies: Sequence[Sky], fields: Sequence[Field], minute: int, dark: bool
) -> Drawing:
    """Return distances, keograms and `fields` against time."""
    rows = [
        Row(
            column=field.name,
            label=field.label,
            kind="number" if field.kind == "number" else "class",
            circle=field.circle,
            whole=field.whole,
        )
        for field in fields
    ]
    records = with_fields(scene.ephemeris, fields)
    return event_series(
        scene.distances,
        scene.limits,
        skies,
        field_panels(records, scene.short_names, rows, scene.span, dark),
        span=scene.span,
        conjunction=(scene.event.start, scene.event.end),
        at=scene.time(minute),
        dark=dark,
    )


def read_table(scene: Scene, fields: Sequence[Field]) -> pd.DataFrame:
    """Return what the time series show, to be read: a row a minute, a column for each pair, field and source."""
    minutes = surroundings.minutes_of(scene.span)
    columns: dict[str, Any] = {"Time (UTC)": minutes.strftime("%Y-%m-%d %H:%M")}
    for pair in scene.distances.columns:
        columns[f"{pair}, km"] = [_figure(km, "{:,.1f}") for km in scene.distances[pair]]
    drawn = with_fields(scene.ephemeris, fields)
    for identifier, name in scene.names.items():
        own = drawn[drawn["identifier"] == identifier].set_index("epoch").reindex(minutes)
        for field in fields:
            if own[field.name].notna().any():
                columns[f"{name}: {field.label}"] = [_figure(one, "{:,.6g}") for one in own[field.name]]
    return pd.DataFrame(columns)


def _figure(value: Any, form: str) -> str:
    if pd.isna(value):
        return ""
    return form.format(value) if isinstance(value, int | float | np.number) else str(value)


def sky_of(
    name: str, products: Sequence[Product] | None, lack: str, span: Span, hosts: ImageHosts
) -> Sky:
    """Return the keograms of an imager over some minutes.

    Parameters
    ----------
    products
        All keograms of these days; None where they are not known.
    lack
        Why they are not known.
    hosts
        From where pictures may be shown.
    """
    if products is None:
        return Sky(name, (), lack)
    chosen = surroundings.keograms_within(products, span)
    shown = [product for product in chosen if shows(hosts, product.url)]
    pictures = [Picture(addresses.image(each.url), each.start, each.stop) for each in shown]
    if chosen and not shown:
        return Sky(name, (), "The keogram is elsewhere: open the night")
    return Sky(name, pictures, "No keogram of these minutes")
