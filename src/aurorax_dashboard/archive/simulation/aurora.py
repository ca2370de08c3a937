"""How bright the simulated aurora is: an oval with arcs that drift, break up at substorms and pulsate.

Brightness is a function of dipole latitude, dipole longitude and time alone, so that all cameras, keograms
and montages show one and the same aurora. It follows the activity that classifiers report and the listed
substorm onsets and STEVE. Shapes are those of the textbooks (Akasofu, *Planetary and Space Science* 12,
273, 1964), brightness is in units that look right, and none of it was observed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.simulation import diary
from aurorax_dashboard.archive.simulation.chance import Purpose, smooth, uniform
from aurorax_dashboard.archive.simulation.events import Events
from aurorax_dashboard.archive.simulation.frames import magnetic
from aurorax_dashboard.archive.simulation.sky import activity

Array = NDArray[np.floating[Any]]
"""Mostly float32, which is twice as quick."""

_EVERYWHERE = 0
"""Key of what does not depend on a source."""

_DAY_S = 86_400
_J2000_S = 946_728_000
"""2000-01-01T12:00 UTC in seconds since 1970."""

_ARCS = 4
_BEFORE_S, _AFTER_S = 60 * 60, 120 * 60
"""How long before its onset a substorm shows, and after."""

_PRIME = np.array([[1.0], [0.0], [0.0]])
"""Earth-fixed direction from which dipole longitudes count."""


@dataclass(frozen=True, slots=True)
class Brightness:
    """Brightness by cause, each ``[p, t]``, about 1 for a quiet glow and 10 or more for bright aurora."""

    diffuse: Array
    discrete: Array
    """Arcs, and what becomes of them in a substorm."""
    pulsating: Array
    steve: Array
    """The mauve arc called strong thermal emission velocity enhancement."""


def dipole_coordinates(
    directions: NDArray[np.float64], second: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return dipole latitudes and longitudes in degrees ``[p]`` of unit vectors ``[3, p]``."""
    days = np.full(directions.shape[1], (second - _J2000_S) / _DAY_S)
    places, prime = magnetic(directions, days), magnetic(_PRIME, days[:1])
    return places.latitude_deg, ((places.local_time_h - prime.local_time_h) * 15.0) % 360.0


class Aurora:
    """The aurora at some times.

    Parameters
    ----------
    seconds
        Since 1970, sorted, ``[t]``.
    """

    def __init__(self, seconds: NDArray[np.int64]) -> None:
        self._seconds = seconds
        days = (seconds - _J2000_S) / _DAY_S
        prime = np.repeat(_PRIME, len(seconds), axis=1)
        self._prime_local_time_h = magnetic(prime, days).local_time_h.astype(np.float32)
        self._activity = activity(seconds // 60).astype(np.float32)
        first, last = int(seconds[0]), int(seconds[-1])
        self._substorms = _listed("substorm onset", first - _AFTER_S, last + _BEFORE_S)
        self._steves = _listed("STEVE", first, last + 1)

    def brightness(
        self,
        latitude_deg: NDArray[np.float64],
        longitude_deg: NDArray[np.float64],
        softness: float = 1.0,
    ) -> Brightness:
        """Return how bright it is at dipole coordinates.

        Parameters
        ----------
        latitude_deg
            ``[p]``.
        longitude_deg
            ``[p]``, or ``[1]`` if all places are on one meridian, which is much quicker.
        softness
            How much wider arcs are than in green light.
        """
        latitude = latitude_deg.astype(np.float32)[:, None]
        local_time = (
            self._prime_local_time_h + longitude_deg[:, None].astype(np.float32) / 15.0
        ) % 24.0
        equatorward, poleward = self._oval(local_time)
        scene = _Scene(self._seconds, latitude, longitude_deg.astype(np.float32), local_time, softness)
        inside = _edge((latitude - equatorward) / 0.6) * _edge((poleward - latitude) / 1.0)
        night = 0.25 + 0.75 * _night(local_time)
        diffuse = inside * (0.5 + 2.2 * self._activity**2) * night
        diffuse *= 0.4 + 1.2 * scene.texture(Purpose.DIFFUSE, 2.5, 14.0, 1500.0)
        shift = np.zeros_like(local_time)
        discrete = np.zeros(diffuse.shape, dtype=np.float32)
        substorms = self._substorms
        for number in range(len(substorms.start)):
            storm = _Substorm.of(substorms, number, scene)
            shift += storm.growth()
            if storm.begun:
                discrete += storm.expansion()
                diffuse += storm.recovery()
        for number in range(_ARCS):
            discrete += self._arc(number, scene, equatorward + shift, poleward + shift)
        pulsating = self._pulsating(scene, equatorward, poleward)
        return Brightness(diffuse, discrete, pulsating, self._steve(scene))

    def _oval(self, local_time: Array) -> tuple[Array, Array]:
        """Return the latitudes of the oval's two edges: that of the regions, wider when active."""
        towards_noon = -np.cos(local_time * np.float32(np.pi / 12.0))
        more = self._activity - np.float32(0.5)
        return 67.5 + 4.5 * towards_noon - 6.0 * more, 73.5 + 4.0 * towards_noon + 2.0 * more

    def _arc(self, number: int, scene: _Scene, equatorward: Array, poleward: Array) -> Array:
        """Return one arc, which wanders through the oval and comes and goes."""
        seconds = self._seconds
        where = smooth(number, Purpose.ARC, seconds, 80 * 60).astype(np.float32)
        share = (number + 0.15 + 0.9 * where) / _ARCS
        middle: Array = equatorward + 0.4 + share * (poleward - equatorward - 1.2)
        middle = middle + 0.9 * (scene.along(Purpose.ARC_SHAPE, number, 9.0, 1300.0) - 0.5)
        middle = middle + 0.45 * (scene.along(Purpose.ARC_SHAPE, number + 10, 2.0, 260.0) - 0.5)
        lit: Array = smooth(number, Purpose.ARC_BRIGHTNESS, seconds, 17 * 60).astype(np.float32)
        lit = np.maximum(lit * (0.35 + 1.3 * self._activity) - 0.22, 0.0) * 26.0
        lit = lit * (0.3 + 1.4 * scene.along(Purpose.ARC_BRIGHTNESS, number + 10, 6.0, 75.0))
        lit = lit * _night(scene.local_time)
        width = scene.softness * (0.05 + 0.13 * smooth(number, Purpose.ARC_SHAPE, seconds, 1500))
        crest = _ridge((scene.latitude - middle) / width.astype(np.float32))
        return np.asarray(lit * crest / scene.softness**0.5)

    def _pulsating(self, scene: _Scene, equatorward: Array, poleward: Array) -> Array:
        """Return patches that blink after midnight."""
        morning = _bump((scene.local_time - 3.7) / 3.0) * (0.2 + 2.0 * self._activity**2)
        middle = equatorward + 0.35 * (poleward - equatorward)
        band = _bump((scene.latitude - middle) / 2.4) * morning
        patches = scene.texture(Purpose.PATCHES, 0.9, 2.5, 420.0)
        blinking = scene.texture(Purpose.PULSATING, 1.4, 4.0, 24.0)
        on = np.clip((patches - 0.42) * 4.0, 0.0, 1.0) * np.clip((blinking - 0.3) * 2.2, 0.15, 1.3)
        return np.asarray(3.2 * band * on / scene.softness)

    def _steve(self, scene: _Scene) -> Array:
        """Return the listed mauve arcs, narrow in latitude and hours long in local time."""
        total = np.zeros((len(scene.latitude), len(self._seconds)), dtype=np.float32)
        events = self._steves
        for number, start in enumerate(events.start.tolist()):
            into = (self._seconds - start * 60) / (events.length[number] * 60.0)
            during = np.clip(np.minimum(into, 1.0 - into) * 8.0, 0.0, 1.0).astype(np.float32)
            middle = events.place.latitude_deg[number] - 0.9 * into.astype(np.float32)
            middle = middle + 0.25 * (scene.along(Purpose.ARC_SHAPE, 20, 12.0, 300.0) - 0.5)
            away = _hours_apart(scene.local_time, events.place.local_time_h[number])
            total += 6.0 * during * _bump(away / 1.6) * _ridge((scene.latitude - middle) / 0.14)
        return total


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where and when brightness is asked for; every result is ``[p, t]`` or broadcasts to it."""

    seconds: NDArray[np.int64]
    latitude: Array
    """``[p, 1]``, degrees."""
    longitude: Array
    """``[p]`` or ``[1]``, degrees."""
    local_time: Array
    """``[p, t]`` or ``[1, t]``, hours."""
    softness: float

    def texture(
        self, purpose: Purpose, latitude_deg: float, longitude_deg: float, period_s: float
    ) -> Array:
        """Return a random pattern 0…1 with features of a size in degrees that change with a period."""
        y = self.latitude[:, 0] / np.float32(latitude_deg * self.softness)
        return texture(_EVERYWHERE, purpose, self.longitude / longitude_deg, y, self.seconds / period_s)

    def along(self, purpose: Purpose, key: int, longitude_deg: float, period_s: float) -> Array:
        """Return a random pattern 0…1 that depends on the longitude only."""
        nowhere = np.zeros(1, dtype=np.float32)
        return texture(key, purpose, self.longitude / longitude_deg, nowhere, self.seconds / period_s)


@dataclass(frozen=True, slots=True)
class _Substorm:
    """One onset, seen from a scene."""

    scene: _Scene
    into_min: Array
    """``[t]``: minutes since the onset."""
    away_h: Array
    """Hours of local time that places are east of it."""
    latitude_deg: float
    strength: float

    @classmethod
    def of(cls, events: Events, number: int, scene: _Scene) -> _Substorm:
        into = ((scene.seconds - events.start[number] * 60) / 60.0).astype(np.float32)
        away = _hours_apart(scene.local_time, events.place.local_time_h[number])
        latitude, strength = events.place.latitude_deg[number], events.intensity[number]
        return cls(scene, into, away, float(latitude), float(strength))

    @property
    def begun(self) -> bool:
        """Whether its onset is before the end of the scene."""
        return bool(self.into_min[-1] > 0)

    def growth(self) -> Array:
        """Return degrees by which arcs move equatorward before the onset and back after it."""
        into = self.into_min
        before = np.clip(1.0 + into / 50.0, 0.0, 1.0) * (into <= 0)
        after = np.exp(-np.maximum(into, 0.0) / 12.0) * (into > 0)
        return np.asarray(-1.8 * self.strength * (before + after) * _bump(self.away_h / 4.0))

    def expansion(self) -> Array:
        """Return the bulge that bursts poleward, widens in local time and fades within the hour."""
        scene, into = self.scene, np.maximum(self.into_min, 0.0)
        poleward = self.latitude_deg + (2.0 + 7.0 * self.strength) * (1.0 - np.exp(-into / 9.0))
        equatorward = self.latitude_deg - 0.3 - 1.6 * (1.0 - np.exp(-into / 18.0))
        width = 0.6 + 3.0 * self.strength * (1.0 - np.exp(-into / 14.0))
        fading = np.exp(-into / (14.0 + 16.0 * self.strength)) * (self.into_min > 0)
        power = 30.0 * self.strength**1.5 * (1.0 - np.exp(-into / 1.0)) * fading
        power = power * _bump(self.away_h / width)
        soft = 0.25 * scene.softness
        inside = _edge((scene.latitude - equatorward) / (1.6 * soft))
        inside = inside * _edge((poleward - scene.latitude) / soft)
        rough = scene.texture(Purpose.TURBULENCE, 0.55, 1.2, 45.0)
        torn = scene.texture(Purpose.TURBULENCE, 1.6, 3.5, 150.0)
        front = _ridge((scene.latitude - poleward + 0.3) / (1.6 * soft))
        light = inside * (0.10 + 1.6 * (rough * torn) ** 1.5) + 0.5 * front * torn
        return np.asarray(power * light / scene.softness**0.5)

    def recovery(self) -> Array:
        """Return the glow that the bulge leaves."""
        into = np.maximum(self.into_min, 0.0)
        glow = (1.0 - np.exp(-into / 12.0)) * np.exp(-into / 40.0) * _bump(self.away_h / 3.5)
        band = _bump((self.scene.latitude - self.latitude_deg - 1.2) / 2.6)
        return np.asarray(3.5 * self.strength * glow * band)


def texture(key: int, purpose: Purpose, x: Array, y: Array, t: Array) -> Array:
    """Return smooth random numbers 0…1 at places ``[p]`` and times ``[t]``: value noise on a lattice.

    Parameters
    ----------
    x, y
        In steps of the lattice, ``[p]`` or ``[1]`` each.
    t
        Likewise, ``[t]``, sorted.
    """
    (i, u), (j, v), (k, w) = _cell(x), _cell(y), _cell(t)
    (i0, i_size), (j0, j_size) = _bounds(i), _bounds(j)
    moments, column = np.unique(np.concatenate([k, k + 1]), return_inverse=True)
    lattice = np.arange(i0, i0 + i_size)[:, None, None] * 1_000_003
    lattice = (lattice + np.arange(j0, j0 + j_size)[:, None]) * 100_000_007 + moments
    values = uniform(key, purpose, lattice.ravel()).astype(np.float32).reshape(-1, len(moments))
    row = (i - i0) * j_size + (j - j0)
    u, v = u[:, None], v[:, None]
    near = (1 - v) * values[row] + v * values[row + 1]
    far = (1 - v) * values[row + j_size] + v * values[row + j_size + 1]
    here = (1 - u) * near + u * far
    before, after = here[:, column[: len(k)]], here[:, column[len(k) :]]
    after -= before
    after *= w
    after += before
    return np.asarray(after)


def _cell(x: Array) -> tuple[NDArray[np.int64], Array]:
    """Return the lattice point below each coordinate, and the eased way to the next."""
    below = np.floor(x)
    share = (x - below).astype(np.float32)
    return below.astype(np.int64), share * share * (3 - 2 * share)


def _bounds(index: NDArray[np.int64]) -> tuple[int, int]:
    """Return the first lattice point that is needed, and how many are."""
    first = int(index.min())
    return first, int(index.max()) - first + 2


@lru_cache(maxsize=8)
def _list_of(kind: str) -> int:
    return next(
        identifier
        for identifier in diary.event_lists()
        if diary.entries()[identifier].source.instrument_type == kind
    )


def _listed(kind: str, first_s: int, stop_s: int) -> Events:
    """Return the listed events of a kind that go on in a period."""
    return diary.event_lists()[_list_of(kind)].events(first_s // 60, stop_s // 60 + 1)


def _hours_apart(local_time: Array, other: Array | float) -> Array:
    """Return hours of local time from `other` to `local_time`, −12…12."""
    return np.asarray((local_time - other + 12.0) % 24.0 - 12.0, dtype=np.float32)


def _night(local_time: Array) -> Array:
    """Return 1 at magnetic midnight, 0 at noon."""
    return np.asarray(0.5 + 0.5 * np.cos(local_time * np.float32(np.pi / 12.0)))


def _bump(x: Array) -> Array:
    return np.asarray(np.exp(-(x * x)))


def _ridge(x: Array) -> Array:
    """Return a sharp crest with wide skirts, as an arc seen through air has."""
    square = x * x
    return np.asarray(np.exp(-square) + 0.12 / (1.0 + 0.15 * square))


def _edge(x: Array) -> Array:
    """Return a step from 0 to 1 around 0, one unit wide."""
    return np.asarray(0.5 + 0.5 * np.tanh(x))
