"""Writes a conjunction search as a main program for IDL-AuroraX.

Held to the reference at https://docs.aurorax.space (``aurorax_conjunction_search`` and the functions it
takes its arguments from). Where a constructor of IDL-AuroraX fills in what the search does not say, or
drops what it says, the program sets that part itself, so that it asks for this very search.
"""

from __future__ import annotations

from collections.abc import Sequence

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    FilterOperator,
    MetadataExpression,
    SpaceCriteria,
    filters_of,
)
from aurorax_dashboard.queries.blocks import KINDS, Block, BlockKind, SourceCriteria, blocks
from aurorax_dashboard.queries.canonical import DEFAULT_PRECISION_S, canonical
from aurorax_dashboard.queries.exporter import PLATFORM_URL, ExportError, comment
from aurorax_dashboard.queries.operators import Value
from aurorax_dashboard.queries.words import title

_OPERATORS: dict[FilterOperator, str] = {
    "=": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "between": "between",
    "in": "in",
    "not in": "not_in",
}
_KEYWORDS: dict[BlockKind, str] = {
    "ground": "ground",
    "space": "space",
    "events": "events",
    "adhoc": "custom_locations",
}
_FILLED_IN: dict[BlockKind, str] = {"space": "instrument_types", "events": "programs"}
"""What IDL-AuroraX fills in where a block of a kind leaves it open."""

_LARGEST_LONG = 2**31 - 1


def to_idl(query: ConjunctionQuery, base_url: str = PLATFORM_URL) -> str:
    """Return a main program that runs the search with IDL-AuroraX and prints what it finds.

    Raises
    ------
    ExportError
        If IDL-AuroraX cannot ask for it: without a period, or by the half minute.
    """
    strict = canonical(query)
    if strict.start is None or strict.end is None:
        raise ExportError("IDL-AuroraX needs a start and an end. Fill in the period first.")
    if strict.epoch_search_precision != DEFAULT_PRECISION_S:
        raise ExportError("IDL-AuroraX searches by the minute. Set the precision to 60 s first.")
    listed = blocks(strict)
    lines = [
        f"; {comment(title(query))}",
        "; Needs IDL-AuroraX: https://github.com/aurorax-space/idl-aurorax. Save as search.pro, then: .run search",
        *_origin(base_url),
        "compile_opt idl2",
        "",
    ]
    for block in listed:
        lines += [*_block(block), ""]
    lines += _distances(strict)
    lines += [
        "",
        "response = aurorax_conjunction_search( $",
        f"  {_text(strict.start.isoformat())}, {_text(strict.end.isoformat())}, distances, $",
        *(
            f"  {_KEYWORDS[kind]}=list({', '.join(names)}), $"
            for kind in KINDS
            if (names := [block.name for block in listed if block.kind == kind])
        ),
        f"  {', '.join(f'/{kind}' for kind in strict.conjunction_types)})",
        "",
        "print, n_elements(response.data), ' conjunctions'",
        "foreach conjunction, response.data do $",
        "  print, conjunction.start_ts, ' ', conjunction.end_ts, conjunction.min_distance, ' km'",
        "end",
        "",
    ]
    return "\n".join(lines)


def _origin(base_url: str) -> list[str]:
    """Say that other data will come where the dashboard does not ask the platform itself."""
    if base_url.rstrip("/") == PLATFORM_URL:
        return []
    return [f"; Asks the AuroraX platform ({PLATFORM_URL}), not {comment(base_url)}."]


def _distances(query: ConjunctionQuery) -> list[str]:
    """Return the limits as a hash; of a plain number IDL-AuroraX would cut the decimals off."""
    limits = query.max_distances.items()
    return [
        "distances = hash()",
        *(f"distances[{_text(key)}] = {'!null' if km is None else _value(km)}" for key, km in limits),
    ]


# ---- criteria blocks ----------------------------------------------------------------------------


def _block(block: Block) -> list[str]:
    criteria = block.criteria
    if isinstance(criteria, AdhocCriteria):
        return _call(block.name, [_locations(criteria)], "custom")
    names = {
        "programs": criteria.programs,
        "platforms": criteria.platforms,
        "instrument_types": criteria.instrument_types,
    }
    given = {name: values for name, values in names.items() if values}
    if isinstance(criteria, SpaceCriteria) and criteria.hemisphere:
        given["hemisphere"] = list(criteria.hemisphere)
    arguments = [f"{name}=[{', '.join(map(_text, values))}]" for name, values in given.items()]
    filters = _filters(block.name, criteria)
    if filters:
        arguments.append(f"metadata_filters={block.name}_filters")
    lines = [*filters, *_call(block.name, arguments, block.kind)]
    filled_in = _FILLED_IN.get(block.kind)
    if filled_in and filled_in not in given:
        lines.append(f"{block.name}.{filled_in} = list() ; any, as the search has it")
    return lines


def _call(name: str, arguments: Sequence[str], kind: str) -> list[str]:
    return [
        f"{name} = aurorax_create_criteria_block( $",
        *(f"  {argument}, $" for argument in arguments),
        f"  /{kind})",
    ]


def _locations(criteria: AdhocCriteria) -> str:
    places = (
        [_degrees(place.lat), _degrees(place.lon)]
        for place in criteria.locations
        if place.lat is not None and place.lon is not None
    )
    return f"locations=list({', '.join(f'[{lat}, {lon}]' for lat, lon in places)})"


def _degrees(value: float) -> str:
    return _value(float(value))


def _filters(name: str, criteria: SourceCriteria) -> list[str]:
    filters = filters_of(criteria.ephemeris_metadata_filters)
    if not filters.expressions:
        return []
    joined = filters.logical_operator
    lines = [
        f"{name}_filters = aurorax_create_metadata_filter(list( $",
        ", $\n".join(f"  {_expression(each)}" for each in filters.expressions) + "), $",
        f"  /operator_{joined.lower()})",
    ]
    if joined == "OR":
        lines.append(f"{name}_filters.logical_operator = 'OR' ; some releases forget the keyword")
    return lines


def _expression(expression: MetadataExpression) -> str:
    values = ", ".join(map(_value, expression.values))
    operator = _OPERATORS[expression.operator]
    return (
        f"aurorax_create_metadata_filter_expression({_text(expression.key)}, list({values}), "
        f"/operator_{operator})"
    )


# ---- values -------------------------------------------------------------------------------------


def _value(value: Value) -> str:
    """Return a value as IDL writes it: booleans, whole numbers, double precision, strings."""
    if isinstance(value, bool):
        return "!true" if value else "!false"
    if isinstance(value, int):
        return str(value) if abs(value) <= _LARGEST_LONG else f"{value}LL"
    if isinstance(value, float):
        if value.is_integer() and abs(value) <= _LARGEST_LONG:
            return str(int(value))
        written = repr(value)
        return written.replace("e", "d") if "e" in written else f"{written}d"
    return _text(value)


def _text(text: str) -> str:
    """Return a string of IDL; letters that no line can hold are put in by their bytes."""
    pieces: list[str] = []
    plain = ""
    for letter in text:
        if letter.isprintable():
            plain += letter
            continue
        if plain:
            pieces.append(_quoted(plain))
            plain = ""
        pieces += [f"string({byte}b)" for byte in letter.encode()]
    if plain or not pieces:
        pieces.append(_quoted(plain))
    return pieces[0] if len(pieces) == 1 else f"({' + '.join(pieces)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
