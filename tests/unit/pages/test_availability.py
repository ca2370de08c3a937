"""The page of availability: what an address asks for, lines of the matrix, searches that it hands over."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.figures.availability import row_names
from aurorax_dashboard.pages.availability_asked import MOST_TOGETHER, Asked, brush_of, fresh, read_asked
from aurorax_dashboard.pages.availability_common import common_words, days_table, search_of
from aurorax_dashboard.pages.availability_views import (
    counts_table,
    coverage_table,
    draw_matrix,
    matrix_of,
    shown_of,
)
from aurorax_dashboard.searches.days import Days, Span

SPAN = Span("ephemeris", date(2019, 1, 1), date(2019, 1, 3))


def source(identifier: int, program: str, name: str, kind: str = "leo") -> DataSource:
    return DataSource(
        identifier=identifier,
        program=program,
        platform=name,
        instrument_type="footprint",
        source_type=kind,
        display_name=name,
    )


SOURCES = [
    source(3, "swarm", "Swarm A"),
    source(4, "swarm", "Swarm B"),
    source(51, "themis-asi", "THEMIS-ASI FSMI", "ground"),
]


def days() -> Days:
    columns = pd.date_range(SPAN.first, SPAN.last, freq="D", tz="UTC", unit="ms")
    counts = pd.DataFrame([[1440, 0, 10], [1440, 1440, 0]], index=[3, 4], columns=columns, dtype=float)
    return Days(counts, {}, datetime(2020, 1, 1, tzinfo=UTC))


def test_an_address_and_its_state_are_the_same() -> None:
    asked = read_asked(
        {
            "what": "products",
            "start": "2019-01-01",
            "end": "2019-01-31",
            "program": "swarm,themis-asi",
            "sort": "last",
            "exact": "1",
            "closed": "swarm",
            "of": "3,51",
            "day": "3:2019-01-02",
        }
    )
    assert read_asked(asked.params()) == asked
    assert (asked.what, asked.sort, asked.of) == ("products", "last", (3, 51))
    assert asked.picked() == (3, date(2019, 1, 2))


@pytest.mark.parametrize(
    "params",
    [
        {"what": "<script>", "sort": "x", "of": "a,-1,3.5", "day": "x:y"},
        {"of": ",".join(map(str, range(99)))},
        {"start": "x" * 1000, "end": "\x00"},
    ],
)
def test_nonsense_in_an_address_is_left_out(params: dict[str, str]) -> None:
    asked = read_asked(params)
    assert (asked.what, asked.sort) == ("ephemeris", "name")
    assert len(asked.of) <= MOST_TOGETHER
    assert asked.picked() is None
    span, problems = asked.span()
    assert span is None
    assert problems


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2019-02-01", "2019-01-01", "end"),
        ("soon", "2019-01-01", "start"),
        ("1980-01-01", "2019-01-01", "end"),
    ],
)
def test_wrong_days_are_told_at_their_field(start: str, end: str, field: str) -> None:
    span, problems = Asked(start=start, end=end).span()
    assert span is None
    assert [problem.field for problem in problems] == [field]


def test_without_days_it_is_the_last_year() -> None:
    span, _ = fresh(Asked()).span()
    assert span is not None
    assert (span.last - span.first).days == 364


def test_sources_stand_in_programs_that_fold() -> None:
    shown = shown_of(days(), SPAN, Asked(), SOURCES, {})
    found = matrix_of(shown, Asked())
    assert found.keys == ["swarm", 3, 4, "themis-asi", 51]
    assert [line.group for line in found.lines] == [True, False, False, True, False]
    assert found.lines[0].grades.tolist() == [6, 6, 3]  # the fullest of the program
    assert set(found.lines[4].grades.tolist()) == {1}  # the platform says nothing of it
    folded = matrix_of(shown, Asked(closed=("swarm",)))
    assert folded.keys == ["swarm", "themis-asi", 51]


@pytest.mark.parametrize(
    ("closed", "programs"),
    [
        ((), {"▾ Swarm (2)": "swarm", "▾ THEMIS-ASI (1)": "themis-asi"}),
        (("swarm",), {"▸ Swarm (2)": "swarm", "▾ THEMIS-ASI (1)": "themis-asi"}),
    ],
)
def test_the_figure_says_which_lines_fold_a_program(
    closed: tuple[str, ...], programs: dict[str, str]
) -> None:
    asked = Asked(closed=closed)
    figure = draw_matrix(shown_of(days(), SPAN, asked, SOURCES, {}), asked, dark=False).figure
    assert figure.layout.meta == programs
    assert set(programs) <= set(figure.data[0].y)


def test_a_day_says_how_much_there_is() -> None:
    shown = shown_of(days(), SPAN, Asked(), SOURCES, {51: (date(2020, 1, 1), date(2021, 1, 1))})
    lines = matrix_of(shown, Asked()).lines
    assert [line.counts.tolist() for line in lines[:2]] == [[1440, 1440, 10], [1440, 0, 10]]


def test_sources_are_sorted_within_their_program() -> None:
    def order(sort: str) -> list[int | None]:
        asked = read_asked({"sort": sort})
        return [each.identifier for each in shown_of(days(), SPAN, asked, SOURCES, {}).sources]

    assert order("name") == [3, 4, 51]
    assert order("last") == [3, 4, 51]
    assert shown_of(days(), SPAN, Asked(), SOURCES, {}).covered[3].with_data == 2


def test_lines_of_one_name_are_told_apart() -> None:
    shown = shown_of(days(), SPAN, Asked(), [SOURCES[0], source(9, "swarm", "Swarm A")], {})
    names = row_names(matrix_of(shown, Asked()).lines)
    assert len(set(names)) == len(names) == 3


def test_tables_hold_what_is_shown() -> None:
    shown = shown_of(days(), SPAN, Asked(), SOURCES, {})
    table = coverage_table(shown).set_index("source")
    assert table.loc["Swarm A", "days with data"] == 2
    assert table.loc["Swarm A", "longest gap (days)"] == 1
    counts = counts_table(shown)
    assert counts[["source", "day", "minutes"]].to_numpy().tolist() == [
        ["Swarm A", "2019-01-01", 1440],
        ["Swarm A", "2019-01-03", 10],
        ["Swarm B", "2019-01-01", 1440],
        ["Swarm B", "2019-01-02", 1440],
    ]


def test_a_camera_and_satellites_become_two_blocks() -> None:
    query = search_of(SOURCES, (date(2019, 1, 1), date(2019, 1, 3)))
    assert query.ground[0].platforms == ["THEMIS-ASI FSMI"]
    assert query.space[0].platforms == ["Swarm A", "Swarm B"]
    assert query.max_distances == {"ground1-space1": 500.0}
    assert f"{query.end:%Y-%m-%d %H:%M:%S}" == "2019-01-03 23:59:59"


def test_satellites_alone_are_blocks_of_their_own() -> None:
    query = search_of(SOURCES[:2], (date(2019, 1, 1), date(2019, 1, 1)))
    assert [block.platforms for block in query.space] == [["Swarm A"], ["Swarm B"]]
    assert query.max_distances == {"space1-space2": 500.0}
    assert not query.ground


def test_event_lists_are_a_block_of_their_own_kind() -> None:
    onsets = source(700, "events", "Substorm onsets", "event_list")
    query = search_of([*SOURCES, onsets], (date(2019, 1, 1), date(2019, 1, 1)))
    assert [block.platforms for block in query.events] == [["Substorm onsets"]]
    assert [block.platforms for block in query.space] == [["Swarm A", "Swarm B"]]
    assert set(query.max_distances) == {"ground1-space1", "ground1-events1", "space1-events1"}
    alone = search_of([onsets], (date(2019, 1, 1), date(2019, 1, 1)))
    assert (len(alone.events), alone.space, alone.max_distances) == (1, [], {})


def test_a_search_that_cannot_hold_a_chosen_source_is_not_offered() -> None:
    model = source(4, "swarm", "A model", "not_applicable")
    asked, known = Asked(of=(3, 4)), {3: SOURCES[0], 4: model}
    columns = pd.date_range(SPAN.first, SPAN.last, freq="D", tz="UTC", unit="ms")
    counts = pd.DataFrame(np.full((2, 3), 60.0), index=[3, 4], columns=columns)
    found = Days(counts, {}, datetime(2020, 1, 1, tzinfo=UTC))
    shown = shown_of(found, SPAN, asked, list(known.values()), {})
    words = texts(common_words(shown, asked, known))
    assert "3 of 3 days" in words.replace("  ", " ")
    assert "Search these days" not in words


def test_months_are_drawn_when_days_are_thinner_than_a_pixel() -> None:
    span = Span("ephemeris", date(2010, 1, 1), date(2019, 12, 31))
    columns = pd.date_range(span.first, span.last, freq="D", tz="UTC", unit="ms")
    counts = pd.DataFrame(np.full((1, len(columns)), 720.0), index=[3], columns=columns)
    many = Days(counts, {}, datetime(2020, 1, 1, tzinfo=UTC))
    found = matrix_of(shown_of(many, span, Asked(), SOURCES[:1], {}), Asked())
    assert found.months
    assert len(found.columns) == 120
    assert set(found.lines[1].grades.tolist()) == {5}


@pytest.mark.parametrize(
    ("changed", "brush"),
    [
        # The column of a day is drawn around its midnight.
        (
            {"xaxis.range[0]": "2019-01-04 15:00:00.1234", "xaxis.range[1]": "2019-01-20 09:00"},
            "2019-01-05~2019-01-20",
        ),
        ({"xaxis.autorange": True}, ""),
        ({"autosize": True}, None),
        ({"xaxis.range[0]": "x", "xaxis.range[1]": "y"}, None),
    ],
)
def test_a_span_is_brushed(changed: dict[str, object], brush: str | None) -> None:
    assert brush_of(changed) == brush
    days = Asked(brush=brush or "").brushed()
    assert days == ((date(2019, 1, 5), date(2019, 1, 20)) if brush else None)


def texts(component: object) -> str:
    """Return all text of a tree of components."""
    if isinstance(component, str):
        return component
    if isinstance(component, list | tuple):
        return " ".join(map(texts, component))
    return texts(getattr(component, "children", None) or "")


def test_scattered_days_are_handed_over_with_their_number() -> None:
    asked, known = Asked(of=(3,)), {3: SOURCES[0]}
    words = texts(common_words(shown_of(days(), SPAN, asked, SOURCES, {}), asked, known))
    assert "2 of 3 days: Swarm A has data." in words.replace("  ", " ")
    assert "2 of its 3 days are common" in words


def test_a_brushed_span_is_handed_over_first() -> None:
    asked = Asked(of=(4,), brush="2019-01-02~2019-01-03")
    words = texts(common_words(shown_of(days(), SPAN, asked, SOURCES, {}), asked, {4: SOURCES[1]}))
    assert "Search 2019-01-02 – 2019-01-02 (1 common day)" in words
    assert "Search all common days" in words


def test_sources_that_the_same_names_fit_are_told() -> None:
    def camera(identifier: int, program: str, place: str) -> DataSource:
        return source(identifier, program, place, "ground")

    cameras = [camera(1, "themis-asi", "gill"), camera(2, "rego", "fsmi"), camera(5, "rego", "gill")]
    satellite = SOURCES[0]
    asked = Asked(of=(1, 2, 3))
    known = {one.identifier: one for one in (*cameras, satellite) if one.identifier is not None}
    columns = pd.date_range(SPAN.first, SPAN.last, freq="D", tz="UTC", unit="ms")
    counts = pd.DataFrame(np.full((3, 3), 60.0), index=[1, 2, 3], columns=columns)
    found = Days(counts, {}, datetime(2020, 1, 1, tzinfo=UTC))
    shown = shown_of(found, SPAN, asked, list(known.values()), {})
    assert "The same names fit gill: the search has them too." in texts(
        common_words(shown, asked, known)
    )


def test_the_days_of_chosen_sources_are_a_table() -> None:
    asked, known = Asked(of=(3, 51)), {3: SOURCES[0], 51: SOURCES[2]}
    table = days_table(shown_of(days(), SPAN, asked, SOURCES, {}), asked, known)
    assert table.to_numpy().tolist() == [
        ["2019-01-01", "1440", "not known", "no"],
        ["2019-01-02", "0", "not known", "no"],
        ["2019-01-03", "10", "not known", "no"],
    ]


def test_nothing_is_said_of_sources_that_the_platform_does_not_name() -> None:
    table = coverage_table(shown_of(days(), SPAN, Asked(), SOURCES, {})).set_index("source")
    assert table.loc["THEMIS-ASI FSMI", "days with data"] is None
