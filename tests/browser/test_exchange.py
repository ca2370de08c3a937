"""What comes from and goes to elsewhere: query files, short links, two results beside each other."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from aurorax_dashboard.api.models import AdhocCriteria, ConjunctionQuery, Location
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.exporter import to_pyaurorax
from aurorax_dashboard.queries.link import to_param

QUERY = examples()[0].query
WIDER = msgspec.structs.replace(QUERY, max_distances={"ground1-space1": 600})
LONG = msgspec.structs.replace(
    QUERY,
    adhoc=[
        AdhocCriteria(
            locations=[
                Location(lat=n * 7919 % 17_000 / 100 - 85, lon=n * 104_729 % 36_000 / 100 - 180)
                for n in range(60)
            ]
        )
    ],
)
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def build(page: Page) -> None:
    expect(page.locator("#search-size")).not_to_be_empty()


def search(person: Callable[..., Any], query: ConjunctionQuery, **context: object) -> Page:
    """Run a search; return the page with its result."""
    page = person(**context).open(f"/search?q={to_param(query)}")
    build(page)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("h1.ax-headline")).to_contain_text("conjunction", timeout=30_000)
    return page


def choose_file(page: Page, name: str, content: bytes) -> None:
    page.locator("#search-import-file input").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_a_file_that_is_no_query_is_told_apart(person: Callable[..., Any]) -> None:
    page = person().open("/search")
    page.get_by_role("button", name="Import").click()
    notes, text = page.locator("#search-import-notes"), page.locator("#search-import-text")
    choose_file(page, "keogram.png", b"\x89PNG\r\n\x1a\n\x00\xff\xfe" * 20)
    expect(notes).to_have_text("“keogram.png” is not a text file. A query is text, in JSON or Python.")
    choose_file(page, "result.json", b" " * 700_000)
    expect(notes).to_contain_text("“result.json” is too large for a query")
    choose_file(page, "empty.json", b"")
    expect(notes).to_have_text("“empty.json” is empty.")
    expect(text).to_have_value("")
    choose_file(page, "notes.txt", b"Dear all, it was cloudy.")
    expect(notes).to_be_empty()
    expect(text).to_have_value("Dear all, it was cloudy.")
    page.get_by_role("button", name="Load into the builder").click()
    expect(notes).to_contain_text("The text is not JSON")
    # The same name again, mended, as an editor of Windows saves it.
    choose_file(page, "notes.txt", ("\ufeff" + to_pyaurorax(QUERY)).encode("utf-16-le"))
    expect(text).to_have_value(re.compile("import pyaurorax"))
    page.get_by_role("button", name="Load into the builder").click()
    expect(page.locator("#search-start")).to_have_value("2019-01-01 00:00")
    expect(page.locator("#search-distance")).to_have_value("500")


def test_a_search_is_taken_along_for_idl(person: Callable[..., Any]) -> None:
    page = person().open(f"/search?q={to_param(QUERY)}")
    build(page)
    page.get_by_text("Copy as IDL-AuroraX").click()
    expect(page.locator("pre", has_text="aurorax_conjunction_search")).to_contain_text(
        "distances['ground1-space1'] = 500"
    )


def test_a_long_search_has_a_short_link_that_opens_in_another_browser(
    person: Callable[..., Any],
) -> None:
    page = person(**CLIPBOARD).open(f"/search?q={to_param(LONG)}")
    expect(page.get_by_text("60 locations", exact=True)).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"http://[^/]+/search\?s=1[a-z2-7]{12}", link)
    other = person().open(link)
    expect(other.get_by_text("60 locations", exact=True)).to_be_visible()
    expect(other.locator("#search-distance")).to_have_value("500")


def test_a_short_search_is_its_own_link(person: Callable[..., Any]) -> None:
    page = person(**CLIPBOARD).open(f"/search?q={to_param(QUERY)}")
    build(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"?q={to_param(QUERY)}")


@pytest.mark.parametrize("link", ["s=1aaaaaaaaaaaa", "s=nonsense", "q=1.nonsense", "of=nobody"])
def test_a_link_that_leads_nowhere_says_so(person: Callable[..., Any], link: str) -> None:
    page = person().open(f"/search?{link}")
    expect(page.get_by_role("heading", name="This link cannot be read")).to_be_visible()
    build(page)


def test_what_the_platform_deleted_is_shown_and_run_again_beside_it(
    person: Callable[..., Any], dashboard: Any
) -> None:
    page = search(person, QUERY)
    request_id = urlsplit(page.url).path.rpartition("/")[2]
    data = f"{dashboard.archive}/api/v1/conjunctions/requests/{request_id}/data"
    httpx.delete(data, timeout=30).raise_for_status()
    again = person().open(f"/results/{request_id}")
    today = datetime.now(UTC).date()
    expect(again.locator("#result-kept")).to_contain_text(f"AuroraX deleted this result on {today}")
    expect(again.locator("#result-kept")).to_contain_text(f"copy kept here, as of {today}")
    expect(again.locator("h1.ax-headline")).to_contain_text("11 conjunctions")
    again.get_by_role("button", name="Run again").click()
    changes = again.get_by_role("heading", name="Nothing changed: 11 conjunctions as they were")
    expect(changes).to_be_visible(timeout=30_000)
    expect(again).to_have_url(re.compile(f"against={request_id}"))
    expect(again.locator("#result-changes").get_by_text("Retrieved")).to_have_count(2)


def test_two_searches_are_compared(person: Callable[..., Any]) -> None:
    first = search(person, QUERY).url
    page = search(person, WIDER)
    page.get_by_text("Compare with another search").click()
    other = page.locator("#result-other")
    other.fill("the one of yesterday")
    other.press("Enter")
    expect(page.locator("#result-compare-mistake")).to_contain_text("holds no request id")
    other.fill(first)
    page.get_by_role("button", name="Compare").click()
    changes = page.locator("#result-changes")
    expect(changes.get_by_role("heading", name=re.compile("new, .* moved"))).to_be_in_viewport()
    expect(changes).to_contain_text("The two searches ask for different things.")
    grave = Axe().run(page, context={"include": [["#result-changes"]]}).response["violations"]
    assert [each["id"] for each in grave if each["impact"] in {"serious", "critical"}] == []
    new = changes.locator("tr", has_text="New").first
    number = new.get_by_role("link").inner_text().removeprefix("No. ")
    # What was compared is in the address: a colleague sees the same.
    colleague = person().open(page.url)
    expect(colleague.locator("#result-changes tr", has_text="New").first).to_be_visible()
    new.get_by_role("link").click()
    expect(page.locator("#result-event")).to_contain_text(f"{number} of")


def test_a_search_into_the_future_is_called_a_prediction_everywhere(
    person: Callable[..., Any],
) -> None:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    ahead = msgspec.structs.replace(
        QUERY, start=midnight - timedelta(days=3), end=midnight + timedelta(days=4)
    )
    page = person().open(f"/search?q={to_param(ahead)}")
    expect(page.get_by_text("This period reaches into the future")).to_be_visible()
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="Predictions")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(re.compile(r"\d+ of \d+ conjunctions are predicted"))).to_be_visible()
    address = urlsplit(page.url)
    files = f"{address.scheme}://{address.netloc}{address.path}/files"
    text = httpx.get(f"{files}/csv", timeout=30).text
    assert "# Predictions: " in text
    table = pd.read_csv(io.StringIO(text), comment="#", parse_dates=["end"])
    fetched = table["end"][~table["predicted"]].max()
    assert (table["end"][table["predicted"]] > fetched).all()
    assert "SUMMARY:Predicted: " in httpx.get(f"{files}/calendar", timeout=30).text
    assert json.loads(httpx.get(f"{files}/json", timeout=30).text)["provenance"]["Predictions"]
