"""The figures of a result: drawn anew when selection, view, filters or theme change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd
from dash import Dash, Input, Output, State, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.components import addresses, judging
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, summary_id, table_id
from aurorax_dashboard.components.notices import error_notice
from aurorax_dashboard.components.text_table import TextTable, register_tables, rows_id, text_table
from aurorax_dashboard.figures.distributions import bars_table
from aurorax_dashboard.pages import result_drawings as drawings
from aurorax_dashboard.pages import result_views as views
from aurorax_dashboard.pages.result_placing import Ids as PlacingIds
from aurorax_dashboard.pages.result_placing import Placing
from aurorax_dashboard.pages.result_selection import seen
from aurorax_dashboard.pages.result_views import Ids as ViewIds
from aurorax_dashboard.searches import positions
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.services import Services

_REMEMBERED = 32
"""Looks at results that a process remembers: a lecture hall opens one link at once."""


class _Look(NamedTuple):
    """How a result is looked at; what is drawn follows from it alone."""

    request_id: str
    retrieved: datetime
    """Of the result: one that was fetched anew is another."""
    dark: bool
    n: int = 0
    view: str = ""
    kind: str = ""


def register(app: Dash, services: Services) -> None:
    """Add the callbacks to `app`."""
    one_of_all = _remembering(services, _one)
    all_of_all = _remembering(services, _all)
    register_tables(
        app,
        *(
            table_id(name)
            for name in (ViewIds.DISTANCE, *map(views.distribution_id, range(views.DISTRIBUTIONS)))
        ),
    )

    @app.callback(
        Output(ViewIds.MAP, "figure"),
        Output(summary_id(ViewIds.MAP), "children"),
        Output(ViewIds.DISTANCE, "figure"),
        Output(summary_id(ViewIds.DISTANCE), "children"),
        Output(rows_id(table_id(ViewIds.DISTANCE)), "data"),
        Output(ViewIds.EVENT, "children"),
        Input(ViewIds.SELECTED, "data"),
        Input(ViewIds.VIEW, "value"),
        Input(ViewIds.TYPE, "value"),
        Input(FrameIds.THEME, "data"),
        Input(ViewIds.FILTERS, "data"),
        Input(PlacingIds.PLACED, "data"),
        State(ViewIds.SHOWN, "data"),
    )
    def draw_selected(
        n: int, view: str, kind: str, theme: str | None, filters: dict[str, str],
        placed: Placing, request_id: str,
    ) -> tuple[Any, ...]:  # fmt: skip
        found = seen(services, request_id, filters)
        if found is None:
            return (no_update,) * 6
        stored = found.stored
        look = _Look(request_id, stored.finished.retrieved, theme == "dark", n, view, kind)
        words = views.event_words(
            positions.event(stored.result, n),
            len(stored.result),
            addresses.conjunction(request_id, n + 1, **filters),
        )
        if placed == Placing.SOON:
            return *(no_update,) * 5, words
        if not filters and positions.is_covered(stored.result, stored.footprints, n):
            return *one_of_all(look), words
        return *_one(services, stored, found.passing, look), words

    @app.callback(
        Output(ViewIds.TIMELINE, "figure"),
        Output(summary_id(ViewIds.TIMELINE), "children"),
        *(Output(views.distribution_id(place), "figure") for place in range(views.DISTRIBUTIONS)),
        *(
            Output(summary_id(views.distribution_id(place)), "children")
            for place in range(views.DISTRIBUTIONS)
        ),
        *(
            Output(rows_id(table_id(views.distribution_id(place))), "data")
            for place in range(views.DISTRIBUTIONS)
        ),
        Input(ViewIds.SELECTED, "data"),
        Input(FrameIds.THEME, "data"),
        Input(ViewIds.FILTERS, "data"),
        Input(judging.Ids.CHANGES, "data"),
        State(ViewIds.SHOWN, "data"),
    )
    def draw_all(
        n: int, theme: str | None, filters: dict[str, str], _changes: int, request_id: str
    ) -> tuple[Any, ...]:
        found = seen(services, request_id, filters)
        if found is None:
            return (no_update,) * (2 + 3 * views.DISTRIBUTIONS)
        look = _Look(request_id, found.stored.finished.retrieved, theme == "dark", n)
        if not filters:
            return all_of_all(look)
        return _all(services, found.stored, found.passing, look)


_Draw = Callable[[Services, StoredResult, StoredResult, _Look], tuple[Any, ...]]


def _remembering(services: Services, draw: _Draw) -> Callable[[_Look], tuple[Any, ...]]:
    """Return `draw` for results without filters, which remembers what it drew."""

    @lru_cache(maxsize=_REMEMBERED)
    def of_all(look: _Look) -> tuple[Any, ...]:
        stored = services.store.result(look.request_id)
        if stored is None:
            raise LookupError(f"The result of {look.request_id} has just gone.")
        return draw(services, stored, stored, look)

    return of_all


def _one(
    services: Services, stored: StoredResult, passing: StoredResult, look: _Look
) -> tuple[Any, ...]:
    """Return map and curve with their words, and the curve's table; `passing` passes the filters."""
    query = _query(services, look.request_id)
    selected = positions.event(stored.result, look.n)
    around, failure = _around(services, stored, query, look.n)
    distance: tuple[Any, ...] = (no_update, failure, TextTable().text())
    if around is not None:
        drawing, table = drawings.draw_distance(query, selected, around, look.dark)
        distance = (*drawn(drawing), text_table(table).text())
    return (
        *drawn(drawings.draw_map(passing, query, look.kind, look.view, selected, around, look.dark)),
        *distance,
    )


def _all(
    services: Services, _stored: StoredResult, passing: StoredResult, look: _Look
) -> tuple[Any, ...]:
    """Return the timeline with its words, then the small figures, then their words, then their tables."""
    query = _query(services, look.request_id)
    small = drawings.draw_distributions(passing, query, look.n, look.dark)
    return (
        *drawn(drawings.draw_timeline(passing, query, look.n, look.dark)),
        *(each.figure for each in small),
        *(each.summary for each in small),
        *(
            text_table(bars_table(each, what)).text()
            for each, what in zip(small, views.DISTRIBUTED, strict=True)
        ),
    )


def _query(services: Services, request_id: str) -> ConjunctionQuery | None:
    submission = services.store.submission(request_id)
    return submission.query if submission else None


def _around(
    services: Services, stored: StoredResult, query: ConjunctionQuery | None, n: int
) -> tuple[pd.DataFrame | None, Any]:
    """Return the positions around conjunction `n`, or why they cannot be had."""
    try:
        return drawings.around_event(services, stored, query, n), None
    except AuroraXError as error:
        return None, error_notice(error, title="The track of this conjunction could not be fetched")
