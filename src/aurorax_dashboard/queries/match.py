"""Which data sources a criteria block means, and what else it could be narrowed to.

Names match exactly and case counts, as on the platform; an empty list means any.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    DataSource,
    EphemerisCriteria,
)
from aurorax_dashboard.queries.blocks import Block, BlockKind, SourceCriteria, blocks

SOURCE_TYPES: dict[BlockKind, frozenset[str]] = {
    "ground": frozenset({"ground"}),
    "space": frozenset({"leo", "heo", "lunar"}),
    "events": frozenset({"event_list"}),
    "adhoc": frozenset(),
}
"""Types of data sources that blocks of a kind can hold; custom locations are no data sources."""

NameField = Literal["programs", "platforms", "instrument_types"]
NAME_FIELDS: tuple[NameField, ...] = ("programs", "platforms", "instrument_types")
_ATTRIBUTES: dict[NameField, str] = {
    "programs": "program",
    "platforms": "platform",
    "instrument_types": "instrument_type",
}


NamedSources = SourceCriteria | EphemerisCriteria
"""Criteria with lists of programs, platforms and instrument types."""


class Option(msgspec.Struct, frozen=True):
    """A name that a block could ask for, and how many sources it would bring."""

    value: str
    count: int
    """Sources with this name that fit the block's other lists; 0 for a chosen name that fits none."""


class Options(msgspec.Struct, frozen=True):
    """What a block can be narrowed to, each list given the other two."""

    programs: list[Option]
    platforms: list[Option]
    instrument_types: list[Option]


def name_of(source: DataSource, field: NameField) -> str | None:
    """Return the program, platform or instrument type of `source`."""
    value: str | None = getattr(source, _ATTRIBUTES[field])
    return value


def kind_of(source: DataSource) -> BlockKind | None:
    """Return the kind of blocks that can hold `source`, None if none can."""
    return next((kind for kind, types in SOURCE_TYPES.items() if source.source_type in types), None)


def sources_of_kind(kind: BlockKind, sources: Iterable[DataSource]) -> list[DataSource]:
    """Return the sources that blocks of this kind can hold.

    Sources with negative identifiers are custom locations of earlier searches and are left out.
    """
    return [
        source
        for source in sources
        if source.source_type in SOURCE_TYPES[kind]
        and not (source.identifier is not None and source.identifier < 0)
    ]


def matching_sources(
    kind: BlockKind, criteria: SourceCriteria, sources: Iterable[DataSource]
) -> list[DataSource]:
    """Return the sources that a block with these `criteria` resolves to, in the order given."""
    return _fitting(criteria, sources_of_kind(kind, sources), NAME_FIELDS)


def block_sources(block: Block, sources: Iterable[DataSource]) -> list[DataSource]:
    """Return the sources that `block` resolves to; none for custom locations."""
    if isinstance(block.criteria, AdhocCriteria):
        return []
    return matching_sources(block.kind, block.criteria, sources)


def participant_count(block: Block, sources: Iterable[DataSource]) -> int:
    """Return how many alternatives `block` offers: data sources, or custom locations."""
    if isinstance(block.criteria, AdhocCriteria):
        return len(block.criteria.locations)
    return len(block_sources(block, sources))


def combination_count(query: ConjunctionQuery, sources: Sequence[DataSource]) -> int:
    """Return the number of tuples, one participant of each block; 0 for a search without blocks."""
    counts = [participant_count(block, sources) for block in blocks(query)]
    return math.prod(counts) if counts else 0


def options(kind: BlockKind, criteria: SourceCriteria, sources: Iterable[DataSource]) -> Options:
    """Return the names that a block can choose from.

    Each list is narrowed by the choices made in the other two, not by its own, so that a second
    program stays choosable after the first. What is chosen already is always listed.
    """
    return narrowed(criteria, sources_of_kind(kind, sources))


def narrowed(criteria: NamedSources, candidates: Sequence[DataSource]) -> Options:
    """Return the names that remain among `candidates`, each list narrowed by the other two."""
    return Options(**{field: _field_options(field, criteria, candidates) for field in NAME_FIELDS})


def fitting(criteria: NamedSources, candidates: Iterable[DataSource]) -> list[DataSource]:
    """Return the `candidates` that have all the names, in the order given."""
    return _fitting(criteria, candidates, NAME_FIELDS)


def _field_options(
    field: NameField, criteria: NamedSources, candidates: Sequence[DataSource]
) -> list[Option]:
    others = [other for other in NAME_FIELDS if other != field]
    counts = Counter(
        name
        for source in _fitting(criteria, candidates, others)
        if (name := name_of(source, field)) is not None
    )
    for chosen in getattr(criteria, field):
        counts.setdefault(chosen, 0)
    return [
        Option(name, counts[name]) for name in sorted(counts, key=lambda name: (name.casefold(), name))
    ]


def _fitting(
    criteria: NamedSources, candidates: Iterable[DataSource], fields: Sequence[NameField]
) -> list[DataSource]:
    wanted = {field: set(names) for field in fields if (names := getattr(criteria, field))}
    return [
        source
        for source in candidates
        if all(name_of(source, field) in names for field, names in wanted.items())
    ]
