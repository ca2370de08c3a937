"""How times, durations and distances are written for people, and how typed times are read.

The one place for it: every page, export and sentence writes ``2019-01-01 05:58``, in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np

EXAMPLE_TIME = "2019-01-01 05:58"
"""Shown wherever a time may be typed."""

_MAX_TEXT = 64
_TIME = re.compile(
    r"""
    (?P<year>\d{4}) (?:
        [-/] (?P<month>\d{1,2}) [-/] (?P<day>\d{1,2})     # 2019-01-31, 2019/1/31
      | - (?P<ordinal>\d{3})                              # 2019-031, day of the year
      | (?P<compact_month>\d{2}) (?P<compact_day>\d{2})   # 20190131
    )
    (?:
        (?: \s*T\s* | \s+ | _ | / (?=\d{1,2}:) )                  # 2019-01-31/05:58, as SPEDAS writes
        (?P<hour>\d{1,2})
        (?: :? (?P<minute>\d{2}) (?: :? (?P<second>\d{2}) (?: [.,] (?P<fraction>\d+) )? )? )?
        \s* (?P<zone> Z | UTC | GMT | [+\-−] \d{2} (?: :? \d{2} )? )?
    )?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_NAMED_DAY = re.compile(
    r"""
      (?P<day>\d{1,2}) [\s-]+ (?P<month>[a-z]{3,9}) \.? [\s-]+ (?P<year>\d{4})        # 31 Jan 2019
    | (?P<month_first>[a-z]{3,9}) \.? \s+ (?P<day_second>\d{1,2}) ,? \s+ (?P<year_last>\d{4})  # Jan 31, 2019
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def utc(time: datetime) -> datetime:
    """Return `time` as an aware UTC datetime; a naive one is taken to be UTC already."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def naive_utc(time: datetime) -> datetime:
    """Return `time` as the naive UTC datetime that the platform writes."""
    return utc(time).replace(tzinfo=None)


def parse_time(text: str, *, end_of_day: bool = False) -> datetime:
    """Read a time as people type it; without a zone it is UTC.

    Parameters
    ----------
    text
        ``2019-01-01``, ``2019-01-01 05:58``, ``2019-01-01T05:58:00Z``, ``2019-01-01T05:58+02:00``,
        also ``2019/1/1``, ``20190101``, ``20190101_0558``, ``2019-01-01/05:58``, ``2019-001`` (day of the
        year) and ``1 Jan 2019``. The hour 24:00 is the end of its day.
    end_of_day
        Whether a date without a time of day means its last second, as the end of a period does.

    Returns
    -------
    datetime
        Aware, in UTC, with microseconds.

    Raises
    ------
    ValueError
        With a sentence for the person who typed it.
    """
    stripped = text.strip()
    match = _TIME.fullmatch(_numbered(stripped)) if len(stripped) <= _MAX_TEXT else None
    if match is None:
        raise ValueError(f"This is not a time. Write it in UTC like {EXAMPLE_TIME}.")
    try:
        day = _date(match)
        if match["hour"] is None:
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return moment + timedelta(seconds=86_399) if end_of_day else moment
        return _with_time_of_day(day, match).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"There is no such time as {stripped}. Write it in UTC like {EXAMPLE_TIME}."
        ) from error


def _numbered(text: str) -> str:
    """Return `text` with a month that is named as a number, ``2019-01-31 05:58`` for ``31 Jan 2019 05:58``."""
    match = _NAMED_DAY.match(text)
    if match is None:
        return text
    name = (match["month"] or match["month_first"]).lower()
    numbers = [n for n, month in enumerate(_MONTHS, 1) if month.startswith(name)]
    if len(numbers) != 1:
        return text
    year, day = match["year"] or match["year_last"], match["day"] or match["day_second"]
    return f"{year}-{numbers[0]:02d}-{day}{text[match.end() :]}"


def _date(match: re.Match[str]) -> date:
    year = int(match["year"])
    if match["ordinal"] is not None:
        day = date(year, 1, 1) + timedelta(days=int(match["ordinal"]) - 1)
        if day.year != year:
            raise ValueError("day of the year out of range")
        return day
    return date(
        year, int(match["month"] or match["compact_month"]), int(match["day"] or match["compact_day"])
    )


def _with_time_of_day(day: date, match: re.Match[str]) -> datetime:
    micro = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    midnight = (hour, minute, second, micro) == (24, 0, 0, 0)
    time = datetime(
        day.year,
        day.month,
        day.day,
        0 if midnight else hour,
        minute,
        second,
        micro,
        tzinfo=_zone(match["zone"]),
    )
    return time + timedelta(days=1) if midnight else time


def _zone(text: str | None) -> timezone:
    if text is None or text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(offset if text[0] == "+" else -offset)


def format_time(time: datetime, *, seconds: bool = False) -> str:
    """Write a time as ``2019-01-01 05:58`` in UTC; with `seconds` as ``2019-01-01 05:58:30``.

    What is not written is cut off, not rounded: 23:59:59 belongs to its own day.
    """
    return (
        utc(time).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds" if seconds else "minutes")
    )


def format_date(time: datetime | date) -> str:
    """Write a day as ``2019-01-01``; of a time, its day in UTC."""
    return (utc(time).date() if isinstance(time, datetime) else time).isoformat()


def format_duration(minutes: float) -> str:
    """Write a duration given in minutes: ``30 s``, ``7 min``, ``1 h 5 min``, ``3 d 4 h``."""
    seconds = round(minutes * 60)
    if seconds < 0:
        return f"−{format_duration(-minutes)}"
    if 0 < seconds < 60:
        return f"{seconds} s"
    whole = round(seconds / 60)
    days, hours, rest = whole // 1440, whole % 1440 // 60, whole % 60
    parts = [f"{days} d"] * (days > 0) + [f"{hours} h"] * (hours > 0)
    if days == 0 and (rest > 0 or not parts):
        parts.append(f"{rest} min")
    return " ".join(parts)


def format_distance(km: float) -> str:
    """Write a distance given in kilometres: ``7.3 km`` under 10 km, ``500 km`` from there on."""
    return f"{km_figure(km)} km"


def km_figure(km: float) -> str:
    """Write kilometres without the unit, as a column of figures shows them: ``7.3``, ``500``."""
    return f"{km:.1f}" if round(abs(km), 1) < 10 and km != 0 else f"{km:,.0f}"


def exact_figure(value: float) -> str:
    """Write a number with all its digits and without an exponent, as forms and addresses read it."""
    return np.format_float_positional(value, trim="-")
