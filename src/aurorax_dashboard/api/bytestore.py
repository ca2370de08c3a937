"""Bytes under names, shared by processes: on disk (diskcache), by machines: in Redis, or in memory.

diskcache pickles what it is given, and unpickling lets whoever wrote a file run code. Here only bytes
go in, only bytes come out, and the directory belongs to the user alone. A store is never worth
failing for: one that is damaged is made anew, one that cannot be written to or is busy holds nothing.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import diskcache
from diskcache.core import DBNAME, MODE_BINARY, MODE_RAW, UNKNOWN

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

_BUSY_S = 2.0
"""How long to wait for another process that writes, or for Redis."""
_SPARED_S = 5.0


class ByteStore(Protocol):
    """Bytes by name; entries may vanish at any time."""

    def get(self, name: str) -> bytes | None:
        """Return what is stored under `name`, None if nothing (any more)."""

    def put(self, name: str, value: bytes, expire_s: float | None = None) -> None:
        """Store `value`, for `expire_s` seconds or for good."""

    def add(self, name: str, value: bytes, expire_s: float) -> bool:
        """Store `value` unless there is one; of all threads and processes one gets True."""

    def delete(self, name: str) -> None:
        """Forget `name`."""

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin with `prefix`; some may be those of entries that are gone."""


class MemoryStore:
    """A :class:`ByteStore` for the threads of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[bytes, float]] = {}

    def get(self, name: str) -> bytes | None:
        """Return what is stored under `name`, None if nothing (any more)."""
        value, expires = self._entries.get(name, (None, 0.0))
        return value if self._clock() < expires else None

    def put(self, name: str, value: bytes, expire_s: float | None = None) -> None:
        """Store `value`, for `expire_s` seconds or for good."""
        self._entries[name] = (value, float("inf") if expire_s is None else self._clock() + expire_s)

    def add(self, name: str, value: bytes, expire_s: float) -> bool:
        """Store `value` unless there is one; of all threads one gets True."""
        with self._lock:
            if self.get(name) is not None:
                return False
            self.put(name, value, expire_s)
            return True

    def delete(self, name: str) -> None:
        """Forget `name`."""
        self._entries.pop(name, None)

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin with `prefix`; some may be those of entries that are gone."""
        return [name for name in list(self._entries) if name.startswith(prefix)]


class BytesDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """How diskcache writes and reads values, reduced to bytes."""

    def store(self, value: bytes, read: bool, key: Any = UNKNOWN) -> Any:
        """Return how diskcache keeps `value`; TypeError if it is not bytes."""
        if not isinstance(value, bytes):
            raise TypeError(f"only bytes are stored, not {type(value).__name__}")
        return super().store(value, read, key=key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> bytes:
        """Return the bytes of an entry; sqlite3.DatabaseError if somebody else's object is there."""
        fetched = (
            super().fetch(mode, filename, value, read) if mode in (MODE_RAW, MODE_BINARY) else None
        )
        if not isinstance(fetched, bytes):
            raise sqlite3.DatabaseError("an entry that is not bytes")
        return fetched


class DiskStore:
    """A :class:`ByteStore` in a directory, for all processes of one user.

    Parameters
    ----------
    directory
        Made if need be, and made private (mode 0700).
    limit_bytes
        Size above which the entries stored longest ago are dropped; None keeps all.

    Raises
    ------
    PermissionError
        At first use, if `directory` belongs to somebody else.
    """

    _lock: ClassVar = threading.Lock()

    def __init__(self, directory: Path, limit_bytes: int | None = None) -> None:
        self._directory = directory
        self._limit_bytes = limit_bytes
        self._opened: Any = None
        self._opened_file: int | None = None

    def get(self, name: str) -> bytes | None:
        """Return what is stored under `name`, None if nothing (any more)."""
        found: bytes | None = self._guarded(lambda cache: cache.get(name), None)
        return found

    def put(self, name: str, value: bytes, expire_s: float | None = None) -> None:
        """Store `value`, for `expire_s` seconds or for good."""
        self._guarded(lambda cache: cache.set(name, value, expire=expire_s), None)

    def add(self, name: str, value: bytes, expire_s: float) -> bool:
        """Store `value` unless there is one; True also where the store cannot be used."""
        return self._guarded(lambda cache: bool(cache.add(name, value, expire=expire_s)), True)

    def delete(self, name: str) -> None:
        """Forget `name`."""
        self._guarded(lambda cache: cache.delete(name), None)

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin with `prefix`; some may be those of entries that are gone.

        Reads all names: for stores that hold few.
        """
        return self._guarded(
            lambda cache: [name for name in cache.iterkeys() if name.startswith(prefix)], []
        )

    def close(self) -> None:
        """Close this thread's connection."""
        if self._opened is not None:
            self._opened.close()

    @classmethod
    def renew_lock(cls) -> None:
        """Replace the lock: a forked process may have inherited it held by a thread it has not."""
        cls._lock = threading.Lock()

    def _guarded(self, action: Callable[[Any], _T], otherwise: _T) -> _T:
        """Return what `action` returns, or `otherwise` if the store is damaged or cannot be used."""
        cache = None
        try:
            cache = self._cache()
            return action(cache)
        except PermissionError:
            raise
        except (sqlite3.OperationalError, diskcache.Timeout, OSError) as problem:
            _log.warning("the store in %s cannot be used now: %s", self._directory, problem)
        except sqlite3.DatabaseError as problem:
            _log.warning("the store in %s is damaged (%s) and is made anew", self._directory, problem)
            self._discard(cache)
        return otherwise

    def _cache(self) -> Any:
        """Return the diskcache, opened at first use (it reopens its files after a fork itself)."""
        with self._lock:
            if self._opened is not None and self._file() != self._opened_file:
                self._opened.close()  # another process has made the store anew
                self._opened = None
            if self._opened is None:
                make_private(self._directory)
                keep = {"eviction_policy": "none"} if self._limit_bytes is None else {}
                limit = {} if self._limit_bytes is None else {"size_limit": self._limit_bytes}
                self._opened = diskcache.Cache(
                    str(self._directory), timeout=_BUSY_S, disk=BytesDisk, **keep, **limit
                )
                self._opened_file = self._file()
            return self._opened

    def _file(self) -> int | None:
        """Return what tells the store's file from another of its name; None if there is none."""
        try:
            return (self._directory / str(DBNAME)).stat().st_ino
        except OSError:
            return None

    def _discard(self, damaged: Any) -> None:
        """Remove the files of the `damaged` cache, unless another thread has already."""
        with self._lock:
            if damaged is not self._opened:
                return
            if damaged is not None:
                damaged.close()
            self._opened = None
            shutil.rmtree(self._directory, ignore_errors=True)


class RedisStore:
    """A :class:`ByteStore` in Redis, for all machines of one dashboard.

    Parameters
    ----------
    url
        Address of the Redis server, ``redis://host:6379/0``; connections are opened at first use.
    space
        Begins the name of every entry, so that several stores share one server.
    """

    def __init__(self, url: str, space: str) -> None:
        self._url = url
        self._space = f"aurorax:{space}:"

    def get(self, name: str) -> bytes | None:
        """Return what is stored under `name`, None if nothing (any more)."""
        found: bytes | None = self._guarded(lambda redis: redis.get(self._space + name), None)
        return found

    def put(self, name: str, value: bytes, expire_s: float | None = None) -> None:
        """Store `value`, for `expire_s` seconds or for good."""
        if expire_s is not None and expire_s <= 0:
            self.delete(name)
            return
        self._guarded(lambda redis: redis.set(self._space + name, value, px=_ms(expire_s)), None)

    def add(self, name: str, value: bytes, expire_s: float) -> bool:
        """Store `value` unless there is one; True also where the server cannot be reached."""
        return self._guarded(
            lambda redis: bool(redis.set(self._space + name, value, px=_ms(expire_s), nx=True)), True
        )

    def delete(self, name: str) -> None:
        """Forget `name`."""
        self._guarded(lambda redis: redis.delete(self._space + name), None)

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin with `prefix`; some may be those of entries that are gone."""
        pattern = self._space + re.sub(r"([*?\[\]^\\])", r"\\\1", prefix) + "*"
        found: list[bytes] = self._guarded(
            lambda redis: list(redis.scan_iter(match=pattern, count=1000)), []
        )
        return [name.decode().removeprefix(self._space) for name in found]

    def _guarded(self, action: Callable[[Any], _T], otherwise: _T) -> _T:
        import redis  # noqa: PLC0415 - only where it is used need it be installed

        try:
            return action(redis_of(self._url))
        except redis.RedisError as problem:
            _log.warning("Redis cannot be used now: %s", type(problem).__name__)
            return otherwise


def redis_of(url: str) -> Any:
    """Return the connections of this process to the Redis server at `url`.

    A server that has just been silent is not asked for some seconds, and counts as silent: a page asks many
    things of it, and would wait for each.
    """
    return _redis(url, os.getpid())


@lru_cache(maxsize=8)
def _redis(url: str, _process: int) -> Any:
    """Return connections that belong to one process; those of a parent are not touched."""
    from redis import Redis, TimeoutError  # noqa: PLC0415

    class SparingRedis(Redis):
        silent_until = 0.0

        def execute_command(self, *command: Any, **options: Any) -> Any:
            if time.monotonic() < self.silent_until:
                raise TimeoutError("not asked, for it was silent lately")
            try:
                return super().execute_command(*command, **options)  # type: ignore[no-untyped-call]
            except TimeoutError:
                self.silent_until = time.monotonic() + _SPARED_S
                raise

    return SparingRedis.from_url(
        url, socket_timeout=_BUSY_S, socket_connect_timeout=_BUSY_S, health_check_interval=30
    )


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else max(round(seconds * 1000), 1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=DiskStore.renew_lock)


def make_private(directory: Path) -> None:
    """Make `directory` if need be, and closed to everybody but the user.

    Raises
    ------
    PermissionError
        If it belongs to another user, who could put anything there.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid") and directory.stat().st_uid != os.getuid():
        raise PermissionError(f"{directory} belongs to another user: choose another cache directory")
    directory.chmod(0o700)
