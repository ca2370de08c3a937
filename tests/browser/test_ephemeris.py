"""Where satellites were, and in which state: search, watch, look, share, take away."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import httpx
import pandas as pd
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

RESULT = re.compile(r"/ephemeris\?request=[0-9a-f-]{36}")
DAY = "start=2019-01-01&end=2019-01-01&program=swarm"
_found: list[str] = []


@pytest.fixture
def result(person: Callable[..., Any]) -> Page:
    """A day of three satellites, searched for once."""
    if _found:
        page = person().open(_found[0])
    else:
        page = person().open(f"/ephemeris?{DAY}")
        expect(page.get_by_text("3 sources, up to 4,320 records")).to_be_visible()
        page.get_by_role("button", name="Search", exact=True).click()
        page.wait_for_url(RESULT)
        _found.append(page.url.partition("/ephemeris")[1] + page.url.partition("/ephemeris")[2])
    expect(page.locator("h1.ax-headline")).to_have_text("4,320 records of 3 sources", timeout=30_000)
    expect(page.locator("#ephemeris-series .main-svg").first).to_be_visible()
    return page


def test_an_example_leads_to_a_search_that_is_ready(person: Callable[..., Any]) -> None:
    page = person().open("/ephemeris")
    page.get_by_role("link", name="When a camera worked").click()
    expect(page.get_by_text("1 source, up to")).to_be_visible()
    expect(page).to_have_url(re.compile("program=themis-asi"))
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_enabled()


def test_a_mistake_is_marked_at_its_field(person: Callable[..., Any]) -> None:
    page = person().open(f"/ephemeris?{DAY}")
    page.locator("#ephemeris-end").fill("2018-01-01")
    expect(page.get_by_text("The end is before the start")).to_be_visible()
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_disabled()


def test_what_is_looked_at_stands_in_the_address(result: Page, person: Callable[..., Any]) -> None:
    result.get_by_role("button", name="6 h", exact=True).click()
    expect(result).to_have_url(re.compile(r"t1=2019-01-01\+05%3A59"))
    expect(result.locator("#ephemeris-series-summary")).to_contain_text("00:00 – 05:59")
    result.get_by_text("Straight below").click()
    expect(result).to_have_url(re.compile("trace=ground"))

    other = person().open(result.url)
    expect(other.locator("#ephemeris-t1")).to_have_value("2019-01-01 05:59")
    expect(other.get_by_label("Straight below")).to_be_checked()
    expect(other.locator("#ephemeris-north-summary")).to_contain_text("05:59")
    first = other.locator("#ephemeris-table .ag-center-cols-container .ag-row").first
    expect(first).to_contain_text("2019-01-01 00:00")

    result.locator("#ephemeris-t0").fill("noon")
    result.locator("#ephemeris-t0").press("Enter")
    expect(result.get_by_text("Say times like")).to_be_visible()


def test_fields_tell_what_is_shown_even_where_more_was_asked_for(result: Page) -> None:
    result.locator("#ephemeris-t1").fill("2019-02-01")
    result.locator("#ephemeris-t1").press("Enter")
    expect(result.locator("#ephemeris-t1")).to_have_value("2019-01-01 23:59")
    result.locator("#ephemeris-t1").fill("2019-02-02")
    result.locator("#ephemeris-t1").press("Enter")
    expect(result.locator("#ephemeris-t1")).to_have_value("2019-01-01 23:59")
    result.locator("#ephemeris-t1").fill("2018-12-01")
    result.locator("#ephemeris-t0").fill("2018-11-01")
    result.locator("#ephemeris-t0").press("Enter")
    expect(
        result.get_by_text("The records are from 2019-01-01 00:00 to 2019-01-01 23:59 UTC")
    ).to_be_visible()


def test_all_records_are_taken_away(result: Page) -> None:
    address = result.url.replace("?request=", "/").partition("&")[0]
    table = httpx.get(f"{address}/files/csv", timeout=30).text
    assert table.startswith("# ")
    assert "simulated" in table[:600].lower()
    frame = pd.read_csv(io.StringIO(table), comment="#")
    assert len(frame) == 4320
    kept = pq.read_table(io.BytesIO(httpx.get(f"{address}/files/parquet", timeout=30).content))
    assert kept.num_rows == 4320
    assert b"aurorax" in kept.schema.metadata
    assert httpx.get(f"{address}/files/exe", timeout=30).status_code == 404


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "/ephemeris?request=00000000-0000-4000-8000-000000000000",
            "AuroraX does not know this search",
        ),
        ("/ephemeris?request=nonsense", "This link cannot be read"),
    ],
)
def test_what_is_not_there_is_said_plainly(person: Callable[..., Any], address: str, said: str) -> None:
    page = person().open(address)
    expect(page.get_by_text(said)).to_be_visible(timeout=20_000)


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 390, "height": 844}},
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    ],
    ids=["narrow", "dark"],
)
def test_it_fits_every_screen(result: Page, person: Callable[..., Any], screen: dict[str, Any]) -> None:
    page = person(**screen).open(result.url)
    expect(page.locator("#ephemeris-north .main-svg").first).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
