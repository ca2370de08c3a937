"""Who answers at an address: the AuroraX platform, our simulated archive, or another server."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import httpx
import msgspec

from aurorax_dashboard.api.answers import list_of, one
from aurorax_dashboard.api.cache import IDENTITY
from aurorax_dashboard.api.errors import AuroraXError, RefusedError, UnexpectedAnswerError
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.api.session import Session
from aurorax_dashboard.api.transport import Request
from aurorax_dashboard.api.wire import API, source_params

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

    The platform is known by its address and is asked only while it is away: so that its return is
    noticed, though nobody may want anything else of it.

    Raises
    ------
    TryLaterError
        If the server cannot be asked and has not been seen lately: then nobody can tell whether its
        data are simulated.
    """
    host = session.transport.host
    if host == httpx.URL(LIVE_URL).host:
        if not session.health().serving:
            _knock(session)
        return ServerIdentity("AuroraX", live=True)
    try:
        introduction = (
            session.within(_TIME_S).answer(Request("GET", "/"), one(_Introduction), IDENTITY).value
        )
    except (RefusedError, UnexpectedAnswerError):
        return ServerIdentity(host)
    return ServerIdentity(introduction.name, introduction.version, introduction.simulated)


def _knock(session: Session) -> None:
    """Ask the platform for little; whether it answered, its health tells."""
    params = source_params("identifier_only", False, {"program": "swarm"})
    request = Request("GET", f"{API}/data_sources", params)
    with suppress(AuroraXError):
        session.within(_TIME_S).answer(request, list_of(DataSource), IDENTITY)
