"""Stars, labels and comments: nothing is lost, everything can be taken back."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurorax_dashboard.searches.journal import DiskJournal, Journal, RedisJournal
from aurorax_dashboard.searches.judgements import JudgementError, Judgements, judged, label_counts
from aurorax_dashboard.searches.keep import KeepError

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"
ROUNDS = 100
"""Writers that are killed."""


@pytest.fixture(params=["disk", "redis"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    if request.param == "redis":
        redis = RedisJournal(request.getfixturevalue("redis_url"))
        return _Apart(redis, tmp_path.name)
    return DiskJournal(tmp_path / "journal")


class _Apart:
    """A journal in which a test is alone."""

    def __init__(self, journal: Journal, space: str) -> None:
        self._journal, self._space = journal, space

    def add(self, name: str, entry: bytes) -> None:
        self._journal.add(f"{self._space}/{name}", entry)

    def read(self, name: str) -> list[bytes]:
        return self._journal.read(f"{self._space}/{name}")


@pytest.fixture
def judgements(journal: Journal) -> Judgements:
    return Judgements(journal)


def test_what_one_writes_all_see(judgements: Judgements) -> None:
    judgements.make(ID, "star", 3, author="Ann")
    judgements.make(ID, "label", 3, "substorm  onset ")
    judgements.make(ID, "label", 3, "substorm onset")
    judgements.make(ID, "comment", 3, "Look at\nthe west.", "Ben")
    judgements.make(ID, "label", 5, "cloudy")
    judgements.make(ID, "unlabel", 5, "cloudy")
    found = judgements.of(ID.upper())
    assert set(found) == {3}
    assert (found[3].starred, found[3].labels) == (True, ["substorm onset"])
    [comment] = found[3].comments
    assert (comment.author, comment.text) == ("Ben", "Look at\nthe west.")
    assert judgements.of("another") == {}


def test_a_change_can_be_taken_back_and_that_too(judgements: Judgements) -> None:
    star = judgements.make(ID, "star", 1)
    undo = judgements.make(ID, "undo", 1, star.id)
    assert judgements.of(ID) == {}
    judgements.make(ID, "undo", 1, undo.id)
    assert judgements.of(ID)[1].starred is True


def test_two_who_write_at_once_lose_nothing(judgements: Judgements) -> None:
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda n: judgements.make(ID, "label", n % 4, f"label {n}"), range(80)))
    assert sum(len(each.labels) for each in judgements.of(ID).values()) == 80


@pytest.mark.parametrize(
    ("kind", "text"),
    [("label", ""), ("label", "  \x00 "), ("label", "x" * 41), ("comment", "x" * 2001), ("undo", "")],
)
def test_what_cannot_be_kept_is_refused(judgements: Judgements, kind: str, text: str) -> None:
    with pytest.raises(JudgementError):
        judgements.make(ID, kind, 0, text)  # type: ignore[arg-type]
    assert judgements.changes(ID) == []


def test_entries_of_another_version_are_left_out(journal: Journal) -> None:
    judgements = Judgements(journal)
    judgements.make(ID, "star", 0)
    journal.add(f"judgements/{ID}", b'{"kind": "of the future"}')
    journal.add(f"judgements/{ID}", b"\xff")
    assert len(judgements.changes(ID)) == 1


def test_labels_in_use_come_most_used_first(judgements: Judgements) -> None:
    for number, label in ((0, "arc"), (1, "arc"), (1, "beads"), (2, "beads"), (3, "beads")):
        judgements.make(ID, "label", number, label)
    assert label_counts(judgements.of(ID)) == [("beads", 3), ("arc", 2)]


@given(st.lists(st.tuples(st.sampled_from(["star", "unstar", "label", "unlabel"]), st.integers(0, 2))))
def test_what_holds_is_what_was_said_last(said: list[tuple[str, int]]) -> None:
    entries: dict[str, list[bytes]] = {}

    class Memory:
        def add(self, name: str, entry: bytes) -> None:
            entries.setdefault(name, []).append(entry)

        def read(self, name: str) -> list[bytes]:
            return entries.get(name, [])

    judgements = Judgements(Memory())
    for kind, number in said:
        judgements.make(ID, kind, number, "arc")  # type: ignore[arg-type]
    found = judged(judgements.changes(ID))
    for number in range(3):
        stars = [kind for kind, n in said if n == number and kind.endswith("star")]
        labels = [kind for kind, n in said if n == number and kind.endswith("label")]
        judgement = found.get(number)
        assert bool(judgement and judgement.starred) is (stars[-1:] == ["star"])
        assert bool(judgement and judgement.labels) is (labels[-1:] == ["label"])


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    journal = DiskJournal(tmp_path)
    (tmp_path / "journal.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(KeepError):
        journal.read("a")


WRITERS = """
import os, signal, sys, time
from pathlib import Path
from aurorax_dashboard.searches.journal import DiskJournal
from aurorax_dashboard.searches.judgements import Judgements

def write(number, told):
    judgements = Judgements(DiskJournal(Path(sys.argv[1])))
    for n in range(10_000):
        judgements.make("one", "comment", n, f"writer {number} said {n}")
        os.write(told, f"writer {number} said {n}\\n".encode())

for number in range(int(sys.argv[2])):
    hears, told = os.pipe()
    writer = os.fork()
    if writer == 0:
        write(number, told)
    os.close(told)
    with os.fdopen(hears) as heard:
        print(heard.readline(), end="")
        time.sleep(0.005 * (number % 20))
        os.kill(writer, signal.SIGKILL)
        print(heard.read(), end="", flush=True)
    os.waitpid(writer, 0)
"""
"""Writes and is killed again and again; prints what was acknowledged."""


def test_what_was_acknowledged_is_there_after_many_kills(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITERS, str(tmp_path), str(ROUNDS)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    acknowledged = ended.stdout.splitlines()
    kept = [change.text for change in Judgements(DiskJournal(tmp_path)).changes("one")]
    assert len(acknowledged) >= ROUNDS
    assert set(acknowledged) <= set(kept)
    assert len(acknowledged) <= len(kept) <= len(acknowledged) + ROUNDS, "one of each may be half told"
