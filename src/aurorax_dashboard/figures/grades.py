"""What days with and without data look like, in the matrix and in calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale

from aurorax_dashboard.figures.theme import palette

UNKNOWN, NOTHING = 1, 2
"""Grades of days of which nothing is known, and of those that are known to have none; 0 is outside."""

_MOST_HATCHED = 2_000
"""Stretches that are hatched at most, the longest; others have the plain colour below."""


def grade_colours(steps: int, dark: bool) -> list[str]:
    """Return a colour for each grade: outside, unknown, nothing, then from little to much.

    Data are told in cividis, which reads alike with any colour vision (Nuñez et al. 2018), the fuller the
    farther from the ground; outside is the ground itself.
    """
    places = np.linspace(*((0.5, 1.0) if dark else (0.9, 0.0)), steps)
    data = sample_colorscale("Cividis", places.tolist())
    unknown, nothing = ("#262b33", "#39424f") if dark else ("#f3f1ee", "#d9dfe7")
    return [palette(dark).paper, unknown, nothing, *data]


def swatches(steps: int, dark: bool) -> list[str]:
    """Return the same as CSS backgrounds."""
    colours = grade_colours(steps, dark)
    hatched = f"repeating-linear-gradient(135deg, {colours[UNKNOWN]} 0 3px, {_hatch(dark)} 3px 4px)"
    return [hatched if grade == UNKNOWN else colour for grade, colour in enumerate(colours)]


def colour_steps(colours: Sequence[str]) -> list[list[object]]:
    """Return a scale with a step for each grade: 0 has the first colour."""
    count = len(colours)
    return [
        [place / count, colour] for n, colour in enumerate(colours) for place in (n, n + 1 - 1e-9)
    ] + [[1.0, colours[-1]]]


def unknown_runs(grades: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the stretches of days of which nothing is known, the longest few thousand.

    Parameters
    ----------
    grades
        Rows × days.

    Returns
    -------
    runs
        ``[n, 3]``: row, first day, and the day after the last.
    """
    unknown = np.pad(grades == UNKNOWN, ((0, 0), (1, 1))).astype(np.int8)
    edges = np.diff(unknown, axis=1)
    rows, first = np.nonzero(edges == 1)
    after = np.nonzero(edges == -1)[1]
    longest = np.argsort(first - after, kind="stable")[:_MOST_HATCHED]
    return np.column_stack([rows, first, after])[longest]


def hatched(base: Any, length: Any, rows: Any, dark: bool, name: str = "", **options: Any) -> go.Bar:
    """Return bars over what is not known, from `base` on, as long as `length`, in `rows`.

    With a `name` it stands in the legend.
    """
    return go.Bar(
        orientation="h",
        base=base,
        x=length,
        y=rows,
        marker={
            "color": _hatch(dark),
            "line": {"width": 0},
            "pattern": {
                "shape": "/",
                "size": 6,
                "solidity": 0.2,
                "fgcolor": _hatch(dark),
                "bgcolor": grade_colours(1, dark)[UNKNOWN],
            },
        },
        name=name,
        showlegend=bool(name),
        **options,
    )


def _hatch(dark: bool) -> str:
    return "#5d6673" if dark else "#b3a596"
