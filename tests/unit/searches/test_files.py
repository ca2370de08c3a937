"""Exports of a result: read back by programs that nobody here wrote, honest about where they come from."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from cdflib import CDF
from cdflib.epochs import CDFepoch

from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches import files
from aurorax_dashboard.searches.files import Provenance
from aurorax_dashboard.searches.judgements import Comment, Judgement
from aurorax_dashboard.searches.tables import comment, csv_bytes, harmless

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JUDGED = {0: Judgement(starred=True, labels=["=1+1"], comments=[Comment("a", "", NOW, "@look")])}


def provenance(*, simulated: bool = True) -> Provenance:
    return Provenance(
        title="THEMIS-ASI × Swarm",
        request_id="5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55",
        server="https://api.aurorax.space",
        simulated=simulated,
        retrieved=NOW,
        link="https://dashboard.test/results/5f0c2f4e",
        query='{"start": "2019-01-01T00:00:00"}',
        filters=["closest ≤ 100 km"],
    )


@pytest.fixture
def table(result: ConjunctionResult) -> pd.DataFrame:
    return files.flat(result, result.rows, JUDGED)


def test_a_row_stands_alone(table: pd.DataFrame) -> None:
    first = table.iloc[0]
    assert (first["number"], first["between"]) == (1, "THEMIS-ASI GILL – Swarm C")
    assert (first["source_1_platform"], first["source_2_display_name"]) == ("gillam", "Swarm C")
    assert (first["starred"], first["comments"]) == (True, "somebody: @look")
    assert {column: files.units(column) for column in table.columns}


def test_unjudged_results_have_no_columns_for_it(result: ConjunctionResult) -> None:
    assert "starred" not in files.flat(result, result.rows, {}).columns


def test_csv_is_read_by_pandas_and_says_where_it_comes_from(table: pd.DataFrame) -> None:
    text = files.to_csv(table, provenance()).decode()
    assert text.startswith("# Data: SIMULATED DATA")
    for fact in ("5f0c2f4e-8f1b", "https://api.aurorax.space", "2026-03-01 12:00:00 UTC", "≤ 100 km"):
        assert fact in text
    read = pd.read_csv(io.StringIO(text), comment="#", parse_dates=["start"])
    assert read["start"].tolist() == table["start"].tolist()
    assert read["min_distance_km"].tolist() == table["min_distance_km"].tolist()
    assert read["labels"][0] == "'=1+1"


def test_real_data_are_not_called_simulated(table: pd.DataFrame) -> None:
    real = provenance(simulated=False)
    for write in (files.to_csv, files.to_json, files.to_parquet, files.to_cdf, files.to_calendar):
        assert b"SIMULATED" not in write(table, real)


def test_json_has_units_and_times_with_a_zone(table: pd.DataFrame) -> None:
    document = json.loads(files.to_json(table, provenance()))
    assert document["provenance"]["Data"].startswith("SIMULATED")
    assert document["units"]["min_distance_km"]["unit"] == "km"
    first = document["conjunctions"][0]
    assert first["start"] == "2019-01-02T09:16:00Z"
    assert first["min_distance_km"] == 252


def test_parquet_keeps_types_and_provenance(table: pd.DataFrame) -> None:
    read = pq.read_table(io.BytesIO(files.to_parquet(table, provenance())))
    assert json.loads(read.schema.metadata[b"aurorax"])["What"] == "THEMIS-ASI × Swarm"
    assert read.schema.field("min_distance_km").metadata[b"unit"] == b"km"
    assert read.to_pandas()["start"].tolist() == table["start"].tolist()


def test_excel_has_dates_numbers_no_formulas_and_a_sheet_on_its_origin(table: pd.DataFrame) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files.to_excel(table, provenance())))
    head, first = [list(row) for row in book["Conjunctions"].iter_rows(max_row=2)]
    cells = dict(zip((cell.value for cell in head), first, strict=True))
    assert str(cells["start"].value) == "2019-01-02 09:16:00"
    assert cells["min_distance_km"].value == 252
    assert cells["start"].is_date
    assert (cells["labels"].value, cells["labels"].data_type) == ("=1+1", "s")
    assert (cells["starred"].value, cells["source_1_identifier"].value) == (True, 46)
    about = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=2)}
    assert about["Data"].startswith("SIMULATED")
    assert about["min_distance_km"].startswith("km")


def test_what_is_unknown_is_an_empty_cell(table: pd.DataFrame) -> None:
    unknown = table.assign(min_distance_km=float("nan"), source_1_platform=None)
    unknown["closest_epoch"] = pd.Series(pd.NaT, index=table.index, dtype=table["closest_epoch"].dtype)
    unknown["source_1_identifier"] = pd.array([pd.NA] * len(table), dtype="Int64")
    sheet = openpyxl.load_workbook(io.BytesIO(files.to_excel(unknown, provenance())))["Conjunctions"]
    cells = dict(zip((cell.value for cell in sheet[1]), (cell.value for cell in sheet[2]), strict=True))
    empty = ("min_distance_km", "source_1_platform", "closest_epoch", "source_1_identifier")
    assert [cells[name] for name in empty] == [None] * 4
    assert cells["source_2_platform"] == "swarmc"


def test_cdf_is_read_by_its_library(table: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "c.cdf"
    path.write_bytes(files.to_cdf(table, provenance()))
    cdf = CDF(str(path))
    assert cdf.globalattsget()["Data"][0].startswith("SIMULATED")
    assert cdf.varget("min_distance_km").tolist() == table["min_distance_km"].tolist()
    assert cdf.varattsget("min_distance_km")["UNITS"] == "km"
    first = CDFepoch.to_datetime(cdf.varget("start"))[0]
    assert pd.Timestamp(first, tz="UTC") == table["start"][0]


def test_a_calendar_has_an_event_of_whole_minutes_for_each(table: pd.DataFrame) -> None:
    calendar = icalendar.Calendar.from_ical(files.to_calendar(table, provenance()))
    events = calendar.walk("VEVENT")
    assert len(events) == len(table)
    assert events[0].decoded("dtstart") == datetime(2019, 1, 2, 9, 16, tzinfo=UTC)
    assert events[0].decoded("dtend") == datetime(2019, 1, 2, 9, 18, tzinfo=UTC)
    assert "252 km" in str(events[0]["summary"])
    assert str(events[0]["summary"]).startswith("Simulated: ")
    real = icalendar.Calendar.from_ical(files.to_calendar(table, provenance(simulated=False)))
    assert "imulated" not in str(real.walk("VEVENT")[0]["summary"])
    assert "SIMULATED" in str(events[0]["description"])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_nothing_becomes_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("GILL") == "GILL"


@pytest.mark.parametrize("text", ["\r=1+1", "x\r=1+1", "x\n=1+1", "x\r\n=1+1"])
def test_no_text_begins_a_row_of_a_file(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(pd.DataFrame({"note": [text]}), {}).decode())))
    assert len(rows) == 2
    assert not rows[1][0].startswith("=")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_name_of_a_column_becomes_a_formula(text: str) -> None:
    written = pd.read_csv(io.BytesIO(csv_bytes(pd.DataFrame({text: [text]}), {})))
    assert written.columns.tolist() == written.iloc[0].tolist() == [f"'{text}"]


def test_an_empty_table_can_be_written(result: ConjunctionResult) -> None:
    empty = files.flat(result, result.rows.iloc[:0], {})
    for write in (files.to_csv, files.to_json, files.to_parquet, files.to_excel, files.to_calendar):
        assert write(empty, provenance())


@pytest.fixture
def future(result: ConjunctionResult) -> pd.DataFrame:
    """The result as it was fetched when only its first conjunction had happened."""
    fetched = result.rows["end"].iloc[0].to_pydatetime()
    return files.flat(result, result.rows, {}, fetched)


def test_what_was_in_the_future_is_marked_in_every_row(future: pd.DataFrame) -> None:
    assert future["predicted"].tolist() == (future["end"] > future["end"][0]).tolist()
    assert set(future["predicted"]) == {True, False}


def test_a_result_of_the_past_has_no_such_column(result: ConjunctionResult) -> None:
    assert "predicted" not in files.flat(result, result.rows, {}, NOW).columns


def test_predictions_are_told_in_every_file(future: pd.DataFrame) -> None:
    told = dataclasses.replace(provenance(), predictions="1 of 2 conjunctions are predicted")
    for write in (files.to_csv, files.to_json, files.to_parquet):
        written = write(future, told)
        assert b"conjunctions are predicted" in written
        assert b"predicted" in written
    book = openpyxl.load_workbook(io.BytesIO(files.to_excel(future, told)))
    assert ["Predictions", told.predictions] in [
        [cell.value for cell in row][:2] for row in book["About"].iter_rows()
    ]


def test_a_calendar_says_which_events_are_predicted(future: pd.DataFrame) -> None:
    events = icalendar.Calendar.from_ical(files.to_calendar(future, provenance())).walk("VEVENT")
    said = [str(event["summary"]).startswith("Predicted: ") for event in events]
    assert said == future["predicted"].tolist()


@pytest.mark.parametrize("text", ["x,=1+1", "x;@SUM(A1)", "a,-1,+2"])
def test_no_fact_before_a_table_becomes_a_formula(text: str) -> None:
    line = comment("What", text)
    assert not re.search(r"[,;][=+\-@]", line)
    assert line.replace(" ", "").strip() == f"#What:{text}".replace(" ", "")
