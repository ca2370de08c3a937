"""Custom locations on a map: what stands in the field is what is shown."""

from __future__ import annotations

from aurorax_dashboard.components.place_map import places_in, text_of
from aurorax_dashboard.figures.map_view import NORTH_AMERICA
from aurorax_dashboard.figures.place_map import PLACES, place_map


def test_places_know_their_lines() -> None:
    found = places_in("56.4, -94.6\nnowhere\n\n91, 0\n-78.5 106.9")
    assert found.to_dict("list") == {"lat": [56.4, -78.5], "lon": [-94.6, 106.9], "line": [0, 4]}


def test_the_text_is_that_of_the_block() -> None:
    ids = [{"block": "adhoc1"}, {"block": "adhoc2"}]
    assert text_of("adhoc2", ["1, 2", None], ids) == ""
    assert text_of("adhoc3", ["1, 2", None], ids) is None


def test_a_click_can_find_its_place_and_block() -> None:
    figure, summary = place_map(places_in("56.4, -94.6\n60, 0"), NORTH_AMERICA, "adhoc2")
    [trace] = [each for each in figure.data if each.meta == PLACES]
    assert (list(trace.lat), list(trace.customdata)) == ([56.4, 60.0], [0, 1])
    assert figure.layout.meta == {"block": "adhoc2"}
    assert summary == "2 locations: 56.4° N 94.6° W, 60.0° N 0.0° E."


def test_nothing_picked_is_an_empty_map() -> None:
    figure, summary = place_map(places_in(""), NORTH_AMERICA, "adhoc1", whole=True, dark=True)
    assert figure.layout.geo.projection.type == "natural earth"
    assert summary == ""
