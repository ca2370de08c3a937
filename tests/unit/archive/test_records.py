import json
from datetime import datetime
from typing import Any

import msgspec
import pytest

from aurorax_dashboard.api.models import Conjunction, ConjunctionEvent, DataSource, Ephemeris, Location
from aurorax_dashboard.archive.errors import BadRequestError
from aurorax_dashboard.archive.records import (
    Completion,
    check_response_format,
    decoded,
    encoded,
    prune,
    rendered,
)
from aurorax_dashboard.archive.sources import Sources

BASIC = {"identifier", "program", "platform", "instrument_type", "source_type", "display_name"}


def conjunction() -> Conjunction:
    start, end = (
        datetime.fromisoformat("2019-01-01T05:58:00"),
        datetime.fromisoformat("2019-01-01T05:59:00"),
    )
    one, other = DataSource(identifier=1), DataSource(identifier=3)
    event = ConjunctionEvent(
        conjunction_type="nbtrace",
        e1_source=one,
        e2_source=other,
        start=start,
        end=end,
        min_distance=319.0,
        max_distance=415.0,
    )
    return Conjunction(
        conjunction_type="nbtrace",
        start=start,
        end=end,
        data_sources=[one, other],
        min_distance=319.0,
        max_distance=415.0,
        closest_epoch=start,
        farthest_epoch=end,
        events=[event],
    )


def shown(
    sources: Sources, template: dict[str, Any] | None = None, n: int = 1, **options: Any
) -> list[Any]:
    stored = [line for batch in encoded([[conjunction()]] * n) for line in batch]
    completion = Completion(sources, options.pop("record_format", "basic_info"), **options)
    pieces = rendered(
        decoded([[line] for line in stored], Conjunction), completion.conjunction, template
    )
    return json.loads(b"".join(pieces))["result"]


def test_stored_records_name_sources_by_identifier_alone() -> None:
    [[line]] = list(encoded([[conjunction()]]))
    assert json.loads(line)["data_sources"] == [{"identifier": 1}, {"identifier": 3}]


@pytest.mark.parametrize(
    ("record_format", "keys"),
    [
        ("identifier_only", {"identifier"}),
        ("basic_info", BASIC),
        ("with_metadata", BASIC | {"metadata"}),
        (
            "full_record",
            BASIC
            | {
                "metadata",
                "owner",
                "maintainers",
                "ephemeris_metadata_schema",
                "data_product_metadata_schema",
            },
        ),
    ],
)
def test_sources_are_shown_in_the_asked_format(
    sources: Sources, record_format: str, keys: set[str]
) -> None:
    [record] = shown(sources, record_format=record_format)
    places = [
        *record["data_sources"],
        record["events"][0]["e1_source"],
        record["events"][0]["e2_source"],
    ]
    assert [set(place) for place in places] == [keys] * 4
    assert (record["start"], record["closest_epoch"]) == ("2019-01-01T05:58:00", "2019-01-01T05:58:00")


def test_ephemeris_queries_are_added_only_when_asked(sources: Sources) -> None:
    assert "generated_e1_ephemeris_query" not in shown(sources)[0]["events"][0]
    event = shown(sources, with_queries=True)[0]["events"][0]
    assert event["generated_e2_ephemeris_query"] == {
        "data_sources": {
            "programs": ["swarm"],
            "platforms": ["swarma"],
            "instrument_types": ["footprint"],
            "ephemeris_metadata_filters": None,
        },
        "start": "2019-01-01T05:58:00",
        "end": "2019-01-01T05:59:00",
        "request_id": None,
    }


def test_a_template_keeps_only_what_it_names(sources: Sources) -> None:
    template = {
        "start": True,
        "end": False,
        "data_sources": {"display_name": True, "owner": False},
        "events": {"min_distance": True, "e1_source": {"identifier": True}},
    }
    assert shown(sources, template, record_format="full_record") == [
        {
            "start": "2019-01-01T05:58:00",
            "data_sources": [{"display_name": "THEMIS-ASI gillam"}, {"display_name": "SWARM swarma"}],
            "events": [{"e1_source": {"identifier": 1}, "min_distance": 319.0}],
        }
    ]


def test_records_of_several_batches_are_one_list(sources: Sources) -> None:
    assert len(shown(sources, n=3)) == 3
    assert shown(sources, n=0) == []


def test_missing_places_are_written_as_nulls(sources: Sources) -> None:
    record = Ephemeris(
        data_source=DataSource(identifier=1),
        epoch=datetime.fromisoformat("2019-01-01T00:00:00"),
        location_gsm=Location(),
        metadata={"tii_on": True, "n": 3},
    )
    line = msgspec.json.encode(record)
    pieces = rendered(decoded([[line]], Ephemeris), Completion(sources, "identifier_only").ephemeris)
    [shown_record] = json.loads(b"".join(pieces))["result"]
    assert shown_record["location_gsm"] == {"lat": None, "lon": None}
    assert shown_record["metadata"] == {"tii_on": True, "n": 3}


def test_metadata_are_all_or_nothing() -> None:
    record = {"metadata": {"a": 1}, "epoch": "x"}
    assert prune(record, {"metadata": True}) == {"metadata": {"a": 1}}
    assert prune(record, {"metadata": False, "epoch": True}) == {"epoch": "x"}


def test_a_template_with_other_leaves_is_refused() -> None:
    with pytest.raises(BadRequestError, match=r"response_format\.events\.start"):
        check_response_format({"events": {"start": "yes"}})
