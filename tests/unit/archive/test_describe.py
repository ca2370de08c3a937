from typing import Any

import msgspec

from aurorax_dashboard.api.models import ConjunctionQuery, DataProductQuery, EphemerisQuery
from aurorax_dashboard.archive.checks import check_conjunction_query
from aurorax_dashboard.archive.describe import (
    cartesian_products,
    describe_conjunctions,
    describe_data_products,
    describe_ephemeris,
)
from aurorax_dashboard.archive.sources import Sources

# The sentences of the first three tests are the platform's own.


def conjunctions(**fields: Any) -> ConjunctionQuery:
    return check_conjunction_query(msgspec.convert(fields, ConjunctionQuery))


def test_conjunctions_read_as_on_the_platform() -> None:
    query = conjunctions(
        start="2020-01-01T00:00:00",
        end="2020-01-01T23:59:59",
        ground=[{"programs": ["themis-asi"]}],
        space=[{"programs": ["swarm", "themis"]}],
        max_distances={"ground1-space1": 500},
    )
    assert describe_conjunctions(query) == (
        "Find conjunctions of type (nbtrace) with epoch precision of 60 seconds "
        "between data sources of ground1=(program in (themis-asi)) "
        "AND space1=(program in (swarm, themis)) "
        "WHERE epochs are between 2020-01-01T00:00:00 AND 2020-01-01T23:59:59 UTC "
        "HAVING max distances between location points of ground1-space1=500 km."
    )


def test_ephemeris_reads_as_on_the_platform() -> None:
    query = {
        "data_sources": {
            "programs": ["swarm"],
            "platforms": ["swarma"],
            "instrument_types": ["footprint"],
            "ephemeris_metadata_filters": [],
        },
        "start": "2019-01-01T00:00:00",
        "end": "2019-01-01T00:59:59",
    }
    assert describe_ephemeris(msgspec.convert(query, EphemerisQuery)) == (
        "Find ephemeris for ((program in (swarm) AND platform in (swarma) "
        "AND instrument_type in (footprint) filtered by metadata ()) "
        "AND  ephemeris_metadata_filters [])  "
        "AND epoch between 2019-01-01T00:00 and 2019-01-01T00:59:59 UTC"
    )


def test_data_products_read_as_on_the_platform() -> None:
    query = {
        "data_sources": {"programs": ["auroramax"]},
        "start": "2020-01-01T00:00:00",
        "end": "2020-01-02T23:59:59",
        "data_product_type_filters": ["keogram"],
    }
    words = (
        "Find data_products for ((program in (auroramax) filtered by metadata ()) "
        "AND  data_product_metadata_filters []) AND data_product start >= 2020-01-01T00:00 UTC "
        "AND data_product end <= 2020-01-02T23:59:59 UTC AND"
    )
    assert describe_data_products(msgspec.convert(query, DataProductQuery)) == (
        words + " data_product_type in (keogram)"
    )
    del query["data_product_type_filters"]
    assert describe_data_products(msgspec.convert(query, DataProductQuery)) == words


def test_filters_hemispheres_locations_and_missing_limits_are_told() -> None:
    filters = {
        "logical_operator": "OR",
        "expressions": [
            {"key": "region", "operator": "in", "values": ["a", "b"]},
            {"key": "apa", "operator": "between", "values": [75, "90"]},
        ],
    }
    query = conjunctions(
        space=[
            {"programs": ["swarm"], "hemisphere": ["northern"], "ephemeris_metadata_filters": filters}
        ],
        adhoc=[{"locations": [{"lat": 51.05, "lon": -114.07}]}],
        max_distances={"space1-adhoc1": None},
    )
    words = describe_conjunctions(query)
    assert (
        "space1=(program in (swarm) AND hemisphere in (northern) "
        "filtered by metadata (region in (a, b) OR apa between 75 AND 90))" in words
    )
    assert "adhoc1=(location in ((51.05, -114.07)))" in words
    assert "between any time AND any time UTC" in words
    assert words.endswith("space1-adhoc1=null.")


def test_combinations_are_counted_without_naming_locations(sources: Sources) -> None:
    query = conjunctions(
        ground=[{"programs": ["themis-asi"]}],
        space=[{}],
        adhoc=[{"locations": [{"lat": 1, "lon": 2}, {"lat": 3, "lon": 4}, {"lat": 5, "lon": 6}]}],
    )
    assert cartesian_products(query, sources) == 2 * 1 * 3
    assert len(sources.everything()) == 3
    nothing = conjunctions(ground=[{"programs": ["small-explorer"]}], space=[{}])
    assert cartesian_products(nothing, sources) == 0
