"""The filters of a result: a form that opens above the table, and what it asks for in a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html

from aurorax_dashboard.components.fields import field, group
from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.queries.names import conjunction_type_name
from aurorax_dashboard.searches.selection import Range, Selection, names_of, selection_of
from aurorax_dashboard.times import exact_figure

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Ids(StrEnum):
    """Names of the form's parts."""

    OPEN = "filters-open"
    FORM = "filters-form"
    SAID = "filters-said"
    CLEAR = "filters-clear"
    PROBLEM = "filters-problem"
    KM_LEAST = "filters-km-least"
    KM_MOST = "filters-km-most"
    MINUTES_LEAST = "filters-minutes-least"
    MINUTES_MOST = "filters-minutes-most"
    FIRST = "filters-first"
    LAST = "filters-last"
    SINCE_HOUR = "filters-since-hour"
    UNTIL_HOUR = "filters-until-hour"
    MONTHS = "filters-months"
    SOURCES = "filters-sources"
    TYPES = "filters-types"
    STARRED = "filters-starred"
    LABELS = "filters-labels"


VALUE_PARTS = (
    Ids.KM_LEAST,
    Ids.KM_MOST,
    Ids.MINUTES_LEAST,
    Ids.MINUTES_MOST,
    Ids.FIRST,
    Ids.LAST,
    Ids.SINCE_HOUR,
    Ids.UNTIL_HOUR,
    Ids.MONTHS,
    Ids.SOURCES,
    Ids.TYPES,
    Ids.STARRED,
    Ids.LABELS,
)
"""The parts whose ``value`` makes up the filters, in the order in which :func:`params_of` takes them."""


def bar(
    selection: Selection,
    sources: pd.DataFrame,
    kinds: Sequence[str],
    labels: Sequence[str],
    beside: Any = None,
) -> html.Div:
    """Return the form, folded, with what it asks for beside its button.

    Parameters
    ----------
    sources
        Sources of the result (see ``ConjunctionResult``).
    kinds
        Conjunction types that the result has.
    labels
        Labels in use.
    beside
        What stands at the other end of the line.
    """
    return html.Div(
        [
            html.Div(
                [
                    html.Button(
                        [icon("funnel"), " Filter"],
                        id=Ids.OPEN,
                        className="btn btn-outline-secondary btn-sm",
                        **{"aria-controls": Ids.FORM},
                    ),
                    html.Div(id=Ids.SAID, className="ax-chips", role="status"),
                    html.Button(
                        "Show all",
                        id=Ids.CLEAR,
                        className="btn btn-link btn-sm",
                        hidden=selection.empty,
                    ),
                    beside,
                ],
                className="ax-filter-bar",
            ),
            dbc.Collapse(
                [
                    html.Div(_fields(selection, sources, kinds, labels), className="ax-fields"),
                    html.Div(id=Ids.PROBLEM, className="ax-mistakes", **{"aria-live": "polite"}),
                ],
                id=Ids.FORM,
                is_open=False,
            ),
        ],
        className="ax-panel ax-result-filters",
    )


def _fields(
    selection: Selection, sources: pd.DataFrame, kinds: Sequence[str], labels: Sequence[str]
) -> list[Any]:
    since, until = selection.hours or (None, None)
    names = sorted(names_of(sources).items(), key=lambda item: item[1])
    return [
        _pair(
            "Closest (km)",
            Ids.KM_LEAST,
            Ids.KM_MOST,
            selection.km,
            "Smallest distance of any pair; either end may be left empty.",
        ),
        _pair(
            "Duration (min)",
            Ids.MINUTES_LEAST,
            Ids.MINUTES_MOST,
            selection.minutes,
            "Minutes within the limits, first and last included.",
        ),
        field(
            "From day (UTC)",
            _text(Ids.FIRST, selection.first, "2019-01-01"),
            help_text="First day on which a conjunction may begin.",
        ),
        field(
            "To day (UTC)",
            _text(Ids.LAST, selection.last, "2019-12-31"),
            help_text="Last day on which it may begin, included.",
        ),
        _pair(
            "Hours of the start (UTC)",
            Ids.SINCE_HOUR,
            Ids.UNTIL_HOUR,
            (since, until),
            "0 to 23, both included; 22 to 4 is a night.",
        ),
        field(
            "Months of the start",
            _choices(Ids.MONTHS, [*enumerate(_MONTHS, start=1)], selection.months, "any month"),
            help_text="A season, in any year.",
        ),
        field(
            "With",
            _choices(Ids.SOURCES, names, selection.sources, "any source"),
            help_text="At least one of these takes part.",
        ),
        field(
            "Compared by",
            _choices(
                Ids.TYPES,
                [(kind, conjunction_type_name(kind)) for kind in kinds],
                selection.kinds,
                "any position",
            ),
            help_text="Which positions came close: footprints or the places themselves.",
        ),
        field(
            "Label",
            _choices(Ids.LABELS, [(each, each) for each in labels], selection.labels, "any or none"),
            help_text="Has at least one of these, given by anybody with the link.",
        ),
        group(
            "Marked",
            dbc.Checklist(
                id=Ids.STARRED,
                options=[{"label": "only starred", "value": "1"}],
                value=["1"] if selection.starred else [],
            ),
            help_text="Starred by anybody with the link.",
        ),
    ]


def _pair(label: str, least: Ids, most: Ids, bounds: Range, help_text: str) -> html.Fieldset:
    return group(
        label,
        html.Div(
            [
                html.Label(
                    [
                        html.Span(word, className="ax-muted"),
                        dbc.Input(
                            id=name,
                            value="" if bound is None else exact_figure(bound),
                            debounce=True,
                            inputmode="decimal",
                            className="ax-num",
                        ),
                    ]
                )
                for name, bound, word in ((least, bounds[0], "from"), (most, bounds[1], "to"))
            ],
            className="ax-range",
        ),
        help_text=help_text,
    )


def _text(name: Ids, value: Any, placeholder: str) -> dbc.Input:
    return dbc.Input(
        id=name,
        value="" if value is None else str(value),
        placeholder=placeholder,
        debounce=True,
        className="ax-num",
    )


def _choices(
    name: Ids, options: Sequence[tuple[Any, str]], chosen: Sequence[Any], placeholder: str
) -> dcc.Dropdown:
    known = [*options, *((value, str(value)) for value in chosen if value not in dict(options))]
    return dcc.Dropdown(
        id=name,
        options=[{"value": value, "label": label} for value, label in known],
        value=list(chosen),
        multi=True,
        placeholder=placeholder,
        className="ax-dropdown",
    )


def params_of(values: Sequence[Any]) -> tuple[dict[str, str], list[str]]:
    """Return the address' parameters for what stands in the form, and a sentence for each mistake.

    Parameters
    ----------
    values
        The values of :data:`VALUE_PARTS`, in their order, as Dash gives them.
    """
    given = dict(zip(VALUE_PARTS, values, strict=True))

    def text(name: Ids) -> str:
        return str(given[name] or "").strip()

    def span(least: Ids, most: Ids) -> str:
        return f"{text(least)}-{text(most)}" if text(least) or text(most) else ""

    def listed(name: Ids) -> str:
        return ",".join(str(value) for value in given[name] or [])

    hours = span(Ids.SINCE_HOUR, Ids.UNTIL_HOUR)
    asked: Mapping[str, str] = {
        "km": span(Ids.KM_LEAST, Ids.KM_MOST),
        "min": span(Ids.MINUTES_LEAST, Ids.MINUTES_MOST),
        "from": text(Ids.FIRST),
        "to": text(Ids.LAST),
        "hours": f"0{hours}"
        if hours.startswith("-")
        else f"{hours}23"
        if hours.endswith("-")
        else hours,
        "months": listed(Ids.MONTHS),
        "with": listed(Ids.SOURCES),
        "type": listed(Ids.TYPES),
        "starred": "1" if given[Ids.STARRED] else "",
        "label": listed(Ids.LABELS),
    }
    selection, problems = selection_of(asked)
    labels = {
        "km": "Closest: two numbers of kilometres, the smaller first.",
        "min": "Duration: two numbers of minutes, the smaller first.",
        "from": "From day: a date such as 2019-01-01.",
        "to": "To day: a date such as 2019-12-31.",
        "hours": "Hours: two whole hours from 0 to 23.",
    }
    said = [
        labels.get(name, problem)
        for problem in problems
        for name in [problem.partition("“")[2].partition("=")[0]]
    ]
    return selection.params(), said


def words(selection: Selection, sources: pd.DataFrame, shown: int, of: int) -> list[Any]:
    """Return what the filters ask for and how many conjunctions pass, as chips."""
    if selection.empty:
        return []
    return [
        html.Span(f"{shown:,} of {of:,}", className="ax-num"),
        *(html.Span(each, className="ax-chip") for each in selection.words(names_of(sources))),
    ]
