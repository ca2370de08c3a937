"""The file of what users stored: one writer at a time, any number of readers, in any number of processes.

Whatever is written is on the disk when a transaction ends, or not there at all.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aurorax_dashboard.archive.errors import ArchiveClosingError, BusyError

_VERSION = 1

_PATIENCE_S = 20.0
"""How long to wait for a writer in another process, whose transactions are kept short."""

_LARGEST_LOG = 64 * 1024**2
"""Bytes of the write-ahead log that are kept for reuse."""

FIRST_IDENTIFIER = 1_000_000
"""Identifiers that the library gives; those of the platform and of the catalogue are smaller."""

_SCHEMA = """
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    identifier INTEGER PRIMARY KEY, kind TEXT NOT NULL, program TEXT, platform TEXT,
    instrument_type TEXT, record TEXT NOT NULL
);
CREATE UNIQUE INDEX sources_by_name ON sources (program, platform, instrument_type)
    WHERE kind <> 'removed';
CREATE TABLE days (
    source INTEGER NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL, present BLOB NOT NULL,
    PRIMARY KEY (source, day)
) WITHOUT ROWID;
CREATE TABLE parts (
    source INTEGER NOT NULL, part TEXT NOT NULL, day INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (source, part, day)
);
CREATE TABLE products (
    source INTEGER NOT NULL, url TEXT NOT NULL, type TEXT NOT NULL, start INTEGER NOT NULL,
    stop INTEGER NOT NULL, metadata TEXT NOT NULL, PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE INDEX products_by_start ON products (source, start, url);
CREATE TABLE deletions (
    job_id TEXT PRIMARY KEY, source INTEGER NOT NULL, first INTEGER NOT NULL, stop INTEGER NOT NULL,
    reached INTEGER NOT NULL, accepted TEXT NOT NULL, ended TEXT, deleted INTEGER NOT NULL, error TEXT
);
CREATE INDEX deletions_by_source ON deletions (source);
CREATE TABLE copied (
    source INTEGER NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (source, day)
) WITHOUT ROWID;
"""


class LibraryFileError(RuntimeError):
    """The file of the library cannot be used; the message says why."""


class Database:
    """A SQLite file in write-ahead mode. Safe to use from many threads.

    Parameters
    ----------
    path
        Made if need be, private to the user.

    Raises
    ------
    LibraryFileError
        If it cannot be opened, or was written by another version of the archive.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        self._pooling = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            self._writer = self._connection()
            version = self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise LibraryFileError(f"{path} cannot be opened: {error}") from None
        if version not in {0, _VERSION}:
            self._writer.close()
            raise LibraryFileError(f"{path} was written by another version of the archive.")

    def _connection(self) -> sqlite3.Connection:
        database = sqlite3.connect(
            self._path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
        )
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG}")
        return database

    def _prepare(self) -> int:
        self._writer.execute("BEGIN IMMEDIATE")
        (version,) = self._writer.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                self._writer.execute(statement)
            self._writer.executemany(
                "INSERT INTO counters VALUES (?, ?)",
                [("records", 0), ("identifiers", FIRST_IDENTIFIER - 1)],
            )
            self._writer.execute(f"PRAGMA user_version = {_VERSION}")
        self._writer.execute("COMMIT")
        return int(version)

    def close(self) -> None:
        """Give the file back. Whatever still wants it gets an :class:`ArchiveClosingError`."""
        with self._writing, self._pooling:
            self._closed = True
            for database in (self._writer, *self._idle):
                database.close()
            self._idle.clear()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees everything as it is now, whatever is written meanwhile."""
        with self._pooling:
            if self._closed:
                raise ArchiveClosingError("The archive is closed.")
            database = self._idle.pop() if self._idle else None
        database = database or self._connection()
        try:
            database.execute("BEGIN")
            try:
                yield database
            finally:
                database.execute("COMMIT")
        finally:
            with self._pooling:
                if self._closed:
                    database.close()
                else:
                    self._idle.append(database)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection that writes: all of it when the block ends well, else nothing.

        Raises
        ------
        BusyError
            If another process writes for too long.
        """
        with self._writing:
            if self._closed:
                raise ArchiveClosingError("The archive is closed.")
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise BusyError(f"The library is being written to ({error}). Try again.") from None
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise


def count_up(database: sqlite3.Connection, name: str) -> int:
    """Raise a counter by one, within a transaction, and return it."""
    (value,) = database.execute(
        "UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value", (name,)
    ).fetchone()
    return int(value)
