"""The application: wires settings, services, pages and background jobs, and hardens the server."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from dash import Dash
from diskcache import Cache
from flask import Flask, Response, request
from flask_talisman import Talisman
from werkzeug.middleware.proxy_fix import ProxyFix

from aurorax_dashboard.components import frame
from aurorax_dashboard.compression import compress
from aurorax_dashboard.pages import home, result, results, search
from aurorax_dashboard.searches.background import FollowManager
from aurorax_dashboard.services import Services
from aurorax_dashboard.settings import Settings, assets_folder

_MAX_REQUEST_BYTES = 4 * 1024 * 1024

_PAGE_PATHS = re.compile(r"/(search|results(/[0-9a-fA-F-]{36})?)?/?")
"""Addresses that are pages; Dash itself answers every other one with 200 and an empty frame."""

_CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # Plotly, the grid and Dash set styles on elements
    "img-src": "'self' data: blob:",  # Plotly draws and saves pictures as data and blob addresses
    "font-src": "'self' data:",  # the grid's icons are a font in its style sheet
    "connect-src": "'self'",
    "worker-src": "'self' blob:",  # the grid and Plotly start workers from blobs
    "object-src": "'none'",
    "base-uri": "'self'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}

_FEATURES_OFF = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
"""What a browser can do and no page of ours needs; the clipboard and full screen are not among them."""

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
""".replace("PREFIX", "/")
"""The document around every page. The theme's script stands first, so that nothing flashes in the wrong one."""


def create_app(settings: Settings) -> Dash:
    """Return the dashboard, ready for a WSGI server as ``.server``.

    Raises
    ------
    SettingsError
        If the assets were not installed.
    """
    assets = assets_folder()
    services = Services.open(settings)
    app = Dash(
        "aurorax_dashboard",
        server=_flask(settings),
        use_pages=True,
        pages_folder="",
        assets_folder=str(assets),
        background_callback_manager=FollowManager(settings.data_path / "jobs"),
        suppress_callback_exceptions=True,  # each page brings its own parts
        title="AuroraX Dashboard",
        update_title=None,
        include_pages_meta=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        index_string=_PAGE,
        on_error=frame.show_error,
        add_log_handler=False,
    )
    frame.register(app, services.client)
    for page in (home, search, results, result):
        page.register(app, services)
    app.layout = frame.layout
    protection = _protect(app.server)
    _warm_up(app)
    # Only now is every inline script known, whose hashes the policy has to list.
    protection.content_security_policy["script-src"] = " ".join(["'self'", *app.csp_hashes()])
    return app


def follow_manager(app: Dash) -> FollowManager:
    """Return what runs the background callbacks of `app`."""
    manager: FollowManager = app._background_manager  # Dash has no public way to it
    return manager


def _flask(settings: Settings) -> Flask:
    server = Flask("aurorax_dashboard", static_folder=None)
    server.secret_key = settings.secret_key or _kept_secret(settings.data_path / "secret")
    server.config["MAX_CONTENT_LENGTH"] = _MAX_REQUEST_BYTES
    compress(server)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        server.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # how Werkzeug's documentation does it
            server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops
        )

    @server.get("/health")
    def health() -> dict[str, str]:
        """Alive; says nothing of AuroraX, whose absence must not restart the dashboard."""
        return {"status": "ok"}

    @server.after_request
    def unknown_pages_are_not_found(response: Response) -> Response:
        if request.endpoint == "/<path:path>" and not _PAGE_PATHS.fullmatch(request.path):
            response.status_code = 404
        return response

    return server


def _kept_secret(directory: Path) -> str:
    """Return the secret that signs the handles of jobs: made once, the same in every worker.

    With a secret of its own in each worker, handles of one worker are worthless at the next.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Cache(str(directory)) as kept:
        kept.add("secret_key", secrets.token_hex(32))
        return str(kept["secret_key"])


def _warm_up(app: Dash) -> None:
    """Ask for one page before the first visitor does.

    Threads that race through Dash's own first request can be answered 500 on its scripts; and the
    pages' title script, whose hash the content policy needs, is registered by it.
    """
    app.server.test_client().get("/")


def _protect(server: Flask) -> Talisman:
    """Send the security headers with every answer."""
    protection = Talisman(
        server,
        content_security_policy=_CONTENT_POLICY,
        force_https=False,  # the router in front does that, and `make run` has no certificate
        strict_transport_security=True,  # sent over https only
        session_cookie_secure=False,  # there is no session cookie
        frame_options="DENY",
        referrer_policy="strict-origin-when-cross-origin",
        permissions_policy=dict.fromkeys(_FEATURES_OFF, "()"),
    )

    @server.after_request
    def isolate(response: Response) -> Response:
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-cache")  # scripts and assets have their own
        return response

    return protection
