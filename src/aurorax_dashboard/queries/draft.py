"""A conjunction search while it is being written: what stands in the form's fields, right or wrong.

A form can hold what no search can, such as half a time. A :class:`Draft` keeps every field as it was
typed, so nothing is lost while blocks come and go; :func:`query_of` reads it, with one problem for
each field that cannot be read.
"""

from __future__ import annotations

import itertools
import math
import re
from typing import Any, Literal

import msgspec

from aurorax_dashboard.api.models import (
    MAX_CRITERIA_BLOCKS,
    AdhocCriteria,
    ConjunctionQuery,
    ConjunctionType,
    Hemisphere,
    Location,
    MetadataFilters,
    Model,
    filters_of,
)
from aurorax_dashboard.queries.blocks import (
    CRITERIA_TYPES,
    KINDS,
    BlockKind,
    Criteria,
    blocks,
    distances,
    pair_key,
    uniform_distance,
)
from aurorax_dashboard.queries.check import Problem
from aurorax_dashboard.times import exact_figure, format_time, parse_time

DEFAULT_DISTANCE_KM = 500

_MOST_LETTERS = 1_000
"""Of a location or a distance, all digits of a tiny one written out; what is longer is none."""
_MOST_MISTAKES = 5
"""Told of one list of locations."""
_LOCATION = re.compile(
    r"(?P<lat>[+\-−]?\d+(?:\.\d+)?)\s*°?\s*(?P<half>[NS])?\s*[,;\s]\s*"
    r"(?P<lon>[+\-−]?\d+(?:\.\d+)?)\s*°?\s*(?P<side>[EW])?",
    re.IGNORECASE,
)
_DISTANCE = re.compile(r"([+\-−]?(?:\d{1,3}(?:[ ,]\d{3})+|\d+)(?:\.\d+)?)\s*(?:km)?", re.IGNORECASE)
"""Commas and spaces only where they part thousands: “1,5” must not be read as 15."""


class BlockDraft(Model):
    """One criteria block as its card shows it."""

    kind: BlockKind
    programs: list[str] = []
    platforms: list[str] = []
    instrument_types: list[str] = []
    hemisphere: list[Hemisphere] = []
    filters: MetadataFilters = msgspec.field(default_factory=MetadataFilters)
    locations: str = ""
    """Custom locations, one a line: latitude, longitude in degrees."""


class Draft(Model):
    """The whole form. Times and distances are texts, as typed."""

    start: str = ""
    end: str = ""
    conjunction_types: list[ConjunctionType] = msgspec.field(default_factory=lambda: ["nbtrace"])
    precision_s: Literal[30, 60] = 60
    distance: str = str(DEFAULT_DISTANCE_KM)
    """Kilometres for every pair, unless `per_pair`."""
    per_pair: bool = False
    pair_distances: dict[str, str] = {}
    """Kilometres by pair of blocks; empty where the pair does not matter."""
    blocks: list[BlockDraft] = []

    def names(self) -> list[str]:
        """Return the names of the blocks, ``ground1``, in the order of :attr:`blocks`."""
        counts = dict.fromkeys(KINDS, 0)
        names = []
        for block in self.blocks:
            counts[block.kind] += 1
            names.append(f"{block.kind}{counts[block.kind]}")
        return names

    def pairs(self) -> list[str]:
        """Return the keys of all pairs of blocks, ``ground1-space1``."""
        return [pair_key(a, b) for a, b in itertools.combinations(self.names(), 2)]

    @property
    def full(self) -> bool:
        """Whether no further block fits."""
        return len(self.blocks) >= MAX_CRITERIA_BLOCKS


def draft_of(query: ConjunctionQuery) -> Draft:
    """Return the form that shows `query`."""
    uniform = uniform_distance(query)
    limits = {key: "" if km is None else exact_figure(km) for key, km in distances(query).items()}
    return Draft(
        start="" if query.start is None else _text_of(query.start),
        end="" if query.end is None else _text_of(query.end),
        conjunction_types=list(query.conjunction_types),
        precision_s=query.epoch_search_precision,
        distance=str(DEFAULT_DISTANCE_KM) if uniform is None else exact_figure(uniform),
        per_pair=uniform is None and bool(limits),
        pair_distances=limits,
        blocks=[_block_draft(block.kind, block.criteria) for block in blocks(query)],
    )


def _text_of(time: Any) -> str:
    return format_time(time, seconds=bool(time.second))


def _block_draft(kind: BlockKind, criteria: Criteria) -> BlockDraft:
    if isinstance(criteria, AdhocCriteria):
        lines = [
            f"{exact_figure(place.lat)}, {exact_figure(place.lon)}"
            for place in criteria.locations
            if place.lat is not None and place.lon is not None
        ]
        return BlockDraft(kind=kind, locations="\n".join(lines))
    return BlockDraft(
        kind=kind,
        programs=list(criteria.programs),
        platforms=list(criteria.platforms),
        instrument_types=list(criteria.instrument_types),
        hemisphere=list(getattr(criteria, "hemisphere", [])),
        filters=filters_of(criteria.ephemeris_metadata_filters),
    )


def query_of(draft: Draft) -> tuple[ConjunctionQuery, list[Problem]]:
    """Read `draft`; what cannot be read is left out of the query and is a problem of its field."""
    problems: list[Problem] = []
    by_kind: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for name, block in zip(draft.names(), draft.blocks, strict=True):
        by_kind[block.kind].append(_criteria(name, block, problems))
    times = {field: _time(field, getattr(draft, field), problems) for field in ("start", "end")}
    body = {
        **{field: time for field, time in times.items() if time is not None},
        **by_kind,
        "conjunction_types": draft.conjunction_types,
        "epoch_search_precision": draft.precision_s,
        "max_distances": _distances(draft, problems),
    }
    return msgspec.convert(body, ConjunctionQuery), problems


def _time(field: str, text: str, problems: list[Problem]) -> Any:
    if not text.strip():
        return None
    try:
        return parse_time(text, end_of_day=field == "end")
    except ValueError as error:
        problems.append(Problem(field=field, message=str(error)))
        return None


def _criteria(name: str, block: BlockDraft, problems: list[Problem]) -> Criteria:
    if block.kind == "adhoc":
        return AdhocCriteria(locations=_locations(name, block.locations, problems))
    given: dict[str, Any] = {
        "programs": block.programs,
        "platforms": block.platforms,
        "instrument_types": block.instrument_types,
        "ephemeris_metadata_filters": msgspec.to_builtins(block.filters),
    }
    if block.kind == "space":
        given["hemisphere"] = block.hemisphere
    criteria: Criteria = msgspec.convert(given, CRITERIA_TYPES[block.kind])
    return criteria


def located(text: str) -> list[tuple[str, Location | None]]:
    """Return each line of custom locations with the location it holds; None where it holds none."""
    return [(line, _location(line)) for line in text.splitlines()]


def _location(line: str) -> Location | None:
    match = _matched(_LOCATION, line)
    if match is None:
        return None
    lat, lon = _signed(match["lat"], match["half"], "S"), _signed(match["lon"], match["side"], "W")
    if lat is None or lon is None:
        return None
    return Location(lat=lat, lon=round(lon - 360, 10) if 180 < lon <= 360 else lon)


def _signed(digits: str, letter: str | None, negative: str) -> float | None:
    """Return a number with its sign or its letter; None where it has both, which may mean either."""
    number = _number(digits)
    if letter is None:
        return number
    if digits[0] in "+-−":
        return None
    return -number if letter.upper() == negative else number


def _locations(name: str, text: str, problems: list[Problem]) -> list[Location]:
    lines = [(line.strip(), place) for line, place in located(text) if line.strip()]
    problems += [
        Problem(
            field=f"{name}.locations",
            message=f"“{line[:40]}” is not a location. Write latitude, longitude: 56.38, −94.64.",
        )
        for line in [line for line, place in lines if place is None][:_MOST_MISTAKES]
    ]
    return [place for _, place in lines if place is not None]


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    words = " ".join(text.split())  # a run of spaces could be parted in too many ways
    return pattern.fullmatch(words) if len(words) <= _MOST_LETTERS else None


def _distances(draft: Draft, problems: list[Problem]) -> dict[str, float | None]:
    pairs = draft.pairs()
    if not draft.per_pair:
        return dict.fromkeys(pairs, _distance("max_distances", draft.distance, problems))
    texts = {key: draft.pair_distances.get(key, "") for key in pairs}
    return {key: _distance(f"max_distances.{key}", text, problems) for key, text in texts.items()}


def _distance(field: str, text: str, problems: list[Problem]) -> float | None:
    if not text.strip():
        return None
    match = _matched(_DISTANCE, text)
    km = _number(match[1].replace(" ", "").replace(",", "")) if match else math.nan
    if not math.isfinite(km):
        problems.append(
            Problem(
                field=field, message="This is not a distance. Write kilometres, such as 500 or 7.5."
            )
        )
        return None
    return km


def _number(text: str) -> float:
    return float(text.replace("−", "-"))


def with_block(draft: Draft, kind: BlockKind) -> Draft:
    """Return `draft` with one more, empty block after those of its kind."""
    grown = sorted([*draft.blocks, BlockDraft(kind=kind)], key=lambda block: KINDS.index(block.kind))
    limits = dict.fromkeys(msgspec.structs.replace(draft, blocks=grown).pairs(), draft.distance)
    return msgspec.structs.replace(draft, blocks=grown, pair_distances=limits | draft.pair_distances)


def without_block(draft: Draft, name: str) -> Draft:
    """Return `draft` without the block `name`; later ones of its kind move up with their limits."""
    names = draft.names()
    if name not in names:
        return draft
    kept = [place for place, other in enumerate(names) if other != name]
    shrunk = msgspec.structs.replace(draft, blocks=[draft.blocks[place] for place in kept])
    renamed = dict(zip((names[place] for place in kept), shrunk.names(), strict=True))
    limits = {}
    for first, second in itertools.combinations(renamed, 2):
        limits[pair_key(renamed[first], renamed[second])] = draft.pair_distances.get(
            pair_key(first, second), ""
        )
    return msgspec.structs.replace(shrunk, pair_distances=limits)
