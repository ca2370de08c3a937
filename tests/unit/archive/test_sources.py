"""Sources that come, change and go while the archive runs."""

from pathlib import Path

import numpy as np
import pytest

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.errors import ConflictError, DuplicateError, NotFoundError
from aurorax_dashboard.archive.holdings import CombinedHoldings
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.library.blocks import Batch
from aurorax_dashboard.archive.sources import Sources

SWARM_A = 3


def camera(platform: str = "roof", **fields: object) -> DataSource:
    values = {
        "program": "own",
        "platform": platform,
        "instrument_type": "camera",
        "source_type": "ground",
        "display_name": "Ours",
    }
    return DataSource(**(values | fields))


def one_record(minute: int = 26_000_000) -> Batch:
    return Batch(np.array([minute]), np.full((4, 2, 1), 50.0), {})


def test_an_added_source_is_found_at_once(sources: Sources) -> None:
    before = len(sources.held())
    added = sources.add(camera())
    assert added.identifier is not None
    assert added.identifier >= 1_000_000
    assert sources.get(added.identifier) == added
    assert len(sources.held()) == before + 1
    assert sources.stats(added).ephemeris_count == 0
    assert sources.add(camera("cellar")).identifier != added.identifier


@pytest.mark.parametrize(
    "record",
    [
        camera(identifier=SWARM_A),
        camera(program="swarm", platform="swarma", instrument_type="footprint"),
        camera("taken"),
        camera(identifier=77),
    ],
)
def test_neither_names_nor_identifiers_stand_for_two(sources: Sources, record: DataSource) -> None:
    sources.add(camera("taken", identifier=77))
    with pytest.raises(DuplicateError):
        sources.add(record)


def test_a_record_is_replaced_stored_or_simulated(sources: Sources, library: Library) -> None:
    added = sources.add(camera())
    identifier = int(added.identifier or 0)
    assert sources.replace(identifier, camera(display_name="New")).display_name == "New"
    swarm = sources.get(SWARM_A)
    sources.replace(SWARM_A, DataSource(program="swarm", platform="a", instrument_type="footprint"))
    assert sources.get(SWARM_A).platform == "a"
    assert not library.records.is_stored(SWARM_A)
    assert sources.stats(swarm).ephemeris_count == 365 * 1440
    with pytest.raises(DuplicateError):
        sources.replace(identifier, sources.get(SWARM_A))
    with pytest.raises(NotFoundError):
        sources.replace(12345, camera("nowhere"))


def test_only_stored_sources_without_data_are_deleted(sources: Sources, library: Library) -> None:
    identifier = int(sources.add(camera()).identifier or 0)
    library.ephemeris.write(identifier, one_record())
    with pytest.raises(ConflictError, match="ephemeris"):
        sources.delete(identifier)
    library.deletions.add(identifier, 0, 10**8)
    sources.delete(identifier)
    with pytest.raises(NotFoundError):
        sources.get(identifier)
    assert sources.recall(identifier).platform == "roof"
    with pytest.raises(ConflictError, match="simulated"):
        sources.delete(SWARM_A)
    assert sources.add(camera()).identifier != identifier


def test_a_location_is_neither_changed_nor_deleted(sources: Sources) -> None:
    from aurorax_dashboard.api.models import Location

    [place] = sources.at_locations([Location(lat=50.0, lon=10.0)])
    identifier = int(place.identifier or 0)
    with pytest.raises(ConflictError):
        sources.replace(identifier, camera())
    with pytest.raises(ConflictError):
        sources.delete(identifier)


def test_statistics_of_stored_sources_are_fresh(sources: Sources, library: Library) -> None:
    added = sources.add(camera())
    for count in (1, 2):
        library.ephemeris.write(int(added.identifier or 0), one_record(26_000_000 + count))
        assert sources.stats(added).ephemeris_count == count


def test_what_another_process_adds_is_noticed(sources: Sources, tmp_path: Path) -> None:
    other = Library(tmp_path / "library")
    identifier = int(other.records.add(camera()).identifier or 0)
    assert sources.get(identifier).platform == "roof"
    other.close()


def test_simulated_and_stored_are_never_mixed(
    sources: Sources, library: Library, world: object
) -> None:
    holdings = CombinedHoldings(world, library)
    assert holdings.origin(SWARM_A) == "simulated"
    assert holdings.track(SWARM_A, 25_771_680, 25_771_690).present.all()
    assert holdings.present(SWARM_A, 25_771_680, 25_771_690).all()
    mirrored = sources.get(SWARM_A)
    library.records.adopt(mirrored, "mirrored from there")
    assert holdings.origin(SWARM_A) == "stored"
    assert not holdings.track(SWARM_A, 25_771_680, 25_771_690).present.any()
    assert not holdings.present(SWARM_A, 25_771_680, 25_771_690).any()
    assert (sources.get(SWARM_A).metadata or {})["origin"] == "mirrored from there"
    assert sources.stats(mirrored).ephemeris_count == 0
    sources.delete(SWARM_A)
    assert holdings.origin(SWARM_A) == "simulated"
    assert "origin" not in (sources.get(SWARM_A).metadata or {})


def test_a_mirrored_source_hides_a_simulated_one_of_its_name(
    sources: Sources, library: Library
) -> None:
    mirrored = DataSource(
        identifier=400, program="swarm", platform="swarma", instrument_type="footprint"
    )
    library.records.adopt(mirrored, "mirrored from there")
    assert [s.identifier for s in sources.held() if s.platform == "swarma"] == [400]


def test_what_users_stored_is_not_overwritten_by_a_mirror(sources: Sources, library: Library) -> None:
    added = sources.add(camera())
    with pytest.raises(DuplicateError):
        library.records.adopt(added, "mirrored from there")
