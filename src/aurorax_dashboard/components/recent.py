"""The searches that were started in this browser; the browser keeps the list, nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from dash import dcc, html

from aurorax_dashboard.components import addresses
from aurorax_dashboard.times import format_time

_KEPT = 30


class RecentSearch(msgspec.Struct, frozen=True, kw_only=True):
    """One search of this browser."""

    request_id: str
    title: str
    at: datetime


def read(data: Any) -> list[RecentSearch]:
    """Return the searches in the browser's `data`, newest first; whatever is not one is dropped."""
    found = []
    for entry in data if isinstance(data, list) else []:
        try:
            found.append(msgspec.convert(entry, RecentSearch))
        except msgspec.ValidationError:
            continue
    return found[:_KEPT]


def with_search(data: Any, request_id: str, title: str) -> list[Any]:
    """Return the browser's `data` with one more search on top."""
    newest = RecentSearch(request_id=request_id, title=title, at=datetime.now(UTC))
    others = [each for each in read(data) if each.request_id != request_id]
    kept: list[Any] = msgspec.to_builtins([newest, *others][:_KEPT])
    return kept


class SearchState(msgspec.Struct, frozen=True, kw_only=True):
    """Where one of them stands, as the drawer of searches last saw it."""

    id: str
    said: str
    look: Literal["done", "queued", "running", "stalled"]


def states_in(states: Any) -> dict[str, SearchState]:
    """Return the states in the browser's data by request id; whatever is not one is dropped."""
    try:
        return {each.id: each for each in msgspec.convert(states or [], list[SearchState])}
    except msgspec.ValidationError:
        return {}


def listing(data: Any, limit: int = _KEPT, *, states: Any = None) -> Any:
    """Return the list of searches as links, with their states where known, or a sentence where there are none."""
    known = states_in(states)
    searches = read(data)[:limit]
    if not searches:
        return html.P(
            "None yet. Searches that you start in this browser are listed here.", className="ax-muted"
        )
    return html.Ul(
        [
            html.Li(
                [
                    dcc.Link(each.title, href=addresses.result(each.request_id)),
                    _state(known.get(each.request_id)),
                    html.Span(f"{format_time(each.at)} UTC", className="ax-num"),
                ]
            )
            for each in searches
        ],
        className="ax-recent",
    )


def _state(state: SearchState | None) -> html.Span:
    if state is None:
        return html.Span()
    return html.Span(state.said, className=f"ax-state ax-state--{state.look}")
