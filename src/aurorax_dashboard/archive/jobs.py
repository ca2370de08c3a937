"""Searches run in the background: taken on, run, cancelled, resumed after a restart, expired.

Daemon threads rather than an executor's, so that the process can stop while one is deep in a
computation; whatever was not finished starts again with the archive.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import msgspec

from aurorax_dashboard.api.models import ConjunctionQuery, DataProductQuery, EphemerisQuery, SearchKind
from aurorax_dashboard.archive.errors import (
    ArchiveClosingError,
    BusyError,
    SearchCancelledError,
    SearchFailedError,
    SearchStoppedError,
)
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.store import Outcome, Store, StoredSearch, now

_log = logging.getLogger(__name__)

Search = Callable[[bytes, Run], Iterable[list[bytes]]]
"""Code of a search: the query as JSON in, encoded records out in batches."""

_EXPIRY_INTERVAL_S = 3600.0
_CLOSE_PATIENCE_S = 1.0


class Jobs:
    """The searches of one archive in the background.

    Parameters
    ----------
    searches
        The code for each kind of search.
    """

    def __init__(
        self, store: Store, searches: Mapping[SearchKind, Search], settings: ArchiveSettings
    ) -> None:
        self._store = store
        self._searches = searches
        self._settings = settings
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[StoredSearch] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._workers = [
            threading.Thread(target=self._work, name=f"search-{n}", daemon=True)
            for n in range(settings.workers)
        ]

    def start(self) -> None:
        """Take up what an earlier process left unfinished, and begin to work."""
        for search in self._store.unfinished():
            self._store.log(
                search.request_id, "The archive was restarted: the search starts again", "info"
            )
            self._enqueue(search)
        for worker in self._workers:
            worker.start()
        threading.Thread(target=self._expire_now_and_then, name="expiry", daemon=True).start()

    def close(self) -> None:
        """Stop working, within about a second. Unfinished searches start again with the archive."""
        self._closing.set()
        with self._lock:
            for run in self._runs.values():
                run.stop(ArchiveClosingError())
        for worker in self._workers:
            worker.join(_CLOSE_PATIENCE_S / len(self._workers))

    def submit(
        self, kind: SearchKind, query: ConjunctionQuery | EphemerisQuery | DataProductQuery
    ) -> str:
        """Take on a search and return its identifier: the chosen one, else a new one.

        Raises
        ------
        ConflictError
            If the chosen identifier stands for another search.
        BusyError
            If too many searches wait.
        """
        request_id = query.request_id or str(uuid4())
        encoded = msgspec.json.encode(query)
        if self._store.add(request_id, kind, encoded):
            if self._queue.qsize() >= self._settings.queue_size:
                self._store.remove(request_id)
                raise BusyError("Too many searches are waiting. Try again in some seconds.")
            self._store.log(request_id, "Search request arrived and saved")
            self._enqueue(StoredSearch(request_id=request_id, kind=kind, query=encoded))
        return request_id

    def cancel(self, request_id: str) -> bool:
        """End a search now; return False if it had ended before.

        It counts as cancelled at once; its thread stops at the next report of progress.
        """
        with self._lock:
            run = self._runs.get(request_id)
        elapsed = run.elapsed if run else timedelta()
        cancelled = self._store.finish(
            request_id,
            Outcome(error=True, duration=elapsed),
            "The search was cancelled on request.",
            "error",
        )
        if run:
            run.stop(SearchCancelledError())
        return cancelled

    def expire(self) -> int:
        """Delete results that are older than the settings keep them; return how many."""
        return self._store.expire(now() - timedelta(days=self._settings.result_days))

    def _enqueue(self, search: StoredSearch) -> None:
        def write_log(summary: str) -> None:
            self._store.log(search.request_id, summary)

        run = Run(search.request_id, write_log, self._settings.time_limit_s)
        with self._lock:
            self._runs[search.request_id] = run
        self._queue.put(search)

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                search = self._queue.get(timeout=0.1)
            except queue.Empty:
                continue
            with self._lock:
                run = self._runs[search.request_id]
            try:
                # A thread that did not stop in time finds the store closed, and has no more to say.
                with suppress(ArchiveClosingError):
                    self._run(search, run)
            finally:
                with self._lock:
                    del self._runs[search.request_id]

    def _run(self, search: StoredSearch, run: Run) -> None:
        """Run one search to its end, whatever that is."""
        run.start()
        try:
            self._complete(search, run)
        except ArchiveClosingError:
            raise
        except SearchCancelledError:
            return
        except SearchStoppedError as stopped:
            self._fail(run, str(stopped))
        except Exception:
            _log.exception("Search %s failed", search.request_id)
            self._fail(run, "The search failed because of a defect in the archive.")

    def _complete(self, search: StoredSearch, run: Run) -> None:
        """Run one search and keep what it finds, unless it was cancelled meanwhile."""
        run.check(0.0)
        batches = self._searches[search.kind](search.query, run)
        count, size = self._store.results.write(run.request_id, self._limited(batches))
        outcome = Outcome(error=False, result_count=count, file_size=size, duration=run.elapsed)
        run.log("Search completed")
        run.log(f"File size is {size} bytes.")
        seconds = run.elapsed.total_seconds()
        last = f"Finished search in {seconds:.2f} seconds and found {count} records."
        if not self._store.finish(run.request_id, outcome, last):
            self._store.results.delete(run.request_id)

    def _fail(self, run: Run, why: str) -> None:
        self._store.finish(run.request_id, Outcome(error=True, duration=run.elapsed), why, "error")

    def _limited(self, batches: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
        """Pass `batches` on until there are more records than a result may have."""
        count = 0
        for batch in batches:
            count += len(batch)
            if count > self._settings.max_records:
                raise SearchFailedError(
                    f"The search found more than {self._settings.max_records} records. "
                    "Search a shorter period, fewer sources or smaller distances."
                )
            yield batch

    def _expire_now_and_then(self) -> None:
        with suppress(ArchiveClosingError):
            self.expire()
            while not self._closing.wait(_EXPIRY_INTERVAL_S):
                self.expire()
