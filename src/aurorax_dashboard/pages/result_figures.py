"""The figures of a result: drawn anew when selection, view, filters or theme change."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import Dash, Input, Output, State, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.components import addresses, judging
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, summary_id
from aurorax_dashboard.components.notices import error_notice
from aurorax_dashboard.pages import result_views as views
from aurorax_dashboard.pages.result_selection import seen
from aurorax_dashboard.pages.result_views import Ids as ViewIds
from aurorax_dashboard.searches import positions
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.services import Services


def register(app: Dash, services: Services) -> None:
    """Add the callbacks to `app`."""

    @app.callback(
        Output(ViewIds.MAP, "figure"),
        Output(summary_id(ViewIds.MAP), "children"),
        Output(ViewIds.TIMELINE, "figure"),
        Output(summary_id(ViewIds.TIMELINE), "children"),
        Output(ViewIds.DISTANCE, "figure"),
        Output(summary_id(ViewIds.DISTANCE), "children"),
        Output(ViewIds.EVENT, "children"),
        Input(ViewIds.SELECTED, "data"),
        Input(ViewIds.VIEW, "value"),
        Input(ViewIds.TYPE, "value"),
        Input(FrameIds.THEME, "data"),
        Input(ViewIds.FILTERS, "data"),
        State(ViewIds.SHOWN, "data"),
    )
    def draw(
        n: int, view: str, kind: str, theme: str | None, filters: dict[str, str], request_id: str
    ) -> tuple[Any, ...]:
        found = seen(services, request_id, filters)
        if found is None:
            return (no_update,) * 7
        stored, passing = found.stored, found.passing
        query, dark = _query(services, request_id), theme == "dark"
        selected = positions.event(stored.result, n)
        around, failure = _around(services, stored, query, n)
        distance: tuple[Any, Any] = (
            (no_update, failure)
            if around is None
            else drawn(views.draw_distance(query, selected, around, dark))
        )
        return (
            *drawn(views.draw_map(passing, query, kind, view, selected, around, dark)),
            *drawn(views.draw_timeline(passing, query, n, dark)),
            *distance,
            views.event_words(
                selected,
                len(stored.result),
                addresses.conjunction(request_id, n + 1, **filters),
            ),
        )

    @app.callback(
        *(Output(views.distribution_id(place), "figure") for place in range(views.DISTRIBUTIONS)),
        *(
            Output(summary_id(views.distribution_id(place)), "children")
            for place in range(views.DISTRIBUTIONS)
        ),
        Input(FrameIds.THEME, "data"),
        Input(ViewIds.FILTERS, "data"),
        Input(judging.Ids.CHANGES, "data"),
        State(ViewIds.SHOWN, "data"),
    )
    def draw_distributions(
        theme: str | None, filters: dict[str, str], _changes: int, request_id: str
    ) -> tuple[Any, ...]:
        found = seen(services, request_id, filters)
        if found is None:
            return (no_update,) * (2 * views.DISTRIBUTIONS)
        query = _query(services, request_id)
        drawings = views.draw_distributions(found.passing, query, theme == "dark")
        return (*(each.figure for each in drawings), *(each.summary for each in drawings))


def _query(services: Services, request_id: str) -> ConjunctionQuery | None:
    submission = services.store.submission(request_id)
    return submission.query if submission else None


def _around(
    services: Services, stored: StoredResult, query: ConjunctionQuery | None, n: int
) -> tuple[pd.DataFrame | None, Any]:
    """Return the positions around conjunction `n`, or why they cannot be had."""
    try:
        return views.around_event(services, stored, query, n), None
    except AuroraXError as error:
        return None, error_notice(error, title="The track of this conjunction could not be fetched")
