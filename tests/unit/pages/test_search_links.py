"""The address of the builder: plain where it is short, kept under an id where it is long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from aurorax_dashboard.api.models import AdhocCriteria, ConjunctionQuery, Location
from aurorax_dashboard.pages import search_links as links
from aurorax_dashboard.pages.result_states import edit_link
from aurorax_dashboard.queries.canonical import canonical
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.searches.keep import DiskKeep, KeepError
from aurorax_dashboard.searches.short_links import ShortLinks
from aurorax_dashboard.searches.store import SearchStore, Submission


class Broken:
    """A keep that is out of use."""

    def __getattr__(self, _name: str) -> Any:
        def refuse(*_arguments: Any) -> Any:
            raise KeepError("out of use", advice="Later.")

        return refuse


@pytest.fixture
def keep(tmp_path: Path) -> DiskKeep:
    return DiskKeep(tmp_path)


def with_places(query: ConjunctionQuery, count: int) -> ConjunctionQuery:
    places = [
        Location(lat=n * 7919 % 17_000 / 100 - 85, lon=n * 104_729 % 36_000 / 100 - 180)
        for n in range(count)
    ]
    return msgspec.structs.replace(query, adhoc=[AdhocCriteria(locations=places)])


@pytest.fixture
def long(query: ConjunctionQuery) -> ConjunctionQuery:
    return with_places(query, 60)


@pytest.fixture
def too_large(query: ConjunctionQuery) -> ConjunctionQuery:
    return with_places(query, 1_900)


def params(address: str) -> dict[str, str | None]:
    name, _, value = address.removeprefix("/search?").partition("=")
    return {name: value}


def test_a_short_search_is_its_own_link(keep: DiskKeep, query: ConjunctionQuery) -> None:
    address = links.shared(ShortLinks(keep).add, query)
    assert address.startswith("/search?q=1.")
    found = links.opened(ShortLinks(keep), SearchStore(keep), params(address))
    assert found == canonical(query)


@pytest.mark.parametrize("which", ["long", "too_large"])
def test_a_long_search_is_shared_under_a_short_address(
    keep: DiskKeep, which: str, request: pytest.FixtureRequest
) -> None:
    query = request.getfixturevalue(which)
    address = links.shared(ShortLinks(keep).add, query)
    assert address.startswith("/search?s=1")
    assert len(address) < 30
    assert links.opened(ShortLinks(keep), SearchStore(keep), params(address)) == canonical(query)


def test_the_address_bar_holds_what_fits(
    keep: DiskKeep, long: ConjunctionQuery, too_large: ConjunctionQuery
) -> None:
    held = links.params_of(ShortLinks(keep).add, long)
    assert held["s"] is None
    held = links.params_of(ShortLinks(keep).add, too_large)
    assert held["q"] is None
    assert links.opened(ShortLinks(keep), SearchStore(keep), held) == canonical(too_large)
    assert links.imported(ShortLinks(keep).add, too_large) == f"/search?s={held['s']}"


def test_without_the_store_plain_links_still_work(
    long: ConjunctionQuery, too_large: ConjunctionQuery
) -> None:
    broken = ShortLinks(Broken()).add
    assert links.to_copy(broken, long)["address"].startswith("/search?q=")
    assert links.to_copy(broken, too_large)["mistake"] == "out of use. Later."
    assert links.params_of(broken, too_large) == {"q": None, "s": None}


def test_the_question_of_a_search_is_opened_whatever_its_size(
    keep: DiskKeep, submission: Submission, too_large: ConjunctionQuery
) -> None:
    store = SearchStore(keep)
    sent = msgspec.structs.replace(submission, query=too_large)
    store.remember(sent)
    [link] = edit_link(sent)
    assert link.href == f"/search?of={sent.request_id}"
    assert links.opened(ShortLinks(keep), store, params(link.href)) == too_large


@pytest.mark.parametrize(
    "given",
    [
        {"q": "1.???"},
        {"s": "1aaaaaaaaaaaa"},
        {"s": "?"},
        {"of": "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"},
        {"of": "../.."},
    ],
)
def test_what_leads_nowhere_is_refused(keep: DiskKeep, given: dict[str, str | None]) -> None:
    with pytest.raises(LinkError):
        links.opened(ShortLinks(keep), SearchStore(keep), given)


@pytest.mark.parametrize("given", [{}, {"q": None, "s": None, "of": None}, {"q": ""}])
def test_an_address_may_ask_for_nothing(keep: DiskKeep, given: dict[str, str | None]) -> None:
    assert links.opened(ShortLinks(keep), SearchStore(keep), given) is None
