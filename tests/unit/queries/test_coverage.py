"""On how many days all blocks have data."""

from datetime import UTC, date, datetime

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    DataSource,
    GroundCriteria,
    Location,
    SpaceCriteria,
)
from aurorax_dashboard.queries.coverage import coverage, coverage_words, period_days

SOURCES = [
    DataSource(
        identifier=1,
        program="rego",
        platform="gillam",
        instrument_type="redline ASI",
        source_type="ground",
    ),
    DataSource(
        identifier=2,
        program="rego",
        platform="talo",
        instrument_type="redline ASI",
        source_type="ground",
    ),
    DataSource(
        identifier=3, program="swarm", platform="swarma", instrument_type="footprint", source_type="leo"
    ),
]
QUERY = ConjunctionQuery(
    start=datetime(2019, 1, 1, tzinfo=UTC),
    end=datetime(2019, 1, 4, 12, tzinfo=UTC),
    ground=[GroundCriteria()],
    space=[SpaceCriteria()],
)


def days(*numbers: int) -> set[date]:
    return {date(2019, 1, number) for number in numbers}


def test_common_days_are_those_on_which_any_source_of_every_block_has_data() -> None:
    found = coverage(QUERY, SOURCES, {1: days(1), 2: days(2, 3, 9), 3: days(2, 3, 4)})
    assert found is not None
    assert (found.days, found.common) == (4, 2)
    assert found.by_day == {
        "Ground 1": [True, True, True, False],
        "Space 1": [False, True, True, True],
    }
    assert coverage_words(found) == "All blocks have data on 2 of 4 days."


def test_that_no_day_is_common_is_said_as_what_follows_from_it() -> None:
    found = coverage(QUERY, SOURCES, {1: days(1), 3: days(2)})
    assert found is not None
    assert (
        coverage_words(found) == "On none of the 4 days do all blocks have data: nothing will be found."
    )


def test_a_place_of_ones_own_is_always_there() -> None:
    query = ConjunctionQuery(
        start=QUERY.start,
        end=QUERY.end,
        space=[SpaceCriteria()],
        adhoc=[AdhocCriteria(locations=[Location(lat=0, lon=0)])],
    )
    found = coverage(query, SOURCES, {3: days(1, 2, 3, 4)})
    assert found is not None
    assert coverage_words(found) == "All blocks have data on all 4 days."


def test_without_a_whole_period_nothing_is_known() -> None:
    assert (
        period_days(
            ConjunctionQuery(
                start=datetime(2019, 1, 2, tzinfo=UTC), end=datetime(2019, 1, 1, tzinfo=UTC)
            )
        )
        is None
    )
    assert coverage(ConjunctionQuery(ground=[GroundCriteria()]), SOURCES, {}) is None
