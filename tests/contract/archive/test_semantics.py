"""What the archive finds is right, checked against nothing but the ephemeris that it serves itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations, pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any

import httpx
import pytest
from searching import API, records

EARTH_RADIUS_KM = 6371.2
MINUTE = timedelta(minutes=1)
TOLERANCE_KM = 1.0

Place = tuple[float, float]

DAYS = ("2019-01-05", "2018-11-20", "2020-02-11")
"""Each with its own moon, its own weather and other satellites over the cameras."""

GROUND = {
    "programs": ["themis-asi"],
    "platforms": ["gillam", "fort smith", "rankin inlet", "athabasca"],
}
SPACE = {"programs": ["swarm"]}


def period(day: str) -> dict[str, str]:
    return {"start": f"{day}T00:00:00", "end": f"{day}T23:59:00"}


def query(day: str, **fields: Any) -> dict[str, Any]:
    return {
        **period(day),
        "ground": [GROUND],
        "space": [SPACE],
        "conjunction_types": ["nbtrace"],
        "max_distances": {"ground1-space1": 500},
        **fields,
    }


def distance_km(one: Place, other: Place) -> float:
    """Return the great circle between two places (the haversine, which is not what the engine uses)."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, place)) for place in (one, other))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


class Tracks:
    """Where sources were, by the ephemeris that the archive serves."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._days = cache(self._day)

    def _day(self, identifier: int, day: str) -> dict[datetime, dict[str, Any]]:
        source = self._http.get(f"{API}/data_sources/{identifier}").json()
        names = {f"{name}s": [source[name]] for name in ("program", "platform", "instrument_type")}
        found = records(self._http, "ephemeris", {**period(day), "data_sources": names})
        return {datetime.fromisoformat(each["epoch"]): each for each in found}

    def record(self, identifier: int, time: datetime) -> dict[str, Any] | None:
        return self._days(identifier, time.date().isoformat()).get(time)

    def place(self, identifier: int, time: datetime, kind: str) -> Place | None:
        record = self.record(identifier, time)
        where = record and record["location_geo" if kind == "geographic" else kind]
        return (where["lat"], where["lon"]) if where and where["lat"] is not None else None

    def distance(self, pair: tuple[int, int], time: datetime, kind: str) -> float | None:
        one, other = (self.place(identifier, time, kind) for identifier in pair)
        return distance_km(one, other) if one and other else None


@pytest.fixture(scope="module")
def tracks(http: httpx.Client) -> Tracks:
    return Tracks(http)


def identifiers(record: dict[str, Any]) -> tuple[int, ...]:
    return tuple(source["identifier"] for source in record["data_sources"])


def minutes(record: dict[str, Any]) -> Iterator[datetime]:
    time, end = (datetime.fromisoformat(record[name]) for name in ("start", "end"))
    while time <= end:
        yield time
        time += MINUTE


def key(record: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes a conjunction the same, in whichever order its blocks were."""
    return (record["conjunction_type"], frozenset(identifiers(record)), record["start"], record["end"])


def matches(found: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Return every combination of sources at every matching minute."""
    return {
        (record["conjunction_type"], identifiers(record), time)
        for record in found
        for time in minutes(record)
    }


@pytest.mark.parametrize("kind", ["nbtrace", "sbtrace", "geographic"])
@pytest.mark.parametrize("day", DAYS)
def test_distances_are_those_of_the_ephemeris(
    http: httpx.Client, tracks: Tracks, day: str, kind: str
) -> None:
    found = records(http, "conjunctions", query(day, conjunction_types=[kind]))
    assert found
    for record in found:
        pair = identifiers(record)
        distances = {time: tracks.distance(pair, time, kind) for time in minutes(record)}
        assert None not in distances.values()
        assert record["min_distance"] == pytest.approx(min(distances.values()), abs=TOLERANCE_KM)
        assert record["max_distance"] == pytest.approx(max(distances.values()), abs=TOLERANCE_KM)
        closest, farthest = (
            distances[datetime.fromisoformat(record[name])]
            for name in ("closest_epoch", "farthest_epoch")
        )
        assert closest == pytest.approx(record["min_distance"], abs=TOLERANCE_KM)
        assert farthest == pytest.approx(record["max_distance"], abs=TOLERANCE_KM)


@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_missed_and_every_run_is_maximal(
    http: httpx.Client, tracks: Tracks, day: str
) -> None:
    found = records(http, "conjunctions", query(day))
    told = matches(found)
    sources = {
        block: [
            source["identifier"]
            for source in http.post(f"{API}/data_sources/search", json=criteria).json()
        ]
        for block, criteria in (("ground", GROUND), ("space", SPACE))
    }
    midnight = datetime.fromisoformat(day)
    for pair in ((one, other) for one in sources["ground"] for other in sources["space"]):
        for minute in range(1440):
            time = midnight + minute * MINUTE
            distance = tracks.distance(pair, time, "nbtrace")
            is_told = ("nbtrace", pair, time) in told
            if distance is None or distance > 500 + TOLERANCE_KM:
                assert not is_told, (pair, time, distance)
            elif distance < 500 - TOLERANCE_KM:
                assert is_told, (pair, time, distance)
    # Runs of one pair that touched would be one run.
    ends = {(identifiers(record), datetime.fromisoformat(record["end"]) + MINUTE) for record in found}
    assert not ends & {
        (identifiers(record), datetime.fromisoformat(record["start"])) for record in found
    }


def test_a_larger_limit_finds_all_that_a_smaller_one_does(http: httpx.Client) -> None:
    steps = [
        matches(records(http, "conjunctions", query(DAYS[0], max_distances={"ground1-space1": limit})))
        for limit in (100, 300, 700, 2000)
    ]
    for smaller, larger in pairwise(steps):
        assert smaller < larger


def condition(key_: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"key": key_, "operator": operator, "values": list(values)}


def test_filters_narrow_what_is_found(http: httpx.Client, tracks: Tracks) -> None:
    conditions = [
        condition("nbtrace_region", "=", "north auroral oval"),
        condition("nbtrace_region", "in", "north polar cap", "north auroral oval"),
    ]

    def found(filters: dict[str, Any]) -> set[tuple[Any, ...]]:
        block = {**SPACE, "ephemeris_metadata_filters": filters}
        return matches(records(http, "conjunctions", query(DAYS[0], space=[block])))

    both, either = (
        found({"logical_operator": operator, "expressions": conditions}) for operator in ("AND", "OR")
    )
    unfiltered = found({})
    assert set() < both <= either <= unfiltered
    for _, (_, satellite), time in both:
        assert tracks.record(satellite, time)["metadata"]["nbtrace_region"] == "north auroral oval"
    for _, (_, satellite), time in unfiltered - both:
        assert tracks.record(satellite, time)["metadata"].get("nbtrace_region") != "north auroral oval"


@pytest.mark.parametrize(("hemisphere", "sign"), [("northern", 1), ("southern", -1)])
def test_hemispheres_and_types_are_respected(
    http: httpx.Client, tracks: Tracks, hemisphere: str, sign: int
) -> None:
    block = {**SPACE, "hemisphere": [hemisphere]}
    types = ["nbtrace", "sbtrace"]
    found = records(http, "conjunctions", query(DAYS[0], space=[block], conjunction_types=types))
    assert found
    assert {record["conjunction_type"] for record in found} <= set(types)
    for _, (_, satellite), time in matches(found):
        assert sign * tracks.place(satellite, time, "geographic")[0] >= 0


def test_blocks_in_another_order_find_the_same(http: httpx.Client) -> None:
    others = {"programs": ["themis"]}
    limits = {"ground1-space1": 900, "ground1-space2": 3000, "space1-space2": None}
    swapped = {"ground1-space2": 900, "ground1-space1": 3000, "space1-space2": None}
    one = records(http, "conjunctions", query(DAYS[0], space=[SPACE, others], max_distances=limits))
    other = records(http, "conjunctions", query(DAYS[0], space=[others, SPACE], max_distances=swapped))
    assert one
    assert {key(record) for record in one} == {key(record) for record in other}


def test_pairs_are_complete_and_hold_their_limits(http: httpx.Client, tracks: Tracks) -> None:
    limits = {"ground1-space1": 1200, "ground1-space2": 1500, "space1-space2": 2000}
    blocks = [{"programs": ["swarm"], "platforms": [name]} for name in ("swarma", "swarmc")]
    found = records(http, "conjunctions", query(DAYS[0], space=blocks, max_distances=limits))
    assert found
    for record in found:
        members = identifiers(record)
        pairs = {
            (event["e1_source"]["identifier"], event["e2_source"]["identifier"]): event
            for event in record["events"]
        }
        assert set(pairs) == set(combinations(members, 2))
        assert record["min_distance"] == min(event["min_distance"] for event in pairs.values())
        assert record["max_distance"] == max(event["max_distance"] for event in pairs.values())
        for (pair, event), limit in zip(sorted(pairs.items()), limits.values(), strict=True):
            assert event["max_distance"] <= limit
            distances = [tracks.distance(pair, time, "nbtrace") for time in minutes(record)]
            assert event["min_distance"] == pytest.approx(min(distances), abs=TOLERANCE_KM)
            assert event["max_distance"] == pytest.approx(max(distances), abs=TOLERANCE_KM)


def test_half_minutes_only_add(http: httpx.Client) -> None:
    whole, half = (
        records(http, "conjunctions", query(DAYS[0], epoch_search_precision=seconds))
        for seconds in (60, 30)
    )
    assert set(matches(whole)) <= {
        (record["conjunction_type"], identifiers(record), time)
        for record in half
        for time in _half_minutes(record)
    }


def _half_minutes(record: dict[str, Any]) -> Iterator[datetime]:
    time, end = (datetime.fromisoformat(record[name]) for name in ("start", "end"))
    while time <= end:
        yield time
        time += MINUTE / 2
