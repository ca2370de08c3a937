"""How much one caller may ask for: a visitor in a hurry must not keep the platform from others."""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from aurorax_dashboard.api.errors import AuroraXError


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
        storage = storage_from_string(redis_url) if redis_url else MemoryStorage()
        self._limiter = MovingWindowRateLimiter(storage)
        self._allowed = RateLimitItemPerMinute(per_minute, namespace=f"aurorax-{done}")
        self._done = done

    def spend(self, caller: str) -> None:
        """Count one more of `caller`.

        Raises
        ------
        TooManySearchesError
            If that is one too many; then it is not counted.
        """
        if self._limiter.hit(self._allowed, caller):
            return
        free_at = self._limiter.get_window_stats(self._allowed, caller).reset_time
        wait_s = max(round(free_at - time.time()), 1)
        raise TooManySearchesError(
            f"You have {self._done.format(self._allowed.amount)} within a minute",
            advice=f"Wait {wait_s} s, then try again. Nothing of what you entered is lost.",
        )
