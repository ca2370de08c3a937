"""A bounded queue whose places and turns several callers share fairly."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")

_KEPT_SHARE = 4
"""One place in so many is kept for callers who have nothing in the queue yet."""


class QueueFullError(Exception):
    """There is no place left."""


class ShareUsedUpError(Exception):
    """There is a place left, but it is kept for callers who have nothing in the queue."""


class FairQueue(Generic[Item]):
    """Items that wait, by caller.

    Next is an item of the caller who has the fewest at work; among equals, callers take turns. Whoever
    puts in a hundred items thus delays the one item of somebody else by one item at most.

    Parameters
    ----------
    size
        How many items may wait.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: OrderedDict[str, deque[Item]] = OrderedDict()
        self._at_work: Counter[str] = Counter()
        self._changed = threading.Condition()

    def __len__(self) -> int:
        with self._changed:
            return self._length()

    def _length(self) -> int:
        return sum(map(len, self._waiting.values()))

    def put(self, caller: str, item: Item, *, beyond_size: bool = False) -> None:
        """Add an item of `caller`, with `beyond_size` however many wait.

        Raises
        ------
        QueueFullError
            If there is no place.
        ShareUsedUpError
            If there is none for a caller who has items in the queue already.
        """
        with self._changed:
            if not beyond_size:
                waiting = self._length()
                if waiting >= self._size:
                    raise QueueFullError
                if caller in self._waiting and waiting >= self._size - self._size // _KEPT_SHARE:
                    raise ShareUsedUpError
            self._waiting.setdefault(caller, deque()).append(item)
            self._changed.notify()

    def take(self, patience_s: float) -> tuple[str, Item] | None:
        """Return the next item and whose it is, None if there is none in time.

        The item counts as at work until :meth:`done` is told of its caller.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting, patience_s):
                return None
            caller = min(self._waiting, key=self._at_work.__getitem__)
            item = self._waiting[caller].popleft()
            if self._waiting[caller]:
                self._waiting.move_to_end(caller)
            else:
                del self._waiting[caller]
            self._at_work[caller] += 1
            return caller, item

    def done(self, caller: str) -> None:
        """Say that an item of `caller` is no longer at work."""
        with self._changed:
            self._at_work[caller] -= 1
            if not self._at_work[caller]:
                del self._at_work[caller]

    def remove(self, wanted: Callable[[Item], bool]) -> bool:
        """Take the one `wanted` item out of the queue; return False if it does not wait."""
        with self._changed:
            for caller, items in self._waiting.items():
                for item in items:
                    if wanted(item):
                        items.remove(item)
                        if not items:
                            del self._waiting[caller]
                        return True
        return False
