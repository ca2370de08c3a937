"""What one chooses in the Explorer: the time, what is shown, and two things to compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components.fields import field, group
from aurorax_dashboard.components.graph import graph
from aurorax_dashboard.components.head import csv_button
from aurorax_dashboard.figures.explorer_map import SPACE_COLOURS
from aurorax_dashboard.pages.explorer_asked import (
    LAYER_NAMES,
    OVALS,
    TRACE_NAMES,
    TRACK_MINUTES,
    VIEW_NAMES,
    Asked,
)
from aurorax_dashboard.queries.names import program_name, source_name
from aurorax_dashboard.searches.scene import has_place, moves
from aurorax_dashboard.times import EXAMPLE_TIME, exact_figure, format_time

DISTANCES_KM = (100, 200, 300, 500, 1000, 2000)

_STEPS = (
    ("−1 d", -1440),
    ("−1 h", -60),
    ("−10 min", -10),
    ("−1 min", -1),
    ("+1 min", 1),
    ("+10 min", 10),
    ("+1 h", 60),
    ("+1 d", 1440),
)

_SPEEDS = (("2", "2 min a second"), ("10", "10 min a second"), ("30", "30 min a second"))


class Ids(StrEnum):
    """Names of the page's parts; ``explorer.js`` knows them too."""

    THINGS = "explorer-things"
    BASE = "explorer-base"
    WANTED = "explorer-wanted"
    HOURS = "explorer-hours"
    TIME = "explorer-time"
    PARAMS = "explorer-params"
    FILE = "explorer-file"

    TYPED = "explorer-typed"
    TYPED_PROBLEM = "explorer-typed-problem"
    PLAY = "explorer-play"
    CLOCK = "explorer-clock"
    SPEED = "explorer-speed"
    SLIDER = "explorer-slider"

    MAP = "explorer-map"
    VIEW = "explorer-view"
    TRACE = "explorer-trace"
    MINUTES = "explorer-minutes"
    LAYERS = "explorer-layers"
    OVAL = "explorer-oval"
    PROGRAMS = "explorer-programs"
    ALL = "explorer-programs-all"
    NONE = "explorer-programs-none"
    NOTE = "explorer-note"
    EMPTY = "explorer-empty"

    ONE = "explorer-one"
    OTHER = "explorer-other"
    APART = "explorer-apart"
    APART_PLACE = "explorer-apart-place"
    KM = "explorer-km"
    NEAR = "explorer-near"

    CSV = "explorer-csv"
    APART_CSV = "explorer-apart-csv"
    NEAR_CSV = "explorer-near-csv"


def placed(sources: Sequence[DataSource]) -> list[DataSource]:
    """Return the sources that can be on the map."""
    return [source for source in sources if has_place(source)]


def programs_of(sources: Sequence[DataSource]) -> list[str]:
    """Return all programs, those of spacecraft first, by how many sources they have."""
    counts = Counter(source.program or "" for source in sources)
    space = {source.program or "" for source in sources if moves(source)}
    return sorted(counts, key=lambda name: (name not in space, -counts[name], name))


def space_programs(sources: Sequence[DataSource]) -> list[str]:
    """Return the programs with spacecraft, in the order of their colours."""
    space = {source.program or "" for source in sources if moves(source)}
    return [name for name in programs_of(sources) if name in space]


def shown_programs(asked: Asked, sources: Sequence[DataSource]) -> list[str]:
    """Return the programs that are shown."""
    return [name for name in programs_of(sources) if asked.programs is None or name in asked.programs]


def time_bar(asked: Asked) -> html.Section:
    """Return the control of the time: to type, to step, to slide and to play."""
    return html.Section(
        [
            html.Div(
                [
                    html.Button(
                        "Play",
                        id=Ids.PLAY,
                        className="btn btn-primary ax-play",
                        **{"aria-pressed": "false"},
                    ),
                    html.Span(
                        f"{format_time(asked.time)} UTC",
                        id=Ids.CLOCK,
                        className="ax-explorer-clock",
                        role="timer",
                    ),
                    html.Label(
                        [
                            html.Span("Go to (UTC)", className="form-label"),
                            dbc.Input(
                                id=Ids.TYPED,
                                value=format_time(asked.time),
                                debounce=True,
                                placeholder=EXAMPLE_TIME,
                                autocomplete="off",
                            ),
                        ],
                        className="ax-explorer-typed",
                    ),
                    html.Label(
                        [
                            html.Span("Speed", className="form-label"),
                            dbc.Select(
                                id=Ids.SPEED,
                                options=[{"value": value, "label": text} for value, text in _SPEEDS],
                                value="10",
                            ),
                        ]
                    ),
                    html.Div(
                        [
                            html.Button(
                                text,
                                type="button",
                                className="ax-chip",
                                **{"data-explorer-step": minutes},
                            )
                            for text, minutes in _STEPS
                        ],
                        className="ax-chips",
                        role="group",
                        **{"aria-label": "Steps in time"},
                    ),
                ],
                className="ax-explorer-time",
            ),
            html.Div(
                asked.problem,
                id=Ids.TYPED_PROBLEM,
                className="ax-mistake",
                **{"aria-live": "polite"},
            ),
            html.Div(id=Ids.SLIDER, className="ax-explorer-slider"),
            html.Div(
                [html.Span(f"{hour:02d}:00") for hour in range(0, 25, 3)],
                className="ax-explorer-hours",
                **{"aria-hidden": "true"},
            ),
        ],
        className="ax-panel",
    )


def choices(asked: Asked, sources: Sequence[DataSource]) -> html.Section:
    """Return what can be shown on the map, and from where."""
    return html.Section(
        [
            html.Div(
                [
                    field("Look at", _select(Ids.VIEW, VIEW_NAMES.items(), asked.view)),
                    field("Spacecraft at", _select(Ids.TRACE, TRACE_NAMES.items(), asked.trace)),
                    field(
                        "Tracks",
                        _select(
                            Ids.MINUTES,
                            ((str(n), f"± {n} min" if n else "none") for n in TRACK_MINUTES),
                            str(asked.minutes),
                        ),
                    ),
                    field("Auroral oval", _select(Ids.OVAL, OVALS.items(), asked.oval)),
                ],
                className="ax-fields",
            ),
            group(
                "Layers",
                dbc.Checklist(
                    id=Ids.LAYERS,
                    options=[{"value": name, "label": text} for name, text in LAYER_NAMES.items()],
                    value=list(asked.layers),
                    inline=True,
                ),
            ),
            _programs(asked, sources),
        ],
        className="ax-panel",
    )


def _select(name: str, options: Any, value: str) -> dbc.Select:
    return dbc.Select(
        id=name,
        options=[{"value": each, "label": text} for each, text in options],
        value=value,
    )


def _programs(asked: Asked, sources: Sequence[DataSource]) -> html.Fieldset:
    counts = Counter(source.program or "" for source in sources)
    space = space_programs(sources)
    return group(
        "Programs",
        html.Div(
            [
                dbc.Checklist(
                    id=Ids.PROGRAMS,
                    options=[
                        {
                            "value": name,
                            "label": html.Span(
                                [
                                    _dot(space.index(name) if name in space else None),
                                    f"{program_name(name)} ",
                                    html.Span(f"{counts[name]}", className="ax-muted"),
                                ]
                            ),
                        }
                        for name in programs_of(sources)
                    ],
                    value=shown_programs(asked, sources),
                    className="ax-explorer-programs",
                ),
                html.Div(
                    [
                        html.Button("all", id=Ids.ALL, type="button", className="ax-chip"),
                        html.Button("none", id=Ids.NONE, type="button", className="ax-chip"),
                    ],
                    className="ax-chips",
                ),
            ]
        ),
    )


def _dot(place: int | None) -> html.Span:
    """Return the mark of a program: its colour for spacecraft, a ring for what stands on the ground."""
    if place is None:
        return html.Span(className="ax-dot ax-dot--ground")
    known = place < len(SPACE_COLOURS)
    return html.Span(className="ax-dot", style={"background": SPACE_COLOURS[place]} if known else {})


def comparison(asked: Asked, sources: Sequence[DataSource]) -> html.Section:
    """Return the choice of two things, and the place for their distance."""
    options = [
        {"label": source_name(source), "value": source.identifier}
        for source in sorted(sources, key=lambda source: source_name(source).casefold())
    ]
    known = {source.identifier for source in sources}
    return html.Section(
        [
            html.H2("How far apart"),
            html.P("Click two things on the map, or choose them here.", className="form-text"),
            html.Div(
                [
                    field(
                        label,
                        dcc.Dropdown(
                            id=name,
                            options=options,
                            value=value if value in known else None,
                            placeholder="none",
                            className="ax-dropdown",
                        ),
                    )
                    for label, name, value in (
                        ("First", Ids.ONE, asked.one),
                        ("Second", Ids.OTHER, asked.other),
                    )
                ],
                className="ax-fields",
            ),
            html.Div(
                [
                    graph(Ids.APART, "small", file_name="distance", table=True),
                    html.Div(csv_button(Ids.APART_CSV, "Distances"), className="ax-actions"),
                ],
                id=Ids.APART_PLACE,
                hidden=True,
            ),
        ],
        className="ax-panel",
    )


def near_panel(asked: Asked) -> html.Section:
    """Return the place for the list of what comes close to each other."""
    usual = {*DISTANCES_KM, asked.km}
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Conjunctions within 30 minutes"),
                    html.Label(
                        [
                            html.Span("below", className="ax-muted"),
                            _select(
                                Ids.KM,
                                ((exact_figure(km), f"{km:,g} km") for km in sorted(usual)),
                                exact_figure(asked.km),
                            ),
                        ],
                        className="ax-explorer-km",
                    ),
                    csv_button(Ids.NEAR_CSV, "List"),
                ],
                className="ax-panel-head",
            ),
            html.Div(id=Ids.NEAR, className="ax-near", tabIndex="0", **{"aria-live": "polite"}),
        ],
        className="ax-panel",
    )
