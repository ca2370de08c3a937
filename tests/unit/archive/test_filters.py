import math
import operator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurorax_dashboard.api.models import MetadataExpression, MetadataFilters
from aurorax_dashboard.archive.filters import fields_of, passes


def passing(column: Any, compare: str, *values: Any) -> list[int]:
    """Return the indices at which a column `f` passes one expression."""
    filters = MetadataFilters(
        expressions=[MetadataExpression(key="f", operator=compare, values=list(values))]
    )
    return np.flatnonzero(passes(filters, {"f": column}, len(column))).tolist()


NUMBERS = [74.5, 75, None, 90.0, 95]
WORDS = ["north polar cap", "north cusp", None, "low latitude"]
FLAGS = [True, False, None, True]
ANYTHING = [10**400, -(10**400), {"x": 1}, [1], "word", 1.5]


@pytest.mark.parametrize(
    ("column", "compare", "values", "expected"),
    [
        (NUMBERS, ">=", ["75"], [1, 3, 4]),
        (NUMBERS, ">=", [75], [1, 3, 4]),
        (NUMBERS, "<", ["90"], [0, 1]),
        (NUMBERS, "=", ["75.0"], [1]),
        (NUMBERS, "!=", [75], [0, 3, 4]),
        (NUMBERS, "between", ["75", "90"], [1, 3]),
        (NUMBERS, "between", [90, 75], []),
        (NUMBERS, "in", ["95", "74.5", "1"], [0, 4]),
        (NUMBERS, "not in", [95, 90], [0, 1]),
        (NUMBERS, "=", ["much"], []),
        (NUMBERS, ">", ["much"], []),
        (NUMBERS, "=", [""], []),
        (NUMBERS, "=", [True], []),
        (WORDS, "in", ["north cusp", "low latitude"], [1, 3]),
        (WORDS, "=", ["North Cusp"], []),
        (WORDS, "!=", ["north cusp"], [0, 3]),
        (WORDS, "<", ["north"], [3]),
        (FLAGS, "=", ["true"], [0, 3]),
        (FLAGS, "=", ["True"], [0, 3]),
        (FLAGS, "=", [False], [1]),
        (FLAGS, "!=", ["true"], [1]),
        (FLAGS, "=", [1], []),
        (["True", "true", "False", "x"], "=", ["True"], [0, 1]),
        (ANYTHING, ">", ["1"], [0, 4, 5]),
        (ANYTHING, "<", ["2"], [1, 5]),
        (ANYTHING, "<", ["z"], [4]),
        (ANYTHING, "!=", ["word"], [0, 1, 5]),
        (np.array(["True", "false"]), "=", [True], [0]),
        (np.array([1, 2, 3]), ">", ["1"], [1, 2]),
        (np.array([1.0, np.nan, 3.0]), "!=", [3], [0]),
        (np.array(["a", "b"]), "=", ["b"], [1]),
    ],
)
def test_values_are_compared_by_what_the_column_holds(
    column: Any, compare: str, values: list[Any], expected: list[int]
) -> None:
    assert passing(column, compare, *values) == expected


def test_a_record_without_the_field_matches_nothing_about_it() -> None:
    for compare in ("=", "!=", "<", ">=", "in", "not in"):
        assert 0 not in passing([None, 1.0], compare, "1")
    everything = MetadataFilters(
        expressions=[MetadataExpression(key="other", operator="!=", values=["x"])]
    )
    assert not passes(everything, {"f": [1, 2]}, 2).any()


def test_expressions_are_joined_by_the_logical_operator() -> None:
    expressions = [
        MetadataExpression(key="a", operator=">", values=[1]),
        MetadataExpression(key="b", operator="=", values=["x"]),
    ]
    columns = {"a": [1, 2, 3], "b": ["x", "x", "y"]}
    both = passes(MetadataFilters(expressions=expressions), columns, 3)
    either = passes(MetadataFilters(logical_operator="OR", expressions=expressions), columns, 3)
    assert both.tolist() == [False, True, False]
    assert either.tolist() == [True, True, True]
    assert fields_of(MetadataFilters(expressions=expressions * 2)) == ["a", "b"]


def test_no_expression_passes_everything() -> None:
    assert passes(MetadataFilters(), {}, 3).tolist() == [True, True, True]


ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq}


@given(
    column=st.lists(st.none() | st.floats(-5, 5) | st.integers(-5, 5), min_size=1, max_size=20),
    compare=st.sampled_from(sorted(ORDERS)),
    values=st.lists(st.integers(-5, 5), min_size=1, max_size=3),
    textual=st.booleans(),
)
def test_numbers_agree_with_plain_python(
    column: list[float | None], compare: str, values: list[int], textual: bool
) -> None:
    expected = [
        index
        for index, own in enumerate(column)
        if own is not None
        and not math.isnan(own)
        and any(ORDERS[compare](own, value) for value in values)
    ]
    assert passing(column, compare, *(str(value) if textual else value for value in values)) == expected
