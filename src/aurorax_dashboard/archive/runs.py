"""One search while it runs: its progress, its log, and the ways it can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from aurorax_dashboard.archive.errors import SearchFailedError, SearchStoppedError

_LOG_INTERVAL_S = 3.0


class Run:
    """Handed to the code of a search, which reports to it often.

    Parameters
    ----------
    request_id
        The search.
    write_log
        Takes a line of the log.
    time_limit_s
        Seconds after which the search is ended.
    """

    def __init__(self, request_id: str, write_log: Callable[[str], None], time_limit_s: float) -> None:
        self.request_id = request_id
        self.log = write_log
        self._time_limit_s = time_limit_s
        self._started = self._logged = time.monotonic()
        self._stopped: SearchStoppedError | None = None

    def start(self) -> None:
        """Count the time from now on: waiting in the queue does not count."""
        self._started = self._logged = time.monotonic()

    @property
    def elapsed(self) -> timedelta:
        """How long the search has been running."""
        return timedelta(seconds=time.monotonic() - self._started)

    def stop(self, reason: SearchStoppedError) -> None:
        """Make the next :meth:`check` raise `reason`. Called from another thread."""
        self._stopped = reason

    def check(self, progress: float) -> None:
        """Report `progress` (0…1); cheap enough to be called some thousand times a second.

        Raises
        ------
        SearchStoppedError
            If the search was cancelled, is out of time, or the archive stops.
        """
        if self._stopped is not None:
            raise self._stopped
        present = time.monotonic()
        if present - self._started > self._time_limit_s:
            raise SearchFailedError(
                f"The search took longer than {self._time_limit_s:g} seconds and was ended. "
                "Search a shorter period or fewer sources."
            )
        if present - self._logged >= _LOG_INTERVAL_S:
            self._logged = present
            self.log(f"{progress:.0%} searched")

    def part(self, low: float, high: float) -> Callable[[float], None]:
        """Return a :meth:`check` for a part of the search, from `low` to `high` of the whole."""
        return lambda progress: self.check(low + (high - low) * progress)
