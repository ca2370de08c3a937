"""The form of the page of keograms: what is looked for, of which sources, in which nights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

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
from aurorax_dashboard.pages.keograms_asked import Asked
from aurorax_dashboard.queries.check_blocks import filter_problems
from aurorax_dashboard.queries.draft import BlockDraft
from aurorax_dashboard.queries.fields import common_fields
from aurorax_dashboard.queries.match import NAME_FIELDS, NameField
from aurorax_dashboard.queries.problems import Problem, has_errors
from aurorax_dashboard.queries.products import (
    KIND_NAMES,
    ProductKind,
    chosen_sources,
    problems,
    product_sources,
    source_days,
    title,
)
from aurorax_dashboard.services import Services

_TARGET = "products"
"""Under this name the dialog of metadata filters knows the form."""
_SLOT = "keograms-"
_PERIOD = PeriodControl(
    name="keograms",
    days=True,
    spans={"1 night": 1, "7 nights": 7, "27 nights": 27, "1 year": 365},
    problems=_SLOT,
)
_LABELS: dict[NameField, str] = {
    "programs": "Programs",
    "platforms": "Platforms",
    "instrument_types": "Instrument types",
}


class Ids(StrEnum):
    """Names of the form's parts."""

    KIND = "keograms-kind"
    PROGRAMS = "keograms-programs"
    PLATFORMS = "keograms-platforms"
    INSTRUMENT_TYPES = "keograms-instrument-types"
    FILTERS = "keograms-filters"
    SETTLED = "keograms-settled"
    WORDS = "keograms-words"
    SUBMIT = "keograms-submit"


_LISTS: dict[NameField, Ids] = {
    "programs": Ids.PROGRAMS,
    "platforms": Ids.PLATFORMS,
    "instrument_types": Ids.INSTRUMENT_TYPES,
}
_FIELDS = (Ids.KIND, _PERIOD.start, _PERIOD.end, *_LISTS.values())


def layout(asked: Asked, sources: Sequence[DataSource], *, is_open: bool) -> html.Details:
    """Return the form showing what is `asked`; folded to a line of words once there is an answer."""
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(
                        title(asked.query()[0], sources) if asked.names else "Choose what to see"
                    ),
                    html.Span("Change", className="btn btn-outline-secondary btn-sm"),
                ]
            ),
            html.Div(
                [
                    html.Div([_kinds(asked), *_PERIOD.fields(asked.start, asked.end)]),
                    html.Div(_sources(asked, sources)),
                ],
                className="ax-keogram-form",
            ),
            html.Div(
                [
                    dbc.Button([icon("search"), " Show"], id=Ids.SUBMIT, color="primary"),
                    html.Span(id=Ids.WORDS, className="form-text", role="status"),
                ],
                className="ax-actions",
            ),
            filters.dialog(),
            dcc.Store(id=Ids.SETTLED),
        ],
        open=is_open,
        className="ax-panel ax-keogram-asked",
    )


def _kinds(asked: Asked) -> html.Fieldset:
    return group(
        "Show",
        dbc.RadioItems(
            id=Ids.KIND,
            options=[{"value": kind, "label": name} for kind, name in KIND_NAMES.items()],
            value=asked.kind,
            inline=True,
        ),
    )


def _sources(asked: Asked, sources: Sequence[DataSource]) -> list[Any]:
    lists = _options(asked, sources)
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


def _options(asked: Asked, sources: Sequence[DataSource]) -> Mapping[NameField, Any]:
    """Return the options of each list of names, narrowed by the choices in the others."""
    block = BlockDraft(
        kind="ground",
        programs=list(asked.programs),
        platforms=list(asked.platforms),
        instrument_types=list(asked.instrument_types),
    )
    return criteria.option_lists(block, product_sources(sources))


def _read(
    kind: str | None,
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
        kind=cast(ProductKind, kind or "keogram"),
        filters=msgspec.convert(kept or {}, MetadataFilters),
    )


def problems_of(asked: Asked, sources: Sequence[DataSource]) -> list[Problem]:
    """Return everything that is wrong with what is asked."""
    query, unread = asked.query()
    known = {problem.field for problem in unread}
    found = [each for each in problems(query, sources) if each.field not in known]
    return [*unread, *found, *filter_problems("", asked.filters.expressions, ())]


def words_of(asked: Asked, sources: Sequence[DataSource]) -> str:
    """Return how much is asked for: ``2 imagers, 27 nights each``."""
    query, _ = asked.query()
    chosen, size = chosen_sources(query, sources), source_days(query, sources)
    if not chosen:
        return ""
    count = f"{len(chosen)} imager{'' if len(chosen) == 1 else 's'}"
    nights = size // len(chosen) if size else 0
    return f"{count}, {nights:,} night{'' if nights == 1 else 's'}" + (
        " each" if len(chosen) > 1 else ""
    )


def register(app: Dash, services: Services, go: str) -> None:
    """Add the callbacks of the form to `app`.

    Parameters
    ----------
    go
        Id of the location that leads to another address.
    """
    _register_checks(app, services)
    _PERIOD.register(app)
    _register_filters(app, services)

    @app.callback(
        Output(go, "href", allow_duplicate=True),
        Input(Ids.SUBMIT, "n_clicks"),
        *(State(name, "value") for name in _FIELDS),
        State(part(Part.FILTERS, _TARGET), "data"),
        prevent_initial_call=True,
    )
    def show(clicks: int | None, *values: Any) -> Any:
        asked = _read(*values)
        if not clicks or has_errors(problems_of(asked, services.known_sources())):
            return no_update
        return asked.address


def _register_checks(app: Dash, services: Services) -> None:
    slots = [f"{_SLOT}{name}" for name in ("start", "end", "sources", "filters")]
    app.clientside_callback(
        ClientsideFunction("aurorax", "settle"),
        Output(Ids.SETTLED, "data"),
        *(Input(name, "value") for name in _FIELDS),
        Input(part(Part.FILTERS, _TARGET), "data"),
    )

    @app.callback(
        *(Output({"type": PROBLEM, "field": slot}, "children") for slot in slots),
        *(Output(name, "options") for name in _LISTS.values()),
        Output(Ids.WORDS, "children"),
        Output(Ids.SUBMIT, "disabled"),
        Input(Ids.SETTLED, "data"),
        *(State(name, "value") for name in _FIELDS),
        State(part(Part.FILTERS, _TARGET), "data"),
        prevent_initial_call=True,
    )
    def check(_settled: Any, *values: Any) -> tuple[Any, ...]:
        asked, sources = _read(*values), services.known_sources()
        found = problems_of(asked, sources)
        at = placed(
            [Problem(f"{_SLOT}{p.field.lstrip('.')}", p.message, p.severity) for p in found], slots
        )
        lists = _options(asked, sources)
        # Nothing is wrong with a form that nobody has begun to fill in.
        begun = asked.names or bool(asked.start)
        return (
            *(problem_texts(at[slot] if begun else ()) for slot in slots),
            *(lists[names] for names in _LISTS),
            words_of(asked, sources),
            has_errors(found),
        )


def _register_filters(app: Dash, services: Services) -> None:
    @app.callback(
        *filters.OPENED,
        Input(Ids.FILTERS, "n_clicks"),
        *(State(name, "value") for name in _FIELDS),
        State(part(Part.FILTERS, _TARGET), "data"),
        prevent_initial_call=True,
    )
    def open_filters(clicks: int | None, *values: Any) -> Any:
        if not clicks:
            return (no_update,) * len(filters.OPENED)
        asked, sources = _read(*values), services.known_sources()
        chosen = chosen_sources(asked.query()[0], sources) or product_sources(sources)
        fields = common_fields(chosen, "data_products")
        return filters.opened(_TARGET, KIND_NAMES[asked.kind].lower(), fields, asked.filters)
