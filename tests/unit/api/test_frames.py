import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.api.errors import UnexpectedAnswerError
from aurorax_dashboard.api.frames import (
    availability_frame,
    data_product_frame,
    empty_data_products,
    empty_ephemeris,
    ephemeris_frame,
)
from aurorax_dashboard.api.models import DataProductAvailability, DataSource, EphemerisAvailability

SWARM_A = {
    "data_source": {"identifier": 3, "program": "swarm", "ephemeris_metadata_schema": [{"x": 1}]},
    "epoch": "2019-01-01T00:00:00",
    "location_geo": {"lat": -17.019026, "lon": -136.0207},
    "location_gsm": {"lat": 6.76, "lon": 40.4},
    "nbtrace": {"lat": 14.93, "lon": -130.17},
    "sbtrace": {"lat": -21.8, "lon": -137.23},
    "metadata": {
        "nbtrace_region": "low latitude",
        "radial_distance": 6819.1,
        "tii_on": True,
        "tii_quality_viy": 0,
    },
}
GILLAM = {
    "data_source": {"identifier": 44},
    "epoch": "2019-01-01T00:01:00.500Z",
    "location_geo": {"lat": 56, "lon": -94},
    "location_gsm": {"lat": None, "lon": None},
    "nbtrace": {},
    "sbtrace": None,
    "metadata": {"radial_distance": 6371},
}
POSITIONS = [
    *("lat", "lon", "gsm_lat", "gsm_lon", "nbtrace_lat", "nbtrace_lon", "sbtrace_lat", "sbtrace_lon")
]


def _frame(*records: object) -> pd.DataFrame:
    return ephemeris_frame(json.dumps({"result": records}).encode())


def test_ephemeris_becomes_columns() -> None:
    frame = _frame(SWARM_A, GILLAM)
    assert list(frame["identifier"]) == [3, 44]
    assert frame["epoch"].dtype == "datetime64[ms, UTC]"
    assert list(frame["epoch"]) == [
        pd.Timestamp("2019-01-01T00:00:00Z"),
        pd.Timestamp("2019-01-01T00:01:00.500Z"),
    ]
    assert list(frame.loc[0, POSITIONS]) == [
        *(-17.019026, -136.0207, 6.76, 40.4, 14.93, -130.17, -21.8, -137.23)
    ]


@pytest.mark.parametrize("missing", [None, {}, {"lat": None, "lon": None}])
def test_missing_places_are_nan_in_every_spelling(missing: object) -> None:
    frame = _frame({**SWARM_A, "sbtrace": missing, "location_gsm": missing})
    assert frame.loc[0, ["gsm_lat", "gsm_lon", "sbtrace_lat", "sbtrace_lon"]].isna().all()
    assert frame.loc[0, ["lat", "lon", "nbtrace_lat", "nbtrace_lon"]].notna().all()


def test_metadata_columns_take_the_type_of_their_values() -> None:
    frame = _frame(SWARM_A, GILLAM)
    metadata = frame.filter(like="metadata.")
    assert {name: str(kind) for name, kind in metadata.dtypes.items()} == {
        "metadata.nbtrace_region": "str",
        "metadata.radial_distance": "float64",
        "metadata.tii_on": "boolean",
        "metadata.tii_quality_viy": "Int64",
    }
    assert list(metadata["metadata.radial_distance"]) == [6819.1, 6371.0]
    assert list(metadata.iloc[1].isna()) == [True, False, True, True]


def test_metadata_of_mixed_or_strange_kinds_become_text() -> None:
    values = ["a", 1, True, {"b": [2]}, None, 2**70]
    frame = _frame(*({**GILLAM, "metadata": {"f": value}} for value in values))
    assert list(frame["metadata.f"][[0, 1, 2, 3]]) == ["a", "1", "true", '{"b":[2]}']
    assert pd.isna(frame["metadata.f"][4])


@pytest.mark.parametrize(
    ("metadata", "columns"), [('{"f": 1}', ["metadata.f"]), ("not json", []), ("[1]", []), (None, [])]
)
def test_metadata_may_come_as_text_or_not_at_all(metadata: object, columns: list[str]) -> None:
    frame = _frame({**GILLAM, "metadata": metadata})
    assert list(frame.filter(like="metadata.").columns) == columns


def test_an_empty_answer_has_the_same_columns() -> None:
    whole = _frame(SWARM_A)[["identifier", "epoch", *POSITIONS]]
    pd.testing.assert_series_equal(empty_ephemeris().dtypes, whole.dtypes)
    assert len(empty_ephemeris()) == 0


def test_a_time_that_is_none_is_an_unexpected_answer() -> None:
    with pytest.raises(UnexpectedAnswerError, match="time"):
        _frame({**SWARM_A, "epoch": "yesterday"})


def _source(identifier: int | None) -> DataSource:
    return DataSource(identifier=identifier)


def test_availability_becomes_sources_by_days_with_gaps() -> None:
    frame = availability_frame(
        [
            EphemerisAvailability(
                data_source=_source(3), available_ephemeris={"2019-01-01": 1440, "2019-01-03": 0}
            ),
            EphemerisAvailability(data_source=_source(44)),
            EphemerisAvailability(data_source=_source(None), available_ephemeris={"2019-01-01": 1}),
        ],
        date(2019, 1, 1),
        date(2019, 1, 4),
    )
    assert list(frame.index) == [3, 44]
    assert frame.columns.dtype == "datetime64[ms, UTC]"
    assert list(frame.columns.strftime("%Y-%m-%d")) == [f"2019-01-0{day}" for day in (1, 2, 3, 4)]
    np.testing.assert_array_equal(frame.loc[3], [1440, np.nan, 0, np.nan])
    assert frame.loc[44].isna().all()


def test_days_outside_the_period_are_left_out() -> None:
    entry = DataProductAvailability(
        data_source=_source(3), available_data_products={"2018-12-31": 5, "2019-01-01": 2}
    )
    frame = availability_frame([entry], date(2019, 1, 1), date(2019, 1, 1))
    assert frame.to_numpy().tolist() == [[2.0]]


def test_availability_of_nothing_still_has_the_days() -> None:
    frame = availability_frame([], date(2020, 2, 28), date(2020, 3, 1))
    assert frame.shape == (0, 3)
    assert frame.index.dtype == "int64"


KEOGRAM = {
    "data_source": {"identifier": 103, "program": "trex"},
    "data_product_type": "keogram",
    "start": "2020-01-01T00:00:00",
    "end": "2020-01-01T23:59:00",
    "url": "https://data.phys.ucalgary.ca/20200101__gill_rgb-04_full-keogram.jpg",
    "metadata": {"keogram_type": "daily", "imaging_start_time": "2019-12-31T23:30:00.000000"},
}
"""As the platform's own text shows one."""
MONTAGE = {
    "data_source": {"identifier": 104},
    "data_product_type": "montage",
    "start": "2020-02-01T07:00:00.000Z",
    "end": "2020-02-01T07:59:00.000Z",
    "url": "https://archive.test/montage.png",
    "metadata": '{"montage_type": "hourly"}',
}


def test_data_products_become_columns() -> None:
    frame = data_product_frame(json.dumps({"result": [KEOGRAM, MONTAGE]}).encode())
    assert list(frame.columns) == [
        *("identifier", "start", "end", "data_product_type", "url"),
        *("metadata.keogram_type", "metadata.imaging_start_time", "metadata.montage_type"),
    ]
    assert list(frame["identifier"]) == [103, 104]
    assert frame["start"].dtype == frame["end"].dtype == "datetime64[ms, UTC]"
    assert list(frame["end"]) == [
        pd.Timestamp("2020-01-01T23:59Z"),
        pd.Timestamp("2020-02-01T07:59Z"),
    ]
    assert list(frame["data_product_type"].cat.categories) == ["keogram", "montage"]
    assert list(frame["url"]) == [KEOGRAM["url"], MONTAGE["url"]]
    assert frame.loc[0, "metadata.keogram_type"] == "daily"
    assert pd.isna(frame.loc[1, "metadata.keogram_type"])
    assert frame.loc[1, "metadata.montage_type"] == "hourly"


def test_products_with_little_are_kept() -> None:
    frame = data_product_frame(b'[{"data_product_type": null}, {"data_source": null}]')
    assert len(frame) == 2
    assert frame.isna().all(axis=None)


def test_no_data_products_are_a_frame_of_the_same_columns() -> None:
    none = empty_data_products()
    some = data_product_frame(json.dumps([{**KEOGRAM, "metadata": {}}]).encode())
    assert len(none) == 0
    assert list(none.columns) == list(some.columns)
    assert none["start"].dtype == "datetime64[ms, UTC]"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"result": [{"url": 1}]}'])
def test_what_is_no_data_products_is_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswerError):
        data_product_frame(body)


@pytest.mark.parametrize(
    "record",
    [
        {**SWARM_A, "data_source": {"identifier": 2**63}},
        {**SWARM_A, "metadata": {"radial_distance": int("9" * 400)}},
    ],
    ids=["identifier", "metadata"],
)
def test_a_number_that_has_no_place_is_an_unexpected_answer(record: dict[str, object]) -> None:
    with pytest.raises(UnexpectedAnswerError):
        ephemeris_frame(json.dumps([SWARM_A, record]).encode())
