"""The form of the search builder: its layout from a draft, and the draft from its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
from dash import html

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components import criteria, filters, place_map
from aurorax_dashboard.components.criteria import Part
from aurorax_dashboard.components.fields import field, group, problem_slot
from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.components.period import PeriodControl
from aurorax_dashboard.queries.blocks import KIND_NAMES, KINDS, split_name
from aurorax_dashboard.queries.draft import Draft
from aurorax_dashboard.queries.match import sources_of_kind
from aurorax_dashboard.queries.names import CONJUNCTION_TYPE_NAMES

PAIR = "pair-distance"
"""The id type of the distances of pairs of blocks."""
ADD = "add-block"
"""The id type of the buttons that add a block."""

PERIOD = PeriodControl(name="search")


class Ids(StrEnum):
    """Names of the form's parts."""

    START = PERIOD.start
    END = PERIOD.end
    DISTANCE = "search-distance"
    PER_PAIR = "search-per-pair"
    PAIRS = "search-pairs"
    UNIFORM = "search-uniform"
    TYPES = "search-types"
    PRECISION = "search-precision"
    BLOCKS = "search-blocks"


def pair_id(pair: Any) -> dict[str, Any]:
    """Return the id of the distance of `pair` (``ground1-space1``, or ALL)."""
    return {"type": PAIR, "pair": pair}


def layout(draft: Draft, sources: Sequence[DataSource]) -> html.Div:
    """Return the form showing `draft`."""
    return html.Div(
        [
            _period(draft),
            html.Div(block_cards(draft, sources), id=Ids.BLOCKS),
            _add_buttons(sources),
            _closeness(draft),
            filters.dialog(),
            place_map.dialog(),
        ],
        className="ax-builder-form",
        role="form",
        **{"aria-label": "Conjunction search"},
    )


def _period(draft: Draft) -> html.Section:
    return html.Section(
        [html.H2("Period"), *PERIOD.fields(draft.start, draft.end)], className="ax-panel"
    )


def block_cards(draft: Draft, sources: Sequence[DataSource]) -> list[html.Section]:
    """Return the cards of all blocks of `draft`."""
    return [
        criteria.block_card(name, block, sources)
        for name, block in zip(draft.names(), draft.blocks, strict=True)
    ]


def _add_buttons(sources: Sequence[DataSource]) -> html.Div:
    """Return a button for each kind of block that there is something to choose from."""
    kinds = [kind for kind in KINDS if kind == "adhoc" or sources_of_kind(kind, sources) or not sources]
    return html.Div(
        [
            *(
                html.Button(
                    [icon("plus-lg"), " ", KIND_NAMES[kind]],
                    type="button",
                    id={"type": ADD, "kind": kind},
                    className="ax-chip",
                    title=f"Add a block: {KIND_NAMES[kind]}",
                )
                for kind in kinds
            ),
            problem_slot("blocks"),
        ],
        className="ax-chips",
        role="group",
        **{"aria-label": "Add a block"},
    )


def _closeness(draft: Draft) -> html.Section:
    return html.Section(
        [
            html.H2("How close"),
            html.Div(
                field(
                    "Maximum distance (km)",
                    dbc.Input(
                        id=Ids.DISTANCE,
                        value=draft.distance,
                        inputMode="numeric",
                        className="ax-num",
                    ),
                    help_text="Between every two blocks, along a great circle.",
                ),
                id=Ids.UNIFORM,
                className="ax-uniform",
                hidden=draft.per_pair,
            ),
            html.Div(pair_fields(draft), id=Ids.PAIRS, hidden=not draft.per_pair),
            problem_slot("max_distances"),
            dbc.Switch(
                id=Ids.PER_PAIR, label="A distance for each pair of blocks", value=draft.per_pair
            ),
            group(
                "Compare positions by",
                dbc.Checklist(
                    id=Ids.TYPES,
                    options=[
                        {"label": text, "value": kind} for kind, text in CONJUNCTION_TYPE_NAMES.items()
                    ],
                    value=list(draft.conjunction_types),
                ),
                help_text="A B-trace is the footprint of the magnetic field line through the source, 100 km above "
                "the Earth; geographic compares the points straight below.",
                problem="conjunction_types",
            ),
            group(
                "Epoch precision",
                dbc.RadioItems(
                    id=Ids.PRECISION,
                    options=[
                        {"label": "60 s", "value": 60},
                        {"label": "30 s (interpolated, slower)", "value": 30},
                    ],
                    value=draft.precision_s,
                    inline=True,
                ),
            ),
        ],
        className="ax-panel",
    )


def pair_fields(draft: Draft) -> list[Any]:
    """Return a distance for each pair of blocks; empty means that the pair does not matter."""
    pairs = draft.pairs()
    if not pairs:
        return [html.P("Pairs appear here once there are two blocks.", className="form-text")]
    rows = [
        field(
            " – ".join(_label(name) for name in pair.split("-")),
            dbc.Input(
                id=pair_id(pair),
                value=draft.pair_distances.get(pair, draft.distance),
                placeholder="any distance",
                inputMode="numeric",
                className="ax-num",
            ),
            problem=f"max_distances.{pair}",
        )
        for pair in pairs
    ]
    return [
        html.Div(rows, className="ax-pairs"),
        html.P("Kilometres; empty: this pair does not matter.", className="form-text"),
    ]


def _label(name: str) -> str:
    kind, number = split_name(name)
    return f"{KIND_NAMES[kind]} {number}"


def read(
    values: Mapping[str, Any],
    groups: Mapping[Part, Sequence[Mapping[str, Any]]],
    pairs: Sequence[Mapping[str, Any]],
) -> Draft:
    """Return the draft that the form holds.

    Parameters
    ----------
    values
        The values of the single fields by :class:`Ids`.
    groups, pairs
        What Dash says of the inputs of all blocks (see ``components.criteria.read_blocks``) and of
        the distances of pairs.
    """
    return msgspec.convert(
        {
            "start": values[Ids.START] or "",
            "end": values[Ids.END] or "",
            "conjunction_types": values[Ids.TYPES] or [],
            "precision_s": values[Ids.PRECISION],
            "distance": str(values[Ids.DISTANCE] or ""),
            "per_pair": bool(values[Ids.PER_PAIR]),
            "pair_distances": {entry["id"]["pair"]: str(entry.get("value") or "") for entry in pairs},
            "blocks": criteria.read_blocks(groups),
        },
        Draft,
    )
