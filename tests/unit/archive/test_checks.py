from datetime import datetime
from typing import Any

import msgspec
import pytest

from aurorax_dashboard.api.models import ConjunctionQuery, EphemerisQuery
from aurorax_dashboard.archive.checks import (
    block_names,
    check_conjunction_query,
    check_ephemeris_query,
    pair_limits,
)
from aurorax_dashboard.archive.errors import BadRequestError

PLAIN = {
    "start": "2019-01-01T00:00:00.000Z",
    "end": "2019-01-03T23:59:59.000Z",
    "ground": [{}],
    "space": [{}],
    "max_distances": {"ground1-space1": 500},
}


def query(**changes: Any) -> ConjunctionQuery:
    return msgspec.convert({**PLAIN, **changes}, ConjunctionQuery)


def test_times_become_plain_utc() -> None:
    checked = check_conjunction_query(query(start="2019-01-01T01:30:00+01:00"))
    assert (checked.start, checked.end) == (
        datetime.fromisoformat("2019-01-01T00:30:00"),
        datetime.fromisoformat("2019-01-03T23:59:59"),
    )


def test_pairs_may_be_named_in_either_order_and_are_kept_in_block_order() -> None:
    checked = check_conjunction_query(query(max_distances={"space1-ground1": 250}))
    assert checked.max_distances == {"ground1-space1": 250.0}


def test_pairs_left_out_have_no_limit_but_ground_pairs_are_at_one_place() -> None:
    asked = query(
        ground=[{}, {}], space=[{}, {}], max_distances={"ground1-space1": 500, "space1-space2": None}
    )
    assert block_names(asked) == ["ground1", "ground2", "space1", "space2"]
    assert pair_limits(asked) == {
        ("ground1", "ground2"): 0.0,
        ("ground1", "space1"): 500.0,
        ("ground1", "space2"): None,
        ("ground2", "space1"): None,
        ("ground2", "space2"): None,
        ("space1", "space2"): None,
    }


def test_a_null_between_ground_blocks_is_no_limit() -> None:
    asked = query(ground=[{}, {}], max_distances={"ground1-ground2": None, "ground1-space1": 500})
    assert pair_limits(asked)["ground1", "ground2"] is None


@pytest.mark.parametrize("filters", [{}, None, []])
def test_the_three_spellings_of_no_filter_are_accepted(filters: object) -> None:
    check_conjunction_query(query(space=[{"ephemeris_metadata_filters": filters}]))


def expression(operator: str, values: list[Any], key: str = "k") -> dict[str, Any]:
    return {"key": key, "operator": operator, "values": values}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end": "2018-12-31T00:00:00"}, "end: "),
        ({"space": []}, "at least two criteria blocks"),
        ({"space": [{}] * 10}, "Number of criteria blocks exceeds 10"),
        ({"max_distances": {"ground1-space2": 500}}, "max_distances.ground1-space2"),
        ({"max_distances": {"ground1": 500}}, "max_distances.ground1"),
        (
            {"max_distances": {"ground1-space1": -1}},
            "max_distances.ground1-space1: must be 0 km or more",
        ),
        ({"max_distances": {"ground1-space1": float("nan")}}, "max_distances.ground1-space1"),
        ({"max_distances": {"ground1-space1": 1, "space1-ground1": 2}}, "two distances"),
        ({"adhoc": [{"locations": []}]}, "adhoc[0].locations"),
        ({"adhoc": [{"locations": [{"lat": 1, "lon": 1}] * 51}] * 2}, "adhoc: at most 100"),
        ({"adhoc": [{"locations": [{"lat": 91, "lon": 0}]}]}, "adhoc[0].locations[0].lat"),
        ({"adhoc": [{"locations": [{"lat": 1, "lon": 181}]}]}, "adhoc[0].locations[0].lon"),
        ({"adhoc": [{"locations": [{"lat": 1}]}]}, "adhoc[0].locations[0].lon"),
        ({"request_id": "../../etc/passwd"}, "request_id: must be a UUID"),
        (
            {"ground": [{"ephemeris_metadata_filters": {"expressions": [expression("between", [1])]}}]},
            "ground[0].ephemeris_metadata_filters.expressions[0].values: between takes two",
        ),
        (
            {"space": [{"ephemeris_metadata_filters": [expression("=", [])]}]},
            "space[0].ephemeris_metadata_filters.expressions[0].values",
        ),
        (
            {"space": [{"ephemeris_metadata_filters": [expression("=", [1], key="")]}]},
            "space[0].ephemeris_metadata_filters.expressions[0].key",
        ),
    ],
)
def test_what_is_wrong_is_named_by_field(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        check_conjunction_query(query(**changes))
    assert words in str(caught.value)


def test_a_time_at_the_edge_of_the_calendar_is_refused() -> None:
    with pytest.raises(BadRequestError, match="start: this time cannot be written in UTC"):
        check_conjunction_query(query(start="0001-01-01T00:00:00+23:00"))


def test_an_ephemeris_search_needs_some_criterion() -> None:
    with pytest.raises(BadRequestError, match="data_sources: at least one"):
        check_ephemeris_query(msgspec.convert({"data_sources": {}}, EphemerisQuery))
