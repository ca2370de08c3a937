import io
from datetime import datetime

import numpy as np
import pytest
from PIL import Image

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.simulation import diary, pictures
from aurorax_dashboard.archive.simulation.aurora import Aurora, dipole_coordinates
from aurorax_dashboard.archive.simulation.camera import EDGE_DEG, Camera, View
from aurorax_dashboard.archive.simulation.frames import j2000_days, magnetic_direction
from aurorax_dashboard.archive.simulation.keograms import SIZES, keogram
from aurorax_dashboard.archive.simulation.pictures import draw, draw_thumbnail, media_type
from aurorax_dashboard.archive.simulation.products import LINES, Piece, SimulatedProducts, find_piece
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, lat_lon, unit_vectors

from .conftest import GILLAM, minute

TREX_RGB_GILL, REGO_GILL, RIOMETER_GILL, TREX_SPECTROGRAPH = 103, 100003, 100006, 95
ONE_OF_EACH = {"THEMIS": GILLAM, "TREx RGB": TREX_RGB_GILL, "REGO": REGO_GILL}
STAMP_ROWS = 24


def pieces(identifier: int, day: str) -> dict[str, Piece]:
    """Return the products of a day by kind; of hourly ones that of 7 UT."""
    start = datetime.fromisoformat(day)
    found = SimulatedProducts().products(identifier, start, start.replace(hour=23, minute=59))
    made = [find_piece(product.url.removeprefix("/data/")) for product in found]
    return {f"{p.line.type} {p.line.variant}": p for p in made if p.hour in {None, 7}}


def opened(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file))


def pixels(piece: Piece) -> np.ndarray:
    return np.asarray(keogram(piece)).astype(float)


@pytest.mark.parametrize("identifier", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_a_daily_keogram_has_a_column_for_each_minute_and_is_black_where_nothing_was_seen(identifier):
    piece = pieces(identifier, "2019-01-08")["keogram daily"]
    seen = pixels(piece)
    assert seen.shape[:2] == (SIZES["daily"].rows, MINUTES_PER_DAY)
    working = diary.present(identifier, piece.first, piece.last + 1)
    above_stamp = seen[:-STAMP_ROWS].reshape(len(seen) - STAMP_ROWS, MINUTES_PER_DAY, -1)
    assert above_stamp[:, ~working].max() == 0
    assert (above_stamp[:, working].max(axis=(0, 2)) > 10).all()


def test_colours_are_those_of_the_instrument():
    day = "2019-01-08"
    assert keogram(pieces(GILLAM, day)["keogram daily"]).mode == "L"
    red, green, blue = pixels(pieces(REGO_GILL, day)["keogram daily"]).mean(axis=(0, 1))
    assert red > 1.5 * max(green, blue)
    night = pixels(pieces(TREX_RGB_GILL, day)["keogram daily"])[:-STAMP_ROWS, 200:700]
    red, green, blue = night.mean(axis=(0, 1))
    assert green > 1.2 * max(red, blue)


def test_it_brightens_with_twilight_at_the_end_of_the_night():
    piece = pieces(GILLAM, "2019-01-08")["keogram daily"]
    seen = pixels(piece)[:-STAMP_ROWS]
    last = np.flatnonzero(diary.present(GILLAM, piece.first, piece.first + 900))[-1]
    assert seen[:, last].mean() > 3 * seen[:, last - 40].mean()


def test_neighbouring_columns_are_alike_and_distant_ones_are_not():
    seen = pixels(pieces(GILLAM, "2019-01-07")["keogram daily"])[:-STAMP_ROWS, 100:700]

    def likeness(apart: int) -> float:
        return float(np.corrcoef(seen[:, apart:].ravel(), seen[:, :-apart].ravel())[0, 1])

    assert likeness(1) > 0.85
    assert likeness(1) > likeness(10) > likeness(120)


@pytest.mark.parametrize(
    ("platform", "first", "last"),
    [("pinawa", 0, 20), ("fort smith", 2, 60), ("rankin inlet", 60, 101), ("taloyoak", 80, 101)],
)
def test_the_oval_is_north_of_southern_sites_and_south_of_northern_ones(platform, first, last):
    line = View.meridian(catalogue.stations()[platform], 101)
    seconds = np.arange(minute("2019-01-05T03:00"), minute("2019-01-05T10:00"), 5) * 60
    latitude, longitude = dipole_coordinates(line.places(110.0), int(seconds[0]))
    light = Aurora(seconds).brightness(latitude, longitude[[50]]).diffuse.mean(axis=1)
    assert first <= int(np.argmax(light)) < last


def test_a_substorm_brightens_the_sky_poleward_of_its_onset():
    events = diary.event_lists()[100013].events(minute("2019-01-01"), minute("2019-12-31"))
    strongest = events.at(np.array([np.argmax(events.intensity)]))
    onset = strongest.start
    here = magnetic_direction(strongest.place, j2000_days(onset))
    latitude, longitude = dipole_coordinates(here, int(onset[0]) * 60)
    assert latitude == pytest.approx(strongest.place.latitude_deg)
    north = latitude + np.linspace(0.0, 5.0, 21)
    seconds = (onset[0] + np.arange(-10, 30)) * 60
    light = Aurora(seconds).brightness(north, longitude).discrete.mean(axis=0)
    assert light[14:20].mean() > 2.0 * light[:9].mean()


def test_two_cameras_at_one_place_see_the_same_arcs():
    day = "2019-01-07"
    grey = pixels(pieces(GILLAM, day)["keogram daily"])[:-STAMP_ROWS, 200:600]
    coloured = pixels(pieces(TREX_RGB_GILL, day)["keogram daily"])[:-STAMP_ROWS, 200:600].mean(axis=2)
    assert np.corrcoef(grey.ravel(), coloured.ravel())[0, 1] > 0.9


@pytest.mark.parametrize(
    "identifier", [GILLAM, TREX_RGB_GILL, REGO_GILL, RIOMETER_GILL, TREX_SPECTROGRAPH, 175, 373]
)
def test_every_kind_of_file_can_be_opened_is_marked_and_always_the_same(identifier):
    found = pieces(identifier, "2019-01-08")
    assert found
    for name, piece in found.items():
        file = draw(piece)
        picture = opened(file)
        assert picture.get_format_mimetype() == media_type(piece)
        assert name == "movie real-time daily" or file == draw(piece), name
        assert len(file) < 800_000
        if media_type(piece) == "image/png":
            assert "SIMULATED" in picture.text["Description"]
        small = opened(draw_thumbnail(piece))
        assert small.width <= 360
        assert small.format == "PNG"


def test_the_mark_is_written_into_the_picture(monkeypatch):
    piece = pieces(GILLAM, "2019-01-08")["keogram daily"]
    marked = pixels(piece)
    monkeypatch.setattr("aurorax_dashboard.archive.simulation.keograms.stamped", lambda p, _: p)
    plain = pixels(piece)
    changed = np.argwhere(marked != plain)
    rows, columns = changed.min(axis=0), changed.max(axis=0)
    assert len(changed) > 500
    assert rows[0] >= marked.shape[0] - STAMP_ROWS
    assert columns[1] > marked.shape[1] - 20


def test_a_movie_moves_and_is_always_the_same():
    file = draw(pieces(GILLAM, "2019-01-08")["movie real-time daily"])
    assert file == draw(pieces(GILLAM, "2019-01-08")["movie real-time daily"])
    movie = opened(file)
    assert movie.n_frames > 60
    movie.seek(30)
    early = np.asarray(movie.convert("L")).astype(float)
    movie.seek(50)
    assert np.abs(np.asarray(movie.convert("L")) - early).mean() > 1


def test_a_movie_of_a_day_with_few_minutes_has_a_frame(monkeypatch):
    def almost_nothing(identifier: int, start: int, stop: int) -> np.ndarray:
        return np.arange(start, stop) % MINUTES_PER_DAY == 301

    piece = pieces(GILLAM, "2019-01-08")["movie real-time daily"]
    monkeypatch.setattr(pictures.diary, "present", almost_nothing)
    assert getattr(opened(draw(piece)), "n_frames", 1) == 1


def test_a_meridian_runs_from_north_to_south_over_the_site():
    site = catalogue.stations()["gillam"]
    lat, lon = lat_lon(View.meridian(site, 101).places(110.0))
    assert (np.diff(lat) < 0).all()
    np.testing.assert_allclose(lon, site.lon_deg, atol=1e-6)
    assert lat[50] == pytest.approx(site.lat_deg, abs=1e-6)
    assert 5 < lat[0] - site.lat_deg < 8


def test_a_view_of_the_whole_sky_has_north_at_the_top_and_east_on_the_left():
    site = catalogue.stations()["gillam"]
    view, inside = View.whole_sky(site, 41)
    lat, lon = (np.full(inside.shape, np.nan) for _ in range(2))
    lat[inside], lon[inside] = lat_lon(view.places(110.0))
    assert lat[2, 20] > site.lat_deg + 2
    assert lon[20, 2] > site.lon_deg + 2
    assert view.zenith_deg.max() < EDGE_DEG
    assert view.zenith_deg.min() == pytest.approx(0.0, abs=0.1)


def test_the_zenith_of_a_keogram_is_that_of_the_whole_sky():
    camera = Camera(diary.entries()[GILLAM])
    seconds = np.arange(minute("2019-01-05T05:00"), minute("2019-01-05T05:10")) * 60
    zenith = View(camera.site, np.array([0.0, 30.0]), np.array([0.0, 90.0]))
    line = View.meridian(camera.site, 101)
    one = camera.exposed(zenith, seconds)[0].astype(float)
    other = camera.exposed(line, seconds, one_meridian=True)[50].astype(float)
    np.testing.assert_allclose(one, other, atol=8)


def test_instruments_that_take_no_pictures_have_no_keograms():
    with pytest.raises(KeyError):
        Camera(diary.entries()[RIOMETER_GILL])
    assert all(line.type == "summary_plot" for line in LINES["go-canada riometer"])


def test_dipole_coordinates_turn_with_the_earth():
    here = unit_vectors(np.array([56.4]), np.array([-94.6]))
    now, later = (dipole_coordinates(here, 60 * minute(t)) for t in ("2019-01-01", "2019-01-01T09:00"))
    np.testing.assert_allclose(now, later, atol=1e-3)
