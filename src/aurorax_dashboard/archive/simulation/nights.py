"""When sources have records: imagers on dark nights, radars on campaigns, spacecraft nearly always.

An imager operates while the Sun's centre is lower than its kind allows, so that it rests through the
polar day. From that are taken failed nights, outages of days, late starts and interruptions; from
spacecraft, lost days and gaps of telemetry. All of it is simulated, and none of it happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aurorax_dashboard.archive.catalogue import Site, SourceEntry, stations
from aurorax_dashboard.archive.simulation.chance import Purpose, uniform
from aurorax_dashboard.archive.simulation.frames import j2000_days, sun_direction
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, BoolArray

_HOUR = 60
_DEGREES_A_MINUTE = 0.25
_GAP_EVERY = 6 * _HOUR


@dataclass(frozen=True, slots=True)
class Habits:
    """How a kind of instrument observes."""

    highest_sun_deg: float | None = None
    """Elevation of the Sun below which it runs; None: by day too."""
    campaign_days: int = 1
    campaign_share: float = 1.0
    """Share of campaigns, each of so many days, that take place."""
    failed_nights: float = 0.04
    long_outages: float = 0.03
    late_starts: float = 0.06
    interruptions: float = 0.01
    """Shares of nights, of eight-day periods, of nights and of hours."""


_LONG_OUTAGE_DAYS = 8

HABITS = {
    "panchromatic ASI": Habits(-10.0),
    "redline ASI": Habits(-12.0),
    "blueline ASI": Habits(-12.0),
    "near-infrared ASI": Habits(-12.0),
    "RGB ASI": Habits(-10.0),
    "spectrograph": Habits(-12.0),
    "DSLR": Habits(-9.0, failed_nights=0.08),
    "observer": Habits(-9.0, campaign_share=0.03, late_starts=0.5),
    "ISR": Habits(None, campaign_days=3, campaign_share=0.55, late_starts=0.0),
    "riometer": Habits(None, failed_nights=0.01, long_outages=0.02, late_starts=0.0),
}
_LOST_DAYS = 0.004
_GAPS = 0.02
"""Share of six-hour periods with a gap of telemetry."""


def present(entry: SourceEntry, start: int, stop: int) -> BoolArray:
    """Return ``[n]``: whether a source has a record at minutes ``start ≤ m < stop``."""
    identifier = int(entry.source.identifier or 0)
    habits = HABITS.get(entry.source.instrument_type or "")
    alive = np.ones(stop - start, dtype=np.bool_)
    if habits is None:
        _take_spacecraft_gaps(alive, identifier, start)
    else:
        site = stations()[entry.source.platform or ""]
        if habits.highest_sun_deg is not None:
            alive[:] = False
            for first, last in dark_periods(site, habits.highest_sun_deg, start, stop):
                alive[max(first - start, 0) : max(last - start, 0)] = True
        _take_outages(alive, identifier, habits, site, start)
    alive[: max(entry.first_day * MINUTES_PER_DAY - start, 0)] = False
    alive[max(entry.stop_day * MINUTES_PER_DAY - start, 0) :] = False
    return alive


def dark_periods(
    site: Site, highest_sun_deg: float, start: int, stop: int
) -> Iterator[tuple[int, int]]:
    """Yield first minutes and minutes after the last at which the Sun is lower than an elevation.

    One a night, noon to noon of local mean time, of the nights that meet ``start ≤ m < stop``. The Sun's
    declination is taken at midnight, which shifts twilight by a minute or two at most where it is not
    grazing.
    """
    noon = local_noon(site)
    nights = np.arange((start - noon) // MINUTES_PER_DAY, (stop - 1 - noon) // MINUTES_PER_DAY + 1)
    begin = nights * MINUTES_PER_DAY + noon
    middle = begin + MINUTES_PER_DAY // 2
    x, y, sin_declination = sun_direction(j2000_days(middle))
    lag_deg = np.degrees(np.arctan2(y, x)) - site.lon_deg
    midnight = middle + ((lag_deg + 360.0) % 360.0 - 180.0) / _DEGREES_A_MINUTE
    latitude = np.radians(site.lat_deg)
    cos_declination = np.sqrt(1.0 - sin_declination**2)
    cos_hour_angle = (np.sin(np.radians(highest_sun_deg)) - np.sin(latitude) * sin_declination) / (
        np.cos(latitude) * cos_declination
    )
    half = 180.0 - np.degrees(np.arccos(np.clip(cos_hour_angle, -1.0, 1.0)))
    first = np.ceil(midnight - half / _DEGREES_A_MINUTE).astype(np.int64)
    last = np.ceil(midnight + half / _DEGREES_A_MINUTE).astype(np.int64)
    all_day = cos_hour_angle >= 1.0
    first = np.where(all_day, begin, np.maximum(first, begin))
    last = np.where(all_day, begin + MINUTES_PER_DAY, np.minimum(last, begin + MINUTES_PER_DAY))
    yield from zip(first.tolist(), last.tolist(), strict=True)


def local_noon(site: Site) -> int:
    """Return the minute of the UTC day at which it is noon in local mean time; it may lie beyond it."""
    return round(MINUTES_PER_DAY / 2 - site.lon_deg / _DEGREES_A_MINUTE)


def _take_spacecraft_gaps(alive: BoolArray, identifier: int, start: int) -> None:
    """Take lost days and gaps of telemetry from `alive`, which begins at minute `start`."""
    stop = start + len(alive)
    for day in _chosen(identifier, Purpose.LOST_DAY, _LOST_DAYS, start, stop, MINUTES_PER_DAY):
        _clear(alive, start, day * MINUTES_PER_DAY, MINUTES_PER_DAY)
    gaps = _chosen(identifier, Purpose.TELEMETRY_GAP, _GAPS, start, stop, _GAP_EVERY)
    for period, share in _with_shares(identifier, gaps):
        _clear(alive, start, period * _GAP_EVERY, 10 + int(150 * share))


def _take_outages(alive: BoolArray, identifier: int, habits: Habits, site: Site, start: int) -> None:
    """Take what keeps an instrument from observing. Its nights run from noon to noon, local time."""
    stop = start + len(alive)
    noon = local_noon(site)
    nights = start - noon, stop - noon
    campaign = habits.campaign_days * MINUTES_PER_DAY
    no_campaign = 1.0 - habits.campaign_share
    for number in _chosen(identifier, Purpose.CAMPAIGN, no_campaign, *nights, campaign):
        _clear(alive, start, number * campaign + noon, campaign)
    for night in _chosen(
        identifier, Purpose.FAILED_NIGHT, habits.failed_nights, *nights, MINUTES_PER_DAY
    ):
        _clear(alive, start, night * MINUTES_PER_DAY + noon, MINUTES_PER_DAY)
    late_starts = _chosen(identifier, Purpose.LATE_START, habits.late_starts, *nights, MINUTES_PER_DAY)
    for night, share in _with_shares(identifier, late_starts):
        _clear(alive, start, night * MINUTES_PER_DAY + noon, int(14 * _HOUR * share))
    period = _LONG_OUTAGE_DAYS * MINUTES_PER_DAY
    outages = _chosen(identifier, Purpose.LONG_OUTAGE, habits.long_outages, *nights, period)
    for number, share in _with_shares(identifier, outages):
        days = 2 + int((_LONG_OUTAGE_DAYS - 1) * share)
        _clear(alive, start, number * period + noon, days * MINUTES_PER_DAY)
    interruptions = _chosen(identifier, Purpose.INTERRUPTION, habits.interruptions, start, stop, _HOUR)
    for hour, share in _with_shares(identifier, interruptions):
        _clear(alive, start, hour * _HOUR, 3 + int(50 * share))


def _chosen(
    identifier: int, purpose: Purpose, share: float, start: int, stop: int, period: int
) -> list[int]:
    """Return the numbers of those periods, within minutes ``start ≤ m < stop``, that chance chooses."""
    numbers = np.arange(start // period, (stop - 1) // period + 1)
    chosen: list[int] = numbers[uniform(identifier, purpose, numbers) < share].tolist()
    return chosen


def _with_shares(identifier: int, numbers: list[int]) -> Iterator[tuple[int, float]]:
    """Yield each of `numbers` with its share (0…1) of how long a gap can be."""
    shares = uniform(identifier, Purpose.GAP_LENGTH, np.array(numbers, dtype=np.int64))
    yield from zip(numbers, shares.tolist(), strict=True)


def _clear(alive: BoolArray, start: int, first: int, length: int) -> None:
    """Set `length` minutes from `first` to False, as far as they lie in `alive`."""
    alive[max(first - start, 0) : max(first + length - start, 0)] = False
