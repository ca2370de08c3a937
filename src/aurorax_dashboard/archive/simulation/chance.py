"""Chance without a generator's state: numbers that look random but follow from what they stand for.

A number is the SplitMix64 mixing (Steele, Lea and Flood, OOPSLA 2014) of a source, a purpose and an index
such as the number of a night; integer arithmetic, hence the same on every machine.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

SEED = 0
"""Chosen so that sources operate where the platform's published examples show that they did."""


class Purpose(IntEnum):
    """What a number is for; each has its own numbers. Values are part of the simulated world."""

    FAILED_NIGHT = 1
    LONG_OUTAGE = 2
    LATE_START = 3
    INTERRUPTION = 4
    CAMPAIGN = 5
    LOST_DAY = 6
    TELEMETRY_GAP = 7
    GAP_LENGTH = 8
    WEATHER_SLOW = 9
    WEATHER_FAST = 10
    ACTIVITY_SLOW = 11
    ACTIVITY_FAST = 12
    CONFIDENCE = 13
    UNCLASSIFIED = 14
    PULSATING = 15
    FORM = 16
    INSTRUMENT_ON = 17
    QUALITY = 18
    INSTRUMENT_DUTY = 19
    EVENT = 20
    EVENT_START = 21
    EVENT_LENGTH = 22
    EVENT_LATITUDE = 23
    EVENT_LOCAL_TIME = 24
    EVENT_INTENSITY = 25
    ARC = 26
    ARC_BRIGHTNESS = 27
    ARC_SHAPE = 28
    DIFFUSE = 29
    TURBULENCE = 30
    PATCHES = 31
    CLOUD_TEXTURE = 32
    STARS = 33
    HORIZON = 34
    GRAIN = 35
    ABSORPTION = 36


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def uniform(key: int, purpose: Purpose, index: NDArray[np.int64]) -> Reals:
    """Return numbers in 0 ≤ x < 1, one for each of `index`."""
    state = _mix(np.array([SEED * 1_000_003 + int(purpose)], dtype=np.int64).view(np.uint64))
    state = _mix(state ^ np.array([key], dtype=np.int64).view(np.uint64))
    mixed = _mix(state ^ np.ascontiguousarray(index, dtype=np.int64).view(np.uint64))
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def smooth(key: int, purpose: Purpose, minutes: NDArray[np.int64], period: int) -> Reals:
    """Return numbers in 0…1 that wander smoothly, with a new direction every `period` minutes."""
    knot, into = np.divmod(np.asarray(minutes, dtype=np.int64), period)
    share = into / period
    share = share * share * (3 - 2 * share)
    knots, position = np.unique(np.concatenate([knot, knot + 1]), return_inverse=True)
    values = uniform(key, purpose, knots)[position]
    before, after = values[: len(knot)], values[len(knot) :]
    return before + share * (after - before)


def _mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    value = value + _GOLDEN
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))
