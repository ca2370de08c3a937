"""What the page of keograms shows: nights below each other, imagers below each other, products as cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from dash import dcc, html

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.head import csv_button, page_head
from aurorax_dashboard.components.notices import link_button, notice
from aurorax_dashboard.pages.keograms_asked import Asked
from aurorax_dashboard.pages.keograms_rows import Row, gap_row, parts, shows, stack
from aurorax_dashboard.queries.names import source_name
from aurorax_dashboard.queries.nights import Gap, Night, NightsOf, Product, with_gaps
from aurorax_dashboard.queries.products import KIND_NAMES
from aurorax_dashboard.searches.products import ProductResult
from aurorax_dashboard.times import format_date
from aurorax_dashboard.web.image_hosts import ImageHosts

MOST_ROWS = 800
"""Nights that a page shows below each other: more than two years."""

_SOME_NIGHTS = 27
"""Nights that are offered where only one was looked for."""


class Ids(StrEnum):
    """Names of the parts of the views."""

    SKY = "keograms-sky"
    EXPLORER = "keograms-explorer"
    CSV = "keograms-csv"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, ready to be shown."""

    result: ProductResult
    nights: NightsOf
    """Of the kind that is asked for."""
    sources: Mapping[int, DataSource]
    hosts: ImageHosts
    first: date
    last: date

    def name(self, identifier: int) -> str:
        """Return how a source is called."""
        source = self.sources.get(identifier)
        return source_name(source) if source else f"source {identifier}"

    def by_name(self) -> list[int]:
        """Return the sources that have anything, by name."""
        return sorted(self.nights, key=self.name)

    def main(self) -> int:
        """Return the source with most nights."""
        return max(self.by_name(), key=lambda identifier: len(self.nights[identifier]))


# ---- the list of nights ------------------------------------------------------------------------


def nights(found: Found, asked: Asked) -> html.Section:
    """Return the nights of one source below each other, with the choice of the others."""
    wanted = asked.of
    identifier = wanted if wanted is not None and wanted in found.nights else found.main()
    own = found.nights[identifier]
    rows = with_gaps(own, found.first, found.last)
    noun = KIND_NAMES[asked.kind].lower()
    all_nights = (found.last - found.first).days + 1
    return html.Section(
        [
            head(
                found,
                [
                    html.Strong(found.name(identifier)),
                    f": {noun} of {len(own):,} of {all_nights:,} night{'' if all_nights == 1 else 's'}",
                ],
            ),
            _chooser(found, asked, identifier),
            _truncated(len(rows)),
            stack(
                [_row(found, asked, identifier, row) for row in rows[:MOST_ROWS]],
                label=f"{KIND_NAMES[asked.kind]} of {found.name(identifier)} by night",
            )
            if asked.kind == "keogram"
            else _gallery(found, asked, rows[:MOST_ROWS]),
        ],
        className="ax-keograms",
    )


def head(found: Found, children: list[Any]) -> html.Div:
    """Return the headline, with what may be done with all that was found."""
    stamp = (
        html.Span(
            "Simulated pictures",
            className="ax-badge ax-badge--simulated",
            title="Drawn from a simulation; nothing was observed.",
        )
        if found.result.simulated
        else None
    )
    return page_head(
        html.H2([*children, " ", stamp], className="ax-headline"),
        csv_button(Ids.CSV, title="The list of all data products found, with their addresses"),
    )


def _chooser(found: Found, asked: Asked, shown: int | None) -> html.Nav | None:
    """Return links to the other sources, where there are any."""
    if len(found.nights) < 2:
        return None
    return html.Nav(
        [
            dcc.Link(
                found.name(identifier),
                href=asked.but(of=identifier, night=None, t="").address,
                className="ax-chip" + (" active" if identifier == shown else ""),
            )
            for identifier in found.by_name()
        ],
        className="ax-chips",
        **{"aria-label": "Imagers"},
    )


def _truncated(count: int) -> html.P | None:
    if count <= MOST_ROWS:
        return None
    return html.P(
        f"The first {MOST_ROWS} of {count:,} rows are shown. Choose a shorter period to see the others.",
        className="ax-caution",
    )


def _row(found: Found, asked: Asked, identifier: int, row: Night | Gap) -> Row:
    """Return the line of one night, or of the gap where it would be."""
    if isinstance(row, Gap):
        return gap_row(row, KIND_NAMES[asked.kind].lower())
    day = format_date(row.day)
    return Row(
        name=day,
        href=asked.but(of=identifier, night=row.day, t="").address,
        title=f"Open {day}",
        parts=parts(found.hosts, row, asked.variant, f"{found.name(identifier)}, {day}"),
    )


# ---- one night of several sources --------------------------------------------------------------


def imagers(found: Found, asked: Asked, night: date) -> html.Section:
    """Return one night of all sources below each other, with a cursor through all of them."""
    day = format_date(night)
    having = [identifier for identifier in found.by_name() if night in found.nights[identifier]]
    rows = [_imager(found, asked, identifier, night) for identifier in found.by_name()]
    return html.Section(
        [
            head(
                found,
                [
                    html.Strong(day, className="text-nowrap"),
                    f": {len(having)} of {len(found.nights)} imagers had pictures",
                ],
            ),
            html.Div(
                [*steps(asked.but(of=None), night, found), more_nights(asked.but(of=None), night)],
                className="ax-actions ax-night-steps",
            ),
            stack(rows, label=f"{KIND_NAMES[asked.kind]} of {day} by imager")
            if asked.kind == "keogram"
            else _gallery(
                found,
                asked,
                [found.nights[identifier][night] for identifier in having],
                by_source=True,
            ),
        ],
        className="ax-keograms ax-keograms--imagers",
    )


def more_nights(asked: Asked, night: date) -> dcc.Link:
    """Return the way to the nights that were looked for, or to some from `night` on where it was only one."""
    rest, days = asked.but(night=None, t=""), asked.days()
    if days and days[0] < days[1]:
        return link_button("All nights", rest.address)
    return link_button(f"{_SOME_NIGHTS} nights", rest.during(night, _SOME_NIGHTS).address)


def _imager(found: Found, asked: Asked, identifier: int, night: date) -> Row:
    """Return the line of one source in the list of those of one night."""
    name, day = found.name(identifier), format_date(night)
    own = found.nights[identifier].get(night)
    if own is None:
        return Row(name=name, gap=f"no {KIND_NAMES[asked.kind].lower()}")
    return Row(
        name=name,
        href=asked.but(of=identifier, night=night).address,
        title=f"Open {name}, {day}",
        parts=parts(found.hosts, own, asked.variant, f"{name}, {day}"),
    )


def steps(asked: Asked, night: date, found: Found | None = None) -> list[Any]:
    """Return the ways to the night before and after; with `found`, within its period if that is longer."""
    alone = found is not None and found.first == found.last

    def way(text: str, days: int, name: str, title: str) -> Any:
        day = night + timedelta(days=days)
        if found is not None and not alone and not found.first <= day <= found.last:
            return html.Span(text, className="btn btn-outline-secondary disabled")
        to = asked.but(night=None).during(day, 1) if alone else asked.but(night=day)
        return dcc.Link(
            text,
            href=to.address,
            className=f"btn btn-outline-secondary {name}",
            title=f"{format_date(day)}, key {title}",
        )

    return [
        way("← Previous night", -1, "ax-night-before", "["),
        way("Next night →", 1, "ax-night-after", "]"),
    ]


# ---- products that are no lines of time ----------------------------------------------------------


def _gallery(
    found: Found, asked: Asked, rows: Iterable[Night | Gap], *, by_source: bool = False
) -> html.Div:
    """Return products as cards, night by night; gaps between them said."""
    children: list[Any] = []
    for row in rows:
        if isinstance(row, Gap):
            span = format_date(row.first) + ("" if row.days == 1 else f" – {format_date(row.last)}")
            children.append(
                html.P(f"{span}: no {KIND_NAMES[asked.kind].lower()}", className="ax-gallery-gap")
            )
            continue
        heading = found.name(row.identifier) if by_source else format_date(row.day)
        address = asked.but(of=row.identifier, night=row.day).address
        children += [
            html.H3(dcc.Link(heading, href=address)),
            html.Div(
                [card(found.hosts, product, found.name(row.identifier)) for product in row.products],
                className="ax-gallery-cards",
            ),
        ]
    return html.Div(children, className="ax-gallery")


def card(hosts: ImageHosts, product: Product, of: str) -> html.Div:
    """Return one product as a card: shown here where it is a picture from a host we know, else a link."""
    last = product.stop - timedelta(minutes=1)
    kind = product.kind.replace("_", " ")
    title = f"{kind.capitalize()}, {variant_name(product.variant)}"
    when = f"{product.start:%H:%M}–{last:%H:%M} UTC"
    picture: Any = None
    if shows(hosts, product.url):
        image = html.Img(
            alt=f"{title} of {of}, {format_date(product.start)}, {when}",
            **{"data-src": addresses.image(product.url)},
        )
        lost = html.Span("picture missing", className="ax-lost")
        folded = product.kind == "movie"
        picture = html.Details(
            [html.Summary("Play" if folded else "Picture"), html.Div([image, lost])], open=not folded
        )
    return html.Div(
        [
            html.Div([html.Strong(title), html.Span(when, className="ax-num ax-muted")]),
            picture,
            original_link(hosts, product.url),
        ],
        className="ax-gallery-card",
    )


def variant_name(variant: str) -> str:
    """Return a variant as people read it: ``daily, hires 200px`` for ``daily_hires_200px``."""
    first, _, rest = variant.partition("_")
    return f"{first}, {rest.replace('_', ' ')}" if rest else first


def original_link(hosts: ImageHosts, url: str) -> html.A | html.Span:
    """Return the link to a product where it really is.

    The AuroraX server's own files are reached through the dashboard: its server may be on a machine
    that nobody else reaches.
    """
    try:
        parts = urlsplit(url)
        own = hosts.is_own(parts)
    except ValueError:  # brackets that do not close, or a port that is none
        parts, own = urlsplit(""), False
    if parts.scheme not in {"http", "https"}:
        return html.Span("The address of this product is no web address.", className="ax-muted")
    return html.A(
        "Original file",
        href=addresses.image(url) if own else url,
        target="_blank",
        rel="noopener noreferrer",
        title=url,
    )


# ---- nothing -------------------------------------------------------------------------------------


def empty(asked: Asked) -> html.Section:
    """Return what is said where nothing was found."""
    sentence = (
        "No product fits all that was asked."
        if not asked.filters.expressions
        else "No product fits all that was asked, its metadata filters included."
    )
    return notice(
        f"There are no {KIND_NAMES[asked.kind].lower()} in these nights",
        f"{sentence} Imagers rest in summer, when nights are bright, and programs began in different years.",
        link_button(
            "See when there are data products",
            addresses.availability(
                program=",".join(asked.programs) or None,
                platform=",".join(asked.platforms) or None,
                instrument=",".join(asked.instrument_types) or None,
                start=asked.start,
                end=asked.end,
            ),
            primary=True,
        ),
    )
