"""Two web servers and two workers that share a Redis: what begins on one goes on at the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from aurorax_dashboard.api.models import ConjunctionQuery, GroundCriteria
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
RESULT = re.compile(r"/results/[0-9a-f-]{36}")


@dataclass
class Machine:
    """Where one of the web servers answers."""

    address: str


@pytest.fixture
def machines(tmp_path: Path, redis_url: str, archive_address: str) -> Iterator[list[Machine]]:
    """Two dashboards with nothing in common but Redis and the archive, and a worker for each."""
    common = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("AURORAX", "DASHBOARD"))},
        "AURORAX_API_URL": archive_address,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "the same on both machines, as the README asks",
        "PORT": "0",
        "WEB_CONCURRENCY": "1",
        "PYTHONPATH": str(REPOSITORY),
    }
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *command: str) -> Path:
        output = tmp_path / f"{name}.txt"
        with output.open("wb") as stream:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", *command],
                    cwd=REPOSITORY,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    env={**common, "DASHBOARD_DATA": str(tmp_path / name)},
                )
            )
        return output

    webs = [start(f"web{n}", "gunicorn", "app:server") for n in (1, 2)]
    workers = [
        start(f"worker{n}", "celery", "-A", "app:celery_app", "worker", "-n", f"worker{n}")
        for n in (1, 2)
    ]
    found: list[Machine] = []
    deadline = time.monotonic() + START_SECONDS
    for output in webs:
        while not (said := re.search(r"AuroraX Dashboard at (http://\S+)", output.read_text())):
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
        found.append(Machine(said[1]))
    yield found
    for process in started:
        process.terminate()
    for process in started:
        process.wait(30)
    for output in (*webs, *workers):
        assert "Traceback" not in output.read_text(), output.read_text()


def search(page: Page, query: ConjunctionQuery) -> str:
    page.goto(f"/search?q={to_param(query)}")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT)
    return urlsplit(page.url).path


def test_a_search_of_one_machine_is_followed_shown_and_cancelled_on_the_other(
    machines: list[Machine], person: Callable[..., Any]
) -> None:
    here, there = (person(machine, base_url=machine.address).page for machine in machines)
    path = search(here, examples()[0].query)
    there.goto(path)
    for page in (here, there):
        expect(page.locator("h1.ax-headline")).to_contain_text("11 conjunctions", timeout=30_000)

    decade = replace(
        examples()[0].query,
        start=datetime(2014, 1, 1),  # noqa: DTZ001 - as the API writes times
        end=datetime(2024, 1, 1),  # noqa: DTZ001
        ground=[GroundCriteria(programs=["themis-asi"])],
    )
    there.goto(search(here, decade))
    expect(there.get_by_role("status").filter(has_text="Running")).to_be_visible(timeout=30_000)
    there.get_by_role("button", name="Cancel the search").click()
    for page in (here, there):
        expect(page.get_by_role("heading", name="This search was cancelled")).to_be_visible(
            timeout=30_000
        )
