"""The table against the tracer that filled it, by class of orbit."""

import numpy as np
import pytest

from aurorax_dashboard.archive.simulation.footprints import HIGH, LOW, refined, trace_feet
from aurorax_dashboard.archive.simulation.geomagnetic import dipole_axis
from aurorax_dashboard.archive.simulation.tracing import OPEN_KM, trace
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, unit_vectors


def everywhere(n: int, nearest_km: float, farthest_km: float) -> np.ndarray:
    rng = np.random.default_rng(int(nearest_km))
    lat, lon = np.degrees(np.arcsin(rng.uniform(-1, 1, n))), rng.uniform(-180, 180, n)
    return unit_vectors(lat, lon) * rng.uniform(nearest_km, farthest_km, n)


@pytest.mark.parametrize(
    ("nearest_km", "farthest_km", "near_km", "far_km"),
    [
        pytest.param(6700, 6900, 2.0, 4.0, id="Swarm, ISS, ELFIN"),
        pytest.param(7150, 7250, 2.0, 4.0, id="DMSP, NOAA"),
        pytest.param(6700, 10_550, 2.0, 4.0, id="ePOP, FAST"),
        pytest.param(10_550, 42_200, 2.5, 6.0, id="RBSP, Arase, GOES"),
        pytest.param(42_200, 76_500, 2.5, 4.0, id="THEMIS"),
    ],
)
@pytest.mark.parametrize("year", [2008.0, 2018.3])
def test_feet_are_those_of_the_tracer(nearest_km, farthest_km, near_km, far_km, year):
    position = everywhere(250, nearest_km, farthest_km)
    feet = trace_feet(position, np.full(250, year))
    north, south = trace(position, year, "northern").foot, trace(position, year, "southern").foot
    # Right at the limit the two may disagree about which lines are open.
    assert (np.isnan(feet.north[0]) != np.isnan(north[0])).mean() < 0.01
    assert (np.isnan(feet.south[0]) != np.isnan(south[0])).mean() < 0.01
    off_north = EARTH_RADIUS_KM * np.linalg.norm(feet.north - north, axis=0)
    off_south = EARTH_RADIUS_KM * np.linalg.norm(feet.south - south, axis=0)
    in_north = dipole_axis(2015.0) @ position > 0
    assert np.nanmax(np.where(in_north, off_north, off_south)) < near_km
    assert np.nanmax(np.where(in_north, off_south, off_north)) < far_km


def test_there_are_no_feet_beyond_the_table():
    feet = trace_feet(np.array([[OPEN_KM * 1.01], [0.0], [0.0]]), np.array([2019.0]))
    assert np.isnan(feet.north).all()
    assert np.isnan(feet.south).all()


def test_feet_move_on_evenly_over_the_model_s_epochs():
    position = np.repeat(unit_vectors(np.array([50.0]), np.array([-100.0])) * 6850.0, 3, axis=1)
    north = trace_feet(position, np.array([2019.99, 2020.0, 2020.01])).north
    assert EARTH_RADIUS_KM * np.linalg.norm(np.diff(north, axis=1), axis=0).max() < 0.05


def test_refining_keeps_what_was_traced_and_goes_over_the_poles():
    lat, lon = np.radians(np.meshgrid(LOW.lat_deg, LOW.lon_deg, indexing="ij"))
    smooth = (np.cos(lat) * np.cos(lon) + np.sin(lat)).astype(np.float32)
    fine = refined(LOW, smooth[:, :, None])[:, :, 0]
    np.testing.assert_allclose(fine[:: LOW.refined, :: LOW.refined], smooth, atol=1e-6)
    fine_lat = np.radians(np.linspace(-90, 90, fine.shape[0]))[:, None]
    fine_lon = np.radians(np.arange(fine.shape[1]) * 360.0 / fine.shape[1])
    np.testing.assert_allclose(fine, np.cos(fine_lat) * np.cos(fine_lon) + np.sin(fine_lat), atol=1e-4)


def test_grids_meet():
    assert HIGH.nearest_km < LOW.farthest_km
    assert HIGH.farthest_km == pytest.approx(OPEN_KM)
    np.testing.assert_allclose(LOW.radius_km[[0, -1]], [LOW.nearest_km, LOW.farthest_km])
