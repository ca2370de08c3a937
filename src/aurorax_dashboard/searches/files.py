"""A result as a file: for spreadsheets, programs, calendars. Every file says where it comes from."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from cdflib.cdfwrite import CDF
from cdflib.epochs import CDFepoch

from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.judgements import Judgement
from aurorax_dashboard.searches.predictions import FACT, predicted
from aurorax_dashboard.searches.tables import SIMULATED, csv_bytes, facts

_UNITS: dict[str, tuple[str, str]] = {
    "number": ("", "Number of the conjunction in this result"),
    "start": ("UTC", "First epoch within the limits"),
    "end": ("UTC", "Last epoch within the limits"),
    "duration_min": ("min", "Minutes within the limits, first and last included"),
    "min_distance_km": ("km", "Smallest great-circle distance of any pair"),
    "max_distance_km": ("km", "Largest great-circle distance of any pair with a limit"),
    "closest_epoch": ("UTC", "When the smallest distance was reached"),
    "farthest_epoch": ("UTC", "When the largest distance was reached"),
    "conjunction_type": ("", "Positions compared: nbtrace, sbtrace (footprints) or geographic"),
    "between": ("", "Display names of the sources"),
    "predicted": ("", "Whether it lay in the future when it was retrieved: then it is a prediction"),
    "starred": ("", "Marked by the group"),
    "labels": ("", "Labels of the group"),
    "comments": ("", "Comments of the group"),
}
_SOURCE_PARTS = ("identifier", "program", "platform", "instrument_type", "display_name")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file comes from; it stands in every file."""

    title: str
    request_id: str
    server: str
    simulated: bool
    retrieved: datetime
    """When the result was fetched from the server; aware."""
    link: str
    """Address of the result in this dashboard."""
    query: str | None
    """What was asked, as JSON."""
    filters: Sequence[str] = field(default=())
    """Filters of the result that the file was made under, in words."""
    predictions: str = ""
    """How much of it is predicted, in a sentence; nothing where all of it had happened."""

    def facts(self) -> dict[str, str]:
        """Return what a reader needs to know, by name; the warning about simulated data first."""
        return facts(
            self.title,
            server=self.server,
            simulated=self.simulated,
            retrieved=self.retrieved,
            Request_id=self.request_id,
            Link=self.link,
            Only="; ".join(self.filters),
            **{FACT: self.predictions},
            Query=self.query or "",
        )


def flat(
    result: ConjunctionResult,
    rows: pd.DataFrame,
    judgements: Mapping[int, Judgement],
    retrieved: datetime | None = None,
) -> pd.DataFrame:
    """Return chosen `rows` of a result as one table that stands alone.

    Parameters
    ----------
    retrieved
        When the result was fetched; what had not happened then is marked as predicted.

    Returns
    -------
    DataFrame
        ``number`` (from 1, as the page counts), times (datetime64[ms, UTC]), distances (km), and for each
        block ``source_1_identifier``, ``source_1_program`` …; ``starred``, ``labels``, ``comments`` where
        anybody judged; ``predicted`` where any conjunction is. :func:`units` says what the columns are.
    """
    wide = pd.DataFrame({"number": rows.index.to_numpy() + 1})
    for name in _UNITS:
        if name in rows.columns:
            wide[name] = rows[name].to_numpy() if name not in _TIMES else rows[name].array
    for block in [name for name in rows.columns if name.startswith("source_")]:
        identifiers = rows[block].array
        wide[f"{block}_identifier"] = identifiers
        for part in _SOURCE_PARTS[1:]:
            wide[f"{block}_{part}"] = pd.Series(identifiers).map(result.sources[part]).array
    if retrieved is not None and (future := predicted(rows, retrieved)).any():
        wide["predicted"] = future
    if judgements:
        judged = [judgements.get(int(number), Judgement()) for number in rows.index]
        wide["starred"] = [each.starred for each in judged]
        wide["labels"] = ["; ".join(each.labels) for each in judged]
        wide["comments"] = [
            " | ".join(f"{c.author or 'somebody'}: {c.text}" for c in each.comments) for each in judged
        ]
    return wide


_PREDICTED = "Predicted from orbits as they were known when this was retrieved; run the search again."
_TIMES = ("start", "end", "closest_epoch", "farthest_epoch")


def units(column: str) -> tuple[str, str]:
    """Return unit and meaning of a column of :func:`flat`."""
    if column.startswith("source_"):
        _, block, part = column.split("_", 2)
        return "", f"Source of block {block}: {part.replace('_', ' ')}"
    return _UNITS[column]


def to_csv(table: pd.DataFrame, provenance: Provenance) -> bytes:
    """Return a table with its provenance in lines that begin with ``#``; times as ISO 8601 with Z."""
    return csv_bytes(table, provenance.facts(), {name: units(name) for name in table.columns})


def to_json(table: pd.DataFrame, provenance: Provenance) -> bytes:
    """Return an object with ``provenance``, ``units`` and ``conjunctions``; times as ISO 8601 with Z."""
    records = json.loads(table.to_json(orient="records", date_format="iso", date_unit="s"))
    document = {
        "provenance": provenance.facts(),
        "units": {
            name: dict(zip(("unit", "meaning"), units(name), strict=True)) for name in table.columns
        },
        "conjunctions": records,
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode()


def to_parquet(table: pd.DataFrame, provenance: Provenance) -> bytes:
    """Return Parquet with the provenance in the file's metadata and units in its fields'."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    described = [
        column.with_metadata(dict(zip(("unit", "meaning"), units(column.name), strict=True)))
        for column in arrow.schema
    ]
    metadata = {**(arrow.schema.metadata or {}), b"aurorax": json.dumps(provenance.facts()).encode()}
    buffer = io.BytesIO()
    pq.write_table(arrow.cast(pa.schema(described, metadata=metadata)), buffer)
    return buffer.getvalue()


def to_excel(table: pd.DataFrame, provenance: Provenance) -> bytes:
    """Return a workbook: the table with real dates and numbers, and a sheet on where it comes from."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = book.add_worksheet("Conjunctions")
        sheet.write_row(0, 0, table.columns, bold)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
        for place, name in enumerate(table.columns):
            _write_column(sheet, place, table[name], time)
            sheet.set_column(place, place, _width(name, table[name]))
        about = book.add_worksheet("About")
        meanings = [(name, " – ".join(filter(None, units(name)))) for name in table.columns]
        lines = [("What", "Said"), *provenance.facts().items(), ("", ""), *meanings]
        for row, line in enumerate(lines):
            about.write_row(row, 0, line, None if row else bold)
        about.set_column(0, 0, 28)
        about.set_column(1, 1, 110)
    return buffer.getvalue()


_EXCEL_DAY_0 = pd.Timestamp("1899-12-30", tz="UTC")
_WIDEST = 60
_LONGEST_CELL = 32_767


def _write_column(sheet: Any, place: int, column: pd.Series[Any], time: Any) -> None:
    """Write the values of a column below its name; missing ones leave their cells empty."""
    look, write = None, sheet.write_string
    values = column.astype(object)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        values = (column - _EXCEL_DAY_0) / pd.Timedelta(
            days=1
        )  # Excel knows no zones; the head says UTC
        look, write = time, sheet.write_number
    elif pd.api.types.is_bool_dtype(column):
        write = sheet.write_boolean
    elif pd.api.types.is_numeric_dtype(column):
        write = sheet.write_number
    else:
        values = values.str.slice(stop=_LONGEST_CELL)
    for row, (value, missing) in enumerate(zip(values.tolist(), values.isna(), strict=True), start=1):
        if not missing:
            write(row, place, value, look)


def _width(name: str, column: pd.Series[Any]) -> int:
    """Return the width of a column in letters."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return max(len(name), 19) + 3
    longest = column.astype(str).str.len().max() if len(column) else 0
    return int(min(max(len(name), longest, 6), _WIDEST)) + 3


def to_cdf(table: pd.DataFrame, provenance: Provenance) -> bytes:
    """Return a NASA CDF file: a variable for each column, times as TT2000."""
    said = provenance.facts()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "conjunctions.cdf"
        cdf = CDF(str(path), cdf_spec={"Compressed": 6})
        cdf.write_globalattrs({name.replace(" ", "_"): {0: text} for name, text in said.items()})
        for name in table.columns:
            kind, values = _cdf_values(table[name])
            unit, meaning = units(name)
            letters = (
                max((len(text.encode()) for text in values), default=0) if kind == CDF.CDF_CHAR else 1
            )
            spec = {
                "Variable": name,
                "Data_Type": kind,
                "Num_Elements": max(letters, 1),
                "Rec_Vary": True,
                "Dim_Sizes": [],
            }
            cdf.write_var(spec, var_attrs={"UNITS": unit or " ", "CATDESC": meaning}, var_data=values)
        cdf.close()
        return path.read_bytes()


def _cdf_values(column: pd.Series[Any]) -> tuple[int, Any]:
    """Return CDF type and values of a column."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        parts = [
            [t.year, t.month, t.day, t.hour, t.minute, t.second, 0, 0, 0]
            for t in column.dt.tz_localize(None)
        ]
        return CDF.CDF_TIME_TT2000, np.atleast_1d(
            CDFepoch.compute_tt2000(parts)
        ) if parts else np.array([])
    if pd.api.types.is_bool_dtype(column):
        return CDF.CDF_INT4, column.to_numpy(dtype="int32")
    if pd.api.types.is_integer_dtype(column):
        return CDF.CDF_INT8, column.fillna(-(2**31)).to_numpy(dtype="int64")
    if pd.api.types.is_float_dtype(column):
        return CDF.CDF_DOUBLE, column.to_numpy(dtype="float64")
    return CDF.CDF_CHAR, ["" if pd.isna(v) else str(v) for v in column]


def to_calendar(table: pd.DataFrame, provenance: Provenance) -> bytes:
    """Return a calendar file with an event for each conjunction, at its whole minutes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//AuroraX Dashboard//conjunctions//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", provenance.title)
    for row in table.to_dict("records"):
        event = icalendar.Event()
        event.add("uid", f"{provenance.request_id}-{row['number']}@aurorax-dashboard")
        event.add("dtstamp", provenance.retrieved.astimezone(UTC))
        event.add("dtstart", row["start"].to_pydatetime())
        event.add("dtend", row["end"].to_pydatetime() + timedelta(minutes=1))
        future = row.get("predicted", False)
        prefix = "Predicted: " * bool(future) + "Simulated: " * provenance.simulated
        event.add("summary", f"{prefix}{row['between']}, {row['min_distance_km']:.0f} km")
        said = [
            *([SIMULATED] if provenance.simulated else []),
            *([_PREDICTED] if future else []),
            f"Conjunction {row['number']} of {provenance.title}",
            f"Closest at {row['closest_epoch']:%Y-%m-%d %H:%M} UTC: {row['min_distance_km']:.1f} km",
        ]
        event.add("description", "\n".join(said))
        event.add("url", f"{provenance.link}?event={row['number']}")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
