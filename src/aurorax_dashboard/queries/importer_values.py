"""The small readers of the importer: one value each, with the place named when it is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

Notes = list[str]

_MAX_SHOWN = 40
_MAX_ITEMS = 2_000


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNIT = re.compile(r"\s*(km|s|sec|seconds)$", re.IGNORECASE)
_MAX_NUMBER = 1_000
"""Letters of a number, all digits of a tiny one written out; what is longer is none."""


class QueryImportError(ValueError):
    """A text is no conjunction search; the message names the place and what is wrong there."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"{place[:1].upper()}{place[1:]} {what}." if " " in place else f"“{place}” {what}."
        )
        self.place = place


def shown(value: Any) -> str:
    """Return `value` short enough, and printable, for a message."""
    if isinstance(value, dict | list | tuple | set):
        return "an object" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    text = str(value)
    cut = text[:_MAX_SHOWN] + ("…" if len(text) > _MAX_SHOWN else "")
    return "".join(letter if letter.isprintable() else "�" for letter in cut)


def snake(name: str) -> str:
    """Return a key as the API spells it: ``maxDistances`` and ``MAX_DISTANCES`` are ``max_distances``."""
    return _HUMP.sub("_", name.strip()).lower()


def renamed(document: Mapping[str, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    """Return `document` with other spellings of its keys put right; the right spelling wins."""
    fields: dict[str, Any] = {}
    for name, value in document.items():
        if name not in aliases:
            fields[name] = value
    for name, value in document.items():
        if name in aliases:
            fields.setdefault(aliases[name], value)
    return fields


def read_items(value: Any, place: str) -> list[Any]:
    """Return `value` as a list: nothing is an empty one, one item a list of one."""
    if value is None or value == {}:
        return []
    items = list(value) if isinstance(value, list | tuple) else [value]
    if len(items) > _MAX_ITEMS:
        raise QueryImportError(place, f"has {len(items):,} entries, more than a search can mean")
    return items


def read_texts(value: Any, place: str) -> list[str]:
    """Return a list of names; empty and missing ones are dropped, doubles too."""
    names = []
    for item in read_items(value, place):
        if item is not None and not isinstance(item, str):
            raise QueryImportError(place, f"holds {shown(item)} where a name should be")
        if item and _writable(item, place):
            names.append(item)
    return list(dict.fromkeys(names))


def read_number(value: Any, place: str) -> float:
    """Return a finite number, given as such or as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise QueryImportError(place, f"is {shown(value)}, not a number")
    if isinstance(value, str) and len(value) > _MAX_NUMBER:
        raise QueryImportError(place, f"is {shown(value)}, not a number")
    try:
        number = float(_UNIT.sub("", value.strip()) if isinstance(value, str) else value)
    except (ValueError, OverflowError) as error:
        raise QueryImportError(place, f"is {shown(value)}, not a number") from error
    if not math.isfinite(number):
        raise QueryImportError(place, f"is {shown(value)}, not a number")
    return number


def _writable(text: str, place: str) -> bool:
    """Return True, or raise for text that no JSON file can hold (a half of a surrogate pair)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryImportError(place, "holds a name with broken characters") from error
    return True
