"""What the address of the page of one conjunction asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from aurorax_dashboard.components import addresses
from aurorax_dashboard.searches.positions import Event
from aurorax_dashboard.searches.selection import PARAMS as FILTERS
from aurorax_dashboard.searches.selection import Selection, selection_of
from aurorax_dashboard.searches.surroundings import MARGINS, Span, span_of
from aurorax_dashboard.times import parse_time

VIEWS = {"pole": "Over the pole", "near": "Close up"}
"""From where the map looks."""

_MINUTE = pd.Timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at of a conjunction; what cannot be read is as usual."""

    margin: int = MARGINS[0]
    """Minutes before and after the conjunction."""
    view: str = "pole"
    t: str = ""
    """The minute shown, ``2019-01-01 05:58``; the closest approach if empty."""
    fields: tuple[str, ...] = ()
    """Names of the fields that are drawn; a choice of ours if empty."""
    selection: Selection = field(default_factory=Selection)
    """Filters of the result, through which Previous and Next go."""

    def but(self, **changes: Any) -> Asked:
        """Return the same with `changes`."""
        return replace(self, **changes)

    def params(self) -> dict[str, str]:
        """Return the parameters of the address; what is as usual is left out."""
        usual = Asked()
        given = {
            "around": "" if self.margin == usual.margin else str(self.margin),
            "view": "" if self.view == usual.view else self.view,
            "t": self.t,
            "fields": ",".join(self.fields),
        }
        return {name: value for name, value in given.items() if value} | self.selection.params()

    def span(self, event: Event) -> Span:
        """Return the minutes that are looked at."""
        return span_of(event, self.margin)

    def minute(self, event: Event) -> int:
        """Return the minute shown, counted from the closest approach, within what is looked at."""
        try:
            at = pd.Timestamp(parse_time(self.t)) if self.t else event.closest
        except ValueError:
            at = event.closest
        return clipped(int((at - event.closest) // _MINUTE), event, self.margin)


def clipped(minute: int, event: Event, margin: int) -> int:
    """Return `minute`, counted from the closest approach, or the nearest one that is looked at."""
    first, last = minute_range(event, margin)
    return min(max(minute, first), last)


def minute_range(event: Event, margin: int) -> tuple[int, int]:
    """Return the first and the last minute that are looked at, counted from the closest approach."""
    first, last = span_of(event, margin)
    return int((first - event.closest) // _MINUTE), int((last - event.closest) // _MINUTE)


def time_of(minute: int, event: Event) -> pd.Timestamp:
    """Return the time of a minute that is counted from the closest approach."""
    return event.closest + minute * _MINUTE


def asked_of(params: Mapping[str, str | list[str]]) -> Asked:
    """Return what the parameters of an address ask for."""

    def text(name: str) -> str:
        return (addresses.single(params, name) or "").strip()

    margins = {str(margin): margin for margin in MARGINS}
    selection, _ = selection_of({name: addresses.single(params, name) for name in FILTERS})
    return Asked(
        margin=margins.get(text("around"), MARGINS[0]),
        view=text("view") if text("view") in VIEWS else "pole",
        t=text("t"),
        fields=tuple(name for name in text("fields").split(",") if name),
        selection=selection,
    )
