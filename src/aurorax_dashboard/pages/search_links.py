"""The address of the search builder: it holds the search itself, or the short id it is kept under."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from dash import html

from aurorax_dashboard.api.client import is_request_id
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.queries.link import LinkError, from_param, to_param
from aurorax_dashboard.searches.short_links import ShortLinks
from aurorax_dashboard.searches.store import SearchStore

LONG_ADDRESS = 250
"""Letters from which on the copied address is a short one: mail programs break longer lines."""

Params = dict[str, str | None]
"""The parameters of the address: ``q`` with the whole search, or ``s`` with a short id; None if not there."""


Keep = Callable[[ConjunctionQuery], str]
"""Keeps a search and returns the id of its short link, as ``Services.short_link`` does for a caller."""


class Ids(StrEnum):
    """Names of the parts."""

    COPY = "search-copy"
    SHARED = "search-shared"
    COPIED = "search-copied"


def button() -> html.Button:
    """Return the button that copies the address of the search."""
    return html.Button(
        [icon("link-45deg"), " Copy link"],
        id=Ids.COPY,
        className="btn btn-outline-secondary btn-sm",
        title="Copy the address of this search",
    )


def params_of(keep: Keep, query: ConjunctionQuery) -> Params:
    """Return what the address bar holds of `query`; nothing where no link can."""
    try:
        return {"q": to_param(query), "s": None}
    except LinkError:
        pass
    try:
        return {"q": None, "s": keep(query)}
    except (LinkError, AuroraXError):
        return {"q": None, "s": None}


def opened(
    links: ShortLinks, store: SearchStore, params: Mapping[str, str | None]
) -> ConjunctionQuery | None:
    """Return the search that an address asks for; None if it asks for none.

    Parameters
    ----------
    params
        ``q``, ``s``, or ``of``: the request id of a search whose question is taken.

    Raises
    ------
    LinkError
        If there is no such search.
    AuroraXError
        If the dashboard's own store cannot be read.
    """
    if param := params.get("q"):
        return from_param(param)
    if name := params.get("s"):
        return links.query(name)
    if request_id := params.get("of"):
        submission = store.submission(request_id) if is_request_id(request_id) else None
        if submission is None:
            raise LinkError("What this search asked is not known here.")
        return submission.query
    return None


def shared(keep: Keep, query: ConjunctionQuery) -> str:
    """Return the address of `query` to be given to others: short where the plain one is long.

    Raises
    ------
    LinkError
        If no link can hold it.
    """
    try:
        plain = addresses.search(query)
    except LinkError:
        return addresses.short_search(keep(query))
    if len(plain) <= LONG_ADDRESS:
        return plain
    try:
        return addresses.short_search(keep(query))
    except AuroraXError:
        return plain  # long, but it works


def imported(keep: Keep, query: ConjunctionQuery) -> str:
    """Return the address that opens `query` in the builder, whatever its size.

    Raises
    ------
    LinkError
        If no link can hold it.
    AuroraXError
        If it is too large for an address, and the dashboard's own store cannot be used.
    """
    try:
        return addresses.search(query)
    except LinkError:
        return addresses.short_search(keep(query))


def to_copy(keep: Keep, query: ConjunctionQuery) -> dict[str, Any]:
    """Return what the browser is to copy, or to say instead."""
    try:
        return {"address": shared(keep, query), "mistake": ""}
    except LinkError as error:
        return {"address": None, "mistake": str(error)}
    except AuroraXError as error:
        return {"address": None, "mistake": error.sentence}
