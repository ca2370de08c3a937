"""Questions that take longer than a page may wait: asked in a thread, looked after until answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")

_AT_ONCE = 2


class LongQuestion(Generic[K, T]):
    """One kind of question, asked of a slow server once for everybody in this process who waits for it.

    What `ask` returns should be cached by it: an answer is handed over and forgotten here, and asking
    again is then quick, in other processes too.

    Parameters
    ----------
    ask
        Returns the answer for a key, in its own time.
    """

    def __init__(self, ask: Callable[[K], T]) -> None:
        self._ask = ask
        self._asked: dict[K, Future[T]] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def look(self, key: K, wait_s: float) -> T | None:
        """Return the answer, None if it is not there within `wait_s` seconds: look again then.

        Raises
        ------
        Exception
            What asking raised; the next look asks anew.
        """
        with self._lock:
            if self._pool is None:  # threads do not outlive the fork of a web worker
                self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="question")
            asked = self._asked.get(key)
            if asked is None:
                asked = self._asked[key] = self._pool.submit(self._ask, key)
        try:
            answer = asked.result(wait_s)
        except NotYetError:
            if not asked.done():
                return None
            raise
        finally:
            if asked.done():
                with self._lock:
                    self._asked.pop(key, None)
        return answer
