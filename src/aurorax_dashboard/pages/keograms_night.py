"""One night of one imager, large: its keogram under a cursor, and everything else there is of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from dash import dcc, html

from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataSource,
    GroundCriteria,
    SpaceCriteria,
)
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.notices import link_button
from aurorax_dashboard.pages import keograms_views as views
from aurorax_dashboard.pages.keograms_asked import Asked
from aurorax_dashboard.pages.keograms_rows import Row, parts, stack
from aurorax_dashboard.pages.keograms_views import Found, Ids
from aurorax_dashboard.queries.match import NAME_FIELDS, name_of
from aurorax_dashboard.queries.nights import Night, nights_of
from aurorax_dashboard.queries.products import KIND_NAMES, ProductKind
from aurorax_dashboard.times import format_date

_NOON = 720
_DISTANCE_KM = 500.0
_PAIR = "ground1-space1"


def night(found: Found, asked: Asked, identifier: int, day: date) -> html.Section:
    """Return one night of one source.

    Parameters
    ----------
    found
        Everything that there is of this night and source, of any kind.
    """
    own = found.nights.get(identifier, {}).get(day)
    name, text = found.name(identifier), format_date(day)
    return html.Section(
        [
            views.head(found, [html.Strong(name), ", ", html.Span(text, className="text-nowrap")]),
            html.Div(
                [
                    *views.steps(asked.but(t=asked.t), day),
                    link_button(
                        "All imagers of this night", _imagers(found, asked, identifier, day).address
                    ),
                    views.more_nights(_named(found, asked, identifier).but(of=identifier), day),
                ],
                className="ax-actions ax-night-steps",
            ),
            _no_keogram() if own is None else _sky(found, asked, own, f"{name}, {text}"),
            html.Div(_ways(found, asked, identifier, day), className="ax-actions"),
            *_others(found, identifier, day, name),
        ],
        className="ax-keograms ax-keograms--night",
    )


def _named(found: Found, asked: Asked, identifier: int) -> Asked:
    """Return the same with the names of the source, where the address names none."""
    source = found.sources.get(identifier)
    if asked.names or source is None:
        return asked
    names = {field: (name,) for field in NAME_FIELDS if (name := name_of(source, field)) is not None}
    return asked.but(**names)


def _imagers(found: Found, asked: Asked, identifier: int, day: date) -> Asked:
    """Return this night of all that was looked for; of the source's program, where it alone was."""
    if asked.names:
        return asked.but(of=None)
    return (
        _named(found, asked, identifier).but(of=None, platforms=(), instrument_types=()).during(day, 1)
    )


def _no_keogram() -> html.P:
    return html.P(
        "There is no keogram of this night. The imager may not have run, or nothing was made of it yet.",
        className="ax-track ax-track--gap ax-track--large",
    )


def _sky(found: Found, asked: Asked, own: Night, of: str) -> html.Div:
    """Return the keogram with its ruler, cursor, and the other pictures there are of the same time."""
    variants = own.variants()
    shown = asked.variant if asked.variant in variants else variants[0]
    row = Row(name="north ↑", large=True, parts=parts(found.hosts, own, shown, of, large=True))
    minute = _minute(asked.t)
    return html.Div(
        [
            stack(
                [row],
                label=f"Keogram of {of}",
                id=Ids.SKY,
                role="slider",
                tabIndex="0",
                **{
                    "aria-label": "Time of day under the cursor",
                    "aria-valuemin": "0",
                    "aria-valuemax": "1439",
                    "aria-valuenow": str(minute),
                    "aria-valuetext": f"{minute // 60:02d}:{minute % 60:02d} UTC",
                    "data-day": format_date(own.day),
                    "data-minute": str(minute),
                    "data-explorer": addresses.explorer(),
                },
            ),
            html.P(
                "Drag the line, or move it with ← and → (a minute), Shift (ten), Page Up and Page Down (an hour). "
                "[ and ] turn to the night before and after.",
                className="form-text",
            ),
            html.Nav(
                [
                    html.Span("Pictures: ", className="form-text"),
                    *(
                        dcc.Link(
                            views.variant_name(variant),
                            href=asked.but(variant=variant).address,
                            className="ax-chip" + (" active" if variant == shown else ""),
                        )
                        for variant in variants
                    ),
                    *_originals(found, own, shown),
                ],
                className="ax-chips",
                **{"aria-label": "Pictures of this night"},
            ),
        ]
    )


def _minute(t: str) -> int:
    """Return the minute of the day of ``05:58``; noon without one, where no night has its end."""
    return int(t[:2]) * 60 + int(t[3:]) if t else _NOON


def _originals(found: Found, own: Night, variant: str) -> list[Any]:
    """Return the links to the files that are shown; of many, only one that stands for a whole night."""
    files = own.shown(variant)
    return [views.original_link(found.hosts, files[0].url)] if len(files) == 1 else []


def _ways(found: Found, asked: Asked, identifier: int, day: date) -> list[Any]:
    minute = _minute(asked.t)
    clock = f"{minute // 60:02d}:{minute % 60:02d}"
    ways: list[Any] = [
        dcc.Link(
            f"What was where at {clock}",
            id=Ids.EXPLORER,
            href=addresses.explorer(t=f"{format_date(day)} {clock}"),
            className="btn btn-outline-secondary",
        )
    ]
    source = found.sources.get(identifier)
    if source is not None:
        ways.insert(
            0,
            link_button(
                "Conjunctions of this night",
                addresses.search(conjunctions(source, day)),
                primary=True,
                icon_name="search",
            ),
        )
    return ways


def conjunctions(source: DataSource, day: date) -> ConjunctionQuery:
    """Return the search for whatever spacecraft passed over `source` that day."""
    own = {field: [name] for field in NAME_FIELDS if (name := name_of(source, field)) is not None}
    text = format_date(day)
    return msgspec.convert(
        {
            "start": f"{text}T00:00:00",
            "end": f"{text}T23:59:59",
            "ground": [msgspec.to_builtins(msgspec.convert(own, GroundCriteria))],
            "space": [msgspec.to_builtins(SpaceCriteria())],
            "max_distances": {_PAIR: _DISTANCE_KM},
        },
        ConjunctionQuery,
    )


def _others(found: Found, identifier: int, day: date, name: str) -> list[Any]:
    """Return the cards of movies, montages and summary plots of the same night."""
    kinds: Sequence[ProductKind] = ("summary_plot", "movie", "montage")
    parts: list[Any] = []
    for kind in kinds:
        own = nights_of(found.result.products, kind).get(identifier, {}).get(day)
        if own is None:
            continue
        daily = [product for product in own.products if product.whole_night]
        hourly = [product for product in own.products if not product.whole_night]
        cards = [views.card(found.hosts, product, name) for product in daily]
        parts.append(html.H3(KIND_NAMES[kind]))
        if cards:
            parts.append(html.Div(cards, className="ax-gallery-cards"))
        if hourly:
            parts.append(
                html.Details(
                    [
                        html.Summary(f"{len(hourly)} of single hours"),
                        html.Div(
                            [views.card(found.hosts, product, name) for product in hourly],
                            className="ax-gallery-cards",
                        ),
                    ]
                )
            )
    return [html.Div(parts, className="ax-gallery")] if parts else []
