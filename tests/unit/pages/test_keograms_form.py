"""The form of keograms: what it shows is what it reads, and what is wrong is said before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from aurorax_dashboard.api.models import DataSource, MetadataExpression, MetadataFilters
from aurorax_dashboard.pages import keograms_form as form
from aurorax_dashboard.pages.keograms_asked import Asked

MONTH = Asked("2019-01-01", "2019-01-31", ("themis-asi",))


def source(identifier: int, program: str, platform: str) -> DataSource:
    return DataSource(
        identifier=identifier,
        program=program,
        platform=platform,
        instrument_type="ASI",
        source_type="ground",
        display_name=f"{program} {platform}",
    )


IMAGERS = [
    source(46, "themis-asi", "gillam"),
    source(51, "themis-asi", "fort smith"),
    source(103, "trex", "gillam"),
]


@pytest.mark.parametrize("is_open", [True, False])
def test_the_folded_form_is_a_line_of_words(shown: Any, is_open: bool) -> None:
    details = form.layout(MONTH, IMAGERS, is_open=is_open)
    assert details.open is is_open
    line = "Keograms of themis-asi gillam and themis-asi fort smith, 2019-01-01 – 2019-01-31"
    assert line in shown(details).text


def test_the_fields_show_what_the_address_asks(shown: Any) -> None:
    asked = MONTH.but(platforms=("gillam",), kind="movie")
    page = shown(form.layout(asked, IMAGERS, is_open=True))
    assert page.part(form.Ids.KIND).value == "movie"
    assert page.part("keograms-start").value == "2019-01-01"
    assert page.part("keograms-end").value == "2019-01-31"
    assert page.part(form.Ids.PROGRAMS).value == ["themis-asi"]
    assert page.part(form.Ids.PLATFORMS).value == ["gillam"]


def test_each_list_is_narrowed_to_what_the_others_leave(shown: Any) -> None:
    page = shown(form.layout(MONTH.but(programs=("trex",)), IMAGERS, is_open=True))
    assert [option["value"] for option in page.part(form.Ids.PLATFORMS).options] == ["gillam"]
    assert {option["value"] for option in page.part(form.Ids.PROGRAMS).options} == {
        "themis-asi",
        "trex",
    }


def test_sources_without_data_products_are_not_offered(shown: Any, sources: list[DataSource]) -> None:
    page = shown(form.layout(Asked(), sources, is_open=True))
    assert [option["value"] for option in page.part(form.Ids.PROGRAMS).options] == ["themis-asi"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"start": "soon"}, ["start"]),
        ({"start": ""}, ["start"]),
        ({"end": "2018-01-01"}, ["end"]),
        ({"programs": ()}, ["sources"]),
        ({"programs": ("nobody",)}, ["sources"]),
        ({"start": "soon", "end": "later", "programs": ()}, ["start", "end", "sources"]),
    ],
)
def test_each_field_says_once_what_is_wrong_with_it(changes: dict[str, Any], fields: list[str]) -> None:
    assert [problem.field for problem in form.problems_of(MONTH.but(**changes), IMAGERS)] == fields


def test_a_filter_without_its_value_is_said(sources: list[DataSource]) -> None:
    half = MetadataExpression(key="keogram_type", operator="between", values=["daily"])
    asked = MONTH.but(filters=MetadataFilters(expressions=[half]))
    [problem] = form.problems_of(asked, sources)
    assert "filters" in problem.field


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "2 imagers, 31 nights each"),
        ({"programs": ("trex",)}, "1 imager, 31 nights"),
        ({"programs": ("trex",), "end": "2019-01-01"}, "1 imager, 1 night"),
        ({"end": ""}, "2 imagers, 0 nights each"),
        ({"programs": ("nobody",)}, ""),
    ],
)
def test_how_much_is_asked_for_is_told(changes: dict[str, Any], words: str) -> None:
    assert form.words_of(MONTH.but(**changes), IMAGERS) == words
