"""The head of a page: what it is, and beside it what can be done with all of it."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from aurorax_dashboard.components.notices import Children, icon

_SMALL = "btn btn-outline-secondary btn-sm"


def page_head(title: Children, *actions: Children, lines: tuple[Children, ...] = ()) -> html.Div:
    """Return a page's head.

    Parameters
    ----------
    title
        Its heading: words, or a heading with a class of its own.
    actions
        What stands at the right.
    lines
        What stands below the heading.
    """
    heading = html.H1(title) if isinstance(title, str) else title
    said = html.Div([heading, *lines]) if lines else heading
    beside = [html.Div(list(actions), className="ax-actions")] if actions else []
    return html.Div([said, *beside], className="ax-page-head")


def copy_link_button(what: str = "this page") -> html.Button:
    """Return the button that copies the address; the browser's own script does it."""
    return html.Button(
        [icon("link-45deg"), " Copy link"],
        type="button",
        className=f"{_SMALL} ax-copy-link",
        title=f"Copy the address of {what}",
    )


def csv_button(name: str, what: str = "", title: str | None = None) -> html.Button:
    """Return the button `name` that saves what stands beside it; `what` names it where there are several."""
    told: dict[str, Any] = {} if title is None else {"title": title}
    text = f" {what}, CSV" if what else " CSV"
    return html.Button([icon("download"), text], id=name, type="button", className=_SMALL, **told)


def download_menu(items: list[dbc.DropdownMenuItem], *, disabled: bool = False) -> dbc.DropdownMenu:
    """Return the menu of the forms in which everything can be saved."""
    return dbc.DropdownMenu(
        items,
        label=html.Span([icon("download"), " Download"]),
        color="secondary",
        size="sm",
        align_end=True,
        disabled=disabled,
    )
