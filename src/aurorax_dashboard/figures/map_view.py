"""Where a map looks from: views over a pole or of one event, and the map ground they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from aurorax_dashboard.figures.drawing import degrees_text
from aurorax_dashboard.figures.sphere import km_to_degrees, mean_place, wrap_lon
from aurorax_dashboard.figures.theme import palette

FloatArray = NDArray[np.float64]

_DETAILED_BELOW_DEG = 30.0
"""Below this edge outlines are 1 : 50 million (1.7 MB), from it on 1 : 110 million (0.3 MB)."""


@dataclass(frozen=True, slots=True)
class MapView:
    """An azimuthal equal-area view.

    It looks straight down on a centre; directions from there and areas everywhere are true. The map is
    a square whose sides are touched by the circle of angular radius `edge_deg` about the centre.
    """

    name: str
    """As it stands in an address."""
    title: str
    centre_lat: float
    centre_lon: float
    """Longitude of the centre; for one on a pole, the meridian that runs straight down (north pole) or
    straight up (south pole)."""
    edge_deg: float = 45.0

    @property
    def scale(self) -> float:
        """Plotly's projection scale, which is 1 when what it fits by default just fills the square.

        In this projection a point at the angle c from the centre lies at the radius 2 sin(c / 2). By
        default plotly.js fits the latitudes within 90° of the centre's: about a pole that is the
        hemisphere (radius √2), elsewhere it comes to the whole sphere (radius 2).
        """
        fitted = np.sqrt(2) if self.polar else 2
        return float(fitted / (2 * np.sin(np.radians(self.edge_deg) / 2)))

    @property
    def polar(self) -> bool:
        """Whether the view is centred on a pole."""
        return abs(self.centre_lat) == 90

    @property
    def bottom_meridian(self) -> float:
        """Longitude that runs from the centre straight to the bottom."""
        return self.centre_lon if self.centre_lat > 0 else float(wrap_lon(self.centre_lon + 180))

    def project(self, lat: ArrayLike, lon: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return where places lie on the map: right and up of its centre, the edges at −1 and 1."""
        phi, phi0 = np.radians(np.asarray(lat, dtype=float)), np.radians(self.centre_lat)
        east = np.radians(np.asarray(lon, dtype=float) - self.centre_lon)
        cosine = np.sin(phi0) * np.sin(phi) + np.cos(phi0) * np.cos(phi) * np.cos(east)
        stretch = np.sqrt(2 / np.maximum(1 + cosine, 1e-9)) / (
            2 * np.sin(np.radians(self.edge_deg) / 2)
        )
        up = np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(east)
        return stretch * np.cos(phi) * np.sin(east), stretch * up

    @property
    def caption(self) -> str:
        """Projection, centre and orientation, for a corner of the map."""
        if not self.polar:
            centre = degrees_text(self.centre_lat, self.centre_lon)
            return f"Azimuthal equal-area<br>about {centre}, north up"
        pole = "north" if self.centre_lat > 0 else "south"
        return (
            f"Azimuthal equal-area, {pole} pole<br>{_meridian_text(self.bottom_meridian)} at the bottom"
        )


NORTH_AMERICA = MapView("north-america", "North America", 90, -100)
SCANDINAVIA = MapView("scandinavia", "Scandinavia", 90, 20)
ANTARCTICA = MapView("antarctica", "Antarctica", -90, 0)

VIEWS = {view.name: view for view in (NORTH_AMERICA, SCANDINAVIA, ANTARCTICA)}
"""The views over a pole by name, in the order they are offered."""


def view_for(lat: ArrayLike, lon: ArrayLike) -> MapView:
    """Return the view over a pole that shows places best; North America where there are none."""
    middle_lat, middle_lon = mean_place(lat, lon)
    if not np.isfinite(np.asarray(lat, dtype=float)).any():
        return NORTH_AMERICA
    if middle_lat < 0:
        return ANTARCTICA
    distance = {
        view.name: abs(wrap_lon(middle_lon - view.bottom_meridian))
        for view in (NORTH_AMERICA, SCANDINAVIA)
    }
    return VIEWS[min(distance, key=lambda name: distance[name])]


def close_up(lat: float, lon: float, radius_km: float = 1000.0) -> MapView:
    """Return a view of one event: north up, a circle of this radius about the place filling the map."""
    edge = float(np.clip(km_to_degrees(radius_km), 4, 60))
    centre_lat = float(np.clip(lat, -89, 89))
    return MapView("event", "This event", round(centre_lat, 1), round(float(wrap_lon(lon)), 1), edge)


def map_ground(view: MapView, dark: bool) -> dict[str, Any]:
    """Return the ``geo`` part of a layout: projection, outlines and graticule.

    Only rotation and scale place the view; a latitude range would shift the map off its centre.
    """
    colours = palette(dark)
    detailed = view.edge_deg < _DETAILED_BELOW_DEG
    grid = {"showgrid": True, "gridcolor": colours.grid, "gridwidth": 0.7}
    return {
        "projection": {
            "type": "azimuthal equal area",
            "rotation": {"lat": view.centre_lat, "lon": view.centre_lon},
            "scale": view.scale,
        },
        "fitbounds": False,
        "resolution": 50 if detailed else 110,
        "bgcolor": colours.paper,
        "showland": True,
        "landcolor": colours.land,
        "showocean": True,
        "oceancolor": colours.sea,
        "showlakes": True,
        "lakecolor": colours.sea,
        "showcoastlines": True,
        "coastlinecolor": colours.coast,
        "coastlinewidth": 0.7,
        "showcountries": False,
        "showframe": False,
        "lonaxis": {**grid, "dtick": _lon_step(view)},
        "lataxis": {**grid, "dtick": _lat_step(view)},
        "uirevision": view.name if view.polar else f"{view.centre_lat},{view.centre_lon}",
    }


def graticule_labels(view: MapView, dark: bool) -> go.Scattergeo:
    """Return the degrees of the graticule, written where its lines meet the edges of the view."""
    labels = pd.concat([_parallel_labels(view), _meridian_labels(view)])
    return go.Scattergeo(
        lat=labels["lat"],
        lon=labels["lon"],
        text=labels["text"],
        textposition=labels["side"],
        mode="text",
        textfont={"size": 10, "color": palette(dark).muted},
        hoverinfo="skip",
    )


def _parallel_labels(view: MapView) -> pd.DataFrame:
    """Return latitudes: along a diagonal of a view over a pole, along the left edge of others."""
    step = _lat_step(view)
    if view.polar:
        away = np.arange(step, view.edge_deg + step / 2, step)
        lat, lon = np.sign(view.centre_lat) * (90 - away), np.full(len(away), view.bottom_meridian + 45)
    else:
        lat = np.arange(-80, 81, step)
        west = view.centre_lon - np.linspace(0, 90, 361)
        x, y = view.project(lat[:, None], west[None, :])
        nearest = np.abs(x + 0.97).argmin(axis=1)
        rows = np.arange(len(lat))
        within = (np.abs(x[rows, nearest] + 0.97) < 0.05) & (np.abs(y[rows, nearest]) < 0.9)
        lat, lon = lat[within], west[nearest][within]
    side = "middle center" if view.polar else "middle right"
    return pd.DataFrame(
        {"lat": lat, "lon": lon, "text": [_parallel_text(one) for one in lat], "side": side}
    )


def _meridian_labels(view: MapView) -> pd.DataFrame:
    """Return longitudes: at the four sides of a view over a pole, along the lower edge of others."""
    if view.polar:
        lon = view.bottom_meridian + np.arange(0, 360, 90)
        lat = np.full(4, np.sign(view.centre_lat) * (90 - 0.95 * view.edge_deg))
        x, _ = view.project(lat, lon)
        side = np.select([x > 0.3, x < -0.3], ["middle left", "middle right"], "middle center")
    else:
        step = _lon_step(view)
        lon = (np.round(view.centre_lon / step) + np.arange(-6, 7)) * step
        south = view.centre_lat - np.linspace(0, 1.2 * view.edge_deg, 361)
        x, y = view.project(south[None, :], lon[:, None])
        nearest = np.abs(y + 0.95).argmin(axis=1)
        rows = np.arange(len(lon))
        within = (np.abs(y[rows, nearest] + 0.95) < 0.05) & (np.abs(x[rows, nearest]) < 0.85)
        lat, lon = south[nearest][within], lon[within]
        side = np.full(len(lon), "middle center")
    texts = [_meridian_text(float(wrap_lon(one))) for one in lon]
    return pd.DataFrame({"lat": lat, "lon": lon, "text": texts, "side": side})


def _lat_step(view: MapView) -> float:
    return 10.0 if view.edge_deg >= 20 else 5.0 if view.edge_deg >= 8 else 2.0


def _lon_step(view: MapView) -> float:
    return 30.0 if view.edge_deg >= 30 else 2 * _lat_step(view)


def _parallel_text(lat: float) -> str:
    return f"{abs(lat):.0f}° {'N' if lat >= 0 else 'S'}"


def _meridian_text(lon: float) -> str:
    if lon in (0, 180, -180):
        return f"{abs(lon):.0f}°"
    return f"{abs(lon):.0f}° {'E' if lon > 0 else 'W'}"
