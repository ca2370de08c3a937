"""A right that one holder has at a time, of all threads, processes and machines that share a store.

Whoever holds it renews it while at work. When a holder dies, it runs out, and somebody else may take it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from uuid import uuid4

from aurorax_dashboard.api.bytestore import ByteStore

_RENEWALS = 3
"""Of them, two may fail before the right runs out."""


class Lease:
    """One holder's claim to a right.

    Parameters
    ----------
    name
        The right, as a name in the `store`.
    lasts_s
        Seconds after which the right of a holder that died is free.
    """

    def __init__(self, store: ByteStore, name: str, lasts_s: float) -> None:
        self._store = store
        self._name = name
        self._lasts_s = lasts_s
        self._token = uuid4().hex.encode()
        self._ours = False
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="lease", daemon=True)

    def take(self) -> bool:
        """Take the right if nobody has it, and keep it alive; return whether it is ours."""
        if not self._store.add(self._name, self._token, self._lasts_s):
            return False
        self._ours = True
        with suppress(RuntimeError):  # no further thread can be had: it lasts as long as it lasts
            self._keeper.start()
        return True

    def end(self) -> None:
        """Give the right up, if it is still ours."""
        self._ended.set()
        if self._keeper.is_alive():
            self._keeper.join()
        if self._ours and self._held():
            self._store.delete(self._name)

    def _held(self) -> bool:
        return self._store.get(self._name) == self._token

    def _keep(self) -> None:
        while not self._ended.wait(self._lasts_s / _RENEWALS):
            if not self._held():
                return
            self._store.put(self._name, self._token, self._lasts_s)
