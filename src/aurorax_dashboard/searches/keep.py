"""Where what must not be lost is kept: bytes under names, on disk or in Redis.

Unlike a cache, a keep says so when it cannot keep something.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import diskcache

from aurorax_dashboard.api.bytestore import BytesDisk, make_private, redis_of
from aurorax_dashboard.api.errors import AuroraXError

T = TypeVar("T")

_BUSY_S = 5.0
_SPACE = "aurorax:keep:"


class KeepError(AuroraXError):
    """Something could not be kept, or not be found again."""


class Keep(Protocol):
    """Bytes by name, for good. Every method raises KeepError where that does not work."""

    def get(self, name: str) -> bytes | None:
        """Return what is kept under `name`, None if nothing is."""

    def put(self, name: str, value: bytes) -> None:
        """Keep `value`."""

    def add(self, name: str, value: bytes) -> bool:
        """Keep `value` unless there is one; return whether it was kept."""

    def has(self, name: str) -> bool:
        """Whether something is kept under `name`."""

    def delete(self, name: str) -> None:
        """Forget `name`."""


class DiskKeep:
    """A :class:`Keep` in a folder private to the user.

    Parameters
    ----------
    directory
        Made if need be.
    """

    def __init__(self, directory: Path) -> None:
        make_private(directory)
        self._cache: Any = diskcache.Cache(
            str(directory),
            timeout=_BUSY_S,
            disk=BytesDisk,
            eviction_policy="none",
            size_limit=2**62,
            sqlite_synchronous=2,  # what was kept outlasts a power cut
        )

    def get(self, name: str) -> bytes | None:
        """Return what is kept under `name`, None if nothing is."""
        found: bytes | None = safely(lambda: self._cache.get(name))
        return found

    def put(self, name: str, value: bytes) -> None:
        """Keep `value`."""
        safely(lambda: self._cache.set(name, value))

    def add(self, name: str, value: bytes) -> bool:
        """Keep `value` unless there is one; return whether it was kept."""
        return safely(lambda: bool(self._cache.add(name, value)))

    def has(self, name: str) -> bool:
        """Whether something is kept under `name`."""
        return safely(lambda: name in self._cache)

    def delete(self, name: str) -> None:
        """Forget `name`."""
        safely(lambda: self._cache.delete(name))


class RedisKeep:
    """A :class:`Keep` in Redis, for all machines of one dashboard.

    How long it lasts is up to the server, which should save to disk and evict nothing.

    Parameters
    ----------
    url
        Address of the Redis server; connections are opened at first use.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, name: str) -> bytes | None:
        """Return what is kept under `name`, None if nothing is."""
        found: bytes | None = safely(lambda: redis_of(self._url).get(_SPACE + name))
        return found

    def put(self, name: str, value: bytes) -> None:
        """Keep `value`."""
        safely(lambda: redis_of(self._url).set(_SPACE + name, value))

    def add(self, name: str, value: bytes) -> bool:
        """Keep `value` unless there is one; return whether it was kept."""
        return safely(lambda: bool(redis_of(self._url).set(_SPACE + name, value, nx=True)))

    def has(self, name: str) -> bool:
        """Whether something is kept under `name`."""
        return safely(lambda: bool(redis_of(self._url).exists(_SPACE + name)))

    def delete(self, name: str) -> None:
        """Forget `name`."""
        safely(lambda: redis_of(self._url).delete(_SPACE + name))


def safely(action: Callable[[], T]) -> T:
    """Return what `action` returns.

    Raises
    ------
    KeepError
        If disk or server do not let it.
    """
    try:
        return action()
    except (OSError, sqlite3.Error, diskcache.Timeout) as problem:
        raise _error(problem) from problem
    except Exception as problem:
        if type(problem).__module__.partition(".")[0] != "redis":
            raise
        raise _error(problem) from None  # redis names its server, password and all


def _error(problem: Exception) -> KeepError:
    return KeepError(
        "The dashboard's own store cannot be used now",
        advice="Nothing was lost that was saved before. Try again in a minute; if it stays so, tell who runs it.",
        details=type(problem).__name__,
    )
