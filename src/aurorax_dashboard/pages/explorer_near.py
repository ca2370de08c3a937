"""What comes close to each other around one minute, as a list, and the search that each row begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    ConjunctionType,
    DataSource,
    GroundCriteria,
    SpaceCriteria,
)
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.text_table import Cell, TextTable
from aurorax_dashboard.figures.drawing import PAIR_SEPARATOR, count_text
from aurorax_dashboard.pages.explorer_asked import WITHIN
from aurorax_dashboard.queries.blocks import with_uniform_distance
from aurorax_dashboard.queries.names import source_name
from aurorax_dashboard.searches.scene import Scene, meetings, moves
from aurorax_dashboard.times import format_distance, format_time

MOST_ROWS = 100
"""Rows of the list; the file has all."""


def near(scene: Scene, sources: Mapping[int, DataSource], below_km: float) -> pd.DataFrame:
    """Return the meetings of known sources, as :func:`~.scene.meetings` does, with ``between``."""
    known = scene.of(list(sources))
    moving = [identifier for identifier, source in sources.items() if moves(source)]
    found = meetings(known, moving, below_km)
    names = [
        PAIR_SEPARATOR.join(source_name(sources[int(each)]) for each in pair)
        for pair in zip(found["one"], found["other"], strict=True)
    ]
    return found.assign(between=pd.Series(names, dtype=object))


def search_for(
    one: DataSource, other: DataSource, now: datetime, kind: ConjunctionType, below_km: float
) -> ConjunctionQuery:
    """Return the conjunction search of two sources around `now`."""
    ground = [GroundCriteria(**_names(each)) for each in (one, other) if not moves(each)]
    space = [SpaceCriteria(**_names(each)) for each in (one, other) if moves(each)]
    query = ConjunctionQuery(
        start=now - WITHIN,
        end=now + WITHIN,
        conjunction_types=[kind],
        ground=ground,
        space=space,
    )
    return with_uniform_distance(query, below_km)


def _names(source: DataSource) -> dict[str, Any]:
    fields = ("program", "platform", "instrument_type")
    return {f"{name}s": [getattr(source, name)] for name in fields if getattr(source, name)}


def near_list(
    found: pd.DataFrame,
    sources: Mapping[int, DataSource],
    now: datetime,
    kind: ConjunctionType,
    below_km: float,
) -> TextTable:
    """Return the list as a table; a row leads to its minute and to its search."""
    span = f"from {format_time(now - WITHIN)} to {format_time(now + WITHIN)[11:]} UTC"
    if found.empty:
        near = format_distance(below_km)
        return TextTable(f"Nothing that is shown comes closer than {near} to each other {span}.")
    shown = found.head(MOST_ROWS)
    all_of = f"The closest {len(shown)} of {len(found):,}" if len(shown) < len(found) else ""
    said = all_of or count_text(len(found), "pair")
    rows = [_row(row, sources, now, kind, below_km) for row in shown.itertuples(index=False)]
    return TextTable(f"{said} {span}. Imagers count while they have records.", _HEAD, rows)


_HEAD = ["Between", "Closest", "At (UTC)", "Below the distance", "Search"]


def _row(
    row: Any, sources: Mapping[int, DataSource], now: datetime, kind: ConjunctionType, below_km: float
) -> list[Cell]:
    query = search_for(sources[row.one], sources[row.other], now, kind, below_km)
    when, first, last = (
        format_time(moment.to_pydatetime()) for moment in (row.closest, row.first, row.last)
    )
    return [
        row.between,
        format_distance(row.min_km),
        {"text": when[11:], "jump": when, "one": int(row.one), "other": int(row.other)},
        f"{first[11:]} – {last[11:]}" if first != last else first[11:],
        {"text": "Search", "href": addresses.search(query), "title": f"Search for {row.between}"},
    ]
