"""The application: wires settings, services, pages and background jobs, and hardens the server."""

from __future__ import annotations

import re
import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Any

from dash import Dash, State
from diskcache import Cache
from flask import Flask, Response, request, send_file
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from aurorax_dashboard.api.bytestore import DiskStore
from aurorax_dashboard.components import addresses, ahead, following, frame, hint, runs, shortcuts
from aurorax_dashboard.pages import (
    availability,
    conjunction,
    ephemeris,
    explorer,
    guide,
    home,
    keograms,
    missing,
    result,
    results,
    search,
    source,
    sources,
)
from aurorax_dashboard.searches.background import job_manager
from aurorax_dashboard.services import Services
from aurorax_dashboard.settings import Settings, SettingsError, assets_folder, check_data_folder
from aurorax_dashboard.web.callbacks import refuse_forged
from aurorax_dashboard.web.caller import caller
from aurorax_dashboard.web.compression import compress
from aurorax_dashboard.web.image_hosts import ImageHosts
from aurorax_dashboard.web.images import Images, serve_images
from aurorax_dashboard.web.logs import number_requests
from aurorax_dashboard.web.protection import allow_scripts, protect, refuse_strangers, trust_hosts
from aurorax_dashboard.web.signin import OUR_OWN, SignInError, read_users, require_sign_in
from aurorax_dashboard.web.state import answer_health, measure_requests

_PAGE_PATHS = re.compile(
    r"/(availability|guide|search|results(/[0-9a-fA-F-]{36}(/[0-9]+)?)?|sources(/[0-9]+)?|explorer|keograms|ephemeris)?/?"
)
"""Addresses that are pages; Dash itself answers every other one with 200 and an empty frame."""

_PLOTLY = Path("plotly/plotly.min.js")
"""plotly.js among the assets, with the kinds of traces that our figures use."""

_PLOTLY_OF_DASH = "/_dash-component-suites/plotly/package_data/plotly.min.js"
"""Where Dash looks for plotly.js."""

_PAGE = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="PREFIXassets/favicon.svg">
    {%favicon%}
    <script src="PREFIXassets/20-behaviour/theme.js"></script>
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>
"""
"""The document around every page; PREFIX is the path the dashboard is under.

The theme's script stands first, so that nothing flashes in the wrong one.
"""


def create_app(settings: Settings) -> Dash:
    """Return the dashboard, ready for a WSGI server as ``.server``.

    Raises
    ------
    SettingsError
        If the assets were not installed, the data folder cannot be used, or the list of users not be read.
    """
    assets = assets_folder()
    check_data_folder(settings)
    services = Services.open(settings)
    server = _flask(settings, services)
    # The one that Dash brings holds every kind of trace, three times the bytes for the browser to start.
    server.add_url_rule(_PLOTLY_OF_DASH, "plotly", lambda: send_file(assets / _PLOTLY))
    app = Dash(
        "aurorax_dashboard",
        server=server,
        routes_pathname_prefix="/",  # the server takes the prefix off
        requests_pathname_prefix=settings.prefix,
        use_pages=True,
        routing_callback_inputs={addresses.PATHNAME: State("_pages_location", "pathname")},
        pages_folder="",
        assets_folder=str(assets),
        assets_ignore=_PLOTLY.name,  # fetched with the first figure
        background_callback_manager=job_manager(settings),
        suppress_callback_exceptions=True,  # each page brings its own parts
        title="AuroraX Dashboard",
        update_title=None,
        include_pages_meta=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        index_string=_PAGE.replace("PREFIX", settings.prefix),
        on_error=frame.show_error,
        add_log_handler=False,
    )
    frame.register(app, services.client)
    shortcuts.register(app)
    hint.register(app)
    ahead.register(app)
    following.register(
        app,
        services.follows,
        services.hurried,
        {
            "conjunctions": services.follow_conjunctions,
            "ephemeris": services.follow_ephemeris,
            "data_products": services.follow_data_products,
        },
    )
    runs.register(
        app,
        services.store,
        services.follows,
        services.hurried,
        lambda request_id: services.start_again(request_id, caller()),
        frame.Ids.RECENT,
    )
    for page in (
        home,
        guide,
        search,
        results,
        result,
        conjunction,
        sources,
        source,
        explorer,
        keograms,
        ephemeris,
        availability,
        missing,
    ):
        page.register(app, services)
    app.layout = frame.layout
    refuse_forged(app)
    protection = protect(server)
    _warm_up(server)
    # Only now is every inline script known, whose hashes the policy has to list.
    allow_scripts(protection, app.csp_hashes())
    return app


def manager_of(app: Dash) -> Any:
    """Return what runs the background callbacks of `app`."""
    return app._background_manager  # Dash has no public way to it


def _flask(settings: Settings, services: Services) -> Flask:
    server = Flask("aurorax_dashboard", static_folder=None)
    server.secret_key = settings.secret_key or _kept_secret(settings.data_path / "secret")
    number_requests(server)
    if settings.metrics:
        measure_requests(server)
    trust_hosts(server, settings.trusted_hosts)
    refuse_strangers(server)
    require_sign_in(server, _users(settings))
    compress(server)
    answer_health(
        server,
        {"store": services.check_store},
        {"cache": services.check_cache, "AuroraX": services.check_server},
    )
    serve_images(
        server,
        Images(
            ImageHosts.of(settings.api_url, settings.picture_hosts),
            DiskStore(settings.data_path / "images", settings.image_cache_mb * 1_000_000),
        ),
    )
    _find_behind_proxies(server, settings)

    @server.after_request
    def unknown_pages_are_not_found(response: Response) -> Response:
        is_page = request.endpoint == "/<path:path>" and response.status_code == HTTPStatus.OK
        if is_page and not _PAGE_PATHS.fullmatch(request.path):
            response.status_code = HTTPStatus.NOT_FOUND
        return response

    return server


def _users(settings: Settings) -> dict[str, str]:
    try:
        return read_users(settings.users or "")
    except SignInError as error:
        raise SettingsError(f"The environment does not fit: DASHBOARD_USERS: {error}") from None


def _find_behind_proxies(server: Flask, settings: Settings) -> None:
    """Believe the headers of the proxies in front, and take the path off under which they show us."""
    application = server.wsgi_app
    if settings.prefix != "/":
        # A proxy may also take it off itself.
        application = DispatcherMiddleware(application, {settings.prefix.rstrip("/"): application})
    if hops := settings.proxy_hops:
        application = ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops)
    server.wsgi_app = application  # type: ignore[method-assign]  # as Werkzeug's documentation has it


def _kept_secret(directory: Path) -> str:
    """Return the secret that signs the handles of jobs: made once, the same in every worker.

    With a secret of its own in each worker, handles of one worker are worthless at the next.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Cache(str(directory)) as kept:
        kept.add("secret_key", secrets.token_hex(32))
        return str(kept["secret_key"])


def _warm_up(server: Flask) -> None:
    """Ask for one page before the first visitor does.

    Threads that race through Dash's own first request can be answered 500 on its scripts; and the
    pages' title script, whose hash the content policy needs, is registered by it.
    """
    server.test_client().get("/", environ_overrides={OUR_OWN: True})
