"""What did the sky look like: nights below each other, one of them large, and the ways on from there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

LONG_S = 60_000
MONTH = "/keograms?start=2019-01-01&end=2019-01-31&program=themis-asi&platform=gillam"
YEAR = "/keograms?start=2018-10-01&end=2019-09-30&program=rego&platform=fort+smith"
IMAGERS = "/keograms?start=2020-01-29&end=2020-01-29&program=trex&instrument=RGB+ASI"
NIGHT = f"{MONTH}&of=46&night=2019-01-04&t=05:58"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def row(page: Page, name: str) -> Locator:
    return page.locator(".ax-night", has=page.get_by_text(name, exact=True))


def shows_pictures(place: Locator) -> None:
    """Wait until a picture in `place` is there, and really one."""
    picture = place.locator("img[data-state=shown]").first
    expect(picture).to_be_visible(timeout=LONG_S)
    assert picture.evaluate("image => image.naturalWidth") >= 1000


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Time of day under the cursor")


def test_from_an_example_to_a_night_its_minute_and_what_was_there(person: Callable[..., Any]) -> None:
    page = person().open("/keograms")
    page.get_by_text("A month over Gillam").click()
    expect(page.locator(".ax-headline")).to_contain_text("THEMIS-ASI GILL: keograms of 31 of 31 nights")
    expect(page.locator(".ax-headline")).to_contain_text("Simulated pictures")
    expect(page.locator(".ax-night")).to_have_count(31)
    track = row(page, "2019-01-04").locator(".ax-track")
    shows_pictures(track)

    box = track.bounding_box()
    assert box is not None
    at_six = {"x": box["width"] / 4 + 1, "y": box["height"] / 2}
    track.hover(position=at_six)
    expect(page.locator(".ax-cursor-time")).to_have_text(re.compile(r"^06:0\d UTC$"))
    track.click(position=at_six)

    expect(page.locator(".ax-headline")).to_contain_text("THEMIS-ASI GILL, 2019-01-04")
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile(r"^06:0\d UTC$"))
    shows_pictures(page.locator(".ax-track--large"))
    explorer = page.get_by_role("link", name=re.compile(r"^What was where at 06:0\d$"))
    assert re.search(r"/explorer\?t=2019-01-04(\+|%20)06%3A0\d$", explorer.get_attribute("href") or "")

    page.go_back()
    expect(page.locator(".ax-night")).to_have_count(31)


def test_the_cursor_is_moved_by_keys_and_hand_and_the_address_follows(
    person: Callable[..., Any],
) -> None:
    page = person().open(NIGHT)
    sky = slider(page)
    expect(sky).to_have_attribute("aria-valuetext", "05:58 UTC")
    sky.focus()
    for key, time in (
        ("ArrowRight", "05:59"),
        ("Shift+ArrowRight", "06:09"),
        ("PageUp", "07:09"),
        ("ArrowLeft", "07:08"),
        ("End", "23:59"),
        ("ArrowRight", "23:59"),
        ("Home", "00:00"),
    ):
        page.keyboard.press(key)
        expect(sky).to_have_attribute("aria-valuetext", f"{time} UTC")
        expect(page).to_have_url(re.compile(f"t={time.replace(':', '%3A')}(&|$)"))
    expect(page.get_by_role("link", name="What was where at 00:00")).to_be_visible()
    expect(page.locator(".ax-cursor-time")).to_have_text("00:00 UTC")

    shows_pictures(page.locator(".ax-track--large"))  # which must not be dragged in place of the line
    field = page.locator(".ax-cursor-field").bounding_box()
    assert field is not None
    page.mouse.move(field["x"] + 5, field["y"] + 100)
    page.mouse.down()
    page.mouse.move(field["x"] + field["width"] / 2, field["y"] + 100, steps=4)
    page.mouse.up()
    expect(sky).to_have_attribute("aria-valuetext", re.compile("^12:0[01]|^11:59"))


def test_the_nights_before_and_after_are_one_key_away(person: Callable[..., Any]) -> None:
    page = person().open(NIGHT)
    expect(slider(page)).to_be_visible()
    page.keyboard.press("]")
    expect(page.locator(".ax-headline")).to_contain_text("2019-01-05")
    expect(slider(page)).to_have_attribute("aria-valuetext", "05:58 UTC")
    page.get_by_role("link", name="Previous night").click()
    expect(page.locator(".ax-headline")).to_contain_text("2019-01-04")
    page.get_by_role("link", name="All nights").click()
    expect(page.locator(".ax-night")).to_have_count(31)


def test_a_night_leads_to_a_search_for_its_conjunctions(person: Callable[..., Any]) -> None:
    page = person().open(NIGHT)
    page.get_by_role("link", name="Conjunctions of this night").click()
    expect(page.locator("#search-start")).to_have_value("2019-01-04 00:00")
    expect(page.locator("#search-end")).to_have_value("2019-01-04 23:59:59")
    expect(page.get_by_text("THEMIS-ASI").first).to_be_visible()
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_enabled()


def test_a_copied_link_shows_the_same_minute_in_another_browser(person: Callable[..., Any]) -> None:
    page = person(**CLIPBOARD).open(NIGHT)
    slider(page).focus()
    page.keyboard.press("PageUp")
    expect(page).to_have_url(re.compile("t=06%3A58"))
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")

    theirs = person().open(link)
    expect(theirs.locator(".ax-headline")).to_contain_text("THEMIS-ASI GILL, 2019-01-04")
    expect(slider(theirs)).to_have_attribute("aria-valuetext", "06:58 UTC")
    expect(theirs.get_by_role("link", name="What was where at 06:58")).to_be_visible()


def test_a_year_is_loaded_as_far_as_it_is_seen_and_its_link_is_the_result(
    person: Callable[..., Any],
) -> None:
    page = person().open(YEAR)
    expect(page.locator(".ax-headline")).to_contain_text("of 365 nights", timeout=LONG_S)
    expect(page).to_have_url(re.compile("search=[0-9a-f-]{36}"))
    shows_pictures(page.locator(".ax-night").first)
    nights = page.locator(".ax-night:not(.ax-night--gap)").count()
    assert nights > 150
    asked = page.locator("img[data-state]").count()
    assert asked < 60, "far below the window nothing is asked for yet"

    last = page.locator(".ax-night:not(.ax-night--gap)").last
    last.scroll_into_view_if_needed()
    shows_pictures(last)
    assert page.locator("img[data-state]").count() < nights / 2, "what was rushed past is not asked for"
    expect(page.locator(".ax-hours")).to_be_in_viewport()

    theirs = person().open(page.url)
    expect(theirs.locator(".ax-headline")).to_contain_text("of 365 nights")


def test_one_night_of_all_imagers_leads_to_one_of_them(person: Callable[..., Any]) -> None:
    page = person().open(IMAGERS)
    expect(page.locator(".ax-headline")).to_contain_text("2020-01-29: 6 of 6 imagers had pictures")
    shows_pictures(row(page, "TREx RGB GILL"))
    page.get_by_role("link", name="TREx RGB GILL", exact=True).press("Enter")
    expect(page.locator(".ax-headline")).to_contain_text("TREx RGB GILL, 2020-01-29")
    page.get_by_role("link", name="All imagers of this night").click()
    expect(page.locator(".ax-night")).to_have_count(6)
    page.get_by_role("link", name="Next night").click()
    expect(page.locator(".ax-headline")).to_contain_text("2020-01-30: ")


def test_a_picture_that_cannot_be_had_is_a_labelled_gap(person: Callable[..., Any]) -> None:
    one = person()

    def lose(route: Route) -> None:
        if "2019%2F01%2F02" in route.request.url or "20190102" in route.request.url:
            route.fulfill(status=404, body="There is no such picture at its host.")
        else:
            route.continue_()

    one.page.route("**/images/**", lose)
    page = one.open(MONTH)
    expect(row(page, "2019-01-02").get_by_text("picture missing")).to_be_visible()
    shows_pictures(row(page, "2019-01-01"))
    expect(row(page, "2019-01-01").get_by_text("picture missing")).to_be_hidden()
    # Browsers tell of every picture that they could not have.
    assert one.complaints
    assert all("404" in complaint for complaint in one.complaints)
    one.complaints.clear()


def test_movies_link_out_and_the_list_is_taken_along(
    person: Callable[..., Any], tmp_path: Path
) -> None:
    page = person().open(f"{MONTH}&type=movie")
    card = page.locator(".ax-gallery-card").first
    expect(card.get_by_role("link", name="Original file")).to_have_attribute("target", "_blank")
    expect(card.locator("img")).not_to_have_attribute("data-state", re.compile("."))

    with page.expect_download() as downloading:
        page.get_by_role("button", name="CSV").click()
    downloading.value.save_as(tmp_path / "list.csv")
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()
    facts = [line for line in lines if line.startswith("#")]
    table = lines[len(facts) :]
    assert any("Movies of THEMIS-ASI GILL" in fact for fact in facts)
    assert any("simulat" in fact.lower() for fact in facts)
    assert any("/keograms?" in fact for fact in facts)
    assert table[0].startswith("program,platform,instrument_type,display_name,")
    assert len(table) == 32


def test_the_form_says_what_is_wrong_and_shows_what_is_asked(person: Callable[..., Any]) -> None:
    page = person().open("/keograms")
    show = page.get_by_role("button", name="Show", exact=True)
    expect(show).to_be_disabled()
    page.locator("#keograms-programs").click()
    page.get_by_role("option", name=re.compile("^rego")).click()
    page.keyboard.press("Escape")
    page.locator("#keograms-start").fill("2019-01-09")
    page.locator("#keograms-end").fill("2019-01-02")
    expect(page.get_by_text("The end is before the start")).to_be_visible()
    expect(show).to_be_disabled()
    page.get_by_role("button", name="7 nights", exact=True).click()
    expect(page.locator("#keograms-end")).to_have_value("2019-01-15")
    expect(page.locator("#keograms-words")).to_contain_text("7 nights each")
    show.click()
    expect(page.locator(".ax-headline")).to_contain_text("keograms of")
    expect(page).to_have_url(re.compile("program=rego"))
    page.locator(".ax-chips a").nth(1).click()
    expect(page).to_have_url(re.compile(r"of=\d+"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (MONTH.replace("2019", "2001"), "There are no keograms in these nights"),
        (MONTH.replace("end=2019", "end=2018"), "This cannot be looked for yet"),
        ("/keograms?of=999999&night=2019-01-04", "There is no such imager"),
    ],
)
def test_where_there_is_nothing_it_says_why(
    person: Callable[..., Any], address: str, words: str
) -> None:
    page = person().open(address)
    expect(page.get_by_role("heading", name=words)).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", [MONTH, IMAGERS, NIGHT, "/keograms"])
def test_it_fits_a_phone_in_both_themes(
    person: Callable[..., Any], tmp_path: Path, address: str, theme: str
) -> None:
    page = person(viewport={"width": 390, "height": 844}, color_scheme=theme).open(address)
    expect(page.locator(".ax-night, .ax-card").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    paper = page.locator(".ax-nights")
    if paper.count():
        # The sky is dark in both themes, and its words stand out from it.
        ground, text = paper.evaluate(
            "place => [getComputedStyle(place).backgroundColor, getComputedStyle(place).color]"
        )
        light, dark = (sum(map(int, re.findall(r"\d+", rgb)[:3])) for rgb in (text, ground))
        assert light - dark > 400
    page.screenshot(path=tmp_path / f"keograms-{theme}.png")
