"""The one control for a period: two times as text, quick spans, steps to the one before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import dash_bootstrap_components as dbc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from aurorax_dashboard.components import fields
from aurorax_dashboard.times import EXAMPLE_TIME, format_date, format_time, parse_time

SPANS_DAYS: Mapping[str, int] = MappingProxyType(
    {"1 day": 1, "3 days": 3, "27 days": 27, "1 year": 365}
)

_SPAN = "period-span"
_STEP = "period-step"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodControl:
    """The period of one page, or of one form on it."""

    name: str
    """Begins the ids of its parts: ``search`` makes ``search-start`` and ``search-end``."""
    days: bool = False
    """Whether it takes whole days instead of times."""
    spans: Mapping[str, int] = field(default_factory=lambda: SPANS_DAYS)
    """Quick spans: what the button says, and its days."""
    problems: str = ""
    """Begins the names of the places for problems: ``keograms-`` makes ``keograms-start``. Without dots: Dash
    escapes those in the ids of callbacks in a way that its own browser code cannot read."""

    @property
    def start(self) -> str:
        """Id of the field of the start."""
        return f"{self.name}-start"

    @property
    def end(self) -> str:
        """Id of the field of the end."""
        return f"{self.name}-end"

    def fields(self, start: str, end: str) -> list[Any]:
        """Return the control, showing the times as typed."""
        labels = ("First day (UTC)", "Last day (UTC)") if self.days else ("Start (UTC)", "End (UTC)")
        return [
            html.Div(
                [
                    fields.field(
                        label,
                        dbc.Input(
                            id=name,
                            value=value,
                            placeholder=EXAMPLE_TIME[:10] if self.days else EXAMPLE_TIME,
                            className="ax-num",
                            autocomplete="off",
                        ),
                        problem=f"{self.problems}{end_name}",
                    )
                    for label, name, value, end_name in (
                        (labels[0], self.start, start, "start"),
                        (labels[1], self.end, end, "end"),
                    )
                ],
                className="ax-fields",
            ),
            html.Div(
                [
                    self._button("‹ earlier", _STEP, -1),
                    *(self._button(text, _SPAN, days) for text, days in self.spans.items()),
                    self._button("later ›", _STEP, 1),
                ],
                className="ax-chips",
                role="group",
                **{"aria-label": "Length of the period from its start, and steps"},
            ),
        ]

    def _button(self, text: str, kind: str, by: int) -> html.Button:
        ids = {"type": kind, "of": self.name, "by": by}
        return html.Button(text, type="button", id=ids, className="ax-chip")

    def register(self, app: Dash) -> None:
        """Add the callbacks of the buttons to `app`."""

        @app.callback(
            Output(self.start, "value"),
            Output(self.end, "value"),
            Input({"type": _SPAN, "of": self.name, "by": ALL}, "n_clicks"),
            Input({"type": _STEP, "of": self.name, "by": ALL}, "n_clicks"),
            State(self.start, "value"),
            State(self.end, "value"),
            prevent_initial_call=True,
        )
        def press(_spans: Any, _steps: Any, start: str | None, end: str | None) -> tuple[Any, Any]:
            pressed = ctx.triggered_id
            if not isinstance(pressed, dict) or not ctx.triggered[0]["value"]:
                return no_update, no_update
            try:
                if pressed["type"] == _SPAN:
                    return no_update, self.after(start or "", int(pressed["by"]))
                return self.moved(start or "", end or "", int(pressed["by"]))
            except (ValueError, OverflowError):
                return no_update, no_update  # the fields already say what is wrong with them

    def after(self, start: str, days: int) -> str:
        """Return the end of a period of `days` from the `start` as typed.

        Raises
        ------
        ValueError, OverflowError
            If that is no time, or one that cannot be written.
        """
        return self._written(parse_time(start) + timedelta(days=days, seconds=-1), end=True)

    def moved(self, start: str, end: str, by: int) -> tuple[str, str]:
        """Return the period moved by its own length, `by` times.

        Raises
        ------
        ValueError, OverflowError
            If it is no period, or leads to times that cannot be written.
        """
        first, last = parse_time(start), parse_time(end, end_of_day=True)
        length = last - first + _rest_of(last)
        if length <= timedelta(0):
            raise ValueError("The end is before the start.")
        return (
            self._written(first + by * length, end=False),
            self._written(last + by * length, end=True),
        )

    def _written(self, time: datetime, *, end: bool) -> str:
        if self.days:
            return format_date(time)
        return format_time(time, seconds=end and bool(time.second))


def _rest_of(end: datetime) -> timedelta:
    """Return what the last minute or second of a period goes on after its `end`, if that names one.

    A day to 23:59 or 23:59:59 is meant whole, but half a day to 12:00 ends there.
    """
    if end.second == 59:
        return timedelta(seconds=1)
    return timedelta(minutes=1) if (end.minute, end.second) == (59, 0) else timedelta(0)
