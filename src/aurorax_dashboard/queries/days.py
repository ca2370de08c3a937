"""Days with data: grades, months, coverage, gaps, and the days that several sources share.

Counts come as frames of sources × days (``api.frames.availability_frame``): minutes of ephemeris or
numbers of data products, NaN where nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.times import utc

What = Literal["ephemeris", "products"]

Lives = Mapping[int, tuple[date, date] | None]
"""First and last day with any record, by identifier; None for sources that are known to have none at all."""

OUTSIDE, UNKNOWN, NOTHING = 0, 1, 2
"""Grades of days without data: outside the life of the source, not known, known to be none."""

STEPS: dict[What, tuple[int, ...]] = {"ephemeris": (360, 720, 1440), "products": (2, 7, 13)}
"""Least counts of the grades above that of anything at all: minutes, or data products, a day."""

LABELS: dict[What, tuple[str, ...]] = {
    "ephemeris": (
        "outside its life", "not known", "none", "under 6 h a day", "6 to 12 h", "over 12 h", "all 24 h",
    ),
    "products": ("outside its life", "not known", "none", "1 a day", "2 to 6", "7 to 12", "13 and more"),
}  # fmt: skip
"""What the grades mean, by their number."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a period one source covers."""

    days: int
    """Days in the period."""
    with_data: int
    first: date | None
    """First day with data within the period."""
    last: date | None
    longest_gap: int
    """Days in a row without data, between the first and the last day with data."""

    @property
    def share(self) -> float:
        """Days with data as a share of all."""
        return self.with_data / self.days if self.days else 0.0


def grades(counts: pd.DataFrame, what: What, lives: Lives | None = None) -> NDArray[np.uint8]:
    """Return the grade of each source and day.

    Parameters
    ----------
    counts
        Sources × days.
    lives
        Without it no day is outside.

    Returns
    -------
    grades
        Shape of `counts`: ``OUTSIDE``, ``UNKNOWN``, ``NOTHING`` or more, the more the fuller.
    """
    values = counts.to_numpy()
    graded = np.full(values.shape, NOTHING, dtype=np.uint8)
    graded[values > 0] = NOTHING + 1  # the mean of a month may be less than one a day
    for step, least in enumerate(STEPS[what], start=2):
        graded[values >= least] = NOTHING + step
    graded[np.isnan(values)] = UNKNOWN
    days = pd.DatetimeIndex(counts.columns).tz_localize(None).to_numpy().astype("datetime64[D]")
    for row, identifier in enumerate(counts.index):
        life = (lives or {}).get(int(identifier))
        if life is not None:
            outside = (days < np.datetime64(life[0])) | (days > np.datetime64(life[1]))
            graded[row, outside & (graded[row] <= NOTHING)] = OUTSIDE
    return graded


def lives_of(sources: Sequence[DataSource], what: What) -> Lives:
    """Return the lives of the sources of which the platform says what they have."""
    lives: dict[int, tuple[date, date] | None] = {}
    for source in sources:
        stats = source.stats
        if source.identifier is None or stats is None:
            continue
        first, last, count = (
            (stats.earliest_ephemeris_loaded, stats.latest_ephemeris_loaded, stats.ephemeris_count)
            if what == "ephemeris"
            else (
                stats.earliest_data_product_loaded,
                stats.latest_data_product_loaded,
                stats.data_product_count,
            )
        )
        if first is not None and last is not None:
            lives[source.identifier] = (utc(first).date(), utc(last).date())
        elif count == 0:
            lives[source.identifier] = None
    return lives


def words_of(counts: Sequence[float], graded: NDArray[np.uint8], what: What) -> list[str]:
    """Return what is said of the days of one source: how much there is, else the meaning of the grade."""

    def said(count: float) -> str:
        if what == "ephemeris":
            return f"{count:,.0f} min"
        return f"{count:,.0f} data product{'' if count == 1 else 's'}"

    return [
        LABELS[what][grade] if grade <= NOTHING else said(count)
        for count, grade in zip(counts, graded.tolist(), strict=True)
    ]


def to_date(days: pd.DatetimeIndex) -> NDArray[np.bool_]:
    """Return which of the `days` have begun; of the others nobody knows yet."""
    return np.asarray(days <= pd.Timestamp(datetime.now(UTC)))


def with_known_zeros(counts: pd.DataFrame, lives: Lives) -> pd.DataFrame:
    """Return `counts` with a row of zeros for each source that is not in them and has no record then.

    The platform names only sources that have something in the days that were asked for.
    """
    days = pd.DatetimeIndex(counts.columns)
    first, last = days[0].date(), days[-1].date()
    absent = [
        identifier
        for identifier, life in lives.items()
        if identifier not in counts.index and (life is None or life[1] < first or life[0] > last)
    ]
    if not absent:
        return counts
    nothing = np.where(to_date(days), 0.0, np.nan)
    zeros = pd.DataFrame(np.tile(nothing, (len(absent), 1)), index=absent, columns=days)
    return zeros if counts.empty else pd.concat([counts, zeros])


def by_month(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the mean count a day of each month, at its first day; days that are not known are left out."""
    months = pd.DatetimeIndex(counts.columns).tz_localize(None).to_period("M")
    means = counts.T.groupby(months).mean().T
    starts = pd.PeriodIndex(means.columns, freq="M").to_timestamp().tz_localize("UTC")
    return means.set_axis(starts.as_unit("ms"), axis="columns")


def coverage(counts: Sequence[float] | NDArray[np.float64], days: pd.DatetimeIndex) -> Coverage:
    """Return how much of the `days` one source covers, by its `counts`."""
    held = np.flatnonzero(np.nan_to_num(np.asarray(counts, dtype=float)) > 0)
    if held.size == 0:
        return Coverage(len(days), 0, None, None, 0)
    gap = int(np.diff(held).max() - 1) if held.size > 1 else 0
    return Coverage(len(days), int(held.size), days[held[0]].date(), days[held[-1]].date(), gap)


def common_days(counts: pd.DataFrame, identifiers: Sequence[int]) -> list[date]:
    """Return the days on which all of the sources have data; none if one of them is not in `counts`."""
    if not identifiers or not set(identifiers) <= set(counts.index):
        return []
    everybody = (counts.loc[list(identifiers)].fillna(0) > 0).all(axis=0)
    return [day.date() for day in pd.DatetimeIndex(counts.columns[everybody.to_numpy()])]


def spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return runs of days in a row, as first and last day; `days` in order, without repetition."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
