"""One exchange with the server: the breaker, the transport and the cache, in this order of asking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from aurorax_dashboard.api.bytestore import MemoryStore
from aurorax_dashboard.api.cache import Answer, Freshness, Lifetime, ResponseCache
from aurorax_dashboard.api.errors import (
    MaintenanceError,
    RefusedError,
    TimedOutError,
    UnreachableError,
)
from aurorax_dashboard.api.health import HealthNotes, ServerHealth
from aurorax_dashboard.api.transport import Reply, Request, Transport

T = TypeVar("T")


class Session:
    """Requests to one server, remembered and watched.

    Parameters
    ----------
    transport
        How requests are sent.
    cache
        Where answers and the server's health are kept for all processes; None keeps no answers, and
        the health in this process only.
    health
        The record of the server's health, if it is to be shared with another session.
    """

    def __init__(
        self,
        transport: Transport,
        cache: ResponseCache | None = None,
        *,
        health: HealthNotes | None = None,
    ) -> None:
        self.transport = transport
        self._cache = cache
        notes = MemoryStore() if cache is None else cache.notes
        self._health = health or HealthNotes(notes, transport.base_url)

    def within(self, seconds: float) -> Session:
        """Return a session that shares all, with calls that last no longer than about `seconds`."""
        return Session(self.transport.within(seconds), self._cache, health=self._health)

    def health(self) -> ServerHealth:
        """Return what is known of the server."""
        return self._health.state()

    def send(self, request: Request, *, total_s: float | None = None) -> Reply:
        """Send `request`, unless the server is known to be away.

        Raises
        ------
        AuroraXError
            As :meth:`Transport.send`; UnreachableError at once while the breaker is open.
        """
        self._health.check(self.transport.server)
        try:
            reply = self.transport.send(request, total_s=total_s)
        except UnreachableError:
            self._health.failed()
            raise
        except TimedOutError:
            self._health.silent()
            raise
        except MaintenanceError:
            if request.method == "GET":  # a search may also be refused because too many are waiting
                self._health.closed()
            raise
        except RefusedError:
            self._health.answered()
            raise
        self._health.answered()
        return reply

    def answer(
        self,
        request: Request,
        decode: Callable[[bytes], T],
        lifetime: Lifetime,
        *,
        load: Callable[[float], bytes] | None = None,
    ) -> Answer[T]:
        """Return the decoded answer to `request`, from the cache if it may be.

        Parameters
        ----------
        request
            The request; what it asks must have no effect.
        decode
            Makes a value of the stored bytes.
        lifetime
            How long an answer may be used.
        load
            Gives the bytes to store, if they are not the body of the reply itself; is given the
            seconds that are left.

        Raises
        ------
        AuroraXError
            As :meth:`send` and `decode`, where no older answer can stand in.
        """
        load = load or (lambda left_s: self.send(request, total_s=left_s).body)
        patience_s = self.transport.total_s(request)
        if self._cache is None:
            return Answer(decode(load(patience_s)), Freshness(datetime.now(UTC)))
        key = self.transport.fingerprint(request)
        return self._cache.fetch(key, lifetime, load, decode, patience_s=patience_s)

    def forget(self, request: Request) -> None:
        """Drop the stored answer to `request`."""
        if self._cache is not None:
            self._cache.forget(self.transport.fingerprint(request))

    def close(self) -> None:
        """Close the connections that this process opened."""
        self.transport.close()
