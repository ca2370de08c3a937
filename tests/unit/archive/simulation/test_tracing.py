import numpy as np
import pytest

from aurorax_dashboard.archive.simulation import tracing
from aurorax_dashboard.archive.simulation.tracing import altitude, conjugate, surface_radius_km, trace
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, lat_lon, unit_vectors


def sphere(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return unit_vectors(np.degrees(np.arcsin(rng.uniform(-0.95, 0.95, n))), rng.uniform(-180, 180, n))


def km(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return EARTH_RADIUS_KM * np.linalg.norm(a - b, axis=0)


def test_surface_is_the_ellipsoid():
    x = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]])
    np.testing.assert_allclose(surface_radius_km(x), [6378.137, 6356.752])
    np.testing.assert_allclose(altitude(np.array([[6478.137], [0.0], [0.0]])), [100.0])


def test_a_shorter_step_leads_to_the_same_feet(monkeypatch):
    position = sphere(150, 1) * 6850.0
    coarse = [trace(position, 2019.0, half).foot for half in ("northern", "southern")]
    monkeypatch.setattr(tracing, "_STEP", tracing._STEP / 2)
    fine = [trace(position, 2019.0, half).foot for half in ("northern", "southern")]
    for a, b in zip(coarse, fine, strict=True):
        np.testing.assert_array_equal(np.isnan(a), np.isnan(b))
        assert np.nanmax(km(a, b)) < 0.04


def test_going_to_the_other_end_and_back_returns():
    lat, lon = np.array([56.4, -40.0, 20.0]), np.array([-94.6, 100.0, 10.0])
    start = unit_vectors(lat, lon)
    there = conjugate(start, 2019.0).foot
    assert km(conjugate(there, 2019.0).foot, start).max() < 0.1
    assert km(there, start).min() > 500


def test_conjugate_at_the_surface_is_near_that_of_aacgm():
    far = conjugate(
        unit_vectors(np.array([56.376723]), np.array([-94.643664])), 2019.0, altitude_km=0.0
    )
    lat, lon = lat_lon(far.foot)
    assert lat[0] == pytest.approx(-72.796, abs=0.1)
    assert lon[0] == pytest.approx(-134.983, abs=1.0)


def test_a_line_of_the_polar_cap_is_open():
    position = unit_vectors(np.array([85.0]), np.array([-80.0])) * 6850.0
    assert np.isnan(trace(position, 2019.0, "southern").foot).all()
    assert np.isfinite(trace(position, 2019.0, "northern").foot).all()
