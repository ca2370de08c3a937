"""The layers of a conjunction map, each a trace or a few, from the ground up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from aurorax_dashboard.figures import sphere
from aurorax_dashboard.figures.drawing import Moment, degrees_text, time_text
from aurorax_dashboard.figures.map_view import MapView
from aurorax_dashboard.figures.sampling import stretches
from aurorax_dashboard.figures.theme import (
    distance_axis,
    distance_colorbar,
    distance_scale,
    marker_symbol,
    palette,
)
from aurorax_dashboard.times import format_distance

_MAX_LABELS = 14
"""More places than this are labelled only when they take part in the selected conjunction."""

_FEW = 300
"""Up to so many footprints have large marks."""


def night_shade(time: Moment | None, dark: bool) -> go.Scattergeo | None:
    """Return the night side at a time, shaded."""
    if time is None:
        return None
    lat, lon = sphere.night(time)
    return go.Scattergeo(
        lat=lat,
        lon=lon,
        mode="lines",
        fill="toself",
        fillcolor="rgba(0,0,0,0.28)" if dark else "rgba(40,60,100,0.12)",
        line={"width": 1, "color": palette(dark).coast},
        hoverinfo="skip",
    )


def search_radius(places: pd.DataFrame, limit_km: float | None, dark: bool) -> go.Scattergeo | None:
    """Return dashed circles within which a footprint counts as near."""
    if not limit_km or places.empty:
        return None
    line = {"width": 1, "dash": "dash", "color": palette(dark).muted}
    return _circles(
        places, sphere.km_to_degrees(limit_km), line, 0.7 if len(places) <= _MAX_LABELS else 0.3
    )


def fields_of_view(
    places: pd.DataFrame, colours: Mapping[str, str], sources: Sequence[int], dark: bool
) -> Iterator[go.Scattergeo]:
    """Yield the fields of view of ground instruments, one trace a program, the selected strong."""
    radius = sphere.field_of_view_deg()
    instruments = places[places["source_type"] == "ground"]
    chosen = instruments["identifier"].isin(sources)
    for program, group in instruments[~chosen].groupby("program", sort=False, observed=True):
        faint = 0.35 if chosen.any() or len(instruments) > _MAX_LABELS else 0.8
        yield _circles(group, radius, {"width": 1.2, "color": colours[str(program)]}, faint)
    if chosen.any():
        yield _circles(instruments[chosen], radius, {"width": 2.2, "color": palette(dark).text}, 0.9)


def place_marks(
    places: pd.DataFrame, colours: Mapping[str, str], sources: Sequence[int], side: str, dark: bool
) -> Iterator[go.Scattergeo]:
    """Yield the places, one trace a program, with labels where there is room.

    Labels of selected ones stand on their `side` that is away from the footprint.
    """
    inks = palette(dark)
    column = "label" if "label" in places else "name"
    for program, group in places.groupby("program", sort=False, observed=True):
        chosen = group["identifier"].isin(sources)
        labelled = chosen if len(places) > _MAX_LABELS else np.ones(len(group), dtype=bool)
        yield go.Scattergeo(
            name=str(program),
            lat=group["lat"],
            lon=group["lon"],
            mode="markers+text",
            text=np.where(labelled, group[column].astype(str), ""),
            textposition=np.where(chosen, side, "bottom center"),
            textfont={"size": 11, "color": inks.text, "shadow": halo(inks.paper)},
            marker={
                "symbol": [marker_symbol(kind) for kind in group["source_type"]],
                "size": np.where(chosen, 9, 7),
                "color": colours[str(program)],
                "line": {"width": 1, "color": inks.edge},
            },
            hovertext=[
                f"<b>{name}</b><br>{degrees_text(lat, lon)}"
                for name, lat, lon in zip(group["name"], group["lat"], group["lon"], strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )


def label_side(
    places: pd.DataFrame,
    moving: pd.DataFrame,
    sources: Sequence[int],
    selected: int | None,
    view: MapView,
) -> str:
    """Return on which side of the selected places their labels are clear of the selected footprint."""
    here, there = places[places["identifier"].isin(sources)], moving[moving["n"] == selected]
    if here.empty or there.empty:
        return "bottom center"
    place_x, _ = view.project(here["lat"], here["lon"])
    footprint_x, _ = view.project(there["lat"], there["lon"])
    return "middle left" if footprint_x.mean() >= place_x.mean() else "middle right"


def footprint_marks(
    shown: pd.DataFrame, limit_km: float | None, selected: int | None, dark: bool
) -> go.Scattergeo | None:
    """Return the footprints at closest approach, coloured by distance; ``customdata`` is the row."""
    if shown.empty:
        return None
    inks = palette(dark)
    distances = shown["min_distance_km"].to_numpy(dtype=float)
    nearest, farthest = distance_axis(limit_km, list(distances))
    few = len(shown) <= _FEW
    kinds = shown["source_type"] if "source_type" in shown else ["leo"] * len(shown)
    chosen = (shown["n"] == selected).to_numpy()
    return go.Scattergeo(
        name="Closest approach",
        lat=shown["lat"],
        lon=shown["lon"],
        mode="markers",
        customdata=shown["n"].tolist(),
        hovertext=_footprint_hovers(shown),
        hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "symbol": [marker_symbol(kind) for kind in kinds],
            "size": np.where(chosen, 14, 11 if few else 7),
            "opacity": np.where(chosen, 1.0, 0.8) if chosen.any() else 0.95,
            "color": distances,
            "cmin": nearest,
            "cmax": farthest,
            "colorscale": distance_scale(dark),
            "colorbar": distance_colorbar(dark, length_px=140),  # a phone shows it beside the notes
            "line": {"width": np.where(chosen, 2, 0.8 if few else 0.3), "color": inks.edge},
        },
    )


def _footprint_hovers(shown: pd.DataFrame) -> list[str]:
    columns = (shown[name] for name in ("name", "epoch", "min_distance_km", "lat", "lon"))
    return [
        f"<b>{name}</b><br>{time_text(epoch)} UTC<br>{format_distance(distance)}<br>{degrees_text(lat, lon)}"
        for name, epoch, distance, lat, lon in zip(*columns, strict=True)
    ]


def track_keys(tracks: pd.DataFrame) -> list[str]:
    """Return what tells the colours of tracks: their program, else their name, in order."""
    return [str(key) for key in dict.fromkeys(tracks["program" if "program" in tracks else "name"])]


def track_lines(
    tracks: pd.DataFrame | None, colours: Mapping[str, str], view: MapView, dark: bool
) -> Iterator[go.Scattergeo]:
    """Yield each moving source's way: thick while inside, a mark each minute, an arrow ahead."""
    if tracks is None:
        return
    inks = palette(dark)
    key = "program" if "program" in tracks else "name"
    for _, way in tracks.dropna(subset=["lat", "lon"]).groupby("identifier", sort=False):
        path = way.sort_values("epoch")
        if len(path) < 2 or path[["lat", "lon"]].nunique().max() == 1:
            continue
        colour = colours[str(path[key].iloc[0])]
        inside = path["inside"].to_numpy(dtype=bool)
        within = path.assign(**{each: path[each].where(inside) for each in ("lat", "lon")})
        yield _path(within, {"width": 7, "color": inks.edge})
        yield _path(path, {"width": 2, "color": colour})
        yield _path(within, {"width": 5, "color": colour})
        yield _minutes(path, inside, colour, dark)
        yield _arrowhead(path, view, colour)


def closest_approach(
    places: pd.DataFrame,
    moving: pd.DataFrame,
    sources: Sequence[int],
    selected: int | None,
    view: MapView,
    dark: bool,
) -> Iterator[go.Scattergeo]:
    """Yield the great-circle arc of the selected conjunction's closest approach, labelled with its km.

    Of all pairs of its sources, the one whose distance is nearest to the minimum is drawn.
    """
    event = moving[moving["n"] == selected]
    if event.empty:
        return
    here = ["lat", "lon"]
    points = pd.concat([event[here], places.loc[places["identifier"].isin(sources), here]])
    minimum = float(event["min_distance_km"].iloc[0])
    pairs = list(combinations(points.to_numpy(dtype=float).tolist(), 2))
    if not pairs:
        return
    one, other = min(pairs, key=lambda pair: abs(sphere.great_circle_km(*pair[0], *pair[1]) - minimum))
    lat, lon = sphere.great_circle_path(*one, *other)
    inks = palette(dark)
    yield go.Scattergeo(
        lat=lat, lon=lon, mode="lines", line={"width": 2, "color": inks.text}, hoverinfo="skip"
    )
    right = view.project(*one)[0] >= view.project(*other)[0]
    yield go.Scattergeo(
        lat=one[:1],
        lon=one[1:],
        mode="text",
        text=[f"\u2002<b>{format_distance(minimum)}</b>\u2002"],
        textposition="middle right" if right else "middle left",
        textfont={"size": 12, "color": inks.text, "shadow": halo(inks.paper)},
        hoverinfo="skip",
    )


def _minutes(path: pd.DataFrame, inside: NDArray[np.bool_], colour: str, dark: bool) -> go.Scattergeo:
    """Return a mark at each minute of a way, the source's name at the last."""
    inks = palette(dark)
    last = np.arange(len(path)) == len(path) - 1
    columns = (path[name] for name in ("name", "epoch", "lat", "lon"))
    return go.Scattergeo(
        lat=path["lat"],
        lon=path["lon"],
        mode="markers+text",
        text=np.where(last, path["name"].astype(str), ""),
        textposition="top center",
        textfont={"size": 11, "color": inks.text, "shadow": halo(inks.paper)},
        marker={
            "size": np.where(inside, 6, 4),
            "color": colour,
            "line": {"width": np.where(inside, 0.7, 0), "color": inks.edge},
        },
        hovertext=[
            f"<b>{name}</b><br>{time_text(epoch)} UTC<br>{degrees_text(lat, lon)}"
            for name, epoch, lat, lon in zip(*columns, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _arrowhead(path: pd.DataFrame, view: MapView, colour: str) -> go.Scattergeo:
    """Return an arrowhead at the end of a way, drawn on the sphere so that it turns with the map."""
    (lat0, lon0), (lat1, lon1) = path[["lat", "lon"]].to_numpy(dtype=float)[-2:].tolist()
    back = sphere.bearing_deg(lat1, lon1, lat0, lon0)
    barb_lat, barb_lon = sphere.destination(lat1, lon1, [back - 28, back + 28], 0.06 * view.edge_deg)
    return go.Scattergeo(
        lat=[barb_lat[0], lat1, barb_lat[1]],
        lon=[barb_lon[0], lon1, barb_lon[1]],
        mode="lines",
        line={"width": 2.5, "color": colour},
        hoverinfo="skip",
    )


def _path(path: pd.DataFrame, line: dict[str, Any]) -> go.Scattergeo:
    """Return a way as a line, broken where minutes are missing."""
    minutes = path["epoch"].dt.as_unit("ms").astype("int64").to_numpy()
    breaks = np.flatnonzero(np.diff(stretches(minutes))) + 1
    lat, lon = (np.insert(path[each].to_numpy(dtype=float), breaks, np.nan) for each in ("lat", "lon"))
    return go.Scattergeo(lat=lat, lon=lon, mode="lines", line=line, hoverinfo="skip")


def _circles(
    places: pd.DataFrame, radius_deg: float, line: dict[str, Any], opacity: float
) -> go.Scattergeo:
    """Return circles around places as one trace, with gaps between them."""
    lat, lon = sphere.small_circles(places["lat"], places["lon"], radius_deg)
    gap = np.full((len(places), 1), np.nan)
    return go.Scattergeo(
        lat=np.hstack([lat, gap]).ravel(),
        lon=np.hstack([lon, gap]).ravel(),
        mode="lines",
        line=line,
        opacity=opacity,
        hoverinfo="skip",
    )


def halo(colour: str) -> str:
    """Return a text shadow that keeps labels readable on lines."""
    return ", ".join(f"{x}px {y}px 2px {colour}" for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)))
