"""Where sources were: ground tracks on the map of one hemisphere, instruments with what they see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from aurorax_dashboard.figures import map_layers as layers
from aurorax_dashboard.figures.drawing import Drawing, Moment, count_text, instant, span_text, time_text
from aurorax_dashboard.figures.map_view import MapView, graticule_labels, map_ground
from aurorax_dashboard.figures.sampling import stretches
from aurorax_dashboard.figures.series import source_styles
from aurorax_dashboard.figures.sphere import AURORA_HEIGHT_KM, MIN_ELEVATION_DEG
from aurorax_dashboard.figures.theme import TITLE_PX, new_figure, palette

MOST_POINTS = 20_000
"""Minutes that are drawn at most: a browser takes a tenth of a second for a line of 100,000 points."""

_MARKED = 1_500
"""Up to so many minutes, every tenth has a mark."""
_MARK_MS = 600_000

POSITIONS = {
    "nbtrace": ("Northern footprints", "nbtrace_lat", "nbtrace_lon"),
    "sbtrace": ("Southern footprints", "sbtrace_lat", "sbtrace_lon"),
    "geographic": ("Ground track", "lat", "lon"),
}
"""What can be drawn: its name, and the columns of its latitude and longitude (degrees)."""


@dataclass(frozen=True, slots=True)
class _Track:
    """What is drawn of one source: the minutes in which it is within the view."""

    identifier: int
    name: str
    colour: str
    dash: str
    times: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]

    def until(self, ms: int) -> _Track:
        """Return its part up to a time."""
        count = int(np.searchsorted(self.times, ms, side="right"))
        parts = (self.times[:count], self.lat[:count], self.lon[:count])
        return _Track(self.identifier, self.name, self.colour, self.dash, *parts)


def ground_track(
    records: pd.DataFrame,
    sources: pd.DataFrame,
    view: MapView,
    window: tuple[Moment, Moment],
    *,
    position: str = "geographic",
    dark: bool = False,
) -> Drawing:
    """Draw where sources were.

    Parameters
    ----------
    records
        ``identifier``, ``epoch`` and the columns of `position`, sorted by identifier and epoch.
    sources
        Index the identifiers, in the order of their colours; ``name`` and ``source_type``.
    view
        Where to look from.
    window
        First and last minute that is drawn.
    position
        One of :data:`POSITIONS`.
    dark
        Whether the page is dark.
    """
    what = POSITIONS[position][0]
    found = list(_tracks(records, sources, view, window, position, dark))
    standing = [one for one in found if _stands(one, sources)]
    moving, cut = _within_budget([one for one in found if not _stands(one, sources) and len(one.times)])
    title = f"{what if moving or not standing else 'Where it stands'}, {view.title}"
    figure = new_figure(
        title,
        _subtitle(window, cut, bool(moving)),
        dark=dark,
        uirevision=f"track-{view.name}",
    )
    count = sum(len(one.times) for one in moving)
    figure.update_layout(
        geo=map_ground(view, dark) | {"domain": {"x": [0, 1], "y": [0, 1]}},
        margin={"l": 8, "r": 8, "t": TITLE_PX, "b": 44},
        meta={"shown": count},
    )
    figure.add_trace(graticule_labels(view, dark))
    places = _places(standing, sources)
    colours = {one.name: one.colour for one in standing}
    figure.add_traces(list(layers.fields_of_view(places, colours, (), dark)))
    for one in moving:
        figure.add_trace(_line(one))
        if count <= _MARKED:
            figure.add_trace(_marks(one))
    if moving:
        figure.add_trace(_ends(moving, view, dark))
    figure.add_traces(list(layers.place_marks(places, colours, (), "bottom center", dark)))
    _annotate(figure, view, len(places) > 0, dark, empty=not moving and places.empty)
    return Drawing(figure, _summary(title, moving, places, window, cut))


def _tracks(
    records: pd.DataFrame,
    sources: pd.DataFrame,
    view: MapView,
    window: tuple[Moment, Moment],
    position: str,
    dark: bool,
) -> Iterator[_Track]:
    """Yield the minutes of each source within window and view."""
    _, lat_name, lon_name = POSITIONS[position]
    identifiers = records["identifier"].to_numpy()
    epochs = pd.DatetimeIndex(records["epoch"]).as_unit("ms").asi8
    first_ms, last_ms = (instant(moment).value // 1_000_000 for moment in window)
    styles = source_styles([int(one) for one in sources.index], dark)
    for identifier, (colour, dash) in styles.items():
        first, last = np.searchsorted(identifiers, [identifier, identifier + 1])
        begin = first + np.searchsorted(epochs[first:last], first_ms)
        end = first + np.searchsorted(epochs[first:last], last_ms, side="right")
        lat = records[lat_name].to_numpy(dtype=float)[begin:end]
        lon = records[lon_name].to_numpy(dtype=float)[begin:end]
        x, y = view.project(lat, lon)
        seen = (np.abs(x) <= 1) & (np.abs(y) <= 1)  # false where there is no position
        yield _Track(
            identifier,
            str(sources["name"].loc[identifier]),
            colour,
            dash,
            epochs[begin:end][seen],
            lat[seen],
            lon[seen],
        )


def _stands(track: _Track, sources: pd.DataFrame) -> bool:
    return str(sources["source_type"].loc[track.identifier]) == "ground"


def _within_budget(tracks: list[_Track]) -> tuple[list[_Track], int | None]:
    """Return the beginning of all tracks that can be drawn, and until when (ms) if that is not all."""
    if sum(len(track.times) for track in tracks) <= MOST_POINTS:
        return tracks, None
    until = int(np.sort(np.concatenate([track.times for track in tracks]))[MOST_POINTS - 1])
    shorter = [track.until(until) for track in tracks]
    return [track for track in shorter if len(track.times)], until


def _places(standing: list[_Track], sources: pd.DataFrame) -> pd.DataFrame:
    """Return what stands still as ``map_layers`` takes it, each its own colour."""
    rows = [
        (
            track.identifier,
            track.name,
            float(track.lat[0]),
            float(track.lon[0]),
            str(sources["source_type"].loc[track.identifier]),
            track.name,
        )
        for track in standing
        if len(track.times)
    ]
    columns = ["identifier", "name", "lat", "lon", "source_type", "program"]
    return pd.DataFrame(rows, columns=columns)


def _line(track: _Track) -> go.Scattergeo:
    """Return a track as a line, broken where a minute is missing or out of view."""
    breaks = np.flatnonzero(np.diff(stretches(track.times))) + 1
    return go.Scattergeo(
        name=track.name,
        lat=np.insert(track.lat, breaks, np.nan).astype(np.float32),
        lon=np.insert(track.lon, breaks, np.nan).astype(np.float32),
        customdata=np.insert(track.times, breaks, track.times[breaks]).astype(np.float64),
        mode="lines",
        line={"width": 1.5, "color": track.colour, "dash": track.dash},
        hovertemplate=_hover("%{fullData.name}"),
    )


def _marks(track: _Track) -> go.Scattergeo:
    """Return a mark at every tenth minute."""
    chosen = track.times % _MARK_MS == 0
    return go.Scattergeo(
        name=track.name,
        lat=track.lat[chosen],
        lon=track.lon[chosen],
        customdata=track.times[chosen].astype(np.float64),
        mode="markers",
        marker={"size": 5, "color": track.colour},
        hovertemplate=_hover("%{fullData.name}"),
    )


def _ends(tracks: list[_Track], view: MapView, dark: bool) -> go.Scattergeo:
    """Return the last minute of each track, with the source's name turned towards the middle."""
    inks = palette(dark)
    lat = [float(track.lat[-1]) for track in tracks]
    lon = [float(track.lon[-1]) for track in tracks]
    x, y = view.project(lat, lon)
    side = np.select(
        [x > 0.6, x < -0.6, y > 0.8], ["middle left", "middle right", "bottom center"], "top center"
    )
    return go.Scattergeo(
        lat=lat,
        lon=lon,
        customdata=[float(track.times[-1]) for track in tracks],
        text=[track.name for track in tracks],
        mode="markers+text",
        textposition=side,
        textfont={"size": 11, "color": inks.text, "shadow": layers.halo(inks.paper)},
        marker={
            "size": 8,
            "color": [track.colour for track in tracks],
            "line": {"width": 1, "color": inks.edge},
        },
        hovertemplate=_hover("%{text}"),
    )


def _hover(placeholder: str) -> str:
    return (
        f"<b>{placeholder}</b><br>%{{customdata|%Y-%m-%d %H:%M}} UTC"
        "<br>%{lat:.1f}°, %{lon:.1f}°<extra></extra>"
    )


def _annotate(figure: go.Figure, view: MapView, instruments: bool, dark: bool, *, empty: bool) -> None:
    colours = palette(dark)
    lines = [view.caption]
    if instruments:
        lines.append(f"Circle: view, {MIN_ELEVATION_DEG:.0f}° up at {AURORA_HEIGHT_KM:.0f} km")
    figure.add_annotation(
        text="<br>".join(lines),
        x=1, y=0, xref="paper", yref="paper", xanchor="right", yanchor="top", yshift=-2,
        align="right", showarrow=False, font={"size": 10, "color": colours.muted},
    )  # fmt: skip
    if empty:
        figure.add_annotation(
            text="Nothing within this view in this time",
            x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False,
            bgcolor=colours.paper, bordercolor=colours.coast, borderpad=6, font={"size": 13},
        )  # fmt: skip


def _subtitle(window: tuple[Moment, Moment], cut: int | None, moving: bool) -> str:
    if cut is None:
        return f"{span_text(*window)}{'; names stand at the ends' if moving else ''}"
    until = time_text(np.datetime64(cut, "ms"))
    return f"Only until {until}: {MOST_POINTS:,} minutes; narrow the time to see later ones"


def _summary(
    title: str,
    moving: list[_Track],
    places: pd.DataFrame,
    window: tuple[Moment, Moment],
    cut: int | None,
) -> str:
    minutes = sum(len(track.times) for track in moving)
    parts = [f"{title}, {span_text(*window)} UTC"]
    if moving:
        listed = ", ".join(track.name for track in moving)
        parts.append(f"{count_text(minutes, 'minute')} of {listed} within the view")
    if len(places):
        parts.append(f"standing: {', '.join(places['name'])}")
    if not moving and places.empty:
        parts.append("nothing was within the view")
    if cut is not None:
        parts.append(f"drawn only until {time_text(np.datetime64(cut, 'ms'))}")
    return "; ".join(parts) + "."
