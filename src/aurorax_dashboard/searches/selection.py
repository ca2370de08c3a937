"""Which conjunctions of a result are looked at: filters that stand in the page's address.

``km=0-100&min=2-&hours=22-4&months=11,12,1&with=51,3&label=arc`` and so on: each parameter is short,
independent of the others, and left out where it asks for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, get_args

import numpy as np
import pandas as pd

from aurorax_dashboard.api.models import ConjunctionType
from aurorax_dashboard.queries.names import conjunction_type_name
from aurorax_dashboard.searches.judgements import MAX_LABEL, Judgement
from aurorax_dashboard.times import exact_figure, format_date, km_figure

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_VALUES = 200

Range = tuple[float | None, float | None]
"""Least and largest value, both included; None where there is no such bound."""

ANY: Range = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Filters; all of them must hold. The default lets everything through."""

    km: Range = ANY
    """Smallest distance, in km."""
    minutes: Range = ANY
    """Duration, in minutes."""
    first: date | None = None
    """First day of the start (UTC)."""
    last: date | None = None
    """Last day of the start (UTC), included."""
    hours: tuple[int, int] | None = None
    """Hours of the start (UTC, 0 … 23), both included; the first may be the larger: over midnight."""
    months: tuple[int, ...] = ()
    """Months of the start, 1 … 12: a season of any year."""
    sources: tuple[int, ...] = ()
    """Identifiers of which one takes part, at least."""
    kinds: tuple[ConjunctionType, ...] = ()
    starred: bool = False
    labels: tuple[str, ...] = ()
    """Labels of which the conjunction has one, at least."""

    @property
    def empty(self) -> bool:
        """Whether it lets everything through."""
        return self == Selection()

    def params(self) -> dict[str, str]:
        """Return the parameters of the address."""
        written = {
            "km": _range_text(self.km),
            "min": _range_text(self.minutes),
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
            "hours": f"{self.hours[0]}-{self.hours[1]}" if self.hours else "",
            "months": ",".join(map(str, self.months)),
            "with": ",".join(map(str, self.sources)),
            "type": ",".join(self.kinds),
            "starred": "1" if self.starred else "",
            "label": ",".join(self.labels),
        }
        return {name: text for name, text in written.items() if text}

    def chosen(self, rows: pd.DataFrame, judgements: Mapping[int, Judgement]) -> pd.DataFrame:
        """Return those of the `rows` of a result (see ``ConjunctionResult``) that pass; order and index stay."""
        if self.empty:
            return rows
        keep = np.ones(len(rows), dtype=bool)
        for part in (
            _within(rows["min_distance_km"], self.km),
            _within(rows["duration_min"], self.minutes),
            self._in_time(rows["start"]),
            self._among(rows),
            self._judged(rows.index, judgements),
        ):
            keep &= part
        return rows[keep]

    def _in_time(self, start: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        keep = np.ones(len(start), dtype=bool)
        if self.first:
            keep &= (start >= pd.Timestamp(self.first, tz="UTC")).to_numpy()
        if self.last:
            keep &= (start < pd.Timestamp(self.last, tz="UTC") + pd.Timedelta(days=1)).to_numpy()
        if self.hours:
            since, until = self.hours
            hour = start.dt.hour.to_numpy()
            after, before = hour >= since, hour <= until
            keep &= after & before if since <= until else after | before
        if self.months:
            keep &= start.dt.month.isin(self.months).to_numpy()
        return keep

    def _among(self, rows: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
        keep = np.ones(len(rows), dtype=bool)
        if self.sources:
            columns = [name for name in rows.columns if re.fullmatch(r"source_\d+", name)]
            keep &= rows[columns].isin(self.sources).any(axis=1).to_numpy()
        if self.kinds:
            keep &= rows["conjunction_type"].isin(self.kinds).to_numpy()
        return keep

    def _judged(
        self, index: pd.Index[Any], judgements: Mapping[int, Judgement]
    ) -> np.ndarray[Any, np.dtype[np.bool_]]:
        if not (self.starred or self.labels):
            return np.ones(len(index), dtype=bool)
        wanted = set(self.labels)
        numbers = [
            number
            for number, judgement in judgements.items()
            if (judgement.starred or not self.starred)
            and (not wanted or wanted & set(judgement.labels))
        ]
        return index.isin(numbers)

    def words(self, names: Mapping[int, str]) -> list[str]:
        """Return each filter in a few words.

        Parameters
        ----------
        names
            Display names of the sources, by identifier.
        """
        said = [
            _range_words(self.km, "closest", " km", km_figure),
            _range_words(self.minutes, "duration", " min", exact_figure),
            f"from {format_date(self.first)}" if self.first else "",
            f"until {format_date(self.last)}" if self.last else "",
            f"{self.hours[0]:02d}–{self.hours[1]:02d} h UTC" if self.hours else "",
            ", ".join(_MONTHS[month - 1] for month in self.months),
            " or ".join(names.get(number, f"source {number}") for number in self.sources),
            " or ".join(conjunction_type_name(kind) for kind in self.kinds),
            "starred" if self.starred else "",
            " or ".join(f"“{label}”" for label in self.labels),
        ]
        return [words for words in said if words]


def selection_of(params: Mapping[str, str | None]) -> tuple[Selection, list[str]]:
    """Return the filters that an address asks for, and a sentence for each that cannot be read.

    A filter that cannot be read lets everything through; the others still hold.
    """
    problems: list[str] = []

    def read(name: str, reader: Callable[[str], Any], nothing: Any) -> Any:
        text = params.get(name)
        if not text:
            return nothing
        try:
            return reader(text)
        except ValueError:
            problems.append(f"The filter “{name}={text[:40]}” of this address cannot be read.")
            return nothing

    selection = Selection(
        km=read("km", _read_range, ANY),
        minutes=read("min", _read_range, ANY),
        first=read("from", date.fromisoformat, None),
        last=read("to", date.fromisoformat, None),
        hours=read("hours", _read_hours, None),
        months=read("months", lambda text: _read_numbers(text, 1, 12), ()),
        sources=read("with", lambda text: _read_numbers(text, -(10**9), 10**9), ()),
        kinds=read("type", _read_kinds, ()),
        starred=read("starred", _read_yes, False),
        labels=read("label", _read_labels, ()),
    )
    return selection, problems


PARAMS = tuple(
    {
        "minutes": "min",
        "first": "from",
        "last": "to",
        "sources": "with",
        "kinds": "type",
        "labels": "label",
    }.get(field.name, field.name)
    for field in fields(Selection)
)
"""The names of all parameters."""


def _within(values: pd.Series[Any], bounds: Range) -> np.ndarray[Any, np.dtype[np.bool_]]:
    least, largest = bounds
    keep = np.ones(len(values), dtype=bool)
    if least is not None:
        keep &= (values >= least).to_numpy()
    if largest is not None:
        keep &= (values <= largest).to_numpy()
    return keep


def _range_text(bounds: Range) -> str:
    if bounds == ANY:
        return ""
    return "-".join("" if bound is None else exact_figure(bound) for bound in bounds)


def _read_range(text: str) -> Range:
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)?-(\d{1,6}(?:\.\d{1,3})?)?", text, re.ASCII)
    if found is None or text == "-":
        raise ValueError(text)
    least, largest = (None if part is None else float(part) for part in found.groups())
    if least is not None and largest is not None and least > largest:
        raise ValueError(text)
    return least, largest


def _read_hours(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text, re.ASCII)
    if found is None or max(int(found[1]), int(found[2])) > 23:
        raise ValueError(text)
    return int(found[1]), int(found[2])


def _read_numbers(text: str, least: int, largest: int) -> tuple[int, ...]:
    if not re.fullmatch(r"-?\d{1,10}(,-?\d{1,10})*", text, re.ASCII):
        raise ValueError(text)
    numbers = tuple(dict.fromkeys(int(part) for part in text.split(",")))
    if len(numbers) > _MOST_VALUES or not all(least <= number <= largest for number in numbers):
        raise ValueError(text)
    return numbers


def _read_yes(text: str) -> bool:
    if text != "1":
        raise ValueError(text)
    return True


def _read_kinds(text: str) -> tuple[ConjunctionType, ...]:
    known: tuple[ConjunctionType, ...] = get_args(ConjunctionType)
    wanted = text.split(",")
    if not set(wanted) <= set(known):
        raise ValueError(text)
    return tuple(kind for kind in known if kind in wanted)


def _read_labels(text: str) -> tuple[str, ...]:
    labels = tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))
    if not labels or len(labels) > _MOST_VALUES or any(len(label) > MAX_LABEL for label in labels):
        raise ValueError(text)
    return labels


def _range_words(bounds: Range, noun: str, unit: str, write: Callable[[float], str]) -> str:
    least, largest = bounds
    if least is not None and largest is not None:
        return f"{noun} {write(least)}–{write(largest)}{unit}"
    if largest is not None:
        return f"{noun} ≤ {write(largest)}{unit}"
    return f"{noun} ≥ {write(least)}{unit}" if least is not None else ""


def names_of(sources: pd.DataFrame) -> dict[int, str]:
    """Return display names by identifier from the sources of a result."""
    shown: Iterable[tuple[Any, str]] = zip(sources.index, sources["display_name"], strict=True)
    return {int(identifier): name for identifier, name in shown}
