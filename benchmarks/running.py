"""The product in processes of its own, and a browser, for what is measured from outside."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]


@contextmanager
def archive_process(folder: Path) -> Iterator[str]:
    """Run an archive on `folder` until the block ends; give its address."""
    command = [sys.executable, "-m", "aurorax_dashboard.archive", "--port", "0", "--data", str(folder)]
    with _process(command, r"archive \(simulated\) at ") as (_, address):
        yield address


@contextmanager
def dashboard_process(archive: str, folder: Path) -> Iterator[tuple[int, str]]:
    """Run a dashboard as deployed until the block ends; give its first process and its address."""
    command = [sys.executable, "-m", "gunicorn", "app:server"]
    settings = {"PORT": "0", "AURORAX_API_URL": archive, "DASHBOARD_DATA": str(folder)}
    with _process(command, "AuroraX Dashboard at ", **settings) as running:
        yield running


@contextmanager
def _process(command: list[str], ready: str, **environment: str) -> Iterator[tuple[int, str]]:
    """Run `command` until the block ends; give its number and the address it prints after `ready`."""
    with tempfile.NamedTemporaryFile("w+", suffix=".log") as log:
        running = subprocess.Popen(  # noqa: S603
            command, cwd=REPOSITORY, env={**os.environ, **environment}, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and running.poll() is None:
                found = re.search(rf"{ready}(http://\S+)", Path(log.name).read_text())
                if found:
                    yield running.pid, found[1]
                    return
                time.sleep(0.05)
            raise RuntimeError(Path(log.name).read_text())
        finally:
            running.terminate()
            running.wait(40)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def memory_mb(pid: int) -> float:
    """Return the memory that the processes of the dashboard hold for themselves, without the archive."""
    web = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    total = 0
    for one in web:
        try:
            total += one.memory_full_info().uss
        except psutil.Error:
            continue
    return total / 1e6
