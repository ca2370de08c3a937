"""Security: the headers of every answer, and which requests are refused before anything looks at them."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_talisman import Talisman
from werkzeug.sansio.utils import host_is_trusted

from aurorax_dashboard.web.signin import OUR_OWN
from aurorax_dashboard.web.state import ROUTERS_PATHS

MAX_REQUEST_BYTES = 4 * 1024 * 1024

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

_NOT_OUR_NAME = (
    "This dashboard is not reached under this name. Who runs it names it in DASHBOARD_HOSTS, or sets PROXY_HOPS "
    "where a router stands in front."
)

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def protect(server: Flask) -> Talisman:
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


def allow_scripts(protection: Talisman, hashes: Collection[str]) -> None:
    """Let the inline scripts with these `hashes` run, and no other."""
    protection.content_security_policy["script-src"] = " ".join(["'self'", *hashes])


def trust_hosts(server: Flask, hosts: Collection[str]) -> None:
    """Answer only requests for one of the names `hosts`, any if empty.

    Under another name somebody made a name of theirs point to this machine, to read along. A router asks
    whether we live under whatever name it has for us.
    """
    if not hosts:
        return

    @server.before_request
    def only_under_our_names() -> None:
        if request.path in ROUTERS_PATHS or OUR_OWN in request.environ:
            return
        if not host_is_trusted(request.host, hosts):
            abort(400, _NOT_OUR_NAME)


def refuse_strangers(server: Flask) -> None:
    """Refuse what is too large, and what another site made a browser send.

    There is no cookie that a foreign page could ride on, but with a sign-in the browser adds its
    password by itself, and a dashboard on one's own machine asks for none: so what changes something
    must come from our own pages.
    """
    server.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES

    @server.before_request
    def only_our_own_pages() -> None:
        if request.method in _SAFE_METHODS:
            return
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is None and origin is not None:  # an old browser
            site = "same-origin" if urlsplit(origin).netloc == request.host else "cross-site"
        if site not in {None, "same-origin"}:
            abort(403, "This request was made by another site.")
