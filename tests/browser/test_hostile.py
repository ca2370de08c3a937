"""Names, notes and addresses that try to be scripts: they are shown as the text they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, expect

from aurorax_dashboard.api.models import ConjunctionQuery, GroundCriteria, SpaceCriteria
from aurorax_dashboard.queries.link import to_param

MARKUP = "<a href=//evil><img src=x onerror=window.hacked=1>"
FORMULA = "=HYPERLINK(1)"
KEY = "administrators-key-of-the-tests"
SOURCE = {
    "program": "hostile",
    "platform": FORMULA,
    "instrument_type": "'; DROP TABLE sources; --",
    "source_type": "leo",
    "display_name": MARKUP,
    "metadata": {"home": "javascript:window.hacked=1", MARKUP: MARKUP},
    "ephemeris_metadata_schema": [
        {
            "field_name": "state",
            "data_type": "string",
            "description": MARKUP,
            "allowed_values": [MARKUP, FORMULA],
            "searchable": True,
        }
    ],
}
QUERY = ConjunctionQuery(
    start=datetime(2019, 1, 1, 5, 30, tzinfo=UTC),
    end=datetime(2019, 1, 1, 6, 30, tzinfo=UTC),
    ground=[GroundCriteria(programs=["themis-asi"], platforms=["fort smith"])],
    space=[SpaceCriteria(programs=["hostile"])],
    max_distances={"ground1-space1": 500.0},
)
"""Over Fort Smith, where the hostile satellite stands still while the camera works."""
RESULT = re.compile(r"/results/[0-9a-f-]{36}")


def unharmed(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0
    assert page.locator("a[href^='javascript:'], a[href^='data:']").count() == 0
    assert (
        page.evaluate(
            "Array.from(document.querySelectorAll('a, image, use')).filter(each =>"
            " Array.from(each.attributes).some(one => one.value.includes('//evil'))).length"
        )
        == 0
    )


@pytest.mark.parametrize("text", [MARKUP, "javascript:window.hacked=1", "../../etc/passwd", "\x00'\""])
def test_addresses_of_pages_are_only_text(person: Callable[..., Any], text: str) -> None:
    one = person()
    said = quote(text, safe="")
    for path in (
        f"/search?q=1.{said}",
        f"/sources?text={said}&program={said}",
        f"/sources/3?{said}={said}",
        f"/keograms?program={said}&start={said}&end={said}&night={said}",
        f"/results/00000000-0000-4000-8000-000000000000?selected={said}&km={said}",
    ):
        page = one.open(path)
        expect(page.locator(".ax-page")).to_be_visible()
        unharmed(page)


def test_what_a_server_holds_is_only_text(
    person: Callable[..., Any], own_dashboard: Callable[..., Any]
) -> None:
    running = own_dashboard(ARCHIVE_ADMIN_KEY=KEY)
    with httpx.Client(
        base_url=running.archive, headers={"x-aurorax-api-key": KEY}, timeout=30
    ) as archive:
        _hold_hostile_data(archive)
    page = person(at=running).open(f"/search?q={to_param(QUERY)}")
    expect(page.get_by_text("1 source", exact=False).first).to_be_visible()
    unharmed(page)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT)
    expect(page.locator("h1.ax-headline")).to_contain_text("conjunction", timeout=30_000)
    cell = page.locator(".ag-center-cols-container .ag-row").get_by_text(MARKUP).first
    expect(cell).to_be_visible()
    cell.click()
    expect(page.locator("#result-timeline .main-svg").get_by_text("<a href=").first).to_be_visible()
    expect(page.locator("#result-distance .main-svg").first).to_be_visible()
    unharmed(page)
    page.get_by_role("link", name="Open this conjunction").click()
    expect(page.locator("#conjunction-series-summary")).to_contain_text("Nearest", timeout=30_000)
    expect(page.locator("#conjunction-map .main-svg").first).to_be_visible()
    unharmed(page)
    page.goto(f"{running.address}/sources?text=hostile")
    expect(page.get_by_text(MARKUP).first).to_be_visible()
    unharmed(page)


def _hold_hostile_data(archive: httpx.Client) -> None:
    added = archive.post("/api/v1/data_sources", json=SOURCE)
    assert added.status_code == 200, added.text
    place, nowhere = {"lat": 60.0, "lon": -112.0}, {"lat": None, "lon": None}
    first = datetime(2019, 1, 1, 5, 50, tzinfo=UTC)
    names = {key: SOURCE[key] for key in ("program", "platform", "instrument_type")}
    records = [
        {
            **names,
            "epoch": (first + timedelta(minutes=minute)).isoformat(),
            "location_geo": place,
            "location_gsm": nowhere,
            "nbtrace": place,
            "sbtrace": nowhere,
            "metadata": {"state": MARKUP},
        }
        for minute in range(20)
    ]
    address = f"/api/v1/data_sources/{added.json()['identifier']}/ephemeris"
    stored = archive.post(address, json=records)
    assert stored.status_code == 202, stored.text
