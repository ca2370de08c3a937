"""One conjunction: its minutes, its neighbours, its link, on wide, narrow and dark screens."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

RESULT = re.compile(r"/results/[0-9a-f-]{36}")
ELEVEN = "11 conjunctions"

_found: list[str] = []


@pytest.fixture
def result(person: Callable[..., Any]) -> str:
    """The address of the eleven conjunctions of the first example, searched for once."""
    if not _found:
        page = person().open(f"/search?q={to_param(examples()[0].query)}")
        page.get_by_role("button", name="Search", exact=True).click()
        page.wait_for_url(RESULT)
        expect(page.locator("h1.ax-headline")).to_contain_text(ELEVEN, timeout=30_000)
        _found.append(urlsplit(page.url).path)
    return _found[0]


def drawn(page: Page, time: str = "UTC") -> None:
    """Wait until the figures show a minute."""
    expect(page.locator("#conjunction-said")).to_contain_text(time, timeout=15_000)
    expect(page.locator("#conjunction-series-summary")).to_contain_text("Nearest")


def cursor(page: Page) -> str:
    """Return the time at which the line through the time series stands."""
    page.wait_for_selector("#conjunction-series .shapelayer path", state="attached")
    shapes = page.evaluate(
        "document.querySelector('#conjunction-series .js-plotly-plot').layout.shapes"
    )
    [line] = [shape for shape in shapes if shape.get("name") == "cursor"]
    return str(line["x0"])[:16].replace("T", " ")


def now_at(page: Page) -> float:
    """Return the latitude at which the map shows what moves."""
    page.wait_for_selector("#conjunction-map .geo .scatterlayer", state="attached")
    return float(
        page.evaluate(
            "() => { const map = document.querySelector('#conjunction-map .js-plotly-plot');"
            "return map._fullData[map.data.findIndex(trace => trace.name === 'now')].lat[0]; }"
        )
    )


def test_from_the_result_to_its_closest_conjunction_and_back(
    result: str, person: Callable[..., Any]
) -> None:
    page = person().open(f"{result}?event=2")
    page.get_by_role("link", name="Open this conjunction").click()
    expect(page).to_have_url(re.compile(r"/2$"))
    drawn(page)
    expect(page.locator("h1")).to_contain_text("THEMIS-ASI FSMI – Swarm")
    expect(page).to_have_title(re.compile("THEMIS-ASI FSMI – Swarm"))
    expect(page.locator("#conjunction-map-summary")).to_contain_text("apart at 2019-01-01")
    expect(page.locator("#conjunction-series-summary")).to_contain_text(
        "Keogram of THEMIS-ASI FSMI: shown"
    )
    page.get_by_role("link", name="Back to the result").click()
    expect(page.locator("#result-event")).to_contain_text("2 of 11")
    page.locator(".ag-center-cols-container .ag-row").nth(4).get_by_role("link", name="Open").click()
    expect(page).to_have_url(re.compile(r"/5$"))


def test_minutes_move_through_map_series_and_address(result: str, person: Callable[..., Any]) -> None:
    page = person().open(f"{result}/3")
    drawn(page, "09:56 UTC, 306 km apart")
    before = now_at(page)
    page.get_by_role("slider", name="Minute shown").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#conjunction-said")).to_contain_text("2019-01-01 09:54 UTC")
    expect(page).to_have_url(re.compile(r"/3\?t=2019-01-01\+09%3A54$"))
    assert cursor(page) == "2019-01-01 09:54"
    assert now_at(page) > before + 5  # it flies south
    explorer = page.get_by_role("link", name="What was where at this minute")
    expect(explorer).to_have_attribute("href", re.compile(r"/explorer\?t=2019-01-01\+09%3A54"))

    page.get_by_role("button", name="Play").click()
    expect(page.locator("#conjunction-said")).to_contain_text("10:01 UTC")  # it ends by itself
    page.get_by_role("button", name="Play").click()  # and begins anew
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    said = page.locator("#conjunction-said").inner_text()
    page.wait_for_timeout(700)
    expect(page.locator("#conjunction-said")).to_have_text(said)


def test_who_wants_no_motion_goes_minute_by_minute(result: str, person: Callable[..., Any]) -> None:
    page = person(reduced_motion="reduce").open(f"{result}/3")
    drawn(page, "09:56")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#conjunction-said")).to_contain_text("09:57 UTC")
    page.wait_for_timeout(700)
    expect(page.locator("#conjunction-said")).to_contain_text("09:57 UTC")


def test_a_link_opens_the_same_view_for_a_colleague(result: str, person: Callable[..., Any]) -> None:
    page = person().open(f"{result}/3")
    drawn(page)
    page.get_by_text("± 15 min").click()
    expect(page.locator("#conjunction-map-summary")).to_contain_text("32 minutes")
    page.get_by_text("Close up").click()
    expect(page).to_have_url(re.compile("around=15&view=near"))
    page.get_by_role("slider", name="Minute shown").focus()
    page.keyboard.press("End")
    drawn(page, "10:11 UTC")
    expect(page).to_have_url(re.compile("t=2019-01-01"))

    other = person().open(page.url)
    drawn(other, "2019-01-01 10:11 UTC")
    expect(other.get_by_label("± 15 min")).to_be_checked()
    expect(other.get_by_label("Close up")).to_be_checked()
    expect(other.locator("#conjunction-map-summary")).to_contain_text("32 minutes")
    assert cursor(other) == "2019-01-01 10:11"


def test_keys_lead_to_the_neighbours(result: str, person: Callable[..., Any]) -> None:
    page = person().open(f"{result}/2?around=15")
    drawn(page)
    keys = (
        ("j", 3),
        ("ArrowRight", 4),
        ("]", 5),
        ("[", 4),
        ("k", 3),
        ("ArrowLeft", 2),
        ("k", 1),
        ("k", 1),
    )
    for key, number in keys:
        page.keyboard.press(key)
        expect(page.locator(".ax-event-nav")).to_contain_text(f"Conjunction {number} of 11")
        expect(page).to_have_url(re.compile(rf"/{number}\?around=15$"))
    drawn(page, "2019-01-01 05:5")
    expect(page.locator("#conjunction-series-summary")).to_contain_text("THEMIS-ASI FSMI – Swarm B")
    expect(page).to_have_title(re.compile("Swarm B, 2019-01-01 05:5"))
    page.locator("#judging-comment").fill("j is a letter here")
    expect(page.locator(".ax-event-nav")).to_contain_text("Conjunction 1 of 11")
    page.get_by_role("link", name="Next ›").click()
    expect(page.locator(".ax-event-nav")).to_contain_text("Conjunction 2 of 11")


def test_a_late_answer_does_not_draw_the_conjunction_before(
    result: str, person: Callable[..., Any]
) -> None:
    one = person()
    with one.page.expect_response(
        lambda answer: "conjunction-ahead" in (answer.request.post_data or "")[:200]
    ):
        page = one.open(f"{result}/2")
    drawn(page)
    second = page.locator("#conjunction-said").inner_text()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "conjunction-map.figure" in (route.request.post_data or "")[:200] and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", hold)
    page.get_by_text("± 30 min").click()
    expect(page).to_have_url(re.compile("around=30"))
    page.locator("a.ax-event-after").click()
    expect(page).to_have_url(re.compile(f"{result}/3"))
    expect(page.locator("#conjunction-said")).not_to_have_text(second)
    third = page.locator("#conjunction-said").inner_text()
    with page.expect_event("requestfinished", lambda request: request == held[0].request):
        held[0].continue_()
    page.wait_for_timeout(500)  # in which it would be drawn
    assert page.locator("#conjunction-said").inner_text() == third


def test_neighbours_are_those_that_the_filters_let_through(
    result: str, person: Callable[..., Any]
) -> None:
    page = person().open(f"{result}?km=-200")
    page.get_by_role("link", name="Open this conjunction").click()
    expect(page.locator(".ax-event-nav")).to_contain_text("that pass the filters")
    count = int(re.findall(r"of (\d+)", page.locator(".ax-event-nav").inner_text())[0])
    assert 0 < count < 11
    expect(page).to_have_url(re.compile("km=-200"))


def test_what_is_said_of_it_stays_with_it(result: str, person: Callable[..., Any]) -> None:
    page = person().open(f"{result}/7")
    page.locator("#judging-star").click()
    expect(page.locator("#judging-said")).to_have_text("Starred.")
    page.locator("#judging-label").fill("pulsating")
    page.locator("#judging-label").press("Enter")
    expect(page.locator("#judging-labels")).to_contain_text("pulsating")
    page.get_by_role("link", name="Next ›").click()
    expect(page.locator(".ax-event-nav")).to_contain_text("Conjunction 8 of 11")
    expect(page.locator("#judging-labels")).to_be_empty()
    other = person().open(f"{result}?label=pulsating")
    expect(other.locator(".ag-center-cols-container .ag-row")).to_have_count(1)
    expect(other.locator("#result-event")).to_contain_text("7 of 11")


def test_fields_of_ones_choice_and_all_of_it_as_a_table(
    result: str, person: Callable[..., Any]
) -> None:
    page = person().open(f"{result}/3?fields=altitude,lat")
    drawn(page)
    expect(page.locator("#conjunction-series-summary")).to_contain_text("Altitude, km: ")
    expect(page.locator("#conjunction-series-summary")).not_to_contain_text("nbtrace region")
    page.get_by_text("Show as table").click()
    table = page.locator("#conjunction-series-table")
    expect(table.locator("tbody tr")).to_have_count(12)
    expect(table).to_contain_text("Swarm C: Altitude, km")


def test_the_file_holds_its_minutes(result: str, person: Callable[..., Any]) -> None:
    page = person().open(f"{result}/3")
    drawn(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert re.fullmatch(r"simulated-conjunction-[a-z0-9-]+\.csv", download.value.suggested_filename)
    text = download.value.path().read_text()
    assert "SIMULATED" in text
    assert f"{result}/3" in text
    table = pd.read_csv(io.StringIO(text), comment="#", parse_dates=["epoch"])
    assert len(table) == 12
    assert table["inside"].sum() == 2
    assert table["km_1_2"].min() == pytest.approx(306, abs=1)


@pytest.mark.parametrize(
    ("rest", "status", "said"),
    [
        ("/12", 200, "There is no conjunction 12 in this result"),
        ("/0", 200, "This is not the address of a conjunction"),
        ("/x", 404, "This is not the address of a conjunction"),
    ],
)
def test_addresses_that_lead_nowhere_say_so(
    result: str, person: Callable[..., Any], rest: str, status: int, said: str
) -> None:
    somebody = person()
    assert httpx.get(f"{somebody.address}{result}{rest}", timeout=30).status_code == status
    if status == 200:
        expect(somebody.open(f"{result}{rest}").get_by_role("heading", name=said)).to_be_visible()


def test_an_unknown_search_is_told_apart(person: Callable[..., Any]) -> None:
    page = person().open("/results/00000000-0000-4000-8000-000000000000/3")
    expect(page.get_by_text("AuroraX does not know this search")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 390, "height": 844}, "has_touch": True},
        {"color_scheme": "dark"},
    ],
    ids=["narrow", "dark"],
)
def test_it_reads_on_every_screen(
    result: str, person: Callable[..., Any], screen: dict[str, Any]
) -> None:
    page = person(**screen).open(f"{result}/3?around=30")
    drawn(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= screen.get("viewport", {"width": 1440})["width"]
    for part in ("#conjunction-map", "#conjunction-series", "#conjunction-minute"):
        expect(page.locator(part)).to_be_visible()
    paper = page.evaluate(
        "document.querySelector('#conjunction-series .js-plotly-plot')._fullLayout.paper_bgcolor"
    )
    assert paper == ("#1b2027" if screen.get("color_scheme") == "dark" else "#ffffff")


def test_a_slider_that_comes_late_has_a_name(result: str, person: Callable[..., Any]) -> None:
    one = person()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    one.page.route("**/async-slider*", hold)
    page = one.open(f"{result}/3")
    drawn(page)
    assert held, "the script of sliders is fetched when it is needed"
    held.pop().continue_()
    expect(page.get_by_role("slider", name="Minute shown")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_hindered(result: str, person: Callable[..., Any], theme: str) -> None:
    page = person(color_scheme=theme).open(f"{result}/3")
    drawn(page)
    expect(page.get_by_role("slider", name="Minute shown")).to_be_visible()
    page.wait_for_load_state("networkidle")
    focus_targets = {"exclude": [[".dash-dropdown-focus-target"]]}  # Dash's own; Tab never stops there
    violations = Axe().run(page, context=focus_targets).response["violations"]
    grave = [found for found in violations if found["impact"] in {"serious", "critical"}]
    assert [(found["id"], found["nodes"][0]["target"]) for found in grave] == []
