"""What was where at one minute: the map that moves, what is near, and the link to it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

NIGHT = "/explorer?t=2020-01-29%2006:03"
GILLAM, DMSP_17 = 46, 292
GILLAM_RESTING = 93
"""TREx Blue GILL, which has no records in that minute."""


def opened(person: Callable[..., Any], address: str = NIGHT, **context: Any) -> Page:
    page: Page = person(**context).open(address)
    expect(page.locator("#explorer-near td").first).to_be_visible(timeout=20_000)
    return page


def clock(page: Page) -> datetime:
    return datetime.fromisoformat(page.locator("#explorer-clock").inner_text().removesuffix(" UTC"))


def drawn(page: Page, meta: str) -> Any:
    """What plotly.js has in the traces of a kind: latitudes, and the identifiers of marks."""
    return page.locator("#explorer-map .js-plotly-plot").evaluate(
        "(plot, meta) => plot.data.filter(t => t.meta === meta).map(t => [t.lat, t.customdata])", meta
    )


@pytest.fixture
def explorer(person: Callable[..., Any]) -> Page:
    return opened(person)


def test_a_minute_shows_what_was_where(explorer: Page) -> None:
    expect(explorer.locator("#explorer-map .gtitle-subtitle")).to_contain_text("2020-01-29 06:03 UTC")
    expect(explorer.locator("#explorer-map-summary")).to_contain_text("50 ground instruments")
    [[latitudes, identifiers]] = drawn(explorer, "space")
    assert DMSP_17 in identifiers
    assert all(latitude > 0 for latitude in latitudes)
    [[_, standing]] = drawn(explorer, "ground")
    assert GILLAM in standing
    assert GILLAM_RESTING not in standing, "its mark would take the clicks of those that work beside it"
    [[circles, _]] = drawn(explorer, "views-on")
    assert len(circles) > 500
    explorer.locator("#explorer-map-summary + details summary").click()
    expect(explorer.locator("#explorer-map-table td", has_text="THEMIS-ASI GILL")).to_be_visible()


def test_stepping_typing_and_sliding_move_map_list_and_address(explorer: Page) -> None:
    explorer.get_by_role("button", name="+10 min").click()
    expect(explorer).to_have_url(re.compile(r"t=2020-01-29\+06%3A13"))
    expect(explorer.locator("#explorer-near p")).to_contain_text("05:43 to 06:43")
    slider = explorer.get_by_role("slider", name="Time of day")
    expect(slider).to_have_value("373")
    slider.press("ArrowRight")
    expect(explorer).to_have_url(re.compile(r"06%3A14"))
    field = explorer.get_by_label("Go to (UTC)")
    expect(field).to_have_value("2020-01-29 06:14")
    field.fill("soon")
    field.press("Enter")
    expect(explorer.locator("#explorer-typed-problem")).to_contain_text("This is not a time")
    field.fill("20200129 09:30")
    field.press("Enter")
    expect(explorer.locator("#explorer-clock")).to_have_text("2020-01-29 09:30 UTC")
    expect(explorer.locator("#explorer-near p")).to_contain_text("09:00 to 10:00")
    expect(explorer.locator("#explorer-map .gtitle-subtitle")).to_contain_text("09:30 UTC: ")


def test_it_plays_ten_minutes_a_second_and_rests_where_it_is_stopped(explorer: Page) -> None:
    play = explorer.locator("#explorer-play")
    play.click()
    expect(play).to_have_text("Pause")
    explorer.wait_for_timeout(1_500)  # the hours ahead have come
    first, began = clock(explorer), time.monotonic()
    explorer.wait_for_timeout(3_000)
    minutes = (clock(explorer) - first).total_seconds() / 60
    assert minutes / (time.monotonic() - began) > 8.5
    play.click()
    expect(play).to_have_text("Play")
    rest = clock(explorer)
    expect(explorer.locator("#explorer-map .ax-map-canvas")).to_have_count(0)
    expect(explorer).to_have_url(re.compile(rf"t={rest:%Y-%m-%d}\+{rest:%H}%3A{rest:%M}"))
    expect(explorer.locator("#explorer-map-summary")).to_contain_text(f"{rest:%Y-%m-%d %H:%M} UTC")


def test_two_things_have_a_distance_and_a_link_opens_the_same(
    explorer: Page, person: Callable[..., Any]
) -> None:
    row = explorer.locator("#explorer-near tr", has_text="DMSP-17").first
    pair = row.locator("td").first.inner_text()
    row.get_by_role("button").click()
    title = explorer.locator("#explorer-apart .gtitle")
    expect(title).to_have_text(pair)
    expect(explorer.locator("#explorer-apart-summary")).to_contain_text("closest")
    explorer.locator("#explorer-km").select_option("200")
    expect(explorer.locator("#explorer-near p")).not_to_contain_text("500 km")
    explorer.get_by_role("button", name="none").click()
    expect(explorer.get_by_text("No program is chosen")).to_be_visible()
    explorer.get_by_role("checkbox", name="DMSP").check()
    expect(explorer).to_have_url(re.compile(r"programs=dmsp"))
    expect(explorer).to_have_url(re.compile(r"km=200"))

    other = person().open(explorer.url)
    expect(other.locator("#explorer-apart .gtitle")).to_have_text(pair, timeout=20_000)
    expect(other.locator("#explorer-km")).to_have_value("200")
    expect(other.get_by_role("checkbox", name="DMSP")).to_be_checked()
    expect(other.get_by_role("checkbox", name="Swarm")).not_to_be_checked()
    expect(other.locator("#explorer-clock")).to_have_text(
        explorer.locator("#explorer-clock").inner_text()
    )


def test_marks_on_the_map_are_chosen_by_a_click(explorer: Page) -> None:
    for identifier in (GILLAM, DMSP_17):
        explorer.locator("#explorer-map .js-plotly-plot").evaluate(
            """(plot, id) => plot.emit("plotly_click", { points: plot.data.flatMap((trace, curveNumber) =>
                (trace.customdata || []).flatMap((each, pointNumber) => each === id
                    ? [{ curveNumber, pointNumber, data: trace, customdata: each }] : [])) })""",
            identifier,
        )
        expect(explorer).to_have_url(re.compile(rf"=({identifier})(&|$)"))
    expect(explorer.locator("#explorer-apart .gtitle")).to_have_text("THEMIS-ASI GILL – DMSP-17")


def test_other_views_show_other_hemispheres(explorer: Page) -> None:
    explorer.get_by_label("Look at").select_option("Antarctica")
    expect(explorer.get_by_label("Spacecraft at")).to_have_value("sbtrace")
    expect(explorer.locator("#explorer-map .gtitle")).to_have_text("Southern footprints, Antarctica")
    expect(explorer.locator("#explorer-map-summary")).to_contain_text("Southern footprints")
    expect(explorer.locator("#explorer-map .gtitle-subtitle")).to_contain_text("in space")
    [[latitudes, _]] = drawn(explorer, "space")
    assert latitudes
    assert all(latitude < 0 for latitude in latitudes)
    explorer.get_by_label("Look at").select_option("Globe")
    plot = explorer.locator("#explorer-map .js-plotly-plot")
    box = plot.bounding_box()
    assert box is not None
    x, y = plot.evaluate(
        """plot => { const trace = plot.data.find(each => each.meta === "ground");
           return plot._fullLayout.geo._subplot.projection([trace.lon.at(-1), trace.lat.at(-1)]); }"""
    )
    explorer.mouse.move(box["x"] + x, box["y"] + y)
    explorer.mouse.down()
    explorer.mouse.move(box["x"] + x + 90, box["y"] + y, steps=5)
    explorer.mouse.move(box["x"] + x, box["y"] + y, steps=5)
    explorer.mouse.up()
    explorer.get_by_label("Auroral oval").select_option("active")
    expect(explorer.locator("#explorer-map .gtitle")).to_have_text("Northern footprints, Globe")
    expect(explorer.locator("#explorer-map")).to_contain_text("Holzworth and Meng (1975), Q 5")
    expect(explorer).to_have_url(re.compile(r"view=globe.*oval=5"))
    expect(explorer).not_to_have_url(re.compile("one="))  # it was turned, and nothing was chosen


def test_a_row_begins_a_search(explorer: Page) -> None:
    row = explorer.locator("#explorer-near tr", has_text="Swarm").first
    row.get_by_role("link", name="Search").click()
    expect(explorer).to_have_url(re.compile(r"/search\?q="))
    expect(explorer.locator("#search-start")).to_have_value("2020-01-29 05:33")


def test_a_file_says_where_it_comes_from(explorer: Page) -> None:
    with explorer.expect_download() as download:
        explorer.get_by_role("button", name="Positions, CSV").click()
    text = Path(download.value.path()).read_text()
    assert "SIMULATED DATA" in text
    assert "/explorer?t=2020-01-29+06%3A03" in text
    assert "epoch,identifier,name,program,lat,lon" in text
    assert download.value.suggested_filename == "explorer-2020-01-29-0603.csv"


def test_a_time_without_data_says_so(person: Callable[..., Any]) -> None:
    page = person().open("/explorer?t=1975-01-01%2000:00")
    expect(page.get_by_text("No positions at this time")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="A night with much to see").click()
    expect(page.locator("#explorer-clock")).to_have_text("2019-01-01 05:58 UTC")
    expect(page.locator("#explorer-near td").first).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_reads_it(person: Callable[..., Any], theme: str, tmp_path: Path) -> None:
    page = opened(person, viewport={"width": 390, "height": 844}, color_scheme=theme)
    page.locator("#explorer-map .gtitle").wait_for()
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 390
    page.screenshot(path=tmp_path / f"explorer-{theme}.png", full_page=True)
