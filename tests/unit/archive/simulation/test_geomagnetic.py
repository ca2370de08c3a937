"""Our field against an independent implementation with its own copy of the coefficients."""

from datetime import datetime

import numpy as np
import ppigrf
import pytest

from aurorax_dashboard.archive.simulation.geomagnetic import dipole_axes, dipole_axis, field_nt
from aurorax_dashboard.archive.tracks import lat_lon, unit_vectors


@pytest.mark.parametrize("year", [2005, 2010, 2020, 2025, 2030])
def test_field_is_that_of_ppigrf(year):
    rng = np.random.default_rng(year)
    lat, lon = rng.uniform(-89, 89, 1100), rng.uniform(-180, 180, 1100)
    radius = rng.uniform(6400, 30_000, 1100)
    new_year = datetime.fromisoformat(f"{year}-01-01")
    up, south, east = (part[0] for part in ppigrf.igrf_gc(radius, 90 - lat, lon, new_year))
    la, lo = np.radians(lat), np.radians(lon)
    southward = np.stack([np.sin(la) * np.cos(lo), np.sin(la) * np.sin(lo), -np.cos(la)])
    eastward = np.stack([-np.sin(lo), np.cos(lo), np.zeros_like(lo)])
    direction = unit_vectors(lat, lon)
    expected = direction * up + southward * south + eastward * east
    np.testing.assert_allclose(field_nt(direction * radius, float(year)), expected, atol=1e-6)


def test_field_at_the_poles_is_that_beside_them():
    poles = np.array([[0.0, 0.0], [0.0, 0.0], [6500.0, -6500.0]])
    beside = poles + np.array([[1e-6], [0.0], [0.0]])
    np.testing.assert_allclose(field_nt(poles, 2020.0), field_nt(beside, 2020.0), atol=1e-4)


def test_between_epochs_the_field_changes_evenly():
    place = np.array([[7000.0], [100.0], [-300.0]])
    middle = (field_nt(place, 2015.0) + field_nt(place, 2020.0)) / 2
    np.testing.assert_allclose(field_nt(place, 2017.5), middle, rtol=1e-12)


def test_dipole_points_to_the_geomagnetic_pole_of_2020():
    lat, lon = lat_lon(dipole_axis(2020.0)[:, None])
    geodetic = np.degrees(np.arctan(np.tan(np.radians(lat[0])) / 0.99330562))
    # WDC for Geomagnetism, Kyoto: 80.7° N, 72.7° W, to one decimal.
    assert geodetic == pytest.approx(80.7, abs=0.06)
    assert lon[0] == pytest.approx(-72.7, abs=0.06)
    np.testing.assert_allclose(dipole_axes(np.array([2015.0, 2020.0]))[:, 1], dipole_axis(2020.0))
