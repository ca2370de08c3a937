"""What can be wrong with a search, tied to the field where it is to be shown."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]
"""An error keeps the search from being sent; a warning says what will surprise."""

_LISTED = 6


class Problem(msgspec.Struct, frozen=True):
    """One mistake, in the user's words.

    ``field`` is the path of the control to mark: ``end``, ``conjunction_types``, ``blocks`` (their
    number), ``space1``, ``space1.platforms``, ``adhoc1.locations.0.lat``, ``ground1.filters.0.values``,
    ``max_distances`` or ``max_distances.ground1-space1``.
    """

    field: str
    message: str
    severity: Severity = "error"


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any of `problems` keeps the search from being sent."""
    return any(problem.severity == "error" for problem in problems)


def at_field(problems: Iterable[Problem], field: str) -> list[Problem]:
    """Return the problems to show at `field`, those of parts of it included, errors first."""
    inside = [each for each in problems if each.field == field or each.field.startswith(f"{field}.")]
    return sorted(inside, key=lambda problem: problem.severity != "error")


def suggestion(wrong: str, known: Collection[str]) -> str:
    """Return `` Did you mean “…”?`` for a name close to one of `known`, else nothing."""
    by_case = {name.casefold(): name for name in sorted(known)}
    close = difflib.get_close_matches(wrong.casefold(), list(by_case), n=1, cutoff=0.6)
    return f" Did you mean “{by_case[close[0]]}”?" if close else ""


def some_of(values: Collection[str]) -> str:
    """Return the first few of `values` as text, with an ellipsis if there are more."""
    listed = list(values)
    return ", ".join(listed[:_LISTED]) + (", …" if len(listed) > _LISTED else "")
