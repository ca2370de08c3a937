"""A small world that the archive can be tried on: two imagers and one satellite over them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aurorax_dashboard.api.models import DataProduct, DataSource, Location, MetadataField
from aurorax_dashboard.archive.holdings import CombinedHoldings
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.products import CombinedProducts
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.sources import Sources
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, Records, Track, minute_of, unit_vectors

YEAR_START = 17_897 * MINUTES_PER_DAY
"""2019-01-01, in minutes since 1970."""

FIRST_START = datetime.fromisoformat("2019-01-01T00:00")

GILLAM_LAT, GILLAM_LON = 56.38, -94.64


def _schema() -> list[MetadataField]:
    return [
        MetadataField(field_name="confidence", data_type="double", searchable=True),
        MetadataField(field_name="cloudy", data_type="bool", allowed_values=["true", "false"]),
    ]


def _source(identifier: int, program: str, platform: str, kind: str, source_type: str) -> DataSource:
    return DataSource(
        identifier=identifier,
        program=program,
        platform=platform,
        instrument_type=kind,
        source_type=source_type,
        display_name=f"{program.upper()} {platform}",
        ephemeris_metadata_schema=_schema(),
        data_product_metadata_schema=[],
        owner="owner@example.org",
        maintainers=[],
        metadata={"network": "test"},
    )


class SmallWorld:
    """Holdings that can be worked out by hand.

    Source 1 (gillam) and 2 (far away) observe during the first half of each UTC day. Source 3 goes
    round the meridian of gillam at 4° a minute, northward over the equator at multiples of 90 min,
    so it is within 500 km of gillam at minutes 13, 14 and 15 of every orbit. Its northern footprint is
    below it and exists in the north only. Confidence is the minute modulo 100 and missing in every
    fifth minute; it is cloudy in even minutes. There are data for 2019.

    Of sources 1 and 2 there is a keogram of each day, and one of each of the hours 0 to 11, of source 2
    only of the even ones.
    """

    def __init__(self) -> None:
        self.metadata_asked = 0

    def sources(self) -> Sequence[DataSource]:
        return [
            _source(1, "themis-asi", "gillam", "panchromatic ASI", "ground"),
            _source(2, "themis-asi", "fort smith", "panchromatic ASI", "ground"),
            _source(3, "swarm", "swarma", "footprint", "leo"),
        ]

    def life(self, identifier: int) -> tuple[int, int]:
        return YEAR_START, YEAR_START + 365 * MINUTES_PER_DAY

    def _positions(self, identifier: int, minutes: np.ndarray) -> dict[str, np.ndarray]:
        if identifier != 3:
            place = (GILLAM_LAT, GILLAM_LON) if identifier == 1 else (60.03, -111.95)
            here = unit_vectors(np.array([place[0]]), np.array([place[1]])).astype(np.float32)
            return {"geographic": here, "nbtrace": here, "sbtrace": here * np.float32([[1], [1], [-1]])}
        angle = np.radians((minutes - YEAR_START) % 90 * 4.0)
        lon = np.radians(GILLAM_LON)
        here = np.stack([np.cos(angle) * np.cos(lon), np.cos(angle) * np.sin(lon), np.sin(angle)])
        north = np.where(here[2] > 0, here, np.nan)
        south = np.where(here[2] <= 0, here, np.nan)
        return {
            "geographic": here.astype(np.float32),
            "nbtrace": north.astype(np.float32),
            "sbtrace": south.astype(np.float32),
        }

    def track(self, identifier: int, start: int, stop: int) -> Track:
        present = self.present(identifier, start, stop)
        return Track(start, present, **self._positions(identifier, np.arange(start, stop)))

    def present(self, identifier: int, start: int, stop: int) -> np.ndarray:
        return np.arange(start, stop) % MINUTES_PER_DAY < (720 if identifier != 3 else 1440)

    def records(self, identifier: int, minutes: np.ndarray) -> Records:
        gsm = self._positions(3, minutes)["geographic"] if identifier == 3 else None
        return Records(
            minutes=minutes,
            gsm=gsm,
            metadata=self.metadata(identifier, minutes, ["confidence", "cloudy"]),
            **self._positions(identifier, minutes),
        )

    def metadata(
        self, identifier: int, minutes: np.ndarray, fields: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        self.metadata_asked += len(minutes)
        columns: dict[str, Sequence[Any]] = {
            "confidence": [
                None if minute % 5 == 0 else float(minute % 100) for minute in minutes.tolist()
            ],
            "cloudy": [minute % 2 == 0 for minute in minutes.tolist()],
        }
        return {field: columns[field] for field in fields}

    def minutes_per_day(self, identifier: int, first_day: int, last_day: int) -> np.ndarray:
        return np.full(last_day - first_day + 1, 1440 if identifier == 3 else 720, dtype=np.int32)

    def products(
        self,
        identifier: int,
        start: datetime | None,
        end: datetime | None,
        types: Collection[str] | None = None,
    ) -> Iterator[DataProduct]:
        for day in range(365):
            for kind, hours in (("daily", [0]), ("hourly", range(0, 12, 2 if identifier == 2 else 1))):
                for hour in hours:
                    begin = FIRST_START + timedelta(days=day, hours=hour)
                    product = _keogram(identifier, kind, begin)
                    inside = (not start or product.start >= start) and (not end or product.end <= end)
                    if identifier != 3 and inside and (not types or "keogram" in types):
                        yield product

    def products_per_day(
        self, identifier: int, first_day: int, last_day: int, types: Collection[str] | None = None
    ) -> np.ndarray:
        a_day = {1: 13, 2: 7}.get(identifier, 0) if not types or "keogram" in types else 0
        return np.full(last_day - first_day + 1, a_day, dtype=np.int32)

    def product_span(self, identifier: int) -> tuple[int, datetime | None, datetime | None]:
        if identifier == 3:
            return 0, None, None
        last = FIRST_START + timedelta(days=364, hours=11 if identifier == 1 else 10)
        return 365 * {1: 13, 2: 7}[identifier], FIRST_START, last


def _keogram(identifier: int, kind: str, begin: datetime) -> DataProduct:
    length = timedelta(days=1) if kind == "daily" else timedelta(hours=1)
    return DataProduct(
        data_product_type="keogram",
        start=begin,
        end=begin + length - timedelta(minutes=1),
        url=f"/data/{identifier}/{kind}/{begin:%Y%m%d_%H}.png",
        metadata={"keogram_type": kind, "hour": begin.hour},
    )


class Places:
    """Custom locations, kept in memory."""

    def __init__(self) -> None:
        self._known: dict[int, Location] = {}

    def locations(self) -> dict[int, Location]:
        return self._known

    def location(self, identifier: int) -> Location | None:
        return self._known.get(identifier)

    def identify_location(self, location: Location) -> int:
        for identifier, known in self._known.items():
            if known == location:
                return identifier
        identifier = -1 - len(self._known)
        self._known[identifier] = location
        return identifier


@pytest.fixture
def world() -> SmallWorld:
    return SmallWorld()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def sources(world: SmallWorld, library: Library) -> Sources:
    holdings = CombinedHoldings(world, library)
    products = CombinedProducts(world, library.products, holdings.origin)
    return Sources(holdings, products, Places(), library.records)


@pytest.fixture
def year_start() -> int:
    assert minute_of(np.datetime64("2019-01-01", "s").item()) == YEAR_START
    return YEAR_START


@pytest.fixture
def open_archive(world: SmallWorld, tmp_path: Path) -> Iterator[Callable[..., Archive]]:
    """Open (again) the archive of the small world, with settings if given."""
    opened: list[Archive] = []

    def open_it(**settings: Any) -> Archive:
        for archive in opened:
            archive.close()
        opened[:] = [Archive.open(tmp_path / "archive", world, world, ArchiveSettings(**settings))]
        return opened[0]

    yield open_it
    for archive in opened:
        archive.close()
