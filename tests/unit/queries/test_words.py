"""A search said in a question and in a title."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    EventsCriteria,
    GroundCriteria,
    Location,
    MetadataExpression,
    MetadataFilters,
    SpaceCriteria,
)
from aurorax_dashboard.queries.words import sentence, title

GROUND = GroundCriteria(programs=["themis-asi"])
SWARM = SpaceCriteria(programs=["swarm"])
THEMIS = SpaceCriteria(programs=["themis"])


def test_the_first_example(example, sources):
    assert sentence(example, sources) == (
        "When was any Swarm satellite (north B-trace, northern hemisphere) within 500 km of "
        "THEMIS-ASI at Fort Smith or Gillam, between 2019-01-01 00:00 and 2019-01-03 23:59 UTC?"
    )
    assert title(example, sources) == "THEMIS-ASI × Swarm, 2019-01-01 – 2019-01-03"


def test_an_instrument_type_is_said_unless_it_goes_without_saying(example, sources):
    assert "THEMIS-ASI panchromatic ASI at Fort Smith" in sentence(example)
    trex = GroundCriteria(programs=["trex"], instrument_types=["RGB ASI"])
    assert "of any TREx RGB ASI," in sentence(msgspec.structs.replace(example, ground=[trex]), sources)


def test_spacecraft_are_called_by_their_display_names(example, sources):
    query = msgspec.structs.replace(
        example, space=[SpaceCriteria(platforms=["swarma", "swarmb", "other"])]
    )
    assert "was Swarm A, Swarm B or other (north B-trace)" in sentence(query, sources)
    assert title(query, sources).startswith("THEMIS-ASI × Swarm A/Swarm B/other, ")


@pytest.mark.parametrize(
    ("distances", "words"),
    [
        (
            {"ground1-space1": 300, "ground1-space2": 300, "space1-space2": 300},
            " all within 300 km of each other,",
        ),
        (
            {"ground1-space1": 0, "ground1-space2": 0, "space1-space2": 0},
            " all at the same place, at any time",
        ),
        (
            {"ground1-space1": 900, "ground1-space2": 900},
            " at the same time, with THEMIS-ASI – Swarm and THEMIS-ASI – THEMIS within 900 km,",
        ),
        (
            {"ground1-space1": 900, "ground1-space2": 5},
            " with THEMIS-ASI – Swarm within 900 km; THEMIS-ASI – THEMIS within 5.0 km,",
        ),
        ({}, " at the same time, at any distance,"),
    ],
)
def test_limits_of_three_blocks(distances, words):
    query = ConjunctionQuery(ground=[GROUND], space=[SWARM, THEMIS], max_distances=distances)
    assert words in sentence(query)


def test_blocks_of_the_same_name_are_told_apart_by_their_labels():
    distances = {"ground1-space1": 900, "ground1-space2": 800}
    text = sentence(ConjunctionQuery(ground=[GROUND], space=[SWARM, SWARM], max_distances=distances))
    assert "THEMIS-ASI – Space 1 within 900 km; THEMIS-ASI – Space 2 within 800 km" in text


def test_two_ground_blocks_at_one_place():
    rego = GroundCriteria(programs=["rego"])
    query = ConjunctionQuery(ground=[GROUND, rego], max_distances={"ground1-ground2": 0})
    assert "was any REGO ground instrument at the same place as any THEMIS-ASI" in sentence(query)


def test_filters_are_said_as_conditions(example):
    expressions = [
        MetadataExpression(
            key="nbtrace_region", operator="in", values=["north polar cap", "north cusp"]
        ),
        MetadataExpression(key="radial_distance", operator="<", values=[7000]),
    ]
    example.space[0].ephemeris_metadata_filters = MetadataFilters(expressions=expressions)
    condition = (
        "while nbtrace_region is north polar cap or north cusp and radial_distance is less than 7000"
    )
    assert condition in sentence(example)


@pytest.mark.parametrize(
    ("points", "words", "name"),
    [
        ([(56.38, -94.64)], "the point 56.38° N, 94.64° W", "56.38° N, 94.64° W"),
        ([(0, 0), (-1.5, 10)], "any of the points 0° N, 0° E or 1.5° S, 10° E", "custom locations"),
        ([(1, 1)] * 7, "any of 7 custom locations", "custom locations"),
        ([], "a custom location still to be given", "custom locations"),
        ([(None, 3)], "the point an unknown position", "an unknown position"),
    ],
)
def test_custom_locations(points, words, name):
    adhoc = AdhocCriteria(locations=[Location(lat=lat, lon=lon) for lat, lon in points])
    query = ConjunctionQuery(ground=[GROUND], adhoc=[adhoc], max_distances={"ground1-adhoc1": 50})
    assert f"When was {words} within 50 km of any THEMIS-ASI ground instrument" in sentence(query)
    assert title(query) == f"THEMIS-ASI × {name}"


def test_events_go_by_their_kind():
    onsets = EventsCriteria(programs=["events"], instrument_types=["substorm onset"])
    query = ConjunctionQuery(space=[SWARM], events=[onsets], max_distances={"space1-events1": 500})
    assert "within 500 km of any Swarm satellite" in sentence(query)
    assert title(query) == "Swarm × substorm onset"


def test_long_lists_are_counted_in_titles():
    imagers = GroundCriteria(instrument_types=["a", "b", "c", "d"])
    query = ConjunctionQuery(
        ground=[imagers], space=[SpaceCriteria()], start=datetime.fromisoformat("2019-01-01")
    )
    assert title(query) == "4 instrument types × any satellite, 2019-01-01"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (ConjunctionQuery(), "Nothing to search for yet"),
        (
            ConjunctionQuery(space=[SWARM]),
            "any Swarm satellite (north B-trace) near something else, at any time",
        ),
        (ConjunctionQuery(space=[SWARM, THEMIS]), "at any distance from"),
        (ConjunctionQuery(space=[SWARM, THEMIS], conjunction_types=[]), "(no type chosen)"),
        (
            ConjunctionQuery(space=[SWARM], start=datetime.fromisoformat("2019-01-01")),
            "from 2019-01-01 00:00 UTC on",
        ),
        (
            ConjunctionQuery(space=[SWARM], end=datetime.fromisoformat("2019-01-01")),
            "until 2019-01-01 00:00 UTC",
        ),
    ],
)
def test_unfinished_searches(query, words):
    assert words in sentence(query)


def test_a_title_without_anything():
    assert title(ConjunctionQuery()) == "New search"
