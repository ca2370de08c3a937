"""What surrounds every page: navigation, where the data come from, the UTC clock, light and dark."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from enum import StrEnum

import dash
import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html, set_props

from aurorax_dashboard.api.client import AuroraXClient, ServerIdentity
from aurorax_dashboard.api.errors import AuroraXError, TryLaterError
from aurorax_dashboard.api.health import ServerHealth
from aurorax_dashboard.components import addresses, following, runs, shortcuts
from aurorax_dashboard.components.notices import icon, toast
from aurorax_dashboard.searches.tables import made_by
from aurorax_dashboard.times import format_time, utc

_LOG = logging.getLogger(__name__)

_BADGE_INTERVAL_MS = 30_000


class Ids(StrEnum):
    """Names of the frame's parts."""

    BADGE = "badge"
    BADGE_CLOCK = "badge-clock"
    BADGE_HELP = "badge-help"
    CLOCK = "utc-clock"
    THEME = "theme"
    THEME_SWITCH = "theme-switch"
    RECENT = "recent-searches"
    TOASTS = "toasts"


def layout() -> html.Div:
    """Return the frame with the place for the page in it."""
    return html.Div(
        [
            html.A("Skip to content", href="#content", className="ax-skip"),
            _header(),
            html.Main(dash.page_container, id="content", className="ax-main", tabIndex="-1"),
            html.Div(id=Ids.TOASTS, className="ax-toasts", **{"aria-live": "polite"}),
            dcc.Interval(id=Ids.BADGE_CLOCK, interval=_BADGE_INTERVAL_MS),
            dcc.Store(id=Ids.THEME),
            dcc.Store(id=Ids.RECENT, storage_type="local"),
            runs.drawer(),
            shortcuts.dialog(),
            *following.stores(),
        ],
        className="ax-frame",
    )


def _header() -> html.Header:
    links = [
        ("Search", addresses.search()),
        ("Results", addresses.results()),
        ("Availability", addresses.availability()),
        ("Explorer", addresses.explorer()),
        ("Keograms", addresses.keograms()),
        ("Ephemeris", addresses.ephemeris()),
        ("Sources", addresses.sources()),
    ]
    return html.Header(
        [
            dcc.Link(
                [
                    html.Img(src=dash.get_asset_url("favicon.svg"), alt=""),
                    html.Span("AuroraX Dashboard"),
                ],
                href=addresses.home(),
                className="ax-brand",
            ),
            html.Nav(
                [dbc.NavLink(name, href=href, active="partial") for name, href in links],
                className="ax-nav",
                **{"aria-label": "Pages"},
            ),
            html.Div(
                [
                    runs.button(),
                    html.Span(id=Ids.BADGE, className="ax-badge", role="status", tabIndex="0"),
                    dbc.Popover(
                        id=Ids.BADGE_HELP, target=Ids.BADGE, trigger="hover focus", placement="bottom"
                    ),
                    html.Span(
                        id=Ids.CLOCK,
                        className="ax-clock ax-num",
                        title="Coordinated Universal Time",
                        role="timer",
                    ),
                    shortcuts.button(),
                    html.Button(
                        icon("circle-half"),
                        id=Ids.THEME_SWITCH,
                        className="ax-icon-button",
                        title="Light or dark",
                        **{"aria-label": "Switch between light and dark"},
                    ),
                ],
                className="ax-tools",
            ),
        ],
        className="ax-bar",
        **{"data-made-by": made_by()},
    )


def origin(client: AuroraXClient) -> tuple[str, str, str]:
    """Return text, CSS class and explanation of where the data come from."""
    host = client.base_url.split("://", 1)[-1]
    try:
        identity = client.identity()
    except TryLaterError:
        identity = ServerIdentity(host)  # never seen so far; its health says so
    health = client.health()
    if since := health.maintenance_since:
        said = f"{host} has been in maintenance since {format_time(since)} UTC"
        return _absent("AuroraX in maintenance", said, health)
    if since := health.unreachable_since:
        said = f"{host} has not answered since {format_time(since)} UTC"
        return _absent("AuroraX unreachable", said, health)
    if identity.live:
        return (
            f"Live · {host}",
            "ax-badge ax-badge--live",
            f"Data come from the AuroraX platform at {host}.",
        )
    if identity.simulated:
        return (
            "Simulated archive",
            "ax-badge ax-badge--simulated",
            "Sources, stations and orbits are real; positions are propagated, imaging nights, weather and "
            "classifications are invented, so no result is an observation. Set AURORAX_API_URL to "
            "https://api.aurorax.space and start again for the platform's own data.",
        )
    return (
        f"Server · {host}",
        "ax-badge ax-badge--live",
        f"Data come from the AuroraX-compatible server at {host}.",
    )


def _absent(text: str, said: str, health: ServerHealth) -> tuple[str, str, str]:
    """Return the same of a server that serves nobody now."""
    if last := health.last_success:
        date, time = format_time(last).split()
        today = utc(last).date() == datetime.now(UTC).date()
        text += f" · showing cached data from {time if today else f'{date} {time}'} UTC"
    again = f"at {utc(health.next_try):%H:%M:%S} UTC" if health.next_try else "every half minute"
    return (
        text,
        "ax-badge ax-badge--down",
        f"{said}. What was seen before is still shown; new searches have to wait. It is tried again {again}.",
    )


def register(app: Dash, client: AuroraXClient) -> None:
    """Add the callbacks of the frame to `app`."""

    @app.callback(
        Output(Ids.BADGE, "children"),
        Output(Ids.BADGE, "className"),
        Output(Ids.BADGE_HELP, "children"),
        Input(Ids.BADGE_CLOCK, "n_intervals"),
    )
    def refresh_badge(_ticks: int | None) -> tuple[str, str, dbc.PopoverBody]:
        text, name, explanation = origin(client)
        return text, name, dbc.PopoverBody(explanation)

    app.clientside_callback(
        ClientsideFunction("theme", "toggle"),
        Output(Ids.THEME, "data"),
        Input(Ids.THEME_SWITCH, "n_clicks"),
    )


def show_error(error: Exception) -> None:
    """Say in the corner what went wrong in a callback; what it would have changed stays as it is."""
    _LOG.error("A callback failed", exc_info=error)
    if isinstance(error, AuroraXError):
        shown = toast("That did not work", error.sentence)
    else:
        shown = toast(
            "Something went wrong in the dashboard", "Nothing was lost. Reload the page and try again."
        )
    set_props(Ids.TOASTS, {"children": shown})
