"""What was around one conjunction: records of its sources, minute by minute, and pictures of the sky."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.frames import METADATA_PREFIX
from aurorax_dashboard.api.models import ConjunctionQuery, DataSource
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.queries.blocks import blocks, limit
from aurorax_dashboard.queries.nights import Product, nights_of
from aurorax_dashboard.queries.products import days_query, night_query
from aurorax_dashboard.searches import positions
from aurorax_dashboard.searches.ephemeris import arranged
from aurorax_dashboard.searches.footprints import (
    TRACK_MARGIN,
    Window,
    fetch_windows,
    moving_sources,
)
from aurorax_dashboard.searches.positions import Event
from aurorax_dashboard.searches.products import found_at_once

Span = tuple[pd.Timestamp, pd.Timestamp]
"""First and last minute."""

MARGINS = (5, 15, 30)
"""How many minutes before and after a conjunction can be looked at."""

_MOST_EACH_SIDE = pd.Timedelta(hours=3)
"""Of a conjunction that lasts long, so much before and after its closest approach is looked at."""

_MINUTE = pd.Timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around one conjunction."""

    records: pd.DataFrame
    """Ephemeris as :class:`~aurorax_dashboard.searches.ephemeris.EphemerisResult` has it."""
    sources: Mapping[int, DataSource]
    """Full records of the sources that take part, as far as they are known, by identifier."""


def span_of(event: Event, margin_min: int) -> Span:
    """Return the minutes that are looked at: the conjunction and `margin_min` before and after."""
    margin = pd.Timedelta(minutes=margin_min)
    first = max(event.start.floor("min"), event.closest - _MOST_EACH_SIDE)
    last = min(event.end.floor("min"), event.closest + _MOST_EACH_SIDE)
    return first - margin, last + margin


def is_whole(event: Event) -> bool:
    """Whether the minutes that are looked at hold all of the conjunction."""
    first, last = span_of(event, 0)
    return first <= event.start and event.end < last + _MINUTE


def minutes_of(span: Span) -> pd.DatetimeIndex:
    """Return every minute of a span, both ends included."""
    return pd.date_range(span[0], span[1], freq="min", name="epoch", unit="ms")


def ask_surroundings(client: AuroraXClient, result: ConjunctionResult, n: int) -> Surroundings:
    """Ask for all that is known of the sources of conjunction `n` in the widest span.

    Raises
    ------
    AuroraXError
        If the records cannot be had.
    """
    event = positions.event(result, n)
    first, last = span_of(event, max(MARGINS))
    windows = [Window(identifier, first, last) for identifier in event.sources if identifier >= 0]
    found = fetch_windows(client, result, windows, metadata=True)
    # Answers come in any order, and so do the fields that each of them has.
    order = sorted(found.columns, key=lambda name: name if name.startswith(METADATA_PREFIX) else "")
    records = arranged(found[order])
    try:
        sources = client.data_sources(format="full_record").value
    except AuroraXError:
        sources = []  # the fields then go without their descriptions
    return Surroundings(
        records, {each.identifier: each for each in sources if each.identifier in event.sources}
    )


def kept_surroundings(
    result: ConjunctionResult, footprints: pd.DataFrame, n: int
) -> Surroundings | None:
    """Return what was kept with the result around conjunction `n`: positions in the narrowest span.

    None where nothing was kept of it.
    """
    if not positions.is_covered(result, footprints, n):
        return None
    event = positions.event(result, n)
    near = footprints["epoch"].between(event.start - TRACK_MARGIN, event.end + TRACK_MARGIN)
    own = footprints["identifier"].isin(event.sources)
    moving = footprints["identifier"].isin(moving_sources(result))
    still = positions.nearest_in_time(footprints[own & ~moving], event.closest)
    records = pd.concat([footprints[own & moving & near], still.assign(epoch=event.closest)])
    return Surroundings(arranged(records), {})


def pairs_of(around: pd.DataFrame, event: Event) -> dict[str, tuple[int, int]]:
    """Return the sources of each column of ``pair_distances``, in its order."""
    names = around.drop_duplicates("identifier").set_index("identifier")["name"]
    placed = [identifier for identifier in event.sources if identifier in names.index]
    return {
        f"{names[one]} – {names[other]}": (one, other)
        for one, other in itertools.combinations(placed, 2)
    }


def limits_of(query: ConjunctionQuery | None, event: Event) -> dict[tuple[int, int], float]:
    """Return the largest distance (km) that was asked for, by pair of sources; those without are left out."""
    named = [block.name for block in blocks(query)] if query else []
    if query is None or len(named) != len(event.sources):
        return {}
    of_block = dict(zip(named, event.sources, strict=True))
    asked = {
        (of_block[one], of_block[other]): limit(query, one, other)
        for one, other in itertools.combinations(named, 2)
    }
    return {pair: km for pair, km in asked.items() if km is not None}


def ask_keograms(client: AuroraXClient, identifier: int, first: date, last: date) -> list[Product]:
    """Ask for the keograms that a source has of some days, sorted by start.

    Raises
    ------
    AuroraXError
        If they cannot be had.
    """
    known = client.data_sources(format="full_record").value
    source = next((each for each in known if each.identifier == identifier), None)
    if source is None:
        return []
    query = days_query(night_query(source, first), first, last)
    nights = nights_of(found_at_once(client, query).products, "keogram").get(identifier, {})
    found = {product.url: product for night in nights.values() for product in night.products}
    return sorted(found.values(), key=lambda product: product.start)


def keograms_within(products: Sequence[Product], span: Span) -> list[Product]:
    """Return the keograms to show for some minutes: of one variant, in as much detail as there is."""
    inside = [each for each in products if each.start <= span[1] and each.stop > span[0]]
    by_variant: dict[str, list[Product]] = {}
    for product in inside:
        by_variant.setdefault(product.variant, []).append(product)

    def worth(variant: str) -> tuple[int, bool, bool, str]:
        own = by_variant[variant]
        covered = sum(_common_minutes(product, span) for product in own)
        return covered, not own[0].whole_night, "hires" in variant, variant

    return by_variant[max(by_variant, key=worth)] if by_variant else []


def _common_minutes(product: Product, span: Span) -> int:
    first, stop = max(product.start, span[0]), min(product.stop, span[1] + _MINUTE)
    return max(int((stop - first).total_seconds() // 60), 0)


def minute_table(
    around: pd.DataFrame, distances: pd.DataFrame, records: pd.DataFrame, event: Event, span: Span
) -> tuple[pd.DataFrame, dict[str, tuple[str, str]]]:
    """Return the minutes around a conjunction as one table that stands alone, with units and meanings.

    Parameters
    ----------
    around, distances
        What :func:`~aurorax_dashboard.searches.positions.around` and ``pair_distances`` return.
    records
        Ephemeris of the sources.

    Returns
    -------
    table
        A row a minute: ``epoch``, ``inside`` (within the conjunction), ``km_<i>_<j>`` for each pair of
        sources, then the fields of each source with its number before them.
    columns
        Unit and meaning of each column.
    """
    minutes = minutes_of(span)
    names = around.drop_duplicates("identifier").set_index("identifier")["name"]
    table: dict[str, Any] = {
        "epoch": minutes,
        "inside": (minutes >= event.start.floor("min")) & (minutes <= event.end),
    }
    columns = {
        "epoch": ("UTC", "Minute"),
        "inside": ("", "Whether the minute is within the conjunction"),
    }
    for pair, (one, other) in pairs_of(around, event).items():
        column = f"km_{event.sources.index(one) + 1}_{event.sources.index(other) + 1}"
        table[column] = distances[pair].reindex(minutes).round(3).array
        columns[column] = ("km", f"Great-circle distance {pair}")
    for place, identifier in enumerate(event.sources, start=1):
        own = records[records["identifier"] == identifier].set_index("epoch").reindex(minutes)
        for field in own.columns.drop("identifier"):
            if own[field].notna().any():
                column = f"source_{place}_{str(field).removeprefix(METADATA_PREFIX)}"
                table[column] = own[field].array
                unit = "" if str(field).startswith(METADATA_PREFIX) else "degrees"
                columns[column] = (
                    unit,
                    f"{str(field).removeprefix(METADATA_PREFIX)} of {names.get(identifier)}",
                )
    return pd.DataFrame(table), columns
