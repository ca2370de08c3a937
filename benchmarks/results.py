"""How a result of 100,000 conjunctions feels: first rows, sorting, filtering, and what it weighs.

    python benchmarks/results.py [COUNT]

A result is kept as if it had been found, and opened in Chromium. Times are medians of several, from the
click to the drawn rows, beside the same in a result of 100 conjunctions; exits with 1 if a bar is missed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from decode import write_body
from playwright.sync_api import Browser, Page
from running import archive_process, chromium, dashboard_process, memory_mb

from aurorax_dashboard.api.frames import empty_ephemeris
from aurorax_dashboard.api.models import SearchRequest, SearchResult, SearchStatus
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.searches.store import SearchStore

COUNT, FEW = 100_000, 100
REPEATS = 5
FIRST_ROWS_S, CHANGE_S, BROWSER_MB = 2.0, 1.0, 500.0
ROWS = ".ag-center-cols-container .ag-row"
WAIT_UNTIL_OTHER = """([selector, before]) => new Promise((done) => {
  const look = () => {
    const read = document.querySelector(selector)?.innerText.trim() ?? "";
    read && read !== before.trim() ? done() : requestAnimationFrame(look);
  };
  look();
})"""


def keep_result(folder: Path, server: str, count: int) -> str:
    """Keep a result of `count` conjunctions; return its request id."""
    body = folder / f"{count}.json"
    write_body(body, count)
    result = ConjunctionResult.from_json(body.read_bytes())
    body.unlink()
    request_id = str(uuid.uuid4())
    now = datetime.now(UTC)
    status = SearchStatus(
        search_request=SearchRequest(request_id=request_id, requested=now),
        search_result=SearchResult(completed_timestamp=now, result_count=count),
    )
    finished = Finished(status=status, server=server, simulated=True, retrieved=now)
    SearchStore(DiskKeep(folder / "data" / "searches")).finish(finished, result, empty_ephemeris())
    return request_id


def once(browser: Browser, url: str) -> dict[str, float]:
    """Return what a person waits for who opens `url`, in seconds, and the browser's memory in MB."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    waits: dict[str, float] = {}
    began = time.perf_counter()
    page.goto(url)
    wait_until_other(page, ROWS, "")
    waits["first rows"] = time.perf_counter() - began
    page.wait_for_load_state("networkidle")

    before = page.locator(ROWS).first.inner_text()
    began = time.perf_counter()
    page.locator(".ag-header-cell", has_text="Farthest (km)").click()
    wait_until_other(page, ROWS, before)
    waits["sort"] = time.perf_counter() - began

    page.get_by_role("button", name="Filter").click()
    page.locator("#filters-km-most").fill("20")
    before = page.locator(ROWS).first.inner_text()
    began = time.perf_counter()
    page.locator("#filters-km-most").press("Enter")
    wait_until_other(page, ROWS, before)
    waits["filter"] = time.perf_counter() - began
    page.wait_for_load_state("networkidle")
    waits["browser MB"] = heap_mb(page)
    context.close()
    return waits


def wait_until_other(page: Page, selector: str, before: str) -> None:
    """Wait until the first part that `selector` finds reads other than `before`, looking at each frame.

    Playwright's own waiting looks ever more rarely, up to once a second: too coarse for what is told here.
    """
    page.evaluate(WAIT_UNTIL_OTHER, [selector, before])


def measure(browser: Browser, url: str) -> dict[str, float]:
    """Return medians over several visits."""
    visits = [once(browser, url) for _ in range(REPEATS)]
    return {name: statistics.median(visit[name] for visit in visits) for name in visits[0]}


def heap_mb(page: Page) -> float:
    """Return the memory of the page's scripts."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def main(count: int) -> int:
    """Print the figures; return the exit status."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        archive = stack.enter_context(archive_process(folder / "archive"))
        many, few = (keep_result(folder, archive, each) for each in (count, FEW))
        pid, address = stack.enter_context(dashboard_process(archive, folder / "data"))
        browser = stack.enter_context(chromium())
        reference = measure(browser, f"{address}/results/{few}")
        before = memory_mb(pid)
        found = measure(browser, f"{address}/results/{many}")
        grown = memory_mb(pid) - before
    bars = {"first rows": FIRST_ROWS_S, "sort": CHANGE_S, "filter": CHANGE_S, "browser MB": BROWSER_MB}
    print(f"{count:,} conjunctions beside {FEW}; medians of {REPEATS}")
    for name, bar in bars.items():
        print(
            f"{name:12s} {found[name]:8.2f} (bar {bar:g})   {found[name] / reference[name]:5.1f} × those of {FEW}"
        )
    print(f"server memory for the open result, all processes: {grown:.0f} MB")
    return 0 if all(found[name] <= bar for name, bar in bars.items()) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else COUNT))
