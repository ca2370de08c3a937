"""Data product searches in the small world of conftest."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from aurorax_dashboard.api.models import DataProduct, DataProductQuery
from aurorax_dashboard.archive.at_once import found_at_once
from aurorax_dashboard.archive.checks import check_data_product_query
from aurorax_dashboard.archive.errors import BadRequestError, SearchCancelledError
from aurorax_dashboard.archive.product_search import search_data_products
from aurorax_dashboard.archive.products import CombinedProducts
from aurorax_dashboard.archive.records import ProductCompletion
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.settings import ArchiveSettings

DAY = datetime.fromisoformat("2019-03-05T00:00:00")
BOTH_A_DAY = 13 + 7
"""One daily keogram of each of two imagers, twelve hourly ones of the one and six of the other."""

Search = Callable[..., list[DataProduct]]


class Logged:
    """What a search reported."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.run = Run("some-id", self.lines.append, time_limit_s=60)


@pytest.fixture
def logged() -> Logged:
    return Logged()


@pytest.fixture
def search(sources: Any, world: Any, logged: Logged) -> Search:
    def run(start: str | None = None, end: str | None = None, **fields: Any) -> list[DataProduct]:
        criteria = fields.pop("data_sources", {"programs": ["themis-asi"]})
        asked = {"start": start, "end": end, "data_sources": criteria, **fields}
        query = check_data_product_query(msgspec.convert(asked, DataProductQuery))
        batches = search_data_products(query, sources, world, logged.run)
        return [product for batch in batches for product in batch]

    return run


def keograms(*kinds: str, operator: str = "in") -> dict[str, Any]:
    expression = {"key": "keogram_type", "operator": operator, "values": list(kinds)}
    return {"programs": ["themis-asi"], "data_product_metadata_filters": {"expressions": [expression]}}


def test_all_products_of_a_day_are_found_in_order_of_time(search: Search) -> None:
    found = search("2019-03-05T00:00:00", "2019-03-05T23:59:59")
    assert len(found) == BOTH_A_DAY
    order = [(product.start, product.data_source.identifier) for product in found]
    assert order == sorted(order)
    assert set(order[:2]) == {(DAY, 1)}


def test_products_that_reach_beyond_the_period_are_not_found(search: Search) -> None:
    found = search("2019-03-05T02:30:00", "2019-03-05T05:59:00")
    assert [(p.start.hour, p.data_source.identifier) for p in found] == [(3, 1), (4, 1), (4, 2), (5, 1)]
    assert search("2019-03-05T00:00:00", "2019-03-05T23:58:59", data_sources=keograms("daily")) == []


@pytest.mark.parametrize(
    ("criteria", "count"),
    [
        (keograms("daily"), 2),
        (keograms("hourly", "daily"), BOTH_A_DAY),
        (keograms("hourly", operator="!="), 2),
        (keograms("monthly"), 0),
        ({"platforms": ["gillam"]}, 13),
        ({"platforms": ["gillam", "swarma"], "instrument_types": ["footprint"]}, 0),
        ({"programs": ["nowhere"]}, 0),
        (
            {
                "programs": ["themis-asi"],
                "data_product_metadata_filters": {
                    "logical_operator": "OR",
                    "expressions": [
                        {"key": "hour", "operator": ">=", "values": ["10"]},
                        {"key": "keogram_type", "operator": "=", "values": ["daily"]},
                    ],
                },
            },
            2 + 2 + 1,
        ),
        (
            {
                "programs": ["themis-asi"],
                "data_product_metadata_filters": {
                    "expressions": [{"key": "unknown", "operator": "!=", "values": ["x"]}]
                },
            },
            0,
        ),
    ],
)
def test_sources_and_metadata_choose(search: Search, criteria: dict[str, Any], count: int) -> None:
    assert len(search("2019-03-05T00:00:00", "2019-03-05T23:59:59", data_sources=criteria)) == count


def test_types_choose(search: Search) -> None:
    day = "2019-03-05T00:00:00", "2019-03-05T23:59:59"
    assert len(search(*day, data_product_type_filters=["movie", "keogram"])) == BOTH_A_DAY
    assert search(*day, data_product_type_filters=["movie"]) == []


def test_without_a_period_everything_is_found(search: Search, logged: Logged) -> None:
    assert len(search()) == 365 * BOTH_A_DAY
    assert logged.lines[0] == "Starting query for some-id"
    assert "of 2 data sources" in logged.lines[1]
    assert logged.lines[-1] == "Finished writing data"


def test_a_search_can_be_stopped(search: Search, logged: Logged) -> None:
    logged.run.stop(SearchCancelledError())
    with pytest.raises(SearchCancelledError):
        search()


def test_a_search_at_once_is_limited_in_size() -> None:
    settings = ArchiveSettings(synchronous_max_records=3)
    assert found_at_once(settings, lambda _: [[1, 2], [3]]) == [[1, 2], [3]]
    with pytest.raises(BadRequestError, match="more than 3 records"):
        found_at_once(settings, lambda _: [[1, 2], [3, 4]])


def test_a_search_at_once_is_limited_in_time() -> None:
    def slow(run: Run) -> list[list[int]]:
        while True:
            run.check(0.5)

    with pytest.raises(BadRequestError, match=r"longer than 0.01 seconds.*asynchronous"):
        found_at_once(ArchiveSettings(synchronous_time_limit_s=0.01), slow)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"data_sources": {}}, "data_sources"),
        ({"data_product_type_filters": ["keogram", "keogramm"]}, r"data_product_type_filters\[1\]"),
        ({"start": "2019-03-05", "end": "2019-03-04"}, "end"),
        ({"data_sources": keograms()}, "values"),
        ({"request_id": "x"}, "request_id"),
    ],
)
def test_mistakes_are_named_by_field(search: Search, fields: dict[str, Any], where: str) -> None:
    fields = {
        name: f"{value}T00:00:00" if name in {"start", "end"} else value
        for name, value in fields.items()
    }
    with pytest.raises(BadRequestError, match=where):
        search(**fields)


def test_addresses_of_our_own_files_are_completed_when_shown(sources: Any) -> None:
    completion = ProductCompletion(sources, "basic_info", "http://archive.test:81/")
    ours, foreign = (
        completion.product(DataProduct(data_source=sources.get(1), url=url))
        for url in ("/data/x.png", "https://elsewhere.test/x.png")
    )
    assert ours.url == "http://archive.test:81/data/x.png"
    assert foreign.url == "https://elsewhere.test/x.png"
    assert ours.data_source.program == "themis-asi"
    assert ours.data_source.metadata is None


def test_a_source_has_products_of_its_own_kind_only(world: Any) -> None:
    class Stored:
        def products(self, identifier: int, *_: Any) -> Any:
            return iter([DataProduct(url=f"stored {identifier}")])

        def products_per_day(self, *_: Any) -> list[int]:
            return [7]

        def product_span(self, identifier: int) -> tuple[int, datetime, datetime]:
            return 1, DAY, DAY

    both = CombinedProducts(world, Stored(), lambda number: "stored" if number == 2 else "simulated")
    end = DAY + timedelta(days=1, minutes=-1)
    assert len(list(both.products(1, DAY, end))) == 13
    assert [product.url for product in both.products(2, DAY, end)] == ["stored 2"]
    assert (both.product_span(1)[0], both.product_span(2)[0]) == (365 * 13, 1)
    assert both.products_per_day(2, 0, 0) == [7]
    assert both.products_per_day(1, 0, 0).tolist() == [13]
