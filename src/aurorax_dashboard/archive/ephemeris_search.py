"""Ephemeris searches: the records of the chosen sources, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import (
    DataSource,
    Ephemeris,
    EphemerisQuery,
    Location,
    MetadataFilters,
    filters_of,
)
from aurorax_dashboard.archive.describe import describe_ephemeris
from aurorax_dashboard.archive.filters import fields_of, passes
from aurorax_dashboard.archive.periods import Life, clipped_period
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.sources import Sources
from aurorax_dashboard.archive.tracks import (
    MINUTES_PER_DAY,
    Degrees,
    Holdings,
    MinuteArray,
    Records,
    lat_lon,
    time_of,
)
from aurorax_dashboard.times import naive_utc

_RECORDS_AT_A_TIME = 10_000
"""About how many records are held before they are passed on: more make the collector pause."""

_LEAST_MINUTES_AT_A_TIME = 360
"""Shorter pieces cost more in calls than they save, however many sources there are."""

_DECIMALS = 5
"""Of degrees: about a metre, which is what float32 positions carry."""

_NOWHERE = Location()


def search_ephemeris(
    query: EphemerisQuery, sources: Sources, holdings: Holdings, run: Run
) -> Iterator[list[Ephemeris]]:
    """Yield the records that `query` asks for, sorted by epoch, with sources by identifier.

    Parameters
    ----------
    query
        A checked query. Both ends of its period are included; without one, it is as long as the
        sources live.
    run
        Told about progress; what it raises ends the search.
    """
    run.log(f"Starting {run.request_id} for query {describe_ephemeris(query)}")
    chosen = sources.matching(query.data_sources)
    filters = filters_of(query.data_sources.ephemeris_metadata_filters)
    lives = [holdings.life(int(source.identifier or 0)) for source in chosen]
    first, stop = clipped_period(query.start, query.end, lives)
    run.log(f"Querying the database for {len(chosen)} data sources over {stop - first} minutes")
    if not filters.expressions:
        _check_count(chosen, holdings, (first, stop), run)
    run.log("Starting to write data to file")
    step = max(_LEAST_MINUTES_AT_A_TIME, _RECORDS_AT_A_TIME // max(1, len(chosen)))
    for start in range(first, stop, step):
        rows: list[tuple[int, Ephemeris]] = []
        end = min(start + step, stop)
        for number, source in enumerate(chosen):
            run.check((start - first + (end - start) * number / len(chosen)) / (stop - first))
            minutes = _passing(holdings, source, filters, _minutes(holdings, source, start, end))
            if minutes.size:
                rows.extend(_records(source, minutes, holdings))
        rows.sort(key=itemgetter(0))
        yield [record for _, record in rows]
    run.log("Finished writing data")


def _check_count(chosen: Sequence[DataSource], holdings: Holdings, period: Life, run: Run) -> None:
    """End a search now that would find too much after minutes of work: whole days are quickly counted."""
    first_day, last_day = -(-period[0] // MINUTES_PER_DAY), period[1] // MINUTES_PER_DAY - 1
    count = 0
    for source in chosen:
        run.check(0.0)
        identifier = int(source.identifier or 0)
        born, gone = holdings.life(identifier)
        first = max(first_day, born // MINUTES_PER_DAY)
        last = min(last_day, (gone - 1) // MINUTES_PER_DAY)
        if first <= last:
            count += int(holdings.minutes_per_day(identifier, first, last).sum())
            run.check_count(count)


def _minutes(holdings: Holdings, source: DataSource, start: int, stop: int) -> MinuteArray:
    """Return the minutes ``start ≤ m < stop`` at which a source has a record."""
    identifier = int(source.identifier or 0)
    born, gone = holdings.life(identifier)
    start, stop = max(start, born), min(stop, gone)
    if start >= stop:
        return np.empty(0, dtype=np.int64)
    return start + np.flatnonzero(holdings.track(identifier, start, stop).present).astype(np.int64)


def _passing(
    holdings: Holdings, source: DataSource, filters: MetadataFilters, minutes: MinuteArray
) -> MinuteArray:
    """Return those of `minutes` whose records pass `filters`."""
    if not (minutes.size and filters.expressions):
        return minutes
    schema = {field.field_name for field in source.ephemeris_metadata_schema or []}
    known = [field for field in fields_of(filters) if field in schema]
    columns = holdings.metadata(int(source.identifier or 0), minutes, known) if known else {}
    return minutes[passes(filters, columns, len(minutes))]


def _records(
    source: DataSource, minutes: MinuteArray, holdings: Holdings
) -> Iterator[tuple[int, Ephemeris]]:
    """Yield the whole records of one source at `minutes`, each with its minute."""
    identifier = int(source.identifier or 0)
    reference = DataSource(identifier=identifier)
    records = holdings.records(identifier, minutes)
    places = records.degrees or _degrees(records)
    n = len(records.minutes)
    positions = zip(
        *(_locations(places.get(name), n) for name in ("geographic", "gsm", "nbtrace", "sbtrace")),
        strict=True,
    )
    fields = list(records.metadata)
    columns = [_native(column) for column in records.metadata.values()]
    rows = zip(*columns, strict=True) if columns else iter([()] * n)
    for minute, (geographic, gsm, north, south), row in zip(
        records.minutes.tolist(), positions, rows, strict=True
    ):
        yield (
            minute,
            Ephemeris(
                data_source=reference,
                epoch=naive_utc(time_of(minute)),
                location_geo=geographic,
                location_gsm=gsm,
                nbtrace=north,
                sbtrace=south,
                metadata={
                    field: value for field, value in zip(fields, row, strict=True) if value is not None
                },
            ),
        )


def _native(column: Sequence[Any]) -> Sequence[Any]:
    """Return a column's values as native Python ones."""
    values: Sequence[Any] = column.tolist() if isinstance(column, np.ndarray) else column
    return values


def _degrees(records: Records) -> Degrees:
    """Return the positions of records that are known as unit vectors only, rounded."""
    vectors = {
        "geographic": records.geographic,
        "nbtrace": records.nbtrace,
        "sbtrace": records.sbtrace,
    }
    if records.gsm is not None:
        vectors["gsm"] = records.gsm
    return {name: np.asarray(np.round(lat_lon(vector), _DECIMALS)) for name, vector in vectors.items()}


def _locations(degrees: NDArray[np.float64] | None, n: int) -> list[Location]:
    """Return `n` locations of degrees ``[2, n]`` or ``[2, 1]``; null where there is none."""
    if degrees is None:
        return [_NOWHERE] * n
    missing: list[bool] = (np.isnan(degrees[0]) | np.isnan(degrees[1])).tolist()
    places = [
        _NOWHERE if nowhere else Location(lat=lat_deg, lon=lon_deg)
        for nowhere, lat_deg, lon_deg in zip(missing, *degrees.tolist(), strict=True)
    ]
    return places * n if len(places) == 1 else places
