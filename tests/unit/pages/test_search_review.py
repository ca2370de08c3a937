"""Beside the builder: what is wrong with a search, and on how many days there are data."""

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from aurorax_dashboard.api.errors import UnreachableError
from aurorax_dashboard.api.models import ConjunctionQuery, DataSource, EphemerisAvailability
from aurorax_dashboard.pages.search_review import (
    Ids,
    KnownDays,
    check,
    cost,
    days_shown,
    known_days,
    side,
    size,
    summary,
)
from aurorax_dashboard.queries.coverage import Coverage
from aurorax_dashboard.queries.draft import BlockDraft, Draft, draft_of
from aurorax_dashboard.queries.examples import examples


def test_an_example_can_be_sent() -> None:
    checked = check(draft_of(examples()[0].query), [])
    assert checked.sendable
    assert checked.problems == []


def test_a_field_that_cannot_be_read_has_one_problem(query: ConjunctionQuery) -> None:
    draft = msgspec.structs.replace(draft_of(query), start="soon", distance="near")
    checked = check(draft, [])
    assert not checked.sendable
    fields = [one.field for one in checked.problems]
    assert fields.count("start") == 1
    assert fields.count("max_distances") == 1


def test_an_empty_form_cannot_be_sent() -> None:
    assert not check(Draft(), []).sendable


class Platform:
    """Answers with data on the given days of each program; waits or fails where told to."""

    def __init__(self, sources: list[DataSource], days: dict[str, list[str]]) -> None:
        self._sources = sources
        self._days = days
        self.instead: dict[str, Callable[[], object]] = {}
        self.asked: list[str] = []

    @property
    def services(self) -> Any:
        return SimpleNamespace(hurried=self)

    def ephemeris_availability(self, start: date, end: date, *, program: str) -> Any:
        self.asked.append(program)
        self.instead.get(program, lambda: None)()
        counts = dict.fromkeys(self._days.get(program, []), 1440)
        return SimpleNamespace(
            value=[
                EphemerisAvailability(data_source=source, available_ephemeris=counts)
                for source in self._sources
                if source.program == program
            ]
        )


@pytest.fixture
def platform(sources: list[DataSource]) -> Platform:
    days = {
        "themis-asi": ["2019-01-01", "2019-01-02"],
        "swarm": ["2019-01-02", "2019-01-03"],
        "themis": [],
    }
    return Platform(sources, days)


def test_days_on_which_all_blocks_have_data_are_counted(
    platform: Platform, query: ConjunctionQuery, sources: list[DataSource]
) -> None:
    known = known_days(platform.services, query, sources)
    assert known.words == "All blocks have data on 1 of 3 days."
    assert sorted(platform.asked) == ["swarm", "themis", "themis-asi"]


def test_the_days_of_each_block_are_drawn_where_some_have_none(
    platform: Platform, query: ConjunctionQuery, sources: list[DataSource]
) -> None:
    words, strips = days_shown(known_days(platform.services, query, sources))
    assert words.children == "All blocks have data on 1 of 3 days."
    ground, space = strips.children
    assert [part.children for part in (ground.children[0], ground.children[2])] == [
        "Ground 1",
        "2 of 3",
    ]
    assert ground.children[1].style["backgroundImage"] == (
        "linear-gradient(to right, var(--ax-accent) 0.000% 66.667%, transparent 66.667% 100.000%)"
    )
    assert (
        space.children[1].style["backgroundImage"].startswith("linear-gradient(to right, transparent 0")
    )
    everywhere = KnownDays("All of them.", Coverage(days=1, by_day={"Ground 1": [True]}, common=1))
    assert days_shown(everywhere) == ["All of them."]


def test_size_and_duration_are_told(query: ConjunctionQuery, sources: list[DataSource]) -> None:
    assert size(query, sources) == "1 × 2 = 2"
    assert cost(query, sources) == "Seconds"
    assert cost(msgspec.structs.replace(query, start=query.end, end=query.start), sources) == "–"
    assert (size(ConjunctionQuery(), sources), cost(ConjunctionQuery(), sources)) == ("0", "–")


def test_programs_are_asked_at_the_same_time(
    platform: Platform, query: ConjunctionQuery, sources: list[DataSource]
) -> None:
    together = threading.Barrier(3, timeout=10)  # passed only by three that wait at once
    platform.instead = dict.fromkeys(["swarm", "themis", "themis-asi"], together.wait)
    assert known_days(platform.services, query, sources).words.startswith(
        "All blocks have data on 1 of 3"
    )


def test_all_programs_together_have_one_deadline(
    platform: Platform, query: ConjunctionQuery, sources: list[DataSource]
) -> None:
    release = threading.Event()
    platform.instead = dict.fromkeys(["swarm", "themis"], lambda: release.wait(10))
    started = time.monotonic()
    words = known_days(platform.services, query, sources, wait_s=0.2).words
    took_s = time.monotonic() - started
    release.set()
    assert took_s < 2
    assert words == (
        "Whether there are data of swarm, themis then is not known: AuroraX has not answered in time."
    )


def test_a_program_that_fails_makes_the_days_unknown(
    platform: Platform, query: ConjunctionQuery, sources: list[DataSource]
) -> None:
    def fail() -> None:
        raise UnreachableError("archive.test does not answer")

    platform.instead["swarm"] = fail
    assert known_days(platform.services, query, sources).words == (
        "Whether there are data of swarm then is not known: archive.test does not answer."
    )


def test_without_the_list_of_sources_nothing_is_said_to_have_no_data(
    platform: Platform, query: ConjunctionQuery
) -> None:
    known = known_days(platform.services, query, [])
    assert known == KnownDays("Not known without the list of data sources.")
    assert size(query, []) == known.words
    assert platform.asked == []


def test_nothing_is_asked_without_a_period_or_for_a_longer_one_than_a_year(
    platform: Platform, query: ConjunctionQuery, sources: list[DataSource]
) -> None:
    assert known_days(platform.services, msgspec.structs.replace(query, end=None), sources).words == ""
    assert (
        known_days(platform.services, ConjunctionQuery(start=query.start, end=query.end), []).words
        == ""
    )
    assert query.end is not None
    long = msgspec.structs.replace(query, end=query.end + timedelta(days=366))
    assert "up to a year" in known_days(platform.services, long, sources).words
    assert platform.asked == []


def test_a_location_that_cannot_be_read_is_not_called_missing_too() -> None:
    draft = Draft(
        distance="500", blocks=[BlockDraft(kind="ground"), BlockDraft(kind="adhoc", locations="x")]
    )
    at_place = [one.message for one in check(draft, []).problems if one.field.startswith("adhoc1")]
    assert len(at_place) == 1
    assert "is not a location" in at_place[0]


def test_the_page_comes_with_what_is_asked_so_that_nothing_moves_later(
    query: ConjunctionQuery, sources: list[DataSource], shown: Any
) -> None:
    page = shown(side(check(draft_of(query), sources), sources, "http://archive.test"))
    assert page.part(Ids.SIZE).children == size(query, sources)
    assert page.part(Ids.COST).children == cost(query, sources)
    assert "ground1=(" in page.part(Ids.DESCRIBED).children
    assert len(page.part(Ids.SUMMARY).children) == len(
        summary(check(draft_of(query), sources), sources)
    )
    assert '"max_distances"' in page.text
