"""The table's rows are sorted and cut by the server."""

from __future__ import annotations

import pandas as pd
import pytest

from aurorax_dashboard.components.result_table import km_figure, order, window


@pytest.fixture
def rows() -> pd.DataFrame:
    times = pd.date_range("2019-01-01", periods=5, freq="h", tz="UTC")
    return pd.DataFrame(
        {
            "start": times,
            "end": times + pd.Timedelta(minutes=1),
            "closest_epoch": times,
            "duration_min": [2, 2, 2, 2, 2],
            "min_distance_km": [300.0, 5.25, 300.0, 100.0, 1234.5],
            "max_distance_km": [400.0] * 5,
            "between": pd.Categorical(["B", "A", "A", "B", "A"]),
            "conjunction_type": pd.Categorical(["nbtrace"] * 5),
        }
    )


def test_a_window_of_rows_as_they_are_read(rows: pd.DataFrame) -> None:
    answer = window(rows, {"startRow": 1, "endRow": 3})
    assert answer["rowCount"] == 5
    assert [row["n"] for row in answer["rowData"]] == ["1", "2"]
    assert answer["rowData"][0]["start"] == "2019-01-01 01:00"
    assert answer["rowData"][0]["min_distance_km"] == "5.2"


@pytest.mark.parametrize(
    ("model", "numbers"),
    [
        ([], [0, 1, 2, 3, 4]),
        ([{"colId": "min_distance_km", "sort": "asc"}], [1, 3, 0, 2, 4]),
        ([{"colId": "min_distance_km", "sort": "desc"}], [4, 0, 2, 3, 1]),
        (
            [{"colId": "between", "sort": "asc"}, {"colId": "min_distance_km", "sort": "desc"}],
            [4, 2, 1, 0, 3],
        ),
        ([{"colId": "no such column", "sort": "asc"}], [0, 1, 2, 3, 4]),
    ],
)
def test_the_order_is_the_grids_and_ties_stay_in_time(
    rows: pd.DataFrame, model: list[dict[str, str]], numbers: list[int]
) -> None:
    assert order(rows, {"sortModel": model}).index.tolist() == numbers


@pytest.mark.parametrize(
    ("km", "text"), [(0.04, "0.0"), (9.94, "9.9"), (10.4, "10"), (1234.5, "1,234")]
)
def test_kilometres_have_a_decimal_only_where_it_matters(km: float, text: str) -> None:
    assert km_figure(km) == text
