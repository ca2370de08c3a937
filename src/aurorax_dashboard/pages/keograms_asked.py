"""What the address of the page of keograms asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, cast, get_args

import msgspec

from aurorax_dashboard.api.client import is_request_id
from aurorax_dashboard.api.models import DataProductCriteria, DataProductQuery, MetadataFilters
from aurorax_dashboard.components import addresses
from aurorax_dashboard.queries.problems import Problem
from aurorax_dashboard.queries.products import ProductKind, days_query
from aurorax_dashboard.times import parse_time

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NAMES = {"programs": "program", "platforms": "platform", "instrument_types": "instrument"}
"""Parameters by the list of names that they hold."""
_DEFAULT_NIGHTS = 27


@dataclass(frozen=True, slots=True)
class Asked:
    """The state of the page; every part of it is a parameter of the address.

    With `night` and `of` the page shows one night of one source, large; with `night` alone that night
    of all sources; else the nights of one source.
    """

    start: str = ""
    """First and last day, as typed."""
    end: str = ""
    programs: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    instrument_types: tuple[str, ...] = ()
    kind: ProductKind = "keogram"
    filters: MetadataFilters = field(default_factory=MetadataFilters)
    search: str = ""
    """Request id of the search that looks for all this, once there is one."""
    of: int | None = None
    """Identifier of a source."""
    night: date | None = None
    variant: str = ""
    """Which of several pictures of the same time: ``daily``, ``hourly_hires``."""
    t: str = ""
    """Time of day under the cursor, ``05:58``."""

    @property
    def names(self) -> bool:
        """Whether any source is named."""
        return bool(self.programs or self.platforms or self.instrument_types)

    def but(self, **changes: Any) -> Asked:
        """Return the same with `changes`."""
        return replace(self, **changes)

    def during(self, first: date, nights: int) -> Asked:
        """Return the same for other nights, for which no search was sent yet."""
        last = first + timedelta(days=nights - 1)
        return self.but(start=first.isoformat(), end=last.isoformat(), search="")

    def params(self) -> dict[str, str]:
        """Return the parameters of the address; what is as usual is left out."""
        given = {
            "start": self.start,
            "end": self.end,
            **{param: ",".join(getattr(self, names)) for names, param in _NAMES.items()},
            "type": "" if self.kind == "keogram" else self.kind,
            "filters": msgspec.json.encode(self.filters).decode() if self.filters.expressions else "",
            "search": self.search,
            "of": "" if self.of is None else str(self.of),
            "night": "" if self.night is None else self.night.isoformat(),
            "pictures": self.variant,
            "t": self.t,
        }
        return {name: value for name, value in given.items() if value}

    @property
    def address(self) -> str:
        """The address that asks for this."""
        return addresses.keograms(**self.params())

    def days(self) -> tuple[date, date] | None:
        """Return the first and the last day; None if they cannot be read or are in the wrong order."""
        try:
            first, last = parse_time(self.start).date(), parse_time(self.end).date()
        except ValueError:
            return None
        return (first, last) if first <= last else None

    def query(self) -> tuple[DataProductQuery, list[Problem]]:
        """Return the search for all this; a day that cannot be read is left out, with a problem."""
        problems: list[Problem] = []
        days = {name: _day(name, getattr(self, name), problems) for name in ("start", "end")}
        criteria = DataProductCriteria(
            programs=list(self.programs),
            platforms=list(self.platforms),
            instrument_types=list(self.instrument_types),
            data_product_metadata_filters=self.filters if self.filters.expressions else None,
        )
        query = DataProductQuery(data_sources=criteria, data_product_type_filters=[self.kind])
        whole = days_query(query, days["start"] or date.min, days["end"] or date.min)
        for name, day in days.items():
            if day is None:
                setattr(whole, name, None)
        return whole, problems

    def with_days(self, today: date, latest: datetime | None) -> Asked:
        """Return the same with a period: the last weeks up to today, or to the `latest` product."""
        if self.start or self.end:
            return self
        last = min(today, latest.date()) if latest else today
        first = last - timedelta(days=_DEFAULT_NIGHTS - 1)
        return self.but(start=first.isoformat(), end=last.isoformat())


def _day(name: str, text: str, problems: list[Problem]) -> date | None:
    if not text.strip():
        return None
    try:
        return parse_time(text).date()
    except ValueError as error:
        problems.append(Problem(name, str(error)))
        return None


def asked_of(params: Mapping[str, str | list[str]]) -> Asked:
    """Return what an address asks for; parameters that cannot be read count as not given."""

    def text(name: str) -> str:
        return (addresses.single(params, name) or "").strip()

    kind, search, clock = text("type"), text("search"), text("t")
    return Asked(
        start=text("start"),
        end=text("end"),
        **{
            names: tuple(part.strip() for part in text(param).split(",") if part.strip())
            for names, param in _NAMES.items()
        },
        kind=cast(ProductKind, kind) if kind in get_args(ProductKind) else "keogram",
        filters=_filters(text("filters")),
        search=search if is_request_id(search) else "",
        of=int(text("of")) if re.fullmatch(r"\d{1,9}", text("of"), re.ASCII) else None,
        night=_day("night", text("night"), []),
        variant=text("pictures"),
        t=clock if _CLOCK.fullmatch(clock) else "",
    )


def _filters(text: str) -> MetadataFilters:
    try:
        return msgspec.json.decode(text or "{}", type=MetadataFilters)
    except msgspec.DecodeError:
        return MetadataFilters()
