"""The table's rows are sorted and cut by the server."""

from __future__ import annotations

import pandas as pd
import pytest

from aurorax_dashboard.components.result_table import neighbour, order, window
from aurorax_dashboard.searches.judgements import Judgement
from aurorax_dashboard.times import format_distance


def page(n: int) -> str:
    return f"/results/x/{n + 1}"


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
    answer = window(rows, {"startRow": 1, "endRow": 3}, {}, page)
    assert answer["rowCount"] == 5
    assert [row["n"] for row in answer["rowData"]] == ["1", "2"]
    assert answer["rowData"][0]["page"] == {"text": "Open", "href": "/results/x/2"}
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


def test_neighbours_are_those_of_the_table_as_it_stands(rows: pd.DataFrame) -> None:
    by_distance = {"sortModel": [{"colId": "min_distance_km", "sort": "asc"}]}
    assert neighbour(rows, None, 1, 1) == 2
    assert neighbour(rows, by_distance, 1, 1) == 3
    assert neighbour(rows, by_distance, 1, -1) is None
    assert neighbour(rows, None, 4, 1) is None


@pytest.mark.parametrize(
    ("km", "text"), [(0.04, "0.0"), (9.94, "9.9"), (9.97, "10"), (10.4, "10"), (1234.5, "1,234")]
)
def test_kilometres_read_as_in_sentences(rows: pd.DataFrame, km: float, text: str) -> None:
    shown = window(rows.assign(min_distance_km=km), {}, {}, page)["rowData"][0]["min_distance_km"]
    assert shown == text
    assert format_distance(km) == f"{text} km"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("sbtrace", "south B-trace"), ("geographic", "geographic position"), ("new", "new")],
)
def test_types_are_called_as_in_sentences(rows: pd.DataFrame, kind: str, name: str) -> None:
    table = rows.assign(conjunction_type=pd.Categorical([kind] * len(rows)))
    assert window(table, {}, {}, page)["rowData"][0]["conjunction_type"] == name


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"startRow": 0, "endRow": 10**9}, range(1000)),
        ({"startRow": 2400, "endRow": 10**9}, range(2400, 2500)),
        ({"startRow": -5, "endRow": 2}, range(2)),
        ({"startRow": 300}, range(300, 500)),
        ({"startRow": 5, "endRow": -1}, range(0)),
    ],
)
def test_a_request_gets_a_thousand_rows_at_most(
    rows: pd.DataFrame, asked: dict[str, int], numbers: range
) -> None:
    answer = window(pd.concat([rows] * 500, ignore_index=True), asked, {}, page)
    assert [row["n"] for row in answer["rowData"]] == [str(n) for n in numbers]
    assert answer["rowCount"] == 2500


def test_stars_and_labels_stand_in_the_first_column(rows: pd.DataFrame) -> None:
    judged = {1: Judgement(starred=True, labels=["arc", "beads"])}
    marks = [row["marks"] for row in window(rows, {}, judged, page)["rowData"]]
    assert marks[:2] == ["", "★ arc beads"]
