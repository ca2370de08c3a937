import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from aurorax_dashboard.archive.simulation.blockstore import BlockStore

BLOCK = np.arange(1000, dtype=np.float32)


def fail() -> np.ndarray:
    raise AssertionError("computed although it was kept")


def test_a_block_is_computed_once(tmp_path):
    BlockStore(tmp_path, 10**6).get("a", lambda: BLOCK)
    np.testing.assert_array_equal(BlockStore(tmp_path, 10**6).get("a", fail), BLOCK)


def test_kept_blocks_cannot_be_changed(tmp_path):
    store = BlockStore(tmp_path, 10**6)
    store.get("a", lambda: BLOCK)
    with pytest.raises(ValueError, match="read-only"):
        store.get("a", fail)[0] = 1.0


def test_threads_that_want_the_same_block_wait_for_the_first(tmp_path):
    store, computed, ready = BlockStore(tmp_path, 10**6), [], threading.Barrier(4)

    def get(_: int) -> np.ndarray:
        ready.wait()
        return store.get("a", lambda: computed.append(1) or BLOCK)

    with ThreadPoolExecutor(4) as pool:
        for block in pool.map(get, range(4)):
            np.testing.assert_array_equal(block, BLOCK)
    assert len(computed) == 1


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_is_replaced(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    np.testing.assert_array_equal(BlockStore(tmp_path, 10**6).get("a", lambda: BLOCK), BLOCK)
    np.testing.assert_array_equal(BlockStore(tmp_path, 10**6).get("a", fail), BLOCK)


def test_a_block_that_cannot_be_kept_is_returned(tmp_path):
    (tmp_path / "folder").write_text("in the way")
    store = BlockStore(tmp_path / "folder", 10**6)
    np.testing.assert_array_equal(store.get("a", lambda: BLOCK), BLOCK)


def test_what_was_unused_for_longest_goes_first(tmp_path):
    store = BlockStore(tmp_path, 14_000)
    for age, name in enumerate("abc"):
        store.get(name, lambda: BLOCK)
        os.utime(tmp_path / f"{name}.npy", (1e9 + age, 1e9 + age))
    store.get("a", fail)
    store.get("d", lambda: BLOCK)
    kept = {path.stem for path in tmp_path.glob("*.npy")}
    assert {"a", "d"} <= kept
    assert "b" not in kept


def test_a_block_larger_than_the_limit_is_still_served(tmp_path):
    store = BlockStore(tmp_path, 100)
    for name in "abc":
        np.testing.assert_array_equal(store.get(name, lambda: BLOCK), BLOCK)
    assert len(list(tmp_path.glob("*.npy"))) == 1


def test_files_are_opened_one_at_a_time(tmp_path, monkeypatch):
    stores = [BlockStore(tmp_path / str(number), 10**6) for number in range(4)]
    for store in stores:
        store.get("a", lambda: BLOCK)
    load, opening, together = np.load, [], []

    def watched(*given: object, **options: object) -> np.ndarray:
        opening.append(1)
        together.append(len(opening))
        time.sleep(0.02)
        opening.pop()
        return load(*given, **options)

    monkeypatch.setattr(np, "load", watched)
    with ThreadPoolExecutor(4) as pool:
        for block in pool.map(lambda store: store.get("a", fail), stores):
            np.testing.assert_array_equal(block, BLOCK)
    assert together == [1] * 4
