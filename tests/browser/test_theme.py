"""Light and dark: what the page shows and what the figures are told never differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

LISTEN = """() => {
  const tell = dash_clientside.set_props;
  window.heard = [];
  dash_clientside.set_props = (id, props) => { window.heard.push([id, props.data]); tell(id, props); };
}"""


def listening(page: Page) -> Page:
    expect(page.locator(".ax-badge")).not_to_be_empty()
    page.evaluate(LISTEN)
    return page


def test_the_system_changes_page_and_figures(person: Callable[..., Any]) -> None:
    page = listening(person(color_scheme="light").open("/search"))
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_function("window.heard.length > 0")
    assert page.evaluate("window.heard") == [["theme", "dark"]]


def test_another_tab_changes_page_and_figures(person: Callable[..., Any]) -> None:
    one = person(color_scheme="light")
    page = listening(one.open("/search"))
    other = one.context.new_page()
    other.goto(one.address + "/results")
    other.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_function("window.heard.length > 0")
    assert page.evaluate("window.heard") == [["theme", "dark"]]
