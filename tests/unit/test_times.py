"""How times are read and written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurorax_dashboard.times import (
    format_date,
    format_distance,
    format_duration,
    format_time,
    parse_time,
)

at = datetime.fromisoformat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-01-01", at("2019-01-01")),
        (" 2019-01-01 05:58 ", at("2019-01-01 05:58:00")),
        ("2019-01-01T05:58:00Z", at("2019-01-01 05:58:00")),
        ("2019-01-01t05:58:07.000z", at("2019-01-01 05:58:07")),
        ("2019-01-01T05:58:07.18355", at("2019-01-01 05:58:07.183550")),
        ("2019-01-01T05:58+02:00", at("2019-01-01 03:58:00")),
        ("2019-01-01T00:30-0700", at("2019-01-01 07:30:00")),
        ("2019-01-01 05:58 UTC", at("2019-01-01 05:58:00")),
        ("2019/1/2 5:58", at("2019-01-02 05:58:00")),
        ("20190102T0558", at("2019-01-02 05:58:00")),
        ("2019-001", at("2019-01-01")),
        ("2020-366 12:00", at("2020-12-31 12:00:00")),
        ("2019-01-31/05:58:07", at("2019-01-31 05:58:07")),
        ("20190131_0558", at("2019-01-31 05:58:00")),
        ("31 Jan 2019", at("2019-01-31")),
        ("31-jan-2019 05:58 UTC", at("2019-01-31 05:58:00")),
        ("January 31, 2019 05:58", at("2019-01-31 05:58:00")),
        ("2019-12-31 24:00", at("2020-01-01")),
    ],
)
def test_reads_what_people_type(text, expected):
    assert parse_time(text) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "01/02/2019",
        "2019-13-01",
        "2019-02-30",
        "2019-366",
        "2019-01-01 25:00",
        "2019-01-01 24:01",
        "2019-01-01/2019-01",
        "31 Ju 2019",
        "31 Jux 2019",
        "30 Feb 2019",
        "1 Jan 19",
        "2019-01-01 05:58 MST",
        "2019-01-01T05:58+99:00",
        "0001-01-01T00:00+14:00",
        "２０１９-01-01",
    ],
)
def test_refuses_the_rest_with_an_example(text):
    with pytest.raises(ValueError, match="in UTC like 2019-01-01 05:58"):
        parse_time(text)


def test_a_date_as_the_end_of_a_period_includes_its_day():
    assert parse_time("2019-01-03", end_of_day=True) == at("2019-01-03 23:59:59").replace(tzinfo=UTC)
    assert parse_time("2019-01-03 00:00", end_of_day=True) == at("2019-01-03").replace(tzinfo=UTC)


@given(st.text(max_size=80))
def test_any_text_is_a_time_or_a_sentence(text):
    try:
        time = parse_time(text)
    except ValueError:
        return
    assert time.tzinfo is UTC


@given(st.datetimes(min_value=at("1900-01-01"), max_value=at("2100-01-01")))
def test_what_is_written_can_be_read(time):
    assert parse_time(format_time(time, seconds=True)) == time.replace(microsecond=0, tzinfo=UTC)


def test_writes_utc_and_cuts_rather_than_rounds():
    local = datetime(2019, 1, 4, 1, 59, 59, 900_000, tzinfo=timezone(timedelta(hours=2)))
    assert format_time(local) == "2019-01-03 23:59"
    assert format_time(local, seconds=True) == "2019-01-03 23:59:59"
    assert format_date(local) == "2019-01-03"
    assert format_date(date(2019, 1, 3)) == "2019-01-03"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (0.5, "30 s"),
        (7, "7 min"),
        (59.6, "1 h"),
        (60, "1 h"),
        (65, "1 h 5 min"),
        (1440, "1 d"),
        (4560, "3 d 4 h"),
        (-7, "−7 min"),
    ],
)
def test_durations(minutes, text):
    assert format_duration(minutes) == text


@pytest.mark.parametrize(
    ("km", "text"),
    [
        (0, "0 km"),
        (7.26, "7.3 km"),
        (9.94, "9.9 km"),
        (9.96, "10 km"),
        (326.6, "327 km"),
        (500, "500 km"),
        (20015, "20,015 km"),
    ],
)
def test_distances(km, text):
    assert format_distance(km) == text
