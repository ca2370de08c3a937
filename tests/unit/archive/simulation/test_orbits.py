import numpy as np
import pytest
from sgp4.api import Satrec

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.simulation import frames
from aurorax_dashboard.archive.simulation.orbits import kepler, mean_elements, position_km
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, MINUTES_PER_DAY, lat_lon

from .conftest import minute

DAY = np.arange(MINUTES_PER_DAY)


def radius(position: np.ndarray) -> np.ndarray:
    return np.linalg.norm(position, axis=0)


@pytest.mark.parametrize("platform", sorted(catalogue.orbits()))
def test_an_ellipse_keeps_its_size_over_decades(platform):
    orbit = next(one for one in catalogue.orbits()[platform] if one.kind != "lunar")
    elements = mean_elements(orbit)
    period = round(2 * MINUTES_PER_DAY / orbit.mean_motion_rev_day)
    for start in (minute("2007-01-01"), minute("2027-06-01")):
        days = frames.j2000_days(start + np.arange(0, period, max(1, period // 4000)))
        distance = radius(kepler(elements, days))
        e = elements.eccentricity
        assert distance.min() == pytest.approx(elements.axis_km * (1 - e), rel=2e-3)
        assert distance.max() == pytest.approx(elements.axis_km * (1 + e), rel=2e-3)
        assert distance.min() > EARTH_RADIUS_KM + 150


def test_near_its_epoch_sgp4_is_followed_and_mean_elements_are_near_it():
    orbit = catalogue.orbits()["dmsp18"][0]
    epoch = round(orbit.epoch_day * MINUTES_PER_DAY)
    minutes = epoch + DAY[::10]
    days = frames.j2000_days(minutes)
    errors, inertial, _ = Satrec.twoline2rv(orbit.line1, orbit.line2).sgp4_array(
        np.full(days.shape, 2451545.0), days
    )
    assert not errors.any()
    here = position_km("dmsp18", minutes)
    np.testing.assert_allclose(here, frames.earth_fixed(inertial.T, days), atol=1e-6)
    mean = frames.earth_fixed(kepler(mean_elements(orbit), days), days)
    assert radius(here - mean).max() < 40


def test_a_plane_in_step_with_the_sun_stays_so():
    orbit = catalogue.orbits()["dmsp17"][0]
    rate = np.degrees(mean_elements(orbit).node_rate)
    assert rate == pytest.approx(360 / 365.2422, abs=0.01)


def test_positions_do_not_depend_on_the_others_asked_for():
    minutes = minute("2019-05-01") + DAY
    for platform in ("mms1", "goes16", "swarmb", "themisb"):
        np.testing.assert_allclose(
            position_km(platform, minutes)[:, 700:701],
            position_km(platform, minutes[700:701]),
            atol=1e-6,
        )


def test_artemis_is_at_the_moon():
    minutes = minute("2019-01-21T05:00") + DAY
    distance = radius(position_km("themisb", minutes))
    assert 340_000 < distance.min() < distance.max() < 430_000


def test_goes_17_drifts_to_its_station():
    lon = [
        float(lat_lon(position_km("goes17", np.array([minute(day)])))[1][0])
        for day in ("2018-10-01", "2018-11-03", "2019-01-01")
    ]
    assert lon[0] == pytest.approx(-89.5)
    assert -137.2 < lon[1] < -89.5
    assert lon[2] == pytest.approx(-137.2)


def test_tracers_pass_gillam_when_they_did():
    lat, lon = lat_lon(position_km("tracers1", np.array([minute("2026-03-09T03:28")])))
    assert lat[0] == pytest.approx(56.4, abs=2.5)
    assert lon[0] == pytest.approx(-94.6, abs=2.5)


def test_an_unknown_platform_is_refused():
    with pytest.raises(KeyError):
        position_km("sputnik", DAY)
