"""Searches run in the background: taken on, run, cancelled, resumed after a restart, expired.

Daemon threads rather than an executor's, so that the process can stop while one is deep in a
computation; whatever was not finished starts again with the archive.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from time import monotonic, sleep
from uuid import uuid4

import msgspec

from aurorax_dashboard.api.models import ConjunctionQuery, DataProductQuery, EphemerisQuery, SearchKind
from aurorax_dashboard.archive.errors import (
    ArchiveClosingError,
    BusyError,
    SearchCancelledError,
    SearchStoppedError,
    ShareUsedError,
)
from aurorax_dashboard.archive.memory import give_back
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.store import Asker, Outcome, Store, StoredSearch, now
from aurorax_dashboard.archive.turns import FairQueue, QueueFullError, ShareUsedUpError

_log = logging.getLogger(__name__)

Search = Callable[[bytes, Run], Iterable[list[bytes]]]
"""Code of a search: the query as JSON in, encoded records out in batches."""

_EXPIRY_INTERVAL_S = 3600.0
_CLOSE_PATIENCE_S = 1.0
_REMOVE_PATIENCE_S = 5.0
_TAKING_PATIENCE_S = 0.1
_STORE_PAUSE_S = 2.0
"""Between two tries of a store that cannot be written, as on a full disk."""

_MOST_STARTS = 5
"""A search that was at work whenever the archive ended, this often, may be why it ended."""

_LONG = timedelta(seconds=1)
"""A search that takes longer may have needed much memory."""


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
        self._taking_on = threading.Lock()
        self._queue: FairQueue[StoredSearch] = FairQueue(settings.queue_size)
        self._closing = threading.Event()
        self._workers = [
            threading.Thread(target=self._work, name=f"search-{n}", daemon=True)
            for n in range(settings.workers)
        ]

    def start(self) -> None:
        """Take up what an earlier process left unfinished, and begin to work."""
        self._store.delete_strays()
        for search in self._store.unfinished():
            if search.starts >= _MOST_STARTS:
                self._store.finish(
                    search.request_id,
                    Outcome(error=True),
                    f"The archive ended {search.starts} times while this search was running. "
                    "It is not tried again.",
                    "error",
                )
                continue
            self._store.log(
                search.request_id, "The archive was restarted: the search starts again", "info"
            )
            self._enqueue(search, beyond_size=True)
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
        self,
        kind: SearchKind,
        query: ConjunctionQuery | EphemerisQuery | DataProductQuery,
        asker: Asker,
    ) -> str:
        """Take on a search and return its identifier: the chosen one, else a new one.

        Raises
        ------
        ConflictError
            If the chosen identifier stands for another search.
        BusyError
            If too many searches wait, of all callers or of this one.
        """
        request_id = query.request_id or str(uuid4())
        encoded = msgspec.json.encode(query)
        with self._taking_on:  # who sends the same again must not be told of one that is then refused
            if self._store.add(request_id, kind, encoded, asker):
                self._store.log(request_id, self._arrived())
                search = StoredSearch(
                    request_id=request_id, kind=kind, query=encoded, caller=asker.name
                )
                try:
                    self._enqueue(search)
                except QueueFullError:
                    self._store.remove(request_id)
                    raise BusyError(
                        "Too many searches are waiting. Try again in some seconds."
                    ) from None
                except ShareUsedUpError:
                    self._store.remove(request_id)
                    raise ShareUsedError(
                        "Too many searches of yours are waiting. Try again when some of them have ended."
                    ) from None
        return request_id

    def _arrived(self) -> str:
        """Return the first line of a log; in the one line, as the second one says that it has begun."""
        arrived = "Search request arrived and saved"
        others = len(self._runs)
        if others < self._settings.workers:
            return arrived
        before = "1 other search" if others == 1 else f"{others:,} other searches"
        return f"{arrived}; it may have to wait, as {before} came before it"

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
            self._leave_queue(request_id)
        return cancelled

    def remove(self, request_id: str) -> None:
        """Forget a search with its data, whether it has ended or not.

        A running one is cancelled and waited for: its thread still writes under the identifier, which
        is free for another search afterwards.

        Raises
        ------
        BusyError
            If it does not stop soon. It is cancelled then, but not forgotten.
        """
        self.cancel(request_id)
        deadline = monotonic() + _REMOVE_PATIENCE_S
        while request_id in self._runs:
            if monotonic() > deadline:
                raise BusyError("The search is being cancelled. Try again in some seconds.")
            sleep(0.01)
        self._store.delete_result(request_id)
        self._store.remove(request_id)

    def expire(self) -> int:
        """Delete results that are older than the settings keep them, or more than they keep; return how many."""
        old = self._store.expire(now() - timedelta(days=self._settings.result_days))
        return old + self._store.shrink(self._settings.result_bytes)

    def _enqueue(self, search: StoredSearch, *, beyond_size: bool = False) -> None:
        def write_log(summary: str) -> None:
            self._store.log(search.request_id, summary)

        run = Run(search.request_id, write_log, self._settings.time_limit_s, self._settings.max_records)
        with self._lock:
            self._queue.put(search.caller, search, beyond_size=beyond_size)
            self._runs[search.request_id] = run

    def _leave_queue(self, request_id: str) -> None:
        """Give the place of a cancelled search to others, if it still waits."""
        with self._lock:
            if self._queue.remove(lambda search: search.request_id == request_id):
                self._runs.pop(request_id, None)

    def _work(self) -> None:
        while not self._closing.is_set():
            if (taken := self._queue.take(_TAKING_PATIENCE_S)) is None:
                continue
            caller, search = taken
            try:
                # Nothing of a search is held here, so that its memory is free now.
                if self._run(search) > _LONG:
                    give_back()
            except Exception:  # a worker that ends is missed by all searches to come
                _log.exception("Search %s was left", search.request_id)
            finally:
                self._queue.done(caller)

    def _run(self, search: StoredSearch) -> timedelta:
        """Run one search to its end, whatever that is; return how long it took."""
        with self._lock:
            run = self._runs[search.request_id]
        run.start()
        try:
            self._store.begin(search.request_id)
            self._complete(search, run)
        except ArchiveClosingError:
            # Not this search ended the archive. After the store is closed there is no more to say.
            with suppress(ArchiveClosingError):
                self._store.take_back_start(search.request_id)
        except SearchCancelledError:
            pass  # who cancelled it has said so
        except SearchStoppedError as stopped:
            self._fail(run, str(stopped))
        except (OSError, sqlite3.Error) as error:
            _log.exception("Search %s failed", search.request_id)
            reason = getattr(error, "strerror", None) or "the disk failed"
            self._fail(run, f"The result could not be written: {reason}.")
        except Exception:
            _log.exception("Search %s failed", search.request_id)
            self._fail(run, "The search failed because of a defect in the archive.")
        finally:
            with self._lock:
                del self._runs[search.request_id]
        return run.elapsed

    def _complete(self, search: StoredSearch, run: Run) -> None:
        """Run one search and keep what it finds, unless it was cancelled meanwhile."""
        run.check(0.0)
        batches = self._searches[search.kind](search.query, run)
        count, size = self._store.results.write(run.request_id, run.counted(batches))
        outcome = Outcome(error=False, result_count=count, file_size=size, duration=run.elapsed)
        run.log("Search completed")
        run.log(f"File size is {size} bytes.")
        seconds = run.elapsed.total_seconds()
        last = f"Finished search in {seconds:.2f} seconds and found {count} records."
        if self._store.finish(run.request_id, outcome, last):
            self._store.shrink(self._settings.result_bytes)
        else:
            self._store.results.delete(run.request_id)

    def _fail(self, run: Run, why: str) -> None:
        """End a search as failed: where the store cannot be written now, as soon as it can."""
        outcome = Outcome(error=True, duration=run.elapsed)
        while not self._closing.is_set():
            try:
                self._store.finish(run.request_id, outcome, why, "error")
            except ArchiveClosingError:
                return
            except sqlite3.Error:
                _log.exception("The end of search %s could not be kept yet", run.request_id)
                self._closing.wait(_STORE_PAUSE_S)
            else:
                return

    def _expire_now_and_then(self) -> None:
        while True:
            try:
                self.expire()
            except ArchiveClosingError:
                return
            except (OSError, sqlite3.Error):  # the next time may free what is missing now
                _log.exception("Old results could not be deleted")
            if self._closing.wait(_EXPIRY_INTERVAL_S):
                return
