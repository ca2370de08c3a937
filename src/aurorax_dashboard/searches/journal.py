"""Entries that are only ever added, in order: on disk (SQLite) or in Redis.

What several people write at once cannot be lost here: nobody replaces anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from aurorax_dashboard.api.bytestore import make_private, redis_of
from aurorax_dashboard.searches.keep import safely

_BUSY_S = 5.0
_SPACE = "aurorax:journal:"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (n INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, entry BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS entries_by_name ON entries (name, n);
"""


class Journal(Protocol):
    """Lists of entries by name. Every method raises KeepError where that does not work."""

    def add(self, name: str, entry: bytes) -> None:
        """Add `entry` at the end of the list `name`; it is safe when this returns."""

    def read(self, name: str) -> list[bytes]:
        """Return all entries of the list `name`, oldest first."""


class DiskJournal:
    """A :class:`Journal` in a file private to the user.

    Parameters
    ----------
    directory
        Made if need be.
    """

    def __init__(self, directory: Path) -> None:
        make_private(directory)
        self._path = directory / "journal.sqlite3"
        with self._opened() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_SCHEMA)

    def add(self, name: str, entry: bytes) -> None:
        """Add `entry` at the end of the list `name`; it is safe when this returns."""

        def insert() -> None:
            with self._opened() as database:
                database.execute("INSERT INTO entries (name, entry) VALUES (?, ?)", (name, entry))

        safely(insert)

    def read(self, name: str) -> list[bytes]:
        """Return all entries of the list `name`, oldest first."""

        def select() -> list[bytes]:
            with self._opened() as database:
                rows = database.execute("SELECT entry FROM entries WHERE name = ? ORDER BY n", (name,))
                return [bytes(entry) for (entry,) in rows]

        return safely(select)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one statement: no connection is shared by threads or outlives a fork."""
        database = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous = FULL")
            yield database
        finally:
            database.close()


class RedisJournal:
    """A :class:`Journal` in Redis, for all machines of one dashboard.

    Parameters
    ----------
    url
        Address of the Redis server; connections are opened at first use.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def add(self, name: str, entry: bytes) -> None:
        """Add `entry` at the end of the list `name`."""
        safely(lambda: redis_of(self._url).rpush(_SPACE + name, entry))

    def read(self, name: str) -> list[bytes]:
        """Return all entries of the list `name`, oldest first."""
        found: list[bytes] = safely(lambda: redis_of(self._url).lrange(_SPACE + name, 0, -1))
        return found
