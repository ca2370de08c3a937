"""Background callbacks: never shared between people, started by name, forgotten in time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from aurorax_dashboard.searches.background import FollowManager
from aurorax_dashboard.searches.jobserver import Jobs, Order


def job(_report: Any, name: str) -> str:
    return f"done: {name}"


@pytest.fixture
def manager(tmp_path: Path) -> FollowManager:
    return FollowManager(tmp_path / "jobs")


def test_equal_inputs_never_share_a_job(manager: FollowManager) -> None:
    keys = {manager.build_cache_key(job, ["same"], [], ["same"]) for _ in range(20)}
    assert len(keys) == 20


def test_what_jobs_leave_expires(manager: FollowManager) -> None:
    manager.handle.set("progress", ["half"])
    _, expires = manager.handle.get("progress", expire_time=True)
    assert 0 < expires - time.time() <= 3600


def test_an_ordered_job_leaves_its_result(
    manager: FollowManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.register("by-name", job, progress=True)
    orders: list[Order] = []
    monkeypatch.setattr(Jobs, "start", lambda _self, order: orders.append(order) or 42)
    pid = manager.call_job_fn("key", manager.func_registry["by-name"], ["x"], {"path": "/"})
    assert (pid, orders[0].function) == (42, "by-name")
    manager.run(orders[0])
    assert manager.get_result("key", None) == "done: x"
