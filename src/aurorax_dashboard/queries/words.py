"""A conjunction search in plain words: a question, and a short title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    DataProductCriteria,
    DataSource,
    EphemerisCriteria,
    SpaceCriteria,
    filters_of,
)
from aurorax_dashboard.queries.blocks import Block, SourceCriteria, blocks, limit, pairs
from aurorax_dashboard.queries.match import matching_sources, sources_of_kind
from aurorax_dashboard.queries.names import (
    CONJUNCTION_TYPE_NAMES,
    place_name,
    program_name,
    site_name,
    source_name,
    spacecraft_name,
)
from aurorax_dashboard.queries.operators import expression_words, join_words
from aurorax_dashboard.queries.period import with_days
from aurorax_dashboard.times import format_distance, format_time

_NOUNS = {"ground": "ground instrument", "space": "satellite", "events": "event"}
_TITLE_NAMES = 3


def sentence(query: ConjunctionQuery, sources: Sequence[DataSource] = ()) -> str:
    """Return the search as a question.

    Parameters
    ----------
    query
        The search, complete or not.
    sources
        The platform's data sources, for display names and to leave out what goes without saying.
    """
    phrases = {block.name: _phrase(block, query, sources) for block in blocks(query)}
    if not phrases:
        return "Nothing to search for yet: add two criteria blocks."
    types = "" if query.space else f" ({_types(query)})"
    return f"When {_closeness(query, phrases, sources)}{types}, {_period(query)}?"


def title(query: ConjunctionQuery, sources: Sequence[DataSource] = ()) -> str:
    """Return a short title, ``THEMIS-ASI × Swarm, 2019-01-01 – 2019-01-03``."""
    names = [_short_name(block, sources) for block in blocks(query)]
    parties = " × ".join(names) if names else "New search"
    return with_days(parties, query.start, query.end)


def _period(query: ConjunctionQuery) -> str:
    start, end = (format_time(moment) if moment else None for moment in (query.start, query.end))
    if start and end:
        return f"between {start} and {end} UTC"
    if start:
        return f"from {start} UTC on"
    return f"until {end} UTC" if end else "at any time"


def _types(query: ConjunctionQuery) -> str:
    return (
        join_words([CONJUNCTION_TYPE_NAMES[kind] for kind in query.conjunction_types], "or")
        or "no type chosen"
    )


def _closeness(query: ConjunctionQuery, phrases: dict[str, str], sources: Sequence[DataSource]) -> str:
    """Say who was how close to whom; the last of two blocks is the one that moves."""
    names = list(phrases.values())
    if len(names) == 1:
        return f"was {names[0]} near something else"
    distances = {limit(query, a.name, b.name) for a, b in pairs(query)}
    if len(names) == 2:
        km = distances.pop()
        near = "at any distance from" if km is None else f"{_within(km)} {'as' if km == 0 else 'of'}"
        return f"was {names[1]} {near} {names[0]}"
    everyone = f"were {join_words(names, 'and')}"
    if distances == {None}:
        return f"{everyone} there at the same time, at any distance"
    if len(distances) == 1:
        km = distances.pop() or 0
        return f"{everyone} all {_within(km)}" + (" of each other" if km else "")
    return f"{everyone} there at the same time, with {_limits(query, sources)}"


def _within(km: float) -> str:
    return "at the same place" if km == 0 else f"within {format_distance(km)}"


def _limits(query: ConjunctionQuery, sources: Sequence[DataSource]) -> str:
    """Group the limited pairs by distance; a block goes by its short name if no other has the same."""
    short = {block.name: _short_name(block, sources) for block in blocks(query)}
    uses = Counter(short.values())
    by_distance: dict[float, list[str]] = {}
    for pair in pairs(query):
        km = limit(query, pair[0].name, pair[1].name)
        if km is not None:
            names = [
                short[block.name] if uses[short[block.name]] == 1 else block.label for block in pair
            ]
            by_distance.setdefault(km, []).append(" – ".join(names))
    return "; ".join(f"{join_words(named, 'and')} {_within(km)}" for km, named in by_distance.items())


def _phrase(block: Block, query: ConjunctionQuery, sources: Sequence[DataSource]) -> str:
    criteria = block.criteria
    if isinstance(criteria, AdhocCriteria):
        return _places(criteria)
    filters = filters_of(criteria.ephemeris_metadata_filters)
    condition = join_words(
        [expression_words(each) for each in filters.expressions], filters.logical_operator.lower()
    )
    asides = []
    if isinstance(criteria, SpaceCriteria):
        halves = [f"{half} hemisphere" for half in criteria.hemisphere]
        asides = [_types(query), *([join_words(halves, "or")] if halves else [])]
    aside = f" ({', '.join(asides)})" if asides else ""
    return f"{_who(block, criteria, sources)}{aside}{f' while {condition}' if condition else ''}"


def _places(criteria: AdhocCriteria) -> str:
    if len(criteria.locations) == 1:
        return f"the point {place_name(criteria.locations[0])}"
    listed = [place_name(place) for place in criteria.locations[:_TITLE_NAMES]]
    if len(criteria.locations) > _TITLE_NAMES:
        return f"any of {len(criteria.locations)} custom locations"
    return (
        f"any of the points {join_words(listed, 'or')}"
        if listed
        else "a custom location still to be given"
    )


def _who(block: Block, criteria: SourceCriteria, sources: Sequence[DataSource]) -> str:
    programs = join_words([program_name(program) for program in criteria.programs], "or")
    instruments = _telling_instruments(block, criteria, sources)
    if not criteria.platforms:
        noun = instruments or _NOUNS[block.kind]
        return f"any {programs} {noun}" if programs else f"any {noun}"
    if block.kind == "ground":
        sites = join_words([site_name(platform) for platform in criteria.platforms], "or")
        what = " ".join(filter(None, (programs, instruments))) or "any ground instrument"
        return f"{what} at {sites}"
    platforms = join_words(
        [spacecraft_name(platform, sources) for platform in criteria.platforms], "or"
    )
    return " ".join(filter(None, (platforms, instruments)))


def _telling_instruments(block: Block, criteria: SourceCriteria, sources: Sequence[DataSource]) -> str:
    """Name the instrument types unless they go without saying.

    A satellite's "footprint" is no instrument to a reader; and types that leave the same sources as
    no type at all say nothing.
    """
    telling = [name for name in criteria.instrument_types if name != "footprint"]
    if telling and sources_of_kind(block.kind, sources):
        untyped = type(criteria)(programs=criteria.programs, platforms=criteria.platforms)
        if matching_sources(block.kind, untyped, sources) == matching_sources(
            block.kind, criteria, sources
        ):
            return ""
    return join_words(telling, "or")


def _short_name(block: Block, sources: Sequence[DataSource]) -> str:
    criteria = block.criteria
    if isinstance(criteria, AdhocCriteria):
        return place_name(criteria.locations[0]) if len(criteria.locations) == 1 else "custom locations"
    if criteria.programs and criteria.programs != ["events"]:
        return _listed([program_name(program) for program in criteria.programs], "programs")
    if criteria.platforms:
        ground = block.kind == "ground"
        names = [
            site_name(name) if ground else spacecraft_name(name, sources) for name in criteria.platforms
        ]
        return _listed(names, "platforms")
    telling = [name for name in criteria.instrument_types if name != "footprint"]
    return _listed(telling, "instrument types") if telling else f"any {_NOUNS[block.kind]}"


def _listed(names: list[str], plural: str) -> str:
    return "/".join(names) if len(names) <= _TITLE_NAMES else f"{len(names)} {plural}"


def who_words(chosen: Sequence[DataSource], criteria: EphemerisCriteria | DataProductCriteria) -> str:
    """Return sources in a few words, ``Swarm A and Swarm B``, or what they were `chosen` by where they are many."""
    if chosen and len(chosen) <= _TITLE_NAMES:
        return join_words([source_name(each) for each in chosen], "and")
    programs = "/".join(program_name(name) for name in criteria.programs[:_TITLE_NAMES])
    count = f"{len(chosen)} sources" if chosen else ""
    if programs and len(criteria.programs) <= _TITLE_NAMES:
        return f"{programs} ({count})" if count else programs
    return count or "/".join(criteria.platforms[:_TITLE_NAMES]) or "some sources"
