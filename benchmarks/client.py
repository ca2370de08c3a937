"""What the cached client costs and saves, beside plain httpx asking the same of the same server.

    python benchmarks/client.py

Medians of several: cold (nothing cached), warm (from the cache on disk), and httpx with its JSON decoded.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import httpx
from running import archive_process

from aurorax_dashboard.api.cache import ResponseCache
from aurorax_dashboard.api.client import AuroraXClient

REPEATS = 15
FIRST, LAST = date(2019, 1, 1), date(2019, 12, 31)
SOURCES = "/api/v1/data_sources?format=full_record"
AVAILABILITY = "/api/v1/availability/ephemeris?start=2019-01-01&end=2019-12-31&program=themis-asi"


def median_ms(ask: Callable[[], object]) -> float:
    """Return the median time of `ask`."""
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def _plainly(client: httpx.Client, path: str) -> object:
    return client.get(path).json()


def main() -> int:
    """Print the table; return the exit status, 1 if what is cached takes longer than asking plainly."""
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name, archive_process(Path(name) / "archive") as address:
        plain = httpx.Client(base_url=address, timeout=60)
        cached = AuroraXClient.open(address, cache=ResponseCache.in_directory(Path(name) / "cache"))
        fresh = AuroraXClient.open(address)
        questions: list[tuple[str, str, Callable[[AuroraXClient], object]]] = [
            ("all data sources", SOURCES, lambda client: client.data_sources()),
            (
                "a year of one program",
                AVAILABILITY,
                lambda client: client.ephemeris_availability(FIRST, LAST, program="themis-asi"),
            ),
        ]
        for what, path, ask in questions:
            plain.get(path).raise_for_status()
            reference = median_ms(partial(_plainly, plain, path))
            cold, warm = median_ms(partial(ask, fresh)), median_ms(partial(ask, cached))
            print(
                f"{what:22s} httpx {reference:7.1f} ms   "
                f"cold {cold:7.1f} ms = {cold / reference:.2f} ×   "
                f"warm {warm:6.2f} ms = {warm / reference:.3f} ×"
            )
            slowest = max(slowest, warm / reference)
        plain.close()
    print(f"bar: warm < 1 × httpx ({slowest:.3f})")
    return int(slowest >= 1)


if __name__ == "__main__":
    sys.exit(main())
