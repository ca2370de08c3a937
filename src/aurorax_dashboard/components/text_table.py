"""Tables to read that the browser sets itself: as parts of Dash, their cells would slow down every change of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pandas as pd
from dash import ClientsideFunction, Dash, Input, State, dcc, html

MOST_ROWS = 500
"""Rows of a frame that are read at most; the file beside it has them all."""

Cell = str | dict[str, str | int]
"""A text, or one that leads somewhere: ``href``, or ``jump`` (a minute) with ``one`` and ``other``."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """What is said of a table, the names of its columns, its rows."""

    said: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()

    def text(self) -> str:
        """Return it as ``tables.js`` reads it."""
        return msgspec.json.encode(self).decode()


def text_table(frame: pd.DataFrame) -> TextTable:
    """Return a frame as a table of texts, its first rows if there are many, said so."""
    shown = frame.head(MOST_ROWS)
    rows = [[str(cell) for cell in row] for row in shown.itertuples(index=False)]
    said = f"The first {len(shown):,} of {len(frame):,} rows." if len(shown) < len(frame) else ""
    return TextTable(said, [str(name) for name in frame.columns], rows)


def table_place(place: str) -> list[Any]:
    """Return the place of a table; a callback fills it through :func:`rows_id`."""
    return [html.Div(id=place), dcc.Store(id=rows_id(place))]


def rows_id(place: str) -> str:
    """Return the id of the store whose ``data`` is the text of the table in `place`."""
    return f"{place}-rows"


def register_tables(app: Dash, *places: str) -> None:
    """Have the browser set the tables of `places` when their rows arrive."""
    for place in places:
        app.clientside_callback(
            ClientsideFunction("tables", "set"),
            # Their rows may still arrive when one has gone on to another page.
            Input(rows_id(place), "data", allow_optional=True),
            State(place, "id", allow_optional=True),
            prevent_initial_call=True,
        )
