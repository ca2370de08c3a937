"""What the browser gets to draw: the things there are, and where they are hour by hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from aurorax_dashboard.api.models import ConjunctionType, DataSource
from aurorax_dashboard.figures.sphere import great_circle_km, subsolar_point
from aurorax_dashboard.pages.explorer_form import placed
from aurorax_dashboard.queries.names import program_name, source_name
from aurorax_dashboard.searches.scene import Hour, moves

_DECIMALS = 2
"""Of degrees: about a kilometre, less than a pixel of any view."""

_CAMERAS = ("asi", "dslr")
"""What instrument types end with, in lower case, that see the sky down to the horizon."""

_HERE_KM = 100.0
"""An instrument's foot this near to itself is where it stands, not its conjugate point."""

Place = tuple[float, float]


def things(sources: Sequence[DataSource]) -> dict[str, dict[str, Any]]:
    """Return the sources that can be drawn, by identifier as text."""
    return {
        str(source.identifier): {
            "name": source_name(source),
            "program": source.program or "",
            "about": f"{program_name(source.program or '')}, {source.instrument_type or ''}",
            "space": moves(source),
        }
        for source in placed(sources)
    }


def is_camera(source: DataSource) -> bool:
    """Whether an instrument takes pictures of the whole sky."""
    return (source.instrument_type or "").lower().endswith(_CAMERAS)


def standing_place(source: DataSource) -> Place | None:
    """Return where a ground instrument stands by its own record, None if that does not tell."""
    location = (source.metadata or {}).get("location")
    if not isinstance(location, Mapping):
        return None
    lat, lon = location.get("lat"), location.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    return float(lat), float(lon)


def hour_payload(
    hour: Hour, kind: ConjunctionType, sources: Sequence[DataSource], active: frozenset[int]
) -> dict[str, Any]:
    """Return one hour as the browser draws it.

    Parameters
    ----------
    hour
        Positions of all kinds.
    kind
        Which are drawn.
    sources
        All that can be drawn.
    active
        Ground instruments with records on that day.

    Returns
    -------
    dict
        ``start`` (minutes since 1970), ``sun`` (latitude and longitude that have the Sun in the zenith
        then), ``space`` (by identifier, latitudes and longitudes of 60 minutes, null where it is
        nowhere) and ``ground`` (by identifier: latitude, longitude, whether it has a field of view,
        and the stretches of minutes in which it has records, first and last).
    """
    scene, below = hour.scene(kind), hour.scene("geographic")
    space, ground = {}, {}
    for source in placed(sources):
        identifier = int(source.identifier or 0)
        lat, lon = scene.track(identifier)
        known = np.isfinite(lat)
        if moves(source):
            if known.any():
                space[str(identifier)] = [_rounded(lat), _rounded(lon)]
            continue
        place = _place(lat, lon) or (
            standing_place(source) if identifier in active and kind != "sbtrace" else None
        )
        if place is None:
            continue
        stands = _place(*below.track(identifier)) or place
        sees = is_camera(source) and float(great_circle_km(*place, *stands)) < _HERE_KM
        ground[str(identifier)] = [*(round(each, _DECIMALS) for each in place), sees, _stretches(known)]
    start = int(hour.start.timestamp()) // 60
    sun = [round(each, 3) for each in subsolar_point(hour.start.replace(tzinfo=None))]
    return {"start": start, "sun": sun, "space": space, "ground": ground}


def _place(lat: Any, lon: Any) -> Place | None:
    known = np.flatnonzero(np.isfinite(lat))
    return (float(lat[known[0]]), float(lon[known[0]])) if len(known) else None


def _rounded(angles: Any) -> list[float | None]:
    return [None if np.isnan(angle) else round(float(angle), _DECIMALS) for angle in angles]


def _stretches(known: Any) -> list[list[int]]:
    """Return the first and the last minute of each run of minutes with records."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [[int(first), int(stop) - 1] for first, stop in edges.reshape(-1, 2)]


def wanted_hours(texts: Sequence[str], most: int) -> list[datetime]:
    """Return the hours that a browser asks for, at most `most`; what is no hour is left out."""
    found = []
    for text in texts[:most]:
        try:
            start = datetime.fromisoformat(text)
        except ValueError:
            continue
        if start.tzinfo is not None and start.utcoffset() == timedelta(0):
            found.append(start.replace(minute=0, second=0, microsecond=0))
    return found
