"""The minutes that a search looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from aurorax_dashboard.archive.tracks import minute_of, time_of

Life = tuple[int, int]
"""The first minute and the minute after the last that a source can have."""


def clipped_period(start: datetime | None, end: datetime | None, lives: Sequence[Life]) -> Life:
    """Return the minutes ``first ≤ m < stop`` of a period in which any of `lives` has records.

    A record counts if its minute begins within ``start … end``, both included. ``first == stop`` if
    there are none.
    """
    lived = [life for life in lives if life[0] < life[1]]
    first = min((life[0] for life in lived), default=0)
    stop = max((life[1] for life in lived), default=0)
    if start is not None:
        whole = start.second == start.microsecond == 0
        first = max(first, minute_of(start) + (0 if whole else 1))
    if end is not None:
        stop = min(stop, minute_of(end) + 1)
    return first, max(first, stop)


def calendar_months(first: int, stop: int) -> Iterator[Life]:
    """Yield the pieces of ``first ≤ m < stop`` that lie in one calendar month each."""
    while first < stop:
        time = time_of(first)
        turn = time.replace(day=1, hour=0, minute=0)
        turn = turn.replace(year=turn.year + turn.month // 12, month=turn.month % 12 + 1)
        piece = first, min(minute_of(turn), stop)
        yield piece
        first = piece[1]
