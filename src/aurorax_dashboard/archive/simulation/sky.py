"""What an auroral camera sees: clouds that come and go, aurora, and what classifiers make of it.

Clouds belong to a place, so that all instruments there share them; activity belongs to the time. Both
wander smoothly over hours. Simulated throughout: no image was looked at.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.catalogue import Site
from aurorax_dashboard.archive.simulation.chance import Purpose, Reals, smooth, uniform
from aurorax_dashboard.archive.simulation.frames import (
    earth_fixed,
    j2000_days,
    magnetic,
    moon_position_km,
    sun_direction,
)
from aurorax_dashboard.archive.tracks import MinuteArray, unit_vectors

_HOUR = 60
_BLOCK = 10
"""Minutes that the cloud and APA models classify at a time."""

_CLOUDY_ABOVE = 0.52
_NOT_CLASSIFIED = 0.02
_EVERYWHERE = 0
"""Key of what does not depend on the place."""


def cloudiness(platform: str, minutes: MinuteArray) -> Reals:
    """Return how cloudy the sky is over a place, 0…1."""
    key = crc32(platform.encode())
    slow = smooth(key, Purpose.WEATHER_SLOW, minutes, 30 * _HOUR)
    return 0.7 * slow + 0.3 * smooth(key, Purpose.WEATHER_FAST, minutes, 3 * _HOUR)


def activity(minutes: MinuteArray) -> Reals:
    """Return how active the aurora is, 0…1, everywhere alike."""
    slow = smooth(_EVERYWHERE, Purpose.ACTIVITY_SLOW, minutes, 40 * _HOUR)
    return 0.5 * slow + 0.5 * smooth(_EVERYWHERE, Purpose.ACTIVITY_FAST, minutes, 90)


class Sky:
    """The sky over one camera at some minutes, and how it is classified there.

    Parameters
    ----------
    identifier
        Of the camera; its classifiers err on their own.
    platform, site
        Where it is.
    minutes
        Since 1970, ``[n]``.
    """

    def __init__(self, identifier: int, platform: str, site: Site, minutes: MinuteArray) -> None:
        self._identifier = identifier
        self._platform = platform
        self._zenith = unit_vectors(np.array(site.lat_deg), np.array(site.lon_deg))
        self._minutes = minutes
        self._block = minutes // _BLOCK

    def cloud_class(self) -> NDArray[np.str_]:
        """Return the answer of the cloud classifier, ``[n]``, the same for ten minutes."""
        answer = np.where(self._cloud_margin() > 0, "classified as cloudy", "classified as not cloudy")
        return np.where(self._unclassified(0), "not classified", answer)

    def cloud_confidence(self) -> NDArray[np.object_]:
        """Return how sure it was in percent, ``[n]``; None where not classified."""
        return self._confidence(np.abs(self._cloud_margin()), 0)

    def apa_class(self) -> NDArray[np.str_]:
        """Return the answer of the classifier of amorphous pulsating aurora (APA), ``[n]``."""
        answer = np.where(self._apa_margin() > 0, "classified as APA", "classified as not APA")
        return np.where(self._unclassified(1), "not classified", answer)

    def apa_confidence(self) -> NDArray[np.object_]:
        """Return how sure it was in percent, ``[n]``; None where not classified."""
        return self._confidence(np.abs(self._apa_margin()), 1)

    def oath_class(self) -> NDArray[np.str_]:
        """Return the kind of aurora by the OATH classifier, ``[n]``, minute by minute."""
        minutes = self._minutes
        form = uniform(self._identifier, Purpose.FORM, minutes)
        active = activity(minutes) + 0.1 * (form - 0.5)
        answer = np.select(
            [
                cloudiness(self._platform, minutes) + 0.06 * (form - 0.5) > _CLOUDY_ABOVE,
                self._moonlit() & (form > 0.6),
                active < 0.38,
                active < 0.52,
                active < 0.66,
            ],
            [
                "classified as cloudy",
                "classified as moon",
                "classified as no aurora",
                "classified as diffuse",
                "classified as arc",
            ],
            "classified as discrete",
        )
        return np.where(form < _NOT_CLASSIFIED / 2, "not classified", answer)

    def _cloud_margin(self) -> Reals:
        """Return how far the sky is on the cloudy side, block by block."""
        return cloudiness(self._platform, self._block * _BLOCK + _BLOCK // 2) - _CLOUDY_ABOVE

    def _apa_margin(self) -> Reals:
        """Return how far the aurora is on the pulsating side; it pulsates after midnight."""
        middle = self._block * _BLOCK + _BLOCK // 2
        zenith = np.repeat(self._zenith[:, None], len(middle), axis=1)
        time = magnetic(zenith, j2000_days(middle)).local_time_h
        morning = np.exp(-(((time - 3.0) / 3.0) ** 2))
        whim = 0.25 * (smooth(self._identifier, Purpose.PULSATING, middle, 40) - 0.5)
        hidden = np.where(self._cloud_margin() > 0, 0.5, 0.0)
        return morning * (0.35 + activity(middle)) + whim - hidden - 0.85

    def _unclassified(self, model: int) -> NDArray[np.bool_]:
        chance = uniform(self._identifier, Purpose.UNCLASSIFIED, 2 * self._block + model)
        unclassified: NDArray[np.bool_] = chance < _NOT_CLASSIFIED
        return unclassified

    def _confidence(self, margin: Reals, model: int) -> NDArray[np.object_]:
        """Return percentages that come near 100 where the answer is clear."""
        doubt = uniform(self._identifier, Purpose.CONFIDENCE, 2 * self._block + model)
        percent = np.round(100.0 - 45.0 * doubt**2 * np.exp(-margin / 0.05), 2).astype(object)
        percent[self._unclassified(model)] = None
        return percent

    def _moonlit(self) -> NDArray[np.bool_]:
        """Return where a Moon more than half full stands more than 10° high."""
        days = j2000_days(self._minutes)
        moon = earth_fixed(moon_position_km(days), days)
        moon /= np.linalg.norm(moon, axis=0)
        sun = sun_direction(days)
        high = np.einsum("i,in->n", self._zenith, moon) > np.sin(np.radians(10.0))
        bright: NDArray[np.bool_] = high & (np.einsum("in,in->n", moon, sun) < 0.0)
        return bright
