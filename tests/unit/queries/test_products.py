"""A search for data products: its words, its problems, its one written form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from aurorax_dashboard.api.models import (
    DataProductCriteria,
    DataProductQuery,
    DataSource,
    MetadataExpression,
    MetadataField,
    MetadataFilters,
)
from aurorax_dashboard.queries.products import (
    LARGE,
    SHORT,
    TOO_LARGE,
    canonical,
    chosen_sources,
    days_query,
    is_short,
    night_query,
    problems,
    product_sources,
    read_query,
    source_days,
    title,
)

FIRST = date(2020, 1, 1)


def query(days: int = 27, **names: list[str]) -> DataProductQuery:
    empty = DataProductQuery(
        data_sources=DataProductCriteria(**(names or {"programs": ["themis-asi"]})),
        data_product_type_filters=["keogram"],
    )
    return days_query(empty, FIRST, FIRST + timedelta(days=days - 1))


def identifiers(found: list[DataSource]) -> list[int | None]:
    return [source.identifier for source in found]


def test_only_sources_on_the_ground_have_products(sources: list[DataSource]) -> None:
    assert identifiers(product_sources(sources)) == [46, 51, 103, 92]


def test_where_sources_say_which_products_they_have_only_those_count(
    sources: list[DataSource],
) -> None:
    field = MetadataField(field_name="keogram_type", data_type="string", allowed_values=[])
    sources[3] = msgspec.structs.replace(sources[3], data_product_metadata_schema=[field])
    assert identifiers(product_sources(sources)) == [46]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ({"programs": ["themis-asi"]}, [46, 51]),
        ({"platforms": ["gillam"]}, [46, 103, 92]),
        ({"programs": ["trex"], "instrument_types": ["RGB ASI"]}, [103]),
        ({"programs": ["swarm"]}, []),
        ({"programs": []}, []),
    ],
)
def test_sources_are_chosen_by_all_names(
    sources: list[DataSource], names: dict[str, list[str]], chosen: list[int]
) -> None:
    assert identifiers(chosen_sources(query(**names), sources)) == chosen


def test_whole_days_are_asked_for() -> None:
    whole = query(2)
    assert (whole.start, whole.end) == (
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2020, 1, 2, 23, 59, 59, tzinfo=UTC),
    )


def test_one_night_of_one_source_is_asked_for_by_all_its_names(sources: list[DataSource]) -> None:
    asked = night_query(sources[5], FIRST)
    assert identifiers(chosen_sources(asked, sources)) == [103]
    assert source_days(asked, sources) == 1
    assert asked.data_product_type_filters == [], "of every kind"


def test_size_counts_both_ends_and_every_source(sources: list[DataSource]) -> None:
    assert source_days(query(27), sources) == 54
    assert source_days(query(27, programs=["nobody"]), sources) is None
    assert source_days(msgspec.structs.replace(query(), end=None), sources) is None


def test_a_page_waits_for_short_searches_alone(sources: list[DataSource]) -> None:
    assert is_short(query(SHORT // 2), sources)
    assert not is_short(query(SHORT // 2 + 1), sources)
    assert not is_short(query(1, programs=["nobody"]), sources), "nobody knows how long it takes"


def found(asked: DataProductQuery, sources: list[DataSource]) -> list[tuple[str, str]]:
    return [(problem.field, problem.severity) for problem in problems(asked, sources)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"start": None}, [("start", "error")]),
        ({"start": None, "end": None}, [("start", "error"), ("end", "error")]),
        ({"end": datetime(2019, 1, 1, tzinfo=UTC)}, [("end", "error")]),
        ({"data_sources": DataProductCriteria()}, [("sources", "error")]),
        ({"data_sources": DataProductCriteria(programs=["nobody"])}, [("sources", "error")]),
        ({"data_sources": DataProductCriteria(programs=["swarm"])}, [("sources", "error")]),
    ],
)
def test_each_mistake_is_told_at_its_field(
    sources: list[DataSource], changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert found(msgspec.structs.replace(query(), **changes), sources) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (LARGE // 2, []),
        (LARGE // 2 + 1, [("end", "warning")]),
        (TOO_LARGE // 2, [("end", "warning")]),
        (TOO_LARGE // 2 + 1, [("end", "error")]),
    ],
)
def test_size_is_told_before_it_hurts(
    sources: list[DataSource], days: int, expected: list[tuple[str, str]]
) -> None:
    assert found(query(days), sources) == expected


def test_names_go_unchecked_while_the_catalogue_is_away() -> None:
    assert problems(query(programs=["nobody"])) == []


@pytest.mark.parametrize(
    ("days", "names", "text"),
    [
        (27, {"programs": ["trex"], "instrument_types": ["RGB ASI"]}, "TREx RGB GILL"),
        (27, {"programs": ["themis-asi"]}, "THEMIS-ASI GILL and THEMIS-ASI FSMI"),
        (27, {"programs": ["themis-asi", "trex"]}, "THEMIS-ASI/TREx (4 sources)"),
        (27, {"platforms": ["nowhere"]}, "nowhere"),
    ],
)
def test_the_title_says_what_of_whom_and_when(
    sources: list[DataSource], days: int, names: dict[str, list[str]], text: str
) -> None:
    assert title(query(days, **names), sources) == f"Keograms of {text}, 2020-01-01 – 2020-01-27"


def test_one_day_is_said_once() -> None:
    assert title(query(1)).endswith("THEMIS-ASI, 2020-01-01")


def test_without_kinds_it_is_all_data_products() -> None:
    assert title(msgspec.structs.replace(query(), data_product_type_filters=[])).startswith(
        "Data products of "
    )


def test_equal_searches_are_written_alike() -> None:
    expression = MetadataExpression(key="keogram_type", operator="=", values=["daily"])
    kept = MetadataFilters(logical_operator="AND", expressions=[expression])

    def with_filters(filters: Any, **changes: Any) -> DataProductQuery:
        criteria = msgspec.structs.replace(query().data_sources, data_product_metadata_filters=filters)
        return msgspec.structs.replace(query(), data_sources=criteria, **changes)

    plain = canonical(query())
    assert plain.start == datetime(2020, 1, 1)  # noqa: DTZ001 - as AuroraX writes it
    late = query().start.replace(microsecond=5) if query().start else None
    assert canonical(with_filters(MetadataFilters(), request_id="a", start=late)) == plain
    assert canonical(with_filters(kept)).data_sources.data_product_metadata_filters == kept
    assert canonical(plain) == plain


def test_a_search_that_a_server_tells_of_is_read_back() -> None:
    asked = canonical(query())
    document = msgspec.json.encode(asked).decode()
    assert read_query(document) == asked
    assert read_query(msgspec.json.decode(document)) == asked


@pytest.mark.parametrize("document", ["", "[]", "{}", '{"data_sources": 4}', {"start": "soon"}])
def test_what_is_no_such_search_is_refused(document: Any) -> None:
    assert read_query(document) is None
