"""Time zones: their names, and local times in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from litestar import Router, get

from aurorax_dashboard.archive.errors import BadRequestError
from aurorax_dashboard.times import naive_utc

_NO_PLACES = frozenset({"Factory", "localtime"})
"""In the database, but they name no zone: one stands for "not set", one for this machine's."""


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(available_timezones() - _NO_PLACES))


@get("/", sync_to_thread=True)
def list_time_zones() -> list[str]:
    """Return the names of all time zones of the TZ database."""
    return list(_names())


@get("/convert", sync_to_thread=True)
def convert_to_utc(ts: datetime, tz: str | None = None) -> list[datetime]:
    """Return the UTC times at which clocks in a time zone show a time.

    That is one, but two in the hour that clocks show twice when they are put back, and none in the hour
    that they skip when they are put forward. A time that has its own offset needs no zone.
    """
    try:
        if ts.tzinfo is not None:
            return [naive_utc(ts)]
        if tz is None:
            raise BadRequestError("tz: is needed, unless ts has an offset from UTC")
        if tz not in _names():
            raise BadRequestError(f"tz: there is no time zone {tz}")
        return _utc_times(ts, ZoneInfo(tz))
    except OverflowError:
        raise BadRequestError("ts: this time cannot be written in UTC") from None


def _utc_times(shown: datetime, zone: ZoneInfo) -> list[datetime]:
    either = {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    # What Python makes of a time that clocks skip is another time when it is converted back.
    return [
        naive_utc(time)
        for time in sorted(either)
        if time.astimezone(zone).replace(tzinfo=None) == shown.replace(fold=0)
    ]


router = Router(
    "/api/v1/utils/timezones", route_handlers=[list_time_zones, convert_to_utc], tags=["Utils"]
)
