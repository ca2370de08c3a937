"""Panels below each other on one time axis, each under a head of its own that is also its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from aurorax_dashboard.figures.theme import TITLE_PX, palette

_HEAD_LINE_PX = 17
_HEAD_PX = 12
"""Room above the head of a panel."""
_AXIS_PX = 64
_LEGEND_CHARACTERS = 44
"""A line of a legend, as it fits a phone."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One row of a figure, not yet placed."""

    traces: list[Any]
    head: str
    """What stands above it, lines parted by ``<br>``."""
    height_px: int
    axis: dict[str, Any]
    """Its own vertical axis."""
    words: str
    """What it shows, for the summary."""


def panel_head(label: str, entries: Sequence[tuple[str, str, str]]) -> str:
    """Return a panel's label and its legend (colour, mark and name of each entry), wrapped."""
    lines: list[str] = []
    used = _LEGEND_CHARACTERS
    for colour, mark, name in entries:
        entry = f'<span style="color:{colour}">{mark}</span>\u00a0{name.replace(" ", chr(160))}'
        if used + len(name) + 4 > _LEGEND_CHARACTERS:
            lines.append(entry)
            used = len(name) + 4
        else:
            lines[-1] += f"  {entry}"
            used += len(name) + 4
    return "<br>".join([f"<b>{label}</b>", *lines])


def stack(figure: go.Figure, panels: Sequence[Panel], dark: bool) -> None:
    """Place `panels` below each other on the figure's one x-axis; the k-th has the y-axis :func:`axis_name`."""
    heads = [_HEAD_PX + _HEAD_LINE_PX * (panel.head.count("<br>") + 1) for panel in panels]
    plot_px = sum(panel.height_px for panel in panels) + sum(heads)
    layout: dict[str, Any] = {
        "height": TITLE_PX + plot_px + _AXIS_PX,
        "margin": {"l": 12, "r": 16, "t": TITLE_PX - 8, "b": _AXIS_PX},
        "annotations": [],
    }
    top = float(plot_px)
    for place, (panel, head_px) in enumerate(zip(panels, heads, strict=True)):
        layout["annotations"].append(
            {
                "text": panel.head,
                "x": 0, "y": (top - _HEAD_PX) / plot_px, "xref": "paper", "yref": "paper",
                "xanchor": "left", "yanchor": "top", "align": "left", "showarrow": False,
                "font": {"size": 12, "color": palette(dark).text}, "borderpad": 0,
            }
        )  # fmt: skip
        top -= head_px
        bottom = top - panel.height_px
        axis = axis_name(place)
        domain = [max(bottom, 0) / plot_px, top / plot_px]
        layout[f"yaxis{axis[1:]}"] = panel.axis | {"domain": domain, "anchor": "x"}
        for trace in panel.traces:
            trace.yaxis = axis
        top = bottom
    figure.update_layout(layout)  # all at once: each call of its own takes milliseconds
    figure.add_traces([trace for panel in panels for trace in panel.traces])


def axis_name(place: int) -> str:
    """Return how plotly calls the vertical axis of the panel at `place`: ``y``, ``y2`` …."""
    return f"y{place + 1}" if place else "y"


def iso(ms: int) -> str:
    """Return milliseconds since 1970 as plotly's time axes take them."""
    return str(np.datetime64(ms, "ms"))
