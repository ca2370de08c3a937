import numpy as np
import pytest

from aurorax_dashboard.archive.simulation import frames
from aurorax_dashboard.archive.tracks import lat_lon

from .conftest import minute


def days(time: str) -> np.ndarray:
    return frames.j2000_days(np.array([minute(time)]))


def test_sidereal_time_of_meeus():
    # Astronomical Algorithms, example 12.b: 1987-04-10T19:21 UT, 8h 34m 57.0896s.
    angle = np.degrees(frames.sidereal_angle(days("1987-04-10T19:21")))
    assert angle[0] == pytest.approx(128.7378734, abs=1e-5)


@pytest.mark.parametrize(
    ("time", "lat"),
    [("2019-06-21T15:54", 23.44), ("2019-12-22T04:19", -23.44), ("2019-03-20T21:58", 0)],
)
def test_sun_stands_over_the_tropics_at_the_solstices(time, lat):
    assert lat_lon(frames.sun_direction(days(time)))[0][0] == pytest.approx(lat, abs=0.02)


def test_sun_is_over_greenwich_at_noon_but_for_the_equation_of_time():
    lon = lat_lon(frames.sun_direction(days("2019-11-03T12:00")))[1][0]
    assert lon == pytest.approx(-16.45 / 4, abs=0.03)  # 16 min 27 s early on 3 November


def test_moon_of_meeus():
    # Astronomical Algorithms, example 47.a: 1992-04-12, ascension 134.688°, declination 13.768°.
    moon = frames.moon_position_km(days("1992-04-12"))
    lat, lon = lat_lon(moon)
    assert lat[0] == pytest.approx(13.768, abs=0.3)
    assert lon[0] == pytest.approx(134.688, abs=0.3)
    assert np.linalg.norm(moon) == pytest.approx(368_410, rel=0.01)


def test_the_sun_lies_on_the_axis_of_gsm_and_the_frame_is_orthogonal():
    when = frames.j2000_days(minute("2019-01-01") + np.arange(0, 500_000, 9_999))
    sun = frames.gsm(frames.sun_direction(when), when)
    np.testing.assert_allclose(sun, np.array([[1.0], [0.0], [0.0]]) * np.ones(len(when)), atol=1e-12)
    any_vector = np.repeat([[1.0], [2.0], [-3.0]], len(when), axis=1)
    turned = frames.gsm(any_vector, when)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=0), np.sqrt(14.0))


def test_magnetic_noon_is_towards_the_sun():
    when = days("2019-01-01T20:00")
    sun = frames.sun_direction(when)
    assert frames.magnetic(sun, when).local_time_h[0] == pytest.approx(12.0)
    midnight = frames.magnetic(-sun, when).local_time_h[0] % 24
    assert min(midnight, 24 - midnight) == pytest.approx(0.0, abs=1e-9)


def test_decimal_years_begin_with_the_year():
    assert frames.decimal_year(np.array([minute("2020-01-01")]))[0] == pytest.approx(2020.0, abs=0.003)
