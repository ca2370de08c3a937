"""Empty, failed and waiting states: what is so, why, and the one next step."""

from __future__ import annotations

import re
from typing import Any, Literal

import dash_bootstrap_components as dbc
from dash import dcc, html

from aurorax_dashboard.api.cache import Freshness
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.times import format_time

Children = Any
"""Whatever Dash takes as children: a component, a text, or a list of them."""

Kind = Literal["note", "warn", "error"]


def icon(name: str) -> html.I:
    """Return one of the icons of ``scripts/build_assets.py``; it adds nothing to the words."""
    return html.I(className=f"bi bi-{name}", **{"aria-hidden": "true"})


_TIMES = re.compile(r"(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?)")


def unbroken(text: str) -> list[Children]:
    """Return `text` with its times kept on one line each; browsers break them at their hyphens."""
    return [
        html.Span(part, className="ax-nowrap") if n % 2 else part
        for n, part in enumerate(_TIMES.split(text))
    ]


def notice(
    title: str, sentence: Children, *steps: Children, kind: Kind = "note", details: str | None = None
) -> html.Section:
    """Return a panel that says what is so, why, and offers the next `steps`.

    Parameters
    ----------
    kind
        How the panel looks.
    details
        The other side's own words, folded away.
    """
    parts: list[Children] = [html.H2(title), html.P(sentence)]
    if steps:
        parts.append(html.Div(list(steps), className="ax-actions"))
    if details:
        parts.append(html.Details([html.Summary("Details"), html.Pre(details)]))
    role = "alert" if kind == "error" else "status"
    return html.Section(parts, className=f"ax-panel ax-panel--{kind}", role=role)


def error_notice(
    error: AuroraXError, *steps: Children, title: str = "That did not work"
) -> html.Section:
    """Return the panel for an error of the API."""
    return notice(title, error.sentence, *steps, kind="error", details=error.details)


def age_words(freshness: Freshness) -> str:
    """Return what is said of counts that are older than they should be, nothing of others."""
    if not freshness.stale:
        return ""
    then = format_time(freshness.fetched_at)
    return f"Counts as of {then} UTC: AuroraX has not told newer ones yet."


def toast(title: str, sentence: Children, *, kind: str = "danger") -> dbc.Toast:
    """Return a message in the corner that stays until it is closed."""
    return dbc.Toast(sentence, header=title, icon=kind, dismissable=True, is_open=True)


def link_button(
    text: str, href: str, *, primary: bool = False, icon_name: str | None = None
) -> dcc.Link:
    """Return a link that looks like a button."""
    children: list[Children] = [icon(icon_name), " ", text] if icon_name else [text]
    return dcc.Link(
        children, href=href, className=f"btn btn-{'primary' if primary else 'outline-secondary'}"
    )


def badges(*, simulated: bool, predicted: bool = False) -> list[Any]:
    """Return the marks of what was not observed, for a heading; nothing for anything else."""
    marks = {
        "Simulated": ("Computed by a simulation; nothing was observed.", simulated),
        "Predicted": (
            "Later than when it was fetched: positions of the future are computed and will change.",
            predicted,
        ),
    }
    look = "ax-badge ax-badge--simulated"
    return [
        part
        for name, (meaning, holds) in marks.items()
        if holds
        for part in (" ", html.Span(name, className=look, title=meaning))
    ]
