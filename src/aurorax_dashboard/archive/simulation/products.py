"""Simulated data products: what programs make of an imager's observations, hour by hour and day by day.

There is a product of an hour if there is a record of any of its minutes, and of a day likewise. Kinds and
numbers follow what the platform holds of TREx RGB (48 products of a night of 14 hours) and less of the
others, as in the published directories. Names of files follow those directories too, with the identifier
of the source for the number of the device.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataProduct
from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.catalogue import SourceEntry
from aurorax_dashboard.archive.periods import Life
from aurorax_dashboard.archive.products import DataProductType, ProductSpan
from aurorax_dashboard.archive.simulation import diary
from aurorax_dashboard.archive.simulation.nights import local_noon
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, BoolArray, minute_of, time_of
from aurorax_dashboard.times import naive_utc

ROOT = "/data/"
"""Where the archive serves the files; what stands before it depends on where the archive is."""

_HOUR = 60
_DAYS_AT_A_TIME = 31


@dataclass(frozen=True, slots=True)
class Line:
    """One product that is made again and again."""

    type: DataProductType
    variant: str
    """What the metadata field ``<type>_type`` says: ``hourly``, ``daily_hires`` and the like."""
    hourly: bool
    ending: str
    """How the name of the file ends."""

    def __post_init__(self) -> None:
        if self.hourly != self.variant.startswith("hourly"):
            raise ValueError(f"{self.variant} says otherwise than hourly={self.hourly}")


_HOURLY_KEOGRAM = Line("keogram", "hourly", hourly=True, ending="full-keogram.png")
_DAILY_KEOGRAM = Line("keogram", "daily", hourly=False, ending="full-keogram.png")
_HOURLY_MONTAGE = Line("montage", "hourly", hourly=True, ending="full-montage.png")
_DAILY_MONTAGE = Line("montage", "daily", hourly=False, ending="full-montage.png")
_MOVIE = Line("movie", "real-time daily", hourly=False, ending="full-movie.webp")
_SUMMARY_PLOT = Line("summary_plot", "daily", hourly=False, ending="summary-plot.png")
_KEOGRAMS = (_HOURLY_KEOGRAM, _DAILY_KEOGRAM)
_MONTAGES = (_HOURLY_MONTAGE, _DAILY_MONTAGE)

LINES: dict[str, tuple[Line, ...]] = {
    "trex RGB ASI": (
        *_KEOGRAMS,
        Line("keogram", "hourly_hires", hourly=True, ending="full-keogram-hires.png"),
        Line("keogram", "daily_hires", hourly=False, ending="full-keogram-hires.png"),
        Line("keogram", "daily_hires_200px", hourly=False, ending="full-keogram-hires-200px.png"),
        # The platform's records say so, though its schema lists daily_moviebased.
        Line("keogram", "daily_moviederived", hourly=False, ending="movie-keogram.png"),
        *_MONTAGES,
        _MOVIE,
    ),
    "trex near-infrared ASI": (*_KEOGRAMS, _DAILY_MONTAGE),
    "trex blueline ASI": (*_KEOGRAMS, _DAILY_MONTAGE),
    "trex spectrograph": (*_KEOGRAMS, _SUMMARY_PLOT),
    "themis-asi panchromatic ASI": (*_KEOGRAMS, *_MONTAGES, _MOVIE),
    "rego redline ASI": (*_KEOGRAMS, *_MONTAGES),
    "rainbow RGB ASI": (*_KEOGRAMS, *_MONTAGES),
    "auroramax DSLR": (_DAILY_KEOGRAM, _DAILY_MONTAGE, _MOVIE),
    "unis/kho RGB ASI": (_DAILY_KEOGRAM, _MOVIE),
    "go-canada riometer": (_SUMMARY_PLOT,),
}
"""What is made, by program and instrument type. Other sources have no products."""

_DIRECTORIES = {
    "panchromatic ASI": "asi",
    "redline ASI": "redline",
    "RGB ASI": "rgb",
    "near-infrared ASI": "nir",
    "blueline ASI": "blueline",
    "spectrograph": "spect",
    "DSLR": "dslr",
    "riometer": "rio",
}
"""Directories of the published data by instrument type; they are part of the device's name too."""

_PATH = re.compile(
    r"(?P<program>[a-z-]+)/(?P<directory>[a-z]+)/stream2/(?P<folder>\d{4}/\d{2}/\d{2})/"
    r"(?P<device>[a-z]+_[a-z]+-(?P<identifier>\d{1,6}))/(?:ut(?P<hour>[01]\d|2[0-3])/)?"
    r"(?P<name>[\w.-]+)",
    re.ASCII,
)


def lines_of(entry: SourceEntry) -> tuple[Line, ...]:
    """Return what is made of a source's observations."""
    return LINES.get(f"{entry.source.program} {entry.source.instrument_type}", ())


@dataclass(frozen=True, slots=True)
class Piece:
    """One simulated product: of which source, of what kind, of which time."""

    entry: SourceEntry
    line: Line
    day: int
    """Since 1970-01-01."""
    hour: int | None

    @property
    def first(self) -> int:
        """The first minute that it shows, since 1970."""
        return self.day * MINUTES_PER_DAY + (self.hour or 0) * _HOUR

    @property
    def last(self) -> int:
        """The last minute that it shows."""
        return self.first + (MINUTES_PER_DAY if self.hour is None else _HOUR) - 1

    @property
    def url(self) -> str:
        """Its address in the archive, without what stands before the path."""
        start = time_of(self.first)
        hour = "" if self.hour is None else f"{self.hour:02d}"
        device = _device(self.entry)
        folder = f"{_directory(self.entry)}/stream2/{start:%Y/%m/%d}/{device}/"
        name = f"{start:%Y%m%d}_{hour}_{device}_{self.line.ending}"
        return f"{ROOT}{folder}{f'ut{hour}/' if hour else ''}{name}"


class SimulatedProducts:
    """Implements :class:`~aurorax_dashboard.archive.products.ProductHoldings`."""

    def __init__(self) -> None:
        self._span = lru_cache(maxsize=None)(self._count)

    def products(
        self,
        identifier: int,
        start: datetime | None,
        end: datetime | None,
        types: Collection[str] | None = None,
    ) -> Iterator[DataProduct]:
        """Yield the products that lie within ``start … end``, both included, sorted by start."""
        entry = diary.entries().get(identifier)
        lines = _chosen(entry, types)
        if entry is None or not lines:
            return
        born, gone = diary.life(entry)
        first = born if start is None else max(born, _at_or_after(start))
        last = gone if end is None else min(gone, minute_of(end))
        last_day = min(last, gone - 1) // MINUTES_PER_DAY
        for day in range(first // MINUTES_PER_DAY, last_day + 1, _DAYS_AT_A_TIME):
            stop = min(day + _DAYS_AT_A_TIME, last_day + 1)
            for piece, observed in _made(entry, lines, day, stop):
                if first <= piece.first and (end is None or piece.last <= last):
                    yield _record(piece, observed)

    def products_per_day(
        self, identifier: int, first_day: int, last_day: int, types: Collection[str] | None = None
    ) -> NDArray[np.int32]:
        """Return products a day by the day of their start."""
        counts = np.zeros(max(last_day - first_day + 1, 0), dtype=np.int32)
        entry = diary.entries().get(identifier)
        lines = _chosen(entry, types)
        if entry is None or not lines:
            return counts
        born, gone = diary.life(entry)
        begin = max(first_day, born // MINUTES_PER_DAY)
        end = min(last_day, (gone - 1) // MINUTES_PER_DAY)
        if begin <= end:
            worked = diary.hours(identifier, begin, end) > 0
            hourly = sum(line.hourly for line in lines)
            living = counts[begin - first_day : end - first_day + 1]
            living += worked.sum(axis=1, dtype=np.int32) * np.int32(hourly)
            living += worked.any(axis=1) * np.int32(len(lines) - hourly)
        return counts

    def product_span(self, identifier: int) -> ProductSpan:
        """Return how many products a source has, and the first and last of their starts."""
        return self._span(identifier)

    def _count(self, identifier: int) -> ProductSpan:
        entry = diary.entries().get(identifier)
        lines = _chosen(entry, None)
        if entry is None or not lines:
            return 0, None, None
        born, gone = diary.life(entry)
        first_day = born // MINUTES_PER_DAY
        counts = self.products_per_day(identifier, first_day, gone // MINUTES_PER_DAY)
        if not counts.any():
            return 0, None, None
        days = first_day + np.flatnonzero(counts)
        first, last = (
            [piece.first for piece, _ in _made(entry, lines, day, day + 1)]
            for day in (int(days[0]), int(days[-1]))
        )
        return int(counts.sum()), _naive(first[0]), _naive(last[-1])


def find_piece(path: str) -> Piece | None:
    """Return the product whose address is `path` below :data:`ROOT`; None if there is none."""
    match = _PATH.fullmatch(path)
    entry = diary.entries().get(int(match["identifier"])) if match else None
    if match is None or entry is None:
        return None
    try:
        start = datetime.strptime(match["folder"], "%Y/%m/%d")  # noqa: DTZ007
    except ValueError:
        return None
    day = minute_of(start) // MINUTES_PER_DAY
    hour = int(match["hour"]) if match["hour"] else None
    pieces = (
        Piece(entry, line, day, hour) for line in lines_of(entry) if line.hourly == (hour is not None)
    )
    piece = next((piece for piece in pieces if piece.url == ROOT + path), None)
    return piece if piece and _worked(piece) else None


def _worked(piece: Piece) -> bool:
    """Return whether the source has a record in the time of a product."""
    identifier = int(piece.entry.source.identifier or 0)
    hours = diary.hours(identifier, piece.day, piece.day)[0]
    return bool(hours.any() if piece.hour is None else hours[piece.hour])


def _chosen(entry: SourceEntry | None, types: Collection[str] | None) -> list[Line]:
    return [line for line in (lines_of(entry) if entry else ()) if not types or line.type in types]


def _made(
    entry: SourceEntry, lines: list[Line], first_day: int, stop_day: int
) -> Iterator[tuple[Piece, Life]]:
    """Yield the products of days ``first_day ≤ d < stop_day``, sorted by start.

    With each, the first and last minute that was observed.
    """
    origin = (first_day - 1) * MINUTES_PER_DAY
    stop = (stop_day + 1) * MINUTES_PER_DAY
    working = diary.present(int(entry.source.identifier or 0), origin, stop)
    daily = [line for line in lines if not line.hourly]
    hourly = [line for line in lines if line.hourly]
    for day in range(first_day, stop_day):
        at = day * MINUTES_PER_DAY - origin
        hours = np.flatnonzero(working[at : at + MINUTES_PER_DAY].reshape(-1, _HOUR).any(axis=1))
        if hours.size:
            first, last = _night(entry, working, at)
            for line in daily:
                yield Piece(entry, line, day, None), (origin + first, origin + last)
        for hour in hours.tolist():
            first, last = _edges(working, at + hour * _HOUR, at + (hour + 1) * _HOUR)
            for line in hourly:
                yield Piece(entry, line, day, hour), (origin + first, origin + last)


def _night(entry: SourceEntry, working: BoolArray, at: int) -> Life:
    """Return the first and last minute of the night in whose middle the day at index `at` is.

    As on the platform, it may begin before the day does. Of a day that has only the edge of another
    night, that of the day itself.
    """
    noon = local_noon(catalogue.stations()[entry.source.platform or ""]) % MINUTES_PER_DAY
    begin = at + noon - (MINUTES_PER_DAY if noon >= MINUTES_PER_DAY // 2 else 0)
    if not working[begin : begin + MINUTES_PER_DAY].any():
        begin = at
    return _edges(working, begin, begin + MINUTES_PER_DAY)


def _edges(working: BoolArray, begin: int, stop: int) -> Life:
    """Return the indices of the first and last True at ``begin ≤ i < stop``."""
    at = begin + np.flatnonzero(working[begin:stop])
    return int(at[0]), int(at[-1])


def _record(piece: Piece, observed: Life) -> DataProduct:
    metadata: dict[str, Any] = {f"{piece.line.type}_type": piece.line.variant}
    if piece.line is not _SUMMARY_PLOT:
        for field, minute in zip(("imaging_start_time", "imaging_end_time"), observed, strict=True):
            metadata[field] = _naive(minute).isoformat(timespec="microseconds")
    return DataProduct(
        data_product_type=piece.line.type,
        start=_naive(piece.first),
        end=_naive(piece.last),
        url=piece.url,
        metadata=metadata,
    )


def _naive(minute: int) -> datetime:
    return naive_utc(time_of(minute))


def _at_or_after(time: datetime) -> int:
    """Return the first minute that does not begin before `time`."""
    whole = time.second == time.microsecond == 0
    return minute_of(time) + (0 if whole else 1)


def _directory(entry: SourceEntry) -> str:
    program = (entry.source.program or "").replace("/", "-")
    return f"{program}/{_DIRECTORIES[entry.source.instrument_type or '']}"


def _device(entry: SourceEntry) -> str:
    """Return the name of an instrument, such as ``gill_rgb-103``."""
    source = entry.source
    code = catalogue.stations()[source.platform or ""].code
    return f"{code}_{_DIRECTORIES[source.instrument_type or '']}-{source.identifier}"
