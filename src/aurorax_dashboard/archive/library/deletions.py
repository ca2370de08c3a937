"""Deletions of ephemeris: accepted at once, carried out behind, never lost and never out of turn.

A deletion concerns the records there are when it is accepted. Whatever is written to a source afterwards
first carries out what is still to be deleted.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import zlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec

from aurorax_dashboard.archive.errors import ArchiveClosingError, BusyError, NotFoundError
from aurorax_dashboard.archive.library.database import Database
from aurorax_dashboard.archive.library.days import delete_minutes, read_edges
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY

_log = logging.getLogger(__name__)

_KEPT = timedelta(hours=1)
"""How long the platform remembers a deletion that has ended."""

_DAYS_AT_A_TIME = 30
"""Deleted in one transaction, so that others need not wait long for theirs."""

_AGAIN_S = 2.0


class Deletion(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion of the records of one source at minutes ``first ≤ m < stop``."""

    job_id: str
    source: int
    first: int
    stop: int
    reached: int
    """Whatever lies before this minute has been deleted."""
    accepted: datetime
    ended: datetime | None
    deleted: int
    error: str | None


class Deletions:
    """The deletions of one library. Safe to use from many threads.

    Parameters
    ----------
    database
        Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._worker: threading.Thread | None = None

    def start(self) -> None:
        """Begin to carry out what was accepted, now or before."""
        self._wanted.set()
        self._worker = threading.Thread(target=self._work, name="deletions", daemon=True)
        self._worker.start()

    def close(self) -> None:
        """Stop; what is not done is done after the next start."""
        self._closing.set()
        self._wanted.set()
        if self._worker:
            self._worker.join()

    def add(self, identifier: int, first: int, stop: int) -> str:
        """Accept a deletion of the records at minutes ``first ≤ m < stop``; return its identifier."""
        job_id = str(uuid4())
        time = _now()
        with self._database.writing() as database:
            database.execute("DELETE FROM deletions WHERE ended < ?", ((time - _KEPT).isoformat(),))
            database.execute(
                "INSERT INTO deletions VALUES (?, ?, ?, ?, ?, ?, NULL, 0, NULL)",
                (job_id, identifier, first, stop, first, time.isoformat()),
            )
        self._wanted.set()
        return job_id

    def recent(self, identifier: int) -> list[Deletion]:
        """Return the deletions of a source that go on or ended within an hour, newest first."""
        with self._database.reading() as database:
            rows = database.execute(
                "SELECT * FROM deletions WHERE source = ? AND (ended IS NULL OR ended >= ?) "
                "ORDER BY accepted DESC, rowid DESC",
                (identifier, (_now() - _KEPT).isoformat()),
            ).fetchall()
        return [_deletion(row) for row in rows]

    def get(self, identifier: int, job_id: str) -> Deletion:
        """Return a recent deletion of a source.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        for deletion in self.recent(identifier):
            if deletion.job_id == job_id.lower():
                return deletion
        raise NotFoundError(f"There is no recent delete job {job_id} of data source {identifier}.")

    def _work(self) -> None:
        while self._wanted.wait() and not self._closing.is_set():
            self._wanted.clear()
            try:
                while not self._closing.is_set() and self._step():
                    pass
            except ArchiveClosingError:
                return
            except (BusyError, sqlite3.Error) as error:
                _log.warning("A deletion has to wait: %s", error)
                self._closing.wait(_AGAIN_S)
                self._wanted.set()

    def _step(self) -> bool:
        """Carry out some of the oldest deletion; return whether there may be more to do."""
        with self._database.writing() as database:
            row = database.execute(
                "SELECT * FROM deletions WHERE ended IS NULL ORDER BY rowid LIMIT 1"
            ).fetchone()
            if row is None:
                return False
            _carry_out(database, _deletion(row), _DAYS_AT_A_TIME)
        return True


def finish_deletions(database: sqlite3.Connection, identifier: int) -> None:
    """Carry out, within a transaction, what is still to be deleted of a source."""
    while row := database.execute(
        "SELECT * FROM deletions WHERE source = ? AND ended IS NULL ORDER BY rowid LIMIT 1",
        (identifier,),
    ).fetchone():
        _carry_out(database, _deletion(row), None)


def _carry_out(database: sqlite3.Connection, deletion: Deletion, days: int | None) -> None:
    """Delete the records of some `days` (None: all), and note it; one that cannot be done has failed."""
    database.execute("SAVEPOINT carrying_out")
    try:
        edges = read_edges(database, deletion.source)
        first = max(deletion.reached, edges[0]) if edges else deletion.stop
        stop = min(deletion.stop, edges[1] + 1) if edges else deletion.stop
        if days is not None:
            stop = min(stop, (first // MINUTES_PER_DAY + days) * MINUTES_PER_DAY)
        deleted = delete_minutes(database, deletion.source, first, stop)
        done = edges is None or stop >= min(deletion.stop, edges[1] + 1)
        database.execute(
            "UPDATE deletions SET reached = ?, deleted = deleted + ?, ended = ? WHERE job_id = ?",
            (stop, deleted, _now().isoformat() if done else None, deletion.job_id),
        )
    except (KeyError, ValueError, zlib.error, msgspec.MsgspecError) as error:
        database.execute("ROLLBACK TO carrying_out")
        _log.exception("The deletion %s has failed", deletion.job_id)
        database.execute(
            "UPDATE deletions SET ended = ?, error = ? WHERE job_id = ?",
            (_now().isoformat(), f"A stored block cannot be read ({error}).", deletion.job_id),
        )
    database.execute("RELEASE carrying_out")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _deletion(row: tuple[object, ...]) -> Deletion:
    return msgspec.convert(dict(zip(Deletion.__struct_fields__, row, strict=True)), Deletion)
