"""Who needs help finds it: the guide, the keys, hints that can be closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect


def test_keys_lead_through_the_pages(person: Callable[..., Any]) -> None:
    page = person().open("/")
    expect(page.get_by_role("heading", name="When did")).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Go to Search")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile("/search"))
    field = page.locator("#search-distance")
    field.fill("")
    field.press_sequentially("gr?")
    expect(page).to_have_url(re.compile("/search"))
    expect(dialog).to_be_hidden()
    expect(field).to_have_value("gr?")


def test_the_guide_explains_words_and_leads_on(person: Callable[..., Any]) -> None:
    page = person().open("/guide")
    expect(page.get_by_text("B-trace", exact=False).first).to_be_visible()
    page.get_by_role("link", name="When were they close?").click()
    expect(page).to_have_url(re.compile("/search"))


def test_a_hint_is_closed_once_and_for_good(person: Callable[..., Any]) -> None:
    page = person().open("/search")
    hint = page.get_by_text("Each block is one thing that takes part")
    expect(hint).to_be_visible()
    page.get_by_role("button", name="Close this hint").click()
    expect(hint).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="Find conjunctions")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(hint).to_be_hidden()


def test_on_paper_stands_what_was_found(person: Callable[..., Any]) -> None:
    page = person().open("/guide")
    page.emulate_media(media="print")
    expect(page.locator(".ax-bar")).to_be_hidden()
    expect(page.get_by_role("heading", name="Words")).to_be_visible()


@pytest.mark.parametrize("told", ["Promise.reject({})", "setTimeout(() => {{ throw {}; }})"])
def test_a_map_drawn_after_its_page_was_left_troubles_nobody(
    person: Callable[..., Any], told: str
) -> None:
    page = person().open("/guide")
    expect(page.get_by_role("heading", name="Guide")).to_be_visible()
    late = """new TypeError("Cannot read properties of undefined (reading '_scrollZoom')")"""
    page.evaluate(f"() => {{ {told.format(late)}; }}")
    page.wait_for_timeout(200)
