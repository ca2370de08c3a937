"""The strict form of a search, and the body that is sent."""

from __future__ import annotations

from datetime import datetime

import msgspec

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    EventsCriteria,
    Location,
    MetadataExpression,
    MetadataFilters,
)
from aurorax_dashboard.queries.canonical import body, canonical


def test_spellings_of_one_search_have_one_form(example):
    other = msgspec.json.decode(
        b"""{"start": "2019-01-01T02:00:00.250+02:00", "end": "2019-01-03T23:59:59.000Z",
        "request_id": "x",
        "ground": [{"programs": ["themis-asi"], "platforms": ["fort smith", "gillam"],
                    "instrument_types": ["panchromatic ASI"], "ephemeris_metadata_filters": {}}],
        "space": [{"programs": ["swarm"], "instrument_types": ["footprint"], "hemisphere": ["northern"],
                   "ephemeris_metadata_filters": []}],
        "max_distances": {"space1-ground1": 500, "ground1-space9": 3}}""",
        type=ConjunctionQuery,
    )
    assert canonical(other) == canonical(example)
    assert canonical(canonical(other)) == canonical(other)


def test_the_body_is_that_of_the_platforms_search_page(example):
    assert body(example) == {
        "start": "2019-01-01T00:00:00Z",
        "end": "2019-01-03T23:59:59Z",
        "conjunction_types": ["nbtrace"],
        "ground": [
            {
                "programs": ["themis-asi"],
                "platforms": ["fort smith", "gillam"],
                "instrument_types": ["panchromatic ASI"],
                "ephemeris_metadata_filters": {},
            }
        ],
        "space": [
            {
                "programs": ["swarm"],
                "platforms": [],
                "instrument_types": ["footprint"],
                "ephemeris_metadata_filters": {},
                "hemisphere": ["northern"],
            }
        ],
        "events": [],
        "adhoc": [],
        "max_distances": {"ground1-space1": 500},
    }


def test_the_body_spells_out_every_pair_in_whole_kilometres(example):
    example.adhoc = [AdhocCriteria(locations=[Location(lat=1.0, lon=2.5)])]
    example.max_distances = {"ground1-space1": 500.0, "space1-adhoc1": 10.5}
    document = body(example)
    assert document["max_distances"] == {
        "ground1-space1": 500,
        "ground1-adhoc1": None,
        "space1-adhoc1": 10.5,
    }
    assert isinstance(document["max_distances"]["ground1-space1"], int)
    assert document["adhoc"] == [{"locations": [{"lat": 1.0, "lon": 2.5}]}]


def test_filters_and_precision_are_named_where_they_matter():
    expression = MetadataExpression(key="state", operator="in", values=["definitive"])
    filters = MetadataFilters(logical_operator="OR", expressions=[expression])
    query = ConjunctionQuery(
        start=datetime.fromisoformat("2019-01-01"),
        events=[EventsCriteria(ephemeris_metadata_filters=filters)],
        epoch_search_precision=30,
    )
    document = body(query)
    assert document["epoch_search_precision"] == 30
    assert "end" not in document
    assert document["events"][0]["ephemeris_metadata_filters"] == {
        "logical_operator": "OR",
        "expressions": [{"key": "state", "operator": "in", "values": ["definitive"]}],
    }


def test_what_is_sent_is_read_back(example):
    assert canonical(msgspec.convert(body(example), ConjunctionQuery)) == canonical(example)
