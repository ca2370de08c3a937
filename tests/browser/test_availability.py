"""Is there any data? From the calendar of all sources to a search on the days that some share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

WINTER = "/availability?start=2019-01-01&end=2019-01-31"
TWO_PROGRAMS = f"{WINTER}&program=themis-asi,swarm"


def drawn(page: Page) -> None:
    expect(page.locator("#availability-matrix .main-svg").first).to_be_visible(timeout=20_000)
    expect(page.locator("#availability-matrix-summary")).to_contain_text("source")


def choose(page: Page, name: str) -> None:
    """Choose a source in the list of those that must all have data."""
    page.locator("#availability-of").click()
    page.get_by_role("searchbox").last.fill(name)
    page.get_by_role("option", name=name).first.click()
    page.keyboard.press("Escape")


def test_from_common_days_to_the_running_search(person: Callable[..., Any]) -> None:
    """Three sources chosen, one click to the search, one to start it."""
    page = person().open(WINTER)
    drawn(page)
    for name in ("THEMIS-ASI FSMI", "Swarm A", "Swarm B"):
        choose(page, name)
    common = page.locator("#availability-common")
    expect(common).to_contain_text("THEMIS-ASI FSMI, Swarm A and Swarm B all have data")
    expect(common).to_contain_text(re.compile(r"\d+ of 31 days"))
    expect(page).to_have_url(re.compile(r"of=\d+%2C\d+%2C\d+"))

    other = person().open(page.url)
    expect(other.locator("#availability-common")).to_contain_text("Swarm A and Swarm B all have data")
    expect(other.locator("#availability-calendar .main-svg").first).to_be_visible()

    common.get_by_role("link", name="Search these days").click()
    expect(page).to_have_url(re.compile("/search"))
    expect(page.locator("#search-start")).to_have_value(re.compile("2019-01-0"))
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page).to_have_url(re.compile(r"/results/[0-9a-f-]{36}"))


def test_a_click_on_a_day_shows_what_is_there(person: Callable[..., Any]) -> None:
    page = person().open(TWO_PROGRAMS)
    drawn(page)
    box = page.locator("#availability-matrix .nsewdrag").first.bounding_box()
    assert box is not None
    row = box["height"] / 29  # two programs with 3 and 24 sources
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 1.5 * row)
    panel = page.locator("#availability-day-panel")
    expect(panel).to_contain_text("Swarm A, 2019-01-1")
    expect(panel).to_contain_text("minutes of ephemeris on that day")
    expect(page).to_have_url(re.compile(r"day=3%3A2019-01-1"))
    expect(page.locator("#availability-calendar-summary")).to_contain_text("Swarm A")
    panel.get_by_role("link", name="Its ephemeris").click()
    expect(page).to_have_url(re.compile(r"/ephemeris\?"))


def test_a_program_folds(person: Callable[..., Any]) -> None:
    page = person().open(TWO_PROGRAMS)
    drawn(page)
    before = page.locator("#availability-matrix").bounding_box()
    box = page.locator("#availability-matrix .nsewdrag").first.bounding_box()
    assert before is not None
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 4.5 * box["height"] / 29)
    expect(page).to_have_url(re.compile("closed=themis-asi"))
    expect(page.locator("#availability-matrix")).not_to_have_css("height", f"{before['height']:.0f}px")


def test_mistakes_and_filters(person: Callable[..., Any]) -> None:
    page = person().open(WINTER)
    drawn(page)
    page.locator("#availability-end").fill("2018-01-01")
    expect(page.get_by_text("The last day is before the first.")).to_be_visible()
    page.locator("#availability-end").fill("2019-02-10")
    page.get_by_label("Find").fill("rego")
    expect(page).to_have_url(re.compile("text=rego"))
    table = page.locator("#availability-table .ag-center-cols-container .ag-row")
    expect(table.first).to_contain_text("REGO")
    page.get_by_text("Data products").click()
    expect(page).to_have_url(re.compile("what=products"))
    expect(page.locator("#availability-legend")).to_contain_text("13 and more")


def test_what_is_shown_is_taken_away(person: Callable[..., Any]) -> None:
    page = person().open(TWO_PROGRAMS)
    drawn(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = download.value.path().read_text()
    assert "SIMULATED" in text.splitlines()[0]
    assert "Swarm A" in text
    assert "2019-01-31" in text


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 390, "height": 844}},
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    ],
    ids=["narrow", "dark"],
)
def test_it_fits_every_screen(person: Callable[..., Any], screen: dict[str, Any]) -> None:
    page = person(**screen).open(f"{TWO_PROGRAMS}&of=3")
    drawn(page)
    expect(page.locator("#availability-calendar .main-svg").first).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
