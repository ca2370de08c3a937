"""Long questions are asked once for all who wait, and nothing of them stays for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from aurorax_dashboard.api.errors import TryLaterError
from aurorax_dashboard.searches import questions
from aurorax_dashboard.searches.questions import LongQuestion

PATIENT_S = 10.0


class Server:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.error: Exception | None = None

    def ask(self, key: str) -> str:
        self.asked.append(key)
        assert self.may_answer.wait(PATIENT_S)
        if self.error:
            raise self.error
        return key.upper()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.may_answer.set()


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def question(server: Server, clock: list[float]) -> LongQuestion[str, str]:
    return LongQuestion(server.ask, lambda: clock[0])


def _settle(question: LongQuestion[str, str]) -> None:
    """Wait until everything that was asked has been answered."""
    for asked in list(question._asked.values()):
        asked.future.exception(PATIENT_S)


def test_who_looks_again_gets_the_answer_of_one_question(
    server: Server, question: LongQuestion[str, str]
) -> None:
    assert question.look("a", 0) is None
    assert question.look("a", 0) is None
    server.may_answer.set()
    assert question.look("a", PATIENT_S) == "A"
    assert server.asked == ["a"]
    assert question.look("a", PATIENT_S) == "A"
    assert server.asked == ["a", "a"]


def test_an_error_is_told_once(server: Server, question: LongQuestion[str, str]) -> None:
    server.error = ValueError("no")
    server.may_answer.set()
    with pytest.raises(ValueError, match="no"):
        question.look("a", PATIENT_S)
    server.error = None
    assert question.look("a", PATIENT_S) == "A"


def test_an_answer_nobody_came_for_is_not_told_later(
    server: Server, question: LongQuestion[str, str], clock: list[float]
) -> None:
    server.error = ValueError("long ago")
    assert question.look("a", 0) is None
    server.may_answer.set()
    _settle(question)
    clock[0] += 60
    server.error = None
    assert question.look("a", PATIENT_S) == "A"
    assert server.asked == ["a", "a"]


def test_not_everything_is_waited_for(
    server: Server,
    question: LongQuestion[str, str],
    monkeypatch: pytest.MonkeyPatch,
    clock: list[float],
) -> None:
    monkeypatch.setattr(questions, "_MOST", 3)
    for key in "abc":
        assert question.look(key, 0) is None
    with pytest.raises(TryLaterError, match="too many"):
        question.look("d", 0)
    assert question.look("a", 0) is None
    server.may_answer.set()
    _settle(question)
    clock[0] += 60
    assert question.look("d", PATIENT_S) == "D"
