"""What the address of the page of ephemeris asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from aurorax_dashboard.api.client import is_request_id
from aurorax_dashboard.api.models import EphemerisCriteria, EphemerisQuery, MetadataFilters, filters_of
from aurorax_dashboard.components import addresses
from aurorax_dashboard.queries.match import NAME_FIELDS
from aurorax_dashboard.queries.problems import Problem
from aurorax_dashboard.times import format_time, parse_time

PARAMS = (
    "start", "end", "program", "platform", "instrument", "filters",
    "request", "fields", "t0", "t1", "trace", "view",
)  # fmt: skip
"""The parameters of the address, those of the search first, then those of what is looked at."""

_NAMES = dict(zip(NAME_FIELDS, ("program", "platform", "instrument"), strict=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """The search that the form shows, every field as it was typed."""

    start: str = ""
    end: str = ""
    programs: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    instrument_types: tuple[str, ...] = ()
    filters: MetadataFilters = field(default_factory=MetadataFilters)

    @property
    def begun(self) -> bool:
        """Whether anything is filled in."""
        return self != Asked()

    def params(self) -> dict[str, str]:
        """Return the parameters that hold it; empty ones where there is nothing."""
        return {
            "start": self.start,
            "end": self.end,
            **{param: ",".join(getattr(self, names)) for names, param in _NAMES.items()},
            "filters": msgspec.json.encode(self.filters).decode() if self.filters.expressions else "",
        }

    def but(self, **changes: Any) -> Asked:
        """Return the same with `changes`."""
        return replace(self, **changes)

    def criteria(self) -> EphemerisCriteria:
        """Return the sources that it asks for."""
        return EphemerisCriteria(
            programs=list(self.programs),
            platforms=list(self.platforms),
            instrument_types=list(self.instrument_types),
            ephemeris_metadata_filters=self.filters if self.filters.expressions else None,
        )

    def query(self) -> tuple[EphemerisQuery, list[Problem]]:
        """Return the search for it; a time that cannot be read is left out, with a problem."""
        problems: list[Problem] = []
        start = _time("start", self.start, problems)
        end = _time("end", self.end, problems)
        return EphemerisQuery(data_sources=self.criteria(), start=start, end=end), problems


def _time(name: str, text: str, problems: list[Problem]) -> datetime | None:
    if not text.strip():
        return None
    try:
        return parse_time(text, end_of_day=name == "end")
    except ValueError as error:
        problems.append(Problem(name, str(error)))
        return None


def asked_of(query: EphemerisQuery) -> Asked:
    """Return the form that shows `query`."""

    def text(moment: datetime | None) -> str:
        return "" if moment is None else format_time(moment, seconds=bool(moment.second))

    criteria = query.data_sources
    return Asked(
        start=text(query.start),
        end=text(query.end),
        programs=tuple(criteria.programs),
        platforms=tuple(criteria.platforms),
        instrument_types=tuple(criteria.instrument_types),
        filters=filters_of(criteria.ephemeris_metadata_filters),
    )


def read_asked(params: Mapping[str, str | None]) -> Asked:
    """Return the search that the parameters of an address hold; filters that are none are left out."""
    names = {
        field: tuple(name for name in (params.get(param) or "").split(",") if name)
        for field, param in _NAMES.items()
    }
    try:
        filters = msgspec.json.decode(params.get("filters") or "{}", type=MetadataFilters)
    except msgspec.DecodeError:
        filters = MetadataFilters()
    return Asked(
        start=params.get("start") or "",
        end=params.get("end") or "",
        programs=names["programs"],
        platforms=names["platforms"],
        instrument_types=names["instrument_types"],
        filters=filters,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What of a result is looked at."""

    fields: tuple[str, ...] | None = None
    """Names of fields; None for those that are shown at first."""
    t0: str = ""
    """Ends of the time that is shown; empty for all of it."""
    t1: str = ""
    trace: str = "footprints"
    """``footprints`` or ``ground``: which positions the maps show."""
    view: str = "north-america"
    """Name of the view over the north pole."""

    def params(self) -> dict[str, str]:
        """Return the parameters that hold it."""
        usual = Look()
        return {
            "fields": ",".join(self.fields or ()),
            "t0": self.t0,
            "t1": self.t1,
            "trace": "" if self.trace == usual.trace else self.trace,
            "view": "" if self.view == usual.view else self.view,
        }


TRACES = {"footprints": "Magnetic footprints", "ground": "Straight below"}
"""The positions that the maps can show."""


def read_look(params: Mapping[str, str | None]) -> Look:
    """Return what the parameters of an address look at; what is none of the choices is left out."""
    usual = Look()
    fields = tuple(name for name in (params.get("fields") or "").split(",") if name)
    trace, view = params.get("trace") or "", params.get("view") or ""
    return Look(
        fields=fields or None,
        t0=params.get("t0") or "",
        t1=params.get("t1") or "",
        trace=trace if trace in TRACES else usual.trace,
        view=view if view in ("north-america", "scandinavia") else usual.view,
    )


def read_request(params: Mapping[str, str | None]) -> str | None:
    """Return the request id of an address, None if there is none or it is not one."""
    request_id = params.get("request") or ""
    return request_id if is_request_id(request_id) else None


def address(request_id: str, look: Look | None = None) -> str:
    """Return the address of a search's result."""
    given = {name: value for name, value in (look or Look()).params().items() if value}
    return addresses.ephemeris(request=request_id, **given)
