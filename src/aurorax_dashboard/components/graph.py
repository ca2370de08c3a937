"""A figure on a page: always with the map outlines of our own, a text for those who do not see it."""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from aurorax_dashboard.components.text_table import table_place
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.theme import graph_config

_EMPTY = {
    "data": [],
    "layout": {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
    },
}
"""Nothing, on the ground of the page. No ``Figure``: that would bring a template of 7 kB, for each place."""


def graph(
    name: str, kind: str, *, file_name: str, height_px: int | None = None, table: bool = False
) -> html.Figure:
    """Return the place of a figure, empty until its callback draws it.

    Parameters
    ----------
    name
        Id of the graph; its text has the id :func:`summary_id`.
    kind
        ``map``, ``curve`` or ``small`` give it its height; ``own`` takes `height_px`.
    file_name
        Name of a saved picture, without ending.
    table
        Whether it can be read as a table, in the place :func:`table_id` (see
        :mod:`~aurorax_dashboard.components.text_table`).
    """
    return html.Figure(
        [
            dcc.Graph(
                id=name,
                figure=_EMPTY,
                config=graph_config(dash.get_relative_path("/"), file_name),
            ),
            html.Figcaption(id=summary_id(name)),
            *(
                [html.Details([html.Summary("Show as table"), *table_place(table_id(name))])]
                if table
                else []
            ),
        ],
        className=f"ax-figure ax-figure--{kind} ax-panel",
        style={} if height_px is None else {"--ax-height": f"{height_px}px"},
    )


def summary_id(name: str) -> str:
    """Return the id of the text below the graph `name`."""
    return f"{name}-summary"


def table_id(name: str) -> str:
    """Return the id of the table below the graph `name`."""
    return f"{name}-table"


def drawn(drawing: Drawing) -> tuple[Any, str]:
    """Return figure and text as the outputs of a callback."""
    return drawing.figure, drawing.summary
