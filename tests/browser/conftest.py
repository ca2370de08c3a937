"""The whole product in Chromium: the dashboard as `make run` starts it, on its own archive."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

REPOSITORY = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
APART = {"test_accessibility", "test_hostile", "test_prefix", "test_two_machines"}
"""Run on another worker than the other browser tests, which would else outlast all others together."""
START_SECONDS = 60.0
STOP_SECONDS = 15.0
expect.set_options(timeout=20_000)


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            group = "browser-apart" if item.path.stem in APART else "browser"
            item.add_marker(pytest.mark.xdist_group(group))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="needs Chromium (apt-get install chromium)"))


@dataclass
class Dashboard:
    """A dashboard in processes of its own."""

    process: subprocess.Popen[bytes]
    address: str
    archive: str
    output: Path

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)


def start_dashboard(folder: Path, **environment: str) -> Dashboard:
    """Start ``python app.py`` on a free port and wait until it says where it listens.

    Raises
    ------
    RuntimeError
        With all it printed, if it ends or says nothing for too long.
    """
    folder.mkdir(parents=True)
    output = folder / "output.txt"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AURORAX", "DASHBOARD"))}
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=REPOSITORY,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**inherited, "PORT": "0", "DASHBOARD_DATA": str(folder / "data"), **environment},
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        printed = output.read_text()
        found = re.search(r"AuroraX Dashboard at (http://\S+)", printed)
        if found:
            archive = re.search(r"AURORAX_API_URL\s+(http\S+)", printed)
            assert archive is not None, printed
            return Dashboard(process, found[1], archive[1], output)
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise RuntimeError(f"The dashboard did not start. It printed:\n{output.read_text()}")


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard that all browser tests share."""
    running = start_dashboard(tmp_path_factory.mktemp("browser") / "dashboard")
    yield running
    running.stop()
    printed = running.output.read_text()
    assert "Traceback" not in printed, printed


@pytest.fixture
def own_dashboard(tmp_path: Path) -> Iterator[Callable[..., Dashboard]]:
    """Start dashboards of the test's own, with settings of its own."""
    started: list[Dashboard] = []

    def start(**environment: str) -> Dashboard:
        started.append(start_dashboard(tmp_path / f"dashboard-{len(started)}", **environment))
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser of their own, and what went wrong in it unseen."""

    context: BrowserContext
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self.page


@pytest.fixture
def person(chromium: Browser, dashboard: Dashboard) -> Iterator[Callable[..., Person]]:
    """Make people. After the test: no console error, no failed page script, no foreign host."""
    people: list[Person] = []

    def make(at: Dashboard = dashboard, **context: object) -> Person:
        settings = {
            "viewport": {"width": 1440, "height": 900},
            "timezone_id": "America/Denver",
            **context,
        }
        opened = chromium.new_context(**settings)  # type: ignore[arg-type]
        opened.set_default_timeout(30_000)
        one = Person(opened, opened.new_page(), at.address)
        _listen(one)
        people.append(one)
        return one

    yield make
    complaints = [complaint for one in people for complaint in one.complaints]
    for one in people:
        one.context.close()
    assert complaints == [], "\n".join(complaints)


def _listen(one: Person) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            one.complaints.append(f"console: {message.text}")

    def requested(request: Request) -> None:
        if not request.url.startswith((one.address, "data:", "blob:")):
            one.complaints.append(f"foreign request: {request.url}")

    one.page.on("console", console)
    one.page.on("pageerror", lambda error: one.complaints.append(f"page error: {error}"))
    one.page.on("request", requested)
