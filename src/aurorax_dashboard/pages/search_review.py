"""Beside the search builder: the search in words, its mistakes, and how to take it along."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dash import dcc, html

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionQuery, DataSource, EphemerisAvailability
from aurorax_dashboard.components.fields import problem_texts
from aurorax_dashboard.queries.blocks import blocks
from aurorax_dashboard.queries.check import Problem, has_errors, problems
from aurorax_dashboard.queries.coverage import coverage, coverage_words, period_days
from aurorax_dashboard.queries.describe import describe
from aurorax_dashboard.queries.draft import Draft, query_of
from aurorax_dashboard.queries.exporter import ExportError, to_curl, to_json, to_pyaurorax
from aurorax_dashboard.queries.exporter_idl import to_idl
from aurorax_dashboard.queries.match import block_sources, combination_count
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

_EXPORTS = (
    ("JSON", to_json),
    ("PyAuroraX", to_pyaurorax),
    ("IDL-AuroraX", to_idl),
    ("curl", to_curl),
)


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
    """Return the search in words, its mistakes and its size."""
    count = combination_count(checked.query, sources)
    errors = [one for one in checked.problems if one.severity == "error"]
    future = period_words(checked.query, datetime.now(UTC))
    return [
        html.H2("Your search"),
        html.P(sentence(checked.query, sources), className="ax-words"),
        html.Div(problem_texts(errors), className="ax-mistakes"),
        *([html.P(future, className="ax-caution")] if future else []),
        html.P(
            f"{count:,} combination{'' if count == 1 else 's'} of sources. {_cost(checked.query, count)}"
        ),
    ]


def _cost(query: ConjunctionQuery, combinations: int) -> str:
    """Return a rough hint at how long the search takes, by combinations and length of the period.

    On the platform three days of a few sources take a second or two, a year of many takes minutes.
    """
    if query.start is None or query.end is None or not combinations:
        return ""
    days = max((utc(query.end) - utc(query.start)) / timedelta(days=1), 0)
    effort = days * combinations
    if effort < 1_000:
        return "This takes seconds."
    if effort < 50_000:
        return "This may take up to a minute."
    return "Large: this may take several minutes."


def known_days(
    services: Services,
    query: ConjunctionQuery,
    sources: Sequence[DataSource],
    *,
    wait_s: float = _COVERAGE_WAIT_S,
) -> str:
    """Return on how many days of the period the blocks have data, as a sentence.

    Availability is asked program by program, because the platform answers those at once; all of them
    together have `wait_s` seconds.
    """
    period = period_days(query)
    if period is None or not blocks(query):
        return ""
    if (period[1] - period[0]).days >= _COVERAGE_DAYS:
        return "Days with data are counted for periods up to a year."
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
        return f"Whether there are data of {some_of(unknown)} then is not known: {reason}."
    found = coverage(query, sources, days_of)
    return "" if found is None else coverage_words(found)


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


def take_along(query: ConjunctionQuery, server: str) -> list[Any]:
    """Return the search in the forms that other tools take, each ready to be copied."""
    return [
        html.Details(
            [html.Summary("As the platform describes it"), html.Pre(describe(query))],
        ),
        *(_export(name, write, query, server) for name, write in _EXPORTS),
    ]


def _export(name: str, write: Any, query: ConjunctionQuery, server: str) -> html.Details:
    try:
        text = write(query) if write is to_json else write(query, server)
    except ExportError as error:
        return html.Details([html.Summary(f"Copy as {name}"), html.P(str(error))])
    return html.Details(
        [
            html.Summary(f"Copy as {name}"),
            html.Div(
                [
                    dcc.Clipboard(content=text, className="ax-copy", title=f"Copy as {name}"),
                    html.Pre(text),
                ],
                className="ax-copyable",
            ),
        ]
    )
