"""One data source: what it is, since when, where, and what its records hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

import dash
import msgspec
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from flask import Response, request

from aurorax_dashboard.api.cache import Answer
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource, DataSourceStats, EphemerisCriteria, EphemerisQuery
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, graph, summary_id
from aurorax_dashboard.components.notices import age_words, error_notice, link_button, notice
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.map_view import VIEWS
from aurorax_dashboard.pages import source_calendar
from aurorax_dashboard.pages import source_views as views
from aurorax_dashboard.pages.listed import sources_missing
from aurorax_dashboard.queries.names import source_name
from aurorax_dashboard.searches.ephemeris import arranged
from aurorax_dashboard.searches.questions import LongQuestion
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import utc

_WAIT_S = 2.0
_LOOK_MS = 2_500
_LOOKS = 60
_REMEMBERED = 64
"""Maps that a process remembers."""
_PATH = f"{addresses.SOURCES}/<identifier>"
_ADDRESS = re.compile(rf"{addresses.SOURCES}/([^/]+)/?")
_IDENTIFIER = re.compile(r"[0-9]{1,9}")


class Ids(StrEnum):
    """Names of the page's parts."""

    SOURCE = "source-shown"
    STATS = "source-stats"
    FACTS = "source-facts"
    LINKS = "source-links"
    LOOK = "source-look"
    MAP = "source-map"
    VIEW = "source-map-view"
    MAP_NOTE = "source-map-note"
    PARAMS = "source-params"


def find(services: Services, identifier: str) -> DataSource | None:
    """Return the source of an address, None if there is none.

    Raises
    ------
    AuroraXError
        If the sources cannot be had.
    """
    if not _IDENTIFIER.fullmatch(identifier):
        return None
    number = int(identifier)
    return next((source for source in services.sources() if source.identifier == number), None)


def layout(services: Services, identifier: str, view: str | None, year: str | None = None) -> html.Div:
    """Return the page; what has to be counted or asked for comes later."""
    try:
        source = find(services, identifier)
    except AuroraXError as error:
        return html.Div(sources_missing(error), className="ax-page")
    if source is None:
        body = [
            notice(
                "There is no such data source",
                f"AuroraX knows none with the number {identifier[:20]}. It may have been mistyped, or removed.",
                link_button("All sources", addresses.sources(), primary=True),
                kind="error",
            )
        ]
        return html.Div(body, className="ax-page")
    return html.Div(
        [
            views.head(source, Ids.LINKS),
            html.Div(
                [
                    html.Section(views.facts(source, None), id=Ids.FACTS, className="ax-panel"),
                    html.Div(
                        [
                            views.view_choice(Ids.VIEW, source, view),
                            graph(Ids.MAP, "map", file_name=f"source-{source.identifier}"),
                            html.Div(id=Ids.MAP_NOTE),
                        ]
                    ),
                ],
                className="ax-split",
            ),
            source_calendar.section(year),
            *views.schemas(source),
            dcc.Store(id=Ids.SOURCE, data=source.identifier),
            dcc.Store(id=Ids.STATS),
            dcc.Store(id=Ids.PARAMS),
            dcc.Interval(id=Ids.LOOK, interval=_LOOK_MS, max_intervals=_LOOKS),
        ],
        className="ax-page",
    )


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        (identifier,) = addresses.in_path(params, _PATH)
        view, year = (addresses.single(params, name) for name in ("view", "year"))
        return layout(services, identifier, view, year)

    def title(identifier: str = "", **_other: str) -> str:
        try:
            source = find(services, identifier)
        except AuroraXError:
            source = None
        return f"{source_name(source) if source else 'Source'} · AuroraX Dashboard"

    dash.register_page("source", path_template=_PATH, title=title, layout=page)

    @app.server.after_request
    def unknown_sources_are_not_found(response: Response) -> Response:
        asked = _ADDRESS.fullmatch(request.path)
        if asked and response.status_code == HTTPStatus.OK:
            try:
                known = find(services, asked[1]) is not None
            except AuroraXError:
                known = True  # nobody can say otherwise now
            response.status_code = HTTPStatus.OK if known else HTTPStatus.NOT_FOUND
        return response

    _register_stats(app, services)
    _register_map(app, services)
    source_calendar.register(app, services, Ids.SOURCE, Ids.STATS)


def _register_stats(app: Dash, services: Services) -> None:
    question: LongQuestion[int, Answer[DataSourceStats]] = LongQuestion(
        services.client.data_source_stats
    )

    @app.callback(
        Output(Ids.STATS, "data"),
        Output(Ids.FACTS, "children"),
        Output(Ids.LINKS, "children"),
        Output(Ids.LOOK, "disabled"),
        Input(Ids.LOOK, "n_intervals"),
        State(Ids.SOURCE, "data"),
        State(Ids.STATS, "data"),
    )
    def count(_looks: int | None, identifier: int, known: Any) -> tuple[Any, ...]:
        if known is not None:
            return no_update, no_update, no_update, True
        try:
            source = find(services, str(identifier))
            counted = question.look(identifier, _WAIT_S)
        except AuroraXError as error:
            return {}, [*no_facts(services, identifier), html.P(error.sentence)], no_update, True
        if source is None or counted is None:
            return no_update, no_update, no_update, False
        stats = counted.value
        lean = msgspec.structs.replace(stats, data_source=None)
        age = age_words(counted.freshness)
        return (
            msgspec.to_builtins(lean),
            [*views.facts(source, stats), *([html.P(age, className="form-text")] if age else [])],
            views.links(source, stats),
            True,
        )


def no_facts(services: Services, identifier: int) -> list[Any]:
    """Return what is known of a source whose records could not be counted."""
    source = next((s for s in services.known_sources() if s.identifier == identifier), None)
    return [] if source is None else views.facts(source, None)


def _register_map(app: Dash, services: Services) -> None:
    remembered = lru_cache(maxsize=_REMEMBERED)(partial(last_day, services))

    @app.callback(
        Output(Ids.MAP, "figure"),
        Output(summary_id(Ids.MAP), "children"),
        Output(Ids.MAP_NOTE, "children"),
        Output(Ids.PARAMS, "data"),
        Input(Ids.STATS, "data"),
        Input(Ids.VIEW, "value"),
        Input(FrameIds.THEME, "data"),
        State(Ids.SOURCE, "data"),
        prevent_initial_call=True,
    )
    def draw(data: Any, view: str, theme: str | None, identifier: int) -> tuple[Any, ...]:
        params = {"view": view} if ctx.triggered_id == Ids.VIEW else no_update
        if data is None:
            return no_update, no_update, no_update, params
        latest = msgspec.convert(data, DataSourceStats).latest_ephemeris_loaded
        try:
            drawing = remembered(identifier, latest, this_hour(), view, theme == "dark")
        except AuroraXError as error:
            failure = error_notice(error, title="Its last positions could not be fetched")
            return no_update, "", failure, params
        if not drawing:
            sentence = "No ephemeris of this source is known, so there is no map of it."
            return no_update, "", html.P(sentence, className="ax-muted"), params
        return *drawn(drawing), "", params

    show_in_address(app, Ids.PARAMS)


def this_hour() -> datetime:
    """Return when this hour began, in UTC: what is asked until then is the same for everybody within it."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def last_day(
    services: Services,
    identifier: int,
    latest: datetime | None,
    now: datetime,
    view: str,
    dark: bool,
) -> Drawing | None:
    """Return the map of the last day of a source before `now`, else before its `latest` record; None without any.

    Raises
    ------
    AuroraXError
        If the source or its positions cannot be had in time.
    """
    source = find(services, str(identifier))
    if source is None or latest is None:
        return None
    ends = dict.fromkeys((min(utc(latest), now), utc(latest)))
    for end in ends:
        start = end - timedelta(days=1) + timedelta(minutes=1)
        records = arranged(services.hurried.ephemeris_synchronous(_question(source, start, end)))
        records = records[records["identifier"] == source.identifier].reset_index(drop=True)
        if len(records):
            return views.draw_map(records, source, VIEWS.get(view), dark)
    return None


def _question(source: DataSource, start: datetime, end: datetime) -> EphemerisQuery:
    return EphemerisQuery(
        data_sources=EphemerisCriteria(
            programs=[source.program] if source.program else [],
            platforms=[source.platform] if source.platform else [],
            instrument_types=[source.instrument_type] if source.instrument_type else [],
        ),
        start=start,
        end=end,
    )
