"""One operator gives clause, SQL-like text and words."""

from __future__ import annotations

from typing import get_args

import pytest

from aurorax_dashboard.api.models import FilterOperator, MetadataExpression
from aurorax_dashboard.queries.operators import (
    OPERATORS,
    expression_sql,
    expression_words,
    join_words,
    operators_for,
    value_text,
)


def test_every_operator_of_the_api_is_there():
    assert list(OPERATORS) == list(get_args(FilterOperator))


@pytest.mark.parametrize(
    ("operator", "values", "sql", "words"),
    [
        ("=", ["north cusp"], "f = north cusp", "f is north cusp"),
        ("!=", [True], "f != true", "f is not true"),
        ("<", [2.5], "f < 2.5", "f is less than 2.5"),
        ("<=", [7000.0], "f <= 7000", "f is at most 7000"),
        (">", [-1], "f > -1", "f is more than -1"),
        (">=", ["95"], "f >= 95", "f is at least 95"),
        ("between", [75, 90], "f between 75 AND 90", "f is between 75 and 90"),
        ("in", ["a", "b", "c"], "f in (a, b, c)", "f is a, b or c"),
        ("not in", ["a"], "f not in (a)", "f is not a"),
    ],
)
def test_clause_sql_and_words(operator, values, sql, words):
    clause = OPERATORS[operator].clause("f", values)
    assert clause == MetadataExpression(key="f", operator=operator, values=values)
    assert expression_sql(clause) == sql
    assert expression_words(clause) == words


@pytest.mark.parametrize(("operator", "several"), [("=", "in"), ("!=", "not in"), ("<", "<")])
def test_several_values_take_the_operator_for_several(operator, several):
    assert OPERATORS[operator].clause("f", ["a", "b"]).operator == several


def test_types_allow_what_they_can_be_compared_with():
    assert [operator.symbol for operator in operators_for("string")] == ["in", "not in", "=", "!="]
    assert [operator.symbol for operator in operators_for("boolean")] == ["=", "!="]
    assert len(operators_for("number")) == len(operators_for("integer")) == 9


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (3, "3"), (3.0, "3"), (0.25, "0.25"), (1e300, "1e+300"), ("", "")],
)
def test_value_text(value, text):
    assert value_text(value) == text


@pytest.mark.parametrize(("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a or b")])
def test_join_words(words, text):
    assert join_words(words, "or") == text
