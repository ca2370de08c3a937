"""The drawer of this browser's searches, on every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from playwright.sync_api import expect

from aurorax_dashboard.api.models import GroundCriteria
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

RESULT = re.compile(r"/results/[0-9a-f-]{36}")


def test_a_search_is_seen_and_cancelled_from_another_page(person: Callable[..., Any]) -> None:
    decade = replace(
        examples()[0].query,
        start=datetime(2014, 1, 1),  # noqa: DTZ001 - as the API writes times
        end=datetime(2024, 1, 1),  # noqa: DTZ001
        ground=[GroundCriteria(programs=["themis-asi"])],
    )
    page = person().open(f"/search?q={to_param(decade)}")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Search").click()
    expect(page.locator("#runs-count")).to_have_text("1", timeout=30_000)
    page.get_by_role("button", name="Searches of this browser").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("THEMIS-ASI × Swarm")
    expect(drawer.locator(".ax-run-state")).to_contain_text("Running", timeout=20_000)
    drawer.get_by_role("button", name="Cancel", exact=True).click()
    expect(drawer.locator(".ax-run-state")).to_contain_text("Cancelled", timeout=30_000)
    expect(page.locator("#runs-count")).to_be_empty()
    drawer.get_by_role("link", name=re.compile("THEMIS-ASI")).click()
    expect(page.get_by_role("heading", name="This search was cancelled")).to_be_visible()

    expect(page.get_by_role("dialog")).to_have_count(0)  # it closed for the page one went to
    cancelled = page.url
    page.get_by_role("button", name="Searches of this browser").click()
    drawer.get_by_role("button", name="Run again").click()
    page.wait_for_url(lambda url: url != cancelled and RESULT.search(url) is not None)
    expect(page.locator("#runs-count")).to_have_text("1", timeout=30_000)
    page.get_by_role("button", name="Cancel the search").click()
    expect(page.get_by_role("heading", name="This search was cancelled")).to_be_visible()
