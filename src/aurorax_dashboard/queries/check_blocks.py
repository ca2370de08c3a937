"""Checks one criteria block: its names, what they resolve to, its filters, its locations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    DataSource,
    Location,
    MetadataExpression,
    filters_of,
)
from aurorax_dashboard.queries.blocks import KIND_NAMES, KINDS, Block, BlockKind, SourceCriteria
from aurorax_dashboard.queries.fields import FilterField, common_fields, fits_type
from aurorax_dashboard.queries.match import (
    NAME_FIELDS,
    SOURCE_TYPES,
    NameField,
    matching_sources,
    name_of,
    sources_of_kind,
)
from aurorax_dashboard.queries.operators import OPERATORS, value_text
from aurorax_dashboard.queries.problems import Problem, some_of, suggestion
from aurorax_dashboard.times import format_date, utc

_SINGULAR: dict[NameField, str] = {
    "programs": "program",
    "platforms": "platform",
    "instrument_types": "instrument type",
}
_TYPE_NAMES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


def block_problems(
    block: Block, query: ConjunctionQuery, sources: Sequence[DataSource]
) -> list[Problem]:
    """Return what is wrong with `block`; without `sources`, names and fields go unchecked."""
    criteria = block.criteria
    if isinstance(criteria, AdhocCriteria):
        return _locations(block.name, criteria)
    expressions = filters_of(criteria.ephemeris_metadata_filters).expressions
    found = _expressions(block.name, expressions)
    if not sources:
        return found
    names = _names(block, criteria, sources)
    chosen = matching_sources(block.kind, criteria, sources)
    if not chosen:
        message = f"No data source fits all that {block.label} asks for (programs, platforms, types)."
        return [*names, Problem(block.name, message), *found]
    found += _fields(block.name, expressions, chosen)
    return names + _life(block, query, chosen) + found


# ---- names --------------------------------------------------------------------------------------


def _names(block: Block, criteria: SourceCriteria, sources: Sequence[DataSource]) -> list[Problem]:
    candidates = sources_of_kind(block.kind, sources)
    found = []
    for field in NAME_FIELDS:
        known = {name for source in candidates if (name := name_of(source, field)) is not None}
        found += [
            Problem(
                f"{block.name}.{field}", _unknown(name, field, block.kind, known, sources), "warning"
            )
            for name in getattr(criteria, field)
            if name not in known
        ]
    return found


def _unknown(
    name: str, field: NameField, kind: BlockKind, known: set[str], sources: Sequence[DataSource]
) -> str:
    what = _SINGULAR[field]
    for other in KINDS:
        if any(
            name_of(source, field) == name and source.source_type in SOURCE_TYPES[other]
            for source in sources
        ):
            kinds = f"a block of kind {KIND_NAMES[other]}, not {KIND_NAMES[kind]}"
            return f"The {what} “{name}” belongs in {kinds}."
    return f"The platform knows no {KIND_NAMES[kind].lower()} {what} “{name}”.{suggestion(name, known)}"


# ---- when the sources have data -----------------------------------------------------------------


def _life(block: Block, query: ConjunctionQuery, chosen: Sequence[DataSource]) -> list[Problem]:
    """Warn if no record of any source falls in the period, as far as their statistics tell."""
    lives = [_source_life(source) for source in chosen]
    known = [life for life in lives if life is not None]
    if query.start is None or query.end is None or len(known) < len(lives):
        return []
    start, end = utc(query.start), utc(query.end)
    if any(first <= end and last >= start for first, last in known):
        return []
    first, last = min(life[0] for life in known), max(life[1] for life in known)
    message = (
        f"{block.label} has no data in this period: its sources have records "
        f"from {format_date(first)} to {format_date(last)}."
    )
    return [Problem(block.name, message, "warning")]


def _source_life(source: DataSource) -> tuple[datetime, datetime] | None:
    stats = source.stats
    if (
        stats is None
        or stats.earliest_ephemeris_loaded is None
        or stats.latest_ephemeris_loaded is None
    ):
        return None
    return utc(stats.earliest_ephemeris_loaded), utc(stats.latest_ephemeris_loaded)


# ---- metadata filters ---------------------------------------------------------------------------


def filter_problems(
    name: str, expressions: Sequence[MetadataExpression], chosen: Sequence[DataSource]
) -> list[Problem]:
    """Return what is wrong with conditions on the ephemeris of the `chosen` sources.

    Problems are those of ``{name}.filters.0.values`` and the like; without sources, fields go unchecked.
    """
    found = _expressions(name, expressions)
    return found + _fields(name, expressions, chosen) if chosen else found


def condition_problems(
    condition: MetadataExpression, field: FilterField | None, path: str = "condition"
) -> list[Problem]:
    """Return what is wrong with one `condition` on a metadata field, where that is known."""
    found = _expression(path, condition)
    return found if found or field is None else _values(path, condition, field)


def _expressions(name: str, expressions: Sequence[MetadataExpression]) -> list[Problem]:
    return [
        problem
        for place, expression in enumerate(expressions)
        for problem in _expression(f"{name}.filters.{place}", expression)
    ]


def _expression(path: str, expression: MetadataExpression) -> list[Problem]:
    """Check what can be told without the sources."""
    found = []
    if not expression.key.strip():
        found.append(Problem(f"{path}.key", "Choose a metadata field."))
    needed = OPERATORS[expression.operator].value_count
    count = len([value for value in expression.values if value_text(value).strip()])
    if count == 0:
        found.append(Problem(f"{path}.values", "Give a value to compare with."))
    elif needed == 2 and count != 2:
        found.append(
            Problem(f"{path}.values", "“between” takes two values, the lowest and the highest.")
        )
    elif needed == 1 and count > 1:
        found.append(
            Problem(
                f"{path}.values",
                f"“{expression.operator}” takes one value; use “in” or “not in” for several.",
            )
        )
    return found


def _fields(
    block_name: str, expressions: Sequence[MetadataExpression], chosen: Sequence[DataSource]
) -> list[Problem]:
    """Check each condition against the fields that the chosen sources have."""
    if not expressions:
        return []
    common = {field.name: field for field in common_fields(chosen)}
    found = []
    for place, expression in enumerate(expressions):
        path = f"{block_name}.filters.{place}"
        field = common.get(expression.key)
        if field is not None:
            found += _values(path, expression, field)
        elif expression.key.strip():
            found.append(Problem(f"{path}.key", _missing_field(expression.key, chosen), "warning"))
    return found


def _missing_field(key: str, chosen: Sequence[DataSource]) -> str:
    fields = [{field.name for field in common_fields([source])} for source in chosen]
    having = sum(key in names for names in fields)
    if having:
        some = f"Only {having} of the {len(chosen)} chosen sources"
        return f"{some} have the field “{key}”; the others will never match."
    return f"No chosen source has a metadata field “{key}”.{suggestion(key, set().union(*fields))}"


def _values(path: str, expression: MetadataExpression, field: FilterField) -> list[Problem]:
    if expression.operator not in {operator.symbol for operator in field.operators}:
        kind = _TYPE_NAMES[field.type]
        return [
            Problem(
                f"{path}.operator",
                f"“{field.name}” is {kind}; “{expression.operator}” cannot compare it.",
            )
        ]
    values = [value for value in expression.values if value_text(value).strip()]
    texts = [value_text(value) for value in values]
    misfits = [value_text(value) for value in values if not fits_type(value, field.type)]
    if misfits:
        needed = _TYPE_NAMES[field.type]
        return [Problem(f"{path}.values", f"“{field.name}” is {needed}; “{misfits[0]}” is not.")]
    if expression.operator == "between" and len(texts) == 2 and float(texts[0]) > float(texts[1]):
        return [
            Problem(f"{path}.values", f"The lowest value comes first: {texts[1]}, then {texts[0]}.")
        ]
    unheard = [text for text in texts if field.allowed_values and text not in field.allowed_values]
    return [
        Problem(
            f"{path}.values",
            f"“{text}” is none of the values of “{field.name}” ({some_of(field.allowed_values)})."
            f"{suggestion(text, field.allowed_values)}",
            "warning",
        )
        for text in unheard
    ]


# ---- custom locations ---------------------------------------------------------------------------


def _locations(name: str, criteria: AdhocCriteria) -> list[Problem]:
    if not criteria.locations:
        return [Problem(f"{name}.locations", "Give at least one location.")]
    return [
        problem
        for place, location in enumerate(criteria.locations)
        for problem in _location(f"{name}.locations.{place}", location)
    ]


def _location(path: str, location: Location) -> list[Problem]:
    ranges = (("lat", "latitude", location.lat, 90), ("lon", "longitude", location.lon, 180))
    found = []
    for field, what, value, bound in ranges:
        if value is None or not math.isfinite(value):
            found.append(Problem(f"{path}.{field}", f"Give a {what} in degrees."))
        elif abs(value) > bound:
            found.append(
                Problem(f"{path}.{field}", f"The {what} must be from −{bound} to {bound} degrees.")
            )
    return found
