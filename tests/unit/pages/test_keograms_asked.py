"""The address of the page of keograms holds all that is asked, and stands whatever is written into it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from aurorax_dashboard.api.models import MetadataExpression, MetadataFilters
from aurorax_dashboard.pages.keograms_asked import Asked, asked_of

FILTERS = MetadataFilters(
    logical_operator="OR",
    expressions=[MetadataExpression(key="keogram_type", operator="in", values=["daily", "a&b=c"])],
)
EVERYTHING = Asked(
    start="2019-01-01",
    end="2019-01-31",
    programs=("themis-asi", "trex"),
    platforms=("fort smith",),
    instrument_types=("RGB ASI",),
    kind="movie",
    filters=FILTERS,
    search="7d0a3f8e-2f9e-4c1b-9c1a-0123456789ab",
    of=46,
    night=date(2019, 1, 4),
    variant="daily_hires",
    t="05:58",
)


@pytest.mark.parametrize("asked", [Asked(), Asked("2019", "soon"), EVERYTHING])
def test_a_copied_address_asks_the_same(asked: Asked) -> None:
    params = dict(parse_qsl(urlsplit(asked.address).query))
    assert params == asked.params()
    assert asked_of(params) == asked


def test_what_is_as_usual_is_not_in_the_address() -> None:
    assert Asked().address == "/keograms"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "spectrogram"),
        ("search", "../../etc/passwd"),
        ("of", "-5"),
        ("of", "٣"),
        ("of", "9" * 40),
        ("night", "yesterday"),
        ("t", "25:00"),
        ("t", "5:58"),
        ("filters", "{"),
        ("filters", '{"expressions": 5}'),
        ("program", " , ,"),
    ],
)
def test_what_cannot_be_read_counts_as_not_given(name: str, value: str) -> None:
    assert asked_of({name: value}) == Asked()


def test_of_a_parameter_given_twice_the_first_counts() -> None:
    assert asked_of({"t": ["05:58", "06:00"]}).t == "05:58"


def test_names_may_stand_with_blanks_between_them() -> None:
    assert asked_of({"program": "themis-asi, rego"}).programs == ("themis-asi", "rego")


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2019-01-01", "2019-01-31", (date(2019, 1, 1), date(2019, 1, 31))),
        ("2019-01-01 05:00", "2019-01-01", (date(2019, 1, 1), date(2019, 1, 1))),
        ("2019-01-02", "2019-01-01", None),
        ("soon", "2019-01-01", None),
        ("", "", None),
    ],
)
def test_the_days_are_those_of_the_times(start: str, end: str, days: tuple[date, date] | None) -> None:
    assert Asked(start, end).days() == days


def test_the_search_is_for_whole_days_and_one_kind() -> None:
    query, problems = EVERYTHING.query()
    assert problems == []
    assert query.data_product_type_filters == ["movie"]
    assert query.data_sources.data_product_metadata_filters == FILTERS
    assert (query.start, query.end) == (
        datetime(2019, 1, 1, tzinfo=UTC),
        datetime(2019, 1, 31, 23, 59, 59, tzinfo=UTC),
    )


def test_a_day_that_cannot_be_read_is_a_problem_of_its_field() -> None:
    query, problems = Asked("soon", "2019-01-31").query()
    assert [problem.field for problem in problems] == ["start"]
    assert query.start is None
    assert query.end is not None


@pytest.mark.parametrize(
    ("latest", "period"),
    [
        (None, ("2026-02-03", "2026-03-01")),
        (datetime(2021, 1, 31, 23, 59, tzinfo=UTC), ("2021-01-05", "2021-01-31")),
        (datetime(2031, 1, 31, tzinfo=UTC), ("2026-02-03", "2026-03-01")),
    ],
)
def test_without_a_period_the_last_weeks_are_meant(
    latest: datetime | None, period: tuple[str, str]
) -> None:
    asked = Asked().with_days(date(2026, 3, 1), latest)
    assert (asked.start, asked.end) == period


def test_a_period_that_is_given_stays() -> None:
    half = Asked(end="2019-01-31")
    assert half.with_days(date(2026, 3, 1), None) == half
