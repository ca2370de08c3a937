"""The form keeps what was typed, right or wrong, and reads it into a query."""

from datetime import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    EventsCriteria,
    GroundCriteria,
    Location,
    MetadataExpression,
    MetadataFilters,
    SpaceCriteria,
)
from aurorax_dashboard.queries.blocks import distances
from aurorax_dashboard.queries.canonical import canonical
from aurorax_dashboard.queries.draft import (
    BlockDraft,
    Draft,
    draft_of,
    query_of,
    with_block,
    without_block,
)
from aurorax_dashboard.queries.examples import examples


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.slug)
def test_every_example_survives_the_form(example) -> None:
    query, problems = query_of(draft_of(example.query))
    assert problems == []
    assert canonical(query) == canonical(example.query)


NAMES = st.lists(st.text(min_size=1, max_size=20), max_size=3)
VALUES = st.text(max_size=9) | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.booleans()
FILTERS = st.none() | st.builds(
    MetadataFilters,
    logical_operator=st.sampled_from(["AND", "OR"]),
    expressions=st.lists(
        st.builds(MetadataExpression, values=st.lists(VALUES, min_size=1, max_size=3)), max_size=2
    ),
)
CRITERIA = {
    "programs": NAMES,
    "platforms": NAMES,
    "instrument_types": NAMES,
    "ephemeris_metadata_filters": FILTERS,
}
PLACES = st.builds(Location, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
KILOMETRES = st.none() | st.integers(0, 25_000) | st.floats(0, 1e9)
TIMES = st.none() | st.datetimes(*map(datetime.fromisoformat, ("1900-01-01", "2100-01-01")))


@st.composite
def searches(draw) -> ConjunctionQuery:
    query = draw(
        st.builds(
            ConjunctionQuery,
            start=TIMES,
            end=TIMES,
            ground=st.lists(st.builds(GroundCriteria, **CRITERIA), max_size=2),
            space=st.lists(st.builds(SpaceCriteria, **CRITERIA), max_size=2),
            events=st.lists(st.builds(EventsCriteria, **CRITERIA), max_size=1),
            adhoc=st.lists(
                st.builds(AdhocCriteria, locations=st.lists(PLACES, max_size=3)), max_size=1
            ),
            max_distances=st.just({}),
        )
    )
    limits = draw(st.fixed_dictionaries(dict.fromkeys(distances(query), KILOMETRES)))
    return msgspec.structs.replace(query, max_distances=limits)


@settings(deadline=None)
@given(searches())
def test_every_search_survives_the_form_to_its_last_digit(query: ConjunctionQuery) -> None:
    read, problems = query_of(draft_of(query))
    assert problems == []
    assert canonical(read) == canonical(query)


@pytest.mark.parametrize(("lat", "lon"), [(51.044733, -113.644272), (0.00001, -1e-7), (-0.0, 180.0)])
def test_a_location_of_a_link_keeps_its_digits(lat: float, lon: float) -> None:
    query = ConjunctionQuery(adhoc=[AdhocCriteria(locations=[Location(lat=lat, lon=lon)])])
    read, problems = query_of(draft_of(query))
    assert problems == []
    assert read.adhoc == query.adhoc


def test_what_cannot_be_read_is_a_problem_of_its_field_and_is_not_lost() -> None:
    draft = Draft(
        start="yesterday-ish",
        end="2019-01-01",
        distance="near",
        blocks=[BlockDraft(kind="ground"), BlockDraft(kind="adhoc", locations="56.4, -94.6\nnowhere")],
    )
    query, problems = query_of(draft)
    assert [problem.field for problem in problems] == ["adhoc1.locations", "start", "max_distances"]
    assert query.start is None
    assert len(query.adhoc[0].locations) == 1
    assert draft.start == "yesterday-ish"


@pytest.mark.parametrize(
    "text",
    ["1" + " " * 200_000 + "x", "1" * 200_000, " ".join("1" * 50_000), "1 °" * 50_000],
    ids=["spaces", "digits", "thousands", "degrees"],
)
def test_a_flood_of_letters_is_refused_without_being_searched(text: str) -> None:
    blocks = [BlockDraft(kind="ground"), BlockDraft(kind="adhoc", locations=text)]
    _, problems = query_of(Draft(distance=text, blocks=blocks))
    assert {"adhoc1.locations", "max_distances"} <= {problem.field for problem in problems}


def test_of_many_wrong_locations_a_few_are_told() -> None:
    lines = "\n".join(["here"] * 10_000)
    _, problems = query_of(Draft(blocks=[BlockDraft(kind="adhoc", locations=lines)]))
    assert len([each for each in problems if each.field == "adhoc1.locations"]) == 5


@pytest.mark.parametrize(
    ("text", "km"),
    [
        ("500", 500),
        (" 1,500 km ", 1500),
        ("1 500", 1500),
        ("1,234,567.5", 1_234_567.5),
        ("7.5", 7.5),
        ("−3", -3),
    ],
)
def test_distances_are_read_as_people_write_them(text: str, km: float) -> None:
    draft = Draft(distance=text, blocks=[BlockDraft(kind="ground"), BlockDraft(kind="space")])
    query, problems = query_of(draft)
    assert problems == []
    assert query.max_distances == {"ground1-space1": km}


@pytest.mark.parametrize(
    "text", ["1,5 km", "1,50", "1500,500", ",5", "1,5000", "12 34", "5e2", "1,500,"]
)
def test_a_comma_that_parts_no_thousands_is_not_read_away(text: str) -> None:
    draft = Draft(distance=text, blocks=[BlockDraft(kind="ground"), BlockDraft(kind="space")])
    query, problems = query_of(draft)
    assert [problem.field for problem in problems] == ["max_distances"]
    assert query.max_distances == {"ground1-space1": None}


@pytest.mark.parametrize(
    "line",
    [
        "56.4, -94.6",
        "56.4 −94.6",
        "56.4; -94.6",
        "56.4°, -94.6°",
        "56.4° N, 94.6° W",  # as this dashboard writes it
        "56.4N 94.6w",
        "56.4, 265.4",  # east of Greenwich all the way round
    ],
)
def test_locations_are_read_as_people_write_them(line: str) -> None:
    query, problems = query_of(Draft(blocks=[BlockDraft(kind="adhoc", locations=line)]))
    assert problems == []
    assert (query.adhoc[0].locations[0].lat, query.adhoc[0].locations[0].lon) == (56.4, -94.6)


@pytest.mark.parametrize(
    "line", ["-56.4 S, 94.6 W", "56.4 E, 94.6 N", "56.4, -94.6 W", "56.4 94.6 361 W"]
)
def test_a_location_that_may_mean_either_is_none(line: str) -> None:
    query, problems = query_of(Draft(blocks=[BlockDraft(kind="adhoc", locations=line)]))
    assert query.adhoc[0].locations == []
    assert "adhoc1.locations" in [problem.field for problem in problems]


def test_an_empty_distance_of_a_pair_means_that_it_does_not_matter() -> None:
    draft = Draft(
        per_pair=True,
        pair_distances={"ground1-space1": "500", "ground1-space2": "900", "space1-space2": ""},
        blocks=[BlockDraft(kind="ground"), BlockDraft(kind="space"), BlockDraft(kind="space")],
    )
    query, _ = query_of(draft)
    assert query.max_distances == {"ground1-space1": 500, "ground1-space2": 900, "space1-space2": None}
    assert draft_of(query).per_pair


def test_removing_a_block_moves_the_later_ones_up_with_their_distances() -> None:
    draft = Draft(
        per_pair=True,
        pair_distances={"ground1-space1": "1", "ground1-space2": "2", "space1-space2": "3"},
        blocks=[
            BlockDraft(kind="ground", programs=["rego"]),
            BlockDraft(kind="space", programs=["swarm"]),
            BlockDraft(kind="space", programs=["themis"]),
        ],
    )
    shrunk = without_block(draft, "space1")
    assert shrunk.names() == ["ground1", "space1"]
    assert shrunk.blocks[1].programs == ["themis"]
    assert shrunk.pair_distances == {"ground1-space1": "2"}


def test_a_new_block_stands_with_its_kind_and_ten_are_full() -> None:
    draft = with_block(with_block(with_block(Draft(), "space"), "ground"), "space")
    assert draft.names() == ["ground1", "space1", "space2"]
    for _ in range(7):
        assert not draft.full
        draft = with_block(draft, "adhoc")
    assert draft.full


def test_a_draft_that_no_form_can_hold_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"conjunction_types": ["sideways"]}', type=Draft)
