"""The days on which one data source has ephemeris, a year at a time, on its page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
from dash import Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource, DataSourceStats
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, graph, summary_id
from aurorax_dashboard.components.notices import age_words, error_notice
from aurorax_dashboard.components.source_calendar import source_calendars
from aurorax_dashboard.pages.listed import try_again
from aurorax_dashboard.queries.days import Lives, lives_of, with_known_zeros
from aurorax_dashboard.searches.days import DayCounts, Span
from aurorax_dashboard.services import Services

_WAIT_S = 2.0
_LOOK_MS = 2_500
_LOOKS = 60
_HEIGHT_PX = 290


class Ids(StrEnum):
    """Names of the calendar's parts."""

    YEAR = "source-year"
    ASKED = "source-year-asked"
    FIGURE = "source-calendar"
    NOTE = "source-calendar-note"
    LOOK = "source-calendar-look"
    PARAMS = "source-calendar-params"
    GO = "source-calendar-go"


def section(year: str | None) -> html.Section:
    """Return the place of the calendar, which comes with the counts; of the `year` of the address, if any."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Its days"),
                    html.Label(
                        [
                            html.Span("Year", className="form-label"),
                            dbc.Select(id=Ids.YEAR, options=[], disabled=True),
                        ],
                        className="ax-source-year",
                    ),
                ],
                className="ax-source-days",
            ),
            graph(Ids.FIGURE, "own", file_name="calendar", height_px=_HEIGHT_PX),
            html.Div(id=Ids.NOTE, role="status"),
            dcc.Store(id=Ids.ASKED, data=year),
            dcc.Store(id=Ids.PARAMS),
            dcc.Location(id=Ids.GO, refresh="callback-nav"),
            dcc.Interval(id=Ids.LOOK, interval=_LOOK_MS, max_intervals=_LOOKS, disabled=True),
        ]
    )


def years_of(stats: DataSourceStats, today: date) -> list[int]:
    """Return the years in which a source has ephemeris, the last first; without those to come, if it can be."""
    source = DataSource(identifier=0, stats=stats)
    life = lives_of([source], "ephemeris").get(0)
    if life is None:
        return []
    last = max(min(life[1].year, today.year), life[0].year)
    return list(range(last, life[0].year - 1, -1))


def register(app: Dash, services: Services, source_id: str, stats_id: str) -> None:
    """Add the callbacks of the calendar to `app`, of the source and the statistics in two stores."""
    _register_years(app, stats_id)
    _register_days(app, services, source_id, stats_id)
    show_in_address(app, Ids.PARAMS)


def _register_years(app: Dash, stats_id: str) -> None:
    @app.callback(
        Output(Ids.YEAR, "options"),
        Output(Ids.YEAR, "value"),
        Output(Ids.YEAR, "disabled"),
        Output(Ids.NOTE, "children"),
        Input(stats_id, "data"),
        State(Ids.ASKED, "data"),
        prevent_initial_call=True,
    )
    def offer(data: Any, asked: str | None) -> tuple[Any, ...]:
        if data is None:
            return (no_update,) * 4
        years = [] if not data else years_of(_stats(data), datetime.now(UTC).date())
        if not years:
            said = (
                "No ephemeris of this source is known, so there are no days of it."
                if data
                else "Its records could not be counted, so its days are not known."
            )
            return [], None, True, html.P(said, className="ax-muted")
        texts = [str(year) for year in years]
        return texts, asked if asked in texts else texts[0], False, None

    @app.callback(
        Output(Ids.PARAMS, "data"),
        Input(Ids.YEAR, "value"),
        State(Ids.YEAR, "options"),
        prevent_initial_call=True,
    )
    def hold(year: str | None, offered: list[str]) -> dict[str, str]:
        return {"year": year if year and year != offered[0] else ""}


def _stats(data: Any) -> DataSourceStats:
    return msgspec.convert(data, DataSourceStats)


def _register_days(app: Dash, services: Services, source_id: str, stats_id: str) -> None:
    counts = DayCounts(services.client)

    @app.callback(
        Output(Ids.FIGURE, "figure"),
        Output(summary_id(Ids.FIGURE), "children"),
        Output(Ids.NOTE, "children", allow_duplicate=True),
        Output(Ids.LOOK, "disabled"),
        Input(Ids.YEAR, "value"),
        Input(FrameIds.THEME, "data"),
        Input(Ids.LOOK, "n_intervals"),
        State(source_id, "data"),
        State(stats_id, "data"),
        prevent_initial_call=True,
    )
    def draw(
        year: str | None, theme: str | None, looks: int | None, identifier: int, data: Any
    ) -> tuple[Any, ...]:
        source = next((one for one in services.known_sources() if one.identifier == identifier), None)
        if not year or not year.isdecimal() or not data or source is None:
            return no_update, no_update, no_update, True
        span = Span("ephemeris", date(int(year), 1, 1), date(int(year), 12, 31))
        try:
            days = counts.look(span, _WAIT_S)
        except AuroraXError as error:
            note = error_notice(error, try_again(), title="Its days could not be counted")
            return no_update, no_update, note, True
        if days is None:
            late = (looks or 0) >= _LOOKS - 1
            said = (
                "The platform did not count in time. Reload to try again."
                if late
                else "The platform counts the days of that year; this takes a moment."
            )
            return no_update, no_update, html.P(said, className="ax-muted"), late
        lives: Lives = lives_of([msgspec.structs.replace(source, stats=_stats(data))], "ephemeris")
        known = with_known_zeros(days.counts, lives).reindex([identifier]).iloc[0]
        drawing = source_calendars(known, source, "ephemeris", lives, theme == "dark")
        return *drawn(drawing), html.P(age_words(days.freshness), className="ax-caution"), True

    @app.callback(
        Output(Ids.GO, "href"),
        Input(Ids.FIGURE, "clickData"),
        State(source_id, "data"),
        State(Ids.YEAR, "value"),
        prevent_initial_call=True,
    )
    def open_day(clicked: Any, identifier: int, year: str | None) -> Any:
        points = (clicked or {}).get("points") or [{}]
        day = points[0].get("customdata")
        source = next((one for one in services.known_sources() if one.identifier == identifier), None)
        if not day or not year or source is None:
            return no_update
        return addresses.availability(
            program=source.program,
            start=f"{year}-01-01",
            end=f"{year}-12-31",
            of=identifier,
            day=f"{identifier}:{day}",
        )
