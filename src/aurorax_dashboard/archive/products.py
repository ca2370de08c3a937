"""Data products: what was made of a source's observations, such as keograms, and where it is.

The simulation and the store of uploaded products speak :class:`ProductHoldings`; queries, availability
and statistics read both through :class:`CombinedProducts`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataProduct

DataProductType = Literal[
    "keogram", "montage", "movie", "summary_plot", "data_availability", "gridded_data", "average"
]
"""The API's document has the first five; the platform's own text names the others too."""

DATA_PRODUCT_TYPES: tuple[DataProductType, ...] = get_args(DataProductType)

Origin = Literal["simulated", "stored"]

ProductSpan = tuple[int, datetime | None, datetime | None]
"""How many products a source has, and the first and the last of their starts (naive UTC), or None twice."""


class ProductHoldings(Protocol):
    """What an archive of data products offers, be it simulated or stored.

    `types` are those asked for; None or none of them means any. Times are naive UTC, or aware. A source
    that is not known has no products.
    """

    def products(
        self,
        identifier: int,
        start: datetime | None,
        end: datetime | None,
        types: Collection[str] | None = None,
    ) -> Iterator[DataProduct]:
        """Yield the products that lie within ``start … end``, both included, sorted by start.

        A product lies within if its own start is not before `start` and its own end not after `end`;
        None means no limit. Its ``data_source`` is left out: whoever asked knows it.
        """

    def products_per_day(
        self, identifier: int, first_day: int, last_day: int, types: Collection[str] | None = None
    ) -> NDArray[np.int32]:
        """Return products a day, by the day of their start, for days (since 1970-01-01).

        Both ends are included: ``[last_day − first_day + 1]``.
        """

    def product_span(self, identifier: int) -> ProductSpan:
        """Return how many products a source has, and the first and last of their starts."""


class CombinedProducts:
    """Simulated and stored products as one; implements :class:`ProductHoldings`.

    Parameters
    ----------
    origin
        Whether a source is simulated or stored. It has products of that kind only.
    """

    def __init__(
        self, simulated: ProductHoldings, stored: ProductHoldings, origin: Callable[[int], Origin]
    ) -> None:
        self._parts: dict[Origin, ProductHoldings] = {"simulated": simulated, "stored": stored}
        self._origin = origin

    def products(
        self,
        identifier: int,
        start: datetime | None,
        end: datetime | None,
        types: Collection[str] | None = None,
    ) -> Iterator[DataProduct]:
        """Yield the products that lie within ``start … end``, sorted by start."""
        return self._of(identifier).products(identifier, start, end, types)

    def products_per_day(
        self, identifier: int, first_day: int, last_day: int, types: Collection[str] | None = None
    ) -> NDArray[np.int32]:
        """Return products a day by the day of their start."""
        return self._of(identifier).products_per_day(identifier, first_day, last_day, types)

    def product_span(self, identifier: int) -> ProductSpan:
        """Return how many products a source has, and the first and last of their starts."""
        return self._of(identifier).product_span(identifier)

    def _of(self, identifier: int) -> ProductHoldings:
        return self._parts[self._origin(identifier)]
