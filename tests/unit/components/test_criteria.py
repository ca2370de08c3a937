"""The card of a block: what it shows is what is read from it, and its lists narrow each other."""

from typing import Any

import pytest
from dash.development.base_component import Component

from aurorax_dashboard.api.models import DataSource, MetadataExpression, MetadataFilters
from aurorax_dashboard.components.criteria import (
    VALUE_PARTS,
    Part,
    block_card,
    filters_label,
    option_lists,
    part,
    read_blocks,
    resolved,
    resolved_text,
)
from aurorax_dashboard.queries.draft import BlockDraft

SOURCES = [
    DataSource(identifier=i, program=p, platform=q, instrument_type=t, source_type=s)
    for i, p, q, t, s in [
        (3, "swarm", "swarma", "footprint", "leo"),
        (29, "swarm", "swarmb", "footprint", "leo"),
        (33, "themis", "themisa", "footprint", "heo"),
        (46, "themis-asi", "gillam", "panchromatic ASI", "ground"),
        (103, "trex", "gillam", "RGB ASI", "ground"),
    ]
]
FILTERS = MetadataFilters(
    logical_operator="OR",
    expressions=[
        MetadataExpression(key="tii_on", operator="=", values=[True]),
        MetadataExpression(key="radial_distance", operator="between", values=[6800, 6900.5]),
    ],
)
BLOCKS = {
    "ground1": BlockDraft(kind="ground", programs=["trex"], platforms=["gillam"], filters=FILTERS),
    "space1": BlockDraft(
        kind="space",
        programs=["swarm", "no such program"],
        instrument_types=["footprint"],
        hemisphere=["southern"],
    ),
    "space2": BlockDraft(kind="space"),
    "events1": BlockDraft(kind="events", filters=FILTERS),
    "adhoc1": BlockDraft(kind="adhoc", locations="56.4, -94.6\nnowhere"),
}


def reported(*cards: Component) -> dict[Part, list[dict[str, Any]]]:
    """Return what Dash would report of the inputs of `cards`."""
    found: dict[Part, list[dict[str, Any]]] = {kind: [] for kind in (*VALUE_PARTS, Part.FILTERS)}
    for card in cards:
        for one in card._traverse():
            own = getattr(one, "id", None)
            if isinstance(own, dict) and own["type"] in list(found):
                value = one.data if own["type"] == Part.FILTERS else one.value
                found[Part(own["type"])].append({"id": own, "value": value})
    return found


@pytest.mark.parametrize("name", BLOCKS)
def test_a_card_gives_back_the_block_it_was_made_of(name: str) -> None:
    card = block_card(name, BLOCKS[name], SOURCES)
    assert read_blocks(reported(card)) == [BLOCKS[name]]


def test_blocks_are_read_in_the_platforms_order_whatever_the_order_of_their_cards() -> None:
    more = {f"space{number}": BlockDraft(kind="space") for number in range(3, 11)}
    more["space10"] = BlockDraft(kind="space", programs=["themis"])
    every = BLOCKS | more
    cards = [block_card(name, block, SOURCES) for name, block in reversed(every.items())]
    read = read_blocks(reported(*cards))
    assert [block.kind for block in read] == ["ground"] + ["space"] * 10 + ["events", "adhoc"]
    assert read[10].programs == ["themis"]


def test_emptied_fields_are_read_as_empty() -> None:
    emptied = {kind: [{"id": part(kind, "space1"), "value": None}] for kind in VALUE_PARTS}
    assert read_blocks(emptied) == [BlockDraft(kind="space")]


def test_lists_narrow_each_other_but_keep_what_was_chosen() -> None:
    lists = option_lists(BlockDraft(kind="ground", platforms=["gillam"], programs=["rego"]), SOURCES)
    assert [
        (option["label"].children[0], option["label"].children[1].children)
        for option in lists["programs"]
    ] == [("rego", " (none)"), ("themis-asi", " (1)"), ("trex", " (1)")]
    assert lists["instrument_types"] == []


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (BlockDraft(kind="space", programs=["swarm"]), "2 sources"),
        (BlockDraft(kind="ground", programs=["trex"]), "1 source"),
        (BlockDraft(kind="ground", programs=["rego"]), "0 sources"),
        (BlockDraft(kind="adhoc", locations="1, 2\n\n3, 4\n"), "2 locations"),
        (BlockDraft(kind="adhoc", locations="1, 2\nnowhere"), "1 location"),
    ],
)
def test_a_card_tells_how_many_may_take_part(block: BlockDraft, text: str) -> None:
    assert resolved_text(block, SOURCES) == text


def test_the_button_of_the_filters_counts_them() -> None:
    assert filters_label(MetadataFilters())[1] == " Metadata filters"
    assert filters_label(FILTERS)[1] == " Metadata filters (2, OR)"
    one = MetadataFilters(logical_operator="OR", expressions=FILTERS.expressions[:1])
    assert filters_label(one)[1] == " Metadata filters (1)"


def test_the_sources_of_a_block_are_named_on_hover() -> None:
    shown = resolved(BlockDraft(kind="ground", programs=["rego", "themis-asi"]), SOURCES)
    assert shown.children == resolved_text(
        BlockDraft(kind="ground", programs=["rego", "themis-asi"]), SOURCES
    )
    assert "gillam" in shown.title.lower()
    many = [DataSource(identifier=n, platform=f"p{n:02d}", source_type="ground") for n in range(40)]
    lines = resolved(BlockDraft(kind="ground"), many).title.split("\n")
    assert (lines[0], lines[-1], len(lines)) == ("p00", "and 10 more", 31)
    assert resolved(BlockDraft(kind="adhoc", locations="1, 2"), ()).title == ""
