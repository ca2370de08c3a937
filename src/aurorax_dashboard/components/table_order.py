"""The order of a table in the address: ``sort=-min_distance_km,start``, a hyphen for the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

PARAM = "sort"
"""The parameter; ``cards.js`` writes it."""


def in_order(columns: Sequence[dict[str, Any]], sort: str | None) -> list[dict[str, Any]]:
    """Return the `columns` of a grid so that it sorts by those which `sort` names; others are passed over."""
    wanted = [(part.removeprefix("-"), part.startswith("-")) for part in (sort or "").split(",")]
    places: dict[str | None, tuple[int, bool]] = {
        name: (place, largest) for place, (name, largest) in enumerate(wanted)
    }
    ordered = []
    for column in columns:
        place, largest = places.get(column.get("field"), (None, False))
        if place is None or not column.get("sortable", True):
            ordered.append(column)
        else:
            ordered.append({**column, "sort": "desc" if largest else "asc", "sortIndex": place})
    return ordered
