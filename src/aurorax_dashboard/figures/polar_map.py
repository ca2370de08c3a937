"""The map of conjunctions: who saw where, how far they could see, and where they met."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aurorax_dashboard.figures import map_layers as layers
from aurorax_dashboard.figures.drawing import Drawing, Moment, count_text, thinned, time_text
from aurorax_dashboard.figures.map_view import MapView, graticule_labels, map_ground, view_for
from aurorax_dashboard.figures.sphere import AURORA_HEIGHT_KM, MIN_ELEVATION_DEG
from aurorax_dashboard.figures.theme import (
    LEGEND_PX,
    TITLE_PX,
    distance_legend,
    new_figure,
    palette,
    program_colours,
)
from aurorax_dashboard.times import format_distance

MAX_FOOTPRINTS = 3000
"""Markers drawn at most: 2,000 take a browser 0.2 s and 20,000 0.9 s, again at each rotation."""

_POSITIONS = {
    "nbtrace": "Northern footprints",
    "sbtrace": "Southern footprints",
    "geographic": "Positions",
}


def conjunction_map(
    places: pd.DataFrame,
    footprints: pd.DataFrame,
    *,
    view: MapView | None = None,
    conjunction_type: str | None = None,
    limit_km: float | None = None,
    selected: int | None = None,
    sources: Sequence[int] = (),
    tracks: pd.DataFrame | None = None,
    night_at: Moment | None = None,
    of: int | None = None,
    dark: bool = False,
) -> Drawing:
    """Draw conjunctions on an azimuthal map.

    Parameters
    ----------
    places
        What stands still: ``name, lat, lon, identifier, source_type, program`` and, if there is one,
        ``label``, a short name to write beside the mark. Drawn with their fields of view.
    footprints
        Where each moving source was at closest approach: ``n`` (row of the result), ``identifier, name,
        lat, lon, epoch, min_distance_km`` and, if known, ``source_type``. A click on one carries its
        ``n`` as ``customdata``. Rows of sources that are among `places` are not drawn again.
    view
        Where to look from; chosen by what is to be shown if None.
    conjunction_type
        ``nbtrace``, ``sbtrace`` or ``geographic``: which positions these are; None for several.
    limit_km
        The search's maximum distance: end of the colour scale, radius of the dashed circles.
    selected
        ``n`` of the conjunction to point out.
    sources
        Identifiers of the sources that take part in it.
    tracks
        Where its moving sources were some minutes before and after: ``identifier, name, epoch, lat,
        lon, inside`` (whether this minute is part of it) and, if known, ``program``.
    night_at
        Shade where the Sun is below the horizon at this time.
    of
        Conjunctions there are in all; None if `footprints` has every one.
    dark
        Whether the page is dark.
    """
    moving = footprints[~footprints["identifier"].isin(places["identifier"])]
    moving = moving.dropna(subset=["lat", "lon"]).reset_index(drop=True)
    places = _with_programs(places.dropna(subset=["lat", "lon"]))
    if view is None:
        view = view_for(*_all_positions(places, moving))
    shown = _drawn_footprints(moving, selected)
    track_keys = [] if tracks is None else layers.track_keys(tracks)
    colours = program_colours([*places["program"], *track_keys], dark)

    figure = new_figure(
        f"{_POSITIONS.get(conjunction_type or '', 'Positions')} at closest approach",
        _subtitle(moving, shown, selected, of),
        dark=dark,
        uirevision=f"map-{view.name}",
    )
    figure.update_layout(
        geo=map_ground(view, dark) | {"domain": {"x": [0, 1], "y": [0, 1]}},
        margin={"l": 8, "r": 8, "t": TITLE_PX},
        meta={"shown": len(shown), "of": len(moving)},
    )
    side = layers.label_side(places, moving, sources, selected, view)
    traces: list[go.Scattergeo | None] = [
        layers.night_shade(night_at, dark),
        graticule_labels(view, dark),
        layers.search_radius(places, limit_km, dark),
        *layers.fields_of_view(places, colours, sources, dark),
        *layers.track_lines(tracks, colours, view, dark),
        layers.footprint_marks(shown, limit_km, selected, dark),
        *layers.place_marks(places, colours, sources, side, dark),
        *layers.closest_approach(places, moving, sources, selected, view, dark),
    ]
    figure.add_traces([trace for trace in traces if trace is not None])
    _annotate(figure, view, places, limit_km, night_at, coloured=len(shown) > 0, dark=dark)
    if moving.empty and not of:
        _say_nothing(figure, dark)
    return Drawing(figure, _summary(view, places, moving, selected, of))


def _all_positions(places: pd.DataFrame, moving: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return latitudes and longitudes of what the map is about: its footprints, else its places."""
    subject = places if moving.empty else moving
    return subject["lat"], subject["lon"]


def _with_programs(places: pd.DataFrame) -> pd.DataFrame:
    """Return places that all have a program; the searcher's own locations have none."""
    return places.assign(
        program=places["program"].astype(object).where(places["program"].notna(), "custom location")
    )


def _drawn_footprints(moving: pd.DataFrame, selected: int | None) -> pd.DataFrame:
    """Return the footprints that are drawn, the nearest last so that they lie on top."""
    keep = np.flatnonzero(moving["n"] == selected) if selected is not None else np.empty(0, dtype=int)
    chosen = thinned(len(moving), MAX_FOOTPRINTS, int(keep[0]) if len(keep) else None)
    return moving.iloc[chosen].sort_values("min_distance_km", ascending=False)


def _subtitle(moving: pd.DataFrame, shown: pd.DataFrame, selected: int | None, of: int | None) -> str:
    chosen = moving[moving["n"] == selected]
    if len(chosen):
        first, drawn = chosen.iloc[0], shown["n"].nunique()
        few = f"; {drawn:,} of {of:,} drawn" if of is not None and drawn < of else ""
        return f"Selected: {time_text(first['epoch'])} UTC, {format_distance(first['min_distance_km'])}{few}"
    if len(shown) < len(moving):
        return f"{len(shown):,} of {len(moving):,} drawn, evenly thinned"
    return _placed(moving, of)


def _placed(moving: pd.DataFrame, of: int | None) -> str:
    """Say how many conjunctions are on the map, and of how many where that is not all of them."""
    count = moving["n"].nunique()
    if of and not count:
        return f"{count_text(of, 'conjunction')}; nothing that moves is drawn"
    if of is None or count >= of:
        return count_text(count, "conjunction")
    return f"{count:,} of {of:,} conjunctions"


def _annotate(
    figure: go.Figure,
    view: MapView,
    places: pd.DataFrame,
    limit_km: float | None,
    night_at: Moment | None,
    *,
    coloured: bool,
    dark: bool,
) -> None:
    """Write in the corners what the map is, and what its colours are where it has any."""
    colours = palette(dark)
    lines = [view.caption]
    if len(places):
        lines.append(f"Solid: view, {MIN_ELEVATION_DEG:.0f}° up at {AURORA_HEIGHT_KM:.0f} km")
    if len(places) and limit_km:
        lines.append(f"Dashed: {format_distance(limit_km)} around")
    if night_at is not None:
        lines.append(f"Shaded: night at {time_text(night_at)} UTC")
    margin = max(LEGEND_PX + 26, 12 + 14 * sum(line.count("<br>") + 1 for line in lines))
    figure.update_layout(margin_b=margin)
    figure.add_annotation(
        text="<br>".join(lines),
        x=1, y=0, xref="paper", yref="paper", xanchor="right", yanchor="top", yshift=-4,
        align="right", showarrow=False, font={"size": 10, "color": colours.muted},
    )  # fmt: skip
    if coloured:
        figure.add_annotation(distance_legend(limit_km, 8, dark, separator="<br>"))


def _say_nothing(figure: go.Figure, dark: bool) -> None:
    """Write in the middle that nothing is on the map."""
    inks = palette(dark)
    figure.add_annotation(
        text="No conjunctions to show",
        x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False,
        bgcolor=inks.paper, bordercolor=inks.coast, borderpad=6, font={"size": 13},
    )  # fmt: skip


def _summary(
    view: MapView,
    places: pd.DataFrame,
    moving: pd.DataFrame,
    selected: int | None,
    of: int | None,
) -> str:
    """Say in a sentence or three what the map shows."""
    about = f"Map over {view.title}." if view.polar else "Map of the event's surroundings."
    if moving.empty:
        count = count_text(of, "conjunction") if of else "No conjunctions"
        return f"{about} {count}; {count_text(len(places), 'ground place')}."
    nearest = moving.iloc[int(moving["min_distance_km"].to_numpy(dtype=float).argmin())]
    text = (
        f"{about} {_placed(moving, of)} at "
        f"{count_text(len(places), 'ground place')}, the nearest: {_approach(nearest)}."
    )
    chosen = moving[moving["n"] == selected]
    return text if chosen.empty else f"{text} Selected: {_approach(chosen.iloc[0])}."


def _approach(footprint: pd.Series) -> str:
    distance = format_distance(footprint["min_distance_km"])
    return f"{footprint['name']}, {time_text(footprint['epoch'])} UTC, {distance}"
