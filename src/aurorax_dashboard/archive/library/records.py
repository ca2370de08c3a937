"""Records of data sources that users added, and of simulated ones that they changed."""

from __future__ import annotations

import sqlite3
from typing import Literal

import msgspec

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.errors import ConflictError, DuplicateError, NotFoundError
from aurorax_dashboard.archive.library.database import Database, count_up
from aurorax_dashboard.archive.library.deletions import finish_deletions

Kind = Literal["stored", "changed", "removed"]
"""Added by users; simulated, with another record; once stored, kept for the results that name it."""


class SourceRecords:
    """Implements :class:`aurorax_dashboard.archive.sources.Records`.

    Parameters
    ----------
    database
        Where the records are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def version(self) -> int:
        """Return a number that grows whenever a record is added, changed or removed."""
        with self._database.reading() as database:
            (version,) = database.execute(
                "SELECT value FROM counters WHERE name = 'records'"
            ).fetchone()
        return int(version)

    def all(self, kind: Kind) -> dict[int, DataSource]:
        """Return the records of a kind by identifier."""
        with self._database.reading() as database:
            rows = database.execute(
                "SELECT identifier, record FROM sources WHERE kind = ? ORDER BY identifier", (kind,)
            ).fetchall()
        return {identifier: _decoded(record) for identifier, record in rows}

    def is_stored(self, identifier: int) -> bool:
        """Return whether this source was added, rather than simulated."""
        with self._database.reading() as database:
            return kind_of(database, identifier) == "stored"

    def add(self, record: DataSource) -> DataSource:
        """Keep a new source and return its record, with an identifier if it had none.

        An identifier that stood for a simulated source stands for the stored one from now on.

        Raises
        ------
        DuplicateError
            If there is a stored source of the same identifier, or of the same program, platform and
            instrument type.
        """
        with self._database.writing() as database:
            identifier = record.identifier
            if identifier is None:
                identifier = _next_identifier(database)
            elif kind_of(database, identifier) == "stored":
                raise DuplicateError(
                    f"There is already a data source record with identifier {identifier}."
                )
            record = msgspec.structs.replace(record, identifier=identifier, stats=None)
            _keep(database, "stored", record)
        return record

    def adopt(self, record: DataSource, origin: str) -> None:
        """Keep the record of a source that is a copy of another archive's, with its identifier.

        It takes the place of a simulated source, and of an earlier copy from the same `origin`, which
        stands in its metadata.

        Raises
        ------
        DuplicateError
            If there is another stored source of the same identifier, or of the same program, platform
            and instrument type.
        """
        record = msgspec.structs.replace(
            record, stats=None, metadata={**(record.metadata or {}), "origin": origin}
        )
        identifier = int(record.identifier or 0)
        with self._database.writing() as database:
            if kind_of(database, identifier) == "stored":
                (known,) = database.execute(
                    "SELECT record FROM sources WHERE identifier = ?", (identifier,)
                ).fetchone()
                if (_decoded(known).metadata or {}).get("origin") != origin:
                    raise DuplicateError(
                        f"There is another stored data source with identifier {identifier}."
                    )
            _keep(database, "stored", record)

    def replace(self, identifier: int, record: DataSource) -> None:
        """Keep another record of a source, be it stored or simulated.

        Raises
        ------
        DuplicateError
            If another stored source has the same program, platform and instrument type.
        """
        record = msgspec.structs.replace(record, identifier=identifier, stats=None)
        with self._database.writing() as database:
            stored = kind_of(database, identifier) == "stored"
            _keep(database, "stored" if stored else "changed", record)

    def remove(self, identifier: int) -> None:
        """Remove a stored source that has no data.

        Raises
        ------
        NotFoundError
            If there is no such stored source.
        ConflictError
            If it has ephemeris or data products.
        """
        with self._database.writing() as database:
            if kind_of(database, identifier) != "stored":
                raise NotFoundError(
                    f"There was no data source record found with identifier {identifier}."
                )
            finish_deletions(database, identifier)
            for table, what in (("days", "ephemeris"), ("products", "data products")):
                if database.execute(
                    f"SELECT 1 FROM {table} WHERE source = ? LIMIT 1",  # noqa: S608
                    (identifier,),
                ).fetchone():
                    raise ConflictError(f"This data source still has {what}: delete them first.")
            database.execute("DELETE FROM copied WHERE source = ?", (identifier,))
            database.execute("UPDATE sources SET kind = 'removed' WHERE identifier = ?", (identifier,))
            count_up(database, "records")

    def former(self, identifier: int) -> DataSource | None:
        """Return the record of a source that was removed."""
        with self._database.reading() as database:
            row = database.execute(
                "SELECT record FROM sources WHERE identifier = ? AND kind = 'removed'", (identifier,)
            ).fetchone()
        return _decoded(row[0]) if row else None


def kind_of(database: sqlite3.Connection, identifier: int) -> Kind | None:
    """Return what is known of an identifier, None if nothing is."""
    row = database.execute("SELECT kind FROM sources WHERE identifier = ?", (identifier,)).fetchone()
    kind: Kind | None = row[0] if row else None
    return kind


def require_stored(database: sqlite3.Connection, identifier: int) -> None:
    """Raise :class:`NotFoundError` unless a source is stored: it may have been removed a moment ago."""
    if kind_of(database, identifier) != "stored":
        raise NotFoundError(f"There was no data source record found with identifier {identifier}.")


def _next_identifier(database: sqlite3.Connection) -> int:
    while kind_of(database, identifier := count_up(database, "identifiers")) is not None:
        pass
    return identifier


def _keep(database: sqlite3.Connection, kind: Kind, record: DataSource) -> None:
    try:
        database.execute(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (identifier) DO UPDATE SET "
            "kind = excluded.kind, program = excluded.program, platform = excluded.platform, "
            "instrument_type = excluded.instrument_type, record = excluded.record",
            (
                record.identifier,
                kind,
                record.program,
                record.platform,
                record.instrument_type,
                msgspec.json.encode(record).decode(),
            ),
        )
    except sqlite3.IntegrityError:
        raise DuplicateError(
            "There is already a data source record with this program, platform and instrument type."
        ) from None
    count_up(database, "records")


def _decoded(record: str) -> DataSource:
    return msgspec.json.decode(record, type=DataSource)
