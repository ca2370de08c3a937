from datetime import datetime, timedelta

import numpy as np
import pytest

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.simulation import diary
from aurorax_dashboard.archive.simulation.products import (
    LINES,
    SimulatedProducts,
    find_piece,
    lines_of,
)
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, minute_of, time_of

from .conftest import FORT_SMITH, GILLAM, SWARM_A, minute

TREX_RGB_GILL, KHO, RIOMETER = 103, 373, 100006
MAKERS = sorted(number for number, entry in diary.entries().items() if lines_of(entry))
DAY = datetime.fromisoformat("2020-02-01T00:00:00")
DAY_END = DAY + timedelta(hours=23, minutes=59, seconds=59)
DAY_NUMBER = minute_of(DAY) // MINUTES_PER_DAY


@pytest.fixture(scope="module")
def products():
    return SimulatedProducts()


def of_day(products, identifier, **kinds):
    return list(products.products(identifier, DAY, DAY_END, **kinds))


def test_a_night_of_trex_has_as_many_products_as_on_the_platform(products):
    """The platform's five nights of five or six imagers have 1400, 47 to 56 each."""
    found = of_day(products, TREX_RGB_GILL)
    assert 44 <= len(found) <= 60
    kinds = [product.metadata.get("keogram_type") for product in found]
    assert {kinds.count(kind) for kind in ("daily", "daily_hires", "daily_moviederived")} == {1}
    assert kinds.count("hourly") == kinds.count("hourly_hires") > 10
    types = [product.data_product_type for product in found]
    assert types.count("movie") == 1
    assert types.count("montage") == 1 + kinds.count("hourly")


def test_a_record_looks_as_the_platforms(products):
    daily = of_day(products, TREX_RGB_GILL)[0]
    assert (daily.start, daily.end) == (DAY, DAY + timedelta(hours=23, minutes=59))
    assert daily.data_product_type == "keogram"
    assert daily.url == (
        "/data/trex/rgb/stream2/2020/02/01/gill_rgb-103/20200201__gill_rgb-103_full-keogram.png"
    )
    assert list(daily.metadata) == ["keogram_type", "imaging_start_time", "imaging_end_time"]
    begun = datetime.fromisoformat(daily.metadata["imaging_start_time"])
    ended = datetime.fromisoformat(daily.metadata["imaging_end_time"])
    # The night of the first of February begins before midnight UTC, in Manitoba.
    assert DAY - timedelta(hours=2) < begun < DAY + timedelta(hours=2)
    assert timedelta(hours=10) < ended - begun < timedelta(hours=15)
    assert daily.metadata["imaging_start_time"].endswith(":00.000000")


def test_hours_are_those_with_observations(products):
    hours = {
        p.start.hour for p in of_day(products, GILLAM) if p.metadata.get("keogram_type") == "hourly"
    }
    working = diary.present(GILLAM, minute_of(DAY), minute_of(DAY) + MINUTES_PER_DAY)
    assert hours == set(np.flatnonzero(working.reshape(24, 60).any(axis=1)).tolist())
    hourly = next(p for p in of_day(products, GILLAM) if p.metadata.get("keogram_type") == "hourly")
    assert hourly.end - hourly.start == timedelta(minutes=59)
    assert f"/ut{hourly.start:%H}/" in hourly.url


def test_there_is_nothing_of_a_night_without_darkness(products):
    start = datetime.fromisoformat("2019-06-15")
    assert list(products.products(FORT_SMITH, start, start + timedelta(days=5))) == []


@pytest.mark.parametrize("identifier", MAKERS)
def test_all_ways_of_counting_agree(products, identifier):
    born, _ = diary.life(diary.entries()[identifier])
    first = born // MINUTES_PER_DAY + 400
    start = datetime.fromisoformat("1970-01-01") + timedelta(days=first)
    listed = list(products.products(identifier, start, start + timedelta(days=12, seconds=-1)))
    counts = products.products_per_day(identifier, first, first + 11)
    by_day = [sum((p.start - start).days == day for p in listed) for day in range(12)]
    assert counts.tolist() == by_day
    assert [p.start for p in listed] == sorted(p.start for p in listed)
    addresses = [product.url for product in listed]
    assert len(set(addresses)) == len(addresses)
    for product in listed[:: max(len(listed) // 5, 1)]:
        piece = find_piece(product.url.removeprefix("/data/"))
        assert piece is not None
        assert (piece.url, piece.line.type) == (product.url, product.data_product_type)


@pytest.mark.parametrize("identifier", MAKERS)
def test_metadata_are_those_of_the_schema(products, identifier):
    schema = diary.entries()[identifier].source.data_product_metadata_schema
    allowed = {field.field_name: field.allowed_values for field in schema}
    born, _ = diary.life(diary.entries()[identifier])
    winter = datetime.fromisoformat(f"{time_of(born).year + 1}-01-10")
    found = list(products.products(identifier, winter, winter + timedelta(days=15)))
    assert found
    for product in found:
        assert set(product.metadata) <= set(allowed)
        for field, value in product.metadata.items():
            # The platform's records say so, and its schema does not.
            assert not allowed[field] or value in [*allowed[field], "daily_moviederived"]


def test_a_product_must_lie_within_the_period(products):
    whole = of_day(products, GILLAM)
    start = DAY + timedelta(hours=3, minutes=30)
    end = DAY + timedelta(hours=6, minutes=59)
    inside = list(products.products(GILLAM, start, end))
    assert {p.start.hour for p in inside} == {4, 5, 6}
    assert inside == [p for p in whole if p.start >= start and p.end <= end]
    assert not list(products.products(GILLAM, DAY, DAY + timedelta(minutes=58)))
    # A second past the full minute, a product that starts with the minute has begun already.
    assert next(products.products(GILLAM, DAY + timedelta(seconds=1), DAY_END)).start > DAY


def test_kinds_can_be_chosen(products):
    montages = of_day(products, GILLAM, types=["montage"])
    assert {product.data_product_type for product in montages} == {"montage"}
    assert products.products_per_day(GILLAM, DAY_NUMBER, DAY_NUMBER, ["montage"])[0] == len(montages)
    assert of_day(products, GILLAM, types=["gridded_data"]) == []
    assert len(of_day(products, GILLAM, types=[])) == len(of_day(products, GILLAM))


def test_the_span_is_that_of_all_products(products):
    count, first, last = products.product_span(KHO)
    everything = list(products.products(KHO, None, None))
    assert (count, first, last) == (len(everything), everything[0].start, everything[-1].start)
    assert count > 1000


@pytest.mark.parametrize("identifier", [SWARM_A, 999_999, -1])
def test_other_sources_have_no_products(products, identifier):
    assert list(products.products(identifier, None, None)) == []
    assert products.product_span(identifier) == (0, None, None)
    assert products.products_per_day(identifier, DAY_NUMBER, DAY_NUMBER + 2).tolist() == [0, 0, 0]


def test_the_daily_product_covers_svalbards_polar_night(products):
    start = datetime.fromisoformat("2019-12-20")
    found = list(products.products(KHO, start, start + timedelta(days=1, seconds=-1), ["keogram"]))
    assert [product.metadata["keogram_type"] for product in found] == ["daily"]


def test_every_kind_of_instrument_in_the_lines_exists():
    kinds = {f"{e.source.program} {e.source.instrument_type}" for e in catalogue.sources()}
    assert set(LINES) <= kinds


@pytest.mark.parametrize(
    "path",
    [
        "",
        "x",
        "trex/rgb/stream2/2020/02/01/gill_rgb-103/20200201__gill_rgb-103_full-movie.png",
        "trex/rgb/stream2/2020/02/01/gill_rgb-104/20200201__gill_rgb-104_full-keogram.png",
        "trex/rgb/stream2/2020/02/30/gill_rgb-103/20200230__gill_rgb-103_full-keogram.png",
        "trex/rgb/stream2/2020/02/01/gill_rgb-103/20200202__gill_rgb-103_full-keogram.png",
        "trex/rgb/stream2/2020/02/01/gill_rgb-103/ut19/20200201_19_gill_rgb-103_full-keogram.png",
        "trex/rgb/stream2/2012/02/01/gill_rgb-103/20120201__gill_rgb-103_full-keogram.png",
        "trex/rgb/stream2/9999/12/31/gill_rgb-103/99991231__gill_rgb-103_full-keogram.png",
        "trex/rgb/stream2/0000/12/31/gill_rgb-103/00001231__gill_rgb-103_full-keogram.png",
        "swarm/rgb/stream2/2020/02/01/x_rgb-3/20200201__x_rgb-3_full-keogram.png",
        "../../etc/passwd",
    ],
)
def test_other_addresses_lead_nowhere(path):
    assert find_piece(path) is None


def test_a_day_before_the_life_of_an_imager_has_no_product():
    path = "themis-asi/asi/stream2/2006/12/31/gill_asi-46/20061231__gill_asi-46_full-keogram.png"
    assert find_piece(path) is None
    assert diary.life(diary.entries()[GILLAM])[0] == minute("2007-01-01")
