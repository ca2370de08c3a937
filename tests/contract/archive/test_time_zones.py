"""Time zones, listed and converted."""

from typing import Any

import httpx
import pytest


def test_time_zones_are_those_of_the_database(http: httpx.Client) -> None:
    names = http.get("/api/v1/utils/timezones").json()
    assert {"America/Edmonton", "Europe/Oslo", "UTC"} <= set(names)
    assert names == sorted(names)
    assert not {"localtime", "Factory"} & set(names)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"ts": "2019-07-01T00:00:00", "tz": "America/Edmonton"}, ["2019-07-01T06:00:00"]),
        ({"ts": "2019-01-01T00:00:00", "tz": "Asia/Kathmandu"}, ["2018-12-31T18:15:00"]),
        # clocks put back: shown twice; put forward: never shown
        (
            {"ts": "2019-11-03T01:30:00", "tz": "America/Edmonton"},
            ["2019-11-03T07:30:00", "2019-11-03T08:30:00"],
        ),
        ({"ts": "2019-03-10T02:30:00", "tz": "America/Edmonton"}, []),
        ({"ts": "2019-01-01T00:00:00Z", "tz": "America/Edmonton"}, ["2019-01-01T00:00:00"]),
        ({"ts": "2019-01-01T00:00:00+02:00"}, ["2018-12-31T22:00:00"]),
    ],
)
def test_local_times_are_converted(
    http: httpx.Client, asked: dict[str, str], expected: list[str]
) -> None:
    answer = http.get("/api/v1/utils/timezones/convert", params=asked)
    assert (answer.status_code, answer.json()) == (200, expected)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"tz": "Europe/Oslo"}, "ts"),
        ({"ts": "yesterday", "tz": "Europe/Oslo"}, "ts"),
        ({"ts": "2019-01-01T00:00:00"}, "tz"),
        ({"ts": "2019-01-01T00:00:00", "tz": "Europe"}, "tz"),
        ({"ts": "2019-01-01T00:00:00", "tz": "../../etc/passwd"}, "tz"),
        ({"ts": "2019-01-01T00:00:00", "tz": "x" * 5000}, "tz"),
        ({"ts": "2019-01-01T00:00:00", "tz": "\x00"}, "tz"),
        ({"ts": "0001-01-01T00:00:00", "tz": "Asia/Tokyo"}, "ts"),
        ({"ts": "9999-12-31T23:59:59", "tz": "America/Edmonton"}, "ts"),
        ({"ts": "9999-12-31T23:59:59-01:00"}, "ts"),
    ],
)
def test_what_cannot_be_converted_is_named(
    http: httpx.Client, asked: dict[str, Any], field: str
) -> None:
    answer = http.get("/api/v1/utils/timezones/convert", params=asked)
    assert answer.status_code == 400
    assert field in answer.json()["error_message"]
