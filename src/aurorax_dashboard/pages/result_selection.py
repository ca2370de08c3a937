"""One selection in all views of a result: filters, table, map, timeline, Previous and Next, address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update

from aurorax_dashboard.components import (
    addresses,
    cards,
    judging,
    result_filters,
    result_table,
    table_state,
)
from aurorax_dashboard.components.result_filters import Ids as FilterIds
from aurorax_dashboard.pages import result_views as views
from aurorax_dashboard.pages.result_views import Ids as ViewIds
from aurorax_dashboard.searches.judgements import Judgement
from aurorax_dashboard.searches.selection import Selection, selection_of
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.services import Services

_CLICKED = (
    ViewIds.MAP,
    ViewIds.TIMELINE,
    *(views.distribution_id(place) for place in range(views.DISTRIBUTIONS)),
)
"""Figures in which a click selects a conjunction."""
_STEPS = {ViewIds.PREVIOUS: -1, ViewIds.NEXT: 1}


@dataclass(frozen=True, slots=True)
class Seen:
    """A result as it is looked at."""

    stored: StoredResult
    """The whole of it."""
    selection: Selection
    judgements: Mapping[int, Judgement]
    passing: StoredResult
    """The same with only those conjunctions that pass the filters; they keep their numbers."""


def seen(services: Services, request_id: str, filters: Mapping[str, str] | None) -> Seen | None:
    """Return a kept result under `filters` (parameters of an address); None if it is not kept."""
    stored = services.store.result(request_id)
    if stored is None:
        return None
    selection, _ = selection_of(filters or {})
    judgements = services.judgements.of(request_id)
    rows = selection.chosen(stored.result.rows, judgements)
    passing = replace(stored, result=replace(stored.result, rows=rows))
    return Seen(stored, selection, judgements, passing)


def register(app: Dash, services: Services) -> None:
    """Add the callbacks to `app`."""
    _register_filters(app, services)
    _register_table(app, services)
    _register_selecting(app, services)
    cards.register(app, ViewIds.TABLE)
    table_state.register(app, ViewIds.TABLE, ViewIds.COLUMNS)


def _register_filters(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ViewIds.FILTERS, "data"),
        Output(FilterIds.PROBLEM, "children"),
        *(Input(part, "value") for part in result_filters.VALUE_PARTS),
        prevent_initial_call=True,
    )
    def read_form(*values: Any) -> tuple[dict[str, str], list[html.Div]]:
        params, problems = result_filters.params_of(values)
        return params, [html.Div(problem, className="ax-mistake") for problem in problems]

    @app.callback(
        Output(FilterIds.SAID, "children"),
        Output(FilterIds.CLEAR, "hidden"),
        Input(ViewIds.FILTERS, "data"),
        Input(judging.Ids.CHANGES, "data", allow_optional=True),
        State(ViewIds.SHOWN, "data"),
    )
    def say(filters: dict[str, str], _changes: int, request_id: str) -> tuple[Any, bool]:
        found = seen(services, request_id, filters)
        if found is None:
            return no_update, True
        passing, of = len(found.passing.result), len(found.stored.result)
        said = result_filters.words(found.selection, found.stored.result.sources, passing, of)
        if not passing:
            said.append(html.Span("No conjunction passes these filters.", className="ax-caution"))
        return said, found.selection.empty

    @app.callback(
        *(Output(part, "value") for part in result_filters.VALUE_PARTS),
        Input(FilterIds.CLEAR, "n_clicks"),
        prevent_initial_call=True,
    )
    def clear(_clicks: int) -> list[Any]:
        lists = {
            FilterIds.MONTHS,
            FilterIds.SOURCES,
            FilterIds.TYPES,
            FilterIds.STARRED,
            FilterIds.LABELS,
        }
        return [[] if part in lists else "" for part in result_filters.VALUE_PARTS]

    app.clientside_callback(
        ClientsideFunction("aurorax", "toggle"),
        Output(FilterIds.FORM, "is_open"),
        Input(FilterIds.OPEN, "n_clicks"),
        State(FilterIds.FORM, "is_open"),
        prevent_initial_call=True,
    )


# Somebody may go on to the page of a conjunction while the browser has still to do one of its own callbacks
# here. Where such a one also finds parts on that page, or sets none, its other parts must be optional.


def _register_table(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ViewIds.TABLE, "getRowsResponse"),
        Input(ViewIds.TABLE, "getRowsRequest"),
        State(ViewIds.FILTERS, "data"),
        State(ViewIds.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def serve_rows(request: dict[str, Any] | None, filters: dict[str, str], request_id: str) -> Any:
        found = seen(services, request_id, filters)
        if request is None or found is None:
            return no_update
        return result_table.window(
            found.passing.result.rows,
            request,
            found.judgements,
            lambda n: addresses.conjunction(request_id, n + 1, **filters),
        )

    app.clientside_callback(
        ClientsideFunction("aurorax", "reveal"),
        Output(ViewIds.FIGURES, "children"),
        Input(ViewIds.TABLE, "getRowsResponse"),
        State(ViewIds.LATER, "data"),
        State(ViewIds.FIGURES, "children"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("aurorax", "refreshRows"),
        Input(ViewIds.FILTERS, "data", allow_optional=True),
        Input(judging.Ids.CHANGES, "data", allow_optional=True),
        State(ViewIds.TABLE, "id", allow_optional=True),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ViewIds.PLACE, "data"),
        Input(ViewIds.SELECTED, "data"),
        State(ViewIds.TABLE, "getRowsRequest"),
        State(ViewIds.FILTERS, "data"),
        State(ViewIds.SHOWN, "data"),
    )
    def find_in_table(
        n: int | None, request: dict[str, Any] | None, filters: dict[str, str], request_id: str
    ) -> Any:
        found = seen(services, request_id, filters)
        rows = None if found is None else found.passing.result.rows
        if n is None or rows is None or n not in rows.index:
            return no_update
        return {"n": n, "row": result_table.order(rows, request).index.get_loc(n)}

    app.clientside_callback(
        ClientsideFunction("aurorax", "markRow"),
        Input(ViewIds.PLACE, "data"),
        State(ViewIds.TABLE, "id"),
    )


def _register_selecting(app: Dash, services: Services) -> None:
    # In the browser, because figures that have just come would have the server asked what they chose.
    app.clientside_callback(
        ClientsideFunction("aurorax", "choose"),
        Output(ViewIds.CHOSEN, "data"),
        Input(ViewIds.TABLE, "selectedRows", allow_optional=True),
        *(Input(name, "clickData", allow_optional=True) for name in _CLICKED),
        *(Input(step, "n_clicks", allow_optional=True) for step in _STEPS),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ViewIds.SELECTED, "data"),
        Input(ViewIds.CHOSEN, "data"),
        Input(ViewIds.FILTERS, "data"),
        State(ViewIds.SELECTED, "data"),
        State(ViewIds.TABLE, "getRowsRequest"),
        State(ViewIds.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def select(
        chosen: dict[str, Any] | None, filters: dict[str, str], now: int,
        request: dict[str, Any] | None, request_id: str,
    ) -> Any:  # fmt: skip
        found = seen(services, request_id, filters)
        if found is None:
            return no_update
        shown = found.passing.result.rows
        if ctx.triggered_id == ViewIds.FILTERS:
            wanted: int | None = now if now in shown.index else views.closest(found.stored, shown)
        else:
            wanted = _wanted(chosen or {}, shown, request, now)
        known = wanted is not None and wanted in found.stored.result.rows.index
        return wanted if known and wanted != now else no_update

    app.clientside_callback(
        ClientsideFunction("aurorax", "showResult"),
        Input(ViewIds.SELECTED, "data", allow_optional=True),
        Input(ViewIds.VIEW, "value", allow_optional=True),
        Input(ViewIds.TYPE, "value", allow_optional=True),
        Input(ViewIds.FILTERS, "data", allow_optional=True),
        State(ViewIds.PARAMS, "data", allow_optional=True),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("aurorax", "same"),
        Output(judging.Ids.EVENT, "data"),
        Input(ViewIds.SELECTED, "data", allow_optional=True),
        # These hold the panel, which may come after another was selected.
        Input(ViewIds.FIGURES, "children", allow_optional=True),
        prevent_initial_call=True,  # others hold this panel without a table
    )


def _wanted(
    chosen: Mapping[str, Any], shown: pd.DataFrame, request: dict[str, Any] | None, now: int
) -> int | None:
    """Return the conjunction that was chosen: in the table, by a step from `now`, or in a figure."""
    by, value = chosen.get("by"), chosen.get("value")
    if by == ViewIds.TABLE:
        return _of_rows(value)
    if by in _STEPS:
        return result_table.neighbour(shown, request, now, _STEPS[by])
    return _of_click(value)


def _of_rows(rows: Any) -> int | None:
    """Return the number of the conjunction that the table has selected."""
    return int(rows[0]["n"]) if rows else None


def _of_click(click: Any) -> int | None:
    """Return the number of the conjunction that was clicked in a figure, if it was one."""
    number = (click or {}).get("points", [{}])[0].get("customdata")
    number = number[0] if isinstance(number, list) and number else number
    return int(number) if isinstance(number, int | float) else None
