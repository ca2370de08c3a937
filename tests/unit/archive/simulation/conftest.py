"""What the tests of the simulation share: one archive, with its tracks kept for the session."""

import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from aurorax_dashboard.archive.simulation.holdings import SimulatedHoldings
from aurorax_dashboard.archive.tracks import minute_of

SWARM_A, SWARM_B, SWARM_C, THEMIS_E, GOES_16 = 3, 29, 30, 37, 659
GILLAM, FORT_SMITH, FORT_SIMPSON = 46, 55, 45


def minute(time: str) -> int:
    return minute_of(datetime.fromisoformat(time))


def published(name: str) -> list[Mapping[str, str]]:
    """Return the rows of a file of what the platform published."""
    with (Path(__file__).parent / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> SimulatedHoldings:
    return SimulatedHoldings(tmp_path_factory.mktemp("tracks"))
