import logging
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import diskcache
import pytest

from aurorax_dashboard.api.bytestore import ByteStore, DiskStore, MemoryStore, RedisStore, make_private


@pytest.fixture(params=["disk", "memory", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ByteStore:
    if request.param == "redis":
        return RedisStore(request.getfixturevalue("redis_url"), tmp_path.name)
    return MemoryStore() if request.param == "memory" else DiskStore(tmp_path / "store")


def test_bytes_come_back_until_deleted(store: ByteStore) -> None:
    assert store.get("a") is None
    for value in (b"", b"small", b"x" * 100_000):
        store.put("a", value)
        assert store.get("a") == value
    store.delete("a")
    store.delete("a")
    assert store.get("a") is None


def test_entries_expire(store: ByteStore) -> None:
    store.put("gone", b"1", 0.0)
    store.put("here", b"1", 60.0)
    assert (store.get("gone"), store.get("here")) == (None, b"1")
    assert store.add("gone", b"2", 60.0)


def test_names_are_found_by_how_they_begin(store: ByteStore) -> None:
    for name in ("lease:a", "lease:b", "leas*:c", "other:a"):
        store.put(name, b"1", 60.0)
    assert sorted(store.names("lease:")) == ["lease:a", "lease:b"]
    assert store.names("leas*:") == ["leas*:c"]
    assert store.names("nothing") == []


def test_without_redis_nothing_is_held_and_nobody_waits(caplog: pytest.LogCaptureFixture) -> None:
    away = RedisStore("redis://:s3cret@127.0.0.1:9/0", "away")
    away.put("a", b"1")
    assert (away.get("a"), away.names("a"), away.add("a", b"1", 60.0)) == (None, [], True)
    away.delete("a")
    assert "Redis cannot be used now" in caplog.text
    assert "s3cret" not in caplog.text


def test_of_many_threads_one_adds(store: ByteStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda i: store.add("a", b"%d" % i, 60.0), range(32))) == 1


def test_processes_share_a_directory(tmp_path: Path) -> None:
    DiskStore(tmp_path / "s").put("a", b"1")
    assert DiskStore(tmp_path / "s").get("a") == b"1"


def test_only_bytes_are_stored(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="only bytes"):
        DiskStore(tmp_path).put("a", {"not": "bytes"})  # type: ignore[arg-type]


class _Bomb:
    """Makes a directory when it is unpickled."""

    def __init__(self, crater: Path) -> None:
        self._crater = str(crater)

    def __reduce__(self) -> Any:
        return (os.mkdir, (self._crater,))


def test_what_somebody_pickled_into_it_is_never_unpickled(tmp_path: Path) -> None:
    with diskcache.Cache(str(tmp_path / "s")) as other:
        other.set("a", _Bomb(tmp_path / "crater"))
    assert DiskStore(tmp_path / "s").get("a") is None
    assert not (tmp_path / "crater").exists()
    with diskcache.Cache(str(tmp_path / "t")) as other:
        other.set("a", _Bomb(tmp_path / "crater"))
        other.get("a")
    assert (tmp_path / "crater").exists(), "or this test would prove nothing"


def test_all_go_on_in_the_store_that_one_has_made_anew(tmp_path: Path) -> None:
    one, other = DiskStore(tmp_path), DiskStore(tmp_path)
    one.put("a", b"1")
    assert other.get("a") == b"1"
    one._discard(one._cache())
    one.put("b", b"2")
    assert other.get("b") == b"2"
    assert one.add("c", b"", 60)
    assert not other.add("c", b"", 60)


def test_a_damaged_store_is_made_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = DiskStore(tmp_path)
    store.put("a", b"1")
    store.close()
    (tmp_path / "cache.db").write_bytes(b"this is no database" * 1000)
    for leftover in tmp_path.glob("cache.db-*"):
        leftover.unlink()
    damaged = DiskStore(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert damaged.get("a") is None
    assert "damaged" in caplog.text
    damaged.put("a", b"2")
    assert damaged.get("a") == b"2"


def test_a_store_that_cannot_be_used_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DiskStore(tmp_path)
    store.put("a", b"1")

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(diskcache.Cache, "set", full)
    monkeypatch.setattr(diskcache.Cache, "add", full)
    store.put("b", b"1")
    assert store.get("b") is None
    assert store.add("c", b"1", 1.0), "who cannot agree with others works alone"
    assert store.get("a") == b"1"


def test_the_oldest_entries_are_dropped_only_where_there_is_a_limit(tmp_path: Path) -> None:
    limited, unlimited = DiskStore(tmp_path / "l", 2_000_000), DiskStore(tmp_path / "u")
    for store in (limited, unlimited):
        for i in range(40):
            store.put(f"{i}", b"x" * 100_000)
    assert limited.get("0") is None
    assert limited.get("39") is not None
    assert unlimited.get("0") is not None


def test_the_directory_is_for_its_user_alone(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "cache"
    directory.mkdir(parents=True, mode=0o755)
    DiskStore(directory).put("a", b"1")
    assert directory.stat().st_mode & 0o777 == 0o700


def test_a_directory_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="belongs to another user"):
        make_private(tmp_path)
    with pytest.raises(PermissionError):
        DiskStore(tmp_path).get("a")
