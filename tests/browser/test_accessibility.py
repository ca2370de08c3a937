"""No page hinders those who use a keyboard, a screen reader, or see colours differently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

GRAVE = {"serious", "critical"}
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast"]}
"""All that can differ between the themes."""
NOT_OURS = {"exclude": [[".dash-dropdown-focus-target"], ["input[type='file']"]]}
"""Hidden fields within Dash's own dropdown and upload, which take clicks; Tab never stops at them."""


def said(figure: str) -> str:
    """Return the selector of a figure's words, which come with what it draws."""
    return f"#{figure}-summary:not(:empty)"


PAGES = {
    "home": ("/", ".ax-page"),
    "search": (f"/search?q={to_param(examples()[0].query)}", "#search-submit:not([disabled])"),
    "results": ("/results", ".ax-page"),
    "sources": ("/sources", ".ag-row"),
    "source": ("/sources/3", ".js-plotly-plot"),
    "availability": (
        "/availability?start=2019-01-01&end=2019-01-31&of=3",
        said("availability-calendar"),
    ),
    "explorer": ("/explorer?t=2019-01-01+06:00", said("explorer-map")),
    "keograms": (
        "/keograms?program=themis-asi&platform=gillam&start=2019-01-01&end=2019-01-03",
        ".ax-track img",
    ),
    "ephemeris": ("/ephemeris", ".ax-page"),
    "guide": ("/guide", ".ax-page"),
    "nothing": ("/results/00000000-0000-4000-8000-000000000000", ".ax-page"),
}


def findings(page: Page, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """Return what axe-core finds grave on a page, with the elements that it is about."""
    tables = page.locator(".ax-table:visible")
    for place in range(tables.count()):
        # Tables are built when they come into view, which would happen while the page is looked at.
        tables.nth(place).scroll_into_view_if_needed()
        expect(tables.nth(place).locator(".ag-row").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    violations = Axe().run(page, context=NOT_OURS, options=options).response["violations"]
    return [
        f"{found['id']}: {found['help']}: {[node['target'] for node in found['nodes']][:4]}"
        for found in violations
        if found["impact"] in GRAVE
    ]


def in_both_themes(page: Page) -> list[str]:
    """Return the findings of a page in light and in dark; it is left in the other theme."""
    first = findings(page)
    theme = page.locator("html").get_attribute("data-bs-theme")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).not_to_have_attribute("data-bs-theme", str(theme))
    page.wait_for_timeout(400)  # colours are judged once they have faded
    return first + findings(page, COLOURS)


def test_no_page_has_a_grave_finding(person: Callable[..., Any]) -> None:
    one = person()
    found: dict[str, list[str]] = {}
    for name, (path, ready) in PAGES.items():
        page = one.open(path)
        expect(page.locator(ready).first).to_be_visible()
        found[name] = in_both_themes(page)
    assert found == {name: [] for name in PAGES}


def test_no_finished_search_has_a_grave_finding(person: Callable[..., Any]) -> None:
    one = person()
    swarm = (
        "program=swarm&platform=swarma&instrument=footprint&start=2019-01-01+00:00&end=2019-01-01+05:59"
    )
    for path, figure in (
        (PAGES["search"][0], "result-map"),
        (f"/ephemeris?{swarm}", "ephemeris-series"),
    ):
        page = one.open(path)
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator(said(figure))).to_be_visible(timeout=30_000)
        assert in_both_themes(page) == [], path


def test_no_dialog_has_a_grave_finding(person: Callable[..., Any]) -> None:
    page = person().open(PAGES["search"][0])
    expect(page.locator(PAGES["search"][1])).to_be_visible()
    for opens in ("Import", "Guide and keys", "Searches of this browser"):
        page.get_by_role("button", name=opens, exact=False).first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        page.wait_for_timeout(400)  # colours are judged once it has faded in
        assert findings(page) == [], opens
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
