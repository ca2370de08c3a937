"""The file of the library: private, versioned, never written half."""

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from aurorax_dashboard.archive.errors import ArchiveClosingError, BusyError
from aurorax_dashboard.archive.library import database
from aurorax_dashboard.archive.library.database import Database, LibraryFileError


def records_version(file: Database) -> int:
    with file.reading() as connection:
        return connection.execute("SELECT value FROM counters WHERE name = 'records'").fetchone()[0]


def test_the_file_is_private(tmp_path: Path) -> None:
    Database(tmp_path / "new" / "library.sqlite3").close()
    mode = (tmp_path / "new" / "library.sqlite3").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_acknowledged_writes_are_on_the_disk(tmp_path: Path) -> None:
    file = Database(tmp_path / "library.sqlite3")
    with file.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryFileError, match="another version"):
        Database(path)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(LibraryFileError, match="cannot be opened"):
        Database(path)


def test_nothing_of_a_failed_transaction_stays(tmp_path: Path) -> None:
    file = Database(tmp_path / "library.sqlite3")

    def change(statement: str) -> None:
        with file.writing() as connection:
            connection.execute("UPDATE counters SET value = 9")
            connection.execute(statement)

    with pytest.raises(sqlite3.OperationalError):
        change("no SQL")
    assert records_version(file) == 0
    with file.writing() as connection:
        connection.execute("UPDATE counters SET value = 7 WHERE name = 'records'")
    assert records_version(file) == 7
    file.close()


def test_readers_do_not_wait_for_the_writer(tmp_path: Path) -> None:
    file = Database(tmp_path / "library.sqlite3")
    with file.writing() as connection:
        connection.execute("UPDATE counters SET value = 5 WHERE name = 'records'")
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.append(records_version(file)))
        reader.start()
        reader.join(5)
        assert seen == [0]
    assert records_version(file) == 5
    file.close()


def test_another_process_that_writes_for_too_long_makes_it_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE_S", 0.05)
    one, other = Database(tmp_path / "library.sqlite3"), Database(tmp_path / "library.sqlite3")
    with one.writing(), pytest.raises(BusyError), other.writing():
        pass
    with other.writing():
        pass
    one.close()
    other.close()


def test_a_closed_file_says_so(tmp_path: Path) -> None:
    file = Database(tmp_path / "library.sqlite3")
    file.close()
    with pytest.raises(ArchiveClosingError), file.reading():
        pass
    with pytest.raises(ArchiveClosingError), file.writing():
        pass
