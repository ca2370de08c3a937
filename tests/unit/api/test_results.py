import io
import json
import pickle
import random
import re
import zipfile
from typing import Any

import pandas as pd
import pytest

from aurorax_dashboard.api.errors import UnexpectedAnswerError
from aurorax_dashboard.api.results import ConjunctionResult

FSMI = {
    "identifier": 44,
    "program": "themis-asi",
    "platform": "fort smith",
    "instrument_type": "panchromatic ASI",
    "source_type": "ground",
    "display_name": "THEMIS-ASI FSMI",
}
SWARM_A = {"identifier": 3, "program": "swarm", "platform": "swarma", "display_name": "Swarm A"}
SWARM_B = {"identifier": 29, "program": "swarm", "platform": "swarmb", "display_name": "Swarm B"}


def _conjunction(
    space: dict[str, Any], start: str, end: str, low: float, high: float
) -> dict[str, Any]:
    pair = {"conjunction_type": "nbtrace", "start": start, "end": end}
    distances = {"min_distance": low, "max_distance": high}
    return {
        **pair,
        **distances,
        "data_sources": [FSMI, space],
        "closest_epoch": start,
        "farthest_epoch": end,
        "events": [{**pair, **distances, "e1_source": FSMI, "e2_source": space}],
    }


FIRST = _conjunction(SWARM_B, "2019-01-01T05:58:00", "2019-01-01T05:59:00", 319.5, 415)
SECOND = _conjunction(SWARM_A, "2019-01-01T09:55:00", "2019-01-01T09:55:00", 207.25, 207.25)
TWIN = {**SECOND, "data_sources": [FSMI, SWARM_B]}


def _decode(*records: object) -> ConjunctionResult:
    return ConjunctionResult.from_json(json.dumps({"result": records}).encode())


def test_conjunctions_become_rows_sorted_by_start() -> None:
    result = _decode(SECOND, FIRST)
    first, second = result.rows.to_dict("records")
    assert first == {
        "conjunction_type": "nbtrace",
        "start": pd.Timestamp("2019-01-01T05:58Z"),
        "end": pd.Timestamp("2019-01-01T05:59Z"),
        "closest_epoch": pd.Timestamp("2019-01-01T05:58Z"),
        "farthest_epoch": pd.Timestamp("2019-01-01T05:59Z"),
        "duration_min": 2,
        "min_distance_km": 319.5,
        "max_distance_km": 415.0,
        "between": "THEMIS-ASI FSMI – Swarm B",
        "source_1": 44,
        "source_2": 29,
    }
    assert second["duration_min"] == 1
    assert list(result.rows.index) == [0, 1]
    assert len(result) == 2


def test_pairs_point_at_the_row_they_belong_to() -> None:
    events = _decode(SECOND, FIRST).events
    assert list(events["conjunction"]) == [0, 1]
    assert list(zip(events["e1"], events["e2"], strict=True)) == [(44, 29), (44, 3)]
    assert list(events["min_distance_km"]) == [319.5, 207.25]
    assert events["start"][1] == pd.Timestamp("2019-01-01T09:55Z")


def test_every_source_stands_once() -> None:
    sources = _decode(FIRST, SECOND, TWIN).sources
    assert list(sources.index) == [3, 29, 44]
    assert dict(sources.loc[44]) == {k: v for k, v in FSMI.items() if k != "identifier"}
    assert pd.isna(sources.loc[3, "source_type"])


def test_the_number_of_a_conjunction_does_not_depend_on_the_order_it_came_in() -> None:
    records = [FIRST, SECOND, TWIN, {**SECOND, "conjunction_type": "sbtrace"}]
    expected = _decode(*records)
    for seed in range(5):
        random.Random(seed).shuffle(records)
        result = _decode(*records)
        pd.testing.assert_frame_equal(result.rows, expected.rows)
        pd.testing.assert_frame_equal(result.events, expected.events)


def test_three_blocks_have_three_sources() -> None:
    triple = {**FIRST, "data_sources": [FSMI, SWARM_A, SWARM_B]}
    rows = _decode(triple, FIRST).rows
    labels = dict(zip(rows["between"], rows["source_3"].isna(), strict=True))
    assert labels == {
        "THEMIS-ASI FSMI – Swarm A – Swarm B": False,
        "THEMIS-ASI FSMI – Swarm B": True,
    }


def test_sources_that_tell_little_still_get_a_name() -> None:
    named = {"identifier": 7, "platform": "gillam"}
    nameless = [{"identifier": 8}, {"platform": "here"}, {"platform": "there"}]
    records = [{**FIRST, "data_sources": [named, other]} for other in nameless]
    result = _decode(*records)
    assert set(result.rows["between"]) == {"gillam – source 8", "gillam – here", "gillam – there"}
    assert list(result.sources.index) == [7, 8]
    assert result.rows["source_2"].isna().sum() == 2


def test_an_empty_result_has_every_column_and_type() -> None:
    empty, full = ConjunctionResult.from_json(b"[]"), _decode(FIRST)
    for part in ("rows", "events", "sources"):
        pd.testing.assert_series_equal(
            getattr(empty, part).dtypes.astype("str"), getattr(full, part).dtypes.astype("str")
        )
        assert len(getattr(empty, part)) == 0
    types = full.rows.dtypes.astype("str")
    assert types["start"] == types["closest_epoch"] == "datetime64[ms, UTC]"
    assert types["between"] == types["conjunction_type"] == "category"
    assert types["source_1"] == "Int64"


def test_missing_epochs_and_distances_stay_missing() -> None:
    bare = {"start": "2019-01-01T00:00:00Z", "end": "2019-01-01T00:00:00.5", "data_sources": [FSMI]}
    row = _decode(bare).rows.iloc[0]
    assert pd.isna(row["closest_epoch"])
    assert pd.isna(row["min_distance_km"])
    assert row["duration_min"] == 1


@pytest.mark.parametrize("record", [{}, {"start": "x", "end": "y"}, {"start": None, "end": None}])
def test_a_conjunction_without_time_is_an_unexpected_answer(record: object) -> None:
    with pytest.raises(UnexpectedAnswerError):
        _decode(record)


@pytest.mark.parametrize("records", [[], [FIRST], [FIRST, SECOND, TWIN]])
def test_a_stored_result_comes_back_the_same(records: list[object]) -> None:
    result = _decode(*records)
    again = ConjunctionResult.from_bytes(result.to_bytes())
    for part in ("rows", "events", "sources"):
        pd.testing.assert_frame_equal(getattr(again, part), getattr(result, part))


def _archive(**parts: bytes) -> bytes:
    container = io.BytesIO()
    with zipfile.ZipFile(container, "w") as archive:
        for name, content in parts.items():
            archive.writestr(f"{name}.parquet", content)
    return container.getvalue()


def _parquet(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()


WHOLE = _decode(FIRST).to_bytes()


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"garbage",
        WHOLE[:-30],
        WHOLE[: len(WHOLE) // 2],
        WHOLE.replace(b"PAR1", b"PAR2"),
        re.sub(rb"(PK\x01\x02.{6})..", b"\\g<1>c\0", WHOLE, flags=re.DOTALL),
        re.sub(rb"(PK\x01\x02.{4})..", b"\\g<1>\1\0", WHOLE, flags=re.DOTALL),
        pickle.dumps({"rows": []}),
        _archive(),
        _archive(rows=b"", events=b"", sources=b""),
        _archive(**dict.fromkeys(("rows", "events", "sources"), _parquet(pd.DataFrame({"a": [1]})))),
    ],
    ids=[
        "nothing",
        "garbage",
        "end cut off",
        "half",
        "damaged",
        "packed in an unknown way",
        "encrypted",
        "a pickle",
        "no parts",
        "empty parts",
        "other parts",
    ],
)
def test_anything_else_is_refused(garbage: bytes) -> None:
    with pytest.raises(ValueError, match="not a stored conjunction result"):
        ConjunctionResult.from_bytes(garbage)


def test_a_column_of_another_type_is_refused() -> None:
    result = _decode(FIRST)
    result.rows["start"] = "soon"
    with pytest.raises(ValueError, match="no proper start"):
        ConjunctionResult.from_bytes(result.to_bytes())
