"""The table of conjunctions: the server sorts, the browser shows a window of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
import pandas as pd

from aurorax_dashboard.times import format_time

_BLOCK_ROWS = 200
_SHOWN_ROWS = 12
_ROW_PX = 34
_HEADER_PX = 46

_TYPE_NAMES = {"nbtrace": "north B-trace", "sbtrace": "south B-trace", "geographic": "geographic"}

_COLUMNS: list[dict[str, Any]] = [
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
        "width": 130,
    },
    {
        "field": "min_distance_km",
        "headerName": "Closest (km)",
        "headerTooltip": "Smallest great-circle distance of any pair during the conjunction",
        "type": "rightAligned",
        "width": 125,
    },
    {
        "field": "max_distance_km",
        "headerName": "Farthest (km)",
        "headerTooltip": "Largest great-circle distance of any limited pair during the conjunction",
        "type": "rightAligned",
        "width": 130,
    },
    {
        "field": "closest_epoch",
        "headerName": "Closest at (UTC)",
        "headerTooltip": "When the smallest distance was reached",
        "width": 155,
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
        "width": 140,
    },
]
_SORTABLE = {column["field"] for column in _COLUMNS}


def table(name: str, count: int) -> dag.AgGrid:
    """Return the grid for `count` rows, empty: it asks for them once it is shown."""
    return dag.AgGrid(
        id=name,
        columnDefs=_COLUMNS,
        defaultColDef={"sortable": True, "resizable": True, "filter": False},
        rowModelType="infinite",
        getRowId="params.data.n",
        dashGridOptions={
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "rowHeight": _ROW_PX,
            "cacheBlockSize": _BLOCK_ROWS,
            "maxBlocksInCache": 20,
            "tooltipShowDelay": 300,
            "animateRows": False,
        },
        className="ax-table",
        style={"height": f"{_HEADER_PX + _ROW_PX * min(count, _SHOWN_ROWS)}px"},
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


def window(rows: pd.DataFrame, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows that the grid asks for, written as it shows them."""
    first, last = int(request.get("startRow") or 0), int(request.get("endRow") or _BLOCK_ROWS)
    shown = order(rows, request).iloc[max(first, 0) : max(last, 0)]
    return {
        "rowData": [_written(int(str(n)), row) for n, row in shown.iterrows()],
        "rowCount": len(rows),
    }


def _written(n: int, row: pd.Series) -> dict[str, Any]:
    return {
        "n": str(n),
        **{name: _epoch(row[name]) for name in ("start", "end", "closest_epoch")},
        "duration_min": f"{row['duration_min']:,}",
        "min_distance_km": km_figure(row["min_distance_km"]),
        "max_distance_km": km_figure(row["max_distance_km"]),
        "between": row["between"],
        "conjunction_type": _TYPE_NAMES.get(row["conjunction_type"], row["conjunction_type"]),
    }


def _epoch(time: pd.Timestamp) -> str:
    """Return an epoch; with seconds where there are any, as half minutes have."""
    return format_time(time, seconds=bool(time.second))


def km_figure(km: float) -> str:
    """Return kilometres as a column of figures shows them: one decimal under 10 km."""
    return f"{km:.1f}" if km < 10 else f"{km:,.0f}"
