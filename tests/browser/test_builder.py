"""The search builder: mistakes at the field, blocks that come and go, filters, import."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from aurorax_dashboard.queries.canonical import body
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import from_param, to_param

EXAMPLE = f"/search?q={to_param(examples()[0].query)}"


def problem(page: Page, field: str) -> Any:
    """Return the place for problems of a field; Dash writes ids that are objects as JSON."""
    name = json.dumps({"field": field, "type": "problem"}, separators=(",", ":"))
    return page.locator(f"[id='{name}']")


@pytest.mark.parametrize(
    ("control", "text", "field", "words"),
    [
        ("#search-start", "first of May", "start", "This is not a time"),
        ("#search-end", "2018-12-31", "end", "before the start"),
        ("#search-distance", "-5", "max_distances", "positive"),
        ("#search-distance", "far", "max_distances", "not a distance"),
    ],
)
def test_a_mistake_is_marked_at_its_field_and_keeps_the_search_back(
    person: Callable[..., Any], control: str, text: str, field: str, words: str
) -> None:
    page = person().open(EXAMPLE)
    expect(page.get_by_text("within 500 km")).to_be_visible()
    page.locator(control).fill(text)
    expect(problem(page, field)).to_contain_text(words)
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_disabled()


def test_the_period_is_lengthened_and_moved_by_its_own_length(person: Callable[..., Any]) -> None:
    page = person().open(EXAMPLE)
    start, end = page.locator("#search-start"), page.locator("#search-end")
    expect(start).to_have_value("2019-01-01 00:00")
    page.get_by_role("button", name="27 days", exact=True).click()
    expect(end).to_have_value("2019-01-27 23:59:59")
    page.get_by_role("button", name="later ›", exact=True).click()
    expect(start).to_have_value("2019-01-28 00:00")
    expect(end).to_have_value("2019-02-23 23:59:59")
    expect(page.get_by_text("between 2019-01-28 00:00 and 2019-02-23 23:59 UTC")).to_be_visible()


def test_locations_are_picked_on_a_map(person: Callable[..., Any]) -> None:
    page = person(viewport={"width": 390, "height": 844}, color_scheme="dark").open("/search")
    page.get_by_role("button", name="Custom location", exact=True).click()
    places = page.get_by_role("textbox", name="Locations")
    page.get_by_role("button", name="Pick on a map").click()
    land = page.locator("#places-map .main-svg").first
    expect(page.locator("#places-map .geo .landmass, #places-map .geo path").first).to_be_attached()
    expect(page.locator("#places-map").get_by_text("Click to add one")).to_be_visible()
    size = land.bounding_box()
    assert size is not None
    first, second = ({"x": share * size["width"], "y": 0.6 * size["height"]} for share in (0.4, 0.6))
    land.click(position=first, force=True)
    expect(places).to_have_value(re.compile(r"^-?\d+\.\d, -?\d+\.\d$"))
    expect(page.locator("#places-map-summary")).to_contain_text("1 location:")
    land.click(position=second, force=True)
    expect(page.locator("#places-map-summary")).to_contain_text("2 locations:")
    both = places.input_value().split("\n")
    land.click(position=first, force=True)
    expect(places).to_have_value(both[1])
    land.click(position={"x": 2, "y": size["height"] - 2}, force=True)  # beside the map
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("1 location", exact=True)).to_be_visible()
    expect(places).to_have_value(both[1])


def test_blocks_come_and_go_and_nothing_is_lost(person: Callable[..., Any]) -> None:
    page = person().open(EXAMPLE)
    expect(page.get_by_text("within 500 km")).to_be_visible()
    page.get_by_text("Copy as JSON").click()
    page.get_by_role("button", name="Custom location", exact=True).click()
    places = page.get_by_role("textbox", name="Locations")
    expect(places).to_be_focused()
    expect(places).to_be_in_viewport()
    places.fill("56.4, -94.6")
    expect(page.get_by_text("1 location", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remove Ground 1").click()
    expect(page.get_by_text("Ground 1", exact=True)).to_have_count(0)
    expect(places).to_have_value("56.4, -94.6")
    expect(page).to_have_url(re.compile("q="))
    page.wait_for_timeout(700)
    query = from_param(page.url.split("q=")[1])
    assert [place.lat for place in query.adhoc[0].locations] == [56.4]
    assert query.max_distances == {"space1-adhoc1": 500}
    expect(
        page.locator("details[open] pre").get_by_text('"lat": 56.4')
    ).to_be_visible()  # still unfolded


def test_a_distance_for_each_pair(person: Callable[..., Any]) -> None:
    page = person().open(f"/search?q={to_param(examples()[4].query)}")
    third = page.get_by_role("textbox", name="Space 1 – Space 2")
    expect(third).to_be_visible()
    expect(third).to_have_value("")
    third.fill("250")
    expect(page.get_by_text("250 km").first).to_be_visible()


def test_a_metadata_filter_is_built_from_what_the_sources_have(person: Callable[..., Any]) -> None:
    page = person().open(EXAMPLE)
    expect(page.get_by_text("within 500 km")).to_be_visible()
    page.get_by_role("button", name="Metadata filters").last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Metadata filters of Space 1")).to_be_visible()
    choose(page, dialog.locator(".ax-filter__key"), "radial_distance")
    choose(page, dialog.locator(".ax-filter__operator"), "between  (between)")
    dialog.get_by_placeholder("lowest, highest").fill("6800")
    expect(dialog.locator(".ax-mistake")).to_contain_text("takes two values")
    dialog.get_by_role("button", name="Apply").click()
    expect(dialog.locator(".ax-mistake")).to_be_visible()  # and stays
    choose(page, dialog.locator(".ax-filter__operator"), "at least  (>=)")
    expect(dialog.locator(".ax-mistake")).to_have_count(0)
    expect(dialog.get_by_placeholder("value")).to_have_value("6800")
    choose(page, dialog.locator(".ax-filter__key"), "nbtrace_region")
    expect(dialog.locator(".ax-filter__help")).not_to_be_empty()
    choose(page, dialog.locator(".ax-filter__values .ax-dropdown"), "north auroral oval")
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="Metadata filters (1)")).to_be_visible()
    expect(page.get_by_text("nbtrace_region is north auroral oval")).to_be_visible()


def choose(page: Page, dropdown: Any, option: str) -> None:
    dropdown.click()
    page.locator(".dash-dropdown-content").get_by_text(option, exact=True).click()


def test_lists_are_narrowed_by_each_other(person: Callable[..., Any]) -> None:
    page = person().open(EXAMPLE)
    card = page.locator(".ax-block--space")
    expect(card.locator(".ax-block-count")).to_have_text("3 sources")
    card.locator(".ax-dropdown").first.click()
    option = page.locator(".dash-dropdown-option").first
    box, words = option.locator("input").bounding_box(), option.locator("span").last.bounding_box()
    assert box is not None
    assert words is not None
    assert words["y"] < box["y"] + box["height"]  # beside its box, not below it
    page.keyboard.press("Escape")
    choose(page, card.locator(".ax-dropdown").nth(1), "swarmb (1)")
    expect(card.locator(".ax-block-count")).to_have_text("1 source")


def test_a_query_is_imported_from_json(person: Callable[..., Any]) -> None:
    page = person().open("/search")
    page.get_by_role("button", name="Import").click()
    page.locator("#search-import-text").fill("{not json")
    page.get_by_role("button", name="Load into the builder").click()
    expect(page.locator("#search-import-notes")).not_to_be_empty()
    page.locator("#search-import-text").fill(json.dumps(body(examples()[4].query)))
    page.get_by_role("button", name="Load into the builder").click()
    expect(page.locator("#search-start")).to_have_value("2019-01-01 00:00")
    expect(page.locator(".ax-block--space")).to_have_count(2)


def test_what_an_import_could_not_use_is_told(person: Callable[..., Any]) -> None:
    page = person().open("/search")
    page.get_by_role("button", name="Import").click()
    page.locator("#search-import-text").fill(
        json.dumps({**body(examples()[0].query), "colour": "green"})
    )
    page.get_by_role("button", name="Load into the builder").click()
    expect(page.locator("#search-start")).to_have_value("2019-01-01 00:00")
    expect(page.locator("#toasts")).to_contain_text("“colour” is not part of a conjunction search")


def test_days_with_data_are_told_before_the_search_runs(person: Callable[..., Any]) -> None:
    page = person().open(EXAMPLE)
    expect(page.locator("#search-coverage")).to_contain_text("3 days")


def test_the_theme_is_remembered(person: Callable[..., Any]) -> None:
    page = person(color_scheme="light").open("/")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_an_unreachable_server_is_told_and_the_form_stays(
    person: Callable[..., Any], own_dashboard: Callable[..., Any]
) -> None:
    running = own_dashboard(AURORAX_API_URL="http://127.0.0.1:9", WEB_CONCURRENCY="1")
    page = person(at=running).open(EXAMPLE)
    expect(page.get_by_role("heading", name="could not be fetched")).to_be_visible()
    expect(page.locator("#badge")).to_contain_text("unreachable")
    expect(page.locator("#search-start")).to_have_value("2019-01-01 00:00")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="The search was not sent")).to_be_visible()


def test_what_is_typed_in_haste_is_what_is_sent(person: Callable[..., Any]) -> None:
    """Nothing waits here: a person who types and clicks at once gets what they typed."""
    page = person().open(EXAMPLE)
    page.locator("#search-distance").fill("450")
    page.get_by_role("button", name="Custom location", exact=True).click()
    page.get_by_role("textbox", name="Locations").fill("60, -112")
    page.get_by_role("button", name="Remove Ground 1").click()
    expect(page.get_by_text("Ground 1", exact=True)).to_have_count(0)
    page.locator("#search-end").fill("2019-01-01 12:00")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(re.compile("/results/"))
    page.get_by_role("link", name="Edit this search").first.click(timeout=60_000)
    expect(page.locator("#search-distance")).to_have_value("450")
    expect(page.locator("#search-end")).to_have_value("2019-01-01 12:00")
    expect(page.get_by_role("textbox", name="Locations")).to_have_value("60, -112")


def test_a_late_answer_does_not_change_the_address_of_the_next_page(person: Callable[..., Any]) -> None:
    page = person().open(EXAMPLE)
    expect(page.get_by_text("within 500 km")).to_be_visible()
    page.evaluate("() => window.history.pushState({}, '', '/guide')")
    page.evaluate(
        """() => window.dash_clientside.set_props("search-param", { data: { q: "1.late" } })"""
    )
    page.wait_for_timeout(500)  # nothing tells that nothing was done
    expect(page).to_have_url(re.compile(r"/guide$"))
