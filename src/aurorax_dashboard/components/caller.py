"""Who is asking: the name somebody signed in with, else their address."""

from __future__ import annotations

from flask import request


def caller() -> str:
    """Return what tells the person apart whose request is being answered."""
    signed_in = request.authorization.username if request.authorization else None
    return signed_in or request.remote_addr or "unknown"
