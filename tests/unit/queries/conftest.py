"""A small catalogue and the platform's first example, shared by the tests of this room."""

from __future__ import annotations

from datetime import datetime

import pytest

from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataSource,
    DataSourceStats,
    GroundCriteria,
    MetadataField,
    SpaceCriteria,
)

REGION = MetadataField(
    field_name="nbtrace_region",
    description="Region of the northern footprint",
    data_type="string",
    allowed_values=["north polar cap", "north auroral oval"],
    searchable=True,
)
RADIUS = MetadataField(field_name="radial_distance", data_type="double", allowed_values=[])
TII_ON = MetadataField(field_name="tii_on", data_type="bool", allowed_values=["true", "false"])
QUALITY = MetadataField(field_name="tii_quality_viy", data_type="int")
HIDDEN = MetadataField(field_name="internal", data_type="string", searchable=False)
SWARM_FIELDS = (REGION, RADIUS, TII_ON, QUALITY)


def make_source(
    identifier: int, names: str, source_type: str, display: str, *fields: MetadataField
) -> DataSource:
    program, platform, instrument_type = names.split("|")
    return DataSource(
        identifier=identifier,
        program=program,
        platform=platform,
        instrument_type=instrument_type,
        source_type=source_type,
        display_name=display,
        ephemeris_metadata_schema=list(fields),
        stats=DataSourceStats(
            earliest_ephemeris_loaded=datetime.fromisoformat("2013-11-25"),
            latest_ephemeris_loaded=datetime.fromisoformat("2024-06-01"),
        ),
    )


@pytest.fixture
def sources() -> list[DataSource]:
    return [
        make_source(
            3, "swarm|swarma|footprint", "leo", "Swarm A", REGION, RADIUS, TII_ON, QUALITY, HIDDEN
        ),
        make_source(29, "swarm|swarmb|footprint", "leo", "Swarm B", REGION, RADIUS, TII_ON, QUALITY),
        make_source(33, "themis|themisa|footprint", "heo", "THEMIS-A", REGION, RADIUS),
        make_source(46, "themis-asi|gillam|panchromatic ASI", "ground", "THEMIS-ASI GILL"),
        make_source(51, "themis-asi|fort smith|panchromatic ASI", "ground", "THEMIS-ASI FSMI"),
        make_source(103, "trex|gillam|RGB ASI", "ground", "TREx RGB GILL"),
        make_source(92, "trex|gillam|near-infrared ASI", "ground", "TREx NIR GILL"),
        make_source(700, "events|toolbox|substorm onset", "event_list", "Substorm onsets"),
        make_source(-5, "adhoc|somewhere|point", "ground", "Custom"),
    ]


@pytest.fixture
def example() -> ConjunctionQuery:
    """Eleven conjunctions on the platform: two imagers and Swarm, three days."""
    return ConjunctionQuery(
        start=datetime.fromisoformat("2019-01-01"),
        end=datetime.fromisoformat("2019-01-03T23:59:59"),
        ground=[
            GroundCriteria(
                programs=["themis-asi"],
                platforms=["fort smith", "gillam"],
                instrument_types=["panchromatic ASI"],
            )
        ],
        space=[
            SpaceCriteria(programs=["swarm"], instrument_types=["footprint"], hemisphere=["northern"])
        ],
        max_distances={"ground1-space1": 500},
    )
