"""What a criteria block resolves to, and what it can be narrowed to."""

from __future__ import annotations

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    EventsCriteria,
    GroundCriteria,
    Location,
    SpaceCriteria,
)
from aurorax_dashboard.queries.match import combination_count, matching_sources, options


def identifiers(kind, criteria, sources):
    return [source.identifier for source in matching_sources(kind, criteria, sources)]


def test_empty_lists_mean_any_source_of_the_kind(sources):
    assert identifiers("ground", GroundCriteria(), sources) == [46, 51, 103, 92]
    assert identifiers("space", SpaceCriteria(), sources) == [3, 29, 33]
    assert identifiers("events", EventsCriteria(), sources) == [700]


def test_lists_narrow_each_other_and_names_in_a_list_are_alternatives(sources):
    both = GroundCriteria(programs=["themis-asi", "trex"], platforms=["gillam"])
    assert identifiers("ground", both, sources) == [46, 103, 92]
    assert identifiers(
        "ground", GroundCriteria(platforms=["gillam"], instrument_types=["RGB ASI"]), sources
    ) == [103]


def test_names_are_exact_and_case_counts(sources):
    assert identifiers("space", SpaceCriteria(programs=["Swarm"]), sources) == []
    assert identifiers("space", SpaceCriteria(programs=["swar"]), sources) == []


def counts(listed):
    return [(option.value, option.count) for option in listed]


def test_options_are_narrowed_by_the_other_lists_only(sources):
    chosen = options("ground", GroundCriteria(programs=["trex"]), sources)
    assert counts(chosen.programs) == [
        ("themis-asi", 2),
        ("trex", 2),
    ]
    assert counts(chosen.platforms) == [("gillam", 2)]
    assert [option.value for option in chosen.instrument_types] == ["near-infrared ASI", "RGB ASI"]


def test_a_choice_that_fits_nothing_stays_listed(sources):
    chosen = options("ground", GroundCriteria(programs=["trex"], platforms=["fort smith"]), sources)
    assert counts(chosen.platforms) == [
        ("fort smith", 0),
        ("gillam", 2),
    ]


def test_combinations_multiply_the_alternatives_of_each_block(example, sources):
    assert combination_count(example, sources) == 2 * 2
    places = AdhocCriteria(
        locations=[Location(lat=1, lon=2), Location(lat=3, lon=4), Location(lat=5, lon=6)]
    )
    example.adhoc = [places]
    assert combination_count(example, sources) == 2 * 2 * 3
    assert combination_count(ConjunctionQuery(), sources) == 0
