"""The period of a search of any kind: what is wrong with it, and how it is written."""

from __future__ import annotations

from datetime import datetime

from aurorax_dashboard.queries.problems import Problem
from aurorax_dashboard.times import EXAMPLE_TIME, format_date, format_time, naive_utc, utc


def period_problems(
    start: datetime | None, end: datetime | None, example: str = EXAMPLE_TIME
) -> list[Problem]:
    """Return what is wrong with a period; `example` shows how a missing time may be written."""
    missing = [
        Problem(field, f"Say when the search {verb}, in UTC, like {example}.")
        for field, moment, verb in (("start", start, "begins"), ("end", end, "ends"))
        if moment is None
    ]
    if start is None or end is None:
        return missing
    if utc(end) < utc(start):
        return [Problem("end", f"The end is before the start ({format_time(start)}).")]
    return []


def with_days(what: str, start: datetime | None, end: datetime | None) -> str:
    """Return a title with the days of its period, ``Swarm, 2019-01-01 – 2019-01-03``."""
    days = [format_date(moment) for moment in (start, end) if moment is not None]
    return ", ".join([what, " – ".join(dict.fromkeys(days))]) if days else what


def whole_second(moment: datetime | None) -> datetime | None:
    """Return a time as the platform writes it: naive UTC in whole seconds."""
    return None if moment is None else naive_utc(moment).replace(microsecond=0)
