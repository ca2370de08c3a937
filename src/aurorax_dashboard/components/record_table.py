"""The table of ephemeris records: the server sorts, the browser shows a window of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurorax_dashboard.components.cards import ROW_PX, height
from aurorax_dashboard.searches.ephemeris_fields import Field

_BLOCK_ROWS = 200
_MOST_ROWS = 1_000
"""Rows that one request gets at most, whatever it asks for."""
_SHOWN_ROWS = 12

SOURCE = "source"
EPOCH = "epoch"


def column_key(field: Field) -> str:
    """Return the grid's name of a field's column; a dot would mean a field within a field."""
    return field.name.replace(".", ":")


def table(name: str, fields: Sequence[Field], count: int) -> dag.AgGrid:
    """Return the grid for `count` records, empty: it asks for them once it is shown."""
    columns = [
        {"field": SOURCE, "headerName": "Source", "width": 150, "pinned": "left"},
        {"field": EPOCH, "headerName": "Time (UTC)", "width": 160},
        *(_column(field) for field in fields),
    ]
    return dag.AgGrid(
        id=name,
        columnDefs=columns,
        defaultColDef={"sortable": True, "resizable": True, "filter": False},
        rowModelType="infinite",
        dashGridOptions={
            "rowHeight": ROW_PX,
            "cacheBlockSize": _BLOCK_ROWS,
            "maxBlocksInCache": 20,
            "maxConcurrentDatasourceRequests": 1,  # of two, Dash would answer the last alone
            "tooltipShowDelay": 300,
            "animateRows": False,
            "suppressCellFocus": True,
        },
        className="ax-table",
        style=height(min(max(count, 3), _SHOWN_ROWS)),
    )


def _column(field: Field) -> dict[str, Any]:
    column: dict[str, Any] = {
        "field": column_key(field),
        "headerName": field.label,
        "headerTooltip": field.description or field.label,
        "width": max(110, 30 + 8 * len(field.label)),
    }
    return column | ({"type": "rightAligned"} if field.kind == "number" else {})


def window(
    records: pd.DataFrame,
    fields: Sequence[Field],
    names: Mapping[int, str],
    request: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the rows that the grid asks for, written as it shows them.

    Parameters
    ----------
    records
        ``identifier``, ``epoch`` and a column for each of `fields`.
    names
        Name of each source.
    """
    first = max(int(request.get("startRow") or 0), 0)
    last = min(int(request.get("endRow") or first + _BLOCK_ROWS), first + _MOST_ROWS)
    order = _order(records, fields, names, request.get("sortModel") or [])
    shown = records.iloc[order[first : max(last, 0)]]
    written = {
        SOURCE: [names.get(int(each), str(each)) for each in shown["identifier"]],
        EPOCH: shown["epoch"].dt.strftime("%Y-%m-%d %H:%M").tolist(),
        **{column_key(field): _written(shown[field.name], field) for field in fields},
    }
    rows = [dict(zip(written, row, strict=True)) for row in zip(*written.values(), strict=True)]
    return {"rowData": rows, "rowCount": len(records)}


def _order(
    records: pd.DataFrame,
    fields: Sequence[Field],
    names: Mapping[int, str],
    model: Sequence[Mapping[str, Any]],
) -> NDArray[np.intp]:
    """Return the places of the records in the order asked for; ties stay by source and time."""
    columns = {column_key(field): field.name for field in fields} | {EPOCH: EPOCH}
    order = np.arange(len(records))
    for entry in reversed(model):
        key = entry.get("colId")
        if key == SOURCE:
            rank = {one: place for place, one in enumerate(sorted(names, key=lambda one: names[one]))}
            values = records["identifier"].map(rank)
        elif key in columns:
            values = records[columns[key]]
        else:
            continue
        chosen = values.iloc[order].reset_index(drop=True)
        ascending = entry.get("sort") != "desc"
        placed = chosen.sort_values(ascending=ascending, kind="stable", na_position="last")
        order = order[placed.index.to_numpy()]
    return order


def _written(values: pd.Series, field: Field) -> list[str]:
    if field.kind == "number" and not field.whole:
        return ["" if pd.isna(value) else f"{value:,.3f}" for value in values]
    if pd.api.types.is_bool_dtype(values.dtype):
        return ["" if pd.isna(value) else "true" if value else "false" for value in values]
    return ["" if pd.isna(value) else str(value) for value in values]
