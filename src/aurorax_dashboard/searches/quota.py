"""How much one caller may ask for: a visitor in a hurry must not keep the platform from others."""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.searches.keep import safely

_BUSY_S = 2.0


class TooManySearchesError(AuroraXError):
    """One caller asked for too much within a minute."""


class Quota:
    """Searches that each caller may start, or short links to be made.

    Parameters
    ----------
    per_minute
        How many within any minute.
    redis_url
        Redis server that counts for all machines; without one each web process counts for itself.
    done
        What a caller does, with the number left open.
    """

    def __init__(
        self, per_minute: int, redis_url: str | None = None, *, done: str = "started {} searches"
    ) -> None:
        self._limiter = MovingWindowRateLimiter(
            storage_from_string(redis_url, socket_timeout=_BUSY_S, socket_connect_timeout=_BUSY_S)
            if redis_url
            else MemoryStorage()
        )
        self._allowed = RateLimitItemPerMinute(per_minute, namespace=f"aurorax-{done}")
        self._done = done

    def spend(self, caller: str) -> None:
        """Count one more of `caller`.

        Raises
        ------
        TooManySearchesError
            If that is one too many; then it is not counted.
        KeepError
            If nobody can count now.
        """
        if safely(lambda: self._limiter.hit(self._allowed, caller)):
            return
        free_at = safely(lambda: self._limiter.get_window_stats(self._allowed, caller).reset_time)
        wait_s = max(round(free_at - time.time()), 1)
        raise TooManySearchesError(
            f"You have {self._done.format(self._allowed.amount)} within a minute",
            advice=f"Wait {wait_s} s, then try again. Nothing of what you entered is lost.",
        )
