"""Is there any data? From the calendar of all sources to a search on the days that some share."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

WINTER = "/availability?start=2019-01-01&end=2019-01-31"
TWO_PROGRAMS = f"{WINTER}&program=themis-asi,swarm"


def drawn(page: Page) -> None:
    expect(page.locator("#availability-matrix .main-svg").first).to_be_visible(timeout=20_000)
    expect(page.locator("#availability-matrix-summary")).to_contain_text("source")
    page.wait_for_load_state("networkidle")  # until then figures may move


def days_of(page: Page) -> FloatRect:
    """Return where the matrix has its days and rows."""
    drawn(page)
    box = page.locator("#availability-matrix .nsewdrag").first.bounding_box()
    assert box is not None
    return box


def test_from_common_days_to_the_running_search(person: Callable[..., Any]) -> None:
    """From the first page to a running search on the days that three sources share, as a newcomer does it."""
    page = person().open("/")
    clicks = 0

    def click(what: Locator) -> None:
        nonlocal clicks
        what.click()
        clicks += 1

    click(page.get_by_role("navigation").get_by_role("link", name="Availability"))
    drawn(page)
    began = time.monotonic()
    click(page.locator("#availability-of"))
    for name in ("THEMIS-ASI FSMI", "Swarm A", "Swarm B"):
        page.get_by_role("searchbox").last.fill(name)
        click(page.get_by_role("option", name=name).first)
    page.keyboard.press("Escape")
    common = page.locator("#availability-common")
    expect(common).to_contain_text(re.compile("(, | and )Swarm B.* all have data"))
    expect(common).to_contain_text(re.compile(r"[1-9]\d* of 36\d days"))
    expect(page).to_have_url(re.compile(r"of=\d+%2C\d+%2C\d+"))
    click(common.get_by_role("link", name="Search these days"))
    expect(page.locator("#search-start")).to_have_value(re.compile(r"\d{4}-\d\d-\d\d"))
    click(page.get_by_role("button", name="Search", exact=True))
    expect(page).to_have_url(re.compile(r"/results/[0-9a-f-]{36}"))
    assert clicks <= 8
    assert time.monotonic() - began < 60


def test_a_link_opens_the_same_view_elsewhere(person: Callable[..., Any]) -> None:
    """Sources chosen, a span brushed: another browser shows both, and hands over the span."""
    page = person().open(f"{TWO_PROGRAMS}&of=3")
    box = days_of(page)
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 30, steps=4)
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 30, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"brush=2019-01-1\d"))

    other = person().open(page.url)
    drawn(other)
    link = other.get_by_role(
        "link", name=re.compile(r"Search 2019-01-1\d – 2019-01-\d\d \(\d+ common days\)")
    )
    expect(link).to_be_visible()
    link.click()
    expect(other.locator("#search-start")).to_have_value(re.compile(r"2019-01-1\d 00:00"))


def test_a_day_of_the_calendar_opens(person: Callable[..., Any]) -> None:
    page = person().open(f"{TWO_PROGRAMS}&of=3")
    drawn(page)
    calendar = page.locator("#availability-calendar .nsewdrag").first
    expect(calendar).to_be_visible()
    box = calendar.bounding_box()
    assert box is not None
    # Not by the mouse on the page: what still comes above may move the calendar.
    calendar.click(position={"x": 2.6 / 54.2 * box["width"], "y": 0.36 * box["height"]})
    expect(page.locator("#availability-day-panel")).to_contain_text("Swarm A, 2019-01-16")


def test_a_click_on_a_day_shows_what_is_there(person: Callable[..., Any]) -> None:
    page = person().open(TWO_PROGRAMS)
    box = days_of(page)
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
    box = days_of(page)
    before = page.locator("#availability-matrix").bounding_box()
    assert before is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 4.5 * box["height"] / 29)
    expect(page).to_have_url(re.compile("closed=themis-asi"))
    expect(page.locator("#availability-matrix")).not_to_have_css("height", f"{before['height']:.0f}px")
    page.get_by_role("button", name="Fold all", exact=True).click()
    expect(page).to_have_url(re.compile("closed=swarm(%2C|,)themis-asi"))
    page.get_by_role("button", name="Unfold all").click()
    expect(page).not_to_have_url(re.compile("closed="))


def test_programs_that_are_clicked_one_upon_the_other_all_fold(person: Callable[..., Any]) -> None:
    page = person().open(TWO_PROGRAMS)
    box = days_of(page)
    for line in (4.5, 0.5):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + line * box["height"] / 29)
        page.wait_for_timeout(320)  # sooner it is a double click
    expect(page).to_have_url(re.compile("closed=swarm(%2C|,)themis-asi"))


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
        page.get_by_role("button", name="CSV", exact=True).click()
    text = download.value.path().read_text()
    assert "SIMULATED" in text.splitlines()[0]
    assert "Swarm A" in text
    assert "2019-01-31" in text
    with page.expect_download() as download:
        page.get_by_role("button", name="Coverage, CSV").click()
    table = pd.read_csv(download.value.path(), comment="#")
    assert table.loc[table["source"] == "Swarm A", "days with data"].item() == 31


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
    if screen["viewport"]["width"] < 768:  # the filters fold away
        page.get_by_role("button", name="Filter").click()
        expect(page.get_by_label("Find")).to_be_hidden()
