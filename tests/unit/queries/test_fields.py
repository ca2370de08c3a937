"""The metadata fields that sources have in common."""

from __future__ import annotations

import pytest

from aurorax_dashboard.api.models import DataSource, MetadataField
from aurorax_dashboard.queries.fields import common_fields, fits_type


def having(*fields):
    return DataSource(ephemeris_metadata_schema=list(fields))


def field(name, data_type, *allowed):
    return MetadataField(field_name=name, data_type=data_type, allowed_values=list(allowed))


def test_only_searchable_fields_of_all_sources(sources):
    assert [each.name for each in common_fields(sources[:2])] == [
        "nbtrace_region",
        "radial_distance",
        "tii_on",
        "tii_quality_viy",
    ]
    assert [each.name for each in common_fields(sources[:3])] == ["nbtrace_region", "radial_distance"]
    assert common_fields(sources) == []
    assert common_fields([]) == []


def test_a_field_brings_type_values_description_and_operators(sources):
    region, radius, tii_on, quality = common_fields(sources[:2])
    assert region.allowed_values == ["north polar cap", "north auroral oval"]
    assert region.description == "Region of the northern footprint"
    assert [each.type for each in (region, radius, tii_on, quality)] == [
        "string",
        "number",
        "boolean",
        "integer",
    ]
    assert [operator.symbol for operator in tii_on.operators] == ["=", "!="]


def test_differences_between_sources_are_settled_for_the_wider():
    first = having(field("x", "int"), field("y", "string", "a", "b"), field("z", "bool"))
    second = having(field("x", "double"), field("y", "string", "b", "c"), field("z", "string"))
    x, y, z = common_fields([first, second])
    assert (x.type, y.allowed_values, z.type) == ("number", ["a", "b", "c"], "string")


def test_a_source_that_lists_no_values_allows_any():
    listed, free = having(field("w", "string", "a")), having(field("w", "string"))
    assert common_fields([listed, free])[0].allowed_values == []


def test_booleans_always_have_their_two_values():
    assert common_fields([having(field("on", "boolean"))])[0].allowed_values == ["true", "false"]


@pytest.mark.parametrize(
    ("value", "field_type", "fits"),
    [
        ("95", "number", True),
        (95.5, "number", True),
        ("ninety", "number", False),
        ("nan", "number", False),
        (True, "number", False),
        ("3", "integer", True),
        (3.5, "integer", False),
        (10**400, "number", False),
        ("TRUE", "boolean", True),
        (False, "boolean", True),
        ("yes", "boolean", False),
        ("anything", "string", True),
        (5, "string", False),
    ],
)
def test_fits_type(value, field_type, fits):
    assert fits_type(value, field_type) is fits
