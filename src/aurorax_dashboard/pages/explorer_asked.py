"""What the address of the Explorer asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, cast

from aurorax_dashboard.api.models import ConjunctionType
from aurorax_dashboard.components import addresses
from aurorax_dashboard.times import exact_figure, format_time, parse_time

GLOBE = "globe"

VIEW_NAMES = MappingProxyType(
    {
        "north-america": "North America",
        "scandinavia": "Scandinavia",
        "antarctica": "Antarctica",
        GLOBE: "Globe",
    }
)
"""Where the map can look from."""

TRACE_NAMES: Mapping[ConjunctionType, str] = MappingProxyType(
    {
        "nbtrace": "Northern footprints",
        "sbtrace": "Southern footprints",
        "geographic": "Straight below",
    }
)
"""The positions that the map can show."""

LAYER_NAMES = MappingProxyType(
    {"night": "Night", "mlat": "Magnetic latitude", "views": "Fields of view", "names": "Names"}
)
"""What can be drawn besides the things themselves."""

OVALS = MappingProxyType({"none": "none", "1": "quiet", "3": "moderate", "5": "active"})
"""Activity that the auroral oval is drawn for: Feldstein's index Q."""

TRACK_MINUTES = (0, 5, 10, 20, 30, 60)
WITHIN = timedelta(minutes=30)
"""How far from now conjunctions are listed."""

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_USUAL_LAYERS = ("night", "mlat", "views", "names")
_MOST_KM = 20_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The state of the page; every part of it is a parameter of the address."""

    time: datetime
    """The minute that is shown, aware, UTC."""
    view: str = "north-america"
    trace: ConjunctionType = "nbtrace"
    programs: tuple[str, ...] | None = None
    """Those that are shown; None for all."""
    minutes: int = 10
    """How much of a track is shown before and after."""
    layers: tuple[str, ...] = _USUAL_LAYERS
    oval: str = "none"
    one: int | None = None
    """The first of two chosen things, an identifier."""
    other: int | None = None
    km: float = 500.0
    """Below this distance is a conjunction."""
    problem: str = ""
    """What is wrong with the time of the address."""

    def but(self, **changes: Any) -> Asked:
        """Return the same with `changes`."""
        return replace(self, **changes)

    def params(self) -> dict[str, str]:
        """Return the parameters of the address; empty ones for what is as usual."""
        usual = Asked(self.time, view=self.view)
        natural = natural_trace(self.view)
        return {
            "t": format_time(self.time),
            "view": "" if self.view == "north-america" else self.view,
            "trace": "" if self.trace == natural else self.trace,
            "programs": "" if self.programs is None else ",".join(self.programs) or "none",
            "minutes": "" if self.minutes == usual.minutes else str(self.minutes),
            "layers": "" if self.layers == usual.layers else ",".join(self.layers) or "none",
            "oval": "" if self.oval == usual.oval else self.oval,
            "one": "" if self.one is None else str(self.one),
            "other": "" if self.other is None else str(self.other),
            "km": "" if self.km == usual.km else exact_figure(self.km),
        }

    @property
    def address(self) -> str:
        """The address that asks for this."""
        return addresses.explorer(**{name: text for name, text in self.params().items() if text})


def natural_trace(view: str) -> ConjunctionType:
    """Return the positions that a view is usually looked at with."""
    return "sbtrace" if view == "antarctica" else "nbtrace"


def asked_of(params: Mapping[str, str | list[str]], now: datetime) -> Asked:
    """Return what an address asks for; what cannot be read is as usual.

    Parameters
    ----------
    now
        The minute that is shown where the address names none.
    """

    def text(name: str) -> str:
        return (addresses.single(params, name) or "").strip()

    view = text("view") if text("view") in VIEW_NAMES else "north-america"
    trace = cast(ConjunctionType, text("trace")) if text("trace") in TRACE_NAMES else None
    minutes = int(text("minutes")) if _NUMBER.fullmatch(text("minutes")) else 10
    time, problem = _time(text("t"), now)
    return Asked(
        time=time,
        view=view,
        trace=trace or natural_trace(view),
        programs=_names(text("programs")),
        minutes=min(TRACK_MINUTES, key=lambda each: abs(each - minutes)),
        layers=tuple(name for name in LAYER_NAMES if name in (_names(text("layers")) or ()))
        if text("layers")
        else _USUAL_LAYERS,
        oval=text("oval") if text("oval") in OVALS else "none",
        one=_identifier(text("one")),
        other=_identifier(text("other")),
        km=read_km(text("km")) or 500.0,
        problem=problem,
    )


def _names(text: str) -> tuple[str, ...] | None:
    if text == "none":
        return ()
    return tuple(name for name in text.split(",") if name) or None


def _identifier(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


def read_km(text: object) -> float | None:
    """Return a distance as typed, None if it is none above 0 and within the Earth's half circumference."""
    try:
        kilometres = float(str(text))
    except ValueError:
        return None
    return kilometres if 0 < kilometres <= _MOST_KM else None


def read_minute(text: str) -> datetime:
    """Return the minute of a time as typed.

    Raises
    ------
    ValueError
        With a sentence for the person who typed it.
    """
    minute = parse_time(text).replace(second=0, microsecond=0)
    if not 1970 < minute.year < 2100:
        raise ValueError("Choose a time from 1971 to 2099.")
    return minute


def _time(text: str, now: datetime) -> tuple[datetime, str]:
    if not text:
        return now, ""
    try:
        return read_minute(text), ""
    except ValueError as error:
        return now, str(error)


def this_minute() -> datetime:
    """Return the present minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)
