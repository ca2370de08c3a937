from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aurorax_dashboard.api.models import Location
from aurorax_dashboard.archive import store as store_module
from aurorax_dashboard.archive.errors import ConflictError, NotFoundError
from aurorax_dashboard.archive.store import Asker, Outcome, Store, StoreFileError, now

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"
ASKER = Asker(name="somebody", address="192.0.2.7")
DONE = Outcome(error=False, result_count=2, file_size=10, duration=timedelta(milliseconds=1500))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def test_a_request_before_and_after_its_end(folder: Path) -> None:
    store = Store(folder)
    assert store.add(ID, "conjunctions", b'{"start":null}', ASKER)
    store.log(ID, "Search request arrived and saved")
    before = store.status(ID, "conjunctions")
    assert before.search_request.request_type == "conjunction"
    assert before.search_request.query == {"start": None}
    result = before.search_result
    assert {getattr(result, name) for name in result.__struct_fields__} == {None}
    assert store.finish(ID, DONE, "Finished")
    after = store.status(ID.upper(), "conjunctions")
    assert after.search_result.error_condition is False
    assert after.search_result.data_uri == f"/api/v1/conjunctions/requests/{ID}/data"
    assert after.search_result.query_duration == 1500
    assert [line.summary for line in after.logs] == ["Search request arrived and saved", "Finished"]
    assert after.search_result.completed_timestamp.tzinfo is None
    store.close()


def test_a_search_ends_once_and_its_log_with_it(folder: Path) -> None:
    store = Store(folder)
    store.add(ID, "ephemeris", b"{}", ASKER)
    assert store.finish(ID, Outcome(error=True), "cancelled", "error")
    assert not store.finish(ID, DONE, "Finished")
    store.log(ID, "a late thread says something")
    status = store.status(ID, "ephemeris")
    assert status.failed
    assert [line.summary for line in status.logs] == ["cancelled"]
    store.close()


def test_the_same_search_is_added_once_and_another_conflicts(folder: Path) -> None:
    store = Store(folder)
    assert store.add(ID, "ephemeris", b"{}", ASKER)
    assert not store.add(ID, "ephemeris", b"{}", ASKER)
    with pytest.raises(ConflictError):
        store.add(ID, "ephemeris", b'{"start":null}', ASKER)
    with pytest.raises(ConflictError):
        store.add(ID, "conjunctions", b"{}", ASKER)
    store.close()


def test_everything_survives_a_restart(folder: Path) -> None:
    store = Store(folder)
    store.add(ID, "ephemeris", b"{}", ASKER)
    identifier = store.identify_location(Location(lat=51.05, lon=-114.07))
    store.results.write(ID, [[b'{"a":1}'], [b'{"a":2}']])
    store.close()
    again = Store(folder)
    assert [search.request_id for search in again.unfinished()] == [ID]
    assert again.locations() == {identifier: Location(lat=51.05, lon=-114.07)}
    assert [line.strip() for batch in again.results.read(ID) for line in batch] == [
        b'{"a":1}',
        b'{"a":2}',
    ]
    again.close()


def test_locations_get_negative_identifiers_each_its_own(folder: Path) -> None:
    store = Store(folder)
    first = store.identify_location(Location(lat=1.0, lon=2.0))
    second = store.identify_location(Location(lat=1.0, lon=2.5))
    assert (first, second) == (-1, -2)
    assert store.identify_location(Location(lat=1.0, lon=2.0)) == -1
    assert store.location(-2) == Location(lat=1.0, lon=2.5)
    assert store.location(-3) is None
    assert store.location(-(2**70)) is None
    store.close()


def test_only_the_newest_locations_are_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_LISTED_LOCATIONS", 2)
    store = Store(folder)
    for lat in range(4):
        store.identify_location(Location(lat=float(lat), lon=0.0))
    assert list(store.locations()) == [-3, -4]
    assert store.location(-1) is not None
    store.close()


def test_an_unknown_request_is_not_found(folder: Path) -> None:
    store = Store(folder)
    store.add(ID, "ephemeris", b"{}", ASKER)
    with pytest.raises(NotFoundError):
        store.status(ID, "conjunctions")
    store.close()


def test_a_broken_write_leaves_nothing_behind(folder: Path) -> None:
    store = Store(folder)

    def broken():
        yield [b"{}"]
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.results.write(ID, broken())
    assert list((folder / "results").iterdir()) == []
    with pytest.raises(NotFoundError):
        store.results.read(ID)
    store.close()


def test_only_finished_and_old_results_expire(folder: Path) -> None:
    store = Store(folder)
    running = ID.replace("5", "6")
    for request_id in (ID, running):
        store.add(request_id, "ephemeris", b"{}", ASKER)
        store.results.write(request_id, [[b"{}"]])
    store.finish(ID, DONE, "Finished")
    assert store.expire(now() - timedelta(days=1)) == 0
    assert store.expire(now() + timedelta(seconds=1)) == 1
    assert isinstance(
        store.status(ID, "ephemeris").search_result.result_file_deleted_timestamp, datetime
    )
    with pytest.raises(NotFoundError):
        store.results.read(ID)
    assert len(list(store.results.read(running))) == 1
    store.close()


def test_a_reader_reads_on_when_the_result_is_deleted(folder: Path) -> None:
    store = Store(folder)
    store.results.write(ID, [[b"x" * 1000] * 1000])
    reader = store.results.read(ID)
    first = next(reader)
    store.results.delete(ID)
    assert len(first) + sum(len(batch) for batch in reader) == 1000
    store.close()


def test_a_second_archive_in_the_same_folder_is_refused(folder: Path) -> None:
    store = Store(folder)
    with pytest.raises(StoreFileError, match="already uses"):
        Store(folder, patience_s=0.05)
    store.close()


def test_a_damaged_file_is_refused(folder: Path) -> None:
    folder.mkdir()
    (folder / "archive.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(StoreFileError, match="cannot be opened"):
        Store(folder)


def test_the_folder_is_private(folder: Path) -> None:
    store = Store(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    store.close()
