"""What dies in the middle of use: a job, a web worker, the server behind, the cache, the disk."""

from __future__ import annotations

import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from dashboards import CONJUNCTIONS, DONE, Page, Site

REDIS = shutil.which("redis-server")
SMALL_FILE = 32 * 1024
"""Bytes. No file may grow beyond this on a disk that is as good as full; reading needs no more."""


def test_a_job_that_dies_is_taken_over(site: Site, page: Page) -> None:
    server, *jobs = site.members("aurorax_dashboard.jobs")
    assert jobs
    for job in jobs:
        job.kill()
    time.sleep(1)
    site.gate.shut = False
    page.wait_for(*DONE)
    assert server.is_running()
    assert CONJUNCTIONS in page.headline()


def test_the_server_of_jobs_may_die_with_all_its_jobs(site: Site, page: Page) -> None:
    for one in site.members("aurorax_dashboard.jobs"):
        one.kill()
    site.gate.shut = False
    page.wait_for(*DONE)
    assert CONJUNCTIONS in page.headline()


def test_web_workers_may_die(site: Site, page: Page) -> None:
    workers = site.workers()
    assert len(workers) == 2
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
    site.gate.shut = False
    page.wait_for(*DONE)
    assert CONJUNCTIONS in page.headline()


def test_the_server_behind_may_die_and_come_back(
    site: Site, page: Page, start_archive: Callable[..., Any]
) -> None:
    whole, site.gate.archive = site.gate.archive, "http://127.0.0.1:9"
    page.wait_for("unreachable", "not reached", "cannot be reached", "not answer")
    site.gate.archive, site.gate.shut = whole, False
    page.wait_for(*DONE)
    site.gate.archive = "http://127.0.0.1:9"
    assert CONJUNCTIONS in page.headline()  # from our own copy


def test_a_broken_cache_loses_nothing_that_was_found(site: Site, page: Page) -> None:
    site.gate.shut = False
    page.wait_for(*DONE)
    broken = [path for path in (site.folder / "cache").rglob("*") if path.is_file()]
    assert broken
    for path in broken:
        path.write_bytes(b"\x00 this is no cache " * 100)
    assert CONJUNCTIONS in page.headline()
    assert page.ask("_pages_content.children", pathname="/search", search="").status_code == 200
    assert "Traceback" not in page.headline()


def test_a_full_disk_is_told_and_old_results_are_shown(
    site: Site, page: Page, open_page: Callable[..., Page]
) -> None:
    site.gate.shut = False
    page.wait_for(*DONE)
    family = [psutil.Process(site.process.pid), *site.members("")]
    for one in family:
        one.rlimit(resource.RLIMIT_FSIZE, (SMALL_FILE, resource.RLIM_INFINITY))
    another = open_page(site)
    assert "not answered" not in another.look()
    assert CONJUNCTIONS in page.headline()
    assert httpx.get(f"{site.address}/ready", timeout=30).status_code == 503
    for one in family:
        if one.is_running():
            one.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    another.wait_for(*DONE)
    assert CONJUNCTIONS in another.headline()


@pytest.mark.skipif(REDIS is None, reason="needs Redis (apt-get install redis-server)")
def test_redis_may_die_and_come_back(
    tmp_path: Path, start_site: Callable[..., Site], open_page: Callable[..., Page]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "redis").mkdir()
    command = [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += ["--appendonly", "yes", "--appendfsync", "always", "--dir", str(tmp_path / "redis")]
    redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        site = start_site(REDIS_URL=f"redis://127.0.0.1:{port}/0")
        page = open_page(site)
        page.wait_for("Running", "running")
        redis.kill()
        redis.wait()
        page.wait_for("store cannot be used")
        assert httpx.get(f"{site.address}/health", timeout=30).status_code == 200
        assert httpx.get(f"{site.address}/ready", timeout=30).status_code == 503
        redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        site.gate.shut = False
        page.wait_for(*DONE)
        assert CONJUNCTIONS in page.headline()
    finally:
        redis.kill()
        redis.wait()
