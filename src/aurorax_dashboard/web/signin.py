"""An optional sign-in for a group: names and hashed passwords from the environment, asked by the browser.

``python -m aurorax_dashboard.web.signin NAME`` asks for a password and prints the entry for
``DASHBOARD_USERS``.
"""

from __future__ import annotations

import getpass
import hmac
import re
import sys
from collections import OrderedDict
from collections.abc import Mapping
from secrets import token_bytes

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from flask_httpauth import HTTPBasicAuth
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.security import check_password_hash, generate_password_hash

from aurorax_dashboard.web.caller import SIGNED_IN
from aurorax_dashboard.web.state import ROUTERS_PATHS

OUR_OWN = "aurorax_dashboard.our_own"
"""Marks a request that the dashboard makes to itself; nothing that comes over HTTP can set it."""

_ENTRY = re.compile(r"([^\s:,]+):((?:scrypt|pbkdf2):[^\s,]+\$[^\s,]+\$[0-9a-f]+)")
_FAILURES = parse("20 per 5 minutes")
_MOST_KNOWN = 10_000
"""Names with addresses they signed in from, that one process remembers."""
_NOBODY = generate_password_hash("")


class SignInError(ValueError):
    """The list of users cannot be read."""


def read_users(text: str) -> dict[str, str]:
    """Return password hashes by name from ``name:hash,name:hash``.

    Raises
    ------
    SignInError
        If an entry is no name with a hash. The message holds no part of it.
    """
    users = {}
    for number, entry in enumerate(filter(None, text.split(",")), start=1):
        found = _ENTRY.fullmatch(entry.strip())
        if found is None:
            raise SignInError(
                f"entry {number} is not NAME:HASH; make one with python -m aurorax_dashboard.web.signin NAME"
            )
        users[found[1]] = found[2]
    return users


def require_sign_in(server: Flask, users: Mapping[str, str]) -> None:
    """Ask every request of `server` for one of `users`, Dash's own included; nothing if there are none.

    Parameters
    ----------
    users
        Password hashes by name, as :func:`read_users` returns them.
    """
    if not users:
        return
    auth = HTTPBasicAuth(realm="AuroraX Dashboard")
    failures = FixedWindowRateLimiter(MemoryStorage())
    key = token_bytes(32)

    # A page makes dozens of requests, and a good hash takes a twentieth of a second: what was right
    # once is known again by a digest under a key of this process. Those who are in stay in while
    # somebody guesses at their address; what is known of one address is no answer to another, or
    # guessing would go on there past its limit.
    known: OrderedDict[bytes, None] = OrderedDict()

    @auth.verify_password
    def verify(name: str, password: str) -> str | None:
        address = request.remote_addr or ""
        digest = hmac.digest(key, f"{address} {name}:{password}".encode(), "sha256")
        if digest in known:
            return name
        if not name or not failures.test(_FAILURES, address):
            return None
        if not check_password_hash(users.get(name, _NOBODY), password) or name not in users:
            failures.hit(_FAILURES, address)
            return None
        known[digest] = None
        if len(known) > _MOST_KNOWN:
            known.popitem(last=False)
        return name

    @auth.login_required
    def signed_in() -> None:
        setattr(g, SIGNED_IN, auth.current_user())

    @server.before_request
    def sign_in() -> ResponseReturnValue | None:
        open_to_all = request.path in ROUTERS_PATHS or OUR_OWN in request.environ
        refusal: ResponseReturnValue | None = None if open_to_all else signed_in()
        return refusal


def main() -> None:
    """Print the entry of one user."""
    if len(sys.argv) != 2 or not re.fullmatch(r"[^\s:,]+", sys.argv[1]):
        sys.exit("usage: python -m aurorax_dashboard.web.signin NAME (no spaces, colons or commas)")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Again: "):
        sys.exit("The two differ.")
    print(f"{sys.argv[1]}:{generate_password_hash(password)}")


if __name__ == "__main__":
    main()
