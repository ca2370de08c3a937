"""Conditions are read from what was ticked or typed, as the type of their field has it."""

from typing import Any

import dash
import pytest

from aurorax_dashboard.api.models import MetadataExpression
from aurorax_dashboard.components import filters
from aurorax_dashboard.components.filters import Row, _row
from aurorax_dashboard.queries.conditions import (
    kept_values,
    read_filters,
    read_values,
    row_problems,
)
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
    assert read_values(given, field, operator) == values


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
    assert read_filters("AND", FIELDS, [key], [operator], [values]).expressions == [expression]


def test_rows_that_say_nothing_do_not_count() -> None:
    read = read_filters("OR", FIELDS, ["tii_on", None, "tii_on"], ["=", "=", None], [["true"], "", ""])
    assert read.logical_operator == "OR"
    assert [one.key for one in read.expressions] == ["tii_on"]


def test_opening_rows_and_applying_are_all_served() -> None:
    app = dash.Dash(__name__, use_pages=False)
    filters.register(app, list)
    served = " ".join(one["output"] for one in app._callback_list)
    for name in (filters.Ids.FIELDS, filters.Ids.ROWS, Row.VALUES_SLOT, "criteria-filters-open"):
        assert name in served


@pytest.mark.parametrize(
    ("key", "operator", "given", "words"),
    [
        ("radial_distance", "between", "6800", "takes two values"),
        ("radial_distance", "between", "6900, 6800", "lowest value comes first"),
        ("radial_distance", ">", "far", "“far” is not"),
        ("tii_quality", "=", "1.5", "a whole number"),
        ("tii_on", "in", "", "Give a value"),
        ("another", "between", "1", "takes two values"),
    ],
)
def test_what_is_wrong_with_a_row_is_known_before_it_is_applied(
    key: str, operator: str, given: str, words: str
) -> None:
    (problem,) = row_problems(FIELDS, key, operator, given)
    assert words in problem.message
    assert problem.severity == "error"


def test_rows_that_are_right_or_say_nothing_yet_are_left_alone() -> None:
    assert row_problems(FIELDS, "radial_distance", "between", "6800, 6900") == []
    assert row_problems(FIELDS, "radial_distance", None, "") == []
    assert row_problems(FIELDS, None, None, "x") == []


@pytest.mark.parametrize(
    ("given", "field", "operator", "kept"),
    [
        ("95", QUALITY, ">=", ["95"]),
        ("6800, 6900", RADIUS, "between", ["6800", "6900"]),
        (["north polar cap"], REGION, "!=", ["north polar cap"]),
        (["north polar cap"], RADIUS, "=", []),
        ("95", REGION, "=", []),
        (None, RADIUS, "=", []),
    ],
)
def test_values_stay_when_the_comparison_changes_if_they_still_fit(
    given: Any, field: FilterField, operator: str, kept: list[str]
) -> None:
    assert kept_values(given, field, operator) == kept
