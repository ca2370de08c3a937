"""The operators of metadata filters, one object each.

An operator gives the machine's clause, the SQL-like text and the words for people, so that the body
of a search, its description and its sentence can never disagree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from aurorax_dashboard.api.models import FilterOperator, MetadataExpression

Value = str | int | float | bool
FieldType = Literal["string", "number", "integer", "boolean"]


def value_text(value: Value) -> str:
    """Write one value of a filter; booleans as the platform spells them, numbers without ``.0``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def join_words(words: Sequence[str], conjunction: str) -> str:
    """Join words as a sentence does: ``a``, ``a or b``, ``a, b or c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


@dataclass(frozen=True)
class Operator(ABC):
    """How one operator is sent, described and said."""

    symbol: FilterOperator
    label: str
    """What a list of operators shows."""

    value_count: int | None = None
    """How many values it takes; None for one or more."""

    def clause(self, key: str, values: Sequence[Value]) -> MetadataExpression:
        """Return the condition as the API takes it."""
        return MetadataExpression(key=key, operator=self.symbol, values=list(values))

    @abstractmethod
    def sql(self, key: str, values: Sequence[Value]) -> str:
        """Return the condition in the SQL-like form."""

    @abstractmethod
    def words(self, key: str, values: Sequence[Value]) -> str:
        """Return the condition as a person would say it."""


@dataclass(frozen=True)
class Comparison(Operator):
    """Compares with one value."""

    value_count: int | None = 1
    phrase: str = ""
    several: FilterOperator | None = None
    """The operator that means the same for several values, where there is one."""

    def clause(self, key: str, values: Sequence[Value]) -> MetadataExpression:
        """Return the condition; with several values as the operator that takes several."""
        symbol = self.several if self.several is not None and len(values) > 1 else self.symbol
        return MetadataExpression(key=key, operator=symbol, values=list(values))

    def sql(self, key: str, values: Sequence[Value]) -> str:
        """Return ``key >= 95``."""
        return f"{key} {self.symbol} {', '.join(map(value_text, values))}"

    def words(self, key: str, values: Sequence[Value]) -> str:
        """Return ``key is at least 95``."""
        return f"{key} {self.phrase} {join_words([value_text(value) for value in values], 'or')}"


@dataclass(frozen=True)
class Between(Operator):
    """Compares with a lowest and a highest value, both included."""

    value_count: int | None = 2

    def sql(self, key: str, values: Sequence[Value]) -> str:
        """Return ``key between 1 AND 2``."""
        return f"{key} between {' AND '.join(map(value_text, values))}"

    def words(self, key: str, values: Sequence[Value]) -> str:
        """Return ``key is between 1 and 2``."""
        return f"{key} is between {' and '.join(map(value_text, values))}"


@dataclass(frozen=True)
class Membership(Operator):
    """Looks a value up in a list."""

    phrase: str = ""

    def sql(self, key: str, values: Sequence[Value]) -> str:
        """Return ``key in (a, b)``."""
        return f"{key} {self.symbol} ({', '.join(map(value_text, values))})"

    def words(self, key: str, values: Sequence[Value]) -> str:
        """Return ``key is a or b``."""
        return f"{key} {self.phrase} {join_words([value_text(value) for value in values], 'or')}"


OPERATORS: Mapping[FilterOperator, Operator] = MappingProxyType(
    {
        operator.symbol: operator
        for operator in (
            Comparison("=", "is", phrase="is", several="in"),
            Comparison("!=", "is not", phrase="is not", several="not in"),
            Comparison("<", "less than", phrase="is less than"),
            Comparison("<=", "at most", phrase="is at most"),
            Comparison(">", "more than", phrase="is more than"),
            Comparison(">=", "at least", phrase="is at least"),
            Between("between", "between"),
            Membership("in", "is one of", phrase="is"),
            Membership("not in", "is none of", phrase="is not"),
        )
    }
)
"""Every operator by its symbol, in the order that a list shows."""

_BY_TYPE: Mapping[FieldType, tuple[FilterOperator, ...]] = MappingProxyType(
    {
        "string": ("in", "not in", "=", "!="),
        "boolean": ("=", "!="),
        "number": tuple(OPERATORS),
        "integer": tuple(OPERATORS),
    }
)


def operators_for(field_type: FieldType) -> list[Operator]:
    """Return the operators that make sense for a field of this type, the usual one first."""
    return [OPERATORS[symbol] for symbol in _BY_TYPE[field_type]]


def expression_sql(expression: MetadataExpression) -> str:
    """Return `expression` in the SQL-like form."""
    return OPERATORS[expression.operator].sql(expression.key, expression.values)


def expression_words(expression: MetadataExpression) -> str:
    """Return `expression` as a person would say it."""
    return OPERATORS[expression.operator].words(expression.key, expression.values)
