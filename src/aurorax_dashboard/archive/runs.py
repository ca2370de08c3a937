"""One search while it runs: its progress, its log, and the ways it can be stopped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from aurorax_dashboard.archive.errors import SearchFailedError, SearchStoppedError

Batch = TypeVar("Batch", bound=Sequence[object])

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
    max_records
        Records that it may find.
    """

    def __init__(
        self,
        request_id: str,
        write_log: Callable[[str], None],
        time_limit_s: float,
        max_records: int = sys.maxsize,
    ) -> None:
        self.request_id = request_id
        self.log = write_log
        self.max_records = max_records
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
        self.check_stopped()
        present = time.monotonic()
        if present - self._logged >= _LOG_INTERVAL_S:
            self._logged = present
            self.log(f"{progress:.0%} searched")

    def check_stopped(self) -> None:
        """Do what :meth:`check` does where no progress can be told."""
        if (reason := self._stopped) is not None:
            # A new one each time: one that was raised holds on to all that the search had in memory.
            raise type(reason)(*reason.args)
        if time.monotonic() - self._started > self._time_limit_s:
            raise SearchFailedError(
                f"The search took longer than {self._time_limit_s:g} seconds and was ended. "
                "Search a shorter period or fewer sources."
            )

    def check_count(self, count: int) -> None:
        """Report that there are at least `count` records.

        Raises
        ------
        SearchFailedError
            If that is more than a result may have.
        """
        if count > self.max_records:
            raise self.too_many_records()

    def too_many_records(self) -> SearchFailedError:
        """Return the error that ends a search which finds more than a result may have."""
        return SearchFailedError(
            f"The search found more than {self.max_records:,} records. "
            "Search a shorter period, fewer sources or, for conjunctions, smaller distances."
        )

    def counted(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Pass `batches` of records on until there are too many, or the search is stopped."""
        count = 0
        for batch in batches:
            count += len(batch)
            self.check_count(count)
            self.check_stopped()
            yield batch

    def part(self, low: float, high: float) -> Callable[[float], None]:
        """Return a :meth:`check` for a part of the search, from `low` to `high` of the whole."""
        return lambda progress: self.check(low + (high - low) * progress)
