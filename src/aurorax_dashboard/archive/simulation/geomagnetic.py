"""The Earth's main magnetic field: IGRF-14, evaluated for many points at once.

The potential is a sum of solid harmonics ``V + iW`` of degree up to 13. Its gradient is a linear
combination of harmonics one degree higher (Cunningham, *Celestial Mechanics* 2, 1970; Montenbruck
and Gill, *Satellite Orbits*, 2000, section 3.2.5), so that a field is one recursion, the same for
every epoch, and one matrix product.
"""

from __future__ import annotations

from functools import lru_cache
from math import factorial

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM

Vectors = NDArray[np.float64]
"""Cartesian vectors in the Earth-fixed frame, ``[3, n]``."""

_DEGREE = 13
_HARMONICS = (_DEGREE + 2) * (_DEGREE + 3) // 2
_CHUNK = 512
"""Points evaluated at a time: their harmonics stay in the processor's cache."""


def field_nt(position_km: Vectors, year: float) -> Vectors:
    """Return the main field ``[3, n]`` in nT at `position_km` ``[3, n]``.

    Parameters
    ----------
    year
        Decimal year. Coefficients are linear between the model's epochs, and on beyond them.
    """
    weights = _field_weights(year)
    field = np.empty_like(position_km)
    for first in range(0, position_km.shape[1], _CHUNK):
        at = slice(first, first + _CHUNK)
        harmonics = _solid_harmonics(position_km[:, at])
        field[:, at] = weights @ harmonics.reshape(2 * _HARMONICS, -1)
    return field


def dipole_axis(year: float) -> NDArray[np.float64]:
    """Return the unit vector ``[3]`` towards the north pole of the centred dipole."""
    axis: NDArray[np.float64] = dipole_axes(np.array([year]))[:, 0]
    return axis


def dipole_axes(year: NDArray[np.float64]) -> Vectors:
    """Return unit vectors ``[3, n]`` towards the north pole of the centred dipole at decimal years."""
    model = catalogue.igrf()
    first = {
        int(order): values
        for degree, order, values in zip(model.degree, model.order, model.values_nt, strict=True)
        if degree == 1
    }
    axes = np.stack([-np.interp(year, model.epochs, first[order]) for order in (1, -1, 0)])
    return np.asarray(axes / np.linalg.norm(axes, axis=0))


def _index(degree: int, order: int) -> int:
    """Return the row of a harmonic: by degree, then order."""
    return degree * (degree + 1) // 2 + order


def _solid_harmonics(position_km: Vectors) -> NDArray[np.float64]:
    """Return ``V`` and ``W`` of degrees 0…14 in units of the reference radius, ``[120, 2, n]``."""
    scaled = position_km / EARTH_RADIUS_KM
    squared = np.einsum("in,in->n", scaled, scaled)
    x, y, z = scaled / squared
    harmonics = np.empty((_HARMONICS, 2, position_km.shape[1]))
    harmonics[0, 0] = 1.0 / np.sqrt(squared)
    harmonics[0, 1] = 0.0
    for n in range(1, _DEGREE + 2):
        row = _index(n, 0)
        v, w = harmonics[_index(n - 1, n - 1)]
        harmonics[row + n, 0] = (2 * n - 1) * (x * v - y * w)
        harmonics[row + n, 1] = (2 * n - 1) * (x * w + y * v)
        order = np.arange(n)[:, None, None]
        before = harmonics[_index(n - 1, 0) : row]
        np.multiply((2 * n - 1) / (n - order) * z, before, out=harmonics[row : row + n])
        if n > 1:
            older = harmonics[_index(n - 2, 0) : _index(n - 1, 0)]
            order = order[: n - 1]
            harmonics[row : row + n - 1] -= (n + order - 1) / (n - order) / squared * older
    return harmonics


def _coefficients(year: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Gauss coefficients g and h of `year` in nT, ``[14, 14]`` by degree and order."""
    model = catalogue.igrf()
    last = len(model.epochs) - 2
    after = int(np.clip(np.searchsorted(model.epochs, year, side="right") - 1, 0, last))
    share = (year - model.epochs[after]) / (model.epochs[after + 1] - model.epochs[after])
    g, h = np.zeros((2, _DEGREE + 1, _DEGREE + 1))
    for degree, order, values in zip(model.degree, model.order, model.values_nt, strict=True):
        value = values[after] + share * (values[after + 1] - values[after])
        (h if order < 0 else g)[degree, abs(order)] = value
    return g, h


@lru_cache(maxsize=64)
def _field_weights(year: float) -> NDArray[np.float64]:
    """Return the matrix ``[3, 240]`` that turns solid harmonics into the field in nT."""
    g, h = _coefficients(year)
    weights = np.zeros((3, _HARMONICS, 2))
    for n in range(1, _DEGREE + 1):
        for m in range(n + 1):
            # Gauss coefficients are Schmidt semi-normalised, the recursion's harmonics are not.
            schmidt = np.sqrt((2 if m else 1) * factorial(n - m) / factorial(n + m))
            _add_gradient(weights, n, m, schmidt * g[n, m], schmidt * h[n, m])
    return weights.reshape(3, 2 * _HARMONICS)


def _add_gradient(weights: NDArray[np.float64], n: int, m: int, c: float, s: float) -> None:
    """Add the field (minus the gradient) of the harmonic ``c V + s W`` of degree n and order m."""
    along = _index(n + 1, m)
    weights[2, along] += (n - m + 1) * np.array([c, s])
    up = _index(n + 1, m + 1)
    if m == 0:
        weights[0, up, 0] += c
        weights[1, up, 1] += c
        return
    down, factor = _index(n + 1, m - 1), (n - m + 2) * (n - m + 1) / 2
    weights[0, up] += np.array([c, s]) / 2
    weights[1, up] += np.array([-s, c]) / 2
    weights[0, down] -= factor * np.array([c, s])
    weights[1, down] += factor * np.array([-s, c])
