"""What is in the platform: the table of data sources, and the page of one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import httpx
import pandas as pd
import pytest
from playwright.sync_api import expect

ROWS = ".ag-center-cols-container .ag-row"


def test_a_source_is_found_and_leads_on(person: Callable[..., Any]) -> None:
    page = person().open("/sources")
    expect(page.locator(ROWS).first).to_be_visible()
    page.get_by_label("Find").fill("swarm a")
    expect(page).to_have_url(re.compile(r"text=swarm"))
    page.get_by_role("link", name="Swarm A").first.click()
    expect(page).to_have_url(re.compile(r"/sources/3$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Swarm A")
    expect(page.locator("#source-map .main-svg").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("[Ss]earch with it"))).to_be_visible()


def test_the_calendar_of_a_source_leads_to_a_day(person: Callable[..., Any]) -> None:
    page = person().open("/sources/46?year=2019")
    expect(page.locator("#source-calendar-summary")).to_contain_text("days with data of 365")
    expect(page.locator("#source-year")).to_have_value("2019")
    page.locator("#source-year").select_option("2018")
    expect(page).to_have_url(re.compile(r"/sources/46\?year=2018$"))
    calendar = page.locator("#source-calendar")
    expect(calendar).to_contain_text("2018-01")
    days = calendar.locator(".nsewdrag").first
    days.scroll_into_view_if_needed()
    box = days.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 2.6 / 54.2 * box["width"], box["y"] + 0.36 * box["height"])
    expect(page.locator("#availability-day-panel")).to_contain_text("THEMIS-ASI GILL, 2018-01-17")


def test_the_page_one_is_on_begins_anew_from_its_name(person: Callable[..., Any]) -> None:
    page = person().open("/sources")
    expect(page.locator(ROWS).first).to_be_visible()
    page.get_by_label("Find").fill("swarm a")
    expect(page).to_have_url(re.compile(r"text=swarm"))
    page.get_by_role("navigation").get_by_role("link", name="Sources").click()
    expect(page).to_have_url(re.compile("/sources$"))
    expect(page.get_by_label("Find")).to_have_value("")
    expect(page.get_by_text(re.compile(r"^\d+ data sources"))).to_be_visible()


def test_what_is_shown_can_be_saved(person: Callable[..., Any]) -> None:
    page = person().open("/sources?text=swarm&sort=-name")
    first = page.locator(".ag-row[row-index='0']")
    expect(first).to_contain_text("Swarm C")
    expect(first).to_contain_text("2013")  # its records have been counted
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    text = download.value.path().read_text()
    table = pd.read_csv(io.StringIO(text), comment="#")
    assert "SIMULATED DATA" in text
    assert set(table["program"]) == {"swarm"}
    assert list(table["display_name"]) == ["Swarm A", "Swarm B", "Swarm C"]
    assert (table["ephemeris_records"] > 1_000_000).all()
    assert table["first_ephemeris"].str.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()


def test_the_map_of_a_source_stands_in_its_address(person: Callable[..., Any]) -> None:
    page = person().open("/sources/3")
    page.get_by_text("Antarctica").click()
    expect(page).to_have_url(re.compile(r"/sources/3\?view=antarctica"))
    other = person().open(page.url)
    expect(other.get_by_label("Antarctica")).to_be_checked()


def test_the_path_says_which_source_it_is(person: Callable[..., Any]) -> None:
    page = person().open("/sources/3?identifier=4")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Swarm A")


def test_filters_stand_in_the_address(person: Callable[..., Any]) -> None:
    page = person().open("/sources?program=themis-asi")
    expect(page.locator(ROWS).first).to_contain_text("THEMIS-ASI")
    shown = page.get_by_text(re.compile(r"\d+ of \d+ (data )?sources"))
    expect(shown.first).to_be_visible()


@pytest.mark.parametrize("address", ["/sources/999999", "/sources/0"])
def test_an_unknown_source_is_said_plainly(person: Callable[..., Any], address: str) -> None:
    one = person()
    assert httpx.get(one.address + address, timeout=30).status_code == 404
    page = one.open("/sources")
    expect(page.locator(ROWS).first).to_be_visible()
    page.evaluate(
        "path => { history.pushState({}, '', path);"
        " window.dispatchEvent(new CustomEvent('_dashprivate_pushstate')); }",
        address,
    )
    expect(page.get_by_text("There is no such data source")).to_be_visible()


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 390, "height": 844}},
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    ],
    ids=["narrow", "dark"],
)
def test_it_fits_every_screen(person: Callable[..., Any], screen: dict[str, Any]) -> None:
    one = person(**screen)
    for path, ready in (("/sources", ROWS), ("/sources/3", "#source-map .main-svg")):
        page = one.open(path)
        expect(page.locator(ready).first).to_be_visible()
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, path


def test_a_phone_shows_sources_as_cards(person: Callable[..., Any]) -> None:
    page = person(viewport={"width": 390, "height": 844}).open("/sources?text=swarm")
    card = page.locator(".ax-row-card").filter(has_text="Swarm A")
    expect(card.first).to_contain_text("records 2013")  # set once its statistics have come
    page.get_by_role("combobox", name="Order").select_option("By name")
    card.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Swarm A")
