"""A dashboard under a path of its own, as behind a proxy that serves other things too."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

LONG_S = 60_000


def test_everything_is_asked_for_and_reached_under_the_path(
    person: Callable[..., Any], own_dashboard: Callable[..., Any]
) -> None:
    running = own_dashboard(DASHBOARD_PREFIX="/aurora/tools/")
    assert running.address.endswith("/aurora/tools")
    page = person(at=running).open("/")  # a request outside the address would be a foreign one

    for name in ("Results", "Availability", "Explorer", "Keograms", "Ephemeris", "Sources", "Search"):
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_have_text(name if name != "Search" else "Find conjunctions")
        assert page.url.startswith(f"{running.address}/")
    page.get_by_role("link", name="More in the guide").click()
    expect(page.get_by_role("heading", name="Guide", level=1)).to_be_visible()
    assert page.url == f"{running.address}/guide"

    page.get_by_role("link", name="AuroraX Dashboard").click()
    page.get_by_text("Swarm over two THEMIS cameras").click()
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(re.compile(r"/aurora/tools/results/[0-9a-f-]{36}"), timeout=LONG_S)
    expect(page.locator("h1.ax-headline")).to_contain_text("11 conjunctions", timeout=LONG_S)
    expect(page.locator("#result-map .geolayer").first).to_be_visible()
    page.locator(".ag-center-cols-container .ag-row a").first.click()
    page.wait_for_url(re.compile(r"/aurora/tools/results/[0-9a-f-]{36}/\d+"))
    expect(page.get_by_role("button", name="CSV")).to_be_visible()

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Keograms").click()
    page.locator("a.ax-card").first.click()
    picture = page.locator(".ax-keograms img").first
    expect(picture).to_have_attribute("src", re.compile("^/aurora/tools/images/"), timeout=LONG_S)

    page.goto(f"{running.address}/sources")
    page.locator(".ag-center-cols-container .ag-row a").first.click()
    page.wait_for_url(re.compile(r"/aurora/tools/sources/\d+$"))
    page.get_by_role("link", name="Its availability").click()
    expect(page.get_by_role("heading", name="Availability")).to_be_visible()
    assert page.url.startswith(f"{running.address}/availability?")
