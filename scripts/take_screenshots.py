"""Make the pictures of the README from the running application.

    make run                                  # in another terminal
    .venv/bin/python scripts/take_screenshots.py http://127.0.0.1:8050

Needs Chromium; its path can be given in the variable CHROMIUM.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SIZE = {"width": 1440, "height": 900}


DRAWN = ".js-plotly-plot .main-svg"
"""A figure that has been drawn."""


def take(page: Page, name: str, *, full: bool = False) -> None:
    """Save the page as it stands, once its figures are drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    page.screenshot(path=IMAGES / f"{name}.png", full_page=full)


def close_hints(page: Page) -> None:
    """Close the hints for who is here for the first time."""
    for button in page.get_by_role("button", name="Close this hint").all():
        if button.is_visible():
            button.click()


def main(address: str) -> None:
    """Walk through the first example and save each page."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{address}/search?q={to_param(examples()[0].query)}")
        expect(page.locator("#search-coverage")).not_to_be_empty()
        close_hints(page)
        take(page, "search", full=True)
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator("h1.ax-headline")).to_be_visible(timeout=60_000)
        close_hints(page)
        take(page, "result", full=True)
        result = page.url.partition("?")[0]
        others = {
            "conjunction": f"{result}/1",
            "availability": f"{address}/availability?start=2019-01-01&end=2019-03-31&program=themis-asi,swarm",
            "keograms": f"{address}/keograms?program=themis-asi&platform=gillam&start=2019-01-01&end=2019-01-20",
            "explorer": f"{address}/explorer?t=2019-01-01+06:00",
        }
        for name, url in others.items():
            page.goto(url)
            ready = ".ax-track img" if name == "keograms" else DRAWN
            expect(page.locator(ready).first).to_be_visible(timeout=60_000)
            expect(page.get_by_text("fetching positions")).to_have_count(0, timeout=60_000)
            take(page, name)
        page.goto(f"{address}/ephemeris?program=swarm&start=2019-01-01&end=2019-01-01")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator("#ephemeris-north .main-svg").first).to_be_visible(timeout=60_000)
        take(page, "ephemeris")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8050")
