"""Where the sources of one criteria block are, epoch by epoch, as the search engine reads them.

Epochs are counted from the first minute of the search. At 60 s an epoch is a minute; at 30 s every
second epoch lies between two minute records and is interpolated. Nothing is copied or interpolated
before it is asked for, so tracks may be memory maps longer than memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, BoolArray, FloatArray

IndexArray = NDArray[np.intp]
"""Indices of sources within their block, or of epochs within the search."""

DistanceArray = NDArray[np.float64]

_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Positions:
    """Unit vectors and permission of every source of a block at every epoch.

    Parameters
    ----------
    identifiers
        Identifiers of the sources, ``[s]``.
    vectors
        Per source, float32 unit vectors by minute, ``[3, n]``, or ``[3, 1]`` where it stands still.
    allowed
        Per source, ``[n]``: the minutes at which it may take part.
    per_minute
        Epochs per minute, 1 or 2.
    """

    identifiers: NDArray[np.int64]
    vectors: Sequence[FloatArray]
    allowed: Sequence[BoolArray]
    per_minute: int
    fixed: FloatArray | None = field(init=False)
    """``[s, 3]`` if no source of the block moves, else None."""

    def __post_init__(self) -> None:
        still = all(vectors.shape[1] == 1 for vectors in self.vectors)
        fixed = np.stack([vectors[:, 0] for vectors in self.vectors]) if still else None
        object.__setattr__(self, "fixed", fixed)

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def epochs(self) -> int:
        """Number of epochs of the search, interpolated ones included."""
        minutes = len(self.allowed[0]) if len(self) else 0
        return self.per_minute * (minutes - 1) + 1 if minutes else 0

    def window(self, source: int, first: int, stop: int) -> FloatArray:
        """Return float32 unit vectors ``[3, stop − first]`` at epochs ``first ≤ e < stop``."""
        vectors = self.vectors[source]
        if vectors.shape[1] == 1:
            return np.broadcast_to(vectors, (3, stop - first))
        if self.per_minute == 1:
            return vectors[:, first:stop]
        records = vectors[:, first // 2 : stop // 2 + 1]
        between = records[:, :-1] + records[:, 1:]
        between /= np.sqrt(np.einsum("ij,ij->j", between, between))
        return _interleaved(records, between)[:, first % 2 : first % 2 + stop - first]

    def allowed_window(self, source: int, first: int, stop: int) -> BoolArray:
        """Return whether the source may take part at epochs ``first ≤ e < stop``."""
        allowed = self.allowed[source]
        if self.per_minute == 1:
            return allowed[first:stop]
        records = allowed[first // 2 : stop // 2 + 1]
        between = records[:-1] & records[1:]
        return _interleaved(records, between)[first % 2 : first % 2 + stop - first]

    def allowed_at(self, source: int, epochs: IndexArray) -> BoolArray:
        """Return whether the source may take part at each of the `epochs`."""
        allowed = self.allowed[source]
        if self.per_minute == 1:
            return allowed[epochs]
        both: BoolArray = allowed[epochs // 2] & allowed[(epochs + 1) // 2]
        return both

    def directions(self, source: int, epochs: IndexArray) -> DistanceArray:
        """Return float64 unit vectors ``[3, m]`` of one source at `epochs`.

        Between two minute records the vector is their normalised sum: the middle of the great
        circle arc that joins them.
        """
        vectors = self.vectors[source]
        if vectors.shape[1] == 1:
            return np.broadcast_to(_normalised(vectors.astype(np.float64)), (3, len(epochs)))
        if self.per_minute == 1:
            return _normalised(vectors[:, epochs].astype(np.float64))
        below = _normalised(vectors[:, epochs // 2].astype(np.float64))
        above = _normalised(vectors[:, (epochs + 1) // 2].astype(np.float64))
        return _normalised(below + above)

    def directions_of(self, sources: IndexArray, epochs: IndexArray) -> DistanceArray:
        """Return float64 unit vectors ``[3, m]`` of `sources`, each at the epoch beside it."""
        if self.fixed is not None:
            return _normalised(self.fixed.T.astype(np.float64))[:, sources]
        directions = np.empty((3, len(sources)))
        for source in np.unique(sources):
            at = np.flatnonzero(sources == source)
            directions[:, at] = self.directions(int(source), epochs[at])
        return directions


def distance_km(first: DistanceArray, second: DistanceArray) -> DistanceArray:
    """Return great-circle distances between unit vectors ``[3, m]``; NaN where one is NaN.

    The angle is 2 atan2(|a − b|, |a + b|), which unlike the arc cosine or the chord alone is
    accurate at every distance (W. Kahan, "How futile are mindless assessments of roundoff", §12).
    """
    apart, together = first - second, first + second
    half_angle = np.arctan2(
        np.sqrt(np.einsum("ij,ij->j", apart, apart)),
        np.sqrt(np.einsum("ij,ij->j", together, together)),
    )
    distance: DistanceArray = 2.0 * EARTH_RADIUS_KM * half_angle
    return distance


def _normalised(vectors: DistanceArray) -> DistanceArray:
    vectors /= np.sqrt(np.einsum("ij,ij->j", vectors, vectors))
    return vectors


def _interleaved(records: NDArray[_T], between: NDArray[_T]) -> NDArray[_T]:
    """Return records (last axis ``m``) and the values between them (``m − 1``) in order of time."""
    merged = np.empty((*records.shape[:-1], records.shape[-1] + between.shape[-1]), records.dtype)
    merged[..., ::2] = records
    merged[..., 1::2] = between
    return merged
