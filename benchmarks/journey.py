"""How long a researcher waits between Search and the result, beside the archive asked by plain HTTP.

    python benchmarks/journey.py

The first example, in a dashboard and an archive that have never been asked anything; then a year of all
THEMIS imagers and all Swarm satellites, first of a year that the archive has not seen, then again. Each time a
search is opened in the builder, Search is clicked some seconds later, when the page has come to rest, and the
clock runs until rows of the table and the map are drawn. Archive, dashboard and browser share the machine. Of
the repeats the shortest counts, which a noisy machine troubles least. Exits with 1 if a bar is missed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec
from playwright.sync_api import BrowserContext, expect
from running import archive_process, chromium, dashboard_process

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

REPEATS = 5
EXAMPLE_S, FIRST_S, AGAIN_S = 5.0, 15.0, 3.0
"""Bars, from click to drawn map."""


class Wait(NamedTuple):
    """Seconds since the click, and what was found."""

    rows: float
    drawn: float
    headline: str


def a_year() -> ConjunctionQuery:
    """Return the first example over the whole of 2019, with all sources of its two programs."""
    query = examples()[0].query
    return msgspec.structs.replace(
        query,
        start=datetime(2019, 1, 1),  # noqa: DTZ001 - as the API takes times
        end=datetime(2019, 12, 31, 23, 59),  # noqa: DTZ001
        ground=[msgspec.structs.replace(query.ground[0], platforms=[])],
        space=[msgspec.structs.replace(query.space[0], hemisphere=[])],
    )


def search(context: BrowserContext, address: str, query: ConjunctionQuery) -> Wait:
    """Search in a browser, and return how long that took."""
    page = context.new_page()
    page.goto(f"{address}/search?q={to_param(query)}")
    expect(page.locator("#search-coverage")).not_to_be_empty(timeout=60_000)
    page.wait_for_function("() => window.Plotly && window.PlotlyGeoAssets.topojson.world_110m")
    page.wait_for_load_state("networkidle")
    clicked = time.perf_counter()
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator("#result-table .ag-row").first.wait_for(timeout=60_000)
    rows = time.perf_counter() - clicked
    page.locator("#result-map .geo path").first.wait_for(state="attached", timeout=60_000)
    drawn = time.perf_counter() - clicked
    headline = page.locator("h1").inner_text()
    page.close()
    return Wait(rows, drawn, headline)


def plainly(archive: str, query: ConjunctionQuery) -> float:
    """Search with plain HTTP, asking all the time; return the seconds until the whole result is here."""
    with httpx.Client(base_url=archive, timeout=60) as client:
        began = time.perf_counter()
        headers = {"content-type": "application/json"}
        sent = client.post(
            "/api/v1/conjunctions/search", content=msgspec.json.encode(query), headers=headers
        )
        while not client.get(sent.headers["location"]).json()["search_result"]["completed_timestamp"]:
            time.sleep(0.01)
        client.get(f"{sent.headers['location']}/data").raise_for_status()
        return time.perf_counter() - began


def main() -> int:
    """Print the figures; return the exit status."""
    kept = True

    def say(what: str, wait: Wait, bar_s: float, more: str = "") -> None:
        nonlocal kept
        kept &= wait.drawn <= bar_s
        print(
            f"{what}: rows {wait.rows:.2f} s, map drawn {wait.drawn:.2f} s (bar {bar_s:g}){more}, "
            f"{wait.headline.split(' in ')[0]}",
            flush=True,
        )

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        archive = stack.enter_context(archive_process(folder / "archive"))
        _, address = stack.enter_context(dashboard_process(archive, folder / "data"))
        browser = stack.enter_context(chromium())
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        say("example 1, all cold", search(context, address, examples()[0].query), EXAMPLE_S)
        year = a_year()
        say("1 year × themis-asi × swarm, first", search(context, address, year), FIRST_S)
        again = [search(context, address, year) for _ in range(REPEATS)]
        http_s = min(plainly(archive, year) for _ in range(3))
        best = min(again, key=lambda wait: wait.drawn)
        median = statistics.median(wait.drawn for wait in again)
        more = f", median {median:.2f} s, = {best.drawn / http_s:.1f} × plain HTTP ({http_s:.2f} s)"
        say("the same again", best, AGAIN_S, more)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
