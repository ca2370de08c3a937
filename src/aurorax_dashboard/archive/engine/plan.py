"""In which order a search goes through its blocks.

A search scans one pair of blocks through time and then, for each match found, tries the sources of
one block after the other. Any order finds the same; a good one is often ten times faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aurorax_dashboard.archive.engine.positions import IndexArray, Positions
from aurorax_dashboard.archive.engine.scan import least_cosine
from aurorax_dashboard.archive.tracks import FloatArray

BlockPair = tuple[int, int]
"""Indices of two blocks, the smaller first."""

_SAMPLED_EPOCHS = 256

# Nanoseconds, as measured; only their proportions matter.
_COST_OF_PRODUCT = 0.8
_COST_OF_CAP = 3.0
_COST_OF_MATCH = 150.0
_COST_OF_TRIAL = 15.0


@dataclass(frozen=True, slots=True)
class Step:
    """One block to add to the matches found so far."""

    block: int
    limits: Sequence[tuple[int, float]]
    """Blocks already in the matches that limit this one, and their limits in km."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The pair of blocks to scan, then the blocks to add."""

    seed: BlockPair
    seed_limit_km: float
    steps: Sequence[Step]

    @property
    def blocks(self) -> list[int]:
        """All blocks in the order in which they join the matches."""
        return [*self.seed, *(step.block for step in self.steps)]

    @property
    def pairs(self) -> list[BlockPair]:
        """All limited pairs in the order in which their distances are measured."""
        later = (_pair(step.block, other) for step in self.steps for other, _ in step.limits)
        return [self.seed, *later]


def plan_search(blocks: Sequence[Positions], limits: Mapping[BlockPair, float]) -> Plan:
    """Return a fast order for a search.

    Parameters
    ----------
    blocks
        The blocks, none of them empty.
    limits
        Greatest distances in km of the limited pairs, at least one.
    """
    seed = next(iter(limits))
    if len(limits) > 1:
        seed = min(limits, key=lambda pair: _cost_of_seed(blocks, pair, limits[pair]))
    present, steps = list(seed), []
    waiting = [block for block in range(len(blocks)) if block not in seed]
    while waiting:
        block = min(waiting, key=lambda block: _lateness(blocks, block, present, limits))
        bounds = [(other, limits[pair]) for other in present if (pair := _pair(block, other)) in limits]
        steps.append(Step(block, bounds))
        present.append(block)
        waiting.remove(block)
    return Plan(seed, limits[seed], steps)


def _pair(block: int, other: int) -> BlockPair:
    return (block, other) if block < other else (other, block)


def _lateness(
    blocks: Sequence[Positions], block: int, present: Sequence[int], limits: Mapping[BlockPair, float]
) -> tuple[int, int, int]:
    """Return a key by which blocks that thin the matches come first and unlimited ones last."""
    to_present = sum(_pair(block, other) in limits for other in present)
    to_any = sum(block in pair for pair in limits)
    return -to_present, -to_any, len(blocks[block])


def _cost_of_seed(blocks: Sequence[Positions], pair: BlockPair, limit_km: float) -> float:
    """Return about how long a search takes that begins with `pair`."""
    first, second = blocks[pair[0]], blocks[pair[1]]
    others = sum(len(block) for number, block in enumerate(blocks) if number not in pair)
    sample = np.unique(np.linspace(0, first.epochs - 1, _SAMPLED_EPOCHS).astype(np.intp))
    matches = _matches_at(first, second, limit_km, sample) * first.epochs / len(sample)
    if first.fixed is not None and second.fixed is not None:
        scanning = 0.0
    elif first.fixed is not None or second.fixed is not None:
        moving = len(second) if first.fixed is not None else len(first)
        scanning = _COST_OF_CAP * moving * first.epochs
    else:
        scanning = _COST_OF_PRODUCT * len(first) * len(second) * first.epochs
    return scanning + matches * (_COST_OF_MATCH + _COST_OF_TRIAL * others)


def _matches_at(first: Positions, second: Positions, limit_km: float, epochs: IndexArray) -> int:
    """Return how many pairs of sources are within the limit at `epochs`, all counted together."""
    a, b = (_sampled(positions, epochs) for positions in (first, second))
    return int(np.count_nonzero(np.einsum("axe,bxe->abe", a, b) >= least_cosine(limit_km)))


def _sampled(positions: Positions, epochs: IndexArray) -> FloatArray:
    """Return unit vectors ``[s, 3, m]`` at `epochs`, NaN where a source is not allowed."""
    sampled = np.empty((len(positions), 3, len(epochs)), np.float32)
    for source in range(len(positions)):
        sampled[source] = positions.directions(source, epochs)
        sampled[source, :, ~positions.allowed_at(source, epochs)] = np.nan
    return sampled
