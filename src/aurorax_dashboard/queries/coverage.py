"""On how many days of a search's period its blocks have data at all.

Told before the search runs, so that an empty result does not come as a surprise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from aurorax_dashboard.api.models import AdhocCriteria, ConjunctionQuery, DataSource
from aurorax_dashboard.queries.blocks import blocks
from aurorax_dashboard.queries.match import block_sources
from aurorax_dashboard.times import utc


class Coverage(msgspec.Struct, frozen=True):
    """Days with data, of the `days` in the period."""

    days: int
    by_day: dict[str, list[bool]]
    """For each day of the period, whether any source of the block has records; by its label (``Ground 1``)."""
    common: int
    """Days on which every block has."""


def period_days(query: ConjunctionQuery) -> tuple[date, date] | None:
    """Return the first and last day (UTC) of the period, or None where it is not whole."""
    if query.start is None or query.end is None or utc(query.end) < utc(query.start):
        return None
    return utc(query.start).date(), utc(query.end).date()


def coverage(
    query: ConjunctionQuery, sources: Sequence[DataSource], days_of: Mapping[int, set[date]]
) -> Coverage | None:
    """Return how many days of the period have data.

    Parameters
    ----------
    days_of
        Days with records by source identifier, as availability tells.

    Returns
    -------
    Coverage or None
        None where the period is not whole or there is no block.
    """
    period = period_days(query)
    if period is None or not blocks(query):
        return None
    first, last = period
    whole = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    by_day, common = {}, set(whole)
    for block in blocks(query):
        if isinstance(block.criteria, AdhocCriteria):
            continue  # a place of one's own is always there
        mine: set[date] = set()
        for source in block_sources(block, sources):
            mine |= days_of.get(source.identifier or 0, set())
        by_day[block.label] = [day in mine for day in whole]
        common &= mine
    return Coverage(days=len(whole), by_day=by_day, common=len(common))


def coverage_words(found: Coverage) -> str:
    """Return the coverage as a sentence."""
    days = "that day" if found.days == 1 else f"all {found.days:,} days"
    if found.common == found.days:
        return f"All blocks have data on {days}."
    if found.common == 0:
        return (
            "Not all blocks have data on that day"
            if found.days == 1
            else f"On none of the {found.days:,} days do all blocks have data"
        ) + ": nothing will be found."
    return f"All blocks have data on {found.common:,} of {found.days:,} days."
