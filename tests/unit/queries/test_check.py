"""Mistakes are found, at the right field, and what is right is left alone."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    GroundCriteria,
    Location,
    SpaceCriteria,
)
from aurorax_dashboard.queries.check import Problem, at_field, has_errors, problems


def changed(query, **fields):
    return msgspec.structs.replace(query, **fields)


def found(query, sources=()):
    return {(problem.field, problem.severity) for problem in problems(query, sources)}


def test_a_good_search_has_no_problems(example, sources):
    assert problems(example, sources) == []
    assert problems(example) == []


def test_an_empty_form_is_told_what_it_needs():
    assert found(ConjunctionQuery()) == {("start", "error"), ("end", "error"), ("blocks", "error")}


def test_the_end_must_not_be_before_the_start(example):
    assert found(changed(example, end=datetime.fromisoformat("2018-12-31T23:00"))) == {("end", "error")}
    assert found(changed(example, end=example.start)) == set()
    aware = datetime.fromisoformat("2019-01-01T01:00+02:00")
    assert found(changed(example, end=aware)) == {("end", "error")}


@pytest.mark.parametrize(("count", "severity"), [(1, "error"), (2, None), (10, None), (11, "error")])
def test_two_to_ten_blocks(example, count, severity):
    space = [SpaceCriteria()] * (count - 1)
    distances = {f"ground1-space{number}": 500 for number in range(1, count)}
    query = changed(example, space=space, max_distances=distances)
    assert found(query) == ({("blocks", severity)} if severity else set())


def test_without_a_conjunction_type(example):
    assert found(changed(example, conjunction_types=[])) == {("conjunction_types", "error")}


@pytest.mark.parametrize(
    ("km", "severity"),
    [
        (500, None),
        (0.0, "error"),
        (-1, "error"),
        (float("nan"), "error"),
        (float("inf"), "error"),
        (500.5, "warning"),
        (25_000, "warning"),
    ],
)
def test_distances(example, km, severity):
    problem = ("max_distances.ground1-space1", severity)
    assert found(changed(example, max_distances={"space1-ground1": km})) == (
        {problem} if severity else set()
    )


def test_two_ground_blocks_may_share_a_place(example):
    ground = [*example.ground, GroundCriteria(programs=["trex"])]
    distances = {"ground1-ground2": 0, "ground1-space1": 500, "ground2-space1": None}
    assert found(changed(example, ground=ground, max_distances=distances)) == set()


def test_some_pair_must_be_limited(example):
    assert found(changed(example, max_distances={})) == {("max_distances", "error")}
    assert found(changed(example, max_distances={"ground1-space1": None})) == {
        ("max_distances", "error")
    }


def test_a_block_that_no_limit_ties_to_another(example):
    query = changed(example, space=[*example.space, SpaceCriteria(programs=["themis"])])
    assert found(query) == {("space2", "warning")}


@pytest.mark.parametrize("key", ["ground1-space7", "moon1-space1", "", "ground1-ground1"])
def test_limits_of_blocks_that_are_not_there(example, key):
    query = changed(example, max_distances={**example.max_distances, key: 100})
    assert found(query) == {("max_distances", "warning")}


def test_long_periods_are_warned_of_with_their_cost(example, sources):
    long = changed(example, end=datetime.fromisoformat("2022-01-01"))
    (problem,) = problems(long, sources)
    assert (problem.field, problem.severity) == ("end", "warning")
    assert "3.0 years, over 4 combinations" in problem.message


def test_custom_locations(example):
    places = [Location(lat=91, lon=-180), Location(lat=None, lon=181), Location(lat=-90, lon=180)]
    query = changed(
        example,
        adhoc=[AdhocCriteria(locations=places), AdhocCriteria(locations=[])],
        max_distances={"ground1-adhoc1": 500, "space1-adhoc2": 500},
    )
    assert found(query) == {
        ("adhoc1.locations.0.lat", "error"),
        ("adhoc1.locations.1.lat", "error"),
        ("adhoc1.locations.1.lon", "error"),
        ("adhoc2.locations", "error"),
    }


def test_problems_of_a_field_include_its_parts_errors_first():
    listed = [
        Problem("space1.platforms", "a", "warning"),
        Problem("space1", "b"),
        Problem("space10", "c"),
        Problem("end", "d"),
    ]
    assert [problem.message for problem in at_field(listed, "space1")] == ["b", "a"]
    assert has_errors(listed)
    assert not has_errors(listed[:1])
