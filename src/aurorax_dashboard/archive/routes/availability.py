"""Availability: records a day, by source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from litestar import Router, get
from litestar.di import Provide
from numpy.typing import NDArray

from aurorax_dashboard.api.models import (
    DataProductAvailability,
    DataSource,
    EphemerisAvailability,
    RecordFormat,
)
from aurorax_dashboard.archive.checks import check_year
from aurorax_dashboard.archive.errors import BadRequestError
from aurorax_dashboard.archive.products import DataProductType
from aurorax_dashboard.archive.routes.sources import attributes_from_query
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.sources import Attributes, having, in_format
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY

_EPOCH = date(1970, 1, 1)

Counted = Callable[[DataSource, int, int], NDArray[np.int32]]
"""Counts records of a source by day, from a day (since 1970-01-01) to another, both included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a request asks: which sources, over which days, shown how."""

    attributes: Attributes
    first: date
    last: date
    format: RecordFormat


def question_asked(
    *,
    attributes: Attributes,
    start: date | None = None,
    end: date | None = None,
    format: RecordFormat = "basic_info",
    slow: bool = False,  # noqa: ARG001
) -> Question:
    """Return what a request's query parameters ask, days filled in as the platform does.

    Counts are never out of date here, so that ``slow`` is accepted and changes nothing.

    Raises
    ------
    BadRequestError
        If the period ends before it starts, or is of no sane year.
    """
    for field, day in (("start", start), ("end", end)):
        if day is not None:
            check_year(field, day)
    today = datetime.now(UTC).date()
    first = start or date(today.year, 1, 1)
    if end is not None:
        last = end
    elif start is not None:
        last = start + timedelta(days=365)
    else:
        last = today + timedelta(days=31)
    if last < first:
        raise BadRequestError(f"end: {last} is before the start, {first}")
    return Question(attributes=attributes, first=first, last=last, format=format)


def _available(
    archive: Archive, question: Question, counted: Counted
) -> list[tuple[DataSource, dict[str, int]]]:
    """Return the sources that have any records in the period, with how many on which days."""
    first, last = question.first, question.last
    days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    first_day = (first - _EPOCH).days
    found = []
    for source in having(archive.sources.held(), question.attributes):
        counts = counted(source, first_day, first_day + len(days) - 1) if days else np.zeros(0)
        some = np.flatnonzero(counts).tolist()
        if some:
            by_day = {days[n]: count for n, count in zip(some, counts[some].tolist(), strict=True)}
            found.append((in_format(source, question.format), by_day))
    return found


@get("/ephemeris", sync_to_thread=True)
def ephemeris_availability(archive: Archive, question: Question) -> list[EphemerisAvailability]:
    """Return records a day of the sources that have any in the period."""

    def counted(source: DataSource, first_day: int, last_day: int) -> NDArray[np.int32]:
        counts = np.zeros(last_day - first_day + 1, dtype=np.int32)
        identifier = int(source.identifier or 0)
        born, gone = archive.holdings.life(identifier)
        first = max(first_day, born // MINUTES_PER_DAY)
        last = min(last_day, (gone - 1) // MINUTES_PER_DAY)
        if first <= last:
            per_day = archive.holdings.minutes_per_day(identifier, first, last)
            counts[first - first_day : last - first_day + 1] = per_day
        return counts

    return [
        EphemerisAvailability(data_source=source, available_ephemeris=days)
        for source, days in _available(archive, question, counted)
    ]


@get("/data_products", sync_to_thread=True)
def data_product_availability(
    archive: Archive, question: Question, data_product_type: DataProductType | None = None
) -> list[DataProductAvailability]:
    """Return data products a day, by the day of their start, of the sources that have any."""
    types = None if data_product_type is None else [data_product_type]

    def counted(source: DataSource, first_day: int, last_day: int) -> NDArray[np.int32]:
        identifier = int(source.identifier or 0)
        return archive.products.products_per_day(identifier, first_day, last_day, types)

    return [
        DataProductAvailability(data_source=source, available_data_products=days)
        for source, days in _available(archive, question, counted)
    ]


router = Router(
    "/api/v1/availability",
    route_handlers=[ephemeris_availability, data_product_availability],
    dependencies={
        "attributes": attributes_from_query,
        "question": Provide(question_asked, sync_to_thread=False),
    },
    tags=["Availability"],
)
