import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.figures import polar_map, sphere
from aurorax_dashboard.figures.map_view import ANTARCTICA, NORTH_AMERICA
from aurorax_dashboard.figures.polar_map import conjunction_map


def traces(drawing, **wanted):
    return [
        trace
        for trace in drawing.figure.data
        if all(getattr(trace, key) == value for key, value in wanted.items())
    ]


def footprint_trace(drawing):
    (trace,) = traces(drawing, name="Closest approach")
    return trace


def circles(drawing, dash=None):
    return [
        trace
        for trace in traces(drawing, mode="lines")
        if trace.line.dash == dash and len(trace.lat) > 70
    ]


def texts(drawing):
    return [str(text) for trace in drawing.figure.data if trace.text is not None for text in trace.text]


def test_a_click_on_a_footprint_tells_its_row(result):
    trace = footprint_trace(conjunction_map(result.places, result.footprints, limit_km=500))

    row_of = dict(zip(trace.customdata, trace.marker.color, strict=True))
    assert row_of == {0: 319, 1: 207, 2: 490}


def test_the_nearest_lies_on_top_and_the_scale_ends_at_the_limit(result):
    trace = footprint_trace(conjunction_map(result.places, result.footprints, limit_km=500))

    assert list(trace.customdata) == [2, 0, 1]
    assert (trace.marker.cmin, trace.marker.cmax) == (0, 500)


def test_hovers_say_when_in_utc_and_how_far(result):
    trace = footprint_trace(conjunction_map(result.places, result.footprints))

    assert trace.hovertext[-1] == "<b>Swarm A</b><br>2019-01-01 09:55 UTC<br>207 km<br>61.0° N 108.6° W"


def test_fields_of_view_and_search_radius_are_circles_around_places(result):
    drawing = conjunction_map(result.places.iloc[:1], result.footprints, limit_km=800)
    (view,), (radius,) = circles(drawing), circles(drawing, "dash")

    for trace, km in ((view, np.radians(sphere.field_of_view_deg()) * 6371.2), (radius, 800)):
        distances = sphere.great_circle_km(60.0, -111.9, trace.lat[:-1], trace.lon[:-1])
        assert distances == pytest.approx(np.full(len(distances), km))


def test_no_limit_no_dashed_circle_and_no_mention_of_one(result):
    drawing = conjunction_map(result.places, result.footprints)

    assert not circles(drawing, "dash")
    assert not any("Dashed" in note.text for note in drawing.figure.layout.annotations)


def test_own_locations_have_no_program_and_no_field_of_view(result):
    place = result.places.iloc[:1].assign(program=None, source_type=None, label="here")
    drawing = conjunction_map(place, result.footprints)

    assert "here" in texts(drawing)
    assert not circles(drawing)


def test_the_selected_conjunction_stands_out(result):
    drawing = conjunction_map(
        result.places, result.footprints, selected=1, sources=[1, 10], limit_km=500
    )
    trace = footprint_trace(drawing)
    chosen = list(trace.customdata).index(1)

    assert trace.marker.size[chosen] == max(trace.marker.size)
    assert sorted(trace.marker.opacity)[-2] < trace.marker.opacity[chosen]
    assert "207 km" in "".join(texts(drawing))
    assert "Selected: Swarm A, 2019-01-01 09:55 UTC, 207 km" in drawing.summary


def test_the_arc_of_closest_approach_joins_the_pair_whose_distance_it_is(result):
    places = result.places.assign(lat=[60.0, 60.01], lon=[-111.9, -111.9])  # neighbours, 1 km apart
    footprint = result.footprints.iloc[[1]]
    km = float(sphere.great_circle_km(60.01, -111.9, 61.0, -108.6))
    drawing = conjunction_map(
        places, footprint.assign(min_distance_km=km), selected=1, sources=[1, 2, 10]
    )
    arcs = [trace for trace in traces(drawing, mode="lines") if len(trace.lat) == 25]

    assert [sorted((round(arc.lat[0], 2), round(arc.lat[-1], 2))) for arc in arcs] == [[60.01, 61.0]]


def test_tracks_are_thick_inside_and_point_ahead(result):
    drawing = conjunction_map(
        result.places, result.footprints, selected=1, sources=[1, 10], tracks=result.tracks
    )
    lines = [trace for trace in traces(drawing, mode="lines") if len(trace.lat) == 11]
    thick = max(lines, key=lambda trace: trace.line.width)
    (head,) = (trace for trace in traces(drawing, mode="lines") if len(trace.lat) == 3)

    assert np.isfinite(np.array(thick.lat, dtype=float)).sum() == 2
    assert head.lat[1] == pytest.approx(result.tracks["lat"].iloc[-1])
    assert max(head.lat[0], head.lat[2]) < head.lat[1]  # it flies north
    assert "Swarm A" in texts(drawing)


def test_tracks_that_stand_still_or_are_unknown_are_not_drawn(result):
    still = result.tracks.assign(lat=60.0, lon=-111.9)
    unknown = result.tracks.assign(lat=np.nan)

    for tracks in (still, unknown):
        drawing = conjunction_map(result.places, result.footprints, tracks=tracks)
        assert "Swarm A" not in texts(drawing)


def test_what_is_not_drawn_is_said(result, monkeypatch):
    monkeypatch.setattr(polar_map, "MAX_FOOTPRINTS", 10)
    many = pd.concat([result.footprints] * 20, ignore_index=True).assign(n=range(60))
    drawing = conjunction_map(result.places, many, selected=59, sources=[2, 11])

    assert drawing.figure.layout.meta == {"shown": 11, "of": 60}
    assert 59 in footprint_trace(drawing).customdata
    subtitle = conjunction_map(result.places, many, selected=59, of=900).figure.layout.title.subtitle
    assert subtitle.text.endswith("; 11 of 900 drawn")
    unselected = conjunction_map(result.places, many)
    assert unselected.figure.layout.title.subtitle.text == "10 of 60 drawn, evenly thinned"


def test_ground_sources_among_the_footprints_are_drawn_once(result):
    with_ground = pd.concat(
        [result.footprints, result.footprints.iloc[:1].assign(identifier=1, name="THEMIS-ASI FSMI")]
    )

    assert len(footprint_trace(conjunction_map(result.places, with_ground)).lat) == 3


def test_no_conjunctions_still_draw_the_map(result):
    drawing = conjunction_map(result.places, result.footprints.iloc[:0], limit_km=500)

    assert "FSMI" in texts(drawing)
    assert any("No conjunctions" in note.text for note in drawing.figure.layout.annotations)
    assert "No conjunctions; 2 ground places" in drawing.summary


def test_colours_are_explained_only_where_there_are_any(result):
    def notes(footprints):
        drawing = conjunction_map(result.places, footprints, limit_km=500, of=3)
        return [note.text for note in drawing.figure.layout.annotations]

    assert any("Minimum distance, km" in text for text in notes(result.footprints))
    assert not any("Minimum distance, km" in text for text in notes(result.footprints.iloc[:0]))


def test_the_view_is_kept_through_a_selection(result):
    one = conjunction_map(result.places, result.footprints, view=NORTH_AMERICA)
    two = conjunction_map(result.places, result.footprints, view=NORTH_AMERICA, selected=1)
    other = conjunction_map(result.places, result.footprints, view=ANTARCTICA)

    assert one.figure.layout.uirevision == two.figure.layout.uirevision
    assert one.figure.layout.uirevision != other.figure.layout.uirevision


def test_night_is_shaded_on_request_and_named(result):
    drawing = conjunction_map(
        result.places, result.footprints, night_at=pd.Timestamp("2019-01-01T06:00", tz="UTC")
    )

    assert traces(drawing, fill="toself")
    assert any(
        "night at 2019-01-01 06:00 UTC" in note.text for note in drawing.figure.layout.annotations
    )
