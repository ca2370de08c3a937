"""What must not be lost: kept on disk and in Redis alike, and never silently not."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from aurorax_dashboard.searches.keep import DiskKeep, Keep, KeepError, RedisKeep


@pytest.fixture(params=["disk", "redis"])
def keep(request: pytest.FixtureRequest, tmp_path: Path) -> Keep:
    return (
        RedisKeep(request.getfixturevalue("redis_url"))
        if request.param == "redis"
        else DiskKeep(tmp_path / "keep")
    )


def test_bytes_are_kept_until_they_are_deleted(keep: Keep, tmp_path: Path) -> None:
    name = tmp_path.name
    assert (keep.get(name), keep.has(name)) == (None, False)
    for value in (b"", b"small", b"x" * 200_000):
        keep.put(name, value)
        assert (keep.get(name), keep.has(name)) == (value, True)
    assert keep.add(name, b"another") is False
    keep.delete(name)
    assert keep.add(name, b"another") is True
    assert keep.get(name) == b"another"


def test_the_folder_is_private(tmp_path: Path) -> None:
    DiskKeep(tmp_path / "deep" / "keep")
    assert stat.S_IMODE((tmp_path / "deep" / "keep").stat().st_mode) == 0o700


def test_a_damaged_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    keep = DiskKeep(tmp_path)
    keep.put("a", b"1")
    database = tmp_path / "cache.db"
    with sqlite3.connect(database) as opened:
        opened.execute("UPDATE Cache SET mode = 4, value = 'pickled'")
    opened.close()
    with pytest.raises(KeepError, match="own store") as told:
        keep.get("a")
    assert told.value.details == "DatabaseError"
    assert database.exists()


def test_without_redis_it_says_so_and_tells_no_password() -> None:
    with pytest.raises(KeepError) as told:
        RedisKeep("redis://:s3cret@127.0.0.1:9/0").put("a", b"1")
    assert "s3cret" not in f"{told.value.sentence} {told.value.details} {told.value.__cause__}"
