"""Uploaded records, checked: as the columns that are stored, or everything that is wrong with them.

Metadata are taken as they come, as the platform does: a field that the source's schema does not name is
kept, and is not searchable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.management import DataProductUpload, EphemerisUpload
from aurorax_dashboard.api.models import DataProduct, DataSource, Location
from aurorax_dashboard.archive.checks import metadata_problems
from aurorax_dashboard.archive.library.blocks import Batch
from aurorax_dashboard.archive.products import DATA_PRODUCT_TYPES
from aurorax_dashboard.archive.tracks import minute_of, time_of
from aurorax_dashboard.times import utc

FIRST_MINUTE = minute_of(datetime.fromisoformat("1900-01-01"))
STOP_MINUTE = minute_of(datetime.fromisoformat("2100-01-01"))
"""Records are of ``FIRST_MINUTE ≤ m < STOP_MINUTE``; anything else is a slip of the pen."""

_PERIOD = f"must lie between {time_of(FIRST_MINUTE):%Y-%m-%d} and {time_of(STOP_MINUTE):%Y-%m-%d}"

_LONGEST_URL = 2_000

_PLACES = ("location_geo", "nbtrace", "sbtrace", "location_gsm")
"""Fields of a record in the order of :data:`~.blocks.PLACES`."""


class Named(Protocol):
    """What uploads and deletions have in common: the names of the source they mean."""

    @property
    def program(self) -> str:
        """Such as ``themis-asi``."""

    @property
    def platform(self) -> str:
        """Such as ``gillam``."""

    @property
    def instrument_type(self) -> str:
        """Such as ``panchromatic ASI``."""


_Upload = TypeVar("_Upload", bound=Named)


class UploadError(ValueError):
    """Records cannot be stored.

    Parameters
    ----------
    problems
        What is wrong, a sentence each that names the record, counted from 1, and the field.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def checked_ephemeris(source: DataSource, records: Sequence[EphemerisUpload]) -> Batch:
    """Return records of `source` as columns.

    Raises
    ------
    UploadError
        If any record does not fit.
    """
    _check(source, records, ephemeris_problems)
    return batch_of(records)


def checked_products(source: DataSource, records: Sequence[DataProductUpload]) -> list[DataProduct]:
    """Return data products of `source`.

    Raises
    ------
    UploadError
        If any record does not fit.
    """
    _check(source, records, _product_problems)
    return [
        DataProduct(
            data_product_type=record.data_product_type,
            start=record.start,
            end=record.end,
            url=record.url,
            metadata=record.metadata or {},
        )
        for record in records
    ]


def _check(
    source: DataSource,
    records: Sequence[_Upload],
    problems_of: Callable[[_Upload], Iterable[str]],
) -> None:
    problems: list[str] = []
    for number, record in enumerate(records, start=1):
        found = (*name_problems(source, record), *problems_of(record))
        problems.extend(f"record {number}: {problem}" for problem in found)
    if problems:
        raise UploadError(problems)


def name_problems(source: DataSource, named: Named) -> Iterator[str]:
    """Yield by which names `named` means another source."""
    for field in ("program", "platform", "instrument_type"):
        given, expected = getattr(named, field), getattr(source, field)
        if given != expected:
            yield f"{field}: {given!r} is not that of this data source, {expected!r}"


def ephemeris_problems(record: EphemerisUpload) -> Iterator[str]:
    """Yield what is wrong with an ephemeris record."""
    try:
        epoch = utc(record.epoch)
    except OverflowError:
        yield "epoch: this time cannot be written in UTC"
    else:
        if epoch.second or epoch.microsecond:
            yield f"epoch: {epoch:%H:%M:%S.%f} is not a whole minute; there is one record a minute"
        if not FIRST_MINUTE <= minute_of(epoch) < STOP_MINUTE:
            yield f"epoch: {_PERIOD}"
    for field in _PLACES:
        if (place := getattr(record, field)) is not None:
            yield from _place_problems(field, place)
    yield from metadata_problems(record.metadata)


def _place_problems(field: str, place: Location) -> Iterator[str]:
    for name, value, limit in (("lat", place.lat, 90), ("lon", place.lon, 180)):
        if value is not None and not -limit <= value <= limit:
            yield f"{field}.{name}: {value:g} is not within −{limit} to {limit} degrees"
    if (place.lat is None) != (place.lon is None):
        yield f"{field}: lat and lon must both be given, or neither"


def _product_problems(record: DataProductUpload) -> Iterator[str]:
    if record.data_product_type not in DATA_PRODUCT_TYPES:
        known = ", ".join(DATA_PRODUCT_TYPES)
        yield f"data_product_type: {record.data_product_type!r} is none of {known}"
    if not 0 < len(record.url) <= _LONGEST_URL:
        yield f"url: must have 1 to {_LONGEST_URL:,} characters"
    elif record.url.startswith("/"):
        yield "url: must be a whole address; one that begins with a slash is the archive's own"
    yield from metadata_problems(record.metadata)
    try:
        start, end = utc(record.start), utc(record.end)
    except OverflowError:
        yield "start, end: this time cannot be written in UTC"
        return
    for field, time in (("start", start), ("end", end)):
        if not FIRST_MINUTE <= minute_of(time) < STOP_MINUTE:
            yield f"{field}: {_PERIOD}"
    if end < start:
        yield f"end: {end.isoformat()} is before the start, {start.isoformat()}"


def batch_of(records: Sequence[EphemerisUpload]) -> Batch:
    """Return checked records as columns."""
    return Batch(
        minutes=np.array([minute_of(record.epoch) for record in records], dtype=np.int64),
        degrees=np.stack([_degrees([getattr(r, field) for r in records]) for field in _PLACES]),
        metadata=columns_of([record.metadata or {} for record in records]),
    )


def columns_of(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return records as columns, None where one lacks a field."""
    fields = dict.fromkeys(field for row in rows for field in row)
    return {field: [row.get(field) for row in rows] for field in fields}


def _degrees(places: Sequence[Location | None]) -> NDArray[np.float64]:
    """Return ``[2, n]`` latitudes and longitudes, NaN where there is none."""
    return np.array(
        [
            [place.lat if place else None for place in places],
            [place.lon if place else None for place in places],
        ],
        dtype=np.float64,
    )
