"""Who answers at an address: the AuroraX platform, our simulated archive, or another server."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import msgspec

from aurorax_dashboard.api.answers import one
from aurorax_dashboard.api.cache import IDENTITY
from aurorax_dashboard.api.errors import RefusedError, UnexpectedAnswerError
from aurorax_dashboard.api.session import Session
from aurorax_dashboard.api.transport import Request

LIVE_URL = "https://api.aurorax.space"
"""The AuroraX platform."""

_TIME_S = 4.0
"""Time for the question: a badge waits for the answer."""


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """Who answers at an address."""

    name: str
    version: str | None = None
    simulated: bool = False
    """Whether its data are simulated."""
    live: bool = False
    """Whether it is the AuroraX platform itself."""


class _Introduction(msgspec.Struct):
    """What our archive answers at ``/``."""

    name: str
    simulated: bool
    version: str | None = None


def identify(session: Session) -> ServerIdentity:
    """Return who answers the `session`.

    Raises
    ------
    TryLaterError
        If the server cannot be asked and has not been seen lately: then nobody can tell whether its
        data are simulated.
    """
    host = session.transport.host
    if host == httpx.URL(LIVE_URL).host:
        return ServerIdentity("AuroraX", live=True)
    try:
        introduction = (
            session.within(_TIME_S).answer(Request("GET", "/"), one(_Introduction), IDENTITY).value
        )
    except (RefusedError, UnexpectedAnswerError):
        return ServerIdentity(host)
    return ServerIdentity(introduction.name, introduction.version, introduction.simulated)
