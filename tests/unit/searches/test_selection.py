"""Filters of a result: what passes, what the address says, what cannot be read."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurorax_dashboard.searches.judgements import Judgement
from aurorax_dashboard.searches.selection import PARAMS, Selection, selection_of

ROWS = pd.DataFrame(
    {
        "start": pd.to_datetime(
            ["2019-01-01 05:58", "2019-06-30 23:10", "2019-12-31 00:00", "2020-01-01 12:00"], utc=True
        ),
        "duration_min": [1, 3, 10, 2],
        "min_distance_km": [12.0, 250.0, 499.9, 0.0],
        "conjunction_type": pd.Categorical(["nbtrace", "sbtrace", "nbtrace", "geographic"]),
        "source_1": pd.array([51, 52, 51, 53], dtype="Int64"),
        "source_2": pd.array([3, 4, 4, 3], dtype="Int64"),
    }
)
JUDGED = {0: Judgement(starred=True, labels=["arc"]), 2: Judgement(labels=["arc", "beads"])}


@pytest.mark.parametrize(
    ("address", "passing"),
    [
        ({}, [0, 1, 2, 3]),
        ({"km": "0-250"}, [0, 1, 3]),
        ({"km": "-12"}, [0, 3]),
        ({"km": "12.5-"}, [1, 2]),
        ({"min": "2-3"}, [1, 3]),
        ({"from": "2019-06-30", "to": "2019-12-31"}, [1, 2]),
        ({"hours": "22-5"}, [0, 1, 2]),
        ({"hours": "5-12"}, [0, 3]),
        ({"months": "12,1"}, [0, 2, 3]),
        ({"with": "4"}, [1, 2]),
        ({"with": "53,52"}, [1, 3]),
        ({"type": "geographic,sbtrace"}, [1, 3]),
        ({"starred": "1"}, [0]),
        ({"label": "beads,arc"}, [0, 2]),
        ({"label": "beads", "starred": "1"}, []),
        ({"km": "0-250", "with": "51", "months": "1"}, [0]),
    ],
)
def test_what_passes(address: dict[str, str], passing: list[int]) -> None:
    selection, problems = selection_of(address)
    assert problems == []
    assert selection.chosen(ROWS, JUDGED).index.tolist() == passing
    assert selection_of(selection.params()) == (selection, [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("km", text) for text in ("-", "x", "5", "9-1", "1e3-", "٣-٤", "1-2-3", "-5-10")),
        *(("hours", text) for text in ("24-1", "5", "a-b", "-1-4")),
        *(("months", text) for text in ("0", "13", "1,,2", "jan", "1;2")),
        *(("with", text) for text in ("x", "1" * 12, ",".join(map(str, range(300))))),
        *(("from", text) for text in ("yesterday", "2019-13-01", "2019-01-01T00:00")),
        ("type", "sideways"),
        ("starred", "yes"),
        ("label", "x" * 41),
        ("label", " , "),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_holds(name: str, text: str) -> None:
    other = "min" if name != "min" else "km"
    selection, [problem] = selection_of({name: text, other: "0-2"})
    assert f"“{name}=" in problem
    assert set(selection.params()) == {other}


ranges = st.one_of(
    st.just((None, None)),
    st.tuples(st.integers(0, 500), st.integers(500, 1000)).map(lambda pair: tuple(map(float, pair))),
    st.tuples(st.integers(0, 500).map(float), st.none()),
    st.tuples(st.none(), st.integers(0, 500).map(float)),
    st.tuples(st.none(), st.integers(0, 10**9 - 1).map(lambda thousandths: thousandths / 1000)),
)


@given(
    st.builds(
        Selection,
        km=ranges,
        minutes=ranges,
        first=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2030, 1, 1))),
        hours=st.one_of(st.none(), st.tuples(st.integers(0, 23), st.integers(0, 23))),
        months=st.lists(st.integers(1, 12), unique=True).map(tuple),
        sources=st.lists(st.integers(-5, 500), unique=True, max_size=5).map(tuple),
        starred=st.booleans(),
        labels=st.lists(st.sampled_from(["arc", "north beads", "?&="]), unique=True).map(tuple),
    )
)
def test_an_address_says_all_of_it(selection: Selection) -> None:
    assert selection_of(selection.params()) == (selection, [])
    assert set(selection.params()) <= set(PARAMS)
    assert selection.empty is (selection.params() == {})


def test_no_digit_of_a_bound_is_lost() -> None:
    given = {"km": "1234.567-999999.999", "min": "0.001-123456.7"}
    selection, problems = selection_of(given)
    assert (selection.params(), problems) == (given, [])
    assert selection.words({})[1] == "duration 0.001–123456.7 min"


def test_filters_are_said_in_words() -> None:
    selection = Selection(
        km=(None, 100.0), hours=(22, 4), months=(1, 12), sources=(51, 99), labels=("arc",)
    )
    assert selection.words({51: "THEMIS-ASI FSMI"}) == [
        "closest ≤ 100 km",
        "22–04 h UTC",
        "Jan, Dec",
        "THEMIS-ASI FSMI or source 99",
        "“arc”",
    ]
