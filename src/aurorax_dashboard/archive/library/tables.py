"""Ephemeris in files: CSV and Parquet tables with a row a record, and JSON as the API has it.

Columns are those of the dashboard's ephemeris tables: ``epoch``; ``lat`` and ``lon``, with ``gsm_``,
``nbtrace_`` and ``sbtrace_`` before them for the other positions; ``program``, ``platform`` and
``instrument_type``, unless they are given for the whole file; ``metadata.<field>`` for everything else.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from aurorax_dashboard.api.management import EphemerisUpload
from aurorax_dashboard.api.models import DataSource, Location
from aurorax_dashboard.archive.library.surveys import (
    Found,
    Loadable,
    Names,
    Pieces,
    Progress,
    Survey,
)
from aurorax_dashboard.archive.library.uploads import batch_of, ephemeris_problems
from aurorax_dashboard.times import parse_time

NAMES = ("program", "platform", "instrument_type")

_METADATA = "metadata."
_IGNORED = {"identifier"}
"""Of the dashboard's tables; here sources are known by their names."""

_POSITIONS = {
    "location_geo": ("", "location_geo."),
    "location_gsm": ("gsm_", "location_gsm."),
    "nbtrace": ("nbtrace_", "nbtrace."),
    "sbtrace": ("sbtrace_", "sbtrace."),
}
"""How the columns of a position begin: in the dashboard's tables, and in flattened JSON."""

_PLACES = {
    f"{prefix}{part}": (position, part)
    for position, prefixes in _POSITIONS.items()
    for prefix in prefixes
    for part in ("lat", "lon")
}

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.?[0-9]+(?=[eE]))([eE][-+]?[0-9]{1,3})?|[-+]?\.[0-9]+")

_ROWS_AT_A_TIME = 20_000

Row = tuple[str, EphemerisUpload | str]
"""Where a record stands ("line 7"), and the record, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says of all records of a file."""

    names: Mapping[str, str]
    """Program, platform and instrument type, as far as they are given."""
    source_type: str | None
    display_name: str | None
    owner: str
    """Email address of who may manage new sources, besides administrators; or empty."""
    origin: str


class TableError(ValueError):
    """A file cannot be read as what it should be; the message says why."""


def unreadable(error: UnicodeDecodeError | csv.Error) -> TableError:
    """Return what is wrong with a file that cannot even be taken apart into lines and cells."""
    if isinstance(error, UnicodeDecodeError):
        return TableError("is no text in UTF-8")
    return TableError(f"is no CSV file that can be read: {error}")


def load_table(path: Path, given: Given, progress: Progress) -> Loadable:
    """Look through a file of ephemeris.

    Raises
    ------
    TableError
        If it is no such file, or a column is missing or not known.
    """
    read = _READERS[path.suffix.lower()]
    survey = Survey()
    for rows in _some(read(path, given, progress)):
        records = []
        for where, record in rows:
            problems = [record] if isinstance(record, str) else list(ephemeris_problems(record))
            for problem in problems:
                survey.complain(f"{where}: {problem}")
            if not isinstance(record, str) and not problems:
                records.append(record)
        for names, batch in _batches(records):
            found = survey.found.setdefault(names, Found(_source(names, given)))
            found.add(batch)

    def pieces(progress: Progress) -> Pieces:
        for rows in _some(read(path, given, progress)):
            yield from _batches([record for _, record in rows if not isinstance(record, str)])

    return Loadable(survey, pieces)


def _some(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, _ROWS_AT_A_TIME)):
        yield some


def _batches(records: Sequence[EphemerisUpload]) -> Pieces:
    by_names: dict[Names, list[EphemerisUpload]] = {}
    for record in records:
        names = record.program, record.platform, record.instrument_type
        by_names.setdefault(names, []).append(record)
    for names, group in by_names.items():
        yield names, batch_of(group)


def _source(names: Names, given: Given) -> DataSource:
    program, platform, instrument_type = names
    return DataSource(
        program=program,
        platform=platform,
        instrument_type=instrument_type,
        source_type=given.source_type,
        display_name=given.display_name or platform,
        ephemeris_metadata_schema=[],
        data_product_metadata_schema=[],
        owner=given.owner,
        maintainers=[],
        metadata={"origin": given.origin},
    )


# ---- tables ------------------------------------------------------------------------------------


def _read_csv(path: Path, given: Given, progress: Progress) -> Iterator[Row]:
    size = max(path.stat().st_size, 1)
    try:
        with path.open("rb") as file:
            lines = csv.reader(TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=True)
            header = next(lines, [])
            columns = _Columns([name.strip() for name in header], given, _value)
            for number, cells in enumerate(lines):
                if number % 1_000 == 0:
                    progress(file.tell() / size)
                where = f"line {lines.line_num}"
                if not cells:
                    continue
                if len(cells) != len(header):
                    yield where, f"{len(cells)} cells, but the first line has {len(header)}"
                    continue
                yield where, columns.record([cell.strip() or None for cell in cells])
    except (csv.Error, UnicodeDecodeError) as error:
        raise unreadable(error) from None
    progress(1.0)


def _value(text: str) -> Any:
    """Return the number or truth value that a cell's text means, or the text."""
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    # What would not be written like that again, as 007, is a name rather than a number.
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return None if text.lower() == "nan" else text


def _read_parquet(path: Path, given: Given, progress: Progress) -> Iterator[Row]:
    try:
        with pq.ParquetFile(path) as file:
            columns = _Columns(file.schema_arrow.names, given, msgspec.to_builtins)
            total, row = max(file.metadata.num_rows, 1), 0
            for batch in file.iter_batches(_ROWS_AT_A_TIME):
                progress(row / total)
                for cells in zip(*(_cells(column) for column in batch.columns), strict=True):
                    row += 1
                    yield f"row {row}", columns.record(cells)
    except pa.ArrowException as error:
        raise TableError(f"is no Parquet file that can be read: {error}") from None
    progress(1.0)


def _cells(column: pa.Array) -> list[Any]:
    """Return the values of a column as Python has them, times no finer than microseconds."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    cells: list[Any] = column.to_pylist()
    return [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells]


class _Columns:
    """The columns of a table, and the records that its rows are.

    Parameters
    ----------
    header
        Names of the columns.
    given
        What is given for all rows.
    value
        What a cell of metadata, which is not empty, is in JSON.

    Raises
    ------
    TableError
        If a column is missing or not known.
    """

    def __init__(self, header: Sequence[str], given: Given, value: Callable[[Any], Any]) -> None:
        self._given = given
        self._value = value
        self._fields: dict[str, int] = {}
        self._places: list[tuple[int, str, str]] = []
        self._metadata: list[tuple[int, str]] = []
        known = {"epoch", *NAMES}
        if len(set(header)) != len(header):
            raise TableError("line 1: a column stands there twice")
        for index, name in enumerate(header):
            if name in known:
                self._fields[name] = index
            elif name in _PLACES:
                self._places.append((index, *_PLACES[name]))
            elif name.startswith(_METADATA):
                self._metadata.append((index, name.removeprefix(_METADATA)))
            elif name not in _IGNORED:
                raise TableError(
                    f"line 1: column {name!r} is not known; called {_METADATA}{name} it would be kept"
                )
        missing = [name for name in known if name not in self._fields and name not in given.names]
        if "epoch" in missing:
            raise TableError("line 1: there is no column epoch")
        if missing:
            name = min(missing, key=NAMES.index)
            option = name.replace("_", "-")
            raise TableError(f"line 1: there is no column {name}; give it for all with --{option}")

    def record(self, cells: Sequence[Any]) -> EphemerisUpload | str:
        """Return the record that a row is, or what is wrong with it."""
        try:
            locations = self._locations(cells)
            return EphemerisUpload(
                program=self._name("program", cells),
                platform=self._name("platform", cells),
                instrument_type=self._name("instrument_type", cells),
                epoch=_time(cells[self._fields["epoch"]]),
                location_geo=locations.get("location_geo"),
                location_gsm=locations.get("location_gsm"),
                nbtrace=locations.get("nbtrace"),
                sbtrace=locations.get("sbtrace"),
                metadata=self._metadata_of(cells),
            )
        except ValueError as error:
            return str(error)

    def _name(self, name: str, cells: Sequence[Any]) -> str:
        index = self._fields.get(name)
        if index is None:
            return self._given.names[name]
        if cells[index] is None:
            raise ValueError(f"{name}: is empty")
        return str(cells[index])

    def _locations(self, cells: Sequence[Any]) -> dict[str, Location]:
        locations: dict[str, Location] = {}
        for index, position, part in self._places:
            if cells[index] is not None:
                try:
                    degrees = float(cells[index])
                except (TypeError, ValueError):
                    raise ValueError(f"{position}.{part}: {cells[index]!r} is not a number") from None
                if not math.isnan(degrees):
                    setattr(locations.setdefault(position, Location()), part, degrees)
        return locations

    def _metadata_of(self, cells: Sequence[Any]) -> dict[str, Any]:
        metadata = {}
        for index, name in self._metadata:
            if cells[index] is None:
                continue
            try:
                value = self._value(cells[index])
            except (TypeError, msgspec.MsgspecError):
                kind = type(cells[index]).__name__
                raise ValueError(f"{_METADATA}{name}: {kind} is nothing that JSON has") from None
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{_METADATA}{name}: {value} is not a finite number")
            if value is not None:
                metadata[name] = value
        return metadata


def _time(cell: Any) -> datetime:
    if isinstance(cell, datetime):
        return cell
    if cell is None:
        raise ValueError("epoch: is empty")
    try:
        return parse_time(str(cell))
    except ValueError as error:
        raise ValueError(f"epoch: {error}") from None


# ---- JSON --------------------------------------------------------------------------------------


class _JsonRecord(msgspec.Struct):
    """A record as it is uploaded, or as a search answers with it."""

    epoch: datetime
    program: str | None = None
    platform: str | None = None
    instrument_type: str | None = None
    data_source: DataSource | None = None
    location_geo: Location | None = None
    location_gsm: Location | None = None
    nbtrace: Location | None = None
    sbtrace: Location | None = None
    metadata: dict[str, Any] | None = None


class _Answer(msgspec.Struct):
    """The data of a search, downloaded."""

    result: list[msgspec.Raw]


def _read_json(path: Path, given: Given, progress: Progress) -> Iterator[Row]:
    try:
        document = msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw] | _Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise TableError(f"is neither a list of records nor the data of a search: {error}") from None
    records = document.result if isinstance(document, _Answer) else document
    decode = msgspec.json.Decoder(_JsonRecord).decode
    for number, raw in enumerate(records, start=1):
        if number % 1_000 == 1:
            progress(number / len(records))
        where = f"record {number}"
        try:
            yield where, _uploaded(decode(raw), given)
        except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
            yield where, str(error)
    progress(1.0)


def _uploaded(record: _JsonRecord, given: Given) -> EphemerisUpload:
    return EphemerisUpload(
        program=_own_name("program", record, given),
        platform=_own_name("platform", record, given),
        instrument_type=_own_name("instrument_type", record, given),
        epoch=record.epoch,
        location_geo=record.location_geo,
        location_gsm=record.location_gsm,
        nbtrace=record.nbtrace,
        sbtrace=record.sbtrace,
        metadata=record.metadata,
    )


def _own_name(name: str, record: _JsonRecord, given: Given) -> str:
    for own in (record, record.data_source):
        found: str | None = getattr(own, name, None)
        if found:
            return found
    if name not in given.names:
        raise ValueError(f"{name}: is missing; give it for all with --{name.replace('_', '-')}")
    return given.names[name]


Reader = Callable[[Path, Given, Progress], Iterator[Row]]

_READERS: Mapping[str, Reader] = {
    ".csv": _read_csv,
    ".json": _read_json,
    ".parquet": _read_parquet,
}

TABLE_SUFFIXES = frozenset(_READERS)
