"""Conditions on metadata fields as a form holds them: texts and ticked values, right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from aurorax_dashboard.api.models import MetadataFilters
from aurorax_dashboard.queries.check_blocks import condition_problems
from aurorax_dashboard.queries.fields import FilterField, as_number, fits_type
from aurorax_dashboard.queries.operators import Value, value_text
from aurorax_dashboard.queries.problems import Problem


def find(fields: Sequence[FilterField], key: str | None) -> FilterField | None:
    """Return the field called `key`, None if there is none."""
    return next((known for known in fields if known.name == key), None)


def read_filters(
    logic: str,
    fields: Sequence[FilterField],
    keys: Sequence[str | None],
    operators: Sequence[str | None],
    values: Sequence[Any],
) -> MetadataFilters:
    """Return the filters that the rows of the dialog hold; rows without field or comparison do not count."""
    expressions = [
        {"key": key, "operator": operator, "values": read_values(given, find(fields, key), operator)}
        for key, operator, given in zip(keys, operators, values, strict=True)
        if key and operator
    ]
    return msgspec.convert({"logical_operator": logic, "expressions": expressions}, MetadataFilters)


def read_values(given: Any, known: FilterField | None, operator: str) -> list[Value]:
    """Return the values of a condition from a ticked list or a typed text."""
    if isinstance(given, list):
        texts = [str(value) for value in given]
    else:
        text = str(given or "")
        texts = text.split(",") if operator in ("in", "not in", "between") else [text]
    texts = [text.strip() for text in texts if text.strip()]
    if known is not None and known.type in ("number", "integer"):
        return [number if (number := as_number(text)) is not None else text for text in texts]
    return list(texts)


def kept_values(given: Any, known: FilterField | None, operator: str) -> list[str]:
    """Return what of the values stays when the comparison changes, or the field with it."""
    values = [value_text(value) for value in read_values(given, known, operator)]
    if known is None:
        return values
    allowed = known.allowed_values
    return [text for text in values if fits_type(text, known.type) and (not allowed or text in allowed)]


def row_problems(
    fields: Sequence[FilterField], key: str | None, operator: str | None, given: Any
) -> list[Problem]:
    """Return what is wrong with a row; one without field or comparison says nothing yet."""
    read = read_filters("AND", fields, [key], [operator], [given]).expressions
    return [problem for one in read for problem in condition_problems(one, find(fields, key))]
