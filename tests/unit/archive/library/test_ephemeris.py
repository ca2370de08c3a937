"""Ephemeris that users stored: merged, given back bit by bit, as tracks and as records."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.errors import NotFoundError
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.library.blocks import Batch, joined
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, unit_vectors

DAY = 18_000
START = DAY * MINUTES_PER_DAY


def batch(minutes: list[int], lat: float | None = None, **metadata: list[Any]) -> Batch:
    """Return records at minutes from START, at the latitude of their number if none is given."""
    n = len(minutes)
    degrees = np.full((4, 2, n), np.nan)
    degrees[0, 0] = np.arange(n) if lat is None else lat
    degrees[0, 1] = 10.0
    degrees[1] = degrees[0]
    return Batch(START + np.array(minutes, dtype=np.int64), degrees, metadata)


@pytest.fixture
def identifier(library: Library) -> int:
    record = DataSource(program="own", platform="sat", instrument_type="footprint", source_type="leo")
    return int(library.records.add(record).identifier or 0)


def test_a_source_without_records_has_none(library: Library, identifier: int) -> None:
    stored = library.ephemeris
    track = stored.track(identifier, START, START + 10)
    assert stored.life(identifier) == (0, 0)
    assert not track.present.any()
    assert len(stored.records(identifier, np.array([START])).minutes) == 0
    assert stored.metadata(identifier, np.array([START]), ["a"]) == {"a": [None]}
    assert stored.minutes_per_day(identifier, DAY, DAY + 1).tolist() == [0, 0]


def test_an_unknown_source_cannot_be_written_to(library: Library) -> None:
    with pytest.raises(NotFoundError):
        library.ephemeris.write(77, batch([0]))


def test_records_of_several_days_are_found_by_day_and_minute(library: Library, identifier: int) -> None:
    library.ephemeris.write(identifier, batch([1439, 0, 1440, 5000], a=[1, 2, 3, 4]))
    stored = library.ephemeris
    assert stored.life(identifier) == (START, START + 5001)
    assert stored.minutes_per_day(identifier, DAY - 1, DAY + 4).tolist() == [0, 2, 1, 0, 1, 0]
    track = stored.track(identifier, START + 1439, START + 1442)
    assert track.present.tolist() == [True, True, False]
    present = stored.present(identifier, START + 1439, START + 1442)
    assert present.tolist() == track.present.tolist()
    assert track.geographic[2, 0] == pytest.approx(0.0)
    assert track.geographic[2, 1] == pytest.approx(np.sin(np.radians(2)))
    assert np.isnan(track.sbtrace[:, 0]).all()
    wanted = START + np.array([0, 1, 1440, 5000])
    assert stored.metadata(identifier, wanted, ["a", "b"]) == {
        "a": [2, None, 3, 4],
        "b": [None] * 4,
    }
    assert stored.records(identifier, wanted).minutes.tolist() == [START, START + 1440, START + 5000]


def test_of_records_of_one_minute_the_last_counts(library: Library, identifier: int) -> None:
    library.ephemeris.write(identifier, batch([3, 3], a=[1, 2]))
    library.ephemeris.write(identifier, batch([2, 3, 4], lat=50.0, b=[5, 6, None]))
    records = library.ephemeris.records(identifier, START + np.arange(10))
    assert records.minutes.tolist() == [START + 2, START + 3, START + 4]
    assert records.metadata == {"b": [5, 6, None]}
    assert records.degrees is not None
    assert records.degrees["geographic"][0].tolist() == [50.0, 50.0, 50.0]


def test_what_stands_still_is_one_position(library: Library, identifier: int) -> None:
    library.ephemeris.write(identifier, batch(list(range(0, 3000)), lat=56.4))
    track = library.ephemeris.track(identifier, START + 100, START + 2500)
    assert track.geographic.shape == (3, 1)
    here = unit_vectors(np.array([56.4]), np.array([10.0]))
    np.testing.assert_allclose(track.geographic, here, atol=1e-7)
    without = library.ephemeris.track(identifier, START - 5000, START - 4000)
    assert without.geographic.tolist() == track.geographic.tolist()
    assert not without.present.any()
    library.ephemeris.write(identifier, batch([4000], lat=56.5))
    assert library.ephemeris.track(identifier, START, START + 5000).geographic.shape == (3, 5000)


_degrees = st.floats(-90, 90, width=64)
_json = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.dictionaries(
        st.integers(-4000, 4000),
        st.tuples(
            st.lists(_degrees | st.none(), min_size=8, max_size=8),
            st.dictionaries(
                st.sampled_from("abc"),
                _json,
            ),
        ),
        max_size=30,
    ),
    pieces=st.integers(1, 4),
)
def test_everything_comes_back_bit_by_bit(
    library: Library,
    identifier: int,
    records: dict[int, tuple[list[float | None], dict[str, Any]]],
    pieces: int,
) -> None:
    library.deletions.add(identifier, START - 10_000, START + 10_000)
    minutes = list(records)
    for piece in range(pieces):
        some = minutes[piece::pieces]
        degrees = np.array([records[m][0] for m in some], dtype=np.float64).reshape(-1, 4, 2)
        fields = {name: [records[m][1].get(name) for m in some] for name in "abc"}
        library.ephemeris.write(
            identifier,
            Batch(START + np.array(some, dtype=np.int64), degrees.transpose(1, 2, 0), fields),
        )
    found = library.ephemeris.records(identifier, START + np.arange(-5000, 5000))
    assert (found.minutes - START).tolist() == sorted(minutes)
    assert found.degrees is not None
    for column, minute in enumerate(sorted(minutes)):
        places, metadata = records[minute]
        given_places = np.array(places, dtype=np.float64).reshape(4, 2)
        for row, name in enumerate(("geographic", "nbtrace", "sbtrace", "gsm")):
            assert found.degrees[name][:, column].tobytes() == given_places[row].tobytes()
        given_fields = {name: value for name, value in metadata.items() if value is not None}
        columns = found.metadata.items()
        got = {name: values[column] for name, values in columns if values[column] is not None}
        assert got == given_fields
        assert {name: type(value) for name, value in got.items()} == {
            name: type(value) for name, value in given_fields.items()
        }


def test_a_failed_upload_leaves_nothing(
    library: Library, identifier: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.ephemeris.write(identifier, batch([0], a=[1]))
    two_days = batch([1, 2000], a=[1, object()])  # the second day cannot be written
    with pytest.raises(TypeError):
        library.ephemeris.write(identifier, two_days)
    assert library.ephemeris.life(identifier) == (START, START + 1)


def test_a_reader_sees_whole_uploads_only(library: Library, identifier: int) -> None:
    """While days are rewritten again and again, records of a track are of one and the same upload."""
    span = range(0, 3 * MINUTES_PER_DAY, 10)
    library.ephemeris.write(identifier, batch(list(span), lat=0.0))
    done = threading.Event()

    def rewrite() -> None:
        for number in range(40):
            library.ephemeris.write(identifier, batch(list(span), lat=float(number)))
        done.set()

    writer = threading.Thread(target=rewrite)
    writer.start()
    while not done.is_set():
        track = library.ephemeris.track(identifier, START, START + 3 * MINUTES_PER_DAY)
        assert track.geographic.shape == (3, 1), "of two uploads at once"
        records = library.ephemeris.records(identifier, START + np.arange(3 * MINUTES_PER_DAY))
        assert records.degrees is not None
        assert len(set(records.degrees["geographic"][0].tolist())) == 1
    writer.join()


def test_another_process_sees_what_is_written(tmp_path: Path) -> None:
    one, other = Library(tmp_path), Library(tmp_path)
    before = other.records.version()
    record = DataSource(program="own", platform="sat", instrument_type="footprint")
    identifier = int(one.records.add(record).identifier or 0)
    one.ephemeris.write(identifier, batch([0, 1]))
    assert other.records.version() > before
    assert other.ephemeris.life(identifier) == (START, START + 2)
    other.ephemeris.write(identifier, batch([2]))
    assert one.ephemeris.life(identifier) == (START, START + 3)
    one.close()
    other.close()


def test_batches_with_different_fields_are_joined() -> None:
    together = joined([batch([0], a=[1]), batch([1, 2], b=["x", None])])
    assert together.metadata == {"a": [1, None, None], "b": [None, "x", None]}
    assert together.minutes.tolist() == [START, START + 1, START + 2]
