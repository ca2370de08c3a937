"""Names, periods and filters of a block against what the platform has."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from aurorax_dashboard.api.models import MetadataExpression, MetadataFilters, SpaceCriteria
from aurorax_dashboard.queries.check import problems


def with_space(query, **criteria):
    return msgspec.structs.replace(query, space=[SpaceCriteria(**criteria)])


def filtered(query, key, operator, *values, programs=("swarm",)):
    expression = MetadataExpression(key=key, operator=operator, values=list(values))
    filters = MetadataFilters(expressions=[expression])
    return with_space(query, programs=list(programs), ephemeris_metadata_filters=filters)


def only_problem(query, sources):
    (problem,) = problems(query, sources)
    return problem


@pytest.mark.parametrize(
    ("field", "name", "hint"),
    [
        ("programs", "swram", "Did you mean “swarm”?"),
        ("programs", "THEMIS", "Did you mean “themis”?"),
        ("platforms", "swarm a", "Did you mean “swarma”?"),
        ("programs", "xyzzy", "knows no space program “xyzzy”."),
        ("programs", "trex", "belongs in a block of kind Ground, not Space"),
        ("instrument_types", "substorm onset", "belongs in a block of kind Events"),
    ],
)
def test_unknown_names_are_warned_of_with_a_hint(example, sources, field, name, hint):
    known = {"programs": "swarm", "platforms": "swarma", "instrument_types": "footprint"}[field]
    problem = only_problem(with_space(example, **{field: [known, name]}), sources)
    assert (problem.field, problem.severity) == (f"space1.{field}", "warning")
    assert hint in problem.message


def test_a_block_that_resolves_to_nothing_is_an_error(example, sources):
    problem = only_problem(with_space(example, programs=["themis"], platforms=["swarma"]), sources)
    assert (problem.field, problem.severity) == ("space1", "error")
    assert "Space 1" in problem.message


def test_without_a_catalogue_names_go_unchecked(example):
    assert problems(with_space(example, programs=["swram"])) == []


def test_a_period_outside_the_sources_life(example, sources):
    early = msgspec.structs.replace(
        example,
        start=datetime.fromisoformat("2013-01-01"),
        end=datetime.fromisoformat("2013-01-31"),
    )
    messages = {problem.field: problem for problem in problems(early, sources)}
    assert set(messages) == {"ground1", "space1"}
    assert "records from 2013-11-25 to 2024-06-01" in messages["space1"].message
    sources[0].stats = None
    assert {problem.field for problem in problems(early, sources)} == {"ground1"}


@pytest.mark.parametrize(
    ("key", "operator", "values"),
    [
        ("nbtrace_region", "in", ["north polar cap", "north auroral oval"]),
        ("radial_distance", ">=", ["6800"]),
        ("radial_distance", "between", [6800, 6900.5]),
        ("tii_on", "=", ["true"]),
        ("tii_on", "=", [True]),
        ("tii_quality_viy", "!=", [2]),
    ],
)
def test_good_filters(example, sources, key, operator, values):
    assert problems(filtered(example, key, operator, *values), sources) == []


@pytest.mark.parametrize(
    ("condition", "place", "words"),
    [
        (("", "in", "a"), "error at key", "Choose a metadata field"),
        (("nbtrace_region", "in"), "error at values", "Give a value"),
        (("nbtrace_region", "in", ""), "error at values", "Give a value"),
        (("radial_distance", "between", 1), "error at values", "two values"),
        (("radial_distance", "between", 1, 2, 3), "error at values", "two values"),
        (("radial_distance", "between", "10", "9"), "error at values", "first: 9, then 10"),
        (("radial_distance", "<", 1, 2), "error at values", "takes one value"),
        (("radial_distance", "<", "near"), "error at values", "is a number; “near” is not"),
        (("tii_quality_viy", "=", "1.5"), "error at values", "a whole number"),
        (("tii_on", "=", "on"), "error at values", "true or false"),
        (("nbtrace_region", "<", "north cusp"), "error at operator", "is text; “<” cannot"),
        (("nbtrace_region", "in", "north polar"), "warning at values", "mean “north polar cap”?"),
        (("nbtrace_regoin", "in", "a"), "warning at key", "mean “nbtrace_region”?"),
    ],
)
def test_bad_filters(example, sources, condition, place, words):
    problem = only_problem(filtered(example, *condition), sources)
    severity, part = place.split(" at ")
    assert (problem.field, problem.severity) == (f"space1.filters.0.{part}", severity)
    assert words in problem.message


def test_a_field_that_only_some_sources_have(example, sources):
    problem = only_problem(
        filtered(example, "tii_on", "=", "true", programs=["swarm", "themis"]), sources
    )
    assert problem.field == "space1.filters.0.key"
    assert "Only 2 of the 3 chosen sources" in problem.message
