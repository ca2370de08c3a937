"""From candidates of one pair of blocks to matches of all blocks, decided in float64."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aurorax_dashboard.archive.engine.plan import Plan, Step
from aurorax_dashboard.archive.engine.positions import DistanceArray, IndexArray, Positions, distance_km
from aurorax_dashboard.archive.engine.runs import Runs
from aurorax_dashboard.archive.engine.scan import Candidates, least_cosine


@dataclass(frozen=True, slots=True)
class Matches:
    """Sources of some blocks that are within their limits at one epoch each.

    Blocks and pairs of blocks are in the order of the plan.
    """

    members: IndexArray
    """``[b, m]``: which source of each block."""
    epochs: IndexArray
    distances_km: DistanceArray
    """``[p, m]``: of each limited pair."""

    def __len__(self) -> int:
        return len(self.epochs)

    def pieces(self, length: int) -> Iterator[Matches]:
        """Yield the matches, at most `length` at a time."""
        for start in range(0, len(self), length):
            part = slice(start, start + length)
            yield Matches(self.members[:, part], self.epochs[part], self.distances_km[:, part])


class Matcher:
    """Completes candidates by the steps of a plan, holding few matches at a time.

    Parameters
    ----------
    blocks
        Positions by block.
    plan
        The order of the search.
    batch
        About how many matches are held at a time.
    pulse
        Called often; what it raises ends the search.
    """

    def __init__(
        self, blocks: Sequence[Positions], plan: Plan, batch: int, pulse: Callable[[], None]
    ) -> None:
        self._blocks = blocks
        self._plan = plan
        self.batch = batch
        self._pulse = pulse
        self._block_order = np.argsort(plan.blocks)
        self._pair_order = sorted(range(len(plan.pairs)), key=plan.pairs.__getitem__)

    def completed(self, candidates: Candidates) -> Iterator[Matches]:
        """Yield the matches of all blocks that `candidates` of the seed pair lead to."""
        yield from self._extended(self._decided(candidates), self._plan.steps)

    def runs(self, matches: Matches) -> Runs:
        """Return the runs that complete `matches` make, with blocks and pairs in their own order."""
        single = Runs.single(
            matches.members[self._block_order], matches.epochs, matches.distances_km[self._pair_order]
        )
        return single.joined([len(block) for block in self._blocks], self._blocks[0].epochs)

    def _decided(self, candidates: Candidates) -> Matches:
        """Return those candidates of the seed pair that are really within its limit."""
        a, b, epochs = candidates
        first, second = (self._blocks[block] for block in self._plan.seed)
        distance = distance_km(first.directions_of(a, epochs), second.directions_of(b, epochs))
        close = (distance <= self._plan.seed_limit_km) & (first.identifiers[a] != second.identifiers[b])
        which = np.flatnonzero(close)
        return Matches(np.stack([a[which], b[which]]), epochs[which], distance[None, which])

    def _extended(self, matches: Matches, steps: Sequence[Step]) -> Iterator[Matches]:
        """Yield complete matches, depth first so that no intermediate product is ever whole."""
        if not steps:
            yield matches
            return
        sources = len(self._blocks[steps[0].block])
        for piece in matches.pieces(max(1, self.batch // sources)):
            grown = self._grown(piece, steps[0])
            if len(grown):
                yield from self._extended(grown, steps[1:])

    def _grown(self, matches: Matches, step: Step) -> Matches:
        """Return `matches` with every source of one more block that is within its limits."""
        block = self._blocks[step.block]
        present = [self._blocks[number] for number in self._plan.blocks[: len(matches.members)]]
        identifiers = np.stack(
            [
                other.identifiers[members]
                for other, members in zip(present, matches.members, strict=True)
            ]
        )
        anchors = [
            self._blocks[other].directions_of(
                matches.members[self._plan.blocks.index(other)], matches.epochs
            )
            for other, _ in step.limits
        ]
        limits_km = [limit_km for _, limit_km in step.limits]
        parts = []
        for source, identifier in enumerate(block.identifiers):
            self._pulse()
            free = block.allowed_at(source, matches.epochs) & (identifiers != identifier).all(axis=0)
            candidates = np.flatnonzero(free)
            directions = block.directions(source, matches.epochs[candidates])
            close, distances_km = _within(
                [anchor[:, candidates] for anchor in anchors], directions, limits_km
            )
            which = candidates[close]
            parts.append(
                Matches(
                    np.vstack([matches.members[:, which], np.full(len(which), source)]),
                    matches.epochs[which],
                    np.vstack([matches.distances_km[:, which], distances_km]),
                )
            )
        return Matches(
            np.concatenate([part.members for part in parts], axis=1),
            np.concatenate([part.epochs for part in parts]),
            np.concatenate([part.distances_km for part in parts], axis=1),
        )


def _within(
    anchors: Sequence[DistanceArray], directions: DistanceArray, limits_km: Sequence[float]
) -> tuple[IndexArray, DistanceArray]:
    """Return which of the `directions` ``[3, m]`` are within the limits to all `anchors` ``[3, m]``.

    Also returns their distances in km, one row an anchor. Without anchors all of them are.
    """
    near = np.ones(directions.shape[1], np.bool_)
    for anchor, limit_km in zip(anchors, limits_km, strict=True):
        near &= np.einsum("xm,xm->m", anchor, directions) >= least_cosine(limit_km)
    which = np.flatnonzero(near)
    distances_km = np.empty((len(anchors), len(which)))
    for row, anchor in zip(distances_km, anchors, strict=True):
        row[:] = distance_km(anchor[:, which], directions[:, which])
    inside = np.flatnonzero((distances_km <= np.reshape(limits_km, (-1, 1))).all(axis=0))
    return which[inside], distances_km[:, inside]
