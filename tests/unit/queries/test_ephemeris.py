"""Ephemeris searches: what is wrong with them, how they are called, what others send."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from aurorax_dashboard.api.models import DataSource, EphemerisCriteria, EphemerisQuery
from aurorax_dashboard.queries.ephemeris import (
    LARGE,
    TOO_LARGE,
    canonical,
    most_records,
    problems,
    read_query,
    sentence,
    title,
)
from aurorax_dashboard.times import naive_utc

NEW_YEAR = naive_utc(datetime(2019, 1, 1, tzinfo=UTC))
SOURCES = [
    DataSource(
        identifier=number,
        program="swarm",
        platform=f"swarm{letter.lower()}",
        instrument_type="footprint",
        source_type="leo",
        display_name=f"Swarm {letter}",
    )
    for number, letter in enumerate("ABC", start=3)
]
REGION = {"key": "nbtrace_region", "operator": "=", "values": ["north polar cap"]}


def search(minutes: int = 60, filters: object = None, **criteria: list[str]) -> EphemerisQuery:
    criteria = criteria or {"programs": ["swarm"]}
    return EphemerisQuery(
        start=NEW_YEAR,
        end=NEW_YEAR + timedelta(minutes=minutes - 1),
        data_sources=msgspec.convert(
            {**criteria, "ephemeris_metadata_filters": filters}, EphemerisCriteria
        ),
    )


def found(query: EphemerisQuery, severity: str = "error") -> list[str]:
    return [each.field for each in problems(query, SOURCES) if each.severity == severity]


def test_a_sound_search_has_no_problem():
    assert problems(search(), SOURCES) == []


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        (msgspec.structs.replace(search(), start=None), ["start"]),
        (msgspec.structs.replace(search(), start=None, end=None), ["start", "end"]),
        (msgspec.structs.replace(search(), end=NEW_YEAR - timedelta(days=1)), ["end"]),
        (msgspec.structs.replace(search(), data_sources=EphemerisCriteria()), ["sources"]),
        (search(programs=["themis"]), ["sources"]),
    ],
)
def test_each_mistake_is_told_at_its_field(query: EphemerisQuery, fields: list[str]):
    assert found(query) == fields


def test_the_size_is_that_of_all_sources():
    assert most_records(search(60), SOURCES) == 180
    assert most_records(search(60, platforms=["swarma"]), SOURCES) == 60
    assert most_records(search(60), []) is None


def test_large_searches_are_warned_of_and_huge_ones_refused():
    large, huge = LARGE // 3 + 1, TOO_LARGE // 3 + 1
    assert found(search(large - 2)) == found(search(large - 2), "warning") == []
    assert (found(search(large)), found(search(large), "warning")) == ([], ["end"])
    assert found(search(huge)) == ["end"]
    # Filters may leave little of it.
    filtered = search(huge, {"logical_operator": "AND", "expressions": [REGION]})
    assert "end" in found(filtered, "warning")
    assert "end" not in found(filtered)


def test_titles_name_few_sources_and_count_many():
    assert title(search(platforms=["swarma", "swarmb"]), SOURCES) == (
        "Ephemeris of Swarm A and Swarm B, 2019-01-01"
    )
    many = [msgspec.structs.replace(SOURCES[0], identifier=n) for n in range(5)]
    assert title(search(3000), many) == "Ephemeris of Swarm (5 sources), 2019-01-01 – 2019-01-03"


def test_a_sentence_says_period_and_filters():
    query = search(filters={"logical_operator": "AND", "expressions": [REGION]})
    said = sentence(query, SOURCES)
    assert said.startswith(
        "Where were Swarm A, Swarm B and Swarm C, 2019-01-01 00:00 to 2019-01-01 00:59 UTC"
    )
    assert "north polar cap" in said


def test_the_strict_form_is_naive_utc_without_identifier():
    calgary = timezone(timedelta(hours=-7))
    query = msgspec.structs.replace(
        search(), start=datetime(2018, 12, 31, 17, 0, 0, 5, tzinfo=calgary), request_id="x"
    )
    strict = canonical(query)
    assert (strict.start, strict.request_id) == (NEW_YEAR, None)
    assert canonical(strict) == strict


@pytest.mark.parametrize("filters", [None, {}, [], {"logical_operator": "AND", "expressions": []}])
def test_every_form_of_no_filters_is_read(filters: object):
    document = {
        "start": "2019-01-01T00:00:00Z",
        "end": "2019-01-01T01:00:00",
        "data_sources": {"programs": ["swarm"], "ephemeris_metadata_filters": filters},
    }
    read = read_query(document)
    assert read == read_query(msgspec.json.encode(document).decode())
    assert read is not None
    assert read.start == NEW_YEAR
    assert read.data_sources.ephemeris_metadata_filters is None


@pytest.mark.parametrize("document", ["", "no JSON", "[]", {"start": 7}, {"data_sources": "swarm"}])
def test_what_is_no_search_is_refused(document: object):
    assert read_query(document) is None  # type: ignore[arg-type]


def test_times_of_other_zones_count_as_utc():
    end = datetime(2019, 1, 1, 0, 59, tzinfo=UTC)
    assert most_records(msgspec.structs.replace(search(), end=end), SOURCES) == 180
