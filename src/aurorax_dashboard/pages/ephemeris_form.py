"""The form of the page of ephemeris: of which sources, in which time, under which conditions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.models import DataSource, MetadataFilters
from aurorax_dashboard.components import criteria, filters
from aurorax_dashboard.components.criteria import Part, part
from aurorax_dashboard.components.fields import (
    PROBLEM,
    group,
    placed,
    problem_slot,
    problem_texts,
)
from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.components.period import PeriodControl
from aurorax_dashboard.pages.ephemeris_asked import Asked
from aurorax_dashboard.queries.ephemeris import chosen_sources, most_records, problems, sentence
from aurorax_dashboard.queries.fields import common_fields
from aurorax_dashboard.queries.match import NAME_FIELDS, narrowed
from aurorax_dashboard.queries.problems import Problem, has_errors
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import format_time

_TARGET = "ephemeris"
"""Under this name the dialog of metadata filters knows the form."""
_SLOT = "ephemeris-"
_LABELS = {"programs": "Programs", "platforms": "Platforms", "instrument_types": "Instrument types"}


class Ids(StrEnum):
    """Names of the form's parts."""

    PROGRAMS = "ephemeris-programs"
    PLATFORMS = "ephemeris-platforms"
    INSTRUMENT_TYPES = "ephemeris-instrument-types"
    FILTERS = "ephemeris-filters"
    SETTLED = "ephemeris-settled"
    WORDS = "ephemeris-words"
    SUBMIT = "ephemeris-submit"
    FAILURE = "ephemeris-failure"


PERIOD = PeriodControl(
    name="ephemeris",
    spans={"1 day": 1, "3 days": 3, "27 days": 27},
    problems=_SLOT,
)

_LISTS = {
    "programs": Ids.PROGRAMS,
    "platforms": Ids.PLATFORMS,
    "instrument_types": Ids.INSTRUMENT_TYPES,
}
FIELDS = (PERIOD.start, PERIOD.end, *_LISTS.values())


def layout(asked: Asked, sources: Sequence[DataSource], *, is_open: bool) -> html.Details:
    """Return the form showing what is `asked`; folded to a line of words once there is an answer."""
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(
                        sentence(asked.query()[0], sources)
                        if asked.begun
                        else "Choose sources and a time"
                    ),
                    html.Span("Change", className="btn btn-outline-secondary btn-sm"),
                ]
            ),
            html.Div(
                [html.Div(_sources(asked, sources)), html.Div(_period(asked))],
                className="ax-ephemeris-form",
            ),
            html.Div(
                [
                    dbc.Button([icon("search"), " Search"], id=Ids.SUBMIT, color="primary"),
                    html.Span(id=Ids.WORDS, className="form-text", role="status"),
                ],
                className="ax-actions",
            ),
            html.Div(id=Ids.FAILURE, **{"aria-live": "assertive"}),
            filters.dialog(),
            dcc.Store(id=Ids.SETTLED),
        ],
        open=is_open,
        className="ax-panel ax-ephemeris-asked",
    )


def _sources(asked: Asked, sources: Sequence[DataSource]) -> list[Any]:
    lists = criteria.listed(narrowed(asked.criteria(), sources))
    return [
        *(
            group(
                _LABELS[names],
                dcc.Dropdown(
                    id=_LISTS[names],
                    options=lists[names],
                    value=list(getattr(asked, names)),
                    multi=True,
                    placeholder="any",
                    className="ax-dropdown",
                ),
            )
            for names in NAME_FIELDS
        ),
        problem_slot(f"{_SLOT}sources"),
    ]


def _period(asked: Asked) -> list[Any]:
    return [
        *PERIOD.fields(asked.start, asked.end),
        html.Div(
            [
                html.Button(
                    html.Span(
                        criteria.filters_label(asked.filters),
                        id=part(Part.FILTERS_OPEN, _TARGET),
                        disable_n_clicks=True,
                    ),
                    id=Ids.FILTERS,
                    className="btn btn-outline-secondary btn-sm",
                ),
                dcc.Store(id=part(Part.FILTERS, _TARGET), data=msgspec.to_builtins(asked.filters)),
                problem_slot(f"{_SLOT}filters"),
            ],
            className="ax-field",
        ),
    ]


def fresh(asked: Asked) -> Asked:
    """Return what an address asks for, with yesterday where it names no time."""
    if asked.start or asked.end:
        return asked
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    return asked.but(
        start=format_time(day), end=format_time(day + timedelta(days=1, seconds=-1), seconds=True)
    )


def fields(dependency: type[Input] | type[State]) -> list[Any]:
    """Return every field of the form as inputs or states of a callback, for :func:`read`."""
    return [
        *(dependency(name, "value") for name in FIELDS),
        dependency(part(Part.FILTERS, _TARGET), "data"),
    ]


def read(
    start: str | None,
    end: str | None,
    programs: list[str] | None,
    platforms: list[str] | None,
    instrument_types: list[str] | None,
    kept: Any,
) -> Asked:
    """Return what the fields of the form ask for."""
    return Asked(
        start=(start or "").strip(),
        end=(end or "").strip(),
        programs=tuple(programs or ()),
        platforms=tuple(platforms or ()),
        instrument_types=tuple(instrument_types or ()),
        filters=msgspec.convert(kept or {}, MetadataFilters),
    )


def problems_of(asked: Asked, sources: Sequence[DataSource]) -> list[Problem]:
    """Return everything that is wrong with what is asked, each under the name of its field."""
    query, unread = asked.query()
    known = {problem.field for problem in unread}
    found = [*unread, *(each for each in problems(query, sources) if each.field not in known)]
    return [
        Problem(f"{_SLOT}{each.field.removeprefix(_SLOT)}", each.message, each.severity)
        for each in found
    ]


def words_of(asked: Asked, sources: Sequence[DataSource]) -> str:
    """Return how much is asked for: ``3 sources, up to 4,320 records``."""
    query, _ = asked.query()
    count, most = len(chosen_sources(query, sources)), most_records(query, sources)
    if not count:
        return ""
    said = f"{count} source{'' if count == 1 else 's'}"
    return f"{said}, up to {most:,} records" if most else said


def register(app: Dash, services: Services) -> None:
    """Add the callbacks of the form to `app`."""
    _register_checks(app, services)
    PERIOD.register(app)
    _register_filters(app, services)


def _register_checks(app: Dash, services: Services) -> None:
    slots = [f"{_SLOT}{name}" for name in ("start", "end", "sources", "filters")]
    app.clientside_callback(
        ClientsideFunction("aurorax", "settle"), Output(Ids.SETTLED, "data"), *fields(Input)
    )

    @app.callback(
        *(Output({"type": PROBLEM, "field": slot}, "children") for slot in slots),
        *(Output(name, "options") for name in _LISTS.values()),
        Output(Ids.WORDS, "children"),
        Output(Ids.SUBMIT, "disabled"),
        Input(Ids.SETTLED, "data"),
        *fields(State),
    )
    def check(_settled: Any, *values: Any) -> tuple[Any, ...]:
        asked, sources = read(*values), services.known_sources()
        found = problems_of(asked, sources)
        # Nobody has to be told to choose sources before they had the time to.
        shown = [
            each for each in found if asked.programs or asked.platforms or "sources" not in each.field
        ]
        at = placed(shown, slots)
        lists = criteria.listed(narrowed(asked.criteria(), sources))
        return (
            *(problem_texts(at[slot]) for slot in slots),
            *(lists[names] for names in NAME_FIELDS),
            words_of(asked, sources),
            has_errors(found),
        )


def _register_filters(app: Dash, services: Services) -> None:
    @app.callback(
        *filters.OPENED,
        Input(Ids.FILTERS, "n_clicks"),
        *fields(State),
        prevent_initial_call=True,
    )
    def open_filters(clicks: int | None, *values: Any) -> Any:
        if not clicks:
            return (no_update,) * len(filters.OPENED)
        asked = read(*values)
        chosen = chosen_sources(asked.query()[0], services.known_sources())
        return filters.opened(_TARGET, "the ephemeris", common_fields(chosen), asked.filters)
