"""The small picture of an example search: who takes part in it, over the limb of the Earth."""

from __future__ import annotations

import math
from urllib.parse import quote

from dash import html

from aurorax_dashboard.api.models import AdhocCriteria, ConjunctionQuery
from aurorax_dashboard.queries.blocks import Block, BlockKind, blocks

_WIDTH, _HEIGHT = 240, 64
_CENTRE = (120.0, 350.0)
_EARTH = 300.0
"""Radius of the Earth in the picture; orbits are a little larger."""
_MOST = 3
"""Of one block; more would hide each other."""

# The colours of the blocks' edges in the builder, which both themes can show.
_COLOURS: dict[BlockKind, str] = {
    "ground": "#0072b2",
    "space": "#d55e00",
    "events": "#cc79a7",
    "adhoc": "#009e73",
}


def picture(query: ConjunctionQuery) -> html.Img:
    """Return the picture of `query`; the words beside it say the same."""
    below = [block for block in blocks(query) if block.kind != "space"]
    above = [block for block in blocks(query) if block.kind == "space"]
    parts = [_circle(_EARTH, "fill='#81838a' fill-opacity='.14' stroke='#818c9a'")]
    parts += [_standing(block, place, len(below)) for place, block in enumerate(below)]
    parts += [_flying(block, place) for place, block in enumerate(above)]
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {_HEIGHT}'>{''.join(parts)}</svg>"
    return html.Img(
        src=f"data:image/svg+xml,{quote(svg)}",
        alt="",
        width=_WIDTH,
        height=_HEIGHT,
        className="ax-card-picture",
    )


def _circle(radius: float, look: str) -> str:
    return f"<circle cx='{_CENTRE[0]:g}' cy='{_CENTRE[1]:g}' r='{radius:g}' {look}/>"


def _at(radius: float, degrees: float) -> tuple[float, float]:
    """Return the point at a height and an angle from the top, clockwise."""
    angle = math.radians(degrees)
    return _CENTRE[0] + radius * math.sin(angle), _CENTRE[1] - radius * math.cos(angle)


def _count(block: Block) -> int:
    criteria = block.criteria
    if isinstance(criteria, AdhocCriteria):
        return min(max(len(criteria.locations), 1), _MOST)
    return min(max(len(criteria.platforms), len(criteria.programs), 1), _MOST)


def _standing(block: Block, place: int, of: int) -> str:
    """Draw what stays on the ground: a camera with the sky that it sees, or a mark."""
    colour = _COLOURS[block.kind]
    middle = 11.0 * (place - (of - 1) / 2)
    drawn = []
    for n in range(_count(block)):
        angle = middle + 7.0 * (n - (_count(block) - 1) / 2)
        x, y = _at(_EARTH, angle)
        (left, top), (right, other) = _at(_EARTH + 26, angle - 4), _at(_EARTH + 26, angle + 4)
        drawn.append(
            f"<path d='M{x:.1f} {y:.1f}L{left:.1f} {top:.1f}L{right:.1f} {other:.1f}Z' fill='{colour}' "
            f"fill-opacity='.22'/><circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>"
        )
    return "".join(drawn)


def _flying(block: Block, place: int) -> str:
    """Draw spacecraft on their orbit, and the field lines down to their footprints."""
    colour, orbit = _COLOURS[block.kind], _EARTH + 30 + 9 * place
    drawn = [
        _circle(orbit, f"fill='none' stroke='{colour}' stroke-opacity='.55' stroke-dasharray='3 3'")
    ]
    for n in range(_count(block)):
        angle = -9.0 + 12.0 * place + 10.0 * n
        (x, y), (foot, ground) = _at(orbit, angle), _at(_EARTH, angle)
        drawn.append(
            f"<path d='M{x:.1f} {y:.1f}L{foot:.1f} {ground:.1f}' stroke='{colour}' stroke-opacity='.7'/>"
            f"<path d='M{x:.1f} {y - 4.5:.1f}l4 7h-8z' fill='{colour}'/>"
        )
    return "".join(drawn)
