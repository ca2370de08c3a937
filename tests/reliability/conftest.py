"""Dashboards that tests may break."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dashboards import Gate, Page, Site

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def start_site(tmp_path: Path, start_archive: Callable[..., Any]) -> Iterator[Callable[..., Site]]:
    """Start a dashboard with an archive of its own behind a gate."""
    processes: list[subprocess.Popen[bytes]] = []
    gate = Gate(start_archive().address)
    environment = {
        "PATH": os.defpath,
        "PORT": "0",
        "DASHBOARD_DATA": str(tmp_path / "data"),
        "AURORAX_API_URL": gate.address,
        "SECRET_KEY": "of all processes of the dashboard",
    }

    def run(name: str, command: list[str], **more: str) -> Path:
        output = tmp_path / f"{name}.txt"
        with output.open("wb") as stream:
            processes.append(
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=REPOSITORY,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    env={**environment, **more},
                )
            )
        return output

    def start(**more: str) -> Site:
        output = run("web", ["app.py"], **more)
        if "REDIS_URL" in more:
            run("worker", ["-m", "celery", "-A", "app:celery_app", "worker", "-c", "2"], **more)
        process = processes[0]
        deadline = time.monotonic() + 60
        while not (found := re.search(r"AuroraX Dashboard at (http://\S+)", output.read_text())):
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.05)
        return Site(process, found[1], gate, tmp_path / "data", output)

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(40)
    gate.stop()


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    return start_site()


@pytest.fixture
def open_page() -> Iterator[Callable[..., Page]]:
    """Start a search and open its page, which starts the job that follows it."""
    opened: list[Page] = []

    def opens(site: Site, **more: Any) -> Page:
        opened.append(Page(site, site.start_search(**more)))
        return opened[-1]

    yield opens
    for each in opened:
        each.close()


@pytest.fixture
def page(site: Site, open_page: Callable[..., Page]) -> Page:
    """The page of a search that runs, and is followed by a job."""
    opened = open_page(site)
    opened.wait_for("Running", "running")
    return opened
