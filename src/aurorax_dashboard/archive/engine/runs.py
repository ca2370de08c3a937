"""Single matching epochs joined into runs, and pieces of runs into whole ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.engine.positions import DistanceArray, IndexArray


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of consecutive epochs of one combination of sources; a single epoch is a run as well.

    With ``b`` blocks, ``p`` limited pairs of blocks and ``m`` runs:
    """

    members: IndexArray
    """``[b, m]``: which source of each block."""
    first: IndexArray
    last: IndexArray
    closest: IndexArray
    """``[m]``: the first epoch with the least distance of all pairs; `farthest` with the greatest."""
    farthest: IndexArray
    least_km: DistanceArray
    """``[p, m]``: least distance of each pair over the run; `greatest_km` the greatest."""
    greatest_km: DistanceArray

    @classmethod
    def single(cls, members: IndexArray, epochs: IndexArray, distances_km: DistanceArray) -> Runs:
        """Return one run of one epoch per match."""
        return cls(members, epochs, epochs, epochs, epochs, distances_km, distances_km)

    @classmethod
    def none(cls, blocks: int, pairs: int) -> Runs:
        """Return a table without runs."""
        no_epochs = np.empty(0, np.intp)
        return cls.single(np.empty((blocks, 0), np.intp), no_epochs, np.empty((pairs, 0)))

    @classmethod
    def concatenated(cls, parts: Sequence[Runs]) -> Runs:
        """Return the runs of all `parts` in one table (at least one part)."""
        return cls(
            np.concatenate([part.members for part in parts], axis=1),
            np.concatenate([part.first for part in parts]),
            np.concatenate([part.last for part in parts]),
            np.concatenate([part.closest for part in parts]),
            np.concatenate([part.farthest for part in parts]),
            np.concatenate([part.least_km for part in parts], axis=1),
            np.concatenate([part.greatest_km for part in parts], axis=1),
        )

    def __len__(self) -> int:
        return len(self.first)

    def take(self, which: IndexArray) -> Runs:
        """Return the runs at the indices `which`, in that order."""
        return Runs(
            self.members[:, which],
            self.first[which],
            self.last[which],
            self.closest[which],
            self.farthest[which],
            self.least_km[:, which],
            self.greatest_km[:, which],
        )

    def joined(self, block_sizes: Sequence[int], epochs: int) -> Runs:
        """Return maximal runs: those of one combination that follow without a gap become one.

        Parameters
        ----------
        block_sizes
            Number of sources in each block.
        epochs
            Number of epochs of the search.

        Returns
        -------
        Runs
            Sorted by combination, then by time.
        """
        if not len(self):
            return self
        # Combination and time in one number. The spare epoch keeps the end of one combination's time
        # from touching the beginning of the next one's.
        key = _ordering_keys([*self.members, self.first], [*block_sizes, epochs + 1])
        order = np.argsort(key)
        runs, key = self.take(order), key[order]
        follows = key[1:] == key[:-1] + (runs.last - runs.first)[:-1] + 1
        heads = np.flatnonzero(np.concatenate([[True], ~follows]))
        tails = np.concatenate([heads[1:], [len(order)]]) - 1
        least, greatest = runs.least_km.min(axis=0), runs.greatest_km.max(axis=0)
        return Runs(
            runs.members[:, heads],
            runs.first[heads],
            runs.last[tails],
            _epochs_of_least(least, runs.closest, heads),
            _epochs_of_least(-greatest, runs.farthest, heads),
            np.minimum.reduceat(runs.least_km, heads, axis=1),
            np.maximum.reduceat(runs.greatest_km, heads, axis=1),
        )


def _epochs_of_least(values: DistanceArray, epochs: IndexArray, heads: IndexArray) -> IndexArray:
    """Return for each run (beginning at `heads`) the first of its `epochs` with the least value."""
    lengths = np.diff(np.concatenate([heads, [len(values)]]))
    is_least = values == np.repeat(np.minimum.reduceat(values, heads), lengths)
    never = np.iinfo(epochs.dtype).max
    least: IndexArray = np.minimum.reduceat(np.where(is_least, epochs, never), heads)
    return least


def _ordering_keys(columns: Sequence[IndexArray], sizes: Sequence[int]) -> NDArray[np.int64]:
    """Return one integer a row of `columns` (values below `sizes`), ordered as the rows are."""
    key: NDArray[np.int64] = columns[0].astype(np.int64)
    span = sizes[0]
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        if span * size > np.iinfo(np.int64).max:
            # Ten blocks of 128 sources overflow: go on with ranks, no more of them than rows.
            present, key = np.unique(key, return_inverse=True)
            span = len(present)
        key *= size
        key += column
        span *= size
    return key
