"""How fast the archive searches tracks that lie on disk: ``python benchmarks/engine_disk.py``.

Writes a year of 30 satellites as the archive keeps tracks, by calendar months; lets the system forget the
files; and then, in a new process, reads them and searches them for conjunctions with 24 ground stations.
Exits with 1 if a bar is missed.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

import numpy as np
from engine import LIMIT_KM, MINUTES, START, cameras, satellites
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataSource, SpaceCriteria
from aurorax_dashboard.archive.conjunctions import Block, find_conjunctions
from aurorax_dashboard.archive.participants import TrackSpace, Window, held_participant
from aurorax_dashboard.archive.periods import calendar_months
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.simulation.blockstore import BlockStore
from aurorax_dashboard.archive.tracks import Holdings, Track

SATELLITES, GROUND = 30, 24
ROOM_BYTES = 2**32
COLD_BAR_S = 1.5
MEMORY_BAR_MB = 500.0


class Kept:
    """Satellites in files: what a search reads of an archive's holdings."""

    def __init__(self, folder: Path) -> None:
        self._blocks = BlockStore(folder, ROOM_BYTES)

    def keep(self, identifier: int, vectors: NDArray[np.float32]) -> None:
        """Write positions ``[3, MINUTES]``, as they are and as both traces."""
        for start, stop in calendar_months(START, START + MINUTES):
            piece = vectors[:, start - START : stop - START]
            self._blocks.get(f"{identifier}-{start}", lambda piece=piece: np.concatenate([piece] * 3))

    def life(self, _: int) -> tuple[int, int]:
        """Return the year."""
        return START, START + MINUTES

    def track(self, identifier: int, start: int, stop: int) -> Track:
        """Return the positions of one month, mapped from its file."""
        rows = self._blocks.get(f"{identifier}-{start}", lambda: np.empty((9, 0), np.float32))
        present = np.ones(stop - start, np.bool_)
        return Track(start, present, geographic=rows[0:3], nbtrace=rows[3:6], sbtrace=rows[6:9])


def forget(folder: Path) -> float:
    """Let the system drop its copies of all files in a folder; return their size in megabytes."""
    size = 0
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            size += path.stat().st_size
    return size / 1e6


def search(folder: Path) -> dict[str, float]:
    """Read and search the tracks in `folder` once; return what it took."""
    ground = cameras(GROUND, np.random.default_rng(2019))
    holdings, settings = Kept(folder), ArchiveSettings()
    begin = time.perf_counter()
    space = TrackSpace(settings.track_bytes, settings.track_file_bytes)
    window = Window("nbtrace", START, START + MINUTES)
    read = [
        held_participant(
            DataSource(identifier=number),
            SpaceCriteria(),
            window,
            cast(Holdings, holdings),  # of which nothing else is asked here
            space=space,
            check=lambda _: None,
        )
        for number in range(SATELLITES)
    ]
    blocks = [Block("ground1", ground), Block("space1", read)]
    found = find_conjunctions(blocks, {("ground1", "space1"): LIMIT_KM}, "nbtrace", START)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {"seconds": seconds, "peak_mb": peak, "found": len(found)}


def in_new_process(folder: Path) -> dict[str, float]:
    """Return what a search takes in a process that has read nothing yet."""
    command = [sys.executable, __file__, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main() -> int:
    """Print the figures; return 1 if a bar is missed."""
    with tempfile.TemporaryDirectory(prefix="aurorax-engine-") as name:
        folder = Path(name)
        kept = Kept(folder)
        for satellite in satellites(SATELLITES, np.random.default_rng(2019)):
            kept.keep(satellite.identifier, satellite.track.nbtrace)
        size_mb = forget(folder)
        cold = in_new_process(folder)
        warm = in_new_process(folder)
    assert cold["found"] == warm["found"] > 0
    print(f"{GROUND} ground × {SATELLITES} satellites, a year in files of {size_mb:.0f} MB")
    for what, figures in (("cold", cold), ("warm", warm)):
        print(f"{what:10}{figures['seconds']:6.2f} s   peak memory {figures['peak_mb']:.0f} MB")
    missed = cold["seconds"] > COLD_BAR_S or cold["peak_mb"] > MEMORY_BAR_MB
    print("a bar is missed" if missed else "all bars are met")
    return int(missed)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(search(Path(sys.argv[1]))))
    else:
        sys.exit(main())
