"""What changed between two results."""

from __future__ import annotations

import json
import random
import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.changes import changes

NIGHT = datetime.fromisoformat("2019-01-01T06:00:00")


def conjunction(
    start_min: float,
    end_min: float,
    sources: tuple[int, ...] = (46, 3),
    *,
    km: float = 200.0,
    far_km: float = 450.0,
    kind: str = "nbtrace",
    place: str = "somewhere",
) -> dict[str, Any]:
    """Return a conjunction as the platform sends it, minutes from the night's begin."""
    start, end = (NIGHT + timedelta(minutes=each) for each in (start_min, end_min))
    return {
        "conjunction_type": kind,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "closest_epoch": start.isoformat(),
        "farthest_epoch": end.isoformat(),
        "min_distance": km,
        "max_distance": far_km,
        "data_sources": [
            {"identifier": each, "display_name": f"source {each}", "platform": place}
            for each in sources
        ],
        "events": [],
    }


def result(*conjunctions: dict[str, Any]) -> ConjunctionResult:
    return ConjunctionResult.from_json(json.dumps({"result": conjunctions}).encode())


def test_the_same_result_has_no_changes() -> None:
    both = result(conjunction(0, 5), conjunction(90, 93), conjunction(0, 5, (46, 29)))
    found = changes(both, both)
    assert found.none
    assert found.unchanged == 3


def test_new_and_gone_are_told_by_sources_type_and_time() -> None:
    old = result(conjunction(0, 5), conjunction(100, 105), conjunction(200, 205, kind="sbtrace"))
    new = result(conjunction(0, 5), conjunction(100, 105, (46, 29)), conjunction(200, 205))
    found = changes(old, new)
    assert (list(found.gone), list(found.new), found.unchanged) == ([1, 2], [1, 2], 1)


def test_a_moved_event_says_by_how_much() -> None:
    old = result(conjunction(0, 5), conjunction(100, 105, km=200, far_km=400))
    new = result(conjunction(0, 5), conjunction(98, 104, km=150, far_km=420))
    found = changes(old, new)
    assert found.moved.to_dict("records") == [
        {
            "old": 1,
            "new": 1,
            "start_min": -2.0,
            "end_min": -1.0,
            "min_distance_km": -50.0,
            "max_distance_km": 20.0,
        }
    ]
    assert (len(found.new), len(found.gone), found.unchanged) == (0, 0, 1)


@pytest.mark.parametrize(("km", "moved"), [(200.4, 0), (201.0, 1)])
def test_distances_alone_count_from_half_a_kilometre_on(km: float, moved: int) -> None:
    assert len(changes(result(conjunction(0, 5)), result(conjunction(0, 5, km=km))).moved) == moved


def test_touching_in_one_minute_is_the_same_event_and_after_it_is_not() -> None:
    assert len(changes(result(conjunction(0, 5)), result(conjunction(5, 9))).moved) == 1
    found = changes(result(conjunction(0, 5)), result(conjunction(6, 9)))
    assert (len(found.new), len(found.gone)) == (1, 1)


def test_an_event_that_fell_apart_is_the_longer_part() -> None:
    found = changes(result(conjunction(0, 20)), result(conjunction(0, 4), conjunction(8, 20)))
    assert list(found.moved["new"]) == [1]
    assert list(found.new) == [0]


def test_the_order_of_blocks_does_not_matter() -> None:
    assert changes(result(conjunction(0, 5, (46, 3))), result(conjunction(0, 5, (3, 46)))).none


def test_custom_locations_are_known_by_their_place() -> None:
    old = result(conjunction(0, 5, (3, -7), place="56.4, -94.6"))
    assert changes(old, result(conjunction(0, 5, (3, -9), place="56.4, -94.6"))).none
    assert len(changes(old, result(conjunction(0, 5, (3, -7), place="58, -94"))).new) == 1


def test_missing_distances_are_no_change() -> None:
    unknown = conjunction(0, 5) | {"min_distance": None, "max_distance": None}
    assert changes(result(unknown), result(unknown)).none
    assert len(changes(result(unknown), result(conjunction(0, 5))).moved) == 1
    half = conjunction(0, 5) | {"max_distance": None}
    assert changes(result(half), result(half)).none


def test_nothing_against_something() -> None:
    one = result(conjunction(0, 5))
    assert list(changes(result(), one).new) == [0]
    assert list(changes(one, result()).gone) == [0]
    assert changes(result(), result()).none


def test_equal_rows_are_counted_not_merged() -> None:
    twice = result(conjunction(0, 5), conjunction(0, 5))
    assert changes(twice, twice).unchanged == 2
    assert len(changes(twice, result(conjunction(0, 5))).gone) == 1


def test_searches_with_different_numbers_of_blocks_have_nothing_in_common() -> None:
    found = changes(result(conjunction(0, 5, (46, 3))), result(conjunction(0, 5, (46, 3, 29))))
    assert (len(found.new), len(found.gone)) == (1, 1)


def test_a_large_result_is_compared_in_a_moment() -> None:
    chance = random.Random(7)
    starts = [chance.randrange(0, 500_000, 20) for _ in range(15_000)]
    sources = [(40 + chance.randrange(30), chance.randrange(1, 12)) for _ in starts]
    old = [conjunction(at, at + 6, pair) for at, pair in zip(starts, sources, strict=True)]
    new = [each | {"min_distance": 100.0} if n % 3 else each for n, each in enumerate(old)]
    before, after = result(*old), result(*new)
    began = time.process_time()
    found = changes(before, after)
    assert time.process_time() - began < 3
    assert found.unchanged + len(found.moved) + len(found.gone) == len(before)
