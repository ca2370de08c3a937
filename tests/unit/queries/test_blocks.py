"""Names, order and limits of criteria blocks."""

from __future__ import annotations

import pytest

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    EventsCriteria,
    GroundCriteria,
    Location,
    SpaceCriteria,
)
from aurorax_dashboard.queries.blocks import (
    blocks,
    distances,
    limit,
    pair_key,
    pairs,
    split_name,
    uniform_distance,
    with_uniform_distance,
)


def four_kinds(**distances):
    return ConjunctionQuery(
        adhoc=[AdhocCriteria(locations=[Location(lat=56.4, lon=-94.6)])],
        events=[EventsCriteria()],
        space=[SpaceCriteria(programs=["swarm"]), SpaceCriteria(programs=["themis"])],
        ground=[GroundCriteria()],
        max_distances=distances,
    )


def test_blocks_come_in_the_platforms_order():
    named = blocks(four_kinds())
    assert [block.name for block in named] == ["ground1", "space1", "space2", "events1", "adhoc1"]
    assert named[2].label == "Space 2"
    assert named[2].criteria.programs == ["themis"]


def test_n_blocks_have_n_times_n_minus_one_half_pairs():
    keys = [pair_key(a.name, b.name) for a, b in pairs(four_kinds())]
    assert len(keys) == len(set(keys)) == 10
    assert keys[0] == "ground1-space1"
    assert keys[-1] == "events1-adhoc1"


@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        ("space1", "ground1", "ground1-space1"),
        ("space10", "space2", "space2-space10"),
        (" Adhoc1", "events2 ", "events2-adhoc1"),
    ],
)
def test_pair_keys_take_either_order(first, second, key):
    assert pair_key(first, second) == pair_key(second, first) == key


@pytest.mark.parametrize(
    "name", ["", "ground", "ground0", "ground01", "moon1", "ground1-space1", "ground٣"]
)
def test_other_names_are_refused(name):
    with pytest.raises(ValueError, match="not the name of a criteria block"):
        split_name(name)


def test_a_block_has_no_distance_to_itself():
    with pytest.raises(ValueError, match="itself"):
        pair_key("space1", "Space1")


def test_limits_are_found_under_either_key_and_filled_up():
    query = four_kinds(**{"space1-ground1": 500, "space2-adhoc1": 0})
    assert limit(query, "ground1", "space1") == limit(query, "space1", "ground1") == 500
    filled = distances(query)
    assert list(filled)[:2] == ["ground1-space1", "ground1-space2"]
    assert [key for key, km in filled.items() if km is not None] == ["ground1-space1", "space2-adhoc1"]


def test_the_platforms_order_wins_where_both_keys_are_there():
    query = four_kinds(**{"space1-ground1": 500, "ground1-space1": None})
    assert limit(query, "space1", "ground1") is None


def test_uniform_distance():
    query = with_uniform_distance(four_kinds(**{"ground1-space1": 1}), 300)
    assert uniform_distance(query) == 300
    assert len(query.max_distances) == 10
    assert uniform_distance(four_kinds(**{"ground1-space1": 1})) is None
    assert uniform_distance(ConjunctionQuery()) is None
