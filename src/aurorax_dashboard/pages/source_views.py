"""What stands on the page of one data source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
import pandas as pd
from dash import html

from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataSource,
    DataSourceStats,
    MetadataField,
)
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.head import copy_link_button, page_head
from aurorax_dashboard.components.notices import link_button
from aurorax_dashboard.components.source_table import UNKNOWN
from aurorax_dashboard.figures.drawing import Drawing, degrees_text
from aurorax_dashboard.figures.ground_track import ground_track
from aurorax_dashboard.figures.map_view import VIEWS, MapView, close_up, view_for
from aurorax_dashboard.queries.blocks import CRITERIA_TYPES, BlockKind, with_uniform_distance
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.queries.match import kind_of
from aurorax_dashboard.queries.names import program_name, source_name, source_type_name
from aurorax_dashboard.times import format_time, utc

_STILL = ("ground", "event_list", "not_applicable")
_AROUND_KM = 1_600
"""Radius of the map around what stands still."""
_SITE = "site"
_DISTANCE_KM = 500


def head(source: DataSource, links_id: str) -> html.Div:
    """Return the head of the page, with links that know no statistics yet."""
    about = [
        program_name(source.program or ""),
        source.instrument_type,
        source_type_name(source.source_type),
    ]
    return page_head(
        source_name(source),
        html.Div(links(source, None), id=links_id, className="ax-actions"),
        copy_link_button("this source"),
        lines=(html.P(" · ".join(part for part in about if part), className="ax-subline"),),
    )


def links(source: DataSource, stats: DataSourceStats | None) -> list[Any]:
    """Return the ways on from here, to the last day with data where that is known."""
    latest = stats.latest_ephemeris_loaded if stats else None
    names = {
        "program": source.program,
        "platform": source.platform,
        "instrument": source.instrument_type,
    }
    day = _last_day(latest)
    period = {} if day is None else {"start": format_time(day[0]), "end": format_time(day[1])}
    ways = [
        link_button("Its availability", addresses.availability(**names)),
        link_button("Its ephemeris", addresses.ephemeris(**names, **period)),
        link_button(
            "Show in Explorer", addresses.explorer(t=None if day is None else format_time(day[1]))
        ),
    ]
    if source.source_type == "ground":
        ways.insert(2, link_button("Its keograms", addresses.keograms(**names)))
    kind = kind_of(source)
    if kind is None:  # no search can hold it
        return ways
    try:
        search = addresses.search(_search(source, kind, day))
    except LinkError:
        return ways
    return [link_button("Search with it", search, primary=True), *ways]


def _last_day(latest: datetime | None) -> tuple[datetime, datetime] | None:
    """Return the day that ends with the last record, or now if that is in the future."""
    if latest is None:
        return None
    end = min(utc(latest), datetime.now(utc(latest).tzinfo)).replace(second=0, microsecond=0)
    return end - timedelta(days=1) + timedelta(minutes=1), end


def _search(
    source: DataSource, kind: BlockKind, day: tuple[datetime, datetime] | None
) -> ConjunctionQuery:
    """Return a conjunction search with this source in a block of a `kind`, the other side still open."""
    own: dict[str, Any] = {
        "programs": [source.program] if source.program else [],
        "platforms": [source.platform] if source.platform else [],
        "instrument_types": [source.instrument_type] if source.instrument_type else [],
    }
    other: BlockKind = "space" if kind == "ground" else "ground"
    sides: dict[str, Any] = {kind: [CRITERIA_TYPES[kind](**own)], other: [CRITERIA_TYPES[other]()]}
    query = ConjunctionQuery(start=day[0] if day else None, end=day[1] if day else None, **sides)
    return with_uniform_distance(query, _DISTANCE_KM)


def facts(source: DataSource, stats: DataSourceStats | None) -> list[Any]:
    """Return what is known of a source; what is not, or not yet, says so."""
    known = [
        ("Program", program_name(source.program or "")),
        ("Platform", source.platform),
        ("Instrument type", source.instrument_type),
        ("Where", source_type_name(source.source_type)),
        ("Ephemeris", _period(stats, "ephemeris")),
        ("Ephemeris records", _count(stats.ephemeris_count if stats else None)),
        ("Data products", _count(stats.data_product_count if stats else None)),
        ("Data products of", _period(stats, "data_product")),
        ("Kept by", source.owner),
        ("Number in AuroraX", str(source.identifier)),
        *((_spoken(key), _written(value)) for key, value in (source.metadata or {}).items()),
    ]
    return [
        html.H2("What it is"),
        html.Dl(
            [part for name, value in known if value for part in (html.Dt(name), html.Dd(value))],
            className="ax-kv",
        ),
    ]


def _spoken(key: str) -> str:
    """Return a field's name as words."""
    words = key.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _written(value: Any) -> str:
    """Return a value of a source's own metadata, which may be anything."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and set(value) == {"lat", "lon"}:
        try:
            return degrees_text(float(value["lat"]), float(value["lon"]))
        except (TypeError, ValueError):
            return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _count(count: int | None) -> str:
    return UNKNOWN if count is None else f"{count:,}"


def _period(stats: DataSourceStats | None, kind: str) -> str:
    if stats is None:
        return UNKNOWN
    first: datetime | None = getattr(stats, f"earliest_{kind}_loaded")
    last: datetime | None = getattr(stats, f"latest_{kind}_loaded")
    if first is None or last is None:
        return "none"
    return f"{format_time(first)} – {format_time(last)} UTC"


def view_choice(name: str, source: DataSource, view: str | None) -> html.Div:
    """Return the choice of the map's view; around a site there is none."""
    moving = source.source_type not in _STILL
    first = "north-america" if moving else _SITE
    return html.Div(
        dbc.RadioItems(
            id=name,
            options=[
                *([] if moving else [{"label": "Around the site", "value": _SITE}]),
                *({"label": one.title, "value": one.name} for one in VIEWS.values()),
            ],
            value=view if view in VIEWS else first,
            inline=True,
            className="ax-choice",
        ),
        className="ax-view-bar",
        role="group",
        **{"aria-label": "Map view"},
    )


def draw_map(records: pd.DataFrame, source: DataSource, view: MapView | None, dark: bool) -> Drawing:
    """Return the map of the `records` of one source; without a `view`, around where it is."""
    sources = pd.DataFrame(
        {"name": [source_name(source)], "source_type": [source.source_type]}, index=[source.identifier]
    )
    if view is None:
        placed = records.dropna(subset=["lat", "lon"])
        if source.source_type in _STILL and len(placed):
            first = placed.iloc[0]
            view = around_site(float(first["lat"]), float(first["lon"]))
        else:
            view = view_for(records["lat"], records["lon"])
    window = (records["epoch"].iloc[0], records["epoch"].iloc[-1])
    return ground_track(records, sources, view, window, dark=dark)


def around_site(lat: float, lon: float) -> MapView:
    """Return the view of the surroundings of a place."""
    view = close_up(lat, lon, _AROUND_KM)
    return replace(view, name=_SITE, title="around the site")


def schemas(source: DataSource) -> list[Any]:
    """Return the fields of the records of a source, a table for each kind."""
    return [
        _schema("Fields of its ephemeris records", source.ephemeris_metadata_schema or []),
        _schema("Fields of its data products", source.data_product_metadata_schema or []),
    ]


_TYPES = {
    "double": "number",
    "float": "number",
    "int": "whole number",
    "integer": "whole number",
    "long": "whole number",
    "bool": "true or false",
    "boolean": "true or false",
    "string": "text",
}


def _schema(title: str, fields: Sequence[MetadataField]) -> html.Section:
    if not fields:
        body: Any = html.P(
            "None are described; records may have positions and times only.", className="ax-muted"
        )
    else:
        body = html.Div(
            html.Table(
                [
                    html.Thead(
                        html.Tr(
                            [html.Th(text) for text in ("Field", "Type", "Allowed values", "Meaning")]
                        )
                    ),
                    html.Tbody([_field_row(one) for one in fields]),
                ],
                className="ax-fields-table",
            ),
            className="ax-scroll",
            tabIndex="0",
            role="region",
            **{"aria-label": title},
        )
    return html.Section([html.H2(title), body], className="ax-panel")


def _field_row(one: MetadataField) -> html.Tr:
    meaning = ". ".join(
        text.rstrip(".") for text in (one.description, one.additional_description) if text
    )
    if one.searchable is False:
        meaning = f"{meaning} (not for filters)" if meaning else "Not for filters"
    kind = (one.data_type or "").lower()
    return html.Tr(
        [
            html.Th(html.Code(one.field_name), scope="row"),
            html.Td(_TYPES.get(kind, one.data_type or "text")),
            html.Td(
                html.Ul(
                    [html.Li(value, className="ax-chip") for value in one.allowed_values],
                    className="ax-chips",
                )
                if one.allowed_values
                else html.Span("any", className="ax-muted")
            ),
            html.Td(meaning),
        ]
    )
