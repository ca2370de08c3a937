"""How programs, sites, spacecraft and positions are called in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from aurorax_dashboard.api.models import ConjunctionType, DataSource, Location

_PROGRAMS = {
    "amisr": "AMISR",
    "arase": "Arase",
    "auroramax": "AuroraMAX",
    "cluster": "Cluster",
    "dmsp": "DMSP",
    "elfin": "ELFIN",
    "epop": "e-POP",
    "fast": "FAST",
    "go-canada": "GO-Canada",
    "goes": "GOES",
    "iss": "ISS",
    "mms": "MMS",
    "noaa": "NOAA",
    "rainbow": "Rainbow",
    "rbsp": "RBSP",
    "real": "REAL",
    "rego": "REGO",
    "sampex": "SAMPEX",
    "swarm": "Swarm",
    "themis": "THEMIS",
    "themis-asi": "THEMIS-ASI",
    "tracers": "TRACERS",
    "trex": "TREx",
    "unis/kho": "UNIS/KHO",
}

CONJUNCTION_TYPE_NAMES: dict[ConjunctionType, str] = {
    "nbtrace": "north B-trace",
    "sbtrace": "south B-trace",
    "geographic": "geographic position",
}

_SOURCE_TYPES = {
    "ground": "Ground",
    "leo": "Low orbit",
    "heo": "High orbit",
    "lunar": "Lunar orbit",
    "event_list": "Event list",
    "not_applicable": "Other",
}


def source_name(source: DataSource) -> str:
    """Return how a source is called."""
    return source.display_name or source.platform or f"source {source.identifier}"


def source_type_name(source_type: str | None) -> str:
    """Return where sources of a type are, or the type itself where it is not known."""
    return _SOURCE_TYPES.get(source_type or "", source_type or "")


def conjunction_type_name(kind: str) -> str:
    """Return what a type of conjunction compares, or the type itself where it is not known."""
    return CONJUNCTION_TYPE_NAMES.get(cast(ConjunctionType, kind), kind)


def program_name(program: str) -> str:
    """Return the usual spelling of a program, or its identifier where none is known."""
    return _PROGRAMS.get(program, program)


def site_name(platform: str) -> str:
    """Return a ground platform as a place name."""
    return platform.title() if platform.islower() else platform


def spacecraft_name(platform: str, sources: Iterable[DataSource]) -> str:
    """Return the display name of a spacecraft if `sources` know exactly one, else its identifier."""
    names = {
        source.display_name for source in sources if source.platform == platform and source.display_name
    }
    return names.pop() if len(names) == 1 else platform


def place_name(place: Location) -> str:
    """Return a position as ``56.4° N, 94.6° W``."""
    if place.lat is None or place.lon is None:
        return "an unknown position"
    return f"{_degrees(place.lat, 'N', 'S')}, {_degrees(place.lon, 'E', 'W')}"


def _degrees(value: float, positive: str, negative: str) -> str:
    number = f"{abs(value):.4f}".rstrip("0").rstrip(".")
    return f"{number}° {positive if value >= 0 else negative}"
