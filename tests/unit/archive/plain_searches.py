"""Searches of the engine as tests write them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from aurorax_dashboard.archive.conjunctions import Block, Participant, find_conjunctions
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, Track, unit_vectors

START = 25_000_000
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180
NOWHERE = (math.nan, math.nan)


@dataclass
class Source:
    """A source as tests write it: one place (lat, lon) if it stands still, else one a minute."""

    identifier: int
    places: list[tuple[float, float]]
    allowed: list[bool]


@dataclass
class Search:
    blocks: list[list[Source]]
    limits: dict[tuple[int, int], float | None]
    precision_s: int = 60
    kind: str = "nbtrace"

    def run(self, window=4, **options):
        names = [f"block{number}" for number in range(len(self.blocks))]
        return find_conjunctions(
            [
                Block(name, [participant(source, self.kind) for source in sources])
                for name, sources in zip(names, self.blocks, strict=True)
            ],
            {(names[a], names[b]): limit for (a, b), limit in self.limits.items()},
            self.kind,
            START,
            self.precision_s,
            window=window,
            **options,
        )


def participant(source, kind="nbtrace"):
    lat, lon = np.array(source.places, np.float64).T
    vectors = unit_vectors(lat, lon).astype(np.float32)
    elsewhere = np.full_like(vectors, np.nan)
    positions = dict.fromkeys(("geographic", "nbtrace", "sbtrace"), elsewhere) | {kind: vectors}
    allowed = np.array(source.allowed, np.bool_)
    return Participant(source.identifier, Track(start=START, present=allowed, **positions), allowed)


def still(identifier, lat=60.0, lon=-100.0, minutes=10, allowed=None):
    return Source(identifier, [(lat, lon)], allowed or [True] * minutes)


def mover(identifier, lats, lon=-100.0, allowed=None):
    return Source(identifier, [(lat, lon) for lat in lats], allowed or [True] * len(lats))


def pair(first, second, limit=500.0, **options):
    return Search([[first], [second]], {(0, 1): limit}, **options)


def spans(found):
    """Sources, first and last epoch (seconds from the start of the search) of each conjunction."""
    return [
        (*map(int, sources), int(start) - 60 * START, int(end) - 60 * START)
        for sources, start, end in zip(found.participants, found.start, found.end, strict=True)
    ]
