"""Conditions are read from what was ticked or typed, as the type of their field has it."""

from typing import Any

import dash
import pytest

from aurorax_dashboard.api.models import MetadataExpression
from aurorax_dashboard.components import filters
from aurorax_dashboard.components.filters import Row, _read_filters, _read_values, _row
from aurorax_dashboard.queries.fields import FilterField

REGION = FilterField("nbtrace_region", "string", "Region", ["north polar cap", "north auroral oval"])
RADIUS = FilterField("radial_distance", "number", None, [])
QUALITY = FilterField("tii_quality", "integer", None, [])
TII_ON = FilterField("tii_on", "boolean", None, ["true", "false"])
FIELDS = [REGION, RADIUS, QUALITY, TII_ON]


@pytest.mark.parametrize(
    ("given", "field", "operator", "values"),
    [
        (["north polar cap"], REGION, "in", ["north polar cap"]),
        ("north polar cap, cusp", None, "in", ["north polar cap", "cusp"]),
        ("north, then south", None, "=", ["north, then south"]),
        (" 6800 , 6900.5 ", RADIUS, "between", [6800, 6900.5]),
        ("95", QUALITY, ">=", [95]),
        ("far", RADIUS, ">", ["far"]),
        ("nan", RADIUS, ">", ["nan"]),
        ("95", None, ">", ["95"]),
        (["true"], TII_ON, "=", ["true"]),
        (" , ", RADIUS, "in", []),
        ("", REGION, "=", []),
        (None, REGION, "in", []),
    ],
)
def test_values_are_read_as_the_field_and_the_comparison_take_them(
    given: Any, field: FilterField | None, operator: str, values: list[Any]
) -> None:
    assert _read_values(given, field, operator) == values


@pytest.mark.parametrize(
    "expression",
    [
        MetadataExpression(
            key="nbtrace_region", operator="in", values=["north polar cap", "elsewhere"]
        ),
        MetadataExpression(key="radial_distance", operator="between", values=[6800, 6900.5]),
        MetadataExpression(key="tii_quality", operator="!=", values=[-1]),
        MetadataExpression(key="a field of another source", operator="=", values=["x"]),
    ],
)
def test_a_row_gives_back_the_condition_it_shows(expression: MetadataExpression) -> None:
    row = _row("0", FIELDS, expression)
    parts = [one for one in row._traverse() if isinstance(getattr(one, "id", None), dict)]
    at = {one.id["type"]: one for one in parts}
    key, operator, values = (at[kind].value for kind in (Row.KEY, Row.OPERATOR, Row.VALUES))
    assert _read_filters("AND", FIELDS, [key], [operator], [values]).expressions == [expression]


def test_rows_that_say_nothing_do_not_count() -> None:
    read = _read_filters("OR", FIELDS, ["tii_on", None, "tii_on"], ["=", "=", None], [["true"], "", ""])
    assert read.logical_operator == "OR"
    assert [one.key for one in read.expressions] == ["tii_on"]


def test_opening_rows_and_applying_are_all_served() -> None:
    app = dash.Dash(__name__, use_pages=False)
    filters.register(app, list)
    served = " ".join(one["output"] for one in app._callback_list)
    for name in (filters.Ids.FIELDS, filters.Ids.ROWS, Row.VALUES_SLOT, "criteria-filters-open"):
        assert name in served
