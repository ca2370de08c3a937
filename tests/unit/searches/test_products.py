"""Data product searches are sent, followed, kept for good, and shown with the names of their sources."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pytest

from aurorax_dashboard.api.client import ServerIdentity
from aurorax_dashboard.api.errors import InvalidQueryError
from aurorax_dashboard.api.frames import data_product_frame, empty_data_products
from aurorax_dashboard.api.models import (
    DataProductCriteria,
    DataProductQuery,
    DataSource,
    SearchRequest,
    SearchResult,
    SearchStatus,
)
from aurorax_dashboard.queries.products import canonical, days_query
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.searches.products import (
    ProductErrand,
    ProductStore,
    found_at_once,
    listed,
    submit_products,
)

ID = "7d0a3f8e-2f9e-4c1b-9c1a-0123456789AB"
LIVE = "https://api.aurorax.space"
QUERY = days_query(
    DataProductQuery(
        data_sources=DataProductCriteria(programs=["themis-asi"], platforms=["gillam"]),
        data_product_type_filters=["keogram"],
    ),
    date(2020, 1, 1),
    date(2020, 1, 31),
)
GILLAM = DataSource(
    identifier=46,
    program="themis-asi",
    platform="gillam",
    instrument_type="panchromatic ASI",
    source_type="ground",
    display_name="THEMIS-ASI GILL",
)


def products(*urls: str | None) -> pd.DataFrame:
    records = [
        {
            "data_source": {"identifier": 46},
            "start": f"2020-01-0{day}T00:00:00",
            "end": f"2020-01-0{day}T23:59:00",
            "data_product_type": "keogram",
            "url": url,
            "metadata": {"keogram_type": "daily"},
        }
        for day, url in enumerate(urls, 1)
    ]
    return data_product_frame(json.dumps(records).encode())


class Server:
    """Takes searches, or refuses them, and finds one product."""

    def __init__(self, base_url: str = "http://127.0.0.1:9000", error: Exception | None = None) -> None:
        self.base_url = base_url
        self.error = error
        self.asked: list[Any] = []

    def submit_data_products(self, query: DataProductQuery) -> str:
        self.asked.append(query)
        if self.error:
            raise self.error
        return ID.lower()

    def data_products(self, request_id: str) -> pd.DataFrame:
        self.asked.append(request_id)
        return products(f"{self.base_url}/files/1.png")

    def data_products_synchronous(self, query: DataProductQuery) -> pd.DataFrame:
        self.asked.append(query)
        return products(f"{self.base_url}/files/1.png")

    def identity(self) -> ServerIdentity:
        return ServerIdentity("Archive", simulated=True)


def client(server: Server) -> Any:
    return server


def status(query: Any = None, count: int | None = None) -> SearchStatus:
    return SearchStatus(
        search_request=SearchRequest(request_id=ID.lower(), query=query),
        search_result=SearchResult(data_uri="/data", result_count=count),
    )


def finished(server: str) -> Finished:
    return Finished(
        status=status(), server=server, simulated=True, retrieved=datetime(2026, 3, 1, tzinfo=UTC)
    )


@pytest.fixture
def store(tmp_path: Path) -> ProductStore:
    return ProductStore(DiskKeep(tmp_path / "searches"))


def test_a_taken_search_can_be_run_again(store: ProductStore) -> None:
    server = Server()
    sent = submit_products(client(server), store, QUERY, [GILLAM])
    [asked] = server.asked
    assert msgspec.structs.replace(asked, request_id=None) == canonical(QUERY) == sent.query
    assert store.submission(ID) == sent, "request ids are alike in upper and lower case"
    assert sent.title == "Keograms of THEMIS-ASI GILL, 2020-01-01 – 2020-01-31"
    assert store.result(ID, server.base_url) is None


def test_a_refused_search_leaves_nothing(store: ProductStore) -> None:
    with pytest.raises(InvalidQueryError):
        submit_products(client(Server(error=InvalidQueryError("no"))), store, QUERY, [])
    assert store.submission(ID) is None


def test_a_short_search_is_answered_at_once() -> None:
    server = Server()
    found = found_at_once(client(server), QUERY)
    assert server.asked == [canonical(QUERY)]
    assert (len(found.products), found.simulated, found.retrieved.tzinfo) == (1, True, UTC)


def test_what_was_found_is_kept_as_it_is(store: ProductStore) -> None:
    before = products(f"{LIVE}/files/1.png", None)
    store.finish(finished(LIVE), before)
    kept = store.result(ID, LIVE)
    assert kept is not None
    assert (kept.simulated, kept.retrieved.year) == (True, 2026)
    pd.testing.assert_frame_equal(kept.products, before, check_dtype=False)
    assert str(kept.products["start"].dt.tz) == "UTC"


def test_nothing_found_is_kept_too(store: ProductStore) -> None:
    store.finish(finished(LIVE), empty_data_products())
    kept = store.result(ID, LIVE)
    assert kept is not None
    assert kept.products.empty


@pytest.mark.parametrize(
    ("before", "now", "url", "shown"),
    [
        # The embedded archive listens elsewhere after each start.
        (
            "http://127.0.0.1:9000",
            "http://127.0.0.1:9100",
            "http://127.0.0.1:9000/files/1.png",
            "http://127.0.0.1:9100/files/1.png",
        ),
        (
            "http://127.0.0.1:9000",
            "http://127.0.0.1:9100",
            "http://127.0.0.1:90001/1.png",
            "http://127.0.0.1:90001/1.png",
        ),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9100", f"{LIVE}/1.png", f"{LIVE}/1.png"),
        # What one server has need not be on another.
        (LIVE, "http://127.0.0.1:9100", f"{LIVE}/1.png", f"{LIVE}/1.png"),
        ("http://127.0.0.1:9000", LIVE, "http://127.0.0.1:9000/1.png", "http://127.0.0.1:9000/1.png"),
    ],
)
def test_files_of_the_embedded_archive_are_found_after_it_moved(
    store: ProductStore, before: str, now: str, url: str, shown: str
) -> None:
    store.finish(finished(before), products(url))
    kept = store.result(ID, now)
    assert kept is not None
    assert list(kept.products["url"]) == [shown]


def test_the_list_is_fetched_and_kept_with_its_provenance(store: ProductStore) -> None:
    told: list[str] = []
    errand = ProductErrand(client(Server()), store)
    assert not errand.is_kept(ID)
    errand.fetch(status(count=1_234), lambda text, _fraction: told.append(text))
    errand.fetch(status(), lambda text, _fraction: told.append(text))
    assert told == ["Fetching 1,234 data products.", "Fetching the list."]
    assert errand.is_kept(ID)
    kept = store.result(ID, "http://127.0.0.1:9000")
    assert kept is not None
    assert kept.simulated


def test_a_search_of_another_program_is_remembered_once(store: ProductStore) -> None:
    errand = ProductErrand(client(Server()), store)
    told = msgspec.to_builtins(canonical(QUERY))
    errand.remember(status(told))
    known = store.submission(ID)
    assert known is not None
    assert known.query == canonical(QUERY)
    errand.remember(status(told | {"end": "2021-01-01T00:00:00"}))
    assert store.submission(ID) == known


@pytest.mark.parametrize("told", [None, {"form": "unknown"}, "nonsense"])
def test_what_cannot_be_read_is_not_remembered(store: ProductStore, told: Any) -> None:
    ProductErrand(client(Server()), store).remember(status(told))
    assert store.submission(ID) is None


def test_a_list_names_its_sources() -> None:
    found = products("a", "b").assign(identifier=pd.array([46, None], dtype="Int64"))
    table = listed(found, [GILLAM])
    assert list(table.columns[:4]) == ["program", "platform", "instrument_type", "display_name"]
    assert table["display_name"].tolist()[0] == "THEMIS-ASI GILL"
    assert table["display_name"].isna().tolist() == [False, True]
    assert list(table["url"]) == ["a", "b"]
