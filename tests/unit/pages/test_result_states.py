"""A search without a result says so in words of its own, with the steps that make sense."""

from typing import Any

import pytest

from aurorax_dashboard.api.errors import UnreachableError
from aurorax_dashboard.api.models import SearchLog, SearchRequest, SearchResult, SearchStatus
from aurorax_dashboard.components import addresses
from aurorax_dashboard.pages.result_states import Ids, ended, running
from aurorax_dashboard.queries.words import sentence
from aurorax_dashboard.searches.follow import Outcome, State
from aurorax_dashboard.searches.follows import Ending
from aurorax_dashboard.searches.store import Submission

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"

WORDS = {
    State.CANCELLED: "was cancelled",
    State.UNKNOWN: "does not know this search",
    State.EXPIRED: "has expired",
    State.ABANDONED: "takes very long",
}


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_page_and_a_next_step(
    shown: Any, submission: Submission, state: State
) -> None:
    page = shown(ended(ID, Ending(state=state, message="Out of memory."), submission))
    assert WORDS.get(state, "failed") in page.text
    assert submission.title in page.text
    assert page.has(Ids.RERUN) or addresses.result(ID) in page.links()


@pytest.mark.parametrize("state", State)
def test_a_search_that_was_not_sent_from_here_cannot_be_run_again(shown: Any, state: State) -> None:
    page = shown(ended(ID, Ending(state=state), None))
    assert WORDS.get(state, "failed") in page.text
    assert not page.has(Ids.RERUN)


def test_a_failure_has_one_full_stop_after_its_reason(shown: Any) -> None:
    page = shown(ended(ID, Ending(state=State.FAILED, message="Out of memory."), None))
    assert "Out of memory. Change the search" in page.text
    assert "AuroraX gave no reason. Change" in shown(ended(ID, Ending(state=State.FAILED), None)).text


def test_an_ending_has_the_words_of_the_error_or_of_the_last_log_line() -> None:
    error = UnreachableError("archive.test does not answer")
    of_error = Ending.of(Outcome(State.FAILED, error=error))
    assert (of_error.message, of_error.advice) == (error.message, error.advice)
    status = SearchStatus(
        search_request=SearchRequest(request_id=ID),
        search_result=SearchResult(error_condition=True),
        logs=[SearchLog(summary="Arrived"), SearchLog(summary="Out of memory")],
    )
    assert Ending.of(Outcome(State.FAILED, status)).message == "Out of memory"
    assert Ending.of(Outcome(State.ABANDONED)).message == ""


def test_while_it_runs_the_page_says_what_was_asked(shown: Any, submission: Submission) -> None:
    page = shown(running(ID, submission))
    assert sentence(submission.query).partition("2019")[0] in page.text
    assert "When " not in shown(running(ID, None)).text
