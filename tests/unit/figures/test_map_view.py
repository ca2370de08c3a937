import json
from pathlib import Path

import numpy as np
import pytest

from aurorax_dashboard.figures import map_view, sphere

OUTLINES = Path(__file__).parents[3] / "assets/topojson"
VIEWS = [*map_view.VIEWS.values(), map_view.close_up(60, -112)]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_edge_of_a_view_is_at_its_angle(view):
    lat, lon = sphere.small_circles(view.centre_lat, view.centre_lon, view.edge_deg)

    assert np.hypot(*view.project(lat, lon)) == pytest.approx(np.ones((1, 73)))


@pytest.mark.parametrize("view", map_view.VIEWS.values(), ids=lambda view: view.name)
def test_the_bottom_meridian_runs_down(view):
    x, y = view.project(np.sign(view.centre_lat) * 60.0, view.bottom_meridian)

    assert x == pytest.approx(0, abs=1e-9)
    assert y < 0


def test_east_is_right_below_the_north_pole_and_in_a_close_up():
    for view in (map_view.NORTH_AMERICA, map_view.close_up(60, -100)):
        assert view.project(60, -90)[0] > 0


def test_captions_name_projection_pole_and_bottom():
    assert map_view.NORTH_AMERICA.caption == "Azimuthal equal-area, north pole<br>100° W at the bottom"
    assert map_view.SCANDINAVIA.caption == "Azimuthal equal-area, north pole<br>20° E at the bottom"
    assert map_view.ANTARCTICA.caption == "Azimuthal equal-area, south pole<br>180° at the bottom"
    assert "60.0° N 112.0° W" in map_view.close_up(60, -112).caption


@pytest.mark.parametrize(
    ("lat", "lon", "view"),
    [
        ([60, 56], [-112, -95], map_view.NORTH_AMERICA),
        ([69, 67], [19, 27], map_view.SCANDINAVIA),
        ([-75], [0], map_view.ANTARCTICA),
        ([], [], map_view.NORTH_AMERICA),
        ([np.nan, 69], [0, 19], map_view.SCANDINAVIA),
    ],
)
def test_the_view_follows_what_is_shown(lat, lon, view):
    assert map_view.view_for(lat, lon) == view


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_ground_is_placed_by_rotation_and_scale_alone(view):
    ground = map_view.map_ground(view, dark=False)

    assert ground["projection"]["rotation"] == {"lat": view.centre_lat, "lon": view.centre_lon}
    assert ground["fitbounds"] is False
    assert "range" not in ground["lataxis"]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_outlines_that_a_view_asks_for_are_there(view):
    resolution = map_view.map_ground(view, dark=False)["resolution"]
    outlines = json.loads((OUTLINES / f"world_{resolution}m.json").read_text())

    assert {"coastlines", "land", "ocean", "lakes"} <= set(outlines["objects"])


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_degrees_are_written_within_the_view(view):
    labels = map_view.graticule_labels(view, dark=False)
    x, y = view.project(labels.lat, labels.lon)

    assert len(labels.text) >= 4
    assert np.abs(x).max() <= 1
    assert np.abs(y).max() <= 1
