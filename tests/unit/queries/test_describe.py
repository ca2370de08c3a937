"""The SQL-like form equals what the platform answers."""

from __future__ import annotations

from datetime import datetime

import pytest

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    EventsCriteria,
    GroundCriteria,
    Location,
    MetadataExpression,
    MetadataFilters,
    SpaceCriteria,
)
from aurorax_dashboard.queries.describe import describe


@pytest.mark.parametrize("programs", [["swarm"], ["swarm", "themis"]])
def test_reads_as_the_platform_words_it(programs):
    query = ConjunctionQuery(
        start=datetime.fromisoformat("2020-01-01T00:00:00"),
        end=datetime.fromisoformat("2020-01-01T23:59:59"),
        ground=[GroundCriteria(programs=["themis-asi"])],
        space=[SpaceCriteria(programs=programs)],
        max_distances={"ground1-space1": 500},
    )
    assert describe(query) == (
        "Find conjunctions of type (nbtrace) with epoch precision of 60 seconds "
        "between data sources of "
        f"ground1=(program in (themis-asi)) AND space1=(program in ({', '.join(programs)})) "
        "WHERE epochs are between 2020-01-01T00:00:00 AND 2020-01-01T23:59:59 UTC "
        "HAVING max distances between location points of ground1-space1=500 km."
    )


def test_names_every_list_and_condition(example):
    text = describe(example)
    assert (
        "ground1=(program in (themis-asi) AND platform in (fort smith, gillam) "
        "AND instrument_type in (panchromatic ASI))" in text
    )
    assert (
        "space1=(program in (swarm) AND instrument_type in (footprint) AND hemisphere in (northern))"
        in text
    )


def test_filters_locations_and_open_limits():
    expressions = [
        MetadataExpression(key="tii_on", operator="=", values=[True]),
        MetadataExpression(key="radial_distance", operator="between", values=[6800, 6900]),
    ]
    filters = MetadataFilters(logical_operator="OR", expressions=expressions)
    query = ConjunctionQuery(
        conjunction_types=["nbtrace", "geographic"],
        epoch_search_precision=30,
        space=[SpaceCriteria(ephemeris_metadata_filters=filters)],
        events=[EventsCriteria()],
        adhoc=[AdhocCriteria(locations=[Location(lat=56.5, lon=-94.0)])],
        max_distances={"space1-adhoc1": 250.5},
    )
    text = describe(query)
    assert "type (nbtrace, geographic) with epoch precision of 30 seconds" in text
    assert "filtered by metadata (tii_on = true OR radial_distance between 6800 AND 6900)" in text
    assert "space1=(filtered by metadata" in text
    assert "adhoc1=(location in ((56.5, -94)))" in text
    assert "between any time AND any time UTC" in text
    assert text.endswith(
        "location points of space1-events1=null, space1-adhoc1=250.5 km, events1-adhoc1=null."
    )
