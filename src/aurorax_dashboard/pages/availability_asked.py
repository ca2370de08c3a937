"""What the address of the page of availability asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

import msgspec

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components import addresses, source_table
from aurorax_dashboard.components.source_table import Choice
from aurorax_dashboard.queries.days import What
from aurorax_dashboard.queries.problems import Problem
from aurorax_dashboard.searches.days import Span
from aurorax_dashboard.times import format_date, parse_time

Sort = Literal["name", "coverage", "last"]

MOST_YEARS = 20
MOST_TOGETHER = 12
"""Sources whose common days are looked for at most."""

PARAMS = (
    "what", "start", "end", "text", "program", "platform", "instrument", "type", "sort", "exact", "closed", "of",
    "day", "brush",
)  # fmt: skip


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the page; days as they were typed."""

    what: What = "ephemeris"
    start: str = ""
    end: str = ""
    choice: Choice = Choice()
    platforms: tuple[str, ...] = ()
    sort: Sort = "name"
    exact: bool = False
    closed: tuple[str, ...] = ()
    """Programs that are shown as one line."""
    of: tuple[int, ...] = ()
    """Sources whose calendar, or whose common days, are shown."""
    day: str = ""
    """A day that is looked at: ``3:2019-01-01``."""
    brush: str = ""
    """Days that the matrix is drawn closer for: ``2019-01-05~2019-01-20``."""

    def params(self) -> dict[str, str]:
        """Return the parameters of the address; empty ones where nothing is asked."""
        return {
            **self.choice.params(),
            "what": "" if self.what == "ephemeris" else self.what,
            "start": self.start,
            "end": self.end,
            "platform": ",".join(self.platforms),
            "sort": "" if self.sort == "name" else self.sort,
            "exact": "1" if self.exact else "",
            "closed": ",".join(self.closed),
            "of": ",".join(map(str, self.of)),
            "day": self.day,
            "brush": self.brush,
        }

    @property
    def address(self) -> str:
        """The address of the page that shows this."""
        return addresses.availability(**{name: text for name, text in self.params().items() if text})

    @property
    def filtered(self) -> bool:
        """Whether not all sources are asked for."""
        return bool(self.platforms) or self.choice != Choice()

    def span(self) -> tuple[Span | None, list[Problem]]:
        """Return the days that are asked for, or what is wrong with them."""
        problems: list[Problem] = []
        first, last = _day("start", self.start, problems), _day("end", self.end, problems)
        if first is None or last is None:
            return None, problems
        if last < first:
            return None, [Problem("end", "The last day is before the first.")]
        if (last - first).days > MOST_YEARS * 366:
            return None, [Problem("end", f"At most {MOST_YEARS} years at once.")]
        return Span(self.what, first, last, self.exact), []

    def chosen(self, sources: Sequence[DataSource]) -> list[DataSource]:
        """Return the sources that pass the filters."""
        found = source_table.chosen(sources, self.choice)
        return [one for one in found if not self.platforms or one.platform in self.platforms]

    def picked(self) -> tuple[int, date] | None:
        """Return the source and the day that are looked at."""
        identifier, _, day = self.day.partition(":")
        try:
            return int(identifier), date.fromisoformat(day)
        except ValueError:
            return None

    def brushed(self) -> tuple[date, date] | None:
        """Return the first and last day of the brushed span, None where there is none."""
        first, _, last = self.brush.partition("~")
        try:
            found = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:
            return None
        return found if found[0] <= found[1] else None


def brush_of(changed: Mapping[str, Any]) -> str | None:
    """Return the span that a person brushed in a figure, empty where they took it back.

    Parameters
    ----------
    changed
        What plotly.js tells of a changed layout.

    Returns
    -------
    span or None
        As :attr:`Asked.brush`; None where the days did not change.
    """
    if changed.get("xaxis.autorange"):
        return ""
    ends = changed.get("xaxis.range[0]"), changed.get("xaxis.range[1]")
    if ends[0] is None or ends[1] is None:
        return None
    try:
        # The column of a day is drawn around its midnight.
        first, last = (datetime.fromisoformat(str(end)[:19]) + timedelta(hours=12) for end in ends)
    except ValueError:
        return None
    return f"{format_date(first)}~{format_date(last)}"


def _day(name: str, text: str, problems: list[Problem]) -> date | None:
    try:
        return parse_time(text).date()
    except ValueError:
        problems.append(Problem(name, "Say a day like 2019-01-31."))
        return None


def fresh(asked: Asked) -> Asked:
    """Return what an address asks for, with the year until today where it names no days."""
    if asked.start or asked.end:
        return asked
    today = datetime.now(UTC).date()
    return msgspec.structs.replace(
        asked, start=format_date(today - timedelta(days=364)), end=format_date(today)
    )


def read_asked(params: Mapping[str, str | None]) -> Asked:
    """Return what the parameters of an address ask for; what is none of the choices is left out."""

    def text(name: str) -> str:
        return params.get(name) or ""

    def names(name: str) -> tuple[str, ...]:
        return tuple(part for part in text(name).split(",") if part)

    what, sort = text("what"), text("sort")
    return Asked(
        what="products" if what == "products" else "ephemeris",
        start=text("start")[:_LONGEST],
        end=text("end")[:_LONGEST],
        choice=Choice(
            text=text("text"),
            programs=list(names("program")),
            instrument_types=list(names("instrument")),
            source_types=list(names("type")),
        ),
        platforms=names("platform"),
        sort=next((each for each in get_args(Sort) if each == sort), "name"),
        exact=text("exact") == "1",
        closed=names("closed"),
        of=tuple(int(part) for part in names("of") if part.isdecimal() and len(part) < _DIGITS)[
            :MOST_TOGETHER
        ],
        day=text("day")[:_LONGEST],
        brush=text("brush")[:_LONGEST],
    )


_LONGEST = 40
_DIGITS = 12
