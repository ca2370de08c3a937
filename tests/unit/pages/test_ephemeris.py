"""The page of ephemeris: what its address holds, which fields there are, what its files say."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurorax_dashboard.api.frames import METADATA_PREFIX, ephemeris_frame
from aurorax_dashboard.api.models import (
    DataSource,
    MetadataField,
    SearchRequest,
    SearchResult,
    SearchStatus,
)
from aurorax_dashboard.pages.ephemeris_asked import (
    PARAMS,
    Asked,
    Look,
    asked_of,
    read_asked,
    read_look,
    read_request,
)
from aurorax_dashboard.pages.ephemeris_files import csv_pieces, flat, parquet, provenance_of
from aurorax_dashboard.searches.ephemeris import EphemerisResult, arranged
from aurorax_dashboard.searches.ephemeris_fields import fields_of, first_fields, with_fields
from aurorax_dashboard.searches.kept import Finished

REQUEST_ID = "7d0a3f8e-2f9e-4c1b-9c1a-0123456789ab"
FILTERS = '{"logical_operator":"OR","expressions":[{"key":"nbtrace_region","operator":"=","values":["cusp"]}]}'
REGION = MetadataField(
    field_name="nbtrace_region",
    description="Region of the northern footprint",
    data_type="string",
    allowed_values=["north polar cap", "north cusp", "north auroral oval"],
)
SWARM_A = DataSource(
    identifier=3,
    program="swarm",
    platform="swarma",
    instrument_type="footprint",
    display_name="=Swarm A",
    ephemeris_metadata_schema=[REGION],
)


@pytest.fixture
def result() -> EphemerisResult:
    records = [
        {
            "data_source": {"identifier": 3},
            "epoch": f"2019-01-01T00:0{minute}:00",
            "location_geo": {"lat": 60 + minute, "lon": 0.0},
            "location_gsm": {"lat": 1.0, "lon": -90.0},
            "nbtrace": {"lat": None, "lon": None},
            "metadata": {
                "nbtrace_region": "north auroral oval" if minute else "north polar cap",
                "radial_distance": 6831.2,
                "note": "@evil" if minute else "'@evil",
                "=1+1": minute,
            },
        }
        for minute in range(3)
    ]
    finished = Finished(
        status=SearchStatus(
            search_request=SearchRequest(request_id=REQUEST_ID), search_result=SearchResult()
        ),
        server="https://api.example.org",
        simulated=True,
        retrieved=datetime(2026, 1, 1, tzinfo=UTC),
    )
    frame = arranged(ephemeris_frame(json.dumps({"result": records}).encode()))
    return EphemerisResult(finished=finished, records=frame, sources={3: SWARM_A})


def test_an_address_holds_the_whole_search():
    asked = Asked(
        start="2019-01-01",
        end="2019-01-02 12:00",
        programs=("swarm", "themis"),
        platforms=("swarma",),
        filters=read_asked({"filters": FILTERS}).filters,
    )
    assert read_asked(asked.params()) == asked
    query, problems = asked.query()
    assert problems == []
    assert read_asked(asked_of(query).params()).query()[0] == query


def test_an_unreadable_time_is_told_at_its_field():
    _, problems = Asked(start="noon", end="2019-13-01").query()
    assert [problem.field for problem in problems] == ["start", "end"]


def test_a_look_is_read_back_and_choices_are_checked():
    look = Look(fields=("lat", "altitude"), t0="2019-01-01 00:00", trace="ground", view="scandinavia")
    assert read_look(look.params()) == look
    assert read_look({"trace": "<script>", "view": "moon"}) == Look()
    assert set(Look().params().values()) == {""}, "what is usual is not said"


@given(st.dictionaries(st.sampled_from(PARAMS), st.text(max_size=60)))
def test_no_address_breaks_the_page(params: dict[str, str]):
    query, _ = read_asked(params).query()
    assert query.request_id is None
    read_look(params)
    assert read_request({"request": REQUEST_ID}) == REQUEST_ID
    assert read_request(params) in {None, params.get("request")}


def test_fields_without_any_value_are_not_offered(result: EphemerisResult):
    names = [field.name for field in fields_of(result)]
    assert names[:2] == ["altitude", "gsm_time"]
    assert {"lat", "lon", "gsm_lat"} < set(names)
    assert not {"nbtrace_lat", "sbtrace_lat"} & set(names)


def test_fields_say_what_they_are(result: EphemerisResult):
    fields = {field.label: field for field in fields_of(result)}
    assert fields["Altitude, km"].kind == "number"
    region = fields["nbtrace region"]
    assert (region.kind, region.description) == ("class", REGION.description)
    assert [field.kind for field in first_fields(list(fields.values()))] == ["number", "class", "class"]


def test_derived_fields_and_the_order_of_classes(result: EphemerisResult):
    shown = with_fields(result, fields_of(result))
    np.testing.assert_allclose(shown["altitude"], 460)
    np.testing.assert_allclose(shown["gsm_time"], 6)  # 90° west of the Sun is dawn
    region = next(name for name in shown if name.endswith("nbtrace_region"))
    assert list(shown[region].cat.categories) == ["north polar cap", "north auroral oval"]


def test_a_csv_stands_alone_and_has_no_formula(result: EphemerisResult):
    provenance = provenance_of(result, None, "https://dashboard.example.org/ephemeris")
    text = b"".join(csv_pieces(flat(result), provenance)).decode()
    assert "simulated" in text.lower().partition("\n\n")[0]
    assert REQUEST_ID in text
    table = pd.read_csv(io.StringIO(text), comment="#")
    assert len(table) == 3
    assert table["display_name"].tolist() == ["'=Swarm A"] * 3
    # A text that already looks made harmless, beside one that has to be.
    assert table["note"].tolist() == ["'@evil"] * 3
    assert table["'=1+1"].tolist() == [0, 1, 2]
    assert "=1+1" not in table


def test_parquet_says_where_it_comes_from(result: EphemerisResult):
    written = pq.read_table(io.BytesIO(parquet(flat(result), provenance_of(result, None, "https://x"))))
    assert written.num_rows == 3
    assert b"api.example.org" in written.schema.metadata[b"aurorax"]


def test_a_field_called_as_a_column_of_ours_has_a_column_of_its_own(result: EphemerisResult) -> None:
    fields = {f"{METADATA_PREFIX}{name}": [1, 2, 3] for name in ("program", "epoch")}
    table = flat(replace(result, records=result.records.assign(**fields)))
    assert table.columns.is_unique
    assert table["metadata_program"].tolist() == table["metadata_epoch"].tolist() == [1, 2, 3]
    assert set(table["program"]) == {"swarm"}
