"""Beside the search builder: the search in words, its mistakes, and how to take it along."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionQuery, DataSource, EphemerisAvailability
from aurorax_dashboard.components.fields import problem_texts
from aurorax_dashboard.components.notices import icon, unbroken
from aurorax_dashboard.queries.blocks import blocks
from aurorax_dashboard.queries.check import Problem, has_errors, problems
from aurorax_dashboard.queries.coverage import Coverage, coverage, coverage_words, period_days
from aurorax_dashboard.queries.describe import describe
from aurorax_dashboard.queries.draft import Draft, query_of
from aurorax_dashboard.queries.exporter import ExportError, to_curl, to_json, to_pyaurorax
from aurorax_dashboard.queries.exporter_idl import to_idl
from aurorax_dashboard.queries.match import block_sources, combination_count, participant_count
from aurorax_dashboard.queries.problems import some_of
from aurorax_dashboard.queries.words import sentence
from aurorax_dashboard.searches.predictions import period_words
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import utc

_COVERAGE_DAYS = 366
"""Longest period whose availability is asked for beside the builder."""
_COVERAGE_WAIT_S = 4.0
"""How long the page waits for the availability of all programs together."""
_ASKED_AT_ONCE = 6
_NO_SOURCES = "Not known without the list of data sources."

EXPORTS: Mapping[str, Callable[[ConjunctionQuery, str], str]] = MappingProxyType(
    {
        "JSON": lambda query, _server: to_json(query),
        "PyAuroraX": to_pyaurorax,
        "IDL-AuroraX": to_idl,
        "curl": to_curl,
    }
)
"""What writes a search for other tools, given the server it is asked of."""


class Ids(StrEnum):
    """Names of the parts beside the form."""

    SUBMIT = "search-submit"
    FAILURE = "search-failure"
    SUMMARY = "search-summary"
    SIZE = "search-size"
    COST = "search-cost"
    COVERAGE = "search-coverage"
    DESCRIBED = "search-described"


def side(checked: Checked, sources: Sequence[DataSource], server: str) -> html.Aside:
    """Return what stands beside the form: what is asked, what is known of it, and how to take it along.

    Only the contents of its parts change, so that nothing jumps and what was unfolded stays so.
    """
    query = checked.query
    facts = (
        ("Combinations", html.Dd(size(query, sources), id=Ids.SIZE)),
        ("Duration", html.Dd(cost(query, sources), id=Ids.COST)),
        ("Days with data", html.Dd(html.Div("…", id=Ids.COVERAGE, role="status"))),
    )
    return html.Aside(
        [
            html.Section(
                [
                    html.Div(
                        [
                            html.H2("Your search"),
                            html.Div(
                                dbc.Button(
                                    [icon("search"), " Search"],
                                    id=Ids.SUBMIT,
                                    color="primary",
                                    title="Ctrl + Enter",
                                ),
                                className="ax-submit",
                            ),
                        ],
                        className="ax-panel-head",
                    ),
                    html.Div(id=Ids.FAILURE, **{"aria-live": "assertive"}),
                    html.Div(summary(checked, sources), id=Ids.SUMMARY),
                    html.Dl(
                        [part for name, value in facts for part in (html.Dt(name), value)],
                        className="ax-kv",
                    ),
                ],
                className="ax-panel",
            ),
            html.Section(
                [
                    html.Details(
                        [
                            html.Summary("As the platform describes it"),
                            html.Pre(describe(query), id=Ids.DESCRIBED),
                        ],
                        open=True,
                    ),
                    *(
                        html.Details(
                            [
                                html.Summary(f"Copy as {form}"),
                                html.Div(exported(form, query, server), id=export_id(form)),
                            ]
                        )
                        for form in EXPORTS
                    ),
                ],
                className="ax-panel",
            ),
        ],
        className="ax-builder-summary",
    )


def export_id(form: Any) -> dict[str, Any]:
    """Return the id of the search as another tool takes it (``curl``, or ALL)."""
    return {"type": "search-export", "form": form}


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft read and checked."""

    query: ConjunctionQuery
    problems: list[Problem]

    @property
    def sendable(self) -> bool:
        """Whether the search can be sent as it is."""
        return not has_errors(self.problems)


def check(draft: Draft, sources: Sequence[DataSource]) -> Checked:
    """Read `draft` and say everything that is wrong with it.

    A field that cannot be read has that one problem; that its value is missing goes without saying.
    """
    query, unreadable = query_of(draft)
    broken = {problem.field for problem in unreadable}
    return Checked(
        query, unreadable + [one for one in problems(query, sources) if one.field not in broken]
    )


def summary(checked: Checked, sources: Sequence[DataSource]) -> list[Any]:
    """Return the search in words, and its mistakes."""
    errors = [one for one in checked.problems if one.severity == "error"]
    future = period_words(checked.query, datetime.now(UTC))
    return [
        html.P(unbroken(sentence(checked.query, sources)), className="ax-words"),
        html.Div(problem_texts(errors), className="ax-mistakes"),
        *([html.P(future, className="ax-caution")] if future else []),
    ]


def _counted(query: ConjunctionQuery, sources: Sequence[DataSource]) -> bool:
    """Return whether anything can be counted: without the list of sources only custom locations can."""
    return bool(sources) or all(block.kind == "adhoc" for block in blocks(query))


def size(query: ConjunctionQuery, sources: Sequence[DataSource]) -> str:
    """Return how many combinations of sources are compared, and what they are made of."""
    if not _counted(query, sources):
        return _NO_SOURCES
    parts = blocks(query)
    count = combination_count(query, sources)
    if len(parts) < 2:
        return f"{count:,}"
    factors = " × ".join(f"{participant_count(block, sources):,}" for block in parts)
    return f"{factors} = {count:,}"


def cost(query: ConjunctionQuery, sources: Sequence[DataSource]) -> str:
    """Return a rough hint at how long the search takes, by combinations and length of the period.

    On the platform three days of a few sources take a second or two, a year of many takes minutes.
    """
    combinations = combination_count(query, sources)
    if query.start is None or query.end is None or not combinations:
        return "–"
    days = (utc(query.end) - utc(query.start)) / timedelta(days=1)
    if days < 0:
        return "–"
    effort = days * combinations
    if effort < 1_000:
        return "Seconds"
    if effort < 50_000:
        return "Up to a minute"
    return "Several minutes: this is a large search"


@dataclass(frozen=True, slots=True)
class KnownDays:
    """What is known of the days on which the blocks have data: a sentence, and the days where they are known."""

    words: str
    coverage: Coverage | None = None


def known_days(
    services: Services,
    query: ConjunctionQuery,
    sources: Sequence[DataSource],
    *,
    wait_s: float = _COVERAGE_WAIT_S,
) -> KnownDays:
    """Return on which days of the period the blocks have data.

    Availability is asked program by program, because the platform answers those at once; all of them
    together have `wait_s` seconds.
    """
    period = period_days(query)
    if period is None or not blocks(query):
        return KnownDays("")
    if not _counted(query, sources):
        return KnownDays(_NO_SOURCES)
    if (period[1] - period[0]).days >= _COVERAGE_DAYS:
        return KnownDays("Counted for periods up to a year.")
    days_of: dict[int, set[date]] = {}
    unknown: dict[str, str] = {}
    for program, asked in _asked(services, _programs(query, sources), *period, wait_s).items():
        try:
            days_of |= asked.result(timeout=0)
        except AuroraXError as error:
            unknown[program] = error.message
        except (TimeoutError, CancelledError):
            unknown[program] = "AuroraX has not answered in time"
    if unknown:
        reason = next(iter(unknown.values()))
        return KnownDays(f"Whether there are data of {some_of(unknown)} then is not known: {reason}.")
    found = coverage(query, sources, days_of)
    return KnownDays("" if found is None else coverage_words(found), found)


def days_shown(known: KnownDays) -> list[Any]:
    """Return the sentence, and below it a strip of days for each block unless all have data on all days."""
    found = known.coverage
    if found is None or found.common == found.days:
        return [known.words]
    strips = [_strip(label, flags) for label, flags in found.by_day.items()]
    words = html.Span(known.words, className=None if found.common else "ax-caution")
    return [words, html.Div(strips, className="ax-strips")]


def _strip(label: str, flags: Sequence[bool]) -> html.Div:
    """Return the days of one block from left to right, those with data coloured, and how many these are."""
    width, at, stops = 100 / len(flags), 0, []
    for has, days in itertools.groupby(flags):
        until = at + len(list(days))
        colour = "var(--ax-accent)" if has else "transparent"
        stops.append(f"{colour} {at * width:.3f}% {until * width:.3f}%")
        at = until
    return html.Div(
        [
            html.Span(label),
            html.Span(
                className="ax-strip",
                style={"backgroundImage": f"linear-gradient(to right, {', '.join(stops)})"},
                **{"aria-hidden": "true"},
            ),
            html.Span(f"{sum(flags):,} of {len(flags):,}", className="ax-num"),
        ]
    )


def _programs(query: ConjunctionQuery, sources: Sequence[DataSource]) -> list[str]:
    taking_part = (source for block in blocks(query) for source in block_sources(block, sources))
    return sorted({source.program for source in taking_part if source.program})


def _asked(
    services: Services, programs: Sequence[str], first: date, last: date, wait_s: float
) -> dict[str, Future[dict[int, set[date]]]]:
    """Ask for the days of all `programs` at once; return when all have answered or time is over."""
    client = services.hurried

    def ask(program: str) -> dict[int, set[date]]:
        answer = client.ephemeris_availability(first, last, program=program)
        return {entry.data_source.identifier or 0: _days(entry) for entry in answer.value}

    pool = ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="availability")
    asked = {program: pool.submit(ask, program) for program in programs}
    wait(asked.values(), timeout=wait_s)
    pool.shutdown(wait=False, cancel_futures=True)  # who still asks does so for the next time
    return asked


def _days(entry: EphemerisAvailability) -> set[date]:
    return {
        date.fromisoformat(day[:10])
        for day, count in (entry.available_ephemeris or {}).items()
        if count
    }


def exported(form: str, query: ConjunctionQuery, server: str) -> html.Div | html.P:
    """Return the search in the `form` that another tool takes, ready to be copied."""
    write = EXPORTS[form]
    try:
        text = write(query, server)
    except ExportError as error:
        return html.P(str(error))
    return html.Div(
        [
            dcc.Clipboard(content=text, className="ax-copy", title=f"Copy as {form}"),
            html.Pre(text),
        ],
        className="ax-copyable",
    )
