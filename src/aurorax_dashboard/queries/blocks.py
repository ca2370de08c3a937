"""The criteria blocks of a conjunction search: their names, their order, and limits between them.

The platform counts blocks from 1 within their kind and orders the kinds ground, space, events,
adhoc (custom locations). A limit belongs to a pair of blocks and is keyed ``ground1-space1``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    EventsCriteria,
    GroundCriteria,
    SpaceCriteria,
)

BlockKind = Literal["ground", "space", "events", "adhoc"]
SourceCriteria = GroundCriteria | SpaceCriteria | EventsCriteria
Criteria = SourceCriteria | AdhocCriteria

KINDS: tuple[BlockKind, ...] = ("ground", "space", "events", "adhoc")
"""The kinds in the platform's order."""

SOURCE_KINDS: tuple[BlockKind, ...] = ("ground", "space", "events")
"""The kinds whose blocks name data sources."""

READABLE_BLOCKS = 50
"""Most blocks that are read at all. More than ten are too many to search, but can be shown."""

KIND_NAMES: dict[BlockKind, str] = {
    "ground": "Ground",
    "space": "Space",
    "events": "Events",
    "adhoc": "Custom location",
}
"""The kinds as people read them."""

CRITERIA_TYPES: dict[BlockKind, type[Any]] = {
    "ground": GroundCriteria,
    "space": SpaceCriteria,
    "events": EventsCriteria,
    "adhoc": AdhocCriteria,
}

_NAME = re.compile(r"(ground|space|events|adhoc)([1-9][0-9]{0,3})")


class Block(msgspec.Struct, frozen=True):
    """One criteria block and its place in the search."""

    kind: BlockKind
    number: int
    """Counted from 1 within the kind."""
    criteria: Criteria

    @property
    def name(self) -> str:
        """The platform's name of the block, ``ground1``."""
        return f"{self.kind}{self.number}"

    @property
    def label(self) -> str:
        """The name as people read it, ``Ground 1``."""
        return f"{KIND_NAMES[self.kind]} {self.number}"


def criteria_of(query: ConjunctionQuery, kind: BlockKind) -> Sequence[Criteria]:
    """Return the blocks of one kind, as the query holds them."""
    criteria: Sequence[Criteria] = getattr(query, kind)
    return criteria


def blocks(query: ConjunctionQuery) -> list[Block]:
    """Return the criteria blocks of `query` in the platform's order."""
    return [
        Block(kind, number, criteria)
        for kind in KINDS
        for number, criteria in enumerate(criteria_of(query, kind), start=1)
    ]


def split_name(name: str) -> tuple[BlockKind, int]:
    """Return kind and number of a block's `name`.

    Raises
    ------
    ValueError
        If no block can have this name.
    """
    match = _NAME.fullmatch(name.strip().lower())
    if match is None:
        raise ValueError(f"“{name}” is not the name of a criteria block, such as ground1.")
    return next(kind for kind in KINDS if kind == match[1]), int(match[2])


def pair_key(first: str, second: str) -> str:
    """Return the key of the limit between two blocks, ``ground1-space1``, whichever comes first.

    Raises
    ------
    ValueError
        If a name is not that of a block, or both are the same.
    """
    places = sorted(
        (KINDS.index(kind), number) for kind, number in (split_name(first), split_name(second))
    )
    if places[0] == places[1]:
        raise ValueError(f"“{first}” cannot have a distance to itself.")
    return "-".join(f"{KINDS[kind]}{number}" for kind, number in places)


def pairs(query: ConjunctionQuery) -> list[tuple[Block, Block]]:
    """Return every pair of blocks once, in the platform's order."""
    return list(itertools.combinations(blocks(query), 2))


def limit(query: ConjunctionQuery, first: str, second: str) -> float | None:
    """Return the largest distance (km) allowed between two blocks; None where there is no limit.

    The key may be spelled in either order; the platform's order wins where both are there.
    """
    key = pair_key(first, second)
    swapped = "-".join(reversed(key.split("-")))
    return query.max_distances.get(key, query.max_distances.get(swapped))


def distances(query: ConjunctionQuery) -> dict[str, float | None]:
    """Return the limit (km or None) of every pair, keyed and ordered as the platform does.

    A pair that the query leaves out has no limit. The API's document says otherwise for two ground
    blocks (0 km), so every search is sent with all its pairs spelled out.
    """
    return {pair_key(a.name, b.name): limit(query, a.name, b.name) for a, b in pairs(query)}


def uniform_distance(query: ConjunctionQuery) -> float | None:
    """Return the distance (km) that all pairs share, or None where they differ or have no limit."""
    values = set(distances(query).values())
    return values.pop() if len(values) == 1 else None


def with_uniform_distance(query: ConjunctionQuery, km: float | None) -> ConjunctionQuery:
    """Return `query` with the same limit `km` for every pair of blocks."""
    return msgspec.structs.replace(query, max_distances=dict.fromkeys(distances(query), km))
