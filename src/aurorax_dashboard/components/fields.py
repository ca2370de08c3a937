"""Fields of a form: a label, the control, its help and the place for what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from aurorax_dashboard.components.notices import Children
from aurorax_dashboard.queries.problems import Problem

PROBLEM = "problem"
"""The id type of the places for problems."""


def problem_slot(name: Any) -> html.Div:
    """Return the place where problems of the field `name` (``space1.platforms``) are shown."""
    return html.Div(
        id={"type": PROBLEM, "field": name}, className="ax-mistakes", **{"aria-live": "polite"}
    )


def field(
    label: str, control: Any, *, problem: str | None = None, help_text: str | None = None
) -> html.Div:
    """Return a labelled control."""
    parts: list[Children] = [html.Label([html.Span(label, className="form-label"), control])]
    if help_text:
        parts.append(html.Div(help_text, className="form-text"))
    if problem:
        parts.append(problem_slot(problem))
    return html.Div(parts, className="ax-field")


def group(
    label: str, control: Any, *, problem: str | None = None, help_text: str | None = None
) -> html.Fieldset:
    """Return a labelled group of controls, such as a list of boxes to tick."""
    parts: list[Children] = [html.Legend(label, className="form-label"), control]
    if help_text:
        parts.append(html.Div(help_text, className="form-text"))
    if problem:
        parts.append(problem_slot(problem))
    return html.Fieldset(parts, className="ax-field")


def placed(problems: Iterable[Problem], slots: Sequence[str]) -> dict[str, list[Problem]]:
    """Return the problems to show at each of `slots`, errors first.

    A problem goes to the slot of its own field, or to the nearest one around it: that of
    ``space1.platforms`` to ``space1`` where the list has no place of its own. One that fits no slot
    is left out; the summary lists them all.
    """
    found: dict[str, list[Problem]] = {slot: [] for slot in slots}
    for problem in sorted(problems, key=lambda problem: problem.severity != "error"):
        around = [slot for slot in slots if f"{problem.field}.".startswith(f"{slot}.")]
        if around:
            found[max(around, key=len)].append(problem)
    return found


def problem_texts(problems: Iterable[Problem]) -> list[html.Div]:
    """Return problems as they stand in a :func:`problem_slot`, each sentence once."""
    shown = {problem.message: problem for problem in problems}
    return [
        html.Div(message, className="ax-mistake" if one.severity == "error" else "ax-caution")
        for message, one in shown.items()
    ]
