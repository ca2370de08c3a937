"""Searches in the forms that other tools write them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    Location,
    MetadataExpression,
    MetadataFilters,
)
from aurorax_dashboard.queries.canonical import canonical
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.exporter import to_curl, to_pyaurorax
from aurorax_dashboard.queries.importer import MAX_TEXT, QueryImportError, import_query

GROUND = {
    "programs": ["themis-asi"],
    "platforms": ["fort smith", "gillam"],
    "instrument_types": ["panchromatic ASI"],
}
SPACE = {"programs": ["swarm"], "instrument_types": ["footprint"], "hemisphere": ["northern"]}
BODY = {
    "start": "2019-01-01T00:00:00",
    "end": "2019-01-03T23:59:59",
    "conjunction_types": ["nbtrace"],
    "ground": [GROUND],
    "space": [SPACE],
    "max_distances": {"ground1-space1": 500},
}


def imported(document):
    return import_query(document if isinstance(document, str) else json.dumps(document))


def body(**changes):
    return {key: value for key, value in {**BODY, **changes}.items() if value is not ...}


def idl(document):
    """Spell a body as IDL does: capital keys, null for what is empty."""
    if isinstance(document, dict):
        return {key.upper(): idl(value) for key, value in document.items()}
    return [idl(item) for item in document] if isinstance(document, list) else document


@pytest.mark.parametrize(
    "document",
    [
        body(),
        body(start="2019-01-01T00:00:00.000Z", end="2019-01-03T23:59:59.000Z"),
        body(start="2019-01-01T02:00:00+02:00", epoch_search_precision=60, request_id=None),
        body(
            ground=[{**GROUND, "ephemeris_metadata_filters": {}}],
            space=[{**SPACE, "metadata_filters": []}],
        ),
        body(events=None, adhoc=[], ground=[{**GROUND, "ephemeris_metadata_filters": None}]),
        body(ground={**GROUND, "programs": "themis-asi"}, space=SPACE, conjunction_types="NBTRACE"),
        body(ground=[{**GROUND, "platforms": ["fort smith", "gillam", "gillam", "", None]}]),
        body(max_distances=500),
        body(max_distances="500"),
        body(max_distances=..., max_distance=500),
        body(max_distances=..., distance={"space1-ground1": 500.0}),
        body(max_distances={" Ground1 - SPACE1 ": "500"}),
        body(custom_locations=[], subminute_precision=False),
        {"query": body()},
        {
            "search_request": {"request_id": "a1", "request_type": "conjunction", "query": body()},
            "logs": [],
        },
        {"search_request": {"query": json.dumps(body())}},
        json.dumps(json.dumps(body())),
        [body()],
        "\ufeff" + json.dumps(body()),
        repr(body(adhoc=None)),
        idl(body(ground=[{**GROUND, "ephemeris_metadata_filters": None}], events=[])),
    ],
)
def test_known_forms_give_the_same_search_without_notes(document, example):
    query, notes = imported(document)
    assert query == canonical(example)
    assert notes == []


@pytest.mark.parametrize(
    ("filters", "operator"),
    [
        (
            {"logical_operator": "OR", "expressions": [{"key": "f", "operator": "=", "values": ["x"]}]},
            "OR",
        ),
        (
            {"logicalOperator": "or", "expressions": [{"key": "f", "operator": "==", "values": "x"}]},
            "OR",
        ),
        ({"expressions": [{"key": "f", "operator": "=", "values": ["x"]}]}, "AND"),
        ([{"key": "f", "operator": "=", "values": ["x"]}], "AND"),
        ({"key": "f", "operator": "=", "value": "x"}, "AND"),
    ],
)
def test_spellings_of_filters(filters, operator):
    query, _ = imported(body(space=[{**SPACE, "ephemeris_metadata_filters": filters}]))
    expression = MetadataExpression(key="f", operator="=", values=["x"])
    assert query.space[0].ephemeris_metadata_filters == MetadataFilters(
        logical_operator=operator, expressions=[expression]
    )


def test_filter_values_keep_their_types_and_several_take_in():
    expression = {"key": "f", "operator": "=", "values": [1, 2.5, True, "95"]}
    query, _ = imported(body(ground=[{**GROUND, "metadata_filters": [expression]}]))
    (read,) = query.ground[0].ephemeris_metadata_filters.expressions
    assert (read.operator, read.values) == ("in", [1, 2.5, True, "95"])


@pytest.mark.parametrize(
    "locations",
    [
        [{"locations": [{"lat": 56.4, "lon": -94.6}]}],
        [{"locations": [{"latitude": "56.4", "Longitude": -94.6}]}],
        [{"locations": [[56.4, -94.6]]}],
        [{"locations": [56.4, -94.6]}],
        {"locations": [[56.4, -94.6]]},
    ],
)
@pytest.mark.parametrize("name", ["adhoc", "custom_locations"])
def test_custom_locations(name, locations):
    distances = {"custom_locations1-space1": 300, "ground1-space1": None, "ground1-custom1": None}
    query, notes = imported(body(**{name: locations}, max_distances=distances))
    assert [block.locations for block in query.adhoc] == [[Location(lat=56.4, lon=-94.6)]]
    assert query.max_distances["space1-adhoc1"] == 300
    assert notes == []


def test_plain_points_become_one_block():
    query, notes = imported(body(adhoc=[{"lat": 1, "lon": 2}, {"lat": 3, "lon": 4}]))
    assert len(query.adhoc) == 1
    assert len(query.adhoc[0].locations) == 2
    assert "one criteria block" in notes[0]


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"colour": "red"}, "“colour” is not part"),
        ({"conjunction_types": []}, "north B-trace, was taken"),
        ({"conjunction_types": ["nbtrace", "lunar"]}, "“lunar” is no type"),
        ({"max_distances": ...}, "No maximum distance"),
        (
            {"max_distances": {"ground1-space1": 500, "ground1-ground2": 0}},
            "“ground1-ground2” belongs to no pair",
        ),
        ({"epoch_search_precision": 59.5}, "59.5 s does not exist; 30 s"),
        ({"space": [{**SPACE, "orbit": 1}]}, "“orbit” of space1"),
        ({"space": [{**SPACE, "hemisphere": ["northern", "eastern"]}]}, "“eastern” of space1"),
        ({"ground": [{**GROUND, "hemisphere": []}]}, "“hemisphere” of ground1"),
        ({"ground": [GROUND, GROUND]}, "given for ground1-ground2, ground2-space1; taken as no limit"),
    ],
)
def test_what_was_assumed_or_left_out_is_noted(changes, note):
    query, notes = imported(body(**changes))
    assert len(notes) == 1
    assert note in notes[0]
    assert query.start == datetime.fromisoformat("2019-01-01")


def test_notes_stay_readable():
    _, notes = imported(body(**{f"field{number}": 1 for number in range(100)}))
    assert len(notes) == 21
    assert notes[-1] == "… and 80 more of the kind."


def test_subminute_precision_of_newer_clients():
    assert imported(body(subminute_precision=True))[0].epoch_search_precision == 30
    assert imported(body(epoch_search_precision=30))[0].epoch_search_precision == 30


def test_unfinished_searches_are_read_as_far_as_they_go():
    query, notes = imported({"ground": [{}], "start": ""})
    assert (query.start, query.end, len(query.ground)) == (None, None, 1)
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("", "The text is empty"),
        ("hello", "The text is not JSON"),
        ("5", "holds 5 where a search should be"),
        ("[]", "holds a list where"),
        ("null", "holds nothing where"),
        ("{}", "has none of the fields"),
        ({"data_sources": {"programs": ["swarm"]}, "start": "2019-01-01"}, "search for ephemeris"),
        ("x" * (MAX_TEXT + 1), "too long"),
        ("[" * 5000, "nested too deeply"),
        ("[" * 30 + "]" * 30, "nested too deeply"),
        ('{"query":' * 9 + "{}" + "}" * 9, "too many times"),
        (body(start=5), "“start” is 5, not a time"),
        (body(end="tomorrow"), "“end” is tomorrow, not a time"),
        (body(ground=[5]), "“ground1” is 5, not an object"),
        (body(ground=["x"] * 3000), "has 3,000 entries"),
        (body(ground=[GROUND] * 60), "has 61 criteria blocks"),
        (body(space=[{"programs": [1]}]), "“space1.programs” holds 1 where a name"),
        (body(space=[{"programs": {"a": 1}}]), "“space1.programs” holds an object"),
        (body(max_distances="near"), "“max_distances” is near, not a number"),
        pytest.param(body(max_distances="5" + " " * 200_000 + "km x"), "not a number", id="spaces"),
        (body(max_distances={"ground1-space1": True}), "“max_distances.ground1-space1” is True"),
        (body(max_distances={"ground1-space1": "1e999"}), "not a number"),
        (body(epoch_search_precision=[1]), "“epoch_search_precision” is a list"),
        (
            body(adhoc=[{"locations": [{"lat": "north", "lon": 1}]}]),
            "“adhoc1.locations.0.lat” is north",
        ),
        (body(adhoc=[{"locations": ["here"]}]), "“adhoc1.locations.0” is here"),
        (body(space=[{"metadata_filters": [{"operator": "="}]}]), "“space1.filters.0.key” is missing"),
        (
            body(space=[{"metadata_filters": [{"key": "f", "operator": "~"}]}]),
            "“space1.filters.0.operator” is ~",
        ),
        (
            body(space=[{"metadata_filters": {"logical_operator": "XOR", "expressions": []}}]),
            "not AND or OR",
        ),
        (
            body(space=[{"metadata_filters": [{"key": "f", "values": [[1]]}]}]),
            "“space1.filters.0.values” is a list",
        ),
        (f'{{"ground": [], "max_distances": {"9" * 6000}}}', "out of range"),
    ],
)
def test_errors_name_the_place(document, words):
    with pytest.raises(QueryImportError) as caught:
        imported(document)
    assert words in str(caught.value)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
FIELD_NAMES = st.sampled_from(
    [
        "start",
        "end",
        "ground",
        "space",
        "events",
        "adhoc",
        "custom_locations",
        "max_distances",
        "distance",
        "conjunction_types",
        "query",
        "search_request",
        "epoch_search_precision",
        "subminute_precision",
        "programs",
        "platforms",
        "instrument_types",
        "hemisphere",
        "ephemeris_metadata_filters",
        "metadata_filters",
        "expressions",
        "logical_operator",
        "key",
        "operator",
        "values",
        "locations",
        "lat",
        "lon",
        "ground1-space1",
        "space1-space1",
    ]
)
DOCUMENTS = st.recursive(
    SCALARS | st.sampled_from(["nbtrace", "northern", "between", "2019-01-01", "ground1", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(FIELD_NAMES | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=25,
)


def read_or_refuse(text):
    """Import any text; nothing but the room's own error may come out, and what comes is usable."""
    try:
        query, notes = import_query(text)
    except QueryImportError as error:
        assert str(error).endswith(".")  # noqa: PT017
        return
    assert isinstance(query, ConjunctionQuery)
    assert canonical(query) == query
    assert all(isinstance(note, str) for note in notes)


@settings(deadline=None)
@given(DOCUMENTS)
def test_any_json_is_a_search_or_a_clear_error(document):
    read_or_refuse(json.dumps(document))


@settings(deadline=None)
@given(st.dictionaries(FIELD_NAMES, DOCUMENTS, max_size=6))
def test_any_python_literal_is_a_search_or_a_clear_error(document):
    read_or_refuse(repr({"ground": [], **document}))


@given(st.text(max_size=200))
def test_any_text_is_a_search_or_a_clear_error(text):
    read_or_refuse(text)


SCRIPT = """
import datetime
import pyaurorax

aurorax = pyaurorax.PyAuroraX()


def main():
    start = datetime.datetime(2019, 1, 1, 0, 0, 0)
    end = datetime.datetime(2019, 1, 3, 23, 59, 59)
    ground = [pyaurorax.search.GroundCriteriaBlock(
        programs=["themis-asi"], platforms=["fort smith", "gillam"],
        instrument_types=["panchromatic ASI"])]
    space = [{"programs": ["swarm"], "instrument_types": ["footprint"], "hemisphere": ["northern"]}]
    s = aurorax.search.conjunctions.search(
        start, end, 500, ground=ground, space=space, conjunction_types=["nbtrace"], verbose=True)
    print(len(s.data))
"""


@pytest.mark.parametrize(
    "text",
    [
        SCRIPT,
        f"query = {body()!r}\nr = aurorax.search.conjunctions.search_from_raw_query(query)",
        f"query = json.loads('''{json.dumps(body())}''')",
        f"# the query\nquery = {body()!r}  # of the paper\n",
        "\n".join(f"{name} = {value!r}" for name, value in body().items()),
        repr(body(start="START")).replace("'START'", "datetime(2019, 1, 1)"),
    ],
)
def test_python_is_read_without_being_run(text, example):
    assert import_query(text) == (canonical(example), [])


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.slug)
def test_our_own_scripts_are_read_back(example):
    assert import_query(to_pyaurorax(example.query)) == (canonical(example.query), [])
    again, notes = import_query(to_curl(example.query))
    assert again == canonical(example.query)
    assert notes == ["A query was found within other text, which was left out."]


def test_filters_of_a_script_are_read():
    text = """GroundCriteriaBlock(["themis-asi"], metadata_filters=MetadataFilter([
        MetadataFilterExpression("calgary_apa_ml_v1_confidence", 95, operator=">=")], operator="or"))"""
    query, _ = import_query(f"ground = [{text}]")
    condition = MetadataExpression(key="calgary_apa_ml_v1_confidence", operator=">=", values=[95])
    assert query.ground[0].programs == ["themis-asi"]
    assert query.ground[0].ephemeris_metadata_filters == MetadataFilters(
        logical_operator="OR", expressions=[condition]
    )


def test_what_a_script_computes_is_noted_as_left_out():
    text = SCRIPT.replace('["fort smith", "gillam"]', "sites()")
    query, notes = import_query(text)
    assert query.ground[0].platforms == []
    assert notes == ["“platforms” of the script cannot be read and was left out."]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "ground = [open('/etc/passwd').read()]\nprint(ground)",
        "a = [1] * 10**9\nb = a",
        "\n".join(
            ["a = [1, 2, 3, 4, 5, 6, 7, 8]", *["a = [a, a, a, a, a, a, a, a]"] * 30, "ground = a"]
        ),
        "ground = " + "-" * 5_000 + "1",
        "ground = " + "(" * 500 + ")" * 500,
        "lambda: 1",
        "import pyaurorax",
        "ground = b'bytes'",
        "ground = ...",
    ],
)
def test_a_script_that_holds_no_search_is_refused(text):
    with pytest.raises(QueryImportError):
        import_query(text)


@pytest.mark.parametrize(
    "document",
    [
        f"Dear all,\nplease run this: {json.dumps(body())} - thanks {{and see you}}",
        f"```json\n{json.dumps(body(), indent=2)}\n```",
        f"// from the site\n{json.dumps(body())}",
    ],
)
def test_a_query_within_other_text_is_found(document, example):
    query, notes = import_query(document)
    assert query == canonical(example)
    assert notes == ["A query was found within other text, which was left out."]


@pytest.mark.parametrize(
    "changes",
    [
        {"start": 1546300800, "end": 1546559999000},
        {"start": 20190101, "end": 20190103},
        {"start": "2019-01-01T00:00:00.000+0000", "end": "2019-01-03T23:59:59.000Z"},
        {"start": ..., "startTime": "2019-01-01", "end": ..., "endTime": "2019-01-03"},
        {"start": ..., "START_TS": "2019-01-01", "end": ..., "end_dt": "2019-01-03"},
        {"max_distances": ..., "maxDistances": {"ground1_space1": "500 km"}},
        {"max_distances": {"ground-space": 500}},
        {"max_distances": {"Ground1 – Space1": 500}},
        {"max_distances": [500]},
        {"conjunction_types": ..., "conjunctionTypes": ["North B-trace"]},
        {"conjunction_types": ..., "nbtrace": 1},
        {"conjunction_types": ..., "nbtrace": True, "sbtrace": False},
    ],
)
def test_other_spellings_of_the_same_search(changes, example):
    assert imported(body(**changes)) == (canonical(example), [])


@pytest.mark.parametrize("start", [5, -1, 10**20, 1e300, True, 123456789012345])
def test_numbers_that_are_no_time(start):
    with pytest.raises(QueryImportError, match="not a time"):
        imported(body(start=start))
