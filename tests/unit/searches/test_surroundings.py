"""What is looked at around one conjunction, and what is asked for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pandas as pd
import pytest

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.frames import ephemeris_frame
from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    EphemerisQuery,
    GroundCriteria,
    SpaceCriteria,
)
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.queries.nights import Product
from aurorax_dashboard.searches import positions, surroundings
from aurorax_dashboard.searches.surroundings import span_of

SPAN = (pd.Timestamp("2019-01-02T09:11", tz="UTC"), pd.Timestamp("2019-01-02T09:22", tz="UTC"))


def test_the_span_is_the_conjunction_with_minutes_on_either_side(result: ConjunctionResult) -> None:
    assert span_of(positions.event(result, 0), 5) == SPAN
    assert len(surroundings.minutes_of(SPAN)) == 12
    assert surroundings.is_whole(positions.event(result, 0))


def test_of_a_long_conjunction_only_the_hours_around_its_closest_approach(
    result: ConjunctionResult,
) -> None:
    one = positions.event(result, 0)
    long = replace(one, start=one.start - pd.Timedelta(days=9), end=one.end + pd.Timedelta(hours=1))
    first, last = span_of(long, 5)
    assert first == one.closest - pd.Timedelta(hours=3, minutes=5)
    assert last == long.end + pd.Timedelta(minutes=5)
    assert not surroundings.is_whole(long)


def test_half_minutes_belong_to_their_minute(result: ConjunctionResult) -> None:
    one = positions.event(result, 2)
    assert span_of(one, 0) == (one.start, one.end)
    assert surroundings.is_whole(replace(one, end=one.end + pd.Timedelta(seconds=30)))


class Asked:
    """A server that notes what it is asked, and has some records of everything."""

    def __init__(self, ephemeris: pd.DataFrame) -> None:
        self.questions: list[EphemerisQuery] = []
        self._ephemeris = ephemeris

    def ephemeris_synchronous(self, query: EphemerisQuery) -> pd.DataFrame:
        self.questions.append(query)
        ground = query.data_sources.programs == ["themis-asi"]
        own = self._ephemeris[self._ephemeris["identifier"] == (46 if ground else 30)]
        return own.assign(**{"metadata.sky" if ground else "metadata.mode": "clear"})

    def data_sources(self, **_format: Any) -> Any:
        raise AuroraXError("unreachable")


def test_everything_of_every_source_is_asked_for_in_the_widest_span(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    server = Asked(ephemeris)
    known = surroundings.ask_surroundings(cast(AuroraXClient, server), result, 0)
    assert len(server.questions) == 2
    assert {question.start for question in server.questions} == {
        datetime(2019, 1, 2, 8, 46, tzinfo=UTC)
    }
    assert {question.end for question in server.questions} == {datetime(2019, 1, 2, 9, 47, tzinfo=UTC)}
    # Whichever answer came first, the fields stand in one order.
    assert list(known.records.columns)[-2:] == ["metadata.mode", "metadata.sky"]
    assert set(known.records["identifier"]) == {30, 46}
    assert known.sources == {}


def test_what_was_kept_with_the_result_stands_in(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    kept = surroundings.kept_surroundings(result, ephemeris, 0)
    assert kept is not None
    assert kept.records["epoch"].between(*SPAN).all()
    assert set(kept.records["identifier"]) == {30, 46}
    assert surroundings.kept_surroundings(result, ephemeris, 2) is None


def test_an_imager_of_which_another_minute_was_kept_stands_in_too(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    kept = surroundings.kept_surroundings(result, ephemeris, 1)  # its minute is that of the first
    assert kept is not None
    imager = kept.records[kept.records["identifier"] == 46]
    assert imager["epoch"].tolist() == [pd.Timestamp("2019-01-02T09:17", tz="UTC")]


QUERY = ConjunctionQuery(
    start=datetime(2019, 1, 1, tzinfo=UTC),
    end=datetime(2019, 1, 3, tzinfo=UTC),
    ground=[GroundCriteria(programs=["themis-asi"])],
    space=[SpaceCriteria(programs=["swarm"])],
    max_distances={"ground1-space1": 300},
)


def test_limits_are_told_by_the_pair_of_sources(result: ConjunctionResult) -> None:
    one = positions.event(result, 0)
    assert surroundings.limits_of(QUERY, one) == {(46, 30): 300}
    assert surroundings.limits_of(None, one) == {}
    free = ConjunctionQuery(
        ground=QUERY.ground, space=QUERY.space, max_distances={"ground1-space1": None}
    )
    assert surroundings.limits_of(free, one) == {}
    assert surroundings.limits_of(ConjunctionQuery(ground=QUERY.ground), one) == {}


# ---- keograms --------------------------------------------------------------------------------------


def product(variant: str, start: str, minutes: int) -> Product:
    return Product(
        "keogram", variant, datetime.fromisoformat(f"{start}:00+00:00"), minutes, f"{variant} {start}"
    )


DAILY = product("daily", "2019-01-02T00:00", 1440)
HOURS = [product("hourly", f"2019-01-02T{hour:02d}:00", 60) for hour in (8, 9, 10)]


def test_hours_show_more_than_a_whole_night() -> None:
    assert surroundings.keograms_within([DAILY, *HOURS], SPAN) == [HOURS[1]]


def test_a_whole_night_shows_more_than_half_of_the_minutes() -> None:
    late = (SPAN[0] + timedelta(minutes=45), SPAN[1] + timedelta(minutes=45))
    assert surroundings.keograms_within([DAILY, HOURS[1]], late) == [DAILY]
    assert surroundings.keograms_within([DAILY, *HOURS], late) == HOURS[1:]


def test_no_picture_of_these_minutes() -> None:
    assert surroundings.keograms_within([HOURS[0]], SPAN) == []


def test_an_unknown_imager_has_no_keograms() -> None:
    class Server:
        def data_sources(self, **_format: Any) -> Any:
            return type("Answer", (), {"value": []})()

    server = cast(AuroraXClient, Server())
    assert surroundings.ask_keograms(server, 46, date(2019, 1, 2), date(2019, 1, 2)) == []


# ---- the minutes as a table ------------------------------------------------------------------------


def test_a_row_for_each_minute_with_all_that_is_known(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    one = positions.event(result, 0)
    around = positions.around(result, ephemeris, 0, None, SPAN)
    distances = positions.pair_distances(around, one.sources)
    records = ephemeris.astype({"identifier": "int64"}).assign(**{"metadata.mode": "burst"})
    table, columns = surroundings.minute_table(around, distances, records, one, SPAN)
    assert list(table["epoch"]) == list(surroundings.minutes_of(SPAN))
    assert table["inside"].tolist() == [5 <= minute <= 6 for minute in range(12)]
    assert table.loc[5, "km_1_2"] == pytest.approx(distances.iloc[5, 0], abs=1e-3)
    assert table.loc[5, "source_2_nbtrace_lat"] == pytest.approx(55.0)
    assert table["source_2_mode"].eq("burst").all()
    assert columns["km_1_2"] == ("km", "Great-circle distance THEMIS-ASI GILL – Swarm C")
    assert columns["source_2_nbtrace_lat"] == ("degrees", "nbtrace_lat of Swarm C")
    assert set(columns) == set(table.columns)


def test_minutes_without_records_are_empty_and_stay(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    one = positions.event(result, 0)
    gone = ephemeris[(ephemeris["epoch"] != one.closest) | (ephemeris["identifier"] == 46)]
    around = positions.around(result, gone, 0, None, SPAN)
    distances = positions.pair_distances(around, one.sources)
    table, _ = surroundings.minute_table(around, distances, gone, one, SPAN)
    assert len(table) == 12
    assert table["km_1_2"].isna().tolist() == [minute == 5 for minute in range(12)]


def test_a_span_of_ones_own_around_a_conjunction(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    wide = (SPAN[0] + timedelta(minutes=4), SPAN[1])
    around = positions.around(result, ephemeris, 0, None, wide)
    moving = around[around["identifier"] == 30]
    assert moving["epoch"].min() == wide[0]


def test_the_frame_of_no_records_has_no_minutes_of_its_own(result: ConjunctionResult) -> None:
    one = positions.event(result, 0)
    nothing = ephemeris_frame(b"[]")
    around = positions.around(result, nothing, 0, None, SPAN)
    assert positions.pair_distances(around, one.sources).empty
    assert surroundings.pairs_of(around, one) == {}
