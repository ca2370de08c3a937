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


def take(page: Page, name: str) -> None:
    """Save the page as it stands, once its figures are drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    page.screenshot(path=IMAGES / f"{name}.png", full_page=True)


def main(address: str) -> None:
    """Walk through the first example and save each page."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{address}/search?q={to_param(examples()[0].query)}")
        expect(page.locator("#search-coverage")).not_to_be_empty()
        take(page, "search")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator("h1.ax-headline")).to_be_visible(timeout=60_000)
        take(page, "result")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8050")
