"""Sources: "what is in the platform?"."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash
import dash_bootstrap_components as dbc
import msgspec
from dash import Dash, Input, Output, State, dcc, html, no_update
from flask import request

from aurorax_dashboard.api.cache import Answer
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource, DataSourceStats
from aurorax_dashboard.components import addresses, cards, source_table, table_state
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.fields import field
from aurorax_dashboard.components.head import copy_link_button, csv_button, page_head
from aurorax_dashboard.components.notices import age_words
from aurorax_dashboard.components.source_table import Choice
from aurorax_dashboard.pages.listed import sources_missing
from aurorax_dashboard.searches import tables
from aurorax_dashboard.searches.questions import LongQuestion
from aurorax_dashboard.services import Services

_WAIT_S = 2.0
_LOOK_MS = 2_500
_LOOKS = 60
"""The platform has two and a half minutes to count."""


class Ids(StrEnum):
    """Names of the page's parts."""

    TEXT = "sources-text"
    PROGRAMS = "sources-programs"
    INSTRUMENT_TYPES = "sources-instrument-types"
    SOURCE_TYPES = "sources-types"
    TABLE = "sources-table"
    COUNT = "sources-count"
    STATS = "sources-stats"
    STATS_NOTE = "sources-stats-note"
    LOOK = "sources-look"
    PARAMS = "sources-params"
    CSV = "sources-csv"
    FILE = "sources-file"


_FIELDS = (Ids.TEXT, Ids.PROGRAMS, Ids.INSTRUMENT_TYPES, Ids.SOURCE_TYPES)


def _split(text: str | None) -> list[str]:
    return [part for part in (text or "").split(",") if part]


def choice_of(params: dict[str, str | None]) -> Choice:
    """Return the choice that an address holds."""
    return Choice(
        text=params.get("text") or "",
        programs=_split(params.get("program")),
        instrument_types=_split(params.get("instrument")),
        source_types=_split(params.get("type")),
    )


def layout(services: Services, choice: Choice, sort: str | None = None) -> html.Div:
    """Return the page showing what fits `choice`, in the order `sort`; statistics come later."""
    try:
        sources = services.sources()
    except AuroraXError as error:
        return html.Div(
            [
                page_head("Sources"),
                sources_missing(error),
            ],
            className="ax-page",
        )
    found = source_table.chosen(sources, choice)
    return html.Div(
        [
            page_head(
                "Sources",
                csv_button(Ids.CSV),
                copy_link_button("this table"),
                lines=(html.P(id=Ids.COUNT, className="ax-subline"),),
            ),
            _filters(sources, choice),
            html.Div(
                source_table.grid(Ids.TABLE, source_table.grid_rows(found, None), sort),
                className="ax-panel ax-panel--flush",
            ),
            html.P(id=Ids.STATS_NOTE, className="form-text", role="status"),
            dcc.Store(id=Ids.STATS),
            dcc.Store(id=Ids.PARAMS),
            dcc.Interval(id=Ids.LOOK, interval=_LOOK_MS, max_intervals=_LOOKS),
            dcc.Download(id=Ids.FILE),
        ],
        className="ax-page",
    )


def _filters(sources: list[DataSource], choice: Choice) -> html.Section:
    lists = (
        ("Program", Ids.PROGRAMS, "program", choice.programs),
        ("Instrument type", Ids.INSTRUMENT_TYPES, "instrument_type", choice.instrument_types),
        ("Where", Ids.SOURCE_TYPES, "source_type", choice.source_types),
    )
    return html.Section(
        [
            field(
                "Find",
                dbc.Input(
                    id=Ids.TEXT,
                    value=choice.text,
                    type="search",
                    placeholder="swarm, gillam, RGB ASI …",
                    debounce=False,
                    autocomplete="off",
                ),
            ),
            *(
                field(
                    label,
                    dcc.Dropdown(
                        id=name,
                        options=source_table.choices(sources, attribute),
                        value=chosen,
                        multi=True,
                        placeholder="any",
                        className="ax-dropdown",
                    ),
                )
                for label, name, attribute, chosen in lists
            ),
        ],
        className="ax-panel ax-source-filters",
        **{"aria-label": "Filter the sources"},
    )


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        names = ("text", "program", "instrument", "type")
        choice = choice_of({name: addresses.single(params, name) for name in names})
        return layout(services, choice, addresses.single(params, table_state.SORT))

    dash.register_page(
        "sources", path=addresses.SOURCES, title="Sources · AuroraX Dashboard", layout=page
    )
    _register_table(app, services)
    _register_stats(app, services)
    _register_file(app, services)


def read_stats(data: Any) -> dict[int, DataSourceStats] | None:
    """Return the statistics that the page's store holds; None while there are none."""
    return None if data is None else msgspec.convert(data, dict[int, DataSourceStats], strict=False)


def _register_table(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.TABLE, "rowData"),
        Output(Ids.COUNT, "children"),
        Output(Ids.PARAMS, "data"),
        *(Input(name, "value") for name in _FIELDS),
        Input(Ids.STATS, "data"),
    )
    def show(
        text: str | None,
        programs: list[str] | None,
        instrument_types: list[str] | None,
        source_types: list[str] | None,
        stats: Any,
    ) -> tuple[Any, ...]:
        choice = _choice(text, programs, instrument_types, source_types)
        sources = services.known_sources()
        found = source_table.chosen(sources, choice)
        count = (
            f"{len(found):,}" if len(found) == len(sources) else f"{len(found):,} of {len(sources):,}"
        )
        return (
            source_table.grid_rows(found, read_stats(stats)),
            f"{count} data sources",
            choice.params(),
        )

    show_in_address(app, Ids.PARAMS)
    cards.register(app, Ids.TABLE)


def _register_file(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.FILE, "data"),
        Input(Ids.CSV, "n_clicks"),
        *(State(name, "value") for name in _FIELDS),
        State(Ids.STATS, "data"),
        prevent_initial_call=True,
    )
    def download(
        clicks: int | None,
        text: str | None,
        programs: list[str] | None,
        instrument_types: list[str] | None,
        source_types: list[str] | None,
        stats: Any,
    ) -> Any:
        if not clicks:
            return no_update
        choice = _choice(text, programs, instrument_types, source_types)
        found = source_table.chosen(services.known_sources(), choice)
        identity = services.client.identity()
        about = tables.facts(
            f"{len(found):,} data sources" + ("" if stats else "; their records were not counted yet"),
            server=services.client.base_url,
            simulated=identity.simulated,
            Link=request.host_url.rstrip("/") + addresses.sources(**choice.params()),
        )
        file = tables.csv_bytes(source_table.frame(found, read_stats(stats)), about)
        return dcc.send_bytes(file, "data-sources.csv", type="text/csv")


def _choice(
    text: str | None,
    programs: list[str] | None,
    instrument_types: list[str] | None,
    source_types: list[str] | None,
) -> Choice:
    return Choice(
        text=text or "",
        programs=programs or [],
        instrument_types=instrument_types or [],
        source_types=source_types or [],
    )


def _register_stats(app: Dash, services: Services) -> None:
    def ask(_key: None) -> Answer[dict[int, DataSourceStats]]:
        answer = services.client.data_sources(format="identifier_only", include_stats=True)
        stats = {
            source.identifier: source.stats
            for source in answer.value
            if source.identifier is not None and source.stats is not None
        }
        return Answer(stats, answer.freshness)

    question: LongQuestion[None, Answer[dict[int, DataSourceStats]]] = LongQuestion(ask)

    @app.callback(
        Output(Ids.STATS, "data"),
        Output(Ids.STATS_NOTE, "children"),
        Output(Ids.LOOK, "disabled"),
        Input(Ids.LOOK, "n_intervals"),
        State(Ids.STATS, "data"),
    )
    def count(looks: int | None, known: Any) -> tuple[Any, Any, bool]:
        if known is not None:
            return no_update, no_update, True
        try:
            counted = question.look(None, _WAIT_S)
        except AuroraXError as error:
            return no_update, f"Records could not be counted: {error.sentence}", True
        if counted is not None:
            return _stored(counted.value), age_words(counted.freshness), True
        if (looks or 0) >= _LOOKS - 1:
            return (
                no_update,
                "The platform did not count its records in time. Reload to try again.",
                True,
            )
        return no_update, "Counting records; this takes the platform some seconds.", False


def _stored(stats: dict[int, DataSourceStats]) -> Any:
    """Return statistics as the page's store holds them, without what nobody reads."""
    lean = {
        str(identifier): msgspec.structs.replace(one, data_source=None)
        for identifier, one in stats.items()
    }
    return msgspec.to_builtins(lean)
