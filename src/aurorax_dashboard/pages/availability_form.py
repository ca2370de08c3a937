"""The parts of the page of availability: their names, and how they stand on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components import source_table
from aurorax_dashboard.components.cards import ROW_PX, height
from aurorax_dashboard.components.fields import field
from aurorax_dashboard.components.graph import graph
from aurorax_dashboard.components.head import copy_link_button, csv_button, page_head
from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.components.period import PeriodControl
from aurorax_dashboard.pages.availability_asked import MOST_TOGETHER, Asked
from aurorax_dashboard.pages.listed import listed_sources
from aurorax_dashboard.queries.names import program_name, source_name
from aurorax_dashboard.services import Services

LOOK_MS = 2_500
LOOKS = 120
"""How often the page looks whether the platform has counted, and how many times at most."""

SLOT = "availability-"
"""Begins the names of the places for problems."""
LISTS = (
    ("Program", "programs", "program"),
    ("Platform", "platforms", "platform"),
    ("Instrument type", "instruments", "instrument_type"),
    ("Where", "types", "source_type"),
)


class Ids(StrEnum):
    """Names of the page's parts."""

    WHAT = "availability-what"
    TEXT = "availability-text"
    SORT = "availability-sort"
    EXACT = "availability-exact"
    OF = "availability-of"
    FILTERS = "availability-filters"
    OPEN = "availability-filters-open"
    FOLD = "availability-fold"
    UNFOLD = "availability-unfold"
    CLOSED = "availability-closed"
    DAY = "availability-day"
    BRUSH = "availability-brush"
    SETTLED = "availability-settled"
    STATE = "availability-state"
    LOOK = "availability-look"
    NOTE = "availability-note"
    LEGEND = "availability-legend"
    MATRIX = "availability-matrix"
    MATRIX_PLACE = "availability-matrix-place"
    DAY_PANEL = "availability-day-panel"
    COMMON = "availability-common"
    CALENDAR = "availability-calendar"
    CALENDAR_PLACE = "availability-calendar-place"
    TABLE = "availability-table"
    CSV = "availability-csv"
    COVERAGE_CSV = "availability-coverage-csv"
    FILE = "availability-file"


PERIOD = PeriodControl(
    name="availability",
    days=True,
    spans={"27 days": 27, "1 year": 365, "5 years": 1826},
    problems=SLOT,
)


def list_id(name: str) -> str:
    """Return the id of the list `name` of the filters."""
    return f"availability-{name}"


FIELDS = (
    Ids.WHAT, PERIOD.start, PERIOD.end, Ids.TEXT, *(list_id(name) for _, name, _ in LISTS),
    Ids.SORT, Ids.EXACT, Ids.OF,
)  # fmt: skip

_COLUMNS = (
    ("source", 190), ("program", 130), ("platform", 140), ("instrument type", 170),
    ("days with data", 145), ("% of days", 110), ("longest gap (days)", 180),
    ("first day", 115), ("last day", 115),
)  # fmt: skip
_NUMBERS = {"days with data", "% of days", "longest gap (days)"}


def layout(services: Services, asked: Asked) -> html.Div:
    """Return the page; its figures come with the counts."""
    sources, said = listed_sources(services)
    return html.Div(
        [
            page_head("Availability", csv_button(Ids.CSV), copy_link_button("this view")),
            *said,
            _form(asked, sources),
            html.Div(id=Ids.NOTE, role="status"),
            html.Div(
                [
                    html.Div(id=Ids.LEGEND),
                    html.Div(
                        [
                            html.Button(text, id=name, type="button", className="ax-chip")
                            for name, text in ((Ids.FOLD, "Fold all"), (Ids.UNFOLD, "Unfold all"))
                        ],
                        className="ax-chips",
                        role="group",
                        **{"aria-label": "Programs as one line, or with all of their sources"},
                    ),
                ],
                className="ax-availability-above",
            ),
            html.Div(
                graph(Ids.MATRIX, "own", file_name="availability"),
                id=Ids.MATRIX_PLACE,
                className="ax-availability-matrix",
                tabIndex=0,
                role="group",
                **{"aria-label": "Sources by day"},
                style={"--ax-height": "420px"},
            ),
            html.Div(id=Ids.DAY_PANEL),
            _common_section(asked, sources),
            html.Section(
                [
                    html.Div(
                        [html.H2("Coverage"), csv_button(Ids.COVERAGE_CSV, "Coverage")],
                        className="ax-availability-head",
                    ),
                    html.Div(_coverage_grid(), className="ax-panel ax-panel--flush"),
                ]
            ),
            dcc.Store(id=Ids.CLOSED, data=list(asked.closed)),
            dcc.Store(id=Ids.DAY, data=asked.day),
            dcc.Store(id=Ids.BRUSH, data=asked.brush),
            dcc.Store(id=Ids.SETTLED),
            dcc.Store(id=Ids.STATE, data=asked.params()),
            dcc.Interval(id=Ids.LOOK, interval=LOOK_MS, max_intervals=LOOKS, disabled=True),
            dcc.Download(id=Ids.FILE),
        ],
        className="ax-page ax-availability",
    )


def _form(asked: Asked, sources: Sequence[DataSource]) -> html.Section:
    values = {
        "programs": asked.choice.programs,
        "platforms": list(asked.platforms),
        "instruments": asked.choice.instrument_types,
        "types": asked.choice.source_types,
    }
    what = {"ephemeris": "Ephemeris", "products": "Data products"}
    sorts = {"name": "by name", "coverage": "by coverage", "last": "by last day"}
    return html.Section(
        [
            html.Div(
                [
                    _radio(Ids.WHAT, what, asked.what, "What is counted"),
                    _radio(Ids.SORT, sorts, asked.sort, "Order within a program"),
                    dbc.Switch(id=Ids.EXACT, label="Exact counts (slow)", value=asked.exact),
                ],
                className="ax-view-bar",
            ),
            html.Div(PERIOD.fields(asked.start, asked.end), className="ax-availability-period"),
            html.Button(
                [icon("funnel"), " Filter"],
                id=Ids.OPEN,
                type="button",
                className="btn btn-outline-secondary btn-sm ax-availability-open",
                **{"aria-controls": Ids.FILTERS},
            ),
            dbc.Collapse(
                [
                    field(
                        "Find",
                        dbc.Input(
                            id=Ids.TEXT,
                            value=asked.choice.text,
                            type="search",
                            placeholder="swarm, gillam, RGB ASI …",
                            autocomplete="off",
                        ),
                    ),
                    *(
                        field(
                            label,
                            dcc.Dropdown(
                                id=list_id(name),
                                options=source_table.choices(sources, attribute),
                                value=values[name],
                                multi=True,
                                placeholder="any",
                                className="ax-dropdown",
                            ),
                        )
                        for label, name, attribute in LISTS
                    ),
                ],
                id=Ids.FILTERS,
                className="ax-availability-lists",
                is_open=asked.filtered,
            ),
        ],
        className="ax-panel",
        **{"aria-label": "What is shown"},
    )


def _radio(name: Ids, options: Mapping[str, str], value: str, label: str) -> html.Div:
    choice = dbc.RadioItems(
        id=name,
        options=[{"label": text, "value": key} for key, text in options.items()],
        value=value,
        inline=True,
        className="ax-choice",
    )
    return html.Div(choice, role="radiogroup", **{"aria-label": label})


def _common_section(asked: Asked, sources: Sequence[DataSource]) -> html.Section:
    options = sorted(
        (
            {
                "value": one.identifier,
                "label": f"{source_name(one)} · {program_name(one.program or '')} · {one.instrument_type}",
            }
            for one in sources
            if (one.identifier or -1) >= 0
        ),
        key=lambda option: str(option["label"]).casefold(),
    )
    return html.Section(
        [
            html.H2("Common days"),
            html.Div(
                [
                    html.Div(
                        [
                            field(
                                f"Sources that must all have data (up to {MOST_TOGETHER})",
                                dcc.Dropdown(
                                    id=Ids.OF,
                                    options=options,
                                    value=list(asked.of),
                                    multi=True,
                                    placeholder="Fort Smith, Swarm A, Swarm B …",
                                    className="ax-dropdown",
                                ),
                            ),
                            html.Div(id=Ids.COMMON, **{"aria-live": "polite"}),
                        ],
                        className="ax-panel",
                    ),
                    html.Div(
                        graph(Ids.CALENDAR, "own", file_name="calendar", table=True),
                        id=Ids.CALENDAR_PLACE,
                        style={"--ax-height": "260px"},
                    ),
                ],
                className="ax-common",
            ),
        ]
    )


_COVERAGE_ROWS = 11


def _coverage_grid() -> dag.AgGrid:
    return dag.AgGrid(
        id=Ids.TABLE,
        columnDefs=[
            {
                "field": name,
                "headerName": name[:1].upper() + name[1:],
                **({"flex": 1, "minWidth": width} if name == "source" else {"width": width}),
                **({"type": "rightAligned"} if name in _NUMBERS else {}),
            }
            for name, width in _COLUMNS
        ],
        rowData=[],
        defaultColDef={"sortable": True, "resizable": True, "filter": False},
        dashGridOptions={
            "rowHeight": ROW_PX,
            "suppressCellFocus": True,
            "suppressFieldDotNotation": True,
        },
        className="ax-table",
        style=height(_COVERAGE_ROWS),
    )
