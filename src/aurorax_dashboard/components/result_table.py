"""The table of conjunctions: the server sorts, the browser shows a window of the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import dash_ag_grid as dag
import pandas as pd

from aurorax_dashboard.components.cards import ROW_PX, card_column, height
from aurorax_dashboard.components.table_state import arranged
from aurorax_dashboard.queries.names import conjunction_type_name
from aurorax_dashboard.searches.judgements import Judgement
from aurorax_dashboard.times import format_time, km_figure

_BLOCK_ROWS = 200
_MOST_ROWS = 1000
"""Rows that one request gets at most, whatever it asks for."""
_SHOWN_ROWS = 12

COLUMNS: list[dict[str, Any]] = [
    {
        "field": "marks",
        "headerName": "★",
        "headerTooltip": "Star and labels of the group",
        "tooltipField": "marks",
        "sortable": False,
        "width": 64,
    },
    {
        "field": "page",
        "headerName": "Page",
        "headerTooltip": "Map, keograms and all that is known around this conjunction",
        "cellRenderer": "PageLink",
        "sortable": False,
        "width": 70,
    },
    {
        "field": "start",
        "headerName": "Start (UTC)",
        "headerTooltip": "First minute within the limits",
        "width": 155,
    },
    {
        "field": "end",
        "headerName": "End (UTC)",
        "headerTooltip": "Last minute within the limits",
        "width": 155,
    },
    {
        "field": "duration_min",
        "headerName": "Duration (min)",
        "headerTooltip": "Minutes within the limits, first and last included",
        "type": "rightAligned",
        "width": 138,
    },
    {
        "field": "min_distance_km",
        "headerName": "Closest (km)",
        "headerTooltip": "Smallest great-circle distance of any pair during the conjunction",
        "type": "rightAligned",
        "width": 124,
    },
    {
        "field": "max_distance_km",
        "headerName": "Farthest (km)",
        "headerTooltip": "Largest great-circle distance of any limited pair during the conjunction",
        "type": "rightAligned",
        "width": 132,
    },
    {
        "field": "closest_epoch",
        "headerName": "Closest at (UTC)",
        "headerTooltip": "When the smallest distance was reached",
        "width": 156,
    },
    {
        "field": "between",
        "headerName": "Between",
        "headerTooltip": "One source of each block",
        "flex": 1,
        "minWidth": 220,
    },
    {
        "field": "conjunction_type",
        "headerName": "Compared by",
        "headerTooltip": "Which positions came close",
        "width": 165,
    },
    card_column(
        "between",
        "page",
        (
            "{start} UTC, {duration_min} min",
            "closest {min_distance_km} km at {closest_epoch}",
            "farthest {max_distance_km} km, {conjunction_type}",
        ),
        {
            "As found, in order of time": "",
            "Latest first": "start desc",
            "Closest first": "min_distance_km asc",
            "Longest first": "duration_min desc",
        },
        marks="marks",
    ),
]
_SORTABLE = {column["field"] for column in COLUMNS if column.get("sortable", True)}


def table(name: str, count: int, sort: str | None = None, hide: str | None = None) -> dag.AgGrid:
    """Return the grid for `count` rows, empty: it asks for them once it is shown.

    Parameters
    ----------
    sort, hide
        How it stands (``components.table_state``).
    """
    return dag.AgGrid(
        id=name,
        columnDefs=arranged(COLUMNS, sort, hide),
        defaultColDef={"sortable": True, "resizable": True, "filter": False},
        rowModelType="infinite",
        getRowId="params.data.n",
        dashGridOptions={
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "rowHeight": ROW_PX,
            "cacheBlockSize": _BLOCK_ROWS,
            "maxBlocksInCache": 20,
            "maxConcurrentDatasourceRequests": 1,  # of two, Dash would answer the last alone
            "tooltipShowDelay": 300,
            "animateRows": False,
            "suppressCellFocus": True,  # Tab would stop at every cell; Previous and Next take its place
        },
        className="ax-table ax-table--cards",
        style=height(min(count, _SHOWN_ROWS)),
    )


def order(rows: pd.DataFrame, request: Mapping[str, Any] | None) -> pd.DataFrame:
    """Return `rows` in the order that the grid's `request` asks for; ties keep their order in time."""
    wanted = [
        (entry["colId"], entry.get("sort") != "desc")
        for entry in (request or {}).get("sortModel") or []
        if entry.get("colId") in _SORTABLE
    ]
    if not wanted:
        return rows
    columns, ascending = zip(*wanted, strict=True)
    return rows.sort_values(list(columns), ascending=list(ascending), kind="stable")


def neighbour(rows: pd.DataFrame, request: Mapping[str, Any] | None, n: int, step: int) -> int | None:
    """Return the number of the row `step` places after row `n` as the table stands; None past its ends."""
    ordered = order(rows, request).index.tolist()
    if n not in ordered:
        return None
    place = ordered.index(n) + step
    return int(ordered[place]) if 0 <= place < len(ordered) else None


def window(
    rows: pd.DataFrame,
    request: Mapping[str, Any],
    judgements: Mapping[int, Judgement],
    address: Callable[[int], str],
) -> dict[str, Any]:
    """Return the rows that the grid asks for, written as it shows them.

    Parameters
    ----------
    address
        Returns the address of the page of a conjunction.
    """
    first = max(int(request.get("startRow") or 0), 0)
    last = min(int(request.get("endRow") or first + _BLOCK_ROWS), first + _MOST_ROWS)
    shown = order(rows, request).iloc[first : max(last, 0)]
    written = {
        "n": map(str, shown.index),
        "marks": [_marks(judgements.get(int(number))) for number in shown.index],
        "page": [{"text": "Open", "href": address(int(number))} for number in shown.index],
        **{column: map(write, shown[column]) for column, write in _WRITTEN.items()},
    }
    return {
        "rowData": [
            dict(zip(written, row, strict=True)) for row in zip(*written.values(), strict=True)
        ],
        "rowCount": len(rows),
    }


def _marks(judgement: Judgement | None) -> str:
    """Return the star and the labels of a conjunction, for a narrow column."""
    if judgement is None:
        return ""
    return " ".join(["★"] * judgement.starred + judgement.labels + ["…"] * bool(judgement.comments))


def _epoch(time: pd.Timestamp) -> str:
    """Return an epoch; with seconds where there are any, as half minutes have."""
    return format_time(time, seconds=bool(time.second))


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "start": _epoch,
    "end": _epoch,
    "duration_min": "{:,}".format,
    "min_distance_km": km_figure,
    "max_distance_km": km_figure,
    "closest_epoch": _epoch,
    "between": str,
    "conjunction_type": conjunction_type_name,
}
"""How the values of each column are written."""
