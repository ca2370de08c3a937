"""What the figures of a result show: its map, timeline, distributions and the selected conjunction's distance."""

from __future__ import annotations

import pandas as pd

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.figures.distance import distance_curve, distance_table
from aurorax_dashboard.figures.distributions import distributions
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.map_view import VIEWS, MapView, close_up
from aurorax_dashboard.figures.polar_map import conjunction_map
from aurorax_dashboard.figures.timeline import conjunction_timeline
from aurorax_dashboard.queries.blocks import distances
from aurorax_dashboard.searches import positions
from aurorax_dashboard.searches.footprints import fetch_windows, plan_windows
from aurorax_dashboard.searches.positions import Event
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.services import Services

AUTOMATIC = "automatic"
"""The map view over the pole that is chosen by what there is to see, or the type of the selected conjunction."""
EVENT = "event"
"""The map view of the surroundings of the selected conjunction."""


def limits_of(query: ConjunctionQuery | None) -> list[float]:
    """Return the distances (km) up to which the query asked, ascending: one, unless pairs differ."""
    return sorted({km for km in distances(query).values() if km}) if query else []


def limit_of(query: ConjunctionQuery | None) -> float | None:
    """Return the distance (km) up to which the query asked, the largest where pairs differ."""
    return max(limits_of(query), default=None)


def draw_map(
    stored: StoredResult,
    query: ConjunctionQuery | None,
    kind: str,
    view: str,
    selected: Event,
    around: pd.DataFrame | None,
    dark: bool,
) -> Drawing:
    """Return the map of the conjunctions of one type with the selected one pointed out.

    Parameters
    ----------
    kind
        Type of conjunctions, or :data:`AUTOMATIC`: that of the selected one.
    view
        Name of a view, or :data:`AUTOMATIC`: over the places that took part.
    around
        Positions around the selected conjunction (``positions.around``); None if they cannot be had.
    """
    kind = selected.conjunction_type if kind == AUTOMATIC else kind
    mine = selected.conjunction_type == kind
    tracks = around if mine else None
    return conjunction_map(
        positions.places(stored, query, kind, selected.closest),
        _footprints(stored, kind, selected, tracks),
        view=_close_up(tracks, selected) if view == EVENT else VIEWS.get(view),
        conjunction_type=kind,
        limit_km=limit_of(query),
        selected=selected.n if mine else None,
        sources=selected.sources if mine else [],
        of=int((stored.result.rows["conjunction_type"] == kind).sum()),
        tracks=None if tracks is None else tracks[tracks.duplicated("identifier", keep=False)],
        dark=dark,
    )


def _close_up(around: pd.DataFrame | None, selected: Event) -> MapView | None:
    """Return the view of the selected conjunction, or None where it cannot be placed."""
    there = (
        None if around is None else around[around["epoch"] == selected.closest].dropna(subset=["lat"])
    )
    if there is None or there.empty:
        return None
    first = there.iloc[0]
    return close_up(float(first["lat"]), float(first["lon"]))


def _footprints(
    stored: StoredResult, kind: str, selected: Event, around: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the footprints at closest approach, with that of the selected even if fetched only now."""
    known = positions.closest_footprints(stored, kind)
    if around is None or (known["n"] == selected.n).any():
        return known
    there = around[around["epoch"] == selected.closest]
    late = there.assign(n=selected.n, min_distance_km=selected.min_distance_km)
    return pd.concat([known, late[list(known.columns)]], ignore_index=True)


def draw_timeline(
    stored: StoredResult, query: ConjunctionQuery | None, n: int | None, dark: bool
) -> Drawing:
    """Return when the conjunctions happened."""
    period = (query.start, query.end) if query and query.start and query.end else None
    return conjunction_timeline(stored.result.rows, n, limit_of(query), dark, period=period)


def draw_distributions(
    stored: StoredResult, query: ConjunctionQuery | None, n: int | None, dark: bool
) -> tuple[Drawing, ...]:
    """Return how the conjunctions are distributed, and where the selected one stands, in their order."""
    return distributions(stored.result.rows, limit_of(query), dark, n)


def draw_distance(
    query: ConjunctionQuery | None, selected: Event, around: pd.DataFrame, dark: bool
) -> tuple[Drawing, pd.DataFrame]:
    """Return the distance of the pairs of the selected conjunction against time, and the same as a table."""
    distances_km = positions.pair_distances(around, selected.sources)
    drawing = distance_curve(distances_km, selected.start, selected.end, limits_of(query), dark)
    return drawing, distance_table(distances_km)


def around_event(
    services: Services, stored: StoredResult, query: ConjunctionQuery | None, n: int
) -> pd.DataFrame:
    """Return the positions around conjunction `n`, asked for now if they were not fetched before.

    Raises
    ------
    AuroraXError
        If they had to be asked for and could not be had.
    """
    ephemeris = stored.footprints
    if not positions.is_covered(stored.result, ephemeris, n):
        ephemeris = fetch_windows(services.hurried, stored.result, plan_windows(stored.result, [n]))
    return positions.around(stored.result, ephemeris, n, query)
