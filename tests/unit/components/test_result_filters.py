"""The form of a result's filters and the address say the same."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from aurorax_dashboard.components.result_filters import VALUE_PARTS, Ids, bar, params_of, words
from aurorax_dashboard.searches.selection import Selection, selection_of

SOURCES = pd.DataFrame({"display_name": ["Swarm A", "THEMIS-ASI FSMI"]}, index=[3, 51])


def values(**given: Any) -> list[Any]:
    names = {Ids[name.upper()]: value for name, value in given.items()}
    return [names.get(part) for part in VALUE_PARTS]


def shown_values(form: Any) -> list[Any]:
    parts = {getattr(part, "id", None): part for part in form._traverse()}
    return [parts[name].value for name in VALUE_PARTS]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"km": "1234.567-999999.999"},
        {"km": "0-100.5", "min": "2-", "from": "2019-01-01", "to": "2019-02-01"},
        {"hours": "22-4", "months": "1,12", "with": "51,3", "type": "nbtrace", "starred": "1"},
        {"label": "arc,never used"},
    ],
)
def test_the_form_says_what_the_address_says(params: dict[str, str]) -> None:
    selection, _ = selection_of(params)
    form = bar(selection, SOURCES, ["nbtrace", "sbtrace"], ["arc"])
    assert params_of(shown_values(form)) == (params, [])


def test_one_hour_is_enough() -> None:
    assert params_of(values(since_hour="22"))[0] == {"hours": "22-23"}
    assert params_of(values(until_hour="4"))[0] == {"hours": "0-4"}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"km_least": "x"}, "Closest"),
        ({"minutes_least": "9", "minutes_most": "1"}, "Duration"),
        ({"first": "soon"}, "From day"),
        ({"until_hour": "99"}, "Hours"),
    ],
)
def test_a_mistake_is_named_and_asks_for_nothing(given: dict[str, str], word: str) -> None:
    params, [said] = params_of(values(**given, starred=["1"]))
    assert said.startswith(word)
    assert params == {"starred": "1"}


def test_what_passes_is_said() -> None:
    assert words(Selection(), SOURCES, 11, 11) == []
    said = words(Selection(sources=(51,)), SOURCES, 4, 11)
    assert [part.children for part in said] == ["4 of 11", "THEMIS-ASI FSMI"]
