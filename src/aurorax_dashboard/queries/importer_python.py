"""Reads a conjunction search out of Python: a pasted dictionary, or a script for PyAuroraX.

Nothing is run. The text is parsed, and of its syntax tree only literals, names assigned before, times
and the criteria blocks of PyAuroraX are followed; whatever else a script does is passed over.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

_MOST_VALUES = 50_000
"""Values that may be put together; names that stand for each other could make endlessly many."""

_DOCUMENT = frozenset(
    {
        "start",
        "end",
        "distance",
        "max_distances",
        "ground",
        "space",
        "events",
        "custom_locations",
        "adhoc",
        "conjunction_types",
        "epoch_search_precision",
        "subminute_precision",
    }
)
_BLOCKS = _DOCUMENT & {"ground", "space", "events", "custom_locations", "adhoc"}

Arguments = dict[str, Any]


class UnreadableError(ValueError):
    """A piece of Python that stands for no value here."""


def read_python(text: str) -> tuple[Any, list[str]]:
    """Return the value that `text` holds: of a script, the conjunction search that it asks for.

    Returns
    -------
    tuple
        The value, and the names of what belongs to it but stands for no value that can be read.

    Raises
    ------
    UnreadableError
        If it is not Python, or holds nothing of the kind.
    """
    script = _Script()
    try:
        with warnings.catch_warnings(action="ignore"):  # whose text this is has no use for them
            module = ast.parse(text.strip())
        return script.read(module), list(dict.fromkeys(script.left_out))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        raise UnreadableError(type(error).__name__) from error


class _Script:
    """One reading of a script, from the first line to the last."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[Any, int]] = {}
        self._values = 0
        self._asked: Any = None
        self.left_out: list[str] = []

    def read(self, module: ast.Module) -> Any:
        """Return what the last search asks; else what the names say; else the only value there is."""
        for statement in module.body:
            self._follow(statement)
        if self._asked is not None:
            return self._asked
        said = {name: value for name, (value, _) in self._names.items() if name in _DOCUMENT}
        if not _BLOCKS.isdisjoint(said):
            return said
        if len(module.body) == 1:
            statement = module.body[0]
            if isinstance(statement, ast.Expr):
                return self.value(statement.value)
        documents = [value for value, _ in self._names.values() if isinstance(value, dict)]
        if not documents:
            raise UnreadableError("no search")
        return documents[-1]

    def _follow(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=node):
                before = self._values
                try:
                    self._names[name] = (self.value(node), self._values - before)
                except UnreadableError:
                    self._names.pop(name, None)
                    self.left_out += [name] if name in _DOCUMENT else []
            case ast.Expr(value=ast.Call() as node):
                with suppress(UnreadableError):  # a call that is no business of ours, such as print
                    self.value(node)
            case (
                ast.FunctionDef(body=body)
                | ast.If(body=body)
                | ast.With(body=body)
                | ast.Try(body=body)
            ):
                for inner in body:
                    self._follow(inner)
            case _:
                pass

    def value(self, node: ast.expr) -> Any:
        """Return the value of an expression.

        Raises
        ------
        UnreadableError
            If it has none that can be known without running it.
        """
        self._count(1)
        match node:
            case ast.Constant(value=constant):
                return constant
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return [self.value(item) for item in items]
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return {self._key(key): self.value(value) for key, value in pairs}
            case ast.Name(id=name) if name in self._names:
                value, weight = self._names[name]
                self._count(weight)
                return value
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._negative(operand)
            case ast.Call():
                return self._call(node)
        raise UnreadableError(type(node).__name__)

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > _MOST_VALUES:
            raise MemoryError("more values than a search can mean")

    def _key(self, node: ast.expr | None) -> str:
        key = None if node is None else self.value(node)
        if not isinstance(key, str):
            raise UnreadableError("key")
        return key

    def _negative(self, node: ast.expr) -> Any:
        number = self.value(node)
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise UnreadableError("not a number")
        return -number

    def _call(self, node: ast.Call) -> Any:
        match node.func:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                meaning = _CALLS.get(name)
            case _:
                meaning = None
        if meaning is None:
            raise UnreadableError("call")
        positions, build = meaning
        arguments = self._arguments(node, positions)
        try:
            built = build(arguments)
        except (ValueError, TypeError, KeyError) as error:
            raise UnreadableError("arguments") from error
        of_conjunctions = positions is _RAW_SEARCH or not _BLOCKS.isdisjoint(arguments)
        if positions in _SEARCHES and of_conjunctions:
            self._asked = built
        return built

    def _arguments(self, node: ast.Call, positions: Sequence[str]) -> Arguments:
        """Return the arguments by name; such as stand for no value here are left out and remembered."""
        given = [
            *zip(positions, node.args, strict=False),
            *((each.arg, each.value) for each in node.keywords if each.arg),
        ]
        arguments = {}
        for name, value in given:
            try:
                arguments[name] = self.value(value)
            except UnreadableError:
                self.left_out.append(name)
        return arguments


# ---- what calls mean ----------------------------------------------------------------------------


def _moment(given: Arguments) -> str:
    year, month, day, hour, minute, second = (given.get(part, 0) for part in _TIME)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).isoformat()


def _written_moment(given: Arguments) -> Any:
    return given["text"]


def _events(given: Arguments) -> Arguments:
    return {"programs": ["events"], **given}


def _filter(given: Arguments) -> Arguments:
    return {
        "expressions": given.get("expressions"),
        "logical_operator": given.get("operator", "AND"),
    }


def _parsed_json(given: Arguments) -> Any:
    return json.loads(given["text"])


def _query(given: Arguments) -> Any:
    return given.get("query")


def _as_given(given: Arguments) -> Arguments:
    return {name: value for name, value in given.items() if name not in {"aurorax_obj"}}


_TIME = ("year", "month", "day", "hour", "minute", "second")
_SEARCH = ("start", "end", "distance", "ground", "space", "events", "custom_locations")
_SEARCH_OBJECT = ("aurorax_obj", *_SEARCH)
_RAW_SEARCH = ("query",)
_SEARCHES = (_SEARCH, _SEARCH_OBJECT, _RAW_SEARCH)
_NAMES = ("programs", "platforms", "instrument_types")

_CALLS: dict[str, tuple[tuple[str, ...], Callable[[Arguments], Any]]] = {
    "datetime": (_TIME, _moment),
    "fromisoformat": (("text",), _written_moment),
    "loads": (("text",), _parsed_json),
    "dict": ((), _as_given),
    "GroundCriteriaBlock": (_NAMES, _as_given),
    "SpaceCriteriaBlock": (_NAMES, _as_given),
    "EventsCriteriaBlock": (_NAMES[1:], _events),
    "CustomLocationsCriteriaBlock": (("locations",), _as_given),
    "MetadataFilter": (("expressions", "operator"), _filter),
    "MetadataFilterExpression": (("key", "values", "operator"), _as_given),
    "search": (_SEARCH, _as_given),
    "ConjunctionSearch": (_SEARCH_OBJECT, _as_given),
    "search_from_raw_query": (_RAW_SEARCH, _query),
}
"""Functions and classes by their last name: the arguments that may go without a name, and the value."""
