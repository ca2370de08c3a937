"""A finished search: which conjunction an address selects, and how far the search reached."""

from dataclasses import replace
from typing import Any

import msgspec
import pandas as pd
import pytest
from dash import html

from aurorax_dashboard.api.models import ConjunctionQuery, SpaceCriteria
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.pages.result_drawings import AUTOMATIC, EVENT, draw_map, limit_of, limits_of
from aurorax_dashboard.pages.result_views import Asked, Ids, finished
from aurorax_dashboard.searches.positions import event
from aurorax_dashboard.searches.store import StoredResult, Submission

CLOSEST = 1
"""The row of the closest conjunction."""


@pytest.mark.parametrize(("event", "row"), [("1", 0), ("2", 1), (None, CLOSEST)])
def test_an_address_selects_a_conjunction_counted_from_one(
    shown: Any, stored: StoredResult, submission: Submission, event: str | None, row: int
) -> None:
    page = shown(finished(stored, submission, Asked(event=event), {}))
    assert page.part(Ids.SELECTED).data == row
    assert "There is no conjunction" not in page.text


@pytest.mark.parametrize("event", ["0", "3", "-1", "1.0", "x", "²", "9" * 30])
def test_a_bad_number_is_told_and_the_closest_is_selected(
    shown: Any, stored: StoredResult, submission: Submission, event: str
) -> None:
    page = shown(finished(stored, submission, Asked(event=event), {}))
    assert page.part(Ids.SELECTED).data == CLOSEST
    assert f"There is no conjunction {event[:20]} in this result" in page.text


@pytest.mark.parametrize(
    ("view", "chosen"), [(EVENT, EVENT), ("sideways", AUTOMATIC), (None, AUTOMATIC)]
)
def test_an_address_selects_a_map_view_if_there_is_such_a_one(
    shown: Any, stored: StoredResult, view: str | None, chosen: str
) -> None:
    page = shown(finished(stored, None, Asked(view=view), {}))
    assert shown(html.Div(page.part(Ids.LATER).data)).part(Ids.VIEW).value == chosen


@pytest.mark.parametrize("simulated", [True, False])
def test_what_is_simulated_says_so_in_its_headline_and_below_its_pictures(
    shown: Any, stored: StoredResult, submission: Submission, simulated: bool
) -> None:
    result = replace(stored, finished=msgspec.structs.replace(stored.finished, simulated=simulated))
    page = finished(result, submission, Asked(), {})
    assert ("Simulated" in shown(page).text) == simulated
    said = page.to_plotly_json()["props"]
    assert ("data-simulated" in said) == simulated
    lines = said["data-origin"].splitlines()
    assert (lines[0] == "SIMULATED DATA: nothing here is an observation.") == simulated
    assert lines[-5:-1] == [
        "What: THEMIS-ASI and Swarm",
        "Server: http://archive.test",
        "Retrieved: 2026-03-01 00:00:00 UTC",
        f"Request id: {stored.finished.status.search_request.request_id}",
    ]
    assert lines[-1].startswith("Query: When was ")


def test_an_empty_result_says_so_and_has_no_table(
    shown: Any, stored: StoredResult, submission: Submission
) -> None:
    nothing = StoredResult(
        stored.finished, ConjunctionResult.from_json(b'{"result": []}'), stored.footprints
    )
    page = shown(finished(nothing, submission, Asked(event="1"), {}))
    assert "Nothing came this close" in page.text
    assert not page.has(Ids.TABLE)


def test_the_limit_is_that_of_all_pairs_or_the_largest(query: ConjunctionQuery) -> None:
    assert limit_of(None) is None
    assert limit_of(query) == 500
    three = msgspec.structs.replace(
        query,
        space=[SpaceCriteria(), SpaceCriteria()],
        max_distances={"ground1-space1": 500, "ground1-space2": 900, "space1-space2": None},
    )
    assert limit_of(three) == 900
    assert limits_of(three) == [500, 900]
    assert limit_of(msgspec.structs.replace(three, max_distances={})) is None


def test_the_map_shows_the_type_of_the_selected_conjunction_unless_another_is_chosen(
    stored: StoredResult, query: ConjunctionQuery
) -> None:
    two = stored.result.rows
    rows = pd.concat([two, two.iloc[:1]], ignore_index=True)
    rows = rows.assign(conjunction_type=["nbtrace", "sbtrace", "nbtrace"])
    both = replace(stored, result=replace(stored.result, rows=rows))

    def summary(n: int, kind: str) -> str:
        return draw_map(both, query, kind, AUTOMATIC, event(both.result, n), None, dark=False).summary

    assert summary(0, AUTOMATIC) == summary(0, "nbtrace")
    assert summary(1, AUTOMATIC) == summary(1, "sbtrace") != summary(1, "nbtrace")


@pytest.mark.parametrize(("by", "chosen"), [("nbtrace", "nbtrace"), ("sideways", AUTOMATIC)])
def test_an_address_chooses_the_type_on_the_map(
    shown: Any, stored: StoredResult, by: str, chosen: str
) -> None:
    page = shown(finished(stored, None, Asked(by=by), {}))
    assert shown(html.Div(page.part(Ids.LATER).data)).part(Ids.TYPE).value == chosen
