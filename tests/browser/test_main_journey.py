"""From a question to a link that a colleague opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import from_param, to_param

RESULT = re.compile(r"/results/[0-9a-f-]{36}")
LONG_S = 60_000


def search(page: Page) -> str:
    """Press Search and return the address of the result, once it is shown."""
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT, timeout=LONG_S)
    expect(page.locator("h1.ax-headline")).to_be_visible(timeout=LONG_S)
    return page.url


def rows(page: Page) -> list[str]:
    """Return the texts of the rows that the table shows, whitespace folded."""
    expect(page.locator(".ag-center-cols-container .ag-row").first).to_contain_text("20")
    return [
        re.sub(r"\s+", " ", row)
        for row in page.locator(".ag-center-cols-container .ag-row").all_inner_texts()
    ]


def test_home_example_search_result_and_the_link_in_another_browser(person: Callable[..., Any]) -> None:
    mine = person()
    page = mine.open("/")
    expect(page.locator("#home-platform")).to_contain_text("Simulated archive")
    expect(page.locator("#home-platform")).to_contain_text("67 ground instruments, 53 spacecraft")
    page.get_by_text("Swarm over two THEMIS cameras").click()
    expect(page.locator("#search-start")).to_have_value("2019-01-01 00:00")
    expect(page.get_by_text("within 500 km of THEMIS-ASI at Fort Smith or Gillam")).to_be_visible()
    address = search(page)
    expect(page.locator("h1.ax-headline")).to_contain_text("11 conjunctions")
    found = rows(page)
    assert len(found) == 11

    theirs = person().open(address)
    expect(theirs.locator("h1.ax-headline")).to_contain_text("11 conjunctions")
    assert rows(theirs) == found


def test_selection_is_one_in_table_figures_and_address(person: Callable[..., Any]) -> None:
    one = person()
    page = one.open(f"/search?q={to_param(examples()[0].query)}")
    search(page)
    rows(page)
    page.locator(".ag-center-cols-container .ag-row").nth(2).click()
    expect(page.locator("#result-event")).to_contain_text("3 of 11")
    expect(page).to_have_url(re.compile(r"event=3"))
    expect(page.locator("#result-distance-summary")).to_contain_text("2019-01-01")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#result-event")).to_contain_text("4 of 11")
    expect(page.locator(".ag-row-selected")).to_have_count(1)
    page.reload()
    expect(page.locator("#result-event")).to_contain_text("4 of 11")
    expect(page.locator(".ag-row-selected")).to_have_count(1)


def test_back_returns_to_the_builder_with_its_search(person: Callable[..., Any]) -> None:
    page = person().open(f"/search?q={to_param(examples()[0].query)}")
    page.locator("#search-distance").fill("450")
    expect(page.get_by_text("within 450 km")).to_be_visible()
    page.locator("#search-distance").press("Control+Enter")
    page.wait_for_url(RESULT)
    expect(page.locator("h1.ax-headline")).to_be_visible(timeout=LONG_S)
    page.locator("#result-map .geolayer path").first.wait_for(
        state="attached"
    )  # Plotly minds being left halfway
    page.wait_for_timeout(1_000)
    page.go_back()
    expect(page.locator("#search-distance")).to_have_value("450")
    assert from_param(page.url.split("q=")[1]).max_distances == {"ground1-space1": 450}


def test_two_people_and_a_reload_follow_one_running_search(
    person: Callable[..., Any], dashboard: Any
) -> None:
    """Equal inputs of background callbacks must not share one job."""
    query = examples()[3].query
    first, second = person(), person()
    page = first.open(f"/search?q={to_param(query)}")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT)
    other = second.open(page.url)
    page.reload()
    for each in (page, other):
        expect(each.locator("h1.ax-headline")).to_contain_text("conjunction", timeout=LONG_S)


def test_zero_results_are_explained(person: Callable[..., Any]) -> None:
    page = person().open(f"/search?q={to_param(examples()[0].query)}")
    page.locator("#search-distance").fill("1")
    expect(page.get_by_text("within 1.0 km")).to_be_visible()
    search(page)
    expect(page.get_by_role("heading", name="Nothing came this close")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Edit this search").last.click()
    expect(page.locator("#search-distance")).to_have_value("1")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/results/00000000-0000-4000-8000-000000000000", "AuroraX does not know this search"),
        ("/search?q=1.nonsense", "This link cannot be read"),
    ],
)
def test_what_is_not_there_is_said_plainly(person: Callable[..., Any], path: str, words: str) -> None:
    page = person().open(path)
    expect(page.get_by_role("heading", name=words)).to_be_visible()


def test_an_address_that_is_no_page_leads_on(person: Callable[..., Any]) -> None:
    page = person().open("/guide")
    expect(page.get_by_role("heading", name="Guide")).to_be_visible()
    # Not by a request, which the browser would complain of.
    page.evaluate("history.pushState({}, '', '/nowhere'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.get_by_role("heading", name="This address leads nowhere")).to_be_visible()
    page.get_by_role("link", name="Home", exact=True).click()
    expect(page.get_by_role("heading", name="Start from an example")).to_be_visible()


def test_addresses_that_are_no_pages_answer_404(dashboard: Any) -> None:
    def status(path: str) -> int:
        return httpx.get(dashboard.address + path, timeout=30).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(status, ["/", "/search", "/results", "/nowhere", "/results/not-an-id"]))
    assert answers == [200, 200, 200, 404, 404]


def test_a_failed_search_says_why_and_offers_to_edit(
    person: Callable[..., Any], dashboard: Any
) -> None:
    body = {
        "start": "2019-01-01T00:00:00",
        "end": "2019-01-01T23:59:59",
        "ground": [{}],
        "space": [{}, {}, {}],
        "max_distances": {"ground1-space1": 20_000},  # more matches than any archive tells
    }
    answer = httpx.post(f"{dashboard.archive}/api/v1/conjunctions/search", json=body, timeout=30)
    request_id = answer.headers["location"].rsplit("/", 1)[-1]
    page = person().open(f"/results/{request_id}")
    expect(page.get_by_role("heading", name="This search failed")).to_be_visible(timeout=LONG_S)
    page.get_by_role("link", name="Edit this search").click()
    expect(page.locator("#search-start")).to_have_value("2019-01-01 00:00")


def test_cancel_ends_in_a_page_of_its_own(person: Callable[..., Any]) -> None:
    query = examples()[3].query
    query = from_param(to_param(query))
    query.end = query.start.replace(year=query.start.year + 8)
    page = person().open(f"/search?q={to_param(query)}")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT)
    cancel = page.get_by_role("button", name="Cancel the search")
    place = cancel.bounding_box()
    expect(page.get_by_label("Log of the search")).to_contain_text("Querying", timeout=LONG_S)
    assert cancel.bounding_box() == place  # a log that grows does not push it away
    cancel.click()
    expect(page.get_by_role("heading", name="This search was cancelled")).to_be_visible(timeout=LONG_S)
    expect(page.get_by_role("button", name="Run again")).to_be_visible()


def test_other_pages_answer_while_a_search_is_followed(person: Callable[..., Any]) -> None:
    """A job forked from the web server must not keep the browser's connections to it."""
    query = from_param(to_param(examples()[3].query))
    query.end = query.start.replace(year=query.start.year + 8)
    page = person().open(f"/search?q={to_param(query)}")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(RESULT)
    page.wait_for_timeout(8_000)  # longer than the server keeps an idle connection
    page.reload(timeout=5_000)
    page.get_by_role("button", name="Cancel the search").click()
    expect(page.get_by_role("heading", name="This search was cancelled")).to_be_visible(timeout=LONG_S)
