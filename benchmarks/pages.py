"""What each page weighs and how long it takes in Chromium, at full size.

    python benchmarks/pages.py

For each page: bytes of the first visit (compressed, scripts and all), bytes of the largest answer to a
callback and its time, and the time until its chart is drawn in a browser that has the scripts already.
Medians of several visits, beside the home page of the same run. Exits with 1 if an answer is above 2 MB.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect
from running import archive_process, chromium, dashboard_process

from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

REPEATS = 3
MOST_ANSWER_MB = 2.0
SATELLITES = "program=swarm,themis,arase,cluster&instrument=footprint"

Visit = tuple[float, float, float, float]
"""Bytes in all, bytes and seconds of the largest answer to a callback, seconds until drawn."""


def said(figure: str) -> str:
    """Return the selector of a figure's words, which come with what it draws."""
    return f"#{figure}-summary:not(:empty)"


@dataclass
class Traffic:
    """What a page asked for, by request."""

    bytes_of: dict[str, float] = field(default_factory=dict)
    began: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def watch(page: Page) -> Traffic:
    """Count what `page` receives from now on."""
    traffic = Traffic()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def sent(event: dict) -> None:
        if "/_dash-update-component" in event["request"]["url"]:
            traffic.began[event["requestId"]] = event["timestamp"]

    def finished(event: dict) -> None:
        request = event["requestId"]
        traffic.bytes_of[request] = event["encodedDataLength"]
        if request in traffic.began:
            traffic.seconds[request] = event["timestamp"] - traffic.began[request]

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.loadingFinished", finished)
    return traffic


def visit(context: BrowserContext, url: str, ready: str) -> Visit:
    """Open `url` and wait until `ready` is there and all is quiet."""
    page = context.new_page()
    traffic = watch(page)
    began = time.perf_counter()
    page.goto(url)
    expect(page.locator(ready).first).to_be_visible(timeout=60_000)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    drawn = time.perf_counter() - began
    page.wait_for_load_state("networkidle")
    page.close()
    largest = max(traffic.seconds, key=lambda one: traffic.bytes_of.get(one, 0), default=None)
    return (
        sum(traffic.bytes_of.values()),
        traffic.bytes_of.get(largest, 0.0) if largest else 0.0,
        traffic.seconds[largest] if largest else 0.0,
        drawn,
    )


def measure(browser: Browser, url: str, ready: str) -> Visit:
    """Return the first visit's bytes, and medians of the visits after it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    first = visit(context, url, ready)
    rest = [visit(context, url, ready) for _ in range(REPEATS)]
    context.close()
    _, size, seconds, drawn = (statistics.median(each) for each in zip(*rest, strict=True))
    return first[0], max(size, first[1]), seconds, drawn


def searched(browser: Browser, url: str, ready: str) -> str:
    """Press Search on a page; return the path of what it leads to."""
    page = browser.new_page()
    page.goto(url)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(ready).first).to_be_visible(timeout=120_000)
    parts = urlsplit(page.url)
    page.close()
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def main() -> int:
    """Print the table; return the exit status."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        archive = stack.enter_context(archive_process(folder / "archive"))
        _, address = stack.enter_context(dashboard_process(archive, folder / "data"))
        browser = stack.enter_context(chromium())
        query = to_param(examples()[0].query)
        result = searched(browser, f"{address}/search?q={query}", "h1.ax-headline")
        month = f"start=2019-01-01&end=2019-01-31&{SATELLITES}"
        ephemeris = searched(browser, f"{address}/ephemeris?{month}", "h1.ax-headline")
        gillam = "program=themis-asi&platform=gillam"
        pages = {
            "home": ("/", ".ax-card"),
            "search": (f"/search?q={query}", "#search-coverage:not(:empty)"),
            "result, 11 conjunctions": (result, said("result-map")),
            "one conjunction": (f"{result}/1", said("conjunction-map")),
            "availability, all sources × 1 year": (
                "/availability?start=2019-01-01&end=2019-12-31",
                said("availability-matrix"),
            ),
            "explorer": ("/explorer?t=2019-01-01+06:00", said("explorer-map")),
            "keograms, 365 nights": (
                f"/keograms?{gillam}&start=2019-01-01&end=2019-12-31",
                ".ax-track img",
            ),
            "ephemeris, 10 satellites × 1 month": (ephemeris, said("ephemeris-series")),
            "sources": ("/sources", ".ag-row"),
            "one source, its days of a year": ("/sources/46?year=2019", said("source-calendar")),
        }
        most, home = 0.0, 0.0
        for name, (path, ready) in pages.items():
            total, size, seconds, drawn = measure(browser, address + path, ready)
            most, home = max(most, size / 1e6), home or drawn
            print(
                f"{name:36s} first visit {total / 1e6:5.2f} MB, largest answer {size / 1e3:7.1f} kB in "
                f"{seconds * 1000:5.0f} ms, drawn {drawn:5.2f} s = {drawn / home:4.1f} × home"
            )
        print(f"largest answer {most:.2f} MB (bar {MOST_ANSWER_MB:g})")
    return 0 if most <= MOST_ANSWER_MB else 1


if __name__ == "__main__":
    sys.exit(main())
