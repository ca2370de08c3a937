"""The table of data sources: what stands in it, how it is filtered, and its grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
import msgspec
import pandas as pd

from aurorax_dashboard.api.models import DataSource, DataSourceStats
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.cards import ROW_PX, card_column, height
from aurorax_dashboard.components.table_state import arranged
from aurorax_dashboard.queries.names import program_name, source_name, source_type_name
from aurorax_dashboard.times import format_date

UNKNOWN = "…"
"""Stands where statistics are not known, or not yet; never for a zero."""

_SHOWN_ROWS = 18
_FILE_COLUMNS = (
    "identifier", "display_name", "program", "platform", "instrument_type", "source_type",
    "first_ephemeris", "last_ephemeris", "ephemeris_records", "data_products",
)  # fmt: skip


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which sources are shown; an empty list means any."""

    text: str = ""
    """Words that all occur somewhere in a row."""
    programs: list[str] = []
    instrument_types: list[str] = []
    source_types: list[str] = []

    def params(self) -> dict[str, str]:
        """Return the parameters of an address that hold the choice."""
        return {
            "text": self.text.strip(),
            "program": ",".join(self.programs),
            "instrument": ",".join(self.instrument_types),
            "type": ",".join(self.source_types),
        }


def chosen(sources: Sequence[DataSource], choice: Choice) -> list[DataSource]:
    """Return the sources that fit `choice`, in the order given."""
    words = choice.text.casefold().split()
    return [
        source
        for source in sources
        if (not choice.programs or source.program in choice.programs)
        and (not choice.instrument_types or source.instrument_type in choice.instrument_types)
        and (not choice.source_types or source.source_type in choice.source_types)
        and all(word in _searchable(source) for word in words)
    ]


def _searchable(source: DataSource) -> str:
    parts = (
        source.display_name,
        source.platform,
        source.program,
        program_name(source.program or ""),
        source.instrument_type,
        source_type_name(source.source_type),
        str(source.identifier),
    )
    return " ".join(part for part in parts if part).casefold()


def choices(sources: Sequence[DataSource], attribute: str) -> list[dict[str, str]]:
    """Return the options of a list of programs, instrument types or source types, with counts."""
    counts = Counter(value for source in sources if (value := getattr(source, attribute)))
    written = {"program": program_name, "source_type": source_type_name}.get(attribute, str)
    options = [
        {"value": value, "label": f"{written(value)} ({count})"} for value, count in counts.items()
    ]
    return sorted(options, key=lambda option: option["label"].casefold())


def frame(sources: Sequence[DataSource], stats: dict[int, DataSourceStats] | None) -> pd.DataFrame:
    """Return the table as it is downloaded.

    Parameters
    ----------
    stats
        By identifier; None while they are not known. Of a source that is not in it nothing is known.
    """
    rows = []
    for source in sources:
        known = (stats or {}).get(source.identifier or 0)
        rows.append(
            (
                source.identifier,
                source.display_name,
                source.program,
                source.platform,
                source.instrument_type,
                source.source_type,
                known and known.earliest_ephemeris_loaded,
                known and known.latest_ephemeris_loaded,
                known and known.ephemeris_count,
                known and known.data_product_count,
            )
        )
    table = pd.DataFrame(rows, columns=list(_FILE_COLUMNS))
    for name in ("identifier", "ephemeris_records", "data_products"):
        table[name] = table[name].astype("Int64")
    for name in ("first_ephemeris", "last_ephemeris"):
        table[name] = pd.to_datetime(table[name], utc=True)
    return table


def grid_rows(
    sources: Sequence[DataSource], stats: dict[int, DataSourceStats] | None
) -> list[dict[str, Any]]:
    """Return the rows of the grid."""
    return [_grid_row(source, (stats or {}).get(source.identifier or 0)) for source in sources]


def _grid_row(source: DataSource, stats: DataSourceStats | None) -> dict[str, Any]:
    first, last = (
        (stats.earliest_ephemeris_loaded, stats.latest_ephemeris_loaded) if stats else (None, None)
    )
    return {
        "id": str(source.identifier),
        "name": {"text": source_name(source), "href": addresses.source(source.identifier or 0)},
        "program": program_name(source.program or ""),
        "platform": source.platform,
        "instrument_type": source.instrument_type,
        "source_type": source_type_name(source.source_type),
        "first": UNKNOWN if stats is None else format_date(first) if first else "none",
        "last": UNKNOWN if stats is None else format_date(last) if last else "none",
        "ephemeris": None if stats is None else stats.ephemeris_count,
        "products": None if stats is None else stats.data_product_count,
    }


_COUNT = {
    "type": "rightAligned",
    "valueFormatter": {
        "function": f"params.value == null ? '{UNKNOWN}' : d3.format(',')(params.value)"
    },
    "sortingOrder": ["desc", "asc", None],
}
_COLUMNS: list[dict[str, Any]] = [
    {
        "field": "name",
        "headerName": "Source",
        "cellRenderer": "PageLink",
        "minWidth": 170,
        "flex": 1,
        "comparator": {"function": "compareLinks"},
        "valueFormatter": {"function": "params.value.text"},
    },
    {"field": "program", "headerName": "Program", "width": 125},
    {"field": "platform", "headerName": "Platform", "width": 125},
    {"field": "instrument_type", "headerName": "Instrument type", "minWidth": 160, "flex": 1},
    {
        "field": "source_type",
        "headerName": "Where",
        "headerTooltip": "On the ground, or in which orbit",
        "width": 140,
    },
    {
        "field": "first",
        "headerName": "First record",
        "headerTooltip": "Day of the first ephemeris record, UTC",
        "width": 125,
    },
    {
        "field": "last",
        "headerName": "Last record",
        "headerTooltip": "Day of the last ephemeris record, UTC; some sources have predicted orbits",
        "width": 125,
    },
    {
        "field": "ephemeris",
        "headerName": "Records",
        "headerTooltip": "Ephemeris records, one a minute",
        "width": 115,
        **_COUNT,
    },
    {
        "field": "products",
        "headerName": "Data products",
        "headerTooltip": "Keograms, movies and the like",
        "width": 135,
        **_COUNT,
    },
    card_column(
        "name",
        "name",
        ("{program}, {source_type}", "{instrument_type}", "records {first} – {last}"),
        {
            "As listed": "",
            "By name": "name asc",
            "Latest record first": "last desc",
            "Most records first": "ephemeris desc",
        },
    ),
]


def grid(name: str, rows: list[dict[str, Any]], sort: str | None) -> dag.AgGrid:
    """Return the grid with its rows; it sorts by itself, at first in the order `sort`."""
    return dag.AgGrid(
        id=name,
        columnDefs=arranged(_COLUMNS, sort),
        rowData=rows,
        defaultColDef={"sortable": True, "resizable": True, "filter": False},
        getRowId="params.data.id",
        dashGridOptions={
            "rowHeight": ROW_PX,
            "tooltipShowDelay": 300,
            "animateRows": False,
            "suppressCellFocus": True,
            "localeText": {"noRowsToShow": "No source fits all that is chosen."},
        },
        className="ax-table ax-table--cards",
        style=height(_SHOWN_ROWS),
    )
