"""What people think of the conjunctions of a result: stars, labels and comments, shared by its address.

Every change is an entry of its own in a journal, with a name that its author chose. What holds now
follows from all entries in order, so two people who write at once lose nothing, and any change can be
taken back: that, too, is an entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import uuid4

import msgspec
from msgspec import Meta

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.searches.journal import Journal

MAX_LABEL = 40
MAX_COMMENT = 2_000
MAX_NAME = 40
_MAX_ENTRIES = 20_000

ChangeKind = Literal["star", "unstar", "label", "unlabel", "comment", "undo"]


class JudgementError(AuroraXError):
    """A change that cannot be made as it stands."""

    advice = "Shorten or change the text and try again."


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change."""

    id: str
    kind: ChangeKind
    conjunction: Annotated[int, Meta(ge=0)]
    """Number of the conjunction in the result, from 0."""
    text: str = ""
    """The label, the comment, or the id of the change that is taken back."""
    author: str = ""
    """The name its author chose; nobody checks it."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """Something that was said of a conjunction."""

    id: str
    author: str
    at: datetime
    text: str


@dataclass(slots=True)
class Judgement:
    """What holds of one conjunction."""

    starred: bool = False
    labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nobody has said anything."""
        return not (self.starred or self.labels or self.comments)


class Judgements:
    """The judgements of all results.

    Parameters
    ----------
    journal
        Where changes are kept.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def make(
        self, request_id: str, kind: ChangeKind, conjunction: int, text: str = "", author: str = ""
    ) -> Change:
        """Make a change, and return it.

        Raises
        ------
        JudgementError
            If a text is empty or too long, or the result has too many changes.
        KeepError
            If it could not be kept.
        """
        change = Change(
            id=uuid4().hex,
            kind=kind,
            conjunction=conjunction,
            text=_checked(kind, text),
            author=_shortened(author, MAX_NAME, "A name"),
            at=datetime.now(UTC),
        )
        if len(self._journal.read(_name(request_id))) >= _MAX_ENTRIES:
            raise JudgementError(
                f"This result has {_MAX_ENTRIES:,} changes, and takes no more",
                advice="Run the search again for a fresh one.",
            )
        self._journal.add(_name(request_id), msgspec.json.encode(change))
        return change

    def of(self, request_id: str) -> dict[int, Judgement]:
        """Return what holds now, by the number of the conjunction; only those somebody judged."""
        return judged(self.changes(request_id))

    def changes(self, request_id: str) -> list[Change]:
        """Return all changes, oldest first; entries that cannot be read are left out."""
        found = []
        for entry in self._journal.read(_name(request_id)):
            try:
                found.append(msgspec.json.decode(entry, type=Change))
            except msgspec.DecodeError:
                continue  # of a later version
        return found


def judged(changes: Sequence[Change]) -> dict[int, Judgement]:
    """Return what holds after `changes`, by the number of the conjunction."""
    undone: set[str] = set()
    for change in reversed(changes):  # who takes back a taking back restores the first change
        if change.kind == "undo" and change.id not in undone:
            undone.add(change.text)
    found: dict[int, Judgement] = {}
    for change in changes:
        if change.kind != "undo" and change.id not in undone:
            _apply(change, found.setdefault(change.conjunction, Judgement()))
    return {number: judgement for number, judgement in found.items() if not judgement.empty}


def label_counts(judgements: Mapping[int, Judgement]) -> list[tuple[str, int]]:
    """Return the labels in use and on how many conjunctions each is, the most used first."""
    counts = Counter(label for judgement in judgements.values() for label in judgement.labels)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _apply(change: Change, judgement: Judgement) -> None:
    if change.kind in {"star", "unstar"}:
        judgement.starred = change.kind == "star"
    elif change.kind == "label" and change.text not in judgement.labels:
        judgement.labels.append(change.text)
    elif change.kind == "unlabel" and change.text in judgement.labels:
        judgement.labels.remove(change.text)
    elif change.kind == "comment":
        judgement.comments.append(Comment(change.id, change.author, change.at, change.text))


def _checked(kind: ChangeKind, text: str) -> str:
    if kind in {"star", "unstar"}:
        return ""
    limits = {"comment": (MAX_COMMENT, "A comment"), "undo": (MAX_LABEL, "A change")}
    limit, noun = limits.get(kind, (MAX_LABEL, "A label"))
    shortened = _shortened(text, limit, noun)
    if not shortened:
        raise JudgementError(f"{noun} needs some text")
    if kind == "comment":
        return shortened
    return " ".join(shortened.replace(",", " ").split())  # labels stand in addresses, between commas


def _shortened(text: str, limit: int, noun: str) -> str:
    """Return `text` without control characters and outer spaces.

    Raises
    ------
    JudgementError
        If it is longer than `limit` letters.
    """
    cleaned = "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()
    if len(cleaned) > limit:
        raise JudgementError(f"{noun} has at most {limit} letters; this has {len(cleaned)}")
    return cleaned


def _name(request_id: str) -> str:
    return f"judgements/{request_id.lower()}"
