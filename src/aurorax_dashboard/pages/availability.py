"""Availability: "is there any data?". The address holds all that is asked; nothing else does."""

from __future__ import annotations

import time
from typing import Any

import dash
import msgspec
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from flask import request

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.fields import PROBLEM, placed, problem_texts
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, summary_id, table_id
from aurorax_dashboard.components.notices import age_words, error_notice
from aurorax_dashboard.components.source_table import Choice
from aurorax_dashboard.components.text_table import register_tables, rows_id, text_table
from aurorax_dashboard.figures.availability import row_names
from aurorax_dashboard.pages import availability_common as common
from aurorax_dashboard.pages import availability_views as views
from aurorax_dashboard.pages.availability_asked import (
    MOST_TOGETHER,
    PARAMS,
    Asked,
    brush_of,
    fresh,
    read_asked,
)
from aurorax_dashboard.pages.availability_form import FIELDS, LOOKS, PERIOD, SLOT, Ids, layout
from aurorax_dashboard.pages.availability_views import Shown
from aurorax_dashboard.pages.listed import try_again
from aurorax_dashboard.queries.days import Lives, What, lives_of
from aurorax_dashboard.searches import tables
from aurorax_dashboard.searches.days import DayCounts, Span
from aurorax_dashboard.searches.questions import LongQuestion
from aurorax_dashboard.services import Services

_WAIT_S = 3.0
_LIVES_WAIT_S = 0.05
_LIVES_KEPT_S = 3600.0


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        given = {name: addresses.single(params, name) for name in PARAMS}
        return layout(services, fresh(read_asked(given)))

    dash.register_page(
        "availability",
        path=addresses.AVAILABILITY,
        title="Availability · AuroraX Dashboard",
        layout=page,
    )
    finder = _Finder(services)
    PERIOD.register(app)
    register_tables(app, table_id(Ids.CALENDAR))
    _register_asking(app)
    _register_figures(app, finder)
    _register_common(app, finder)
    _register_clicks(app, finder)
    _register_file(app, services, finder)


class _Finder:
    """Finds what the page shows, for all of its callbacks."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._counts = DayCounts(services.client)
        self._lives: LongQuestion[None, dict[What, Lives]] = LongQuestion(self._ask_lives)
        self._known_lives: dict[What, Lives] | None = None
        self._lives_until = 0.0

    def known(self) -> dict[int, DataSource]:
        """Return all sources by identifier."""
        sources = self._services.known_sources()
        return {one.identifier: one for one in sources if one.identifier is not None}

    def find(self, asked: Asked, wait_s: float = _WAIT_S) -> Shown | None:
        """Return what is shown; None where days are wrong or the counts are not there yet.

        Raises
        ------
        AuroraXError
            If AuroraX refuses or has no answer.
        """
        span, _ = asked.span()
        days = self._counts.look(span, wait_s) if span else None
        if span is None or days is None:
            return None
        return views.shown_of(days, span, asked, self._services.known_sources(), self._lives_of(span))

    def _lives_of(self, span: Span) -> Lives | None:
        """Return first and last day of each source, None while the platform still gathers them."""
        if self._known_lives is None or time.monotonic() > self._lives_until:
            try:
                found = self._lives.look(None, _LIVES_WAIT_S)
            except AuroraXError:
                return (self._known_lives or {}).get(span.what, {})
            if found is not None:
                self._known_lives, self._lives_until = found, time.monotonic() + _LIVES_KEPT_S
        return self._known_lives[span.what] if self._known_lives else None

    def _ask_lives(self, _key: None) -> dict[What, Lives]:
        answer = self._services.client.data_sources(format="identifier_only", include_stats=True)
        return {what: lives_of(answer.value, what) for what in ("ephemeris", "products")}


def _register_asking(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("aurorax", "toggle"),
        Output(Ids.FILTERS, "is_open"),
        Input(Ids.OPEN, "n_clicks"),
        State(Ids.FILTERS, "is_open"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("aurorax", "settle"),
        Output(Ids.SETTLED, "data"),
        *(Input(name, "value") for name in FIELDS),
        Input(Ids.CLOSED, "data"),
        Input(Ids.DAY, "data"),
        Input(Ids.BRUSH, "data"),
        prevent_initial_call=True,
    )
    slots = [f"{SLOT}{name}" for name in ("start", "end")]

    @app.callback(
        Output(Ids.STATE, "data"),
        *(Output({"type": PROBLEM, "field": slot}, "children") for slot in slots),
        Input(Ids.SETTLED, "data"),
        *(State(name, "value") for name in FIELDS),
        State(Ids.CLOSED, "data"),
        State(Ids.DAY, "data"),
        State(Ids.BRUSH, "data"),
        prevent_initial_call=True,
    )
    def ask(
        _settled: Any, what: str, start: str | None, end: str | None, text: str | None,
        programs: Any, platforms: Any, instruments: Any, types: Any, sort: str, exact: bool, of: Any,
        closed: list[str], day: str, brush: str,
    ) -> tuple[Any, ...]:  # fmt: skip
        asked = Asked(
            what="products" if what == "products" else "ephemeris",
            start=(start or "").strip(),
            end=(end or "").strip(),
            choice=Choice(
                text=text or "",
                programs=programs or [],
                instrument_types=instruments or [],
                source_types=types or [],
            ),
            platforms=tuple(platforms or ()),
            exact=bool(exact),
            closed=tuple(closed or ()),
            of=tuple(of or ())[:MOST_TOGETHER],
            day=day or "",
            brush=brush or "",
        )
        asked = msgspec.structs.replace(asked, sort=read_asked({"sort": sort}).sort)
        _, problems = asked.span()
        at = placed(
            [msgspec.structs.replace(one, field=f"{SLOT}{one.field}") for one in problems], slots
        )
        return asked.params(), *(problem_texts(at[slot]) for slot in slots)

    show_in_address(app, Ids.STATE)


def _register_figures(app: Dash, finder: _Finder) -> None:
    @app.callback(
        Output(Ids.MATRIX, "figure"),
        Output(summary_id(Ids.MATRIX), "children"),
        Output(Ids.MATRIX_PLACE, "style"),
        Output(Ids.TABLE, "rowData"),
        Output(Ids.DAY_PANEL, "children"),
        Output(Ids.LEGEND, "children"),
        Output(Ids.NOTE, "children"),
        Output(Ids.LOOK, "disabled"),
        Input(Ids.STATE, "data"),
        Input(FrameIds.THEME, "data"),
        Input(Ids.LOOK, "n_intervals"),
    )
    def show(params: dict[str, str], theme: str | None, looks: int | None) -> tuple[Any, ...]:
        asked = read_asked(params)
        try:
            shown = finder.find(asked)
        except AuroraXError as error:
            note = error_notice(error, try_again(), title="The counts could not be fetched")
            return *(no_update,) * 6, note, True
        if shown is None:
            wrong = bool(asked.span()[1])
            late = (looks or 0) >= LOOKS - 1
            said = "" if wrong else "The platform counts; this takes a moment."
            if late and not wrong:
                said = "The platform did not count in time. Reload to try again."
            return *(no_update,) * 6, html.P(said, className="ax-muted"), wrong or late
        if not shown.sources:
            said = "No data source passes these filters."
            return *(no_update,) * 6, html.P(said, className="ax-caution"), True
        drawing = views.draw_matrix(shown, asked, theme == "dark")
        return (
            *drawn(drawing),
            {"--ax-height": f"{drawing.figure.layout.height:.0f}px"},
            views.coverage_table(shown).to_dict("records"),
            common.day_panel(shown, asked, finder.known()),
            views.legend(shown.span.what, theme == "dark"),
            html.P(age_words(shown.days.freshness), className="ax-caution"),
            shown.whole,
        )


def _register_common(app: Dash, finder: _Finder) -> None:
    @app.callback(
        Output(Ids.COMMON, "children"),
        Output(Ids.CALENDAR, "figure"),
        Output(summary_id(Ids.CALENDAR), "children"),
        Output(Ids.CALENDAR_PLACE, "style"),
        Output(rows_id(table_id(Ids.CALENDAR)), "data"),
        Input(Ids.STATE, "data"),
        Input(FrameIds.THEME, "data"),
        Input(Ids.LOOK, "n_intervals"),
    )
    def show(params: dict[str, str], theme: str | None, _looks: int | None) -> tuple[Any, ...]:
        asked, known = read_asked(params), finder.known()
        kept = tuple(each for each in asked.of if each in known)
        asked = msgspec.structs.replace(asked, of=kept)
        try:
            shown = finder.find(asked)
        except AuroraXError:
            return (no_update,) * 5  # the note above says why
        if shown is None:
            return (no_update,) * 5
        words = common.common_words(shown, asked, known)
        if not asked.of:
            return words, no_update, no_update, {"display": "none"}, ""
        drawing = common.draw_calendars(shown, asked, known, theme == "dark")
        height = {"--ax-height": f"{drawing.figure.layout.height:.0f}px"}
        days = text_table(common.days_table(shown, asked, known))
        return words, *drawn(drawing), height, days.text()


def _register_clicks(app: Dash, finder: _Finder) -> None:
    app.clientside_callback(
        ClientsideFunction("aurorax", "fold"),
        Output(Ids.CLOSED, "data"),
        Input(Ids.MATRIX, "clickData"),
        State(Ids.MATRIX, "figure"),
        State(Ids.CLOSED, "data"),
        prevent_initial_call=True,
    )

    app.clientside_callback(
        ClientsideFunction("aurorax", "foldAll"),
        Output(Ids.CLOSED, "data", allow_duplicate=True),
        Input(Ids.FOLD, "n_clicks"),
        Input(Ids.UNFOLD, "n_clicks"),
        State(Ids.MATRIX, "figure"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Ids.DAY, "data"),
        Output(Ids.OF, "value"),
        Input(Ids.MATRIX, "clickData"),
        Input(Ids.CALENDAR, "clickData"),
        State(Ids.STATE, "data"),
        State(Ids.OF, "value"),
        prevent_initial_call=True,
    )
    def click(in_matrix: Any, in_calendar: Any, params: dict[str, str], of: Any) -> tuple[Any, ...]:
        asked, of = read_asked(params), of or []
        if ctx.triggered_id == Ids.CALENDAR:
            day = str(_point(in_calendar).get("customdata") or "")
            return f"{of[0]}:{day}" if of and day else no_update, no_update
        point, shown = _point(in_matrix), finder.find(asked)
        if shown is None or not point:
            return no_update, no_update
        found = views.matrix_of(shown, asked)
        names = row_names(found.lines)
        if point.get("y") not in names:
            return no_update, no_update
        key = found.keys[names.index(point["y"])]
        if isinstance(key, str):  # a program, which folds
            return no_update, no_update
        # The calendars follow the click while nobody has put sources together by hand.
        follow = [key] if len(of) <= 1 else no_update
        # In a month no day was meant; the calendars below have the days.
        day = no_update if found.months else f"{key}:{str(point.get('x'))[:10]}"
        return day, follow

    @app.callback(
        Output(Ids.BRUSH, "data"),
        Input(Ids.MATRIX, "relayoutData"),
        prevent_initial_call=True,
    )
    def brush(changed: dict[str, Any] | None) -> Any:
        found = brush_of(changed or {})
        return no_update if found is None else found


def _point(clicked: Any) -> dict[str, Any]:
    points = (clicked or {}).get("points") or [{}]
    return dict(points[0])


def _register_file(app: Dash, services: Services, finder: _Finder) -> None:
    @app.callback(
        Output(Ids.FILE, "data"),
        Input(Ids.CSV, "n_clicks"),
        Input(Ids.COVERAGE_CSV, "n_clicks"),
        State(Ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def download(days: int | None, coverage: int | None, params: dict[str, str]) -> Any:
        asked = read_asked(params)
        shown = finder.find(asked) if days or coverage else None
        if shown is None:
            return no_update
        whole = ctx.triggered_id == Ids.COVERAGE_CSV
        counted = "Minutes of ephemeris" if asked.what == "ephemeris" else "Data products"
        what = (
            f"Coverage by source, of {counted.lower()}"
            if whole
            else f"{counted} by source and day; days without are left out"
        )
        about = tables.facts(
            f"{what}, {asked.start} to {asked.end}",
            server=services.client.base_url,
            simulated=services.client.identity().simulated,
            retrieved=shown.days.freshness.fetched_at,
            Link=request.host_url.rstrip("/") + asked.address,
            Common_days=", ".join(
                day.isoformat() for day in common.common(shown, asked, finder.known())
            ),
        )
        table = views.coverage_table(shown) if whole else views.counts_table(shown)
        name = "coverage" if whole else "availability"
        file = tables.csv_bytes(table, about)
        return dcc.send_bytes(file, f"{name}-{asked.start}-{asked.end}.csv", type="text/csv")
