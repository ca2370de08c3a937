"""Where the sources were around each conjunction: the result itself has no positions.

A conjunction comes as times and distances. To draw it, the ephemeris of its sources is asked for,
some minutes before and after. Every event costs one small question for each of its sources, so only
some close events are asked for at once, and neighbouring questions to one source are joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.frames import empty_ephemeris
from aurorax_dashboard.api.models import EphemerisCriteria, EphemerisQuery
from aurorax_dashboard.api.results import ConjunctionResult

TRACK_MARGIN = pd.Timedelta(minutes=5)
"""How much of a track is shown before and after its event."""

_JOIN_GAP = pd.Timedelta(minutes=30)
"""Windows of one source this close are asked for as one: records cost less than questions."""

_AT_ONCE = 6

STANDS_FOR = pd.Timedelta(days=30)
"""How far in time a position of what stands still may be used: the footprint of a station in the other
hemisphere wanders by some 20 km a year, as the Earth's field does."""

_STANDING = ("ground", "event_list", "not_applicable")
"""Source types that stay where they are; custom locations do too."""


@dataclass(frozen=True, slots=True)
class Window:
    """A period of one source."""

    identifier: int
    start: pd.Timestamp
    end: pd.Timestamp


def source_columns(rows: pd.DataFrame) -> list[str]:
    """Return the columns of a result's `rows` that hold source identifiers, in block order."""
    return [name for name in rows.columns if name.startswith("source_")]


def moving_sources(result: ConjunctionResult) -> set[int]:
    """Return the identifiers of the sources of `result` that move."""
    sources = result.sources
    return set(sources.index[(sources.index >= 0) & ~sources["source_type"].isin(_STANDING)])


def plan_windows(result: ConjunctionResult, events: Sequence[int]) -> list[Window]:
    """Return the periods of each source that show the chosen `events`, neighbours joined.

    A ground instrument stands still: one minute of it is enough for :data:`STANDS_FOR`. Custom locations,
    which have negative identifiers, have no ephemeris: the query says where they are.
    """
    rows = result.rows.loc[list(events)]
    moving = moving_sources(result)
    windows: list[Window] = []
    for column in source_columns(rows):
        for identifier, mine in rows.sort_values("start").groupby(column):
            number = int(str(identifier))
            if number in moving:
                windows += _joined(number, mine)
            elif number >= 0:
                windows += _minutes(number, mine["closest_epoch"])
    return windows


def _minutes(identifier: int, epochs: pd.Series[Any]) -> list[Window]:
    """Return single minutes of what stands still, such that each of the `epochs` has one near enough."""
    windows: list[Window] = []
    for epoch in epochs.dropna().sort_values().dt.floor("min"):
        if not windows or epoch - windows[-1].start > STANDS_FOR:
            windows.append(Window(identifier, epoch, epoch))
    return windows


def _joined(identifier: int, rows: pd.DataFrame) -> list[Window]:
    windows: list[Window] = []
    for start, end in zip(rows["start"] - TRACK_MARGIN, rows["end"] + TRACK_MARGIN, strict=True):
        if windows and start - windows[-1].end <= _JOIN_GAP:
            last = windows.pop()
            windows.append(Window(identifier, last.start, max(last.end, end)))
        else:
            windows.append(Window(identifier, start, end))
    return windows


def fetch_footprints(
    client: AuroraXClient,
    result: ConjunctionResult,
    *,
    max_events: int,
) -> pd.DataFrame:
    """Return the ephemeris around `max_events` conjunctions of `result`: the closest of each pair, in turns.

    So a map has something of every pair and type that one may look for. Of what stands still there is a
    position even if it has no part in these.

    Returns
    -------
    DataFrame
        As ``api.frames`` describes ephemeris, one row a source and minute.

    Raises
    ------
    AuroraXError
        If a question fails for good.
    """
    windows = plan_windows(result, _closest_in_turns(result.rows, max_events))
    return fetch_windows(client, result, windows + _others(result, windows))


def _closest_in_turns(rows: pd.DataFrame, most: int) -> list[int]:
    """Return the numbers of conjunctions: the closest of each pair and type, then their next closest, and so on."""
    km = rows["min_distance_km"]
    turn = km.groupby([rows["between"], rows["conjunction_type"]], observed=True).rank("first")
    order = np.lexsort((km.to_numpy(dtype=float), turn.to_numpy(dtype=float)))
    return [int(n) for n in rows.index[order[:most]]]


def _others(result: ConjunctionResult, windows: Sequence[Window]) -> list[Window]:
    """Return a minute of each source that stands still and has none of the `windows`."""
    known = moving_sources(result) | {window.identifier for window in windows}
    found = []
    for column in source_columns(result.rows):
        for identifier, epoch in result.rows.groupby(column)["closest_epoch"].first().items():
            number = int(str(identifier))
            if number >= 0 and number not in known and pd.notna(epoch):
                found.append(Window(number, epoch.floor("min"), epoch.floor("min")))
                known.add(number)
    return found


def fetch_windows(
    client: AuroraXClient,
    result: ConjunctionResult,
    windows: Sequence[Window],
    *,
    metadata: bool = False,
) -> pd.DataFrame:
    """Ask for each of the `windows`, several at once, and return all their ephemeris.

    Without `metadata` it is positions only.
    """
    if not windows:
        return empty_ephemeris()
    criteria = _criteria(result)
    queries = [
        EphemerisQuery(
            data_sources=criteria[window.identifier],
            start=window.start.to_pydatetime(),
            end=window.end.to_pydatetime(),
        )
        for window in windows
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        questions = [pool.submit(client.ephemeris_synchronous, query) for query in queries]
        try:
            frames = [question.result() for question in questions]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if not metadata:
        last = empty_ephemeris().columns[-1]
        frames = [frame.loc[:, :last] for frame in frames]  # metadata stand behind the positions
    whole = pd.concat(frames, ignore_index=True)
    return whole.drop_duplicates(["identifier", "epoch"]).sort_values(
        ["identifier", "epoch"], ignore_index=True
    )


def _criteria(result: ConjunctionResult) -> dict[int, EphemerisCriteria]:
    """Return what each source of `result` is asked for by."""
    names = result.sources[["program", "platform", "instrument_type"]]
    return {
        identifier: EphemerisCriteria(programs=[program], platforms=[platform], instrument_types=[kind])
        for identifier, program, platform, kind in names.itertuples()
    }
