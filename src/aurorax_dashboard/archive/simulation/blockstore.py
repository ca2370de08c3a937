"""Arrays that can be worked out again, kept on disk until there are too many.

Files are complete or not there: each is written under another name and then renamed, so that threads and
processes can share a folder. What cannot be read is worked out again; what cannot be written is used all
the same.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LOG = logging.getLogger(__name__)

Array = NDArray[Any]


class BlockStore:
    """A folder of ``.npy`` files of limited size.

    Parameters
    ----------
    folder
        Made if need be.
    limit_bytes
        When files exceed it together, those not used for longest are removed.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._size: int | None = None
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}

    def get(self, name: str, make: Callable[[], Array]) -> Array:
        """Return the array kept as `name`, read-only and mapped from disk, or what `make` returns.

        Threads that ask for the same name at once wait for the first; `make` must always return
        the same for a name.
        """
        path = self._folder / f"{name}.npy"
        if (kept := _read(path)) is not None:
            return kept
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        try:
            with making:
                if (kept := _read(path)) is not None:
                    return kept
                made = make()
                self._write(path, made)
        finally:
            with self._lock:
                self._making.pop(name, None)
        return made

    def _write(self, path: Path, array: Array) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.save(file, array, allow_pickle=False)
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            _LOG.warning("Cannot keep %s: %s", path.name, error)
            return
        self._remove_oldest(array.nbytes)

    def _remove_oldest(self, added: int) -> None:
        """Count what was added; beyond the limit, look at the folder and remove down to 90 % of it."""
        with self._lock:
            if self._size is not None and self._size + added <= self._limit:
                self._size += added
                return
            files = sorted(_files(self._folder), reverse=True)
            kept = 0
            for number, (_, size, path) in enumerate(files):
                if number > 0 and kept + size > 0.9 * self._limit:
                    path.unlink(missing_ok=True)
                else:
                    kept += size
            self._size = kept


_READING = threading.Lock()
"""NumPy has Python parse the head of a file, which fails now and then in two threads at once
(``SystemError: AST constructor recursion depth mismatch``, seen with Python 3.11.7)."""


def _read(path: Path) -> Array | None:
    """Return the array in a file and mark it as used; None if there is no sound one."""
    try:
        with _READING:
            array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
        os.utime(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError) as error:
        _LOG.warning("Removing %s, which cannot be read: %s", path.name, error)
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return None
    return array


def _files(folder: Path) -> list[tuple[float, int, Path]]:
    """Return when each file was last used, its size, and its path."""
    found = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    return found
