"""The page of keograms: what it begins with, when it waits for an answer and when it follows a search."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from aurorax_dashboard.api.client import ServerIdentity
from aurorax_dashboard.api.errors import UnreachableError
from aurorax_dashboard.api.frames import data_product_frame
from aurorax_dashboard.api.models import (
    DataSource,
    DataSourceStats,
    SearchRequest,
    SearchResult,
    SearchStatus,
)
from aurorax_dashboard.components.following import Ids as FollowIds
from aurorax_dashboard.pages import keograms
from aurorax_dashboard.pages.keograms_asked import Asked
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.searches.products import ProductStore
from aurorax_dashboard.settings import Settings

ID = "7d0a3f8e-2f9e-4c1b-9c1a-0123456789ab"
WEEK = Asked("2019-01-01", "2019-01-07", ("themis-asi",))
YEARS = WEEK.but(end="2020-12-31")
SOURCES = [
    DataSource(
        identifier=46,
        program="themis-asi",
        platform="gillam",
        instrument_type="panchromatic ASI",
        source_type="ground",
        display_name="THEMIS-ASI GILL",
    )
]
ANSWER = json.dumps(
    [
        {
            "data_source": {"identifier": 46},
            "start": "2019-01-01T00:00:00",
            "end": "2019-01-01T23:59:00",
            "data_product_type": "keogram",
            "url": "http://127.0.0.1:9000/files/1.png",
            "metadata": {"keogram_type": "daily"},
        }
    ]
).encode()


class Server:
    """An AuroraX server that has one keogram, and says in which year it was made."""

    base_url = "http://127.0.0.1:9000"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False

    def within(self, _seconds: float) -> Server:
        return self

    def identity(self) -> ServerIdentity:
        return ServerIdentity("Archive", simulated=True)

    def data_products_synchronous(self, _query: Any) -> pd.DataFrame:
        self.asked.append("at once")
        return data_product_frame(ANSWER)

    def submit_data_products(self, _query: Any) -> str:
        self.asked.append("search")
        return ID

    def data_source_stats(self, _identifier: int) -> Any:
        if self.away:
            raise UnreachableError("archive.test does not answer")
        return SimpleNamespace(
            value=DataSourceStats(latest_data_product_loaded=datetime(2020, 4, 30, tzinfo=UTC))
        )


class Spent:
    def __init__(self) -> None:
        self.by: list[str] = []

    def spend(self, caller: str) -> None:
        self.by.append(caller)


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The parts of the services that the page asks for."""
    monkeypatch.setattr(keograms, "caller", lambda: "somebody")
    server = Server()
    return SimpleNamespace(
        settings=Settings(api_url=server.base_url),
        client=server,
        hurried=server,
        products=ProductStore(DiskKeep(tmp_path / "searches")),
        quota=Spent(),
        sources=lambda: SOURCES,
        known_sources=lambda: SOURCES,
    )


def keep(services: Any) -> None:
    status = SearchStatus(search_request=SearchRequest(request_id=ID), search_result=SearchResult())
    finished = Finished(
        status=status,
        server=Server.base_url,
        simulated=True,
        retrieved=datetime(2026, 3, 1, tzinfo=UTC),
    )
    services.products.finish(finished, data_product_frame(ANSWER))


def test_a_week_is_answered_while_the_page_waits(services: Any, shown: Any) -> None:
    children, search = keograms.body(services, WEEK, SOURCES)
    assert (services.client.asked, search, services.quota.by) == (["at once"], "", [])
    assert ": keograms of 1 of 7 nights" in shown(children).text


def test_years_are_searched_for_and_followed(services: Any, shown: Any) -> None:
    children, search = keograms.body(services, YEARS, SOURCES)
    assert (services.client.asked, search, services.quota.by) == (["search"], ID, ["somebody"])
    assert shown(children).part(FollowIds.FOLLOWED).data == {
        "kind": "data_products",
        "request_id": ID,
    }


def test_a_link_with_a_search_follows_that_one(services: Any, shown: Any) -> None:
    children, search = keograms.body(services, YEARS.but(search=ID), SOURCES)
    assert (services.client.asked, search) == ([], ID)
    assert shown(children).has(FollowIds.FOLLOWED)


def test_what_is_kept_is_shown_without_asking(services: Any, shown: Any) -> None:
    keep(services)
    children, search = keograms.body(services, YEARS.but(search=ID), SOURCES)
    assert (services.client.asked, search) == ([], "")
    assert ": keograms of 1 of 731 nights" in shown(children).text


def test_one_night_is_asked_for_by_itself(services: Any, shown: Any) -> None:
    asked = Asked(of=46).but(night=datetime(2019, 1, 1, tzinfo=UTC).date())
    children, _ = keograms.body(services, asked, SOURCES)
    assert services.client.asked == ["at once"]
    assert "THEMIS-ASI GILL" in shown(children).text


def test_a_night_of_nobody_says_so(services: Any, shown: Any) -> None:
    asked = Asked(of=5).but(night=datetime(2019, 1, 1, tzinfo=UTC).date())
    children, _ = keograms.body(services, asked, SOURCES)
    assert "There is no such imager" in shown(children).text
    assert services.client.asked == []


def test_nobody_is_said_not_to_be_where_the_catalogue_cannot_be_had(services: Any) -> None:
    def away() -> list[DataSource]:
        raise UnreachableError("archive.test does not answer")

    services.sources = away
    asked = Asked(of=46).but(night=datetime(2019, 1, 1, tzinfo=UTC).date())
    with pytest.raises(UnreachableError):
        keograms.body(services, asked, [])


def laid_out(shown: Any, services: Any, asked: Asked) -> Any:
    return shown(keograms.layout(services, asked))


def test_who_comes_without_a_wish_is_shown_examples(services: Any, shown: Any) -> None:
    page = laid_out(shown, services, Asked())
    assert "A month over Gillam" in page.text
    assert "all colour cameras" not in page.text, "of programs that this server does not have"


def test_a_source_without_period_begins_at_its_last_product(services: Any, shown: Any) -> None:
    page = laid_out(shown, services, Asked(programs=("themis-asi",)))
    assert page.part("keograms-end").value == "2020-04-30"


def test_without_its_figures_it_begins_today(services: Any, shown: Any) -> None:
    services.client.away = True
    page = laid_out(shown, services, Asked(programs=("themis-asi",)))
    assert page.part("keograms-end").value == datetime.now(UTC).date().isoformat()


def test_what_cannot_be_looked_for_is_said_and_the_form_is_open(services: Any, shown: Any) -> None:
    page = laid_out(shown, services, WEEK.but(end="2018-01-01"))
    assert "This cannot be looked for yet" in page.text
    [form] = [
        part for part in page._parts() if "ax-keogram-asked" in str(getattr(part, "className", ""))
    ]
    assert form.open


def test_without_a_catalogue_the_page_stands_and_says_why(services: Any, shown: Any) -> None:
    def away() -> list[DataSource]:
        raise UnreachableError("archive.test does not answer")

    services.sources = away
    assert "could not be fetched" in laid_out(shown, services, WEEK).text
