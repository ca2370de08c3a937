"""Which pictures a day has, where they stand on its hours, and what is said where there are none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from aurorax_dashboard.api.frames import data_product_frame, empty_data_products
from aurorax_dashboard.queries.nights import Gap, Night, Product, holes, nights_of, with_gaps

JAN = [date(2020, 1, day) for day in range(1, 32)]


def record(start: str, end: str, variant: str | None = "daily", /, **changes: Any) -> dict[str, Any]:
    metadata = {} if variant is None else {"keogram_type": variant}
    return {
        "data_source": {"identifier": 46},
        "start": start,
        "end": end,
        "data_product_type": "keogram",
        "url": f"https://data.example.org/{start}.png",
        "metadata": metadata,
    } | changes


def found(*records: dict[str, Any]) -> dict[int, dict[date, Night]]:
    return nights_of(data_product_frame(json.dumps(records).encode()), "keogram")


def product(start: str, minutes: int, variant: str = "hourly") -> Product:
    begins = datetime.fromisoformat(f"2020-01-01T{start}").replace(tzinfo=UTC)
    return Product("keogram", variant, begins, minutes, "https://data.example.org/a.png")


def test_a_daily_product_fills_its_day() -> None:
    night = found(record("2020-01-01T00:00:00", "2020-01-01T23:59:00"))[46][JAN[0]]
    [only] = night.shown()
    assert (only.minutes, only.whole_night) == (1440, True)
    assert only.start == datetime(2020, 1, 1, tzinfo=UTC)
    assert only.stop == datetime(2020, 1, 2, tzinfo=UTC)


def test_what_reaches_over_midnight_stands_in_both_days() -> None:
    days = found(record("2020-01-01T18:00:00", "2020-01-02T05:59:00"))[46]
    assert list(days) == JAN[:2]
    assert days[JAN[0]].products == days[JAN[1]].products


def test_a_product_of_years_does_not_fill_the_list() -> None:
    assert len(found(record("2001-01-01T00:00:00", "2020-01-01T00:00:00"))[46]) <= 3


def test_sources_and_days_are_sorted_whatever_the_order_of_the_answer() -> None:
    nights = found(
        record("2020-01-02T06:00:00", "2020-01-02T06:59:00", "hourly"),
        record("2020-01-02T05:00:00", "2020-01-02T05:59:00", "hourly"),
        record("2020-01-01T05:00:00", "2020-01-01T05:59:00", data_source={"identifier": 103}),
        record("2020-01-01T05:00:00", "2020-01-01T05:59:00", data_source={"identifier": 3}),
        record("2020-01-01T05:00:00", "2020-01-01T05:59:00"),
    )
    assert list(nights) == [3, 46, 103]
    assert list(nights[46]) == JAN[:2]
    assert [each.start.hour for each in nights[46][JAN[1]].products] == [5, 6]


@pytest.mark.parametrize(
    "lost",
    [
        {"url": None},
        {"start": None},
        {"data_source": {"identifier": None}},
        {"data_product_type": "movie"},
        {"end": "2019-12-31T00:00:00"},
    ],
)
def test_what_has_no_place_is_left_out(lost: dict[str, Any]) -> None:
    assert found(record("2020-01-01T00:00:00", "2020-01-01T23:59:00", **lost)) == {}


def test_without_an_end_it_is_a_minute() -> None:
    night = found(record("2020-01-01T05:00:00", "2020-01-01T05:00:00", end=None))[46][JAN[0]]
    assert night.products[0].minutes == 1


def test_nothing_found_has_no_nights() -> None:
    assert nights_of(empty_data_products(), "keogram") == {}


def test_a_product_that_does_not_say_what_it_is_is_judged_by_its_length() -> None:
    night = found(
        record("2020-01-01T00:00:00", "2020-01-01T23:59:00", None),
        record("2020-01-01T05:00:00", "2020-01-01T05:59:00", None),
    )[46][JAN[0]]
    assert night.variants() == ["daily", "hourly"]


def test_the_whole_night_in_usual_size_comes_first() -> None:
    night = found(
        record("2020-01-01T00:00:00", "2020-01-01T23:59:00", "daily_hires"),
        record("2020-01-01T05:00:00", "2020-01-01T05:59:00", "hourly"),
        record("2020-01-01T06:00:00", "2020-01-01T06:59:00", "hourly"),
        record("2020-01-01T00:00:00", "2020-01-01T23:59:00", "daily"),
    )[46][JAN[0]]
    assert night.variants() == ["daily", "daily_hires", "hourly"]
    assert [each.variant for each in night.shown()] == ["daily"]
    assert [each.start.hour for each in night.shown("hourly")] == [5, 6]
    assert [each.variant for each in night.shown("no such")] == ["daily"]


def night(day: date) -> Night:
    return Night(46, day, ())


def test_few_nights_without_pictures_stand_singly_and_many_together() -> None:
    having = {day: night(day) for day in (JAN[2], JAN[6], JAN[11])}
    rows = with_gaps(having, JAN[0], JAN[14])
    assert rows == [
        Gap(JAN[0], JAN[0]),
        Gap(JAN[1], JAN[1]),
        night(JAN[2]),
        *(Gap(day, day) for day in JAN[3:6]),
        night(JAN[6]),
        Gap(JAN[7], JAN[10]),
        night(JAN[11]),
        Gap(JAN[12], JAN[12]),
        Gap(JAN[13], JAN[13]),
        Gap(JAN[14], JAN[14]),
    ]


@pytest.mark.parametrize("having", [[], [0], [30], [0, 30], [4, 9, 10, 25], list(range(31))])
def test_every_day_of_the_period_is_told_once(having: list[int]) -> None:
    rows = with_gaps({JAN[n]: night(JAN[n]) for n in having}, JAN[0], JAN[-1])
    told: list[date] = []
    for row in rows:
        if isinstance(row, Night):
            told.append(row.day)
        else:
            told += [row.first + timedelta(days=n) for n in range(row.days)]
    assert told == JAN


def test_nights_outside_the_period_are_not_shown() -> None:
    assert with_gaps({JAN[0]: night(JAN[0])}, JAN[1], JAN[2]) == [
        Gap(JAN[1], JAN[1]),
        Gap(JAN[2], JAN[2]),
    ]


def test_a_hole_is_a_time_between_pictures() -> None:
    [(begins, ends)] = holes([product("03:00", 60), product("04:00", 60), product("06:00", 60)])
    assert (begins.hour, ends.hour) == (5, 6)


def test_minutes_between_pictures_are_no_hole() -> None:
    assert holes([product("03:00", 59), product("04:00", 60)]) == []
    assert holes([]) == []


def test_a_long_picture_covers_what_a_short_one_inside_it_leaves() -> None:
    assert holes([product("03:00", 300), product("03:30", 10), product("07:00", 60)]) == []
