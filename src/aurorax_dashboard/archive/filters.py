"""Metadata filters, evaluated on whole columns.

A value of a query may be written as text whatever the field's type ("75", "true"), so values are
compared as numbers where both sides are numbers, as truth values where the field is one, and as
text otherwise. A record that lacks a field, or has a list or an object there, matches no expression
about it, not even ``!=``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import MetadataExpression, MetadataFilters
from aurorax_dashboard.archive.tracks import BoolArray

Value = str | int | float | bool


class Column:
    """The values of one metadata field, in the two forms that they are compared in.

    Parameters
    ----------
    values : sequence of length ``n``
        Native values; None where a record lacks the field. Values of users may be anything.
    """

    numbers: NDArray[np.float64]
    """``[n]``: NaN where the value is no number."""
    texts: NDArray[np.str_]
    """``[n]``: empty where the value is a number or missing; truth values as ``true``, ``false``."""
    present: BoolArray

    def __init__(self, values: Sequence[Any]) -> None:
        column = values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
        kind = column.dtype.kind
        if kind in "iuf":
            self.numbers = column.astype(np.float64)
            self.texts = np.zeros(column.shape, dtype="U1")
            self.present = ~np.isnan(self.numbers)
        elif kind == "U":
            self.numbers = np.full(column.shape, np.nan)
            self.texts = column
            self.present = np.ones(column.shape, dtype=np.bool_)
        else:
            native: list[Any] = column.tolist()
            self.numbers = np.array([_own_number(value) for value in native], dtype=np.float64)
            self.texts = np.array([_own_text(value) for value in native], dtype=np.str_)
            self.present = np.array([isinstance(value, Value) for value in native], dtype=np.bool_)

    def equals(self, value: Value) -> BoolArray:
        """Return where this column equals `value`."""
        text = _text(value)
        # Python writes True, JSON true.
        spellings = [text, text.capitalize(), text.upper()] if text in _TRUTHS else [text]
        same: BoolArray = np.isin(self.texts, spellings) & np.isnan(self.numbers)
        if not math.isnan(number := _number(value)):
            same = same | (self.numbers == number)
        return same & self.present

    def compares(self, order: Callable[[Any, Any], Any], value: Value) -> BoolArray:
        """Return where ``order(column, value)`` holds: numbers by size, text by its letters."""
        textual = self.present & np.isnan(self.numbers)
        result: BoolArray = textual & np.asarray(order(self.texts, _text(value)), dtype=np.bool_)
        if not math.isnan(number := _number(value)):
            result |= np.asarray(order(self.numbers, number), dtype=np.bool_) & self.present
        return result


def _own_number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    try:
        return float(value)
    except OverflowError:  # an integer beyond all that a float can be
        return math.inf if value > 0 else -math.inf


def _own_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else ""


def _number(value: Value) -> float:
    """Return the number that a query's value stands for, NaN if none."""
    if isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def _text(value: Value) -> str:
    """Return the text that a query's value stands for; truth values in any case are lower case."""
    text = str(value)
    return text.lower() if text.lower() in _TRUTHS else text


def _any(tests: Sequence[BoolArray]) -> BoolArray:
    result: BoolArray = np.logical_or.reduce(tests)
    return result


_TRUTHS = frozenset({"true", "false"})

_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def matches(expression: MetadataExpression, column: Column) -> BoolArray:
    """Return ``[n]`` where `column` satisfies `expression`; several values are alternatives."""
    values, operator = expression.values, expression.operator
    if operator == "between":
        low, high = values
        return column.compares(np.greater_equal, low) & column.compares(np.less_equal, high)
    if order := _ORDERS.get(operator):
        return _any([column.compares(order, value) for value in values])
    equal = _any([column.equals(value) for value in values])
    return equal if operator in {"=", "in"} else column.present & ~equal


def fields_of(filters: MetadataFilters) -> list[str]:
    """Return the metadata fields that `filters` ask about, each once."""
    return list(dict.fromkeys(expression.key for expression in filters.expressions))


def passes(filters: MetadataFilters, columns: Mapping[str, Sequence[Any]], n: int) -> BoolArray:
    """Return which of `n` records pass `filters`.

    Parameters
    ----------
    columns : mapping
        Values by field, each of length `n`; a field may be missing altogether.
    """
    if not filters.expressions:
        return np.ones(n, dtype=np.bool_)
    known = {field: Column(columns[field]) for field in fields_of(filters) if field in columns}
    nothing = np.zeros(n, dtype=np.bool_)
    results = [
        matches(expression, known[expression.key]) if expression.key in known else nothing
        for expression in filters.expressions
    ]
    join = np.logical_and if filters.logical_operator == "AND" else np.logical_or
    joined: BoolArray = join.reduce(results)
    return joined
