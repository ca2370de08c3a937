"""Days with data: grades, months, coverage, common days, spans."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.api.models import DataSource, DataSourceStats
from aurorax_dashboard.queries.days import (
    NOTHING,
    OUTSIDE,
    UNKNOWN,
    by_month,
    common_days,
    coverage,
    grades,
    lives_of,
    spans,
    with_known_zeros,
    words_of,
)

FIRST = date(2019, 1, 1)


def frame(rows: dict[int, list[float]]) -> pd.DataFrame:
    count = len(next(iter(rows.values())))
    days = pd.date_range(FIRST, periods=count, freq="D", tz="UTC", unit="ms")
    return pd.DataFrame(list(rows.values()), index=list(rows), columns=days)


def test_days_are_graded_by_minutes() -> None:
    found = grades(frame({3: [0, 1, 359, 360, 720, 1439, 1440, np.nan]}), "ephemeris")
    assert found.tolist() == [[NOTHING, 3, 3, 4, 5, 5, 6, UNKNOWN]]


def test_data_products_have_grades_of_their_own() -> None:
    assert grades(frame({3: [0, 1, 2, 7, 13]}), "products").tolist() == [[NOTHING, 3, 4, 5, 6]]


def test_outside_its_life_is_neither_nothing_nor_unknown() -> None:
    lives = {3: (date(2019, 1, 2), date(2019, 1, 3))}
    found = grades(frame({3: [0, 0, 1440, np.nan], 4: [0, 0, 0, 0]}), "ephemeris", lives)
    assert found[0].tolist() == [OUTSIDE, NOTHING, 6, OUTSIDE]
    assert found[1].tolist() == [NOTHING] * 4


def test_a_day_says_how_much_there_is() -> None:
    assert words_of([1440, 0], np.array([6, 2], np.uint8), "ephemeris") == ["1,440 min", "none"]
    assert words_of([1, 7, np.nan], np.array([3, 5, 0], np.uint8), "products") == [
        "1 data product",
        "7 data products",
        "outside its life",
    ]


def test_lives_are_those_of_what_is_asked_for() -> None:
    begun, ended = datetime(2014, 1, 1, 5, tzinfo=UTC), datetime(2018, 5, 1, 23, 59, tzinfo=UTC)
    sources = [
        DataSource(
            identifier=3,
            stats=DataSourceStats(
                earliest_ephemeris_loaded=begun,
                latest_ephemeris_loaded=ended,
                ephemeris_count=9,
                data_product_count=0,
            ),
        ),
        DataSource(identifier=4, stats=DataSourceStats()),
        DataSource(identifier=5),
    ]
    assert lives_of(sources, "ephemeris") == {3: (date(2014, 1, 1), date(2018, 5, 1))}
    assert lives_of(sources, "products") == {3: None}, "none, which is not the same as not known"


def test_sources_without_any_record_then_have_nothing_which_is_known() -> None:
    lives = {
        4: None,
        5: (date(2010, 1, 1), date(2018, 12, 31)),
        6: (date(2018, 1, 1), date(2019, 1, 1)),
        3: (date(2019, 1, 1), date(2019, 1, 2)),
    }
    found = with_known_zeros(frame({3: [1440, 0]}), lives)
    assert found.to_dict("split")["data"] == [[1440, 0], [0, 0], [0, 0]]
    assert list(found.index) == [3, 4, 5], "of 6 the platform should have told something"
    graded = grades(found, "ephemeris", lives)
    assert graded.tolist() == [[6, NOTHING], [NOTHING, NOTHING], [OUTSIDE, OUTSIDE]]


def test_what_none_has_is_known_though_the_platform_names_no_source() -> None:
    nobody = frame({3: [1440, 0]}).iloc[:0]
    assert with_known_zeros(nobody, {4: None}).loc[4].tolist() == [0, 0]


def test_days_to_come_are_not_known() -> None:
    counts = frame({3: [1440, 0]})
    counts.columns = pd.date_range("2999-01-01", periods=2, freq="D", tz="UTC", unit="ms")
    assert with_known_zeros(counts, {4: None}).loc[4].isna().all()


def test_months_are_means_of_known_days() -> None:
    counts = frame({3: [1440.0] * 31 + [0.0, 720.0, np.nan]})
    months = by_month(counts)
    assert [f"{day:%Y-%m-%d}" for day in months.columns] == ["2019-01-01", "2019-02-01"]
    assert months.loc[3].tolist() == [1440.0, 360.0]


def test_a_month_with_hardly_any_data_is_no_month_without() -> None:
    months = by_month(frame({3: [1.0] + [0.0] * 30}))
    assert grades(months, "ephemeris").tolist() == [[NOTHING + 1]]
    assert grades(months, "products").tolist() == [[NOTHING + 1]]


def test_coverage_counts_days_and_the_longest_gap_within() -> None:
    counts = frame({3: [0, 5, 0, 0, 5, np.nan, 5, 0]})
    found = coverage(counts.loc[3].to_numpy(), pd.DatetimeIndex(counts.columns))
    assert (found.days, found.with_data, found.longest_gap) == (8, 3, 2)
    assert (found.first, found.last) == (date(2019, 1, 2), date(2019, 1, 7))
    assert found.share == pytest.approx(3 / 8)


def test_nothing_at_all_has_no_gap() -> None:
    counts = frame({3: [0, np.nan]})
    found = coverage(counts.loc[3].to_numpy(), pd.DatetimeIndex(counts.columns))
    assert (found.with_data, found.first, found.longest_gap) == (0, None, 0)


def test_common_days_are_those_of_all() -> None:
    counts = frame({3: [1, 1, 0, 1], 4: [1, 0, 1, 1], 5: [1, 1, 1, np.nan]})
    assert common_days(counts, [3, 4]) == [date(2019, 1, 1), date(2019, 1, 4)]
    assert common_days(counts, [3, 4, 5]) == [date(2019, 1, 1)]
    assert common_days(counts, []) == []
    assert common_days(counts, [3, 99]) == []


def test_days_in_a_row_are_one_span() -> None:
    days = [date(2019, 1, 1), date(2019, 1, 2), date(2019, 1, 5), date(2019, 2, 1)]
    assert spans(days) == [(days[0], days[1]), (days[2], days[2]), (days[3], days[3])]
