"""Availability: "is there any data?". The address holds all that is asked; nothing else does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import dash
import dash_ag_grid as dag
import dash_bootstrap_components as dbc
import msgspec
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from flask import request

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource, DataSourceStats
from aurorax_dashboard.components import addresses, source_table
from aurorax_dashboard.components.fields import PROBLEM, field, placed, problem_texts
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, graph, summary_id
from aurorax_dashboard.components.notices import error_notice, icon
from aurorax_dashboard.components.period import PeriodControl
from aurorax_dashboard.components.source_table import Choice
from aurorax_dashboard.figures.availability import row_names
from aurorax_dashboard.pages import availability_views as views
from aurorax_dashboard.pages.availability_asked import (
    MOST_TOGETHER,
    PARAMS,
    Asked,
    fresh,
    read_asked,
)
from aurorax_dashboard.pages.availability_views import Shown
from aurorax_dashboard.pages.source_views import name_of
from aurorax_dashboard.queries.names import program_name
from aurorax_dashboard.searches import tables
from aurorax_dashboard.searches.days import DayCounts, Span
from aurorax_dashboard.searches.questions import LongQuestion
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import utc

_WAIT_S = 3.0
_LIVES_WAIT_S = 0.05
_LOOK_MS = 2_500
_LOOKS = 120

_SLOT = "availability-"
_LISTS = (
    ("Program", "programs", "program"),
    ("Platform", "platforms", "platform"),
    ("Instrument type", "instruments", "instrument_type"),
    ("Where", "types", "source_type"),
)


class Ids(StrEnum):
    """Names of the page's parts."""

    WHAT = "availability-what"
    TEXT = "availability-text"
    SORT = "availability-sort"
    EXACT = "availability-exact"
    OF = "availability-of"
    CLOSED = "availability-closed"
    DAY = "availability-day"
    SETTLED = "availability-settled"
    STATE = "availability-state"
    SHOWN = "availability-shown"
    LOOK = "availability-look"
    NOTE = "availability-note"
    LEGEND = "availability-legend"
    MATRIX = "availability-matrix"
    MATRIX_PLACE = "availability-matrix-place"
    DAY_PANEL = "availability-day-panel"
    COMMON = "availability-common"
    CALENDAR = "availability-calendar"
    CALENDAR_PLACE = "availability-calendar-place"
    TABLE = "availability-table"
    CSV = "availability-csv"
    FILE = "availability-file"


PERIOD = PeriodControl(
    name="availability",
    days=True,
    spans={"27 days": 27, "1 year": 365, "5 years": 1826},
    problems=_SLOT,
)


def _list_id(name: str) -> str:
    return f"availability-{name}"


_FIELDS = (
    Ids.WHAT, PERIOD.start, PERIOD.end, Ids.TEXT, *(_list_id(name) for _, name, _ in _LISTS),
    Ids.SORT, Ids.EXACT, Ids.OF,
)  # fmt: skip

_COLUMNS = (
    ("source", 190), ("program", 130), ("platform", 140), ("instrument type", 170),
    ("days with data", 130), ("% of days", 110), ("longest gap (days)", 150),
    ("first day", 115), ("last day", 115),
)  # fmt: skip
_NUMBERS = {"days with data", "% of days", "longest gap (days)"}


def layout(services: Services, asked: Asked) -> html.Div:
    """Return the page; its figures come with the counts."""
    said: list[Any] = []
    try:
        sources = services.sources()
    except AuroraXError as error:
        sources = []
        said.append(error_notice(error, title="The list of data sources could not be fetched"))
    return html.Div(
        [
            html.Div([html.H1("Availability"), _actions()], className="ax-page-head"),
            *said,
            _form(asked, sources),
            html.Div(id=Ids.NOTE, role="status"),
            html.Div(id=Ids.LEGEND),
            html.Div(
                graph(Ids.MATRIX, "own", file_name="availability"),
                id=Ids.MATRIX_PLACE,
                style={"--ax-height": "420px"},
            ),
            html.Div(id=Ids.DAY_PANEL),
            _common_section(asked, sources),
            html.Section(
                [
                    html.H2("Coverage"),
                    html.Div(_coverage_grid(), className="ax-panel ax-panel--flush"),
                ]
            ),
            dcc.Store(id=Ids.CLOSED, data=list(asked.closed)),
            dcc.Store(id=Ids.DAY, data=asked.day),
            dcc.Store(id=Ids.SETTLED),
            dcc.Store(id=Ids.STATE, data=asked.params()),
            dcc.Store(id=Ids.SHOWN),
            dcc.Interval(id=Ids.LOOK, interval=_LOOK_MS, max_intervals=_LOOKS, disabled=True),
            dcc.Download(id=Ids.FILE),
        ],
        className="ax-page ax-availability",
    )


def _actions() -> html.Div:
    return html.Div(
        [
            dbc.Button(
                [icon("download"), " CSV"], id=Ids.CSV, color="secondary", outline=True, size="sm"
            ),
            html.Button(
                [icon("link-45deg"), " Copy link"],
                className="btn btn-outline-secondary btn-sm ax-copy-link",
                title="Copy the address of this view",
            ),
        ],
        className="ax-actions",
    )


def _form(asked: Asked, sources: Sequence[DataSource]) -> html.Section:
    values = {
        "programs": asked.choice.programs,
        "platforms": list(asked.platforms),
        "instruments": asked.choice.instrument_types,
        "types": asked.choice.source_types,
    }
    what = {"ephemeris": "Ephemeris", "products": "Data products"}
    sorts = {"name": "by name", "coverage": "by coverage", "last": "by last day"}
    return html.Section(
        [
            html.Div(
                [
                    _radio(Ids.WHAT, what, asked.what, "What is counted"),
                    _radio(Ids.SORT, sorts, asked.sort, "Order within a program"),
                    dbc.Switch(id=Ids.EXACT, label="Exact counts (slow)", value=asked.exact),
                ],
                className="ax-view-bar",
            ),
            html.Div(
                [
                    html.Div(PERIOD.fields(asked.start, asked.end)),
                    html.Div(
                        [
                            field(
                                "Find",
                                dbc.Input(
                                    id=Ids.TEXT,
                                    value=asked.choice.text,
                                    type="search",
                                    placeholder="swarm, gillam, RGB ASI …",
                                    autocomplete="off",
                                ),
                            ),
                            *(
                                field(
                                    label,
                                    dcc.Dropdown(
                                        id=_list_id(name),
                                        options=source_table.choices(sources, attribute),
                                        value=values[name],
                                        multi=True,
                                        placeholder="any",
                                        className="ax-dropdown",
                                    ),
                                )
                                for label, name, attribute in _LISTS
                            ),
                        ],
                        className="ax-availability-lists",
                    ),
                ],
                className="ax-availability-form",
            ),
        ],
        className="ax-panel",
        **{"aria-label": "What is shown"},
    )


def _radio(name: Ids, options: Mapping[str, str], value: str, label: str) -> html.Div:
    choice = dbc.RadioItems(
        id=name,
        options=[{"label": text, "value": key} for key, text in options.items()],
        value=value,
        inline=True,
        className="ax-choice",
    )
    return html.Div(choice, role="radiogroup", **{"aria-label": label})


def _common_section(asked: Asked, sources: Sequence[DataSource]) -> html.Section:
    options = sorted(
        (
            {
                "value": one.identifier,
                "label": f"{name_of(one)} · {program_name(one.program or '')} · {one.instrument_type}",
            }
            for one in sources
            if (one.identifier or -1) >= 0
        ),
        key=lambda option: str(option["label"]).casefold(),
    )
    return html.Section(
        [
            html.H2("Common days"),
            html.Div(
                [
                    html.Div(
                        [
                            field(
                                f"Sources that must all have data (up to {MOST_TOGETHER})",
                                dcc.Dropdown(
                                    id=Ids.OF,
                                    options=options,
                                    value=list(asked.of),
                                    multi=True,
                                    placeholder="Fort Smith, Swarm A, Swarm B …",
                                    className="ax-dropdown",
                                ),
                            ),
                            html.Div(id=Ids.COMMON, **{"aria-live": "polite"}),
                        ],
                        className="ax-panel",
                    ),
                    html.Div(
                        graph(Ids.CALENDAR, "own", file_name="calendar"),
                        id=Ids.CALENDAR_PLACE,
                        style={"--ax-height": "260px"},
                    ),
                ],
                className="ax-common",
            ),
        ]
    )


def _coverage_grid() -> dag.AgGrid:
    return dag.AgGrid(
        id=Ids.TABLE,
        columnDefs=[
            {
                "field": name,
                "headerName": name[:1].upper() + name[1:],
                "width": width,
                **({"type": "rightAligned"} if name in _NUMBERS else {}),
            }
            for name, width in _COLUMNS
        ],
        rowData=[],
        defaultColDef={"sortable": True, "resizable": True, "filter": False},
        dashGridOptions={"rowHeight": 32, "suppressCellFocus": True, "suppressFieldDotNotation": True},
        className="ax-table",
        style={"height": "420px"},
    )


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
        self._lives: LongQuestion[None, dict[int, tuple[date, date]]] = LongQuestion(self._ask_lives)
        self._known_lives: dict[int, tuple[date, date]] = {}

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

    def _lives_of(self, span: Span) -> dict[int, tuple[date, date]]:
        """Return first and last day of each source, as far as the platform has counted them already."""
        if span.what != "ephemeris":
            return {}
        if not self._known_lives:
            try:
                self._known_lives = self._lives.look(None, _LIVES_WAIT_S) or {}
            except AuroraXError:
                return {}
        return self._known_lives

    def _ask_lives(self, _key: None) -> dict[int, tuple[date, date]]:
        answer = self._services.client.data_sources(format="identifier_only", include_stats=True)
        return {
            source.identifier: life
            for source in answer.value
            if source.identifier is not None and (life := _life(source.stats))
        }


def _life(stats: DataSourceStats | None) -> tuple[date, date] | None:
    first = stats.earliest_ephemeris_loaded if stats else None
    last = stats.latest_ephemeris_loaded if stats else None
    return None if first is None or last is None else (utc(first).date(), utc(last).date())


def _register_asking(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("aurorax", "settle"),
        Output(Ids.SETTLED, "data"),
        *(Input(name, "value") for name in _FIELDS),
        Input(Ids.CLOSED, "data"),
        Input(Ids.DAY, "data"),
        prevent_initial_call=True,
    )
    slots = [f"{_SLOT}{name}" for name in ("start", "end")]

    @app.callback(
        Output(Ids.STATE, "data"),
        *(Output({"type": PROBLEM, "field": slot}, "children") for slot in slots),
        Input(Ids.SETTLED, "data"),
        *(State(name, "value") for name in _FIELDS),
        State(Ids.CLOSED, "data"),
        State(Ids.DAY, "data"),
        prevent_initial_call=True,
    )
    def ask(
        _settled: Any, what: str, start: str | None, end: str | None, text: str | None,
        programs: Any, platforms: Any, instruments: Any, types: Any, sort: str, exact: bool, of: Any,
        closed: list[str], day: str,
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
        )
        asked = msgspec.structs.replace(asked, sort=read_asked({"sort": sort}).sort)
        _, problems = asked.span()
        at = placed(
            [msgspec.structs.replace(one, field=f"{_SLOT}{one.field}") for one in problems], slots
        )
        return asked.params(), *(problem_texts(at[slot]) for slot in slots)

    app.clientside_callback(
        ClientsideFunction("address", "show"),
        Output(Ids.SHOWN, "data"),
        Input(Ids.STATE, "data"),
        prevent_initial_call=True,
    )


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
            note = error_notice(error, title="The counts could not be fetched")
            return *(no_update,) * 6, note, True
        if shown is None:
            wrong = bool(asked.span()[1])
            late = (looks or 0) >= _LOOKS - 1
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
            views.day_panel(shown, asked, finder.known()),
            views.legend(shown.span.what, theme == "dark"),
            "",
            True,
        )


def _register_common(app: Dash, finder: _Finder) -> None:
    @app.callback(
        Output(Ids.COMMON, "children"),
        Output(Ids.CALENDAR, "figure"),
        Output(summary_id(Ids.CALENDAR), "children"),
        Output(Ids.CALENDAR_PLACE, "style"),
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
            return (no_update,) * 4  # the note above says why
        if shown is None:
            return (no_update,) * 4
        words = views.common_words(shown, asked, known)
        if not asked.of:
            return words, no_update, no_update, {"display": "none"}
        drawing = views.draw_calendars(shown, asked, known, theme == "dark")
        height = {"--ax-height": f"{drawing.figure.layout.height:.0f}px"}
        return words, *drawn(drawing), height


def _register_clicks(app: Dash, finder: _Finder) -> None:
    @app.callback(
        Output(Ids.CLOSED, "data"),
        Output(Ids.DAY, "data"),
        Output(Ids.OF, "value"),
        Input(Ids.MATRIX, "clickData"),
        State(Ids.STATE, "data"),
        State(Ids.OF, "value"),
        prevent_initial_call=True,
    )
    def click(clicked: Any, params: dict[str, str], of: list[int] | None) -> tuple[Any, Any, Any]:
        asked = read_asked(params)
        shown = finder.find(asked)
        points = (clicked or {}).get("points") or []
        if shown is None or not points:
            return (no_update,) * 3
        found = views.matrix_of(shown, asked)
        names = row_names(found.lines)
        if points[0].get("y") not in names:
            return (no_update,) * 3
        key = found.keys[names.index(points[0]["y"])]
        if isinstance(key, str):
            closed = list(asked.closed)
            return (
                [one for one in closed if one != key] if key in closed else [*closed, key],
                no_update,
                no_update,
            )
        day = str(points[0].get("x"))[:10]
        # The calendars follow the click while nobody has put sources together by hand.
        follow = [key] if len(of or []) <= 1 else no_update
        return no_update, f"{key}:{day}", follow


def _register_file(app: Dash, services: Services, finder: _Finder) -> None:
    @app.callback(
        Output(Ids.FILE, "data"),
        Input(Ids.CSV, "n_clicks"),
        State(Ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def download(clicks: int | None, params: dict[str, str]) -> Any:
        asked = read_asked(params)
        shown = finder.find(asked) if clicks else None
        if shown is None:
            return no_update
        about = tables.facts(
            f"{'Minutes of ephemeris' if asked.what == 'ephemeris' else 'Data products'} by source and day, "
            f"{asked.start} to {asked.end}; days without are left out",
            server=services.client.base_url,
            simulated=services.client.identity().simulated,
            retrieved=shown.days.retrieved,
            Link=request.host_url.rstrip("/") + asked.address,
            Common_days=", ".join(
                day.isoformat() for day in views.common(shown, asked, finder.known())
            ),
        )
        file = tables.csv_bytes(views.counts_table(shown), about)
        return dcc.send_bytes(file, f"availability-{asked.start}-{asked.end}.csv", type="text/csv")
