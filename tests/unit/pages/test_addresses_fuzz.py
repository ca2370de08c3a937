"""Broken, hostile and odd addresses: each is a page that says what is the matter, never a failure."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from aurorax_dashboard.pages import result, search, search_links
from aurorax_dashboard.pages.result_changes import other_search
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import LinkError, to_param
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.short_links import ShortLinks
from aurorax_dashboard.searches.store import SearchStore, StoredResult, Submission

CASES = 10_000
PAGES = 60
ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"

HOSTILE = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "9" * 5_000,
    "1e9",
    "٣",
    "NaN",
    "\x00",
    "\ud800",
    "%",
    "<img src=x onerror=alert(1)>",
    "../../etc/passwd",
    "javascript:alert(1)",
    "1.",
    "1." + "A" * 5_999,
    "2.abc",
    "1.q1YqLkksKS3WUbKqVipKLS",
    "1aaaaaaaaaaaa",
    ID,
    ID.upper(),
    ID[:-1] + "6",
    "0-100",
    "100-0",
    "22-4",
    "2019-02-30",
    "1,2,3",
    "1," * 400,
    "nbtrace,geographic",
    "👽" * 30,
)
SEARCH = ("q", "s", "of", "__proto__", "q[]", "Q")
RESULT = (
    *("event", "view", "against", "km", "min", "from", "to", "hours"),
    *("months", "with", "type", "starred", "label", "other"),
)


@pytest.fixture
def services(tmp_path: Any, stored: StoredResult, submission: Submission) -> Any:
    keep = DiskKeep(tmp_path)
    store = SearchStore(keep)
    store.remember(submission)
    store.finish(stored.finished, stored.result, stored.footprints)
    return SimpleNamespace(
        store=store,
        links=ShortLinks(keep),
        sources=list,
        client=SimpleNamespace(base_url=submission.server),
        judgements=SimpleNamespace(of=lambda _request_id: {}),
    )


def odd(chance: random.Random) -> str:
    """Return the value of a parameter that nobody meant."""
    if chance.random() < 0.4:
        return chance.choice(HOSTILE)
    letters = list(to_param(chance.choice(examples()).query))
    for _ in range(chance.choice((1, 2, 9))):
        at = chance.randrange(len(letters))
        letters[at] = chance.choice(("", "A", "_", ".", "=", "é", letters[0] * 3))
    return "".join(letters)


def address(chance: random.Random, names: tuple[str, ...]) -> dict[str, str | list[str]]:
    """Return the parameters of an address as Dash hands them to a page."""
    given = [(chance.choice(names), odd(chance)) for _ in range(chance.randrange(1, 4))]
    written = urlencode(given, errors="surrogatepass")
    read = parse_qs(written, keep_blank_values=True, errors="replace")
    return {name: values[0] if len(values) == 1 else values for name, values in read.items()}


def assert_clear(message: str) -> None:
    assert message.endswith(".")
    assert len(message) < 400


def test_ten_thousand_addresses_are_read_or_refused_in_a_sentence(services: Any) -> None:
    chance = random.Random(1)
    refused = 0
    for number in range(CASES):
        if number % 2:
            asked = result.asked_of(address(chance, RESULT))
            for problem in asked.problems:
                assert_clear(problem)
            refused += bool(asked.problems)
            other, mistake = other_search(odd(chance), ID)
            assert (other is None) == mistake.endswith(".")
            continue
        params = address(chance, SEARCH)
        asked_for = {name: search.addresses.single(params, name) for name in ("q", "s", "of")}
        try:
            search_links.opened(services.links, services.store, asked_for)
        except LinkError as error:
            refused += 1
            assert_clear(str(error))
    assert refused > CASES / 10


def test_odd_addresses_are_pages(services: Any, shown: Any) -> None:
    chance = random.Random(2)
    for number in range(PAGES):
        if number % 2:
            page = result.layout(services, ID, result.asked_of(address(chance, RESULT)))
            assert "2 conjunctions" in shown(page).text
            continue
        params = address(chance, SEARCH)
        asked_for = {name: search.addresses.single(params, name) for name in ("q", "s", "of")}
        page = shown(search.layout(services, asked_for))
        assert page.has(search.Ids.DRAFT)


@pytest.mark.parametrize("request_id", [text for text in HOSTILE if text.lower() != ID])
def test_odd_request_ids_are_pages(services: Any, shown: Any, request_id: str) -> None:
    page = shown(result.layout(services, request_id, result.asked_of({})))
    known = request_id == ID[:-1] + "6"
    assert ("This is not the address of a search" in page.text) != known
