"""The dialog of metadata filters: conditions on the fields that a block's sources really have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, dcc, html, no_update

from aurorax_dashboard.api.models import DataSource, MetadataExpression, MetadataFilters
from aurorax_dashboard.components import criteria
from aurorax_dashboard.components.criteria import Part, part
from aurorax_dashboard.components.fields import problem_texts
from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.queries.blocks import KIND_NAMES, split_name
from aurorax_dashboard.queries.conditions import find, kept_values, read_filters, row_problems
from aurorax_dashboard.queries.draft import BlockDraft
from aurorax_dashboard.queries.fields import FilterField, common_fields
from aurorax_dashboard.queries.match import matching_sources
from aurorax_dashboard.queries.operators import OPERATORS, operators_for, value_text
from aurorax_dashboard.queries.problems import has_errors

_SEVERAL = ("in", "not in", "=", "!=")
"""Operators that take any number of values from a list of allowed ones."""


class Ids(StrEnum):
    """Names of the dialog's parts."""

    DIALOG = "filters-dialog"
    TITLE = "filters-title"
    TARGET = "filters-target"
    FIELDS = "filters-fields"
    ROWS = "filters-rows"
    LOGIC = "filters-logic"
    ADD = "filters-add"
    APPLY = "filters-apply"
    CLOSE = "filters-close"


class Row(StrEnum):
    """Parts of one condition; see :func:`_row_id`."""

    ALL = "filter-row"
    KEY = "filter-key"
    OPERATOR = "filter-operator"
    VALUES = "filter-values"
    VALUES_SLOT = "filter-values-slot"
    HELP = "filter-help"
    PROBLEM = "filter-problem"
    REMOVE = "filter-remove"


def _row_id(kind: Row, row: Any) -> dict[str, Any]:
    return {"type": kind.value, "row": row}


def dialog() -> dbc.Modal:
    """Return the dialog, closed; it belongs once into a page that shows criteria blocks."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(id=Ids.TITLE)),
            dbc.ModalBody(
                [
                    dbc.RadioItems(
                        id=Ids.LOGIC,
                        options=[
                            {"label": "All conditions hold (AND)", "value": "AND"},
                            {"label": "Any condition holds (OR)", "value": "OR"},
                        ],
                        value="AND",
                        inline=True,
                    ),
                    html.Div(id=Ids.ROWS, className="ax-filters"),
                    dbc.Button(
                        "Add a condition", id=Ids.ADD, color="secondary", outline=True, size="sm"
                    ),
                ]
            ),
            dbc.ModalFooter(
                [
                    dbc.Button("Cancel", id=Ids.CLOSE, color="secondary", outline=True),
                    dbc.Button("Apply", id=Ids.APPLY, color="primary"),
                ]
            ),
            dcc.Store(id=Ids.TARGET),
            dcc.Store(id=Ids.FIELDS),
        ],
        id=Ids.DIALOG,
        labelledby=Ids.TITLE,
        size="lg",
        scrollable=True,
        is_open=False,
    )


def _row(row: str, fields: Sequence[FilterField], expression: MetadataExpression | None) -> html.Div:
    """Return one condition, empty or showing `expression`."""
    key = expression.key if expression else None
    operator = expression.operator if expression else None
    given = [value_text(value) for value in expression.values] if expression else []
    return html.Div(
        [
            dcc.Dropdown(
                id=_row_id(Row.KEY, row),
                options=_field_options(fields, key),
                value=key,
                placeholder="Field",
                className="ax-dropdown ax-filter__key",
                clearable=False,
            ),
            dcc.Dropdown(
                id=_row_id(Row.OPERATOR, row),
                options=_operator_options(fields, key),
                value=operator,
                placeholder="Comparison",
                className="ax-dropdown ax-filter__operator",
                clearable=False,
            ),
            html.Div(
                _values_control(row, fields, key, operator, given),
                id=_row_id(Row.VALUES_SLOT, row),
                className="ax-filter__values",
            ),
            html.Button(
                icon("x-lg"),
                id=_row_id(Row.REMOVE, row),
                className="ax-icon-button",
                title="Remove this condition",
                **{"aria-label": "Remove this condition"},
            ),
            html.Div(
                _help(fields, key),
                id=_row_id(Row.HELP, row),
                className="form-text ax-filter__help",
            ),
            html.Div(
                id=_row_id(Row.PROBLEM, row),
                className="ax-mistakes ax-filter__problem",
                **{"aria-live": "polite"},
            ),
        ],
        id=_row_id(Row.ALL, row),
        className="ax-filter",
    )


def _field_options(fields: Sequence[FilterField], key: str | None) -> list[dict[str, Any]]:
    """Return the fields with what they mean; a `key` that none of the sources has is kept."""
    told = {known.name: known.description or "" for known in fields}
    if key is not None:
        told.setdefault(key, "")
    return [
        {
            "label": html.Span([html.Span(name), html.Small(meaning)], className="ax-option"),
            "value": name,
            "search": f"{name} {meaning}",
        }
        for name, meaning in told.items()
    ]


def _operator_options(fields: Sequence[FilterField], key: str | None) -> list[dict[str, str]]:
    known = find(fields, key)
    allowed = operators_for(known.type) if known else list(OPERATORS.values())
    return [
        {"label": f"{operator.label}  ({operator.symbol})", "value": operator.symbol}
        for operator in allowed
    ]


def _help(fields: Sequence[FilterField], key: str | None) -> str:
    known = find(fields, key)
    return (known.description or "") if known else ""


def _values_control(
    row: str,
    fields: Sequence[FilterField],
    key: str | None,
    operator: str | None,
    given: Sequence[str],
) -> Any:
    """Return a list to tick where the schema names the values, else a text to type them into."""
    known = find(fields, key)
    if known and known.allowed_values and operator in _SEVERAL:
        return dcc.Dropdown(
            id=_row_id(Row.VALUES, row),
            options=list(dict.fromkeys([*known.allowed_values, *given])),
            value=list(given),
            multi=True,
            placeholder="Values",
            className="ax-dropdown",
        )
    hint = {"between": "lowest, highest", "in": "values, with commas", "not in": "values, with commas"}
    return dbc.Input(
        id=_row_id(Row.VALUES, row),
        value=", ".join(given),
        placeholder=hint.get(operator or "", "value"),
    )


def _fields_of(block: BlockDraft, sources: Sequence[DataSource]) -> list[FilterField]:
    return common_fields(matching_sources(block.kind, criteria.criteria_of(block), sources))


OPENED = (
    Output(Ids.DIALOG, "is_open", allow_duplicate=True),
    Output(Ids.TITLE, "children", allow_duplicate=True),
    Output(Ids.TARGET, "data", allow_duplicate=True),
    Output(Ids.FIELDS, "data", allow_duplicate=True),
    Output(Ids.ROWS, "children", allow_duplicate=True),
    Output(Ids.LOGIC, "value", allow_duplicate=True),
)
"""What a callback that opens the dialog changes, for pages that choose sources otherwise than by blocks.

Conditions are then kept in the stores ``part(Part.FILTERS, target)``, and said by
``part(Part.FILTERS_OPEN, target)``.
"""


def opened(
    target: str, of: str, fields: Sequence[FilterField], filters: MetadataFilters
) -> tuple[Any, ...]:
    """Return what :data:`OPENED` takes: the dialog showing `filters` on `fields` for the block `target`.

    Parameters
    ----------
    of
        What the filters belong to, as the title says it.
    """
    rows = [_row(str(row), fields, one) for row, one in enumerate(filters.expressions)]
    return (
        True,
        f"Metadata filters of {of}",
        target,
        msgspec.to_builtins(list(fields)),
        rows or [_row("0", fields, None)],
        filters.logical_operator,
    )


def register(app: Dash, sources: Callable[[], Sequence[DataSource]]) -> None:
    """Add the callbacks of the dialog to `app`."""
    _register_opening(app, sources)
    _register_rows(app)
    _register_applying(app)


def _register_opening(app: Dash, sources: Callable[[], Sequence[DataSource]]) -> None:
    @app.callback(
        Output(Ids.DIALOG, "is_open"),
        Output(Ids.TITLE, "children"),
        Output(Ids.TARGET, "data"),
        Output(Ids.FIELDS, "data"),
        Output(Ids.ROWS, "children"),
        Output(Ids.LOGIC, "value"),
        Input(part(Part.FILTERS_OPEN, ALL), "n_clicks"),
        *(State(part(name_part, ALL), "value") for name_part in criteria.VALUE_PARTS),
        State(part(Part.FILTERS, ALL), "data"),
        prevent_initial_call=True,
    )
    def open_dialog(clicks: list[int | None], *_values: Any) -> Any:
        if not any(clicks) or ctx.triggered_id is None:
            return (no_update,) * 6
        name = ctx.triggered_id["block"]
        groups = dict(zip((*criteria.VALUE_PARTS, Part.FILTERS), ctx.states_list, strict=True))
        own = {
            kind: [entry for entry in group if entry["id"]["block"] == name]
            for kind, group in groups.items()
        }
        block = criteria.read_blocks(own)[0]
        fields = _fields_of(block, sources())
        kind, number = split_name(name)
        return opened(name, f"{KIND_NAMES[kind]} {number}", fields, block.filters)

    @app.callback(
        Output(Ids.DIALOG, "is_open", allow_duplicate=True),
        Input(Ids.CLOSE, "n_clicks"),
        prevent_initial_call=True,
    )
    def close(_clicks: int) -> bool:
        return False


def _register_rows(app: Dash) -> None:
    @app.callback(
        Output(Ids.ROWS, "children", allow_duplicate=True),
        Input(Ids.ADD, "n_clicks"),
        State(Ids.ROWS, "children"),
        State(Ids.FIELDS, "data"),
        prevent_initial_call=True,
    )
    def add_row(clicks: int, rows: list[Any], fields: list[dict[str, Any]]) -> list[Any]:
        return [*rows, _row(f"added-{clicks}", msgspec.convert(fields, list[FilterField]), None)]

    @app.callback(
        Output(_row_id(Row.ALL, MATCH), "children"),
        Input(_row_id(Row.REMOVE, MATCH), "n_clicks"),
        prevent_initial_call=True,
    )
    def remove_row(clicks: int | None) -> Any:
        return None if clicks else no_update

    @app.callback(
        Output(_row_id(Row.OPERATOR, MATCH), "options"),
        Output(_row_id(Row.OPERATOR, MATCH), "value"),
        Output(_row_id(Row.HELP, MATCH), "children"),
        Input(_row_id(Row.KEY, MATCH), "value"),
        State(Ids.FIELDS, "data"),
        prevent_initial_call=True,
    )
    def offer_operators(key: str | None, fields: list[dict[str, Any]]) -> tuple[Any, ...]:
        known = msgspec.convert(fields, list[FilterField])
        choices = _operator_options(known, key)
        return choices, choices[0]["value"], _help(known, key)

    @app.callback(
        Output(_row_id(Row.VALUES_SLOT, MATCH), "children"),
        Input(_row_id(Row.OPERATOR, MATCH), "value"),
        State(_row_id(Row.KEY, MATCH), "value"),
        State(_row_id(Row.VALUES, MATCH), "value"),
        State(_row_id(Row.KEY, MATCH), "id"),
        State(Ids.FIELDS, "data"),
        prevent_initial_call=True,
    )
    def offer_values(
        operator: str | None, key: str | None, given: Any, own: Mapping[str, str], fields: list[Any]
    ) -> Any:
        known = msgspec.convert(fields, list[FilterField])
        kept = kept_values(given, find(known, key), operator or "")
        return _values_control(own["row"], known, key, operator, kept)

    @app.callback(
        Output(_row_id(Row.PROBLEM, MATCH), "children"),
        Input(_row_id(Row.VALUES, MATCH), "value"),
        State(_row_id(Row.OPERATOR, MATCH), "value"),
        State(_row_id(Row.KEY, MATCH), "value"),
        State(Ids.FIELDS, "data"),
    )
    def check_values(
        given: Any, operator: str | None, key: str | None, fields: list[dict[str, Any]]
    ) -> list[Any]:
        if not given:
            return []  # nobody is told of what they are about to write
        known = msgspec.convert(fields, list[FilterField])
        return problem_texts(row_problems(known, key, operator, given))


def _register_applying(app: Dash) -> None:
    @app.callback(
        Output(part(Part.FILTERS, ALL), "data"),
        Output(part(Part.FILTERS_OPEN, ALL), "children"),
        Output(Ids.DIALOG, "is_open", allow_duplicate=True),
        Output(_row_id(Row.PROBLEM, ALL), "children", allow_duplicate=True),
        Input(Ids.APPLY, "n_clicks"),
        State(Ids.TARGET, "data"),
        State(Ids.FIELDS, "data"),
        State(Ids.LOGIC, "value"),
        State(_row_id(Row.KEY, ALL), "value"),
        State(_row_id(Row.OPERATOR, ALL), "value"),
        State(_row_id(Row.VALUES, ALL), "value"),
        State(part(Part.FILTERS, ALL), "id"),
        prevent_initial_call=True,
    )
    def apply(
        _clicks: int,
        target: str,
        fields: list[Any],
        logic: str,
        keys: list[str | None],
        operators: list[str | None],
        values: list[Any],
        own_ids: list[dict[str, str]],
    ) -> tuple[list[Any], list[Any], bool, list[Any]]:
        known = msgspec.convert(fields, list[FilterField])
        wrong = [row_problems(known, *each) for each in zip(keys, operators, values, strict=True)]
        told = [problem_texts(each) for each in wrong]
        if any(has_errors(each) for each in wrong):
            return [no_update] * len(own_ids), [no_update] * len(own_ids), True, told
        filters = read_filters(logic, known, keys, operators, values)
        mine = [own["block"] == target for own in own_ids]
        return (
            [msgspec.to_builtins(filters) if yes else no_update for yes in mine],
            [criteria.filters_label(filters) if yes else no_update for yes in mine],
            False,
            told,
        )
