"""A result is shown as soon as it is kept; what places it on the map comes moments later and is waited for here."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import Dash, Input, Output, State, dcc, no_update

from aurorax_dashboard.components import following
from aurorax_dashboard.pages.result_views import Ids as ViewIds
from aurorax_dashboard.searches.follows import Follows
from aurorax_dashboard.searches.store import SearchStore, StoredResult
from aurorax_dashboard.services import Services

_TICK_MS = 250
_TICKS = 480
"""Two minutes: after that a job has ended or will not."""
_SOON_TICKS = 6


class Ids(StrEnum):
    """Names of the parts that wait for footprints."""

    TICK = "result-placing"
    PLACED = "result-placed"


class Placing(StrEnum):
    """How far the footprints of a result are."""

    SOON = "soon"
    """They come any moment: a map drawn now would be drawn again at once."""
    LATE = "late"
    """They take long, or cannot be had: the map shows what is asked for the selected conjunction alone."""
    DONE = "done"


def waiting(stored: StoredResult) -> list[Any]:
    """Return what has the figures drawn anew when the footprints of a result have come."""
    return [
        dcc.Store(id=Ids.PLACED, data=Placing.DONE if stored.placed else Placing.SOON),
        dcc.Interval(id=Ids.TICK, interval=_TICK_MS, max_intervals=_TICKS, disabled=stored.placed),
    ]


def placing(
    store: SearchStore, follows: Follows, request_id: str, before: Placing, looks: int
) -> tuple[Placing, bool, bool]:
    """Return how far the footprints of a result are, and whether this page has to look again, or starts the job.

    Parameters
    ----------
    before
        How far they were when this page looked last.
    looks
        How often it has looked.
    """
    if store.is_placed(request_id):
        return Placing.DONE, False, False
    sight = follows.look(request_id)
    if sight.ending is not None and not sight.followed:
        return Placing.LATE, False, False  # they cannot be had now
    late = before == Placing.LATE or looks >= _SOON_TICKS
    start = following.shown(follows, request_id)[2]
    return Placing.LATE if late else Placing.SOON, True, start


def register(app: Dash, services: Services) -> None:
    """Add the callback to `app`."""

    @app.callback(
        Output(Ids.PLACED, "data"),
        Output(Ids.TICK, "disabled"),
        Output(following.Ids.LEAD_ELSEWHERE, "data", allow_duplicate=True),
        Input(Ids.TICK, "n_intervals"),
        State(Ids.PLACED, "data"),
        State(ViewIds.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def look(ticks: int | None, before: Placing, request_id: str) -> tuple[Any, Any, Any]:
        now, again, start = placing(services.store, services.follows, request_id, before, ticks or 0)
        order = {"kind": "conjunctions", "request_id": request_id, "n": ticks}
        return no_update if now == before else now, not again, order if start else no_update
