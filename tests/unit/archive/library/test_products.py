"""Data products that users stored."""

from datetime import datetime

import pytest

from aurorax_dashboard.api.models import DataProduct, DataSource
from aurorax_dashboard.archive.errors import NotFoundError
from aurorax_dashboard.archive.library import Library, products

DAY = (datetime.fromisoformat("2020-03-01") - datetime.fromisoformat("1970-01-01")).days


def product(hour: int, **fields: object) -> DataProduct:
    values = {
        "data_product_type": "keogram",
        "start": datetime.fromisoformat(f"2020-03-01T{hour:02}:00"),
        "end": datetime.fromisoformat(f"2020-03-01T{hour:02}:59"),
        "url": f"https://example.org/{hour}.png",
        "metadata": {"hour": hour},
    } | fields
    return DataProduct(**values)


@pytest.fixture
def identifier(library: Library) -> int:
    record = DataSource(program="own", platform="camera", instrument_type="imager")
    return int(library.records.add(record).identifier or 0)


def test_products_come_sorted_and_wholly_within_the_period(library: Library, identifier: int) -> None:
    long = product(3, url="https://example.org/day.png", end=datetime.fromisoformat("2020-03-02T02:00"))
    library.products.write(identifier, [product(5), long, product(3), product(4)])
    start, end = datetime.fromisoformat("2020-03-01T03:00"), datetime.fromisoformat("2020-03-01T04:59")
    found = list(library.products.products(identifier, start, end))
    assert found == [product(3), product(4)]
    assert len(list(library.products.products(identifier, None, None))) == 4
    later = datetime.fromisoformat("2020-03-01T03:00:00.5")
    assert list(library.products.products(identifier, later, end)) == [product(4)]
    assert list(library.products.products(identifier, None, None, ["movie"])) == []


def test_more_products_than_are_read_at_a_time_come_each_once(
    library: Library, identifier: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "_ROWS_AT_A_TIME", 3)
    many = [
        product(hour, url=f"https://example.org/{hour}-{n}.png") for hour in (2, 1) for n in range(5)
    ]
    library.products.write(identifier, many)
    found = [each.url for each in library.products.products(identifier, None, None)]
    assert sorted(found) == sorted(str(each.url) for each in many)
    assert len(found) == 10


def test_products_are_counted_by_the_day_of_their_start(library: Library, identifier: int) -> None:
    assert library.products.product_span(identifier) == (0, None, None)
    library.products.write(identifier, [product(5), product(7, data_product_type="movie")])
    assert library.products.products_per_day(identifier, DAY - 1, DAY + 1).tolist() == [0, 2, 0]
    assert library.products.products_per_day(identifier, DAY, DAY, ["movie"]).tolist() == [1]
    first, last = product(5).start, product(7).start
    assert library.products.product_span(identifier) == (2, first, last)


def test_a_product_is_known_by_its_address_and_source(library: Library, identifier: int) -> None:
    record = DataSource(program="own", platform="other camera", instrument_type="imager")
    other = int(library.records.add(record).identifier or 0)
    for each in (identifier, other):
        library.products.write(each, [product(5)])
    library.products.write(identifier, [product(5, metadata={"better": True})])
    assert [p.metadata for p in library.products.products(identifier, None, None)] == [{"better": True}]
    assert library.products.delete(identifier, [str(product(5).url), "https://example.org/no"]) == 1
    assert library.products.product_span(identifier)[0] == 0
    assert library.products.product_span(other)[0] == 1
    with pytest.raises(NotFoundError):
        library.products.write(55, [product(5)])
