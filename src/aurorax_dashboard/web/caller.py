"""Who is asking: the name somebody signed in with, else their address."""

from __future__ import annotations

from flask import g, request

SIGNED_IN = "signed_in"
"""Where the sign-in leaves the name it has verified, in ``flask.g``; what a browser sends is not believed."""


def caller() -> str:
    """Return what tells the person apart whose request is being answered."""
    return g.get(SIGNED_IN) or request.remote_addr or "unknown"
