import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurorax_dashboard.figures import sphere

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def test_distance_between_fort_smith_and_gillam():
    assert sphere.great_circle_km(60.0, -111.9, 56.4, -94.7) == pytest.approx(1079, abs=2)


def test_distance_keeps_its_accuracy_between_neighbours():
    one_metre = np.degrees(0.001 / sphere.EARTH_RADIUS_KM)

    assert sphere.great_circle_km(60, 10, 60 + one_metre, 10) == pytest.approx(0.001, rel=1e-4)


def test_distance_across_the_date_line():
    assert sphere.great_circle_km(0, 179, 0, -179) == pytest.approx(
        np.radians(2) * sphere.EARTH_RADIUS_KM
    )


@settings(max_examples=50, deadline=None)
@given(latitudes, longitudes, st.floats(0.01, 179))
def test_every_point_of_a_circle_has_its_distance_also_around_poles(lat, lon, radius):
    circle_lat, circle_lon = sphere.small_circles(lat, lon, radius)

    distances = sphere.great_circle_km(lat, lon, circle_lat, circle_lon)
    assert np.degrees(distances / sphere.EARTH_RADIUS_KM) == pytest.approx(
        np.full((1, 73), radius), abs=1e-5
    )


def test_circles_start_in_the_north_and_run_through_east():
    lat, lon = sphere.small_circles([50.0, 0.0], [10.0, 0.0], 5, points=4)

    assert lat[:, 0] == pytest.approx([55, 5])
    assert lon[1, 1] == pytest.approx(5)
    assert lat.shape == (2, 5)


def test_field_of_view_at_the_horizon_and_at_the_zenith():
    horizon = np.degrees(np.arccos(sphere.EARTH_RADIUS_KM / (sphere.EARTH_RADIUS_KM + 110)))

    assert sphere.field_of_view_deg(0, 110) == pytest.approx(horizon)
    assert sphere.field_of_view_deg(90, 110) == pytest.approx(0, abs=1e-9)


def test_field_of_view_sees_its_edge_at_the_stated_elevation():
    angle = np.radians(sphere.field_of_view_deg(10, 110))
    reach = sphere.EARTH_RADIUS_KM + 110
    upward = reach * np.cos(angle) - sphere.EARTH_RADIUS_KM
    outward = reach * np.sin(angle)

    assert np.degrees(np.arctan2(upward, outward)) == pytest.approx(10)


@settings(max_examples=50, deadline=None)
@given(latitudes, longitudes, latitudes, longitudes)
def test_path_is_even_and_as_long_as_the_distance(lat1, lon1, lat2, lon2):
    lat, lon = sphere.great_circle_path(lat1, lon1, lat2, lon2)
    steps = sphere.great_circle_km(lat[:-1], lon[:-1], lat[1:], lon[1:])

    assert steps.sum() == pytest.approx(float(sphere.great_circle_km(lat1, lon1, lat2, lon2)), abs=1e-3)
    assert np.ptp(steps) < 1e-3


def test_bearing_leads_to_the_destination():
    bearing = sphere.bearing_deg(60, -112, 65, -100)
    lat, lon = sphere.destination(
        60, -112, bearing, float(sphere.great_circle_km(60, -112, 65, -100)) / 6371.2 * 180 / np.pi
    )

    assert (float(lat), float(lon)) == pytest.approx((65, -100))


@pytest.mark.parametrize(
    ("time", "lat", "lon"),
    [
        ("2019-03-20T21:58", 0.0, -147.6),  # equinox; equation of time −7.5 min
        ("2019-06-21T15:54", 23.44, -58.0),  # solstice; −1.8 min
        ("2019-11-03T12:00", -15.0, -4.1),  # the Sun is earliest: +16.4 min
    ],
)
def test_sun_stands_where_the_almanac_says(time, lat, lon):
    sun_lat, sun_lon = sphere.subsolar_point(pd.Timestamp(time, tz="UTC"))

    assert sun_lat == pytest.approx(lat, abs=0.1)
    assert sun_lon == pytest.approx(lon, abs=0.15)


@pytest.mark.parametrize("altitude", [0.0, -12.0])
def test_night_ends_where_the_sun_has_the_altitude(altitude):
    time = pd.Timestamp("2019-01-01T06:00", tz="UTC")
    sun = sphere.subsolar_point(time)
    lat, lon = sphere.night(time, altitude)

    away = np.degrees(sphere.great_circle_km(*sun, lat, lon) / sphere.EARTH_RADIUS_KM)
    assert 90 - away == pytest.approx(np.full(len(lat), altitude), abs=1e-6)


def test_mean_place_crosses_the_date_line_and_ignores_what_is_unknown():
    assert sphere.mean_place([60, 60, np.nan], [170, -170, 0])[1] == pytest.approx(180)
    assert sphere.mean_place([], []) == (90.0, 0.0)
