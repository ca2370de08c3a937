"""Finding the epochs at which a source of one block may be close to a source of another.

The scan works in float32 and lets a little more than the limit through; the engine decides the few
that remain in float64. Each of the three ways yields candidates for allowed epochs only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from aurorax_dashboard.archive.engine.positions import IndexArray, Positions
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, FloatArray

Candidates = tuple[IndexArray, IndexArray, IndexArray]
"""Sources of the first block, sources of the second, epochs: three arrays of one length."""

Window = tuple[int, int]
"""Epochs ``first ≤ e < stop`` that are read at a time."""

COSINE_PAD = 1e-6
"""Taken off the cosine of a limit: more than a float32 product of unit vectors can be wrong by.

That is at most eleven roundings of 6e-8: the components of either vector, products and sums.
"""


def least_cosine(limit_km: float) -> np.float32:
    """Return a cosine that float32 unit vectors within `limit_km` of each other surely reach."""
    return np.float32(np.cos(min(limit_km / EARTH_RADIUS_KM, np.pi)) - COSINE_PAD)


def scan(
    first: Positions,
    second: Positions,
    limit_km: float,
    window_length: int,
    tick: Callable[[float], None],
) -> Iterator[Candidates]:
    """Yield the candidates for a limit between two blocks.

    Parameters
    ----------
    first, second
        The two blocks.
    limit_km
        The greatest distance.
    window_length
        How many epochs are read at a time: few enough that they stay in the processor's cache.
    tick
        Called often with the share of the scan that is done; what it raises ends the scan.
    """
    epochs = first.epochs
    for start in range(0, epochs, window_length):
        window = start, min(start + window_length, epochs)
        if first.fixed is not None and second.fixed is not None:
            close = np.argwhere(first.fixed @ second.fixed.T >= least_cosine(limit_km))
            found = _scan_still(first, second, close, window)
        elif first.fixed is not None:
            found = _scan_around(first, first.fixed, second, limit_km, window)
        elif second.fixed is not None:
            swapped = _scan_around(second, second.fixed, first, limit_km, window)
            found = ((b, a, epoch) for a, b, epoch in swapped)
        else:
            found = _scan_moving(first, second, limit_km, window)
        for candidates in found:
            tick(start / epochs)
            yield candidates
        tick(window[1] / epochs)


def _scan_still(
    first: Positions, second: Positions, close: IndexArray, window: Window
) -> Iterator[Candidates]:
    """Yield the epochs at which both sources of a `close` pair ``[m, 2]`` are allowed."""
    for a, b in close:
        epochs = np.flatnonzero(first.allowed_window(a, *window) & second.allowed_window(b, *window))
        yield np.full(len(epochs), a), np.full(len(epochs), b), epochs + window[0]


def _scan_around(
    still: Positions, fixed: FloatArray, moving: Positions, limit_km: float, window: Window
) -> Iterator[Candidates]:
    """Yield candidates between sources that stand still and sources that move.

    A moving source is compared with every standing one only while it is in a cap that holds them
    all with their surroundings, and only at epochs when any of them is allowed.
    """
    allowed = np.stack([still.allowed_window(source, *window) for source in range(len(still))])
    any_allowed = allowed.any(axis=0)
    if not any_allowed.any():
        return
    caps = _caps(fixed, limit_km)
    for source in range(len(moving)):
        positions = moving.window(source, *window)
        near = np.zeros_like(any_allowed)
        for centre, cosine in caps:
            near |= np.einsum("x,xe->e", centre, positions) >= cosine
        near &= any_allowed
        near &= moving.allowed_window(source, *window)
        at = np.flatnonzero(near)
        if not len(at):
            continue
        # Flat indices are found several times faster than pairs of them.
        close = np.flatnonzero(fixed @ positions[:, at] >= least_cosine(limit_km))
        site, column = np.divmod(close, len(at))
        epoch = at[column]
        may = np.flatnonzero(allowed[site, epoch])
        yield site[may], np.full(len(may), source), epoch[may] + window[0]


def _caps(fixed: FloatArray, limit_km: float) -> list[tuple[FloatArray, np.float32]]:
    """Return centre and cosine of caps that hold all points within `limit_km` of any of `fixed`.

    One cap a hemisphere: a chain of northern sites with a few in Antarctica would else need the
    whole globe.
    """
    caps = []
    for part in (fixed[fixed[:, 2] >= 0], fixed[fixed[:, 2] < 0]):
        if len(part):
            middle = part.sum(axis=0)
            # Points that cancel out leave no middle: the zero vector then lets the whole globe through.
            centre = middle / max(np.linalg.norm(middle), np.finfo(np.float32).tiny)
            reach = np.arccos(np.clip((part @ centre).min() - COSINE_PAD, -1, 1)) * EARTH_RADIUS_KM
            caps.append((centre, least_cosine(float(reach) + limit_km)))
    return caps


def _scan_moving(
    first: Positions, second: Positions, limit_km: float, window: Window
) -> Iterator[Candidates]:
    """Yield candidates between sources that all move: every pair is compared at every epoch.

    Sorting by latitude or cell does not pay: a product from the cache takes under a nanosecond.
    """
    length = window[1] - window[0]
    least = least_cosine(limit_km)
    cosine = np.empty(length, np.float32)
    others = [
        (source, second.window(source, *window), second.allowed_window(source, *window))
        for source in range(len(second))
    ]
    for source in range(len(first)):
        allowed = first.allowed_window(source, *window)
        if not allowed.any():
            continue
        positions = first.window(source, *window)
        for other, other_positions, other_allowed in others:
            if first.identifiers[source] == second.identifiers[other]:
                continue
            np.einsum("xe,xe->e", positions, other_positions, out=cosine)
            close = np.flatnonzero(cosine >= least)
            at = close[allowed[close] & other_allowed[close]]
            if len(at):
                yield np.full(len(at), source), np.full(len(at), other), at + window[0]


def batched(found: Iterable[Candidates], length: int) -> Iterator[Candidates]:
    """Yield candidates put together until they are at least `length`, so that few calls decide them."""
    parts: list[Candidates] = []
    waiting = 0
    for candidates in found:
        parts.append(candidates)
        waiting += len(candidates[2])
        if waiting >= length:
            yield _together(parts)
            parts, waiting = [], 0
    if waiting:
        yield _together(parts)


def _together(parts: Sequence[Candidates]) -> Candidates:
    first, second, epochs = zip(*parts, strict=True)
    return np.concatenate(first), np.concatenate(second), np.concatenate(epochs)
