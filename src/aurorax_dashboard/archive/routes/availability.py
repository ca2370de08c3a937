"""Availability: records a day, by source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np
from litestar import Router, get
from litestar.di import Provide

from aurorax_dashboard.api.models import (
    DataProductAvailability,
    DataSource,
    EphemerisAvailability,
    RecordFormat,
)
from aurorax_dashboard.archive.errors import BadRequestError
from aurorax_dashboard.archive.routes.sources import attributes_from_query
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.sources import Attributes, having, in_format
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY

DataProductType = Literal[
    "keogram", "montage", "movie", "summary_plot", "data_availability", "gridded_data"
]

_FIRST_DAY = date(1970, 1, 1)


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
        If the period ends before it starts.
    """
    today = datetime.now(UTC).date()
    first = start or date(today.year, 1, 1)
    if end is not None:
        last = end
    elif start is not None:
        last = date.fromordinal(min(start.toordinal() + 365, date.max.toordinal()))
    else:
        last = today + timedelta(days=31)
    if last < first:
        raise BadRequestError(f"end: {last} is before the start, {first}")
    return Question(attributes=attributes, first=first, last=last, format=format)


def _counts(archive: Archive, source: DataSource, first: date, last: date) -> dict[str, int]:
    """Return records a day of the days that have any."""
    identifier = int(source.identifier or 0)
    born, gone = archive.holdings.life(identifier)
    first_day = max((first - _FIRST_DAY).days, born // MINUTES_PER_DAY)
    last_day = min((last - _FIRST_DAY).days, (gone - 1) // MINUTES_PER_DAY)
    if last_day < first_day:
        return {}
    per_day = archive.holdings.minutes_per_day(identifier, first_day, last_day)
    return {
        (_FIRST_DAY + timedelta(days=first_day + int(day))).isoformat(): int(per_day[day])
        for day in np.flatnonzero(per_day)
    }


@get("/ephemeris", sync_to_thread=True)
def ephemeris_availability(archive: Archive, question: Question) -> list[EphemerisAvailability]:
    """Return records a day of the sources that have any in the period."""
    chosen = having(archive.sources.held(), question.attributes)
    counted = ((source, _counts(archive, source, question.first, question.last)) for source in chosen)
    return [
        EphemerisAvailability(data_source=in_format(source, question.format), available_ephemeris=days)
        for source, days in counted
        if days
    ]


@get("/data_products", sync_to_thread=False)
def data_product_availability(
    question: Question,  # noqa: ARG001
    data_product_type: DataProductType | None = None,  # noqa: ARG001
) -> list[DataProductAvailability]:
    """Return nothing, whatever is asked: this archive holds no data products."""
    return []


router = Router(
    "/api/v1/availability",
    route_handlers=[ephemeris_availability, data_product_availability],
    dependencies={
        "attributes": attributes_from_query,
        "question": Provide(question_asked, sync_to_thread=False),
    },
    tags=["Availability"],
)
