"""Searches in the small world of conftest, whose answers can be worked out by hand."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from aurorax_dashboard.api.models import Conjunction, ConjunctionQuery, Ephemeris, EphemerisQuery
from aurorax_dashboard.archive.checks import check_conjunction_query, check_ephemeris_query
from aurorax_dashboard.archive.conjunction_search import search_conjunctions
from aurorax_dashboard.archive.ephemeris_search import search_ephemeris
from aurorax_dashboard.archive.errors import SearchCancelledError, SearchFailedError
from aurorax_dashboard.archive.participants import _in_hemispheres
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.store import Asker

DAY = datetime.fromisoformat("2019-01-01T00:00:00")
ORBIT = timedelta(minutes=90)
PASSES_A_DAY = 8
"""Gillam observes for half of the day, in which the satellite comes by eight times."""


class Searcher:
    """Runs searches without jobs and keeps what they log."""

    def __init__(self, sources: Any, world: Any) -> None:
        self.sources, self.world = sources, world
        self.logs: list[str] = []
        self.run = Run("r", self.logs.append, time_limit_s=60)

    def conjunctions(self, settings: ArchiveSettings | None = None, **fields: Any) -> list[Conjunction]:
        asked = {
            "start": "2019-01-01T00:00:00",
            "end": "2019-01-01T23:59:59",
            "ground": [{"programs": ["themis-asi"]}],
            "space": [{"programs": ["swarm"]}],
            "max_distances": {"ground1-space1": 500},
            **fields,
        }
        query = check_conjunction_query(msgspec.convert(asked, ConjunctionQuery))
        batches = search_conjunctions(
            query, self.sources, self.world, self.run, settings or ArchiveSettings()
        )
        return [record for batch in batches for record in batch]

    def ephemeris(self, start: str, end: str, **criteria: Any) -> list[Ephemeris]:
        asked = {"start": start, "end": end, "data_sources": criteria}
        query = check_ephemeris_query(msgspec.convert(asked, EphemerisQuery))
        batches = search_ephemeris(query, self.sources, self.world, self.run)
        return [record for batch in batches for record in batch]


@pytest.fixture
def search(sources: Any, world: Any) -> Searcher:
    return Searcher(sources, world)


def filters(*expressions: tuple[str, str, list[Any]]) -> dict[str, Any]:
    return {
        "expressions": [
            {"key": key, "operator": op, "values": values} for key, op, values in expressions
        ]
    }


def test_each_pass_over_gillam_is_found(search: Searcher) -> None:
    found = search.conjunctions()
    assert [record.start for record in found] == [
        DAY + timedelta(minutes=13) + orbit * ORBIT for orbit in range(PASSES_A_DAY)
    ]
    first = found[0]
    assert first.end == DAY + timedelta(minutes=15)
    assert first.closest_epoch == DAY + timedelta(minutes=14)
    assert first.farthest_epoch == DAY + timedelta(minutes=13)
    # 4.38° and 0.38° of latitude on a sphere of 6371.2 km
    assert (first.min_distance, first.max_distance) == (
        pytest.approx(42.255, abs=0.01),
        pytest.approx(487.05, abs=0.01),
    )
    assert [source.identifier for source in first.data_sources] == [1, 3]
    [event] = first.events
    assert (event.e1_source.identifier, event.e2_source.identifier) == (1, 3)
    assert (event.start, event.min_distance) == (first.start, first.min_distance)


def test_both_ends_of_the_period_are_included(search: Searcher) -> None:
    [found] = search.conjunctions(start="2019-01-01T00:14:00", end="2019-01-01T00:14:00")
    assert (found.start, found.end) == (DAY + timedelta(minutes=14),) * 2


def test_half_minutes_are_interpolated(search: Searcher) -> None:
    found = search.conjunctions(
        end="2019-01-01T00:30:00", max_distances={"ground1-space1": 490}, epoch_search_precision=30
    )
    assert [(record.start, record.end) for record in found] == [
        (DAY + timedelta(minutes=13), DAY + timedelta(minutes=15))
    ]
    [narrow] = search.conjunctions(
        end="2019-01-01T00:30:00", max_distances={"ground1-space1": 300}, epoch_search_precision=30
    )
    assert (narrow.start, narrow.end) == (
        DAY + timedelta(seconds=13.5 * 60),
        DAY + timedelta(seconds=14.5 * 60),
    )


def test_the_log_tells_the_story(search: Searcher) -> None:
    search.conjunctions()
    assert "Found 24 single epoch events" in search.logs
    assert "Reduced single events into 8 continuous intervals" in search.logs
    assert "Searching for super events across all data source combinations: [[1, 3]]" in search.logs
    assert "Found 8 super events" in search.logs


def test_hemispheres_are_those_of_the_satellite(search: Searcher) -> None:
    def found(*hemispheres: str) -> int:
        return len(search.conjunctions(space=[{"hemisphere": list(hemispheres)}]))

    assert (found(), found("northern"), found("southern"), found("northern", "southern")) == (
        8,
        8,
        0,
        8,
    )


def test_metadata_filters_are_looked_up_only_where_positions_match(search: Searcher) -> None:
    even = filters(("cloudy", "=", ["true"]))
    found = search.conjunctions(ground=[{"ephemeris_metadata_filters": even}])
    # Of minutes 13, 14, 15 only the middle one is even; an orbit has an even number of minutes.
    assert [(record.start, record.end) for record in found[:1]] == [(DAY + timedelta(minutes=14),) * 2]
    assert len(found) == PASSES_A_DAY
    assert search.world.metadata_asked == 3 * PASSES_A_DAY


def test_filters_of_several_blocks_all_count(search: Searcher) -> None:
    even, odd = filters(("cloudy", "=", [True])), filters(("cloudy", "=", [False]))
    assert not search.conjunctions(
        ground=[{"ephemeris_metadata_filters": even}], space=[{"ephemeris_metadata_filters": odd}]
    )


def test_a_filter_on_an_unknown_field_matches_nothing(search: Searcher) -> None:
    assert not search.conjunctions(
        ground=[{"ephemeris_metadata_filters": filters(("no_such", "!=", ["x"]))}]
    )


def test_a_record_without_a_position_is_in_no_hemisphere() -> None:
    heights = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, np.nan], [0.5, -0.5, np.nan]])
    assert _in_hemispheres(heights, ["northern"]).tolist() == [True, False, False]
    assert _in_hemispheres(heights, ["southern"]).tolist() == [False, True, False]


def test_a_custom_location_is_there_all_day(search: Searcher) -> None:
    found = search.conjunctions(
        ground=[],
        adhoc=[{"locations": [{"lat": 56.38, "lon": -94.64}, {"lat": 0, "lon": 0}]}],
        max_distances={"space1-adhoc1": 500},
    )
    assert len(found) == 2 * PASSES_A_DAY
    assert [source.identifier for source in found[0].data_sources] == [3, -1]
    assert search.sources.get(-1).source_type == "not_applicable"


def test_two_ground_blocks_are_at_one_place_unless_told_otherwise(search: Searcher) -> None:
    blocks = [{"platforms": ["gillam"]}, {"platforms": ["fort smith"]}]
    limits = {"ground1-space1": 500}
    assert not search.conjunctions(ground=blocks, max_distances=limits)
    apart = search.conjunctions(ground=blocks, max_distances={**limits, "ground1-ground2": None})
    assert len(apart) == PASSES_A_DAY
    assert len(apart[0].events) == 1


def test_every_type_is_searched_when_none_is_named(search: Searcher) -> None:
    kinds = {record.conjunction_type for record in search.conjunctions(conjunction_types=[])}
    assert kinds == {"nbtrace", "geographic", "sbtrace"}


def test_nothing_there_is_no_mistake(search: Searcher) -> None:
    assert search.conjunctions(space=[{"programs": ["small-explorer"]}]) == []
    assert "No data source fits the criteria of space1" in search.logs
    assert search.conjunctions(start="1999-01-01T00:00:00", end="1999-02-01T00:00:00") == []


def test_without_any_limit_the_search_is_refused(search: Searcher) -> None:
    with pytest.raises(SearchFailedError, match="No two blocks have a greatest distance"):
        search.conjunctions(max_distances={})


def test_long_tracks_go_through_a_file_and_too_long_ones_are_refused(search: Searcher) -> None:
    year = {"end": "2019-12-31T23:59:59"}
    plain = search.conjunctions(**year)
    assert len(plain) == 365 * PASSES_A_DAY
    assert search.conjunctions(ArchiveSettings(track_bytes=0), **year) == plain
    with pytest.raises(SearchFailedError, match="too large"):
        search.conjunctions(ArchiveSettings(track_file_bytes=1_000_000), **year)


def test_a_cancelled_search_stops(search: Searcher) -> None:
    search.run.stop(SearchCancelledError())
    with pytest.raises(SearchCancelledError):
        search.conjunctions()
    with pytest.raises(SearchCancelledError):
        search.ephemeris("2019-01-01T00:00:00", "2019-01-01T01:00:00", programs=["swarm"])


@pytest.mark.parametrize(
    ("start", "end", "records"),
    [
        ("2019-01-01T00:00:00", "2019-01-01T00:00:59", 1),
        ("2019-01-01T03:24:00", "2019-01-01T03:30:00", 7),
        ("2019-01-01T03:24:00", "2019-01-01T03:24:00", 1),
        ("2019-01-01T03:24:30", "2019-01-01T03:24:50", 0),
        ("2018-12-31T00:00:00", "2019-01-01T00:01:00", 2),
    ],
)
def test_records_of_minutes_that_begin_within_the_period(
    search: Searcher, start: str, end: str, records: int
) -> None:
    assert len(search.ephemeris(start, end, programs=["swarm"])) == records


def test_sources_are_interleaved_in_order_of_time(search: Searcher) -> None:
    found = search.ephemeris(
        "2019-01-01T11:58:00", "2019-01-01T12:01:00", programs=["swarm", "themis-asi"]
    )
    noon = datetime.fromisoformat("2019-01-01T12:00:00")
    on_duty = [(noon - timedelta(minutes=m), n) for m in (2, 1) for n in (1, 2, 3)]
    assert [(record.epoch, record.data_source.identifier) for record in found] == [
        *on_duty,
        (noon, 3),
        (noon + timedelta(minutes=1), 3),
    ]


def test_a_record_has_places_and_native_metadata_without_missing_fields(search: Searcher) -> None:
    ground, space = search.ephemeris(
        "2019-01-01T00:50:00", "2019-01-01T00:50:00", platforms=["gillam", "swarma"]
    )
    assert (ground.location_geo.lat, ground.location_geo.lon) == (56.38, -94.64)
    assert ground.nbtrace == ground.location_geo
    assert ground.location_gsm == msgspec.structs.replace(ground.location_geo, lat=None, lon=None)
    assert (space.location_geo.lat, space.location_geo.lon) == (-20.0, 85.36)
    assert (space.nbtrace.lat, space.sbtrace.lat) == (None, -20.0)
    assert ground.metadata == {"cloudy": True}
    [next_minute] = search.ephemeris("2019-01-01T00:51:00", "2019-01-01T00:51:00", platforms=["gillam"])
    assert next_minute.metadata == {"cloudy": False, "confidence": next_minute.metadata["confidence"]}
    assert type(next_minute.metadata["confidence"]) is float


def test_ephemeris_are_filtered_by_metadata(search: Searcher) -> None:
    both = filters(("cloudy", "=", ["false"]), ("confidence", "between", ["11", "19"]))
    found = search.ephemeris(
        "2019-01-01T00:00:00",
        "2019-01-01T01:39:00",
        programs=["swarm"],
        ephemeris_metadata_filters=both,
    )
    assert [record.metadata["confidence"] for record in found] == [11.0, 13.0, 17.0, 19.0]


def test_an_archive_runs_searches_of_both_kinds(open_archive: Callable[..., Any]) -> None:
    archive = open_archive()
    archive.jobs.start()
    query = check_conjunction_query(
        msgspec.convert(
            {"ground": [{}], "space": [{}], "max_distances": {"ground1-space1": 500}}, ConjunctionQuery
        )
    )
    request_id = archive.jobs.submit("conjunctions", query, Asker(name="somebody"))
    for _ in range(1000):
        status = archive.store.status(request_id, "conjunctions")
        if status.finished:
            break
        time.sleep(0.01)
    # Without a period, the whole life of the sources is searched.
    assert status.search_result.result_count == 365 * PASSES_A_DAY
