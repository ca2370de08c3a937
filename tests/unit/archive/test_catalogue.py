"""The data files are whole and fit each other."""

import numpy as np
import pytest

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, unit_vectors

SOURCES = {entry.source.identifier: entry for entry in catalogue.sources()}
GROUND = [entry.source for entry in SOURCES.values() if entry.source.source_type == "ground"]
SPACE = [
    entry.source
    for entry in SOURCES.values()
    if entry.source.source_type not in {"ground", "event_list"}
]
LONGEST = {"program": 200, "platform": 50, "instrument_type": 200, "display_name": 50}
"""Most characters that the platform takes."""


@pytest.mark.parametrize(
    ("identifier", "program", "platform", "instrument_type", "display_name"),
    [
        (3, "swarm", "swarma", "footprint", "Swarm A"),
        (46, "themis-asi", "gillam", "panchromatic ASI", "THEMIS-ASI GILL"),
        (80, "rego", "taloyoak", "redline ASI", "REGO TALO"),
        (373, "unis/kho", "longyearbyen", "RGB ASI", "UNIS/KHO Sony A7S"),
        (492, "amisr", "poker flat", "ISR", "PFISR"),
    ],
)
def test_sources_have_the_identifiers_of_the_platform(
    identifier, program, platform, instrument_type, display_name
):
    source = SOURCES[identifier].source
    assert (source.program, source.platform) == (program, platform)
    assert (source.instrument_type, source.display_name) == (instrument_type, display_name)


def test_no_two_sources_are_the_same():
    names = [(e.source.program, e.source.platform, e.source.instrument_type) for e in SOURCES.values()]
    assert len(set(names)) == len(names) == len(catalogue.sources())


def test_sources_whose_identifier_is_unknown_have_one_of_ours():
    local = {e.source.program for n, e in SOURCES.items() if n >= catalogue.LOCAL_IDENTIFIERS}
    assert local == {"rego", "go-canada", "tracers", "real", "events"}
    for identifier, entry in SOURCES.items():
        is_local = identifier >= catalogue.LOCAL_IDENTIFIERS
        assert entry.source.metadata["identifier_is_local"] is is_local


@pytest.mark.parametrize("field", LONGEST)
def test_names_are_as_short_as_the_platform_wants(field):
    assert all(0 < len(getattr(e.source, field)) <= LONGEST[field] for e in SOURCES.values())


def test_every_source_says_that_it_is_simulated():
    assert all(entry.source.metadata["simulated"] is True for entry in SOURCES.values())


def test_records_of_ground_sources_say_where_they_are():
    assert SOURCES[46].source.metadata["location"] == {"lat": 56.376723, "lon": -94.643664}
    assert all("location" in source.metadata for source in GROUND)
    assert not any("location" in source.metadata for source in SPACE)


def test_every_life_begins_before_it_ends():
    assert all(entry.first_day < entry.stop_day for entry in SOURCES.values())


def test_every_ground_platform_has_a_site_and_a_conjugate():
    for source in GROUND:
        site = catalogue.stations()[source.platform]
        assert -90 < site.lat_deg < 90
        assert -180 <= site.lon_deg <= 180
        table = catalogue.conjugates()[source.platform]
        assert table.years[0] == 2007
        assert table.years[-1] >= 2028
        np.testing.assert_array_equal(np.diff(table.years), 1)


def test_no_spacecraft_stands_on_the_ground():
    assert not {source.platform for source in SPACE} & set(catalogue.stations())


def test_every_spacecraft_has_one_orbit():
    moving, still = set(catalogue.orbits()), set(catalogue.geostationary())
    assert not moving & still
    assert {source.platform for source in SPACE} == moving | still


def test_conjugates_are_in_the_south_and_drift_slowly():
    for platform, table in catalogue.conjugates().items():
        assert (table.lat_deg < -30).all(), platform
        points = unit_vectors(table.lat_deg, table.lon_deg)
        steps = EARTH_RADIUS_KM * np.linalg.norm(np.diff(points, axis=1), axis=0)
        assert steps.max() < 60, platform


def test_metadata_schemas_go_with_the_instrument():
    def fields(identifier: int) -> set[str]:
        return {field.field_name for field in SOURCES[identifier].source.ephemeris_metadata_schema}

    swarm, themis, gillam, riometer = fields(3), fields(37), fields(46), fields(100006)
    assert {"tii_on", "state", "nbtrace_region"} <= swarm
    assert themis < swarm
    assert "tii_on" not in themis
    assert "clausen_ml_oath" in gillam
    assert not riometer


def test_imagers_have_keograms_and_spacecraft_no_products():
    rgb = SOURCES[103].source.data_product_metadata_schema
    assert "keogram_type" in {field.field_name for field in rgb}
    assert all(not source.data_product_metadata_schema for source in SPACE)


def test_every_field_is_described():
    for entry in SOURCES.values():
        source = entry.source
        for field in [*source.ephemeris_metadata_schema, *source.data_product_metadata_schema]:
            assert field.description
            assert field.data_type in {"string", "double", "int", "bool"}
