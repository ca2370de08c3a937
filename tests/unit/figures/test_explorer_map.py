from datetime import UTC, datetime

import numpy as np
import pytest

from aurorax_dashboard.figures.explorer_map import IMAGING, explorer_map, space_colours, view_of
from aurorax_dashboard.figures.sphere import field_of_view_deg
from aurorax_dashboard.figures.theme import palette

WHEN = datetime(2020, 1, 29, 6, 3, tzinfo=UTC)
PROGRAMS = ["dmsp", "noaa", "goes", "themis", "swarm", "elfin", "rbsp", "mms"]


def drawn(view="north-america", *, dark=False, **choices):
    return explorer_map(
        view_of(view), "Northern footprints", WHEN, space_colours(PROGRAMS, dark), dark=dark, **choices
    )


def metas(figure):
    return [trace.meta for trace in figure.data if trace.meta]


def test_there_is_a_track_for_each_colour_and_none_is_that_of_imagers():
    colours = space_colours(PROGRAMS, dark=False)
    tracks = [trace for trace in drawn().data if trace.meta == "tracks"]

    assert IMAGING not in colours.values()
    assert colours["rbsp"] == colours["mms"] == palette(False).muted
    assert {trace.line.color for trace in tracks} == set(colours.values())
    assert len(tracks) == 7


def test_only_the_chosen_layers_are_drawn():
    assert metas(drawn()) == [*["tracks"] * 7, "pair", "ground", "space"]
    everything = metas(drawn(layers=["night", "mlat", "views"], oval=3))
    assert {"night", "oval", "views-on", "views-off"} <= set(everything)


def test_what_is_clicked_lies_above_all_else():
    assert metas(drawn(layers=["night", "mlat", "views", "names"], oval=1))[-2:] == ["ground", "space"]


def test_the_browser_gets_what_it_needs_to_fill_the_traces():
    meta = drawn(layers=["names"], oval=3).layout.meta

    assert meta["radius_deg"] == pytest.approx(field_of_view_deg())
    assert meta["names"] is True
    assert np.shape(meta["oval"]) == (2, 73)
    assert meta["oval"][0][0] == pytest.approx(meta["oval"][0][-1], abs=0.02)
    assert meta["pole"] == pytest.approx([80.59, -72.68], abs=0.01)
    assert drawn().layout.meta["oval"] == []


def test_a_view_over_the_south_has_southern_circles():
    latitudes = [
        np.nanmean(np.array(trace.lat, dtype=float))
        for trace in drawn("antarctica", layers=["mlat"]).data
        if trace.opacity == 0.55
    ]

    assert latitudes[0] < -50


def test_the_globe_is_seen_from_afar():
    assert drawn("globe").layout.geo.projection.type == "orthographic"
    assert drawn("scandinavia").layout.geo.projection.type == "azimuthal equal area"


def test_it_says_whose_its_lines_are():
    said = " ".join(note.text for note in drawn(layers=["mlat"], oval=5).layout.annotations)

    assert "IGRF-14" in said
    assert "Holzworth and Meng (1975), Q 5" in said
    assert "IGRF" not in " ".join(note.text for note in drawn().layout.annotations)


def test_the_browser_can_read_all_positions():
    packed = drawn(layers=["night", "mlat", "views"]).to_json()

    assert "bdata" not in packed
    assert "NaN" not in packed


def test_both_themes_differ():
    assert drawn(dark=True).layout.geo.bgcolor != drawn().layout.geo.bgcolor
