"""What a file holds that is to be loaded: known before anything of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aurorax_dashboard.api.models import DataSource, MetadataField
from aurorax_dashboard.archive.library.blocks import Batch

MOST_PROBLEMS = 20
"""How many problems of a file are told; of the others only the number."""

Names = tuple[str, str, str]
"""Program, platform and instrument type of a source."""

Progress = Callable[[float], None]
"""Told which share of a work is done, 0…1."""


def names_of(source: DataSource) -> Names:
    """Return program, platform and instrument type of a source."""
    return source.program or "", source.platform or "", source.instrument_type or ""


@dataclass(slots=True)
class Found:
    """What a file holds of one source."""

    source: DataSource
    """Its record, should there be no such source yet."""
    count: int = 0
    first: int = 0
    stop: int = 0
    """Records lie at minutes ``first ≤ m < stop``."""

    def add(self, batch: Batch) -> None:
        """Count records, and take their metadata's fields up into the schema."""
        if not len(batch):
            return
        first, stop = int(batch.minutes.min()), int(batch.minutes.max()) + 1
        self.first = min(self.first, first) if self.count else first
        self.stop = max(self.stop, stop) if self.count else stop
        self.count += len(batch)
        schema = {entry.field_name: entry for entry in self.source.ephemeris_metadata_schema or []}
        for name, column in batch.metadata.items():
            known = schema.setdefault(name, MetadataField(field_name=name, searchable=True))
            known.data_type = _common_type(known.data_type, column)
        self.source.ephemeris_metadata_schema = list(schema.values())


@dataclass(slots=True)
class Survey:
    """What a file holds, and what is wrong with it."""

    found: dict[Names, Found] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    """The first of them, a sentence each that names the line."""
    problem_count: int = 0
    notes: list[str] = field(default_factory=list)
    """What whoever loads the file should know."""

    def complain(self, problem: str) -> None:
        """Note something that keeps the file from being loaded."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


Pieces = Iterator[tuple[Names, Batch]]
"""Records to be stored, some at a time."""


@dataclass(frozen=True, slots=True)
class Loadable:
    """A file that can be loaded: looked through first, then read again to be stored."""

    survey: Survey
    pieces: Callable[[Progress], Pieces]


def _common_type(known: str | None, column: Iterable[Any]) -> str | None:
    """Return the data type of a schema that holds values of type `known` and those of `column`."""
    kinds = {_TYPES.get(type(value), "string") for value in column if value is not None}
    kinds |= {known} if known else set()
    if not kinds:
        return None
    if kinds <= {"int", "double"}:
        return "double" if "double" in kinds else "int"
    return kinds.pop() if len(kinds) == 1 else "string"


_TYPES: Mapping[type, str] = {bool: "bool", int: "int", float: "double", str: "string"}


def told(survey: Survey) -> Sequence[str]:
    """Return the problems of a file as lines, the number of those that are left out last."""
    more = survey.problem_count - len(survey.problems)
    return [*survey.problems, *([f"… and {more:,} more"] if more else [])]
