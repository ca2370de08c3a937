"""The criteria blocks of a conjunction query, and the sources that each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    DataSource,
    EventsCriteria,
    GroundCriteria,
    SpaceCriteria,
)
from aurorax_dashboard.archive.checks import block_names
from aurorax_dashboard.archive.sources import EVENTS, GROUND, SPACE, Sources

Block = GroundCriteria | SpaceCriteria | EventsCriteria | AdhocCriteria


def criteria_blocks(query: ConjunctionQuery) -> list[tuple[str, Block]]:
    """Return the blocks with their names (ground1, space1, …) in block order."""
    blocks: Sequence[Block] = list(chain(query.ground, query.space, query.events, query.adhoc))
    return list(zip(block_names(query), blocks, strict=True))


def sources_of(block: Block, sources: Sources) -> list[DataSource]:
    """Return the data sources that may take part for `block`."""
    if isinstance(block, AdhocCriteria):
        return sources.at_locations(block.locations)
    if isinstance(block, GroundCriteria):
        return sources.matching(block, GROUND)
    if isinstance(block, SpaceCriteria):
        return sources.matching(block, SPACE)
    return sources.matching(block, EVENTS)
