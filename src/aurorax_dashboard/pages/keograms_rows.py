"""Nights below each other on one axis of 24 hours (UTC).

The rows are handed to the browser as data, and its script makes them (``assets/20-behaviour/keograms.js``):
Dash looks at each of its own components whenever anything changes, and a year of nights would be two
thousand of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import msgspec
from dash import html

from aurorax_dashboard.components import addresses
from aurorax_dashboard.queries.nights import DAY_MINUTES, Gap, Night, Product, holes, midnight
from aurorax_dashboard.times import format_date
from aurorax_dashboard.web.image_hosts import ImageHosts

_SHOWABLE = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
_HOURS = range(0, 25, 3)


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A picture on the hours of a day, or a place where there is none."""

    left: float
    """Where it begins and how wide it is, in percent of the day."""
    width: float
    text: str
    """What it shows, in words."""
    src: str = ""
    """Address of the picture."""
    gap: str = ""
    """What stands there in place of a picture."""


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the list: a night, or a gap of one or more of them."""

    name: str
    href: str = ""
    """Where it leads."""
    title: str = ""
    gap: str = ""
    """What is said where there is nothing at all."""
    large: bool = False
    parts: list[Part] = []


def shows(hosts: ImageHosts, url: str) -> bool:
    """Return whether a product is a picture that the dashboard can show."""
    return hosts.allows(url) and PurePosixPath(urlsplit(url).path).suffix.lower() in _SHOWABLE


def gap_row(gap: Gap, noun: str) -> Row:
    """Return the line that stands where there are no nights."""
    day = format_date(gap.first)
    if gap.days == 1:
        return Row(name=day, gap=f"no {noun}")
    return Row(name=f"{day} –", gap=f"{gap.days} nights without {noun}, to {format_date(gap.last)}")


def parts(hosts: ImageHosts, night: Night, variant: str, of: str, *, large: bool = False) -> list[Part]:
    """Return the pictures of a night on its 24 hours, what is missing between them said.

    Parameters
    ----------
    of
        Whose pictures they are, in words.
    """
    shown = night.shown(variant)
    return [
        *(_picture(hosts, night.day, product, of, large) for product in shown),
        *(_hole(night.day, start, stop) for start, stop in holes(shown)),
    ]


def _picture(hosts: ImageHosts, day: date, product: Product, of: str, large: bool) -> Part:
    last = product.stop - timedelta(minutes=1)
    kind = product.kind.replace("_", " ").capitalize()
    left, width = _place(day, product.start, product.stop)
    text = f"{kind} of {of}, {product.start:%H:%M} to {last:%H:%M} UTC"
    if not shows(hosts, product.url):
        return Part(left=left, width=width, text=text, gap="picture elsewhere")
    return Part(left=left, width=width, text=text, src=addresses.image(product.url, as_row=not large))


def _hole(day: date, start: datetime, stop: datetime) -> Part:
    left, width = _place(day, start, stop)
    text = f"No picture from {start:%H:%M} to {stop:%H:%M} UTC"
    return Part(left=left, width=width, text=text, gap="no picture")


def _place(day: date, start: datetime, stop: datetime) -> tuple[float, float]:
    """Return where on the day's hours a time begins and how long it is, in percent."""
    minutes = (start - midnight(day)).total_seconds() / 60
    length = (stop - start).total_seconds() / 60
    return round(100 * minutes / DAY_MINUTES, 3), round(100 * length / DAY_MINUTES, 3)


def stack(rows: Sequence[Row], *, label: str, **attributes: Any) -> html.Div:
    """Return `rows` below a ruler of hours that stays in sight."""
    data = {"data-rows": msgspec.json.encode(rows).decode(), "aria-label": label}
    return html.Div(
        [
            html.Div(
                [
                    html.Span("UTC", className="ax-night-name"),
                    html.Div(
                        [
                            html.Span(f"{hour:02d}", style={"left": f"{100 * hour / 24:.3f}%"})
                            for hour in _HOURS
                        ],
                        className="ax-hours-scale",
                    ),
                ],
                className="ax-hours",
                **{"aria-hidden": "true"},
            ),
            html.Ol(className="ax-night-rows", **data),
            html.Div(
                html.Div(
                    html.Div(html.Span(className="ax-cursor-time"), className="ax-cursor"),
                    className="ax-cursor-field",
                ),
                className="ax-cursor-layer",
            ),
        ],
        className="ax-nights",
        **attributes,
    )
