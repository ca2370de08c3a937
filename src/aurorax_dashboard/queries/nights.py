"""Data products by night: which pictures there are of a day (UTC), and where each stands on its hours.

A product that reaches over midnight stands in both days, cut off at the edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from aurorax_dashboard.queries.products import ProductKind

DAY_MINUTES = 1440

_WHOLE_DAY_MINUTES = 720
"""Products of at least so many minutes are of a night, others of a part of it."""
_MOST_DAYS = 3
_SMALLEST_HOLE_MINUTES = 30
_RUN_OF_GAPS = 4
"""So many nights without a picture, one after the other, are told together."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product that has a place in time."""

    kind: str
    variant: str
    """``daily``, ``hourly_hires`` and the like; what the metadata say, else by its length."""
    start: datetime
    """First minute shown, aware, UTC."""
    minutes: int
    """Length with the last minute."""
    url: str

    @property
    def stop(self) -> datetime:
        """The first minute after it."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def whole_night(self) -> bool:
        """Whether it shows a night, not an hour of it."""
        return self.minutes >= _WHOLE_DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Night:
    """What one source has of one day."""

    identifier: int
    day: date
    products: tuple[Product, ...]
    """Sorted by start."""

    def variants(self) -> list[str]:
        """Return the variants that it has, the one to show first: of the whole night, in usual size."""
        found = {product.variant: product for product in self.products}
        return sorted(found, key=lambda name: (not found[name].whole_night, len(name), name))

    def shown(self, variant: str = "") -> tuple[Product, ...]:
        """Return the products of `variant`, or of the first there is where it has none."""
        names = self.variants()
        name = variant if variant in names else names[0] if names else ""
        return tuple(product for product in self.products if product.variant == name)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days, one after the other, of which there is nothing."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days, both ends included."""
        return (self.last - self.first).days + 1


NightsOf = Mapping[int, Mapping[date, Night]]
"""Nights by source and day."""


def midnight(day: date) -> datetime:
    """Return the beginning of `day`, aware, in UTC."""
    return datetime.combine(day, time(), UTC)


def nights_of(found: pd.DataFrame, kind: ProductKind) -> dict[int, dict[date, Night]]:
    """Return the nights of each source, by source and day, days sorted.

    Parameters
    ----------
    found
        Data products as ``api.frames`` describes them. Those without source, time or address are
        left out: they have no place.
    """
    known = found[found["data_product_type"] == kind].dropna(subset=["identifier", "start", "url"])
    grouped: dict[int, dict[date, list[Product]]] = {}
    for identifier, product in _products(known, kind):
        days = grouped.setdefault(identifier, {})
        for day in _days_of(product):
            days.setdefault(day, []).append(product)
    return {
        identifier: {
            day: Night(identifier, day, tuple(sorted(days[day], key=lambda each: each.start)))
            for day in sorted(days)
        }
        for identifier, days in sorted(grouped.items())
    }


def _products(known: pd.DataFrame, kind: str) -> Iterator[tuple[int, Product]]:
    ends = known["end"].fillna(known["start"])
    minutes = ((ends - known["start"]).dt.total_seconds() // 60).astype(int) + 1
    column = f"metadata.{kind}_type"
    said = (
        known[column].astype(object) if column in known else pd.Series(index=known.index, dtype=object)
    )
    rows = zip(
        known["identifier"].astype(int),
        known["start"].dt.to_pydatetime(),
        minutes,
        known["url"],
        said.where(said.notna(), None),
        strict=True,
    )
    for identifier, start, length, url, variant in rows:
        if length > 0:
            fallback = "daily" if length >= _WHOLE_DAY_MINUTES else "hourly"
            yield identifier, Product(kind, str(variant or fallback), start, int(length), str(url))


def _days_of(product: Product) -> Iterator[date]:
    first = product.start.date()
    last = (product.stop - timedelta(minutes=1)).date()
    for number in range(min((last - first).days + 1, _MOST_DAYS)):
        yield first + timedelta(days=number)


def with_gaps(nights: Mapping[date, Night], first: date, last: date) -> list[Night | Gap]:
    """Return the days from `first` to `last`, each with its night or a gap.

    A few gaps stand singly, so that weeks keep their length; long ones are told together.
    """
    rows: list[Night | Gap] = []
    missing: list[date] = []
    day = first
    while day <= last:
        night = nights.get(day)
        if night is None:
            missing.append(day)
        else:
            rows += [*_gaps(missing), night]
            missing = []
        day += timedelta(days=1)
    return rows + _gaps(missing)


def _gaps(missing: list[date]) -> list[Night | Gap]:
    if len(missing) >= _RUN_OF_GAPS:
        return [Gap(missing[0], missing[-1])]
    return [Gap(day, day) for day in missing]


def holes(shown: Iterable[Product]) -> list[tuple[datetime, datetime]]:
    """Return the times between the first and the last of `shown` of which there is no picture."""
    found: list[tuple[datetime, datetime]] = []
    reached: datetime | None = None
    for product in shown:
        if reached is not None and product.start - reached >= timedelta(minutes=_SMALLEST_HOLE_MINUTES):
            found.append((reached, product.start))
        reached = max(reached or product.stop, product.stop)
    return found
