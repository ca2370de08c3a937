"""From a result to what matters of it: filters, labels that all see, files."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

RESULT = re.compile(r"/results/[0-9a-f-]{36}")
ROWS = ".ag-center-cols-container .ag-row"


@pytest.fixture(scope="module")
def address(chromium: Browser, dashboard: Any) -> str:
    """The address of a search for the first example."""
    page = chromium.new_page()
    page.goto(f"{dashboard.address}/search?q={to_param(examples()[0].query)}")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT)
    found = page.url
    page.close()
    return found


@pytest.fixture
def result(person: Callable[..., Any], address: str) -> Page:
    """The page of its eleven conjunctions."""
    page: Page = person().open(address)
    expect(page.locator("h1.ax-headline")).to_contain_text("11 conjunctions", timeout=30_000)
    expect(page.locator(ROWS).first).to_contain_text("20")
    return page


def test_filters_narrow_all_views_and_stand_in_the_address(
    result: Page, person: Callable[..., Any]
) -> None:
    result.get_by_role("button", name="Filter").click()
    result.locator("#filters-km-most").fill("250")
    result.locator("#filters-km-most").press("Enter")
    said = result.locator("#filters-said")
    expect(said).to_contain_text("closest ≤ 250 km")
    expect(result).to_have_url(re.compile(r"km=-250"))
    count = int(said.locator(".ax-num").inner_text().split(" of ")[0])
    assert 0 < count < 11
    expect(result.locator(ROWS)).to_have_count(count)
    expect(result.locator("#result-timeline-summary")).to_contain_text(f"of {count} conjunction")

    other = person().open(result.url)
    expect(other.locator("#filters-said")).to_contain_text(f"{count} of 11")
    expect(other.locator(ROWS)).to_have_count(count)

    result.get_by_role("button", name="Show all").click()
    expect(result.locator(ROWS)).to_have_count(11)
    expect(result).not_to_have_url(re.compile("km="))


def test_the_order_of_the_table_stands_in_the_address(result: Page, person: Callable[..., Any]) -> None:
    result.get_by_role("columnheader", name="Closest (km)").click()
    result.get_by_role("columnheader", name="Closest (km)").click()
    expect(result).to_have_url(re.compile("sort=-min_distance_km"))
    expect(result.locator(".ag-row[row-index='0']")).to_contain_text("490")

    other = person().open(result.url)
    expect(other.locator(".ag-row[row-index='0']")).to_contain_text("490")
    other.get_by_role("columnheader", name="Closest (km)").click()
    expect(other).not_to_have_url(re.compile("sort="))


def test_rows_that_are_fetched_in_two_pieces_at_once_all_come(person: Callable[..., Any]) -> None:
    query = examples()[0].query
    month = msgspec.structs.replace(
        query,
        end=datetime(2019, 1, 31, 23, 59),  # noqa: DTZ001 - as the API takes times
        ground=[msgspec.structs.replace(query.ground[0], platforms=[])],
    )
    page = person().open(f"/search?q={to_param(month)}")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT)
    expect(page.locator("h1.ax-headline")).to_contain_text("conjunctions", timeout=30_000)
    other = person().open(f"{urlsplit(page.url).path}?event=400")  # the last row of the second piece
    expect(other.locator(f"{ROWS}.ag-row-selected")).to_contain_text("2019-01")
    other.wait_for_function(
        """rows => { const found = [...document.querySelectorAll(rows)];
                     return found.length > 8 && found.every(row => row.innerText.includes("2019-01")); }""",
        arg=ROWS,
    )


def test_the_columns_one_picks_stand_in_the_address(result: Page, person: Callable[..., Any]) -> None:
    result.get_by_role("button", name="Columns").click()
    result.get_by_role("checkbox", name="End (UTC)").uncheck()
    expect(result.get_by_role("columnheader", name="End (UTC)")).to_have_count(0)
    expect(result).to_have_url(re.compile("hide=end"))

    other = person().open(result.url)
    expect(other.get_by_role("columnheader", name="Start (UTC)")).to_be_visible()
    expect(other.get_by_role("columnheader", name="End (UTC)")).to_have_count(0)
    other.get_by_role("button", name="Columns").click()
    other.get_by_role("checkbox", name="End (UTC)").check()
    expect(other.get_by_role("columnheader", name="End (UTC)")).to_be_visible()
    expect(other).not_to_have_url(re.compile("hide="))


def test_who_goes_on_while_something_is_still_to_be_done_here_notices_nothing(result: Page) -> None:
    path = urlsplit(result.url).path
    expect(result.locator("#result-event")).to_contain_text("UTC")
    for number in range(1, 4):
        result.evaluate(
            """([path, n]) => {
                const set = window.dash_clientside.set_props;
                set("result-selected", { data: n }); set("judging-changes", { data: 100 + n });
                window.history.pushState({}, "", `${path}/${n}`);
                window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
                const until = Date.now() + 600;
                const again = () => {
                    try { set("judging-changes", { data: Math.random() }); }
                    catch (neither) { /* page has it just now */ }
                    if (Date.now() < until) window.setTimeout(again, 5);
                };
                again();
            }""",
            [path, number],
        )
        expect(result.locator("#conjunction-said")).to_contain_text("UTC")
        result.go_back()
        expect(result.locator("#result-event")).to_contain_text("UTC")


def test_a_bar_of_the_distributions_leads_to_its_nearest_conjunction(result: Page) -> None:
    expect(result.locator("#result-event")).to_contain_text("11 of 11")
    minute_long = result.locator("#result-distribution-1 .bars .point").first
    minute_long.scroll_into_view_if_needed()
    box = minute_long.bounding_box() or {}
    result.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(result.locator("#result-event")).to_contain_text("6 of 11")  # 340 km; the other 490 km
    expect(result.locator(".ag-row-selected")).to_contain_text("340")
    line = "document.querySelector('#result-distribution-0 .js-plotly-plot').layout.shapes[0].x0"
    result.wait_for_function(f"() => Math.round({line}) === 340")


def test_the_figures_are_read_as_tables(result: Page) -> None:
    for name, said in (
        ("distance", "2019-01-03 10:10"),
        ("distribution-3", "THEMIS-ASI FSMI – Swarm A"),
    ):
        figure = result.locator("figure").filter(has=result.locator(f"#result-{name}"))
        figure.get_by_text("Show as table").click()
        expect(figure.get_by_role("row").filter(has_text=said)).to_have_count(1)


def test_a_filter_that_lets_nothing_through_says_so(result: Page) -> None:
    result.get_by_role("button", name="Filter").click()
    result.locator("#filters-km-most").fill("nonsense")
    result.locator("#filters-km-most").press("Enter")
    expect(result.locator("#filters-problem")).to_contain_text("Closest: two numbers of kilometres")
    result.locator("#filters-km-most").fill("1")
    result.locator("#filters-km-most").press("Enter")
    expect(result.get_by_text("No conjunction passes these filters.")).to_be_visible()
    expect(result.locator(ROWS)).to_have_count(0)


def test_stars_labels_and_comments_are_seen_by_all(result: Page, person: Callable[..., Any]) -> None:
    result.locator(ROWS).nth(2).click()
    expect(result.locator("#result-event")).to_contain_text("3 of 11")
    result.locator("#judging-star").click()
    expect(result.locator("#judging-said")).to_have_text("Starred.")
    result.locator("#judging-label").fill("growth phase arc")
    result.locator("#judging-label").press("Enter")
    expect(result.locator("#judging-labels")).to_contain_text("growth phase arc")
    result.locator("#judging-comment").fill("<b>Clear</b> sky\nuntil 09:20")
    result.get_by_role("button", name="Add comment").click()
    expect(result.locator("#judging-comments")).to_contain_text("<b>Clear</b> sky")
    expect(result.locator(ROWS).nth(2)).to_contain_text("★ growth phase arc …")

    other = person().open(f"{result.url.split('?')[0]}?starred=1&label=growth+phase+arc")
    expect(other.locator(ROWS)).to_have_count(1)
    expect(other.locator("#result-event")).to_contain_text("3 of 11")
    expect(other.locator("#judging-comments")).to_contain_text("Somebody")
    other.get_by_role("button", name="Take the label growth phase arc off").click()
    expect(other.locator("#judging-said")).to_have_text("Label “growth phase arc” taken off.")
    other.get_by_role("button", name="Undo").click()
    expect(other.locator("#judging-labels")).to_contain_text("growth phase arc")


def test_files_hold_what_is_shown_and_where_it_comes_from(result: Page) -> None:
    result.get_by_role("button", name="Filter").click()
    result.locator("#filters-km-most").fill("250")
    result.locator("#filters-km-most").press("Enter")
    expect(result.locator("#filters-said")).to_contain_text("closest ≤ 250 km")
    count = int(result.locator("#filters-said .ax-num").inner_text().split(" of ")[0])
    result.get_by_role("button", name="Download", exact=True).click()
    with result.expect_download() as download:
        result.get_by_role("menuitem", name="CSV").or_(
            result.get_by_text("CSV", exact=True)
        ).first.click()
    assert re.fullmatch(r"simulated-[a-z0-9-]+\.csv", download.value.suggested_filename)
    text = download.value.path().read_text()
    assert "SIMULATED" in text
    assert "closest ≤ 250 km" in text
    assert len(pd.read_csv(io.StringIO(text), comment="#")) == count
    address = result.url.split("?")[0]
    assert "SIMULATED DATA" in httpx.get(f"{address}/files/script", timeout=30).text.splitlines()[0]
    book = openpyxl.load_workbook(
        io.BytesIO(httpx.get(f"{address}/files/excel?km=-250", timeout=30).content)
    )
    assert book["Conjunctions"].max_row == count + 1


def test_a_saved_picture_says_what_it_shows_and_that_it_is_simulated(result: Page) -> None:
    said = result.locator("[data-origin]").get_attribute("data-origin") or ""
    assert said.startswith("SIMULATED DATA")
    for fact in (
        r"Server: http://\S+",
        "Retrieved: 20",
        r"Request id: \S{36}",
        "Query: When was any Swarm",
    ):
        assert re.search(f"^{fact}", said, re.MULTILINE), fact
    figure = result.locator("#result-distance .js-plotly-plot")
    expect(figure.locator(".main-svg").first).to_be_visible()
    figure.hover()
    with result.expect_download() as download:
        figure.locator(".modebar-btn[data-title^='Download']").click()
    assert download.value.suggested_filename == "simulated-conjunction-distance.png"
    width, height = struct.unpack(">II", download.value.path().read_bytes()[16:24])
    box = figure.bounding_box() or {}
    assert width == pytest.approx(2 * box["width"], abs=2)
    assert height > 2 * (box["height"] + 15 * len(said.splitlines()))


def test_on_paper_a_result_is_light_whole_and_says_where_it_comes_from(result: Page) -> None:
    result.emulate_media(color_scheme="dark")
    result.reload()
    expect(result.locator(ROWS)).to_have_count(11)
    for figure in ("map", "timeline"):
        expect(result.locator(f"#result-{figure}-summary")).not_to_be_empty()
    result.wait_for_load_state("networkidle")  # what comes later is drawn as wide as the page
    root = result.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    result.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    result.emulate_media(media="print")
    expect(root).to_have_attribute("data-bs-theme", "light")
    paper = result.locator("table.ax-paper")
    expect(paper.locator("tbody tr")).to_have_count(11)
    expect(paper.locator("tbody tr").last).to_have_text(
        re.compile("2019-01-03 10:09.*157.*309.*FSMI – Swarm C")
    )
    widths = "all => all.map(one => one._fullLayout.width)"
    assert max(result.locator(".js-plotly-plot").evaluate_all(widths)) <= 680
    for part in ("nav", ".ag-root", "#judging-comment", "#result-view", "#filters-open"):
        expect(result.locator(part).first).to_be_hidden()
    result.emulate_media(media="screen")
    result.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    expect(paper).to_have_count(0)


@pytest.mark.parametrize(
    ("rest", "status"),
    [("nonsense", 404), ("csv?km=x", 400), ("../../secret", 404), ("calendar", 200), ("script", 200)],
)
def test_addresses_of_files_are_checked(address: str, rest: str, status: int) -> None:
    answer = httpx.get(f"{address}/files/{rest}", timeout=30)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_a_phone_shows_the_rows_as_cards(result: Page, person: Callable[..., Any]) -> None:
    page = person(viewport={"width": 390, "height": 844}, has_touch=True).open(result.url)
    card = page.locator(".ax-row-card")
    expect(card.first).to_be_visible()
    rows = page.locator(ROWS)
    expect(rows).to_have_count(11)
    heights = "rows => rows.map(row => row.offsetHeight)"
    places = "rows => rows.map(row => row.getBoundingClientRect().top).sort((a, b) => a - b)"
    assert set(rows.evaluate_all(heights)) == {92}
    tops = rows.evaluate_all(places)
    assert all(below - above == pytest.approx(92) for above, below in pairwise(tops))
    page.get_by_role("combobox", name="Order").select_option("Closest first")
    nearest = card.filter(has_text="closest 157 km at 2019-01-03 10:10")
    expect(page.locator('.ag-row[row-index="0"] .ax-row-card')).to_contain_text("closest 157 km")
    expect(nearest).to_contain_text("2019-01-03 10:09 UTC, 2 min")
    page.locator('.ag-row[row-index="1"] .ax-row-card span').first.tap()
    expect(page.locator("#result-event")).to_contain_text("191 km")
    page.set_viewport_size({"width": 844, "height": 390})  # turned
    expect(page.get_by_role("columnheader", name="Closest (km)")).to_be_visible()
    expect(card).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    nearest.get_by_role("link", name="THEMIS-ASI FSMI – Swarm C").click()
    page.wait_for_url(re.compile(r"/results/[0-9a-f-]{36}/11"))
