"""PyAuroraX, the platform's own client, works unchanged with nothing set but its base address."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pyaurorax = pytest.importorskip(
        "pyaurorax", reason="needs the extra pyaurorax, which needs a compiler"
    )

pytestmark = pytest.mark.filterwarnings("ignore")
"""What it is warned of is no business of ours."""

NIGHT = (datetime.fromisoformat("2019-01-01T00:00:00"), datetime.fromisoformat("2019-01-02T23:59:59"))
POLLING = {"poll_interval": 0.05}

_numbers = count()


@pytest.fixture(scope="module")
def aurorax(writable_archive: Any, admin_key: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An administrator with PyAuroraX."""
    home = tmp_path_factory.mktemp("pyaurorax")
    client = pyaurorax.PyAuroraX(
        download_output_root_path=str(home),
        read_tar_temp_path=str(home),
        api_base_url=writable_archive.address,
        api_key=admin_key,
    )
    assert Path(client.download_output_root_path) == home
    return client


@pytest.fixture
def stored(aurorax: Any) -> Any:
    """A source of the test's own."""
    source = pyaurorax.search.DataSource(
        program="pyaurorax",
        platform=f"camera {next(_numbers)}",
        instrument_type="test camera",
        source_type="ground",
        display_name="A camera",
    )
    return aurorax.search.sources.add(source)


def eventually(read: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + 10
    while not wanted(found := read()):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def test_sources_are_listed_searched_and_got(aurorax: Any) -> None:
    sources = aurorax.search.sources
    assert len(sources.list()) > 100
    [swarm_a] = sources.list(program="swarm", platform="swarma", include_stats=True)
    assert swarm_a.stats.ephemeris_count > 1_000_000
    assert len(sources.search(programs=["swarm", "rego"])) == 7
    assert sources.get("swarm", "swarma", "footprint").identifier == swarm_a.identifier
    assert sources.get_using_identifier(swarm_a.identifier).ephemeris_metadata_schema
    with pytest.raises(
        pyaurorax.AuroraXAPIError, match=r"(?i)could not be found|no data source record"
    ):
        sources.get_using_identifier(999_999)


def test_availability(aurorax: Any) -> None:
    [rego] = aurorax.search.availability.ephemeris(
        NIGHT[0].date(), NIGHT[1].date(), program="rego", platform="gillam", slow=True
    )
    assert all(0 < minutes <= 1440 for minutes in rego.available_ephemeris.values())
    assert aurorax.search.availability.data_products(NIGHT[0].date(), NIGHT[1].date(), program="rego")


def test_conjunctions_with_filters_distances_and_half_minutes(aurorax: Any) -> None:
    ground = pyaurorax.search.GroundCriteriaBlock(programs=["themis-asi"])
    condition = pyaurorax.search.MetadataFilterExpression(
        "nbtrace_region", "north auroral oval", operator="="
    )
    filtered = pyaurorax.search.MetadataFilter(expressions=[condition])
    space = [
        pyaurorax.search.SpaceCriteriaBlock(
            programs=["swarm"], metadata_filters=filters, hemisphere=["northern"]
        )
        for filters in (None, filtered)
    ]
    find = aurorax.search.conjunctions.search
    found, fewer = (
        find(*NIGHT, 500, ground=[ground], space=[block], **POLLING).data for block in space
    )
    assert 0 < len(fewer) <= len(found)
    first = found[0]
    assert [source.program for source in first.data_sources] == ["themis-asi", "swarm"]
    assert first.start <= first.closest_epoch <= first.end
    finer = find(*NIGHT, 500, ground=[ground], space=space[:1], subminute_precision=True, **POLLING)
    assert any(each.start.second == 30 or each.end.second == 30 for each in finer.data)


def test_conjunctions_with_advanced_distances_and_custom_locations(aurorax: Any) -> None:
    search = pyaurorax.search.ConjunctionSearch(
        aurorax,
        *NIGHT,
        distance=500,
        ground=[pyaurorax.search.GroundCriteriaBlock(programs=["themis-asi"])],
        space=[pyaurorax.search.SpaceCriteriaBlock(programs=["swarm"])] * 2,
        conjunction_types=["nbtrace"],
    )
    distances = search.get_advanced_distances_combos()
    assert set(distances) == {"ground1-space1", "ground1-space2", "space1-space2"}
    search.distance = {**distances, "ground1-space1": 900, "ground1-space2": 900}
    search.execute()
    search.wait(poll_interval=0.05)
    search.get_data()
    assert search.data
    assert all(len(each.data_sources) == 3 for each in search.data)
    place = pyaurorax.search.CustomLocationsCriteriaBlock(locations=[(58.2, -103.7)])
    near = aurorax.search.conjunctions.search(
        *NIGHT,
        1500,
        space=[pyaurorax.search.SpaceCriteriaBlock(programs=["swarm"])],
        custom_locations=[place],
        conjunction_types=["nbtrace"],
        **POLLING,
    )
    assert near.data
    assert all(each.data_sources[1].identifier < 0 for each in near.data)
    events = aurorax.search.conjunctions.search(
        *NIGHT,
        500,
        ground=[pyaurorax.search.GroundCriteriaBlock(programs=["themis-asi"])],
        events=[pyaurorax.search.EventsCriteriaBlock(instrument_types=["substorm onset"])],
        conjunction_types=["nbtrace"],
        **POLLING,
    )
    assert events.status["search_result"]["error_condition"] is False


def test_a_response_format(aurorax: Any) -> None:
    template = aurorax.search.conjunctions.create_response_format_template()
    found = aurorax.search.conjunctions.search(
        *NIGHT,
        500,
        ground=[pyaurorax.search.GroundCriteriaBlock(programs=["themis-asi"])],
        space=[pyaurorax.search.SpaceCriteriaBlock(programs=["swarm"])],
        response_format=template,
        **POLLING,
    )
    assert set(found.data[0]) == set(template)
    assert found.data[0]["events"][0]["generated_e1_ephemeris_query"]["data_sources"]["programs"]


def test_ephemeris_and_products_are_found(aurorax: Any) -> None:
    minutes = (
        datetime.fromisoformat("2019-01-01T03:24:00"),
        datetime.fromisoformat("2019-01-01T03:30:00"),
    )
    found = aurorax.search.ephemeris.search(
        *minutes, programs=["swarm"], platforms=["swarma"], **POLLING
    )
    assert len(found.data) == 7
    assert found.data[0].epoch == minutes[0]
    assert -90 <= found.data[0].location_geo.lat <= 90
    products = aurorax.search.data_products.search(
        *NIGHT, programs=["rego"], data_product_types=["keogram"], **POLLING
    )
    assert {each.data_product_type for each in products.data} == {"keogram"}
    nothing = aurorax.search.ephemeris.search(*minutes, programs=["no such program"], **POLLING)
    assert nothing.data == []
    assert nothing.status["search_result"]["file_size"] == 5


def test_queries_are_described(aurorax: Any) -> None:
    search = pyaurorax.search.EphemerisSearch(aurorax, *NIGHT, programs=["swarm"])
    assert aurorax.search.ephemeris.describe(search).startswith(
        "Find ephemeris for ((program in (swarm)"
    )
    products = pyaurorax.search.DataProductSearch(aurorax, *NIGHT, programs=["rego"])
    assert aurorax.search.data_products.describe(products).startswith("Find data_products for")
    conjunctions = pyaurorax.search.ConjunctionSearch(
        aurorax,
        *NIGHT,
        distance=500,
        ground=[pyaurorax.search.GroundCriteriaBlock(programs=["themis-asi"])],
        space=[pyaurorax.search.SpaceCriteriaBlock(programs=["swarm"])],
    )
    assert "ground1-space1=500 km" in conjunctions.describe()


def test_a_search_is_cancelled_and_listed(aurorax: Any) -> None:
    years = (
        datetime.fromisoformat("2014-01-01T00:00:00"),
        datetime.fromisoformat("2020-12-31T00:00:00"),
    )
    search = aurorax.search.conjunctions.search(
        *years,
        500,
        ground=[pyaurorax.search.GroundCriteriaBlock(programs=["themis-asi", "rego"])],
        space=[pyaurorax.search.SpaceCriteriaBlock()],
        return_immediately=True,
    )
    begun = time.monotonic()
    assert search.cancel(wait=True, poll_interval=0.05) in {0, 1}
    assert time.monotonic() - begun < 2
    search.update_status()
    assert search.logs[-1]["summary"] == "The search was cancelled on request."
    listed = aurorax.search.requests.list(search_type="conjunction", active=False)
    assert search.request_id in {each["request_id"] for each in listed}


def test_what_is_uploaded_is_found_until_it_is_deleted(aurorax: Any, stored: Any) -> None:
    hour = (
        datetime.fromisoformat("2020-03-01T00:00:00"),
        datetime.fromisoformat("2020-03-01T01:00:00"),
    )
    place = pyaurorax.search.Location(lat=51.05, lon=-114.07)
    nowhere = pyaurorax.search.Location(lat=None, lon=None)
    records = [
        pyaurorax.search.EphemerisData(
            stored,
            hour[0].replace(minute=minute),
            location_geo=place,
            nbtrace=place,
            sbtrace=nowhere,
            location_gsm=nowhere,
            metadata={"cloudy": False},
        )
        for minute in range(3)
    ]
    assert aurorax.search.ephemeris.upload(stored.identifier, records, validate_source=True) == 0

    def found() -> list[Any]:
        return aurorax.search.ephemeris.search(
            *hour, programs=[stored.program], platforms=[stored.platform], **POLLING
        ).data

    eventually(found, lambda data: len(data) == 3)
    assert found()[0].location_geo.lat == 51.05
    with pytest.raises(pyaurorax.AuroraXError):
        aurorax.search.sources.delete(stored.identifier)
    assert aurorax.search.ephemeris.delete(stored, *hour) == 0
    eventually(found, lambda data: not data)


def test_products_are_uploaded_and_deleted(aurorax: Any, stored: Any) -> None:
    hour = (
        datetime.fromisoformat("2020-03-01T00:00:00"),
        datetime.fromisoformat("2020-03-01T00:59:00"),
    )
    record = pyaurorax.search.DataProductData(
        stored,
        "keogram",
        *hour,
        url=f"https://example.org/{stored.identifier}.png",
        metadata={"mine": True},
    )
    assert aurorax.search.data_products.upload(stored.identifier, [record], validate_source=True) == 0

    def found() -> list[Any]:
        return aurorax.search.data_products.search(
            *hour, programs=[stored.program], platforms=[stored.platform], **POLLING
        ).data

    [product] = eventually(found, bool)
    assert product.metadata == {"mine": True}
    assert aurorax.search.data_products.delete_urls(stored, [product.url]) == 0
    eventually(found, lambda data: not data)
    assert (
        aurorax.search.sources.update(
            stored.identifier, "pyaurorax", stored.platform, "test camera", "ground", "A better camera"
        ).display_name
        == "A better camera"
    )
    assert aurorax.search.sources.delete(stored.identifier) == 0


def test_a_second_source_of_one_name_is_refused(aurorax: Any, stored: Any) -> None:
    with pytest.raises(pyaurorax.AuroraXError):
        aurorax.search.sources.add(stored)


def test_a_wrong_key_is_refused(writable_archive: Any, tmp_path: Path) -> None:
    stranger = pyaurorax.PyAuroraX(
        download_output_root_path=str(tmp_path),
        api_base_url=writable_archive.address,
        api_key="no key of anybody",
    )
    with pytest.raises(pyaurorax.AuroraXUnauthorizedError):
        stranger.search.requests.list()
