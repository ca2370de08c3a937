"""Reads conjunction searches that other tools wrote.

Understood are the bodies of the API (times with or without ``Z``), the text behind "About query" on
aurorax.space, what PyAuroraX (dictionaries and whole scripts) and IDL-AuroraX send, stored requests
that wrap a query, a query within other text (a curl command, a message), and the spellings of earlier
years. What was not understood or had to be assumed comes back as notes; what cannot be read is an
:class:`QueryImportError` that names the place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import msgspec

from aurorax_dashboard.api.models import MAX_CRITERIA_BLOCKS, ConjunctionQuery, ConjunctionType
from aurorax_dashboard.queries.blocks import KINDS, READABLE_BLOCKS, BlockKind, pair_key, pairs
from aurorax_dashboard.queries.canonical import canonical
from aurorax_dashboard.queries.importer_blocks import read_block, read_locations_block
from aurorax_dashboard.queries.importer_python import UnreadableError, read_python
from aurorax_dashboard.queries.importer_values import (
    Notes,
    QueryImportError,
    read_items,
    read_number,
    read_texts,
    renamed,
    shown,
    snake,
)
from aurorax_dashboard.times import naive_utc, parse_time

__all__ = ["MAX_TEXT", "QueryImportError", "import_query"]

MAX_TEXT = 300_000
"""Longest text that is read, in characters."""

_MAX_DEPTH = 20
_MAX_WRAPPERS = 5
_MAX_NOTES = 20
_MAX_BRACES = 50

_WRAPPERS = (
    "search_request",
    "query",
    "conjunction_query",
    "search_query",
    "request",
    "body",
    "data",
    "payload",
)
_KIND_ALIASES = {"custom_locations": "adhoc", "custom": "adhoc", "event": "events"}
_ALIASES = {
    **_KIND_ALIASES,
    "conjunction_type": "conjunction_types",
    "max_distance": "max_distances",
    "distance": "max_distances",
    "distances": "max_distances",
    "start_time": "start",
    "start_ts": "start",
    "start_dt": "start",
    "end_time": "end",
    "end_ts": "end",
    "end_dt": "end",
    "types": "conjunction_types",
}
_FIELDS = frozenset(
    {
        *KINDS,
        "start",
        "end",
        "conjunction_types",
        "max_distances",
        "epoch_search_precision",
        "subminute_precision",
    }
)
_RUN_FIELDS = frozenset(
    {"request_id", "response_format", "poll_interval", "return_immediately", "verbose"}
)
"""Belong to one run of a search, not to what is asked; left out without a word."""

_TYPES: tuple[ConjunctionType, ...] = get_args(ConjunctionType)
_TYPE_ALIASES: dict[str, ConjunctionType] = {
    "north b-trace": "nbtrace",
    "northern b-trace": "nbtrace",
    "n b-trace": "nbtrace",
    "south b-trace": "sbtrace",
    "southern b-trace": "sbtrace",
    "s b-trace": "sbtrace",
    "geo": "geographic",
}
_BLOCK_FIELDS = {*KINDS, *_KIND_ALIASES}

_BETWEEN = re.compile(r"[-–—]|(?<=\d)_(?=[a-z])")
"""What stands between the two blocks of a pair: ground1-space1, ground1_space1."""

_FIRST_SECONDS = 1e8
_LAST_SECONDS = 1e10
_FIRST_MILLISECONDS = 1e11
"""Seconds since 1970 have ten digits in our times, milliseconds thirteen."""


def import_query(text: str) -> tuple[ConjunctionQuery, list[str]]:
    """Read a conjunction search from the text of a file or a clipboard.

    Returns
    -------
    tuple
        The search in its canonical form, and notes on what was left out, assumed or adapted. The
        search may still be incomplete; checking it is another matter.

    Raises
    ------
    QueryImportError
        If the text holds no conjunction search; the message names the place.
    """
    if len(text) > MAX_TEXT:
        raise QueryImportError("the text", f"is too long for a search ({len(text):,} characters)")
    notes: Notes = []
    document = _known_fields(_unwrapped(_parsed(text, notes), notes), notes)
    blocks_by_kind: dict[str, Any] = {kind: _blocks(document.get(kind), kind, notes) for kind in KINDS}
    count = sum(map(len, blocks_by_kind.values()))
    if count > READABLE_BLOCKS:
        raise QueryImportError(
            "the text", f"has {count} criteria blocks; a search takes {MAX_CRITERIA_BLOCKS}"
        )
    query = ConjunctionQuery(
        start=_time(document, "start"),
        end=_time(document, "end"),
        **blocks_by_kind,
        conjunction_types=_conjunction_types(document.get("conjunction_types"), notes),
        epoch_search_precision=_precision(document, notes),
    )
    query = _with_distances(query, document.get("max_distances"), notes)
    if len(notes) > _MAX_NOTES:
        notes = [*notes[:_MAX_NOTES], f"… and {len(notes) - _MAX_NOTES} more of the kind."]
    return canonical(query), notes


# ---- from text to a dictionary ------------------------------------------------------------------


def _parsed(text: str, notes: Notes) -> Any:
    if not text.strip():
        raise QueryImportError("the text", "is empty")
    try:
        value = msgspec.json.decode(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        value = _not_json(text.lstrip("\ufeff"), error, notes)
    _limit_depth(value, _MAX_DEPTH)
    return value


def _not_json(text: str, json_error: Exception, notes: Notes) -> Any:
    """Read what is Python, or has JSON somewhere within."""
    try:
        value, left_out = read_python(text)
    except UnreadableError:
        value = _within(text)
        if value is None:
            deep = isinstance(json_error, RecursionError)
            reason = "nested too deeply" if deep else str(json_error)
            raise QueryImportError("the text", f"is not JSON ({reason})") from json_error
        notes.append("A query was found within other text, which was left out.")
        return value
    notes += [f"“{shown(name)}” of the script cannot be read and was left out." for name in left_out]
    return value


def _within(text: str) -> dict[str, Any] | None:
    """Return the first JSON object in `text` that has a field of a search or wraps one."""
    decoder = json.JSONDecoder()
    for brace in list(re.finditer(r"\{", text))[:_MAX_BRACES]:
        try:
            value, _end = decoder.raw_decode(text, brace.start())
        except (ValueError, RecursionError):
            continue
        if not {snake(str(name)) for name in value}.isdisjoint({*_FIELDS, *_ALIASES, *_WRAPPERS}):
            found: dict[str, Any] = value
            return found
    return None


def _limit_depth(value: Any, remaining: int) -> None:
    if remaining == 0:
        raise QueryImportError("the text", "is nested too deeply for a search")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _limit_depth(item, remaining - 1)


def _unwrapped(value: Any, notes: Notes) -> Mapping[str, Any]:
    """Return the dictionary that holds the search, with lower-case keys (IDL writes capitals)."""
    for _ in range(_MAX_WRAPPERS):
        if isinstance(value, str):
            value = _parsed(value, notes)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, dict):
            raise QueryImportError("the text", f"holds {shown(value)} where a search should be")
        lower = {snake(str(key)): item for key, item in value.items()}
        wrapper = next((name for name in _WRAPPERS if lower.get(name)), None)
        if wrapper is None or not _BLOCK_FIELDS.isdisjoint(lower):
            return lower
        value = lower[wrapper]
    raise QueryImportError("the text", "wraps its search too many times")


def _known_fields(document: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    fields = renamed(document, _ALIASES)
    if "data_sources" in fields:
        raise QueryImportError(
            "data_sources", "belongs to a search for ephemeris or data products, not for conjunctions"
        )
    if not _FIELDS & fields.keys():
        raise QueryImportError(
            "the text", "has none of the fields of a conjunction search (ground, space, start, …)"
        )
    notes += [
        f"“{shown(name)}” is not part of a conjunction search and was left out."
        for name in fields
        if name not in _FIELDS | _RUN_FIELDS | {*_TYPES}
    ]
    flags = [kind for kind in _TYPES if fields.get(kind) in (True, 1)]
    if flags:
        fields.setdefault("conjunction_types", flags)  # as the keywords of IDL-AuroraX say it
    return fields


# ---- the fields of a search ---------------------------------------------------------------------


def _time(document: Mapping[str, Any], field: str) -> datetime | None:
    value = document.get(field)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 1_000 <= value < 10**8:
        value = str(value)  # 20190101
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(value, field)
    if not isinstance(value, str):
        raise QueryImportError(field, f"is {shown(value)}, not a time")
    try:
        return naive_utc(parse_time(value, end_of_day=field == "end"))
    except ValueError as error:
        raise QueryImportError(
            field, f"is {shown(value)}, not a time such as 2019-01-01T05:58:00"
        ) from error


def _since_1970(value: float, field: str) -> datetime:
    """Read seconds, or milliseconds as JavaScript counts them; small numbers are no time at all."""
    seconds = value / 1000 if abs(value) >= _FIRST_MILLISECONDS else value
    if not _FIRST_SECONDS <= seconds < _LAST_SECONDS:
        raise QueryImportError(field, f"is {shown(value)}, not a time")
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _conjunction_types(value: Any, notes: Notes) -> list[ConjunctionType]:
    names = {_type_name(name): name for name in read_texts(value, "conjunction_types")}
    known = [kind for kind in _TYPES if kind in names]
    notes += [
        f"“{shown(name)}” is no type of conjunction and was left out."
        for lower, name in names.items()
        if lower not in _TYPES
    ]
    if not known:
        notes.append(
            "No known conjunction type is given; the platform's default, north B-trace, was taken."
        )
    return known or ["nbtrace"]


def _type_name(name: str) -> str:
    lower = " ".join(name.lower().replace("_", " ").split())
    return _TYPE_ALIASES.get(lower, lower)


def _precision(document: Mapping[str, Any], notes: Notes) -> Literal[30, 60]:
    """Return 60 or 30; newer clients only say whether the precision is below a minute."""
    subminute = document.get("subminute_precision")
    if isinstance(subminute, bool):
        return 30 if subminute else 60
    value = document.get("epoch_search_precision")
    if value is None:
        return 60
    seconds = read_number(value, "epoch_search_precision")
    precision: Literal[30, 60] = 30 if seconds < 60 else 60
    if seconds != precision:
        notes.append(f"An epoch precision of {seconds:g} s does not exist; {precision} s was taken.")
    return precision


def _blocks(value: Any, kind: BlockKind, notes: Notes) -> list[Any]:
    if value is None:
        return []
    if kind == "adhoc":
        return read_locations_block(value, notes)
    return [
        read_block(kind, block, f"{kind}{number}", notes)
        for number, block in enumerate(read_items(value, kind), start=1)
    ]


# ---- distances ----------------------------------------------------------------------------------


def _with_distances(query: ConjunctionQuery, value: Any, notes: Notes) -> ConjunctionQuery:
    keys = dict.fromkeys(pair_key(a.name, b.name) for a, b in pairs(query))
    if value is None or value == {}:
        if keys:
            notes.append("No maximum distance is given.")
        return query
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        km = read_number(value, "max_distances")
        return msgspec.structs.replace(query, max_distances=dict.fromkeys(keys, km))
    limits: dict[str, float | None] = {}
    for written, distance in value.items():
        key = _pair(str(written))
        if key not in keys:
            notes.append(
                f"The distance “{shown(written)}” belongs to no pair of blocks and was left out."
            )
            continue
        limits[key] = None if distance is None else read_number(distance, f"max_distances.{key}")
    missing = [key for key in keys if key not in limits]
    if missing:
        notes.append(f"No distance is given for {', '.join(missing[:6])}; taken as no limit.")
    return msgspec.structs.replace(query, max_distances=limits)


def _pair(written: str) -> str | None:
    names = _BETWEEN.split(written.lower(), maxsplit=1)
    try:
        return pair_key(*map(_block_name, names)) if len(names) == 2 else None
    except ValueError:
        return None


def _block_name(written: str) -> str:
    """Return the platform's name of a block; without a number it is the first of its kind."""
    name = written.strip()
    kind = name.rstrip("0123456789")
    return f"{_KIND_ALIASES.get(kind, kind)}{name[len(kind) :] or 1}"
