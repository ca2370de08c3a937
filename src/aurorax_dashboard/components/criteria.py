"""Criteria blocks: the card of one block, its dependent lists, and reading the cards back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
from dash import MATCH, Dash, Input, Output, State, dcc, html

from aurorax_dashboard.api.models import DataSource, MetadataFilters
from aurorax_dashboard.components.fields import field, group, problem_slot
from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.queries.blocks import CRITERIA_TYPES, KIND_NAMES, BlockKind, split_name
from aurorax_dashboard.queries.draft import BlockDraft, located
from aurorax_dashboard.queries.match import (
    NAME_FIELDS,
    NameField,
    Options,
    matching_sources,
    options,
)
from aurorax_dashboard.queries.names import source_name

_LABELS: dict[NameField, str] = {
    "programs": "Programs",
    "platforms": "Platforms",
    "instrument_types": "Instrument types",
}
_HEMISPHERES = [{"label": "Northern", "value": "northern"}, {"label": "Southern", "value": "southern"}]


_NAMED = 30
"""Sources of a block that are named at most."""


class Part(StrEnum):
    """Parts of a block's card; see :func:`part`."""

    PROGRAMS = "criteria-programs"
    PLATFORMS = "criteria-platforms"
    INSTRUMENT_TYPES = "criteria-instrument-types"
    HEMISPHERE = "criteria-hemisphere"
    LOCATIONS = "criteria-locations"
    PICK = "criteria-pick"
    FILTERS = "criteria-filters"
    FILTERS_OPEN = "criteria-filters-open"
    RESOLVED = "criteria-resolved"
    REMOVE = "criteria-remove"


_NAME_PARTS: dict[NameField, Part] = {
    "programs": Part.PROGRAMS,
    "platforms": Part.PLATFORMS,
    "instrument_types": Part.INSTRUMENT_TYPES,
}

VALUE_PARTS = (*_NAME_PARTS.values(), Part.HEMISPHERE, Part.LOCATIONS)
"""The parts whose ``value`` is part of the search; :data:`Part.FILTERS` has ``data``."""


def part(kind: Part, block: Any) -> dict[str, Any]:
    """Return the id of a part of the card of `block` (``ground1``, or ALL or MATCH)."""
    return {"type": kind.value, "block": block}


def card_id(name: str) -> str:
    """Return the id of the card of the block `name`."""
    return f"criteria-card-{name}"


def block_card(name: str, block: BlockDraft, sources: Sequence[DataSource]) -> html.Section:
    """Return the card that shows and edits one criteria block."""
    kind, number = split_name(name)
    body: list[Any] = (
        [_locations(name, block)] if kind == "adhoc" else _source_fields(name, block, sources)
    )
    label = f"{KIND_NAMES[kind]} {number}"
    return html.Section(
        [
            html.Div(
                [
                    html.H3(label),
                    html.Span(
                        resolved(block, sources),
                        id=part(Part.RESOLVED, name),
                        className="ax-block-count",
                    ),
                    html.Button(
                        icon("x-lg"),
                        id=part(Part.REMOVE, name),
                        className="ax-icon-button",
                        title=f"Remove {label}",
                        **{"aria-label": f"Remove {label}"},
                    ),
                ],
                className="ax-block-head",
            ),
            html.Div([*body, problem_slot(name)], className="ax-block-body"),
        ],
        id=card_id(name),
        className=f"ax-block ax-block--{kind}",
        **{"aria-label": label},
    )


def _source_fields(name: str, block: BlockDraft, sources: Sequence[DataSource]) -> list[Any]:
    lists = option_lists(block, sources)
    fields = [
        group(
            _LABELS[names],
            dcc.Dropdown(
                id=part(_NAME_PARTS[names], name),
                options=lists[names],
                value=list(getattr(block, names)),
                multi=True,
                placeholder="any",
                className="ax-dropdown",
            ),
            problem=f"{name}.{names}",
        )
        for names in NAME_FIELDS
    ]
    if block.kind == "space":
        fields.append(
            group(
                "Hemisphere",
                dbc.Checklist(
                    id=part(Part.HEMISPHERE, name),
                    options=_HEMISPHERES,
                    value=list(block.hemisphere),
                    inline=True,
                ),
                help_text="Where the spacecraft itself is, by geographic latitude. Neither ticked means both.",
                problem=f"{name}.hemisphere",
            )
        )
    fields.append(_filters(name, block.filters))
    return fields


def _filters(name: str, filters: MetadataFilters) -> html.Div:
    return html.Div(
        [
            html.Button(
                filters_label(filters),
                id=part(Part.FILTERS_OPEN, name),
                className="btn btn-outline-secondary btn-sm",
            ),
            dcc.Store(id=part(Part.FILTERS, name), data=msgspec.to_builtins(filters)),
            problem_slot(f"{name}.filters"),
        ],
        className="ax-field",
    )


def filters_label(filters: MetadataFilters) -> list[Any]:
    """Return what stands on the button that opens the metadata filters."""
    count = len(filters.expressions)
    joined = f", {filters.logical_operator}" if count > 1 else ""
    return [icon("funnel"), " Metadata filters" + (f" ({count}{joined})" if count else "")]


def _locations(name: str, block: BlockDraft) -> html.Div:
    return html.Div(
        [
            field(
                "Locations",
                dbc.Textarea(
                    id=part(Part.LOCATIONS, name),
                    value=block.locations,
                    placeholder="56.38, -94.64",
                    rows=3,
                    submit_on_enter=False,
                    spellcheck=False,
                ),
                help_text="Latitude, longitude in degrees, one location a line; any of them may take part.",
                problem=f"{name}.locations",
            ),
            html.Button(
                "Pick on a map",
                type="button",
                id=part(Part.PICK, name),
                className="btn btn-outline-secondary btn-sm",
            ),
        ]
    )


def option_lists(
    block: BlockDraft, sources: Sequence[DataSource]
) -> dict[NameField, list[dict[str, Any]]]:
    """Return the options of each list of `block`, narrowed by the choices in the others."""
    return listed(options(block.kind, criteria_of(block), sources))


def listed(found: Options) -> dict[NameField, list[dict[str, Any]]]:
    """Return the options of each list of names, with how many sources each would bring.

    The counts stand in the opened list only, where there is room for them.
    """
    return {
        names: [
            {
                "value": option.value,
                "label": html.Span(
                    [
                        option.value,
                        html.Span(f" ({option.count or 'none'})", className="ax-option-count"),
                    ]
                ),
                "search": option.value,
            }
            for option in getattr(found, names)
        ]
        for names in NAME_FIELDS
    }


def resolved(block: BlockDraft, sources: Sequence[DataSource]) -> html.Span:
    """Return how many participants `block` offers; which these are is told on hover."""
    chosen = [] if block.kind == "adhoc" else matching_sources(block.kind, criteria_of(block), sources)
    names = sorted(source_name(each) for each in chosen)
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return html.Span(resolved_text(block, sources), title="\n".join([*names[:_NAMED], *more]))


def resolved_text(block: BlockDraft, sources: Sequence[DataSource]) -> str:
    """Return how many participants `block` offers, ``24 sources``; nothing without a list of sources."""
    if block.kind == "adhoc":
        places = [place for _, place in located(block.locations) if place is not None]
        count, noun = len(places), "location"
    elif sources:
        count, noun = len(matching_sources(block.kind, criteria_of(block), sources)), "source"
    else:
        return ""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def criteria_of(block: BlockDraft) -> Any:
    """Return the names that `block` asks for, as the API's criteria."""
    return CRITERIA_TYPES[block.kind](
        programs=block.programs, platforms=block.platforms, instrument_types=block.instrument_types
    )


def read_blocks(values: Mapping[Part, Sequence[Mapping[str, Any]]]) -> list[BlockDraft]:
    """Return the blocks that the cards hold.

    Parameters
    ----------
    values
        For each part, what Dash says of its inputs: ``id`` (see :func:`part`) and ``value``.
    """
    found: dict[str, dict[Part, Any]] = {}
    for kind, entries in values.items():
        for entry in entries:
            found.setdefault(entry["id"]["block"], {})[kind] = entry.get("value")
    ordered = sorted(
        found, key=lambda name: (list(CRITERIA_TYPES).index(split_name(name)[0]), split_name(name)[1])
    )
    return [_read_block(split_name(name)[0], found[name]) for name in ordered]


def _read_block(kind: BlockKind, values: Mapping[Part, Any]) -> BlockDraft:
    chosen = {str(names): values.get(name_part) or [] for names, name_part in _NAME_PARTS.items()}
    return msgspec.convert(
        {
            **chosen,
            "kind": kind,
            "hemisphere": values.get(Part.HEMISPHERE) or [],
            "locations": values.get(Part.LOCATIONS) or "",
            "filters": values.get(Part.FILTERS) or {},
        },
        BlockDraft,
    )


def register(app: Dash, sources: Callable[[], Sequence[DataSource]]) -> None:
    """Add the callbacks that narrow the lists of a card while it is edited."""

    @app.callback(
        *(Output(part(name_part, MATCH), "options") for name_part in _NAME_PARTS.values()),
        Output(part(Part.RESOLVED, MATCH), "children"),
        *(Input(part(name_part, MATCH), "value") for name_part in _NAME_PARTS.values()),
        State(part(Part.PROGRAMS, MATCH), "id"),
        prevent_initial_call=True,
    )
    def narrow(
        programs: list[str] | None,
        platforms: list[str] | None,
        instrument_types: list[str] | None,
        own: dict[str, str],
    ) -> tuple[Any, ...]:
        block = BlockDraft(
            kind=split_name(own["block"])[0],
            programs=programs or [],
            platforms=platforms or [],
            instrument_types=instrument_types or [],
        )
        known = sources()
        lists = option_lists(block, known)
        return (*(lists[names] for names in NAME_FIELDS), resolved(block, known))

    @app.callback(
        Output(part(Part.RESOLVED, MATCH), "children", allow_duplicate=True),
        Input(part(Part.LOCATIONS, MATCH), "value"),
        prevent_initial_call=True,
    )
    def count_locations(text: str | None) -> Any:
        return resolved(BlockDraft(kind="adhoc", locations=text or ""), ())
