"""How figures look: two templates, colours of programs, the scale of distances, the graphs' config.

The grounds and inks are those of ``assets/10-theme/10-tokens.css``, so that a figure is part of its
page in either theme. Program colours are those of Okabe and Ito (2008), distances are told in viridis;
both can be told apart with any of the common kinds of colour blindness.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme; contrast of text with `paper` is at least 4.5:1, of `edge` 3:1."""

    paper: str
    text: str
    muted: str
    grid: str
    edge: str
    """Outlines of coloured marks, so that pale ones stay visible."""
    accent: str
    land: str
    sea: str
    coast: str
    raised: str
    """Ground of hover labels."""
    soft: str
    """Bars that text stands on."""


LIGHT = Palette(
    paper="#ffffff",
    text="#1c2430",
    muted="#566170",
    grid="#e6eaef",
    edge="#4a5462",
    accent="#1a5fb4",
    land="#f1f0ec",
    sea="#fbfcfd",
    coast="#b9c0ca",
    raised="#ffffff",
    soft="#c9dcf2",
)
DARK = Palette(
    paper="#1b2027",
    text="#e1e6ec",
    muted="#a0abb8",
    grid="#2c343f",
    edge="#c3ccd6",
    accent="#7fb2f0",
    land="#262c35",
    sea="#1d2229",
    coast="#566170",
    raised="#232933",
    soft="#2f4b6d",
)

PROGRAM_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
"""Okabe and Ito's colours without black, those first that stand out on both grounds."""

TITLE_PX = 68
"""Room above a plot for its title and the line under it."""

LEGEND_PX = 52
"""Height of the colour bar, its ticks and what it means."""

_TIME_FORMATS = [
    {"dtickrange": [None, 60_000], "value": "%H:%M:%S\n%m-%d"},
    {"dtickrange": [60_000, 86_400_000], "value": "%H:%M\n%m-%d"},
    {"dtickrange": [86_400_000, "M1"], "value": "%m-%d\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]
"""How time axes write their ticks, by the milliseconds or months between two: ISO 8601."""

_SYMBOLS = {"ground": "circle", "leo": "triangle-up", "heo": "diamond", "adhoc": "cross"}


def palette(dark: bool) -> Palette:
    """Return the colours of the dark or the light theme."""
    return DARK if dark else LIGHT


def program_colours(programs: Iterable[str], dark: bool = False) -> dict[str, str]:
    """Return a colour for each program by its place in the given order.

    The eighth and later ones share a neutral grey: more than seven colours cannot be told apart.
    """
    ordered = dict.fromkeys(programs)
    rest = palette(dark).muted
    return {
        program: PROGRAM_COLOURS[place] if place < len(PROGRAM_COLOURS) else rest
        for place, program in enumerate(ordered)
    }


def marker_symbol(source_type: str | None) -> str:
    """Return the shape that stands for a source type; a cross for the searcher's own locations."""
    return _SYMBOLS.get(source_type or "", "cross")


@cache
def distance_scale(dark: bool) -> tuple[tuple[float, str], ...]:
    """Return viridis from near to far as ``(share of the limit, colour)``: near is strong.

    On the light ground near is viridis' dark end and its palest tenth is left out; on the dark ground
    near is its bright end and the darkest 15 % are left out, where it would vanish.
    """
    steps = 16
    shares = [step / (steps - 1) for step in range(steps)]
    places = [1 - 0.85 * share if dark else 0.9 * share for share in shares]
    return tuple(zip(shares, sample_colorscale("Viridis", places), strict=True))


def distance_axis(limit_km: float | None, distances_km: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the distance scale: 0 and the query's limit, else the largest distance."""
    if limit_km is not None and limit_km > 0:
        return 0.0, float(limit_km)
    known = [float(distance) for distance in distances_km if np.isfinite(distance)]
    return 0.0, max(known, default=0.0) or 1.0


def distance_colorbar(
    dark: bool, *, y: float = 0, ypad: float = 8, right: bool = False, length_px: int = 180
) -> dict[str, Any]:
    """Return the colour bar of distances, lying below the left or right end of the plot.

    Its upper edge is at `y`, as a share of the plot's height, and `ypad` pixels lower. (Plotly
    widens the lower margin by twice the latter.)
    """
    return {
        "orientation": "h",
        "thickness": 8,
        "len": length_px,
        "lenmode": "pixels",
        "x": int(right),
        "xanchor": "right" if right else "left",
        "xpad": 0,
        "y": y,
        "yanchor": "top",
        "ypad": ypad,
        "outlinewidth": 0,
        "nticks": length_px // 30,
        "tickfont": {"size": 11, "color": palette(dark).muted},
    }


def distance_legend(
    limit_km: float | None, below_px: float, dark: bool, *, right: bool = False, separator: str = ", "
) -> dict[str, Any]:
    """Return the annotation under a colour bar that begins so far below the plot: meaning and unit."""
    limit = "" if limit_km is None else f"{separator}limit {limit_km:,g}"
    return {
        "text": f"Minimum distance, km{limit}",
        "align": "right" if right else "left",
        "x": int(right),
        "xref": "paper",
        "xanchor": "right" if right else "left",
        "y": 0,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -below_px - 26,
        "showarrow": False,
        "font": {"size": 11, "color": palette(dark).muted},
    }


@cache
def template(dark: bool) -> go.layout.Template:
    """Return the Plotly template of the dark or the light theme."""
    colours = palette(dark)
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.coast,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colours.coast,
        "tickfont": {"size": 12, "color": colours.muted},
        "title": {"font": {"size": 12, "color": colours.muted}, "standoff": 8},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": colours.paper,
            "plot_bgcolor": colours.paper,
            "font": {"family": FONT, "size": 13, "color": colours.text},
            "colorway": list(PROGRAM_COLOURS),
            "title": {
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"l": 12, "t": 12},
                "font": {"size": 15, "color": colours.text, "weight": 600},
                "subtitle": {"font": {"size": 12, "color": colours.muted}},
            },
            "margin": {"l": 12, "r": 16, "t": TITLE_PX, "b": 12},
            "xaxis": axis,
            "yaxis": axis,
            "showlegend": False,
            "hoverlabel": {
                "bgcolor": colours.raised,
                "bordercolor": colours.edge,
                "font": {"family": FONT, "size": 12, "color": colours.text},
                "align": "left",
            },
            "modebar": {
                "bgcolor": "rgba(0,0,0,0)",
                "color": colours.muted,
                "activecolor": colours.accent,
            },
            "dragmode": "pan",
        }
    )


def new_figure(title: str, subtitle: str, *, dark: bool, uirevision: str) -> go.Figure:
    """Return an empty figure with its title.

    Parameters
    ----------
    title
        What the figure shows.
    subtitle
        What else has to be known to read it: the period, what is left out.
    dark
        Whether the page is dark.
    uirevision
        While this stays the same, zoom and position survive a redraw.
    """
    return go.Figure(
        layout={
            "template": template(dark),
            "title": {"text": title, "subtitle": {"text": subtitle}},
            "uirevision": uirevision,
        }
    )


def set_time_axis(figure: go.Figure, **axis: Any) -> None:
    """Make the figure's x-axis one of UTC, with whatever else of `axis` it shall have."""
    figure.update_xaxes(
        type="date",
        title_text="UTC",
        tickformatstops=_TIME_FORMATS,
        tickangle=0,
        hoverformat="%Y-%m-%d %H:%M",
        **axis,
    )


def graph_config(prefix: str = "/", file_name: str = "aurorax") -> dict[str, Any]:
    """Return the config of every graph.

    Parameters
    ----------
    prefix
        Path under which the app is served; map outlines are taken from its assets, so that a map
        needs no other host.
    file_name
        Name of a saved picture, without ending.
    """
    return {
        "topojsonURL": f"{prefix.rstrip('/')}/assets/topojson/",
        "displaylogo": False,
        "responsive": True,
        "scrollZoom": False,
        "modeBarButtonsToRemove": [
            "sendChartToCloud",
            "select2d",
            "lasso2d",
            "autoScale2d",
            "toImageSVG",
        ],
        "toImageButtonOptions": {"format": "png", "filename": file_name, "scale": 2},
    }
