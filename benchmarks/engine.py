"""How fast the search engine is: ``python benchmarks/engine.py``.

Makes a year of orbits and nights, searches it, and prints medians with their ratio to two references
taken in the same run: reading the searched arrays once from memory, and the plain way, haversine by
haversine in numpy, whose conjunctions must be the same. Exits with 1 if a bar is missed.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.conjunctions import Block, Conjunctions, Participant, find_conjunctions
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, MINUTES_PER_DAY, Track, unit_vectors

DAYS = 365
MINUTES = DAYS * MINUTES_PER_DAY
START = 49 * 365 * MINUTES_PER_DAY
LIMIT_KM = 500.0
REPEATS = 7

PAIR_BAR_MS = 50.0
PAIR_BAR_READS = 25.0
MANY_BAR_MS = 300.0

GRAVITY_KM3_S2 = 398_600.4
SIDEREAL_DAY_MIN = 1436.07
OBLIQUITY_DEG = 23.44
DARK_BELOW_DEG = -9.0


def satellites(count: int, rng: np.random.Generator) -> list[Participant]:
    """Return satellites on circular near-polar orbits of 400…850 km, always allowed."""
    minute = np.arange(MINUTES)
    found = []
    for number in range(count):
        radius = EARTH_RADIUS_KM + rng.uniform(400, 850)
        period_min = 2 * np.pi * np.sqrt(radius**3 / GRAVITY_KM3_S2) / 60
        along = 2 * np.pi * (minute / period_min + rng.random())
        tilt = np.radians(rng.uniform(82, 99))
        node = 2 * np.pi * (rng.random() - minute / SIDEREAL_DAY_MIN)
        x, y, z = np.cos(along), np.sin(along) * np.cos(tilt), np.sin(along) * np.sin(tilt)
        turned = [x * np.cos(node) - y * np.sin(node), x * np.sin(node) + y * np.cos(node), z]
        found.append(_participant(number, np.array(turned, np.float32), np.ones(MINUTES, np.bool_)))
    return found


def cameras(count: int, rng: np.random.Generator) -> list[Participant]:
    """Return all-sky imagers over Canada and Alaska that look while it is dark."""
    minute = np.arange(MINUTES)
    season, hour = 2 * np.pi * minute / MINUTES, 2 * np.pi * minute / MINUTES_PER_DAY
    declination = np.radians(-OBLIQUITY_DEG * np.cos(season))
    found = []
    for number in range(count):
        lat, lon = np.radians(rng.uniform(50, 75)), np.radians(rng.uniform(-160, -60))
        height = np.sin(lat) * np.sin(declination) - np.cos(lat) * np.cos(declination) * np.cos(
            hour + lon
        )
        dark = height < np.sin(np.radians(DARK_BELOW_DEG))
        place = unit_vectors(np.degrees([lat]), np.degrees([lon])).astype(np.float32)
        found.append(_participant(1000 + number, place, dark))
    return found


def _participant(
    identifier: int, vectors: NDArray[np.float32], allowed: NDArray[np.bool_]
) -> Participant:
    return Participant(identifier, Track(START, allowed, vectors, vectors, vectors), allowed)


def search(first: list[Participant], second: list[Participant]) -> Conjunctions:
    """Return the conjunctions of two blocks within the limit."""
    blocks = [Block("first1", first), Block("second1", second)]
    return find_conjunctions(blocks, {("first1", "second1"): LIMIT_KM}, "nbtrace", START)


def plainly(first: list[Participant], second: list[Participant]) -> list[tuple[int, int, int, int]]:
    """Return sources, start and end of the conjunctions: every pair by haversine at every minute."""
    found = []
    for one in first:
        lat_1, lon_1 = _angles(one)
        for other in second:
            lat_2, lon_2 = _angles(other)
            square = np.sin((lat_2 - lat_1) / 2) ** 2
            square += np.cos(lat_1) * np.cos(lat_2) * np.sin((lon_2 - lon_1) / 2) ** 2
            close = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(square)) <= LIMIT_KM
            edges = np.diff((close & one.allowed & other.allowed).astype(np.int8), prepend=0, append=0)
            for begin, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
                found.append((one.identifier, other.identifier, int(begin), int(end) - 1))
    return sorted(found)


_ANGLES: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}


def _angles(source: Participant) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latitude and longitude in radians, made once: the reference is not blamed for it."""
    if source.identifier not in _ANGLES:
        x, y, z = source.track.nbtrace.astype(np.float64)
        _ANGLES[source.identifier] = np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)
    return _ANGLES[source.identifier]


def read_once(participants: list[Participant]) -> None:
    """Read every byte that a search of `participants` has to read."""
    for source in participants:
        np.bitwise_or.reduce(source.track.nbtrace.reshape(-1).view(np.uint32))
        np.bitwise_or.reduce(source.allowed.view(np.uint64))


def median_ms(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median duration of `work` after one run to warm up."""
    work()
    durations = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        durations.append(1000 * (time.perf_counter() - begin))
    return statistics.median(durations)


def peak_mb(work: Callable[[], object]) -> float:
    """Return the most memory that `work` holds at once, its inputs not counted."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def line(what: str, duration_ms: float, remark: str = "") -> None:
    """Print one figure."""
    print(f"{what:28}{duration_ms:9.1f} ms   {remark}".rstrip())


def main() -> int:
    """Print the figures; return 1 if a bar is missed."""
    rng = np.random.default_rng(2019)
    ground, space = cameras(24, rng), satellites(30, rng)
    few = space[:3]

    found = search(ground, few)
    runs = np.column_stack([found.participants, found.start // 60 - START, found.end // 60 - START])
    begin = time.perf_counter()
    expected = plainly(ground, few)
    plain = 1000 * (time.perf_counter() - begin)
    assert sorted(map(tuple, runs.tolist())) == expected, "the engine differs from the plain way"

    reading = median_ms(lambda: read_once(ground + few))
    pair = median_ms(lambda: search(ground, few))
    many = median_ms(lambda: search(ground, space))
    free = median_ms(lambda: search(space, space), repeats=3)

    size_mb = sum(source.track.nbtrace.nbytes + source.allowed.nbytes for source in ground + few) / 1e6
    print(f"one year, {MINUTES:,} minutes, limit {LIMIT_KM:g} km, medians of {REPEATS}")
    line("reading the inputs once", reading, f"{size_mb:.0f} MB, {size_mb / reading:.1f} GB/s")
    line("24 ground × 3 satellites", pair, f"{pair / reading:.1f} × reading; {len(found):,} found")
    line("plain haversine", plain, f"{plain / pair:.0f} × the engine; finds the same")
    line("24 ground × 30 satellites", many)
    line("30 × 30 satellites", free, "435 pairs in both orders; median of 3")
    print(f"{'its peak memory':28}{peak_mb(lambda: search(space, space)):9.1f} MB")
    missed = pair > PAIR_BAR_MS or pair > PAIR_BAR_READS * reading or many > MANY_BAR_MS
    print("a bar is missed" if missed else "all bars are met")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
