"""How a table stands in the address: its order and the columns that are not shown.

``sort=-min_distance_km,start``, a hyphen for the largest first, and ``hide=end,closest_epoch``. The
browser's side of it is ``cards.js``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, State

SORT = "sort"
"""Parameter of an address: the columns that a table is sorted by."""
HIDE = "hide"
"""Parameter of an address: the columns that are not shown."""


def arranged(
    columns: Sequence[dict[str, Any]], sort: str | None, hide: str | None = None
) -> list[dict[str, Any]]:
    """Return the `columns` of a grid as an address asks for them; names that no column has are passed over."""
    wanted = [(part.removeprefix("-"), part.startswith("-")) for part in _names(sort)]
    places: dict[str | None, tuple[int, bool]] = {
        name: (place, largest) for place, (name, largest) in enumerate(wanted)
    }
    hidden = hidden_of(columns, hide)
    found = []
    for column in columns:
        place, largest = places.get(column.get("field"), (None, False))
        more: dict[str, Any] = {"hide": True} if column.get("field") in hidden else {}
        if place is not None and column.get("sortable", True):
            more |= {"sort": "desc" if largest else "asc", "sortIndex": place}
        found.append({**column, **more} if more else column)
    return found


def hidden_of(columns: Sequence[dict[str, Any]], hide: str | None) -> list[str]:
    """Return the names of the columns that `hide` names; none if it names them all."""
    known = [column["field"] for column in columns if "field" in column]
    hidden = [name for name in known if name in _names(hide)]
    return hidden if len(hidden) < len(known) else []


def _names(text: str | None) -> list[str]:
    return [part for part in (text or "").split(",") if part]


def columns_menu(name: str, columns: Sequence[dict[str, Any]], hide: str | None) -> dbc.DropdownMenu:
    """Return the menu in which one chooses the columns of a table; its list has the id `name`."""
    hidden = hidden_of(columns, hide)
    named = [column for column in columns if "field" in column]
    return dbc.DropdownMenu(
        dbc.Checklist(
            id=name,
            options=[{"label": column["headerName"], "value": column["field"]} for column in named],
            value=[column["field"] for column in named if column["field"] not in hidden],
        ),
        label="Columns",
        color="secondary",
        size="sm",
        align_end=True,
        className="ax-columns",
        toggleClassName="btn-outline-secondary",
    )


def register(app: Dash, table: str, menu: str) -> None:
    """Have the grid `table` show the columns that are ticked in `menu`, and the address say so."""
    app.clientside_callback(
        ClientsideFunction("cards", "choose"),
        Input(menu, "value"),
        State(menu, "options"),
        State(table, "id"),
        prevent_initial_call=True,
    )
