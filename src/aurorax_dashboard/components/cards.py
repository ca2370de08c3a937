"""Tables of the grid as they are on a phone: each row a card, set by ``cards.js``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output

ROW_PX = 34
"""Height of a row that is no card; the theme knows it too."""


def card_column(
    title: str,
    page: str,
    lines: Sequence[str],
    orders: Mapping[str, str],
    marks: str | None = None,
) -> dict[str, Any]:
    """Return the column that holds a whole row, hidden where there is room for all columns.

    Parameters
    ----------
    title
        Field with the name of a row.
    page
        Field with the link to a row's page, ``{text, href}``.
    lines
        What is said below the title; ``{field}`` stands for a field's value.
    orders
        Words for each order one may choose, and its column with ``asc`` or ``desc``, nothing for that in
        which the rows come; it is the first.
    marks
        Field with what stands behind the title.
    """
    return {
        "colId": "card",
        "hide": True,
        "flex": 1,
        "sortable": False,
        "resizable": False,
        "cellRenderer": "Card",
        "cellRendererParams": {"title": title, "page": page, "lines": list(lines), "marks": marks},
        "headerComponent": "CardOrder",
        "headerComponentParams": {"orders": dict(orders)},
    }


def height(count: int) -> dict[str, str | int]:
    """Return the style of a grid that shows `count` rows; the theme makes its height of it."""
    return {"--ax-rows": count}


def register(app: Dash, table: str) -> None:
    """Have the grid `table`, which has a card column, follow the width of the screen."""
    app.clientside_callback(
        ClientsideFunction("cards", "watch"),
        Output(table, "className"),  # never set: Dash makes a first call only where there is an output
        Input(table, "id"),
    )
