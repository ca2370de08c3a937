"""Searches on disk: what was asked, how it went, its log. Results are files beside the database.

One process owns a store: a second one on the same folder is refused.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import msgspec

from aurorax_dashboard.api.management import SearchRequestListing
from aurorax_dashboard.api.models import (
    Location,
    RequestType,
    SearchKind,
    SearchLog,
    SearchRequest,
    SearchResult,
    SearchStatus,
)
from aurorax_dashboard.archive.errors import ArchiveClosingError, ConflictError, NotFoundError
from aurorax_dashboard.archive.results import ResultFiles

REQUEST_TYPES: dict[SearchKind, RequestType] = {
    "conjunctions": "conjunction",
    "ephemeris": "ephemeris",
    "data_products": "data_product",
}

_VERSION = 2
_LISTED_LOCATIONS = 1_000
_MOST_OF_SQLITE = 2**63
"""Integers from here on cannot be asked for."""

_STEPS = (
    """
    CREATE TABLE requests (
        request_id TEXT PRIMARY KEY, kind TEXT NOT NULL, query TEXT NOT NULL, requested TEXT NOT NULL,
        completed TEXT, error INTEGER, file_size INTEGER, duration_ms INTEGER, result_count INTEGER,
        deleted TEXT
    ) WITHOUT ROWID;
    CREATE INDEX requests_by_completion ON requests (completed);
    CREATE TABLE logs (request_id TEXT NOT NULL, level TEXT, summary TEXT, timestamp TEXT);
    CREATE INDEX logs_by_request ON logs (request_id);
    CREATE TABLE locations (identifier INTEGER PRIMARY KEY, lat REAL, lon REAL, UNIQUE (lat, lon));
    """,
    """
    ALTER TABLE requests ADD COLUMN caller TEXT NOT NULL DEFAULT '';
    ALTER TABLE requests ADD COLUMN address TEXT;
    ALTER TABLE requests ADD COLUMN starts INTEGER NOT NULL DEFAULT 0;
    """,
)
"""From each version of the database to the next, the first from an empty one."""


class StoreFileError(RuntimeError):
    """The folder cannot be used: another process has it, or it is damaged or of a later version."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a search ended."""

    error: bool
    result_count: int = 0
    file_size: int = 0
    duration: timedelta = timedelta()


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked for a search."""

    name: str
    """What tells callers apart, to share fairly between them."""
    address: str | None = None
    """Network address."""


class StoredSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A search that still has to be run."""

    request_id: str
    kind: SearchKind
    query: bytes
    """The query as JSON."""
    caller: str
    """Name of who asked."""
    starts: int = 0
    """How often it has been begun."""


def now() -> datetime:
    """Return the present as the naive UTC time that the platform writes."""
    return datetime.now(UTC).replace(tzinfo=None)


class Store:
    """The searches of one archive.

    Parameters
    ----------
    folder
        Where it is kept; made if need be, private to the user.
    patience_s
        How long to wait for another process to let go of the folder.

    Raises
    ------
    StoreFileError
        If another process keeps it, or its contents are damaged or of a later version.
    """

    def __init__(self, folder: Path, patience_s: float = 3.0) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        self._lock = threading.RLock()
        self._closed = False
        self._database = self._open(folder / "archive.sqlite3", patience_s)
        self.results = ResultFiles(folder / "results")

    @staticmethod
    def _open(path: Path, patience_s: float) -> sqlite3.Connection:
        database = sqlite3.connect(
            path, timeout=patience_s, isolation_level=None, check_same_thread=False
        )
        try:
            # Held until the connection closes, so it also keeps a second archive out of the folder.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("BEGIN IMMEDIATE")
            (version,) = database.execute("PRAGMA user_version").fetchone()
            for step in _STEPS[version:]:
                for statement in filter(str.strip, step.split(";")):
                    database.execute(statement)
            database.execute(f"PRAGMA user_version = {max(version, _VERSION)}")
            database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            database.close()
            raise StoreFileError(f"Another archive already uses {path.parent} ({error}).") from None
        except sqlite3.DatabaseError as error:
            database.close()
            raise StoreFileError(f"{path} cannot be opened: {error}") from None
        if version > _VERSION:
            database.close()
            raise StoreFileError(f"{path.parent} was written by a later version of the archive.")
        return database

    def close(self) -> None:
        """Give the folder back. Whatever still wants the store gets an :class:`ArchiveClosingError`."""
        with self._lock:
            self._closed = True
            self._database.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise ArchiveClosingError("The archive is closed.")
            yield self._database

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as database:
            database.execute("BEGIN")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    # ---- requests ------------------------------------------------------------------------------

    def add(self, request_id: str, kind: SearchKind, query: bytes, asker: Asker) -> bool:
        """Save a search to be run; return False if this very search is there already.

        Raises
        ------
        ConflictError
            If the identifier stands for another search.
        """
        with self._transaction() as database:
            known = database.execute(
                "SELECT kind, query FROM requests WHERE request_id = ?", (request_id,)
            ).fetchone()
            if known is None:
                database.execute(
                    "INSERT INTO requests (request_id, kind, query, requested, caller, address) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        request_id,
                        kind,
                        query.decode(),
                        now().isoformat(),
                        asker.name,
                        asker.address,
                    ),
                )
                return True
        if known != (kind, query.decode()):
            raise ConflictError(f"request_id: {request_id} already stands for another search")
        return False

    def remove(self, request_id: str) -> None:
        """Forget a search that could not be taken on."""
        with self._transaction() as database:
            database.execute("DELETE FROM requests WHERE request_id = ?", (request_id,))
            database.execute("DELETE FROM logs WHERE request_id = ?", (request_id,))

    def unfinished(self) -> list[StoredSearch]:
        """Return the searches that have not ended, oldest first."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT request_id, kind, query, caller, starts FROM requests "
                "WHERE completed IS NULL ORDER BY requested"
            ).fetchall()
        return [
            StoredSearch(
                request_id=request_id, kind=kind, query=query.encode(), caller=caller, starts=starts
            )
            for request_id, kind, query, caller, starts in rows
        ]

    def begin(self, request_id: str) -> None:
        """Count that a search is begun, so that one which ends the archive is not begun for ever."""
        with self._transaction() as database:
            database.execute(
                "UPDATE requests SET starts = starts + 1 WHERE request_id = ?", (request_id,)
            )

    def take_back_start(self, request_id: str) -> None:
        """Do not count the last beginning of a search that was stopped with the archive."""
        with self._transaction() as database:
            database.execute(
                "UPDATE requests SET starts = starts - 1 WHERE request_id = ? AND starts > 0",
                (request_id,),
            )

    def log(self, request_id: str, summary: str, level: str = "debug") -> None:
        """Add a line to a search's log, unless the search has ended."""
        with self._transaction() as database:
            database.execute(
                "INSERT INTO logs SELECT request_id, ?, ?, ? FROM requests "
                "WHERE request_id = ? AND completed IS NULL",
                (level, summary, now().isoformat(), request_id),
            )

    def finish(self, request_id: str, outcome: Outcome, summary: str, level: str = "info") -> bool:
        """End a search with a last line in its log; return False if it had ended before."""
        with self._transaction() as database:
            time = now().isoformat()
            ended = database.execute(
                "UPDATE requests SET completed = ?, error = ?, file_size = ?, duration_ms = ?, "
                "result_count = ? WHERE request_id = ? AND completed IS NULL",
                (
                    time,
                    outcome.error,
                    outcome.file_size,
                    round(outcome.duration / timedelta(milliseconds=1)),
                    outcome.result_count,
                    request_id,
                ),
            ).rowcount
            if ended:
                database.execute(
                    "INSERT INTO logs VALUES (?, ?, ?, ?)", (request_id, level, summary, time)
                )
        return bool(ended)

    def status(self, request_id: str, kind: SearchKind) -> SearchStatus:
        """Return what was asked, how it went, and the log.

        Raises
        ------
        NotFoundError
            If there is no such search of this kind.
        """
        with self._reading() as database:
            row = database.execute(
                "SELECT query, requested, completed, error, file_size, duration_ms, result_count, "
                "deleted FROM requests WHERE request_id = ? AND kind = ?",
                (request_id.lower(), kind),
            ).fetchone()
            if row is None:
                raise NotFoundError(
                    f"There is no {REQUEST_TYPES[kind]} search request with id {request_id}."
                )
            logs = database.execute(
                "SELECT level, summary, timestamp FROM logs WHERE request_id = ? ORDER BY rowid",
                (request_id.lower(),),
            ).fetchall()
        query, requested, completed, error, file_size, duration_ms, count, deleted = row
        ended = completed is not None
        return SearchStatus(
            search_request=SearchRequest(
                request_id=request_id.lower(),
                request_type=REQUEST_TYPES[kind],
                query=msgspec.json.decode(query),
                requested=datetime.fromisoformat(requested),
            ),
            search_result=SearchResult(
                completed_timestamp=datetime.fromisoformat(completed) if ended else None,
                data_uri=f"/api/v1/{kind}/requests/{request_id.lower()}/data" if ended else None,
                error_condition=bool(error) if ended else None,
                file_size=file_size,
                query_duration=duration_ms,
                result_count=count,
                result_file_deleted_timestamp=datetime.fromisoformat(deleted) if deleted else None,
            ),
            logs=[
                SearchLog(level=level, summary=summary, timestamp=datetime.fromisoformat(time))
                for level, summary, time in logs
            ],
        )

    def listings(self) -> Iterator[SearchRequestListing]:
        """Yield every search, oldest first."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT request_id, kind, requested, completed, error, file_size, duration_ms, "
                "result_count, deleted, address FROM requests ORDER BY requested"
            ).fetchall()
        time = now()
        for (
            request_id,
            kind,
            asked,
            completed,
            error,
            file_size,
            duration,
            count,
            deleted,
            address,
        ) in rows:
            requested, active = datetime.fromisoformat(asked), completed is None
            yield SearchRequestListing(
                search_type=REQUEST_TYPES[kind],
                request_id=request_id,
                requested=requested,
                active=active,
                ip_address=address,
                result_file_exists=not (active or error or deleted),
                query_duration=(time - requested) // timedelta(milliseconds=1) if active else duration,
                file_size=file_size,
                result_count=count,
                error_condition=None if active else bool(error),
            )

    def delete_result(self, request_id: str) -> None:
        """Delete a finished search's data; the search itself stays known."""
        self.results.delete(request_id)
        with self._transaction() as database:
            database.execute(
                "UPDATE requests SET deleted = ? "
                "WHERE request_id = ? AND completed IS NOT NULL AND deleted IS NULL",
                (now().isoformat(), request_id.lower()),
            )

    def expire(self, before: datetime) -> int:
        """Delete the data of searches that ended before a naive UTC time; return how many."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT request_id FROM requests WHERE completed < ? AND error = 0 AND deleted IS NULL",
                (before.isoformat(),),
            ).fetchall()
        for (request_id,) in rows:
            self.delete_result(request_id)
        return len(rows)

    def shrink(self, most_bytes: int) -> int:
        """Delete the data of the searches that ended first, until the others fit; return how many."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT request_id, file_size FROM requests "
                "WHERE error = 0 AND deleted IS NULL ORDER BY completed DESC"
            ).fetchall()
        sizes = accumulate(size for _, size in rows)
        beyond = [
            request_id for (request_id, _), size in zip(rows, sizes, strict=True) if size > most_bytes
        ]
        for request_id in beyond:
            self.delete_result(request_id)
        return len(beyond)

    def delete_strays(self) -> None:
        """Delete the files that a process which died has left: of searches that have no result."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT request_id FROM requests WHERE error = 0 AND deleted IS NULL"
            ).fetchall()
        self.results.keep_only({request_id for (request_id,) in rows})

    # ---- custom locations ----------------------------------------------------------------------

    def locations(self) -> dict[int, Location]:
        """Return the custom locations that were new last, by their negative identifiers, oldest first."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT * FROM (SELECT * FROM locations ORDER BY identifier LIMIT ?) ORDER BY identifier DESC",
                (_LISTED_LOCATIONS,),
            ).fetchall()
        return {identifier: Location(lat=lat, lon=lon) for identifier, lat, lon in rows}

    def location(self, identifier: int) -> Location | None:
        """Return one custom location, None if there is none with this identifier."""
        if abs(identifier) >= _MOST_OF_SQLITE:
            return None
        with self._reading() as database:
            row = database.execute(
                "SELECT lat, lon FROM locations WHERE identifier = ?", (identifier,)
            ).fetchone()
        return None if row is None else Location(lat=row[0], lon=row[1])

    def identify_location(self, location: Location) -> int:
        """Return the identifier of `location`, a new one if it has none."""
        place = (location.lat, location.lon)
        with self._transaction() as database:
            database.execute(
                "INSERT OR IGNORE INTO locations "
                "SELECT COALESCE(MIN(identifier), 0) - 1, ?, ? FROM locations",
                place,
            )
            (identifier,) = database.execute(
                "SELECT identifier FROM locations WHERE lat = ? AND lon = ?", place
            ).fetchone()
        return int(identifier)
