"""What an auroral camera records: aurora seen through air and cloud, with twilight, Moon and horizon.

Directions are those of an all-sky lens that images equal angles as equal lengths, north at the top and
east on the left, as the sky is seen from below. Brightness is turned into grey or colours by what the
instrument is: white light and near infrared in grey, red and blue line in their colour, RGB in all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.catalogue import Site, SourceEntry
from aurorax_dashboard.archive.simulation.aurora import (
    Array,
    Aurora,
    Brightness,
    dipole_coordinates,
    texture,
)
from aurorax_dashboard.archive.simulation.chance import Purpose, uniform
from aurorax_dashboard.archive.simulation.frames import earth_fixed, moon_position_km, sun_direction
from aurorax_dashboard.archive.simulation.sky import cloudiness
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, unit_vectors

Colours = NDArray[np.uint8]

Colour = tuple[float, float, float]
"""Red, green and blue, 0…1."""

EDGE_DEG = 85.0
"""Zenith angle at the edge of an image."""

_J2000_S = 946_728_000
_DAY_S = 86_400
_CLOUD_DRIFT_S = 240.0
_OVERHEAD_DEG = np.linspace(-3.5, 3.5, 9)
"""Dipole latitudes around a site whose aurora lights its clouds."""


@dataclass(frozen=True, slots=True)
class Film:
    """How an instrument sees."""

    height_km: float = 110.0
    """Where the light comes from."""
    softness: float = 1.0
    """How much wider arcs are than in green light."""
    gain: float = 1.0
    tint: Colour | None = (1.0, 1.0, 1.0)
    """Colour of what it sees; None if it sees colours."""


FILMS = {
    "panchromatic ASI": Film(),
    "redline ASI": Film(height_km=230.0, softness=2.4, gain=0.75, tint=(1.0, 0.20, 0.12)),
    "blueline ASI": Film(softness=1.2, gain=0.8, tint=(0.25, 0.42, 1.0)),
    "near-infrared ASI": Film(gain=1.2, tint=(1.0, 0.90, 0.82)),
    "RGB ASI": Film(tint=None),
    "DSLR": Film(gain=1.2, tint=None),
    "spectrograph": Film(gain=1.1, tint=(0.72, 1.0, 0.62)),
}
"""By instrument type."""

_WHITE = (1.0, 1.0, 1.0)
_GREEN = (0.34, 1.0, 0.42)
_RED = (1.0, 0.22, 0.26)
_PINK = (1.0, 0.42, 0.85)
_MAUVE = (0.78, 0.42, 1.0)
_TWILIGHT = (0.42, 0.62, 1.0)
_MOONLIGHT = (0.72, 0.82, 1.0)
_AIRGLOW = (0.35, 0.45, 0.40)
_LIT_CLOUD = (1.0, 0.86, 0.66)


class View:
    """Directions that a camera at a site looks in.

    Parameters
    ----------
    zenith_deg, azimuth_deg
        ``[p]``; azimuth from north through east.
    """

    def __init__(
        self, site: Site, zenith_deg: NDArray[np.float64], azimuth_deg: NDArray[np.float64]
    ) -> None:
        lon = np.radians(site.lon_deg)
        self.zenith_deg = zenith_deg
        self.azimuth_deg = azimuth_deg
        self._up = unit_vectors(np.array(site.lat_deg), np.array(site.lon_deg))
        east = np.array([-np.sin(lon), np.cos(lon), 0.0])
        north = np.cross(self._up, east)
        azimuth = np.radians(azimuth_deg)
        self._level = np.cos(azimuth) * north[:, None] + np.sin(azimuth) * east[:, None]

    @property
    def up(self) -> NDArray[np.float64]:
        """Direction of the zenith, Earth-fixed ``[3]``."""
        return self._up

    @property
    def directions(self) -> NDArray[np.float64]:
        """Directions of sight, Earth-fixed ``[3, p]``."""
        zenith = np.radians(self.zenith_deg)
        return np.asarray(np.cos(zenith) * self._up[:, None] + np.sin(zenith) * self._level)

    def places(self, height_km: float) -> NDArray[np.float64]:
        """Return Earth-fixed unit vectors ``[3, p]`` of what is seen at a height."""
        zenith = np.radians(self.zenith_deg)
        above = np.arcsin(EARTH_RADIUS_KM * np.sin(zenith) / (EARTH_RADIUS_KM + height_km))
        angle = zenith - above
        return np.asarray(np.cos(angle) * self._up[:, None] + np.sin(angle) * self._level)

    @classmethod
    def meridian(cls, site: Site, rows: int) -> View:
        """Return the north-south line through the zenith, ``[rows]`` from north to south."""
        zenith = (1.0 - 2.0 * (np.arange(rows) + 0.5) / rows) * EDGE_DEG
        return cls(site, np.abs(zenith), np.where(zenith >= 0, 0.0, 180.0))

    @classmethod
    def whole_sky(cls, site: Site, size: int) -> tuple[View, NDArray[np.bool_]]:
        """Return the directions within a round image, and which pixels ``[size, size]`` they are."""
        axis = (2.0 * (np.arange(size) + 0.5) / size) - 1.0
        right, down = np.meshgrid(axis, axis)
        radius = np.hypot(right, down)
        inside = radius < 1.0
        azimuth = np.degrees(np.arctan2(-right, -down)) % 360.0
        return cls(site, radius[inside] * EDGE_DEG, azimuth[inside]), inside


class Camera:
    """One instrument of the catalogue that takes pictures.

    Raises
    ------
    KeyError
        If its instrument type takes none.
    """

    def __init__(self, entry: SourceEntry) -> None:
        source = entry.source
        self.identifier = int(source.identifier or 0)
        self.film = FILMS[source.instrument_type or ""]
        self.platform = source.platform or ""
        self.site = catalogue.stations()[self.platform]

    def exposed(self, view: View, seconds: NDArray[np.int64], *, one_meridian: bool = False) -> Colours:
        """Return what is seen in the directions of a view at times since 1970 (sorted).

        Parameters
        ----------
        one_meridian
            Whether the view is of a meridian, which is much quicker.

        Returns
        -------
        Colours
            ``[p, t, 3]``, or ``[p, t]`` if the camera sees grey.
        """
        latitude, longitude = dipole_coordinates(view.places(self.film.height_km), int(seconds[0]))
        if one_meridian:
            longitude = longitude[[len(longitude) // 2]]
        aurora = Aurora(seconds)
        seen = aurora.brightness(latitude, longitude, self.film.softness)
        zenith, here = dipole_coordinates(view.up[:, None], int(seconds[0]))
        overhead = aurora.brightness(zenith + _OVERHEAD_DEG, here, self.film.softness)
        lights = list(_Sky(self.platform, view, seconds).lights(seen, overhead))
        if self.film.tint is None:
            channels = [_added(light * colour[n] for light, colour in lights) for n in range(3)]
            return np.stack([self._developed(channel, view, seconds) for channel in channels], axis=-1)
        grey = self._developed(_added(light for light, _ in lights), view, seconds)
        return grey if self.film.tint == _WHITE else _tinted(grey, self.film.tint)

    def _developed(self, light: Array, view: View, seconds: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return brightness as 0…255: bright parts saturate, dark ones are grainy."""
        shade = 1.0 - np.exp(light * np.float32(-self.film.gain / 9.0))
        count = len(view.zenith_deg)
        index = seconds * 65_536 + np.arange(count)[:, None] * 7
        grain = uniform(self.identifier, Purpose.GRAIN, index).astype(np.float32) - np.float32(0.5)
        shade += grain * (0.015 + 0.03 * shade)
        return np.asarray(np.clip(shade * 255.0, 0.0, 255.0), dtype=np.uint8)


class _Sky:
    """What stands between a camera and the aurora, and what else shines, each ``[p, t]``."""

    def __init__(self, platform: str, view: View, seconds: NDArray[np.int64]) -> None:
        self._key = crc32(platform.encode())
        self._view = view
        self._seconds = seconds
        days = (seconds - _J2000_S) / _DAY_S
        self._sun = sun_direction(days)
        moon = earth_fixed(moon_position_km(days), days)
        self._moon = moon / np.linalg.norm(moon, axis=0)
        cloudy = cloudiness(platform, seconds // 60).astype(np.float32)
        self._overcast = np.clip((cloudy - 0.42) / 0.16, 0.0, 1.0)

    def lights(self, aurora: Brightness, overhead: Brightness) -> Iterator[tuple[Array, Colour]]:
        """Yield everything that shines, with its colour, as it arrives at the lens.

        Parameters
        ----------
        aurora
            In the directions of the view.
        overhead
            In a wide band through the zenith, ``[b, t]``: what lights the clouds from above.
        """
        cloud = self._cloud()
        # Towards the horizon the glowing layer is seen edge on, and through more air.
        cos_zenith = np.cos(np.radians(self._view.zenith_deg)).astype(np.float32)[:, None]
        deep = 1.0 / np.maximum(cos_zenith, 0.2)
        air = deep * np.exp(-0.36 * (deep - 1.0)) * self._above_horizon()
        through = air * (1.0 - 0.93 * cloud)
        yield (aurora.diffuse + aurora.discrete + aurora.pulsating) * through, _GREEN
        lower_edge = aurora.discrete * np.minimum(aurora.discrete / 16.0, 1.0)
        yield 0.55 * lower_edge * through, _PINK
        yield 0.35 * aurora.diffuse * through, _RED
        yield aurora.steve * through, _MAUVE
        yield 0.35 * through, _AIRGLOW
        seen = self._above_horizon()
        twilight, (moonlight, aureole) = self._twilight(), self._moonshine()
        yield twilight * seen, _TWILIGHT
        yield (moonlight + aureole * (1.0 - 0.85 * cloud)) * seen, _MOONLIGHT
        above = (overhead.diffuse + overhead.discrete).mean(axis=0)
        lit = 0.45 + 0.35 * above + 1.3 * moonlight
        yield cloud * lit * seen, _LIT_CLOUD

    def _cloud(self) -> Array:
        """Return how much the clouds hide, 0…1."""
        radius = np.sin(np.radians(self._view.zenith_deg))
        azimuth = np.radians(self._view.azimuth_deg)
        x, y = 2.6 * radius * np.sin(azimuth), 2.6 * radius * np.cos(azimuth)
        pattern = texture(self._key, Purpose.CLOUD_TEXTURE, x, y, self._seconds / _CLOUD_DRIFT_S)
        return np.asarray(np.clip(self._overcast * 1.9 - 1.2 * pattern, 0.0, 1.0))

    def _above_horizon(self) -> Array:
        """Return 0 behind trees and hills, 1 above them, ``[p, 1]``."""
        turn = self._view.azimuth_deg / 360.0 * 24.0
        rough = texture(self._key, Purpose.HORIZON, turn % 24.0, np.zeros(1), np.zeros(1))[:, 0]
        skyline = 80.0 + 4.5 * rough
        clear = np.clip((skyline - self._view.zenith_deg) / 1.2, 0.0, 1.0)
        return np.asarray(clear[:, None], dtype=np.float32)

    def _twilight(self) -> Array:
        """Return scattered sunlight, which falls tenfold with three degrees of the Sun's depth."""
        elevation = np.degrees(np.arcsin(self._view.up @ self._sun))
        glow = 7.0 * 10.0 ** ((elevation + 10.0) / 3.0)
        towards = np.exp(1.1 * (self._view.directions.T @ self._sun)).astype(np.float32)
        return np.asarray(np.minimum(glow, 60.0).astype(np.float32) * towards)

    def _moonshine(self) -> tuple[Array, Array]:
        """Return moonlight scattered evenly, ``[t]``, and the Moon with its aureole, ``[p, t]``."""
        full = (0.5 - 0.5 * np.einsum("in,in->n", self._moon, self._sun)) ** 2
        height = self._view.up @ self._moon
        power = (full * np.sqrt(np.clip(height, 0.0, 1.0))).astype(np.float32)
        away = np.degrees(np.sqrt(2.0 * np.clip(1.0 - self._view.directions.T @ self._moon, 0.0, 2.0)))
        away = away.astype(np.float32)
        return 0.9 * power, power * (2.2 * np.exp(-away / 14.0) + 40.0 * np.exp(-away / 2.2))


def _added(lights: Iterable[Array]) -> Array:
    return reduce(np.add, lights)


def _tinted(grey: NDArray[np.uint8], tint: Colour) -> Colours:
    """Return grey as shades of a colour, which pale where they are brightest."""
    shade = np.arange(256) / 255.0
    pale = np.clip((shade - 0.7) / 0.3, 0.0, 1.0)
    table = np.stack([shade * (part + (1.0 - part) * pale) for part in tint], axis=-1)
    return np.asarray(np.round(table * 255.0), dtype=np.uint8)[grey]
