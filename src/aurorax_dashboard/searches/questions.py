"""Questions that take longer than a page may wait: asked in a thread, looked after until answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from aurorax_dashboard.api.errors import TryLaterError

K = TypeVar("K")
T = TypeVar("T")

_AT_ONCE = 2
_MOST = 64
"""Questions that are asked or wait for their turn; nobody waits for one behind so many others."""
_KEPT_S = 30.0
"""How long an answer is kept for whoever asked, and may have gone."""


@dataclass(slots=True)
class _Asked(Generic[T]):
    future: Future[T]
    done_at: float | None = None


class LongQuestion(Generic[K, T]):
    """One kind of question, asked of a slow server once for everybody in this process who waits for it.

    What `ask` returns should be cached by it: an answer is handed over and forgotten here, and asking
    again is then quick, in other processes too. Nor is an answer, or an error, that nobody comes for
    kept for longer than it is news.

    Parameters
    ----------
    ask
        Returns the answer for a key, in its own time.
    clock
        Seconds that grow.
    """

    def __init__(self, ask: Callable[[K], T], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._asked: dict[K, _Asked[T]] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def look(self, key: K, wait_s: float) -> T | None:
        """Return the answer, None if it is not there within `wait_s` seconds: look again then.

        Raises
        ------
        TryLaterError
            If too many other questions are waited for.
        Exception
            What asking raised; the next look asks anew.
        """
        with self._lock:
            self._forget()
            asked = self._asked.get(key) or self._submit(key)
        if not wait([asked.future], wait_s).done:
            return None
        with self._lock:
            if self._asked.get(key) is asked:  # else others have taken it, and it was asked anew
                del self._asked[key]
        return asked.future.result()

    def _submit(self, key: K) -> _Asked[T]:
        if len(self._asked) >= _MOST:
            raise TryLaterError(
                "The dashboard waits for too many answers", advice="Try again in a minute."
            )
        if self._pool is None:  # threads do not outlive the fork of a web worker
            self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="question")
        asked = self._asked[key] = _Asked(self._pool.submit(self._ask, key))
        asked.future.add_done_callback(lambda _future: setattr(asked, "done_at", self._clock()))
        return asked

    def _forget(self) -> None:
        """Forget the answers that nobody came for."""
        oldest = self._clock() - _KEPT_S
        gone = [
            key
            for key, asked in self._asked.items()
            if asked.done_at is not None and asked.done_at < oldest
        ]
        for key in gone:
            del self._asked[key]
