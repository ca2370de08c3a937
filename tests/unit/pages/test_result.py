"""The page of one search: its address, and what a click in a figure selects."""

from types import SimpleNamespace
from typing import Any

import pytest

from aurorax_dashboard.components.following import Ids as FollowIds
from aurorax_dashboard.pages.result import layout
from aurorax_dashboard.pages.result_selection import _of_click
from aurorax_dashboard.pages.result_views import Asked
from aurorax_dashboard.pages.result_views import Ids as ViewIds
from aurorax_dashboard.searches.store import StoredResult, Submission

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"


class Store:
    """Keeps what it is given; must not be asked for what is no id."""

    def __init__(
        self, stored: StoredResult | None = None, submission: Submission | None = None
    ) -> None:
        self._stored, self._submission = stored, submission

    def result(self, request_id: str) -> StoredResult | None:
        assert request_id == ID
        return self._stored

    def submission(self, request_id: str) -> Submission | None:
        assert request_id == ID
        return self._submission


def services(*kept: Any) -> Any:
    judgements = SimpleNamespace(of=lambda _request_id: {})
    return SimpleNamespace(store=Store(*kept), judgements=judgements)


@pytest.mark.parametrize("request_id", ["", "x", ID[:-1], f"{ID}0", "../../etc/passwd", "%2e" * 12])
def test_what_is_no_id_is_told_and_never_looked_up(shown: Any, request_id: str) -> None:
    page = shown(layout(services(), request_id, Asked()))
    assert "This is not the address of a search" in page.text
    assert not page.has(FollowIds.FOLLOWED)


def test_a_search_without_a_kept_result_is_followed(shown: Any, submission: Submission) -> None:
    page = shown(layout(services(None, submission), ID, Asked()))
    assert page.part(FollowIds.FOLLOWED).data["request_id"] == ID
    assert submission.title in page.text
    assert shown(layout(services(), ID, Asked())).part(FollowIds.FOLLOWED).data["request_id"] == ID


def test_a_kept_result_is_shown_at_once(shown: Any, stored: StoredResult) -> None:
    page = shown(layout(services(stored), ID, Asked(event="1")))
    assert page.part(ViewIds.SHOWN).data == ID
    assert page.part(ViewIds.SELECTED).data == 0
    assert not page.has(FollowIds.FOLLOWED)


@pytest.mark.parametrize(
    ("click", "number"),
    [
        ({"points": [{"customdata": 7}]}, 7),
        ({"points": [{"customdata": [7, "more"]}]}, 7),
        ({"points": [{"customdata": 7.0}]}, 7),
        ({"points": [{"customdata": []}]}, None),
        ({"points": [{"customdata": "a coast"}]}, None),
        ({"points": [{}]}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_click_selects_the_conjunction_it_met(click: Any, number: int | None) -> None:
    assert _of_click(click) == number
