"""Which ephemeris is asked for to draw conjunctions."""

from __future__ import annotations

import pandas as pd

from aurorax_dashboard.api.models import EphemerisQuery
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.footprints import Window, fetch_footprints, moving_sources, plan_windows


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_a_window_around_each_event_of_a_satellite_and_a_minute_of_an_imager(
    result: ConjunctionResult,
) -> None:
    assert plan_windows(result, [0, 1]) == [
        Window(46, at("2019-01-02T09:16"), at("2019-01-02T09:16")),
        Window(3, at("2019-01-02T09:12"), at("2019-01-02T09:22")),
        Window(30, at("2019-01-02T09:11"), at("2019-01-02T09:22")),
    ]


def test_custom_locations_are_never_asked_for(result: ConjunctionResult) -> None:
    assert {window.identifier for window in plan_windows(result, [2])} == {3}
    assert moving_sources(result) == {3, 30}


def test_neighbouring_windows_of_one_source_are_joined(result: ConjunctionResult) -> None:
    later = result.rows.iloc[[0]].assign(start=at("2019-01-02T09:40"), end=at("2019-01-02T09:41"))
    rows = pd.concat([result.rows, later], ignore_index=True)
    joined = ConjunctionResult(rows, result.events, result.sources)
    windows = [window for window in plan_windows(joined, [0, 3]) if window.identifier == 30]
    assert windows == [Window(30, at("2019-01-02T09:11"), at("2019-01-02T09:46"))]


def test_an_imager_is_asked_for_anew_after_a_month(result: ConjunctionResult) -> None:
    days = ["2019-01-02", "2019-01-31", "2019-03-01", "2019-03-20"]
    rows = pd.concat([result.rows.iloc[[0]]] * len(days), ignore_index=True)
    rows["closest_epoch"] = pd.to_datetime(days, utc=True).as_unit("ms")
    found = plan_windows(ConjunctionResult(rows, result.events, result.sources), range(len(days)))
    assert [window.start for window in found if window.identifier == 46] == [at(days[0]), at(days[2])]


class RecordingClient:
    """Answers every question with the same ephemeris and remembers what was asked."""

    def __init__(self, ephemeris: pd.DataFrame) -> None:
        self.ephemeris = ephemeris
        self.asked: list[EphemerisQuery] = []

    def ephemeris_synchronous(self, query: EphemerisQuery) -> pd.DataFrame:
        self.asked.append(query)
        return self.ephemeris.assign(**{"metadata.extra": 1})


def test_only_the_closest_events_are_asked_for_and_records_come_once(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    client = RecordingClient(ephemeris)
    found = fetch_footprints(client, result, max_events=2)  # type: ignore[arg-type]
    asked = {query.data_sources.platforms[0] for query in client.asked}
    assert asked == {"swarma", "swarmc", "gillam"}  # events 2 (238 km) and 0 (252 km), not 1 (340 km)
    assert len(client.asked) == 3
    assert len(found) == len(ephemeris)
    assert "metadata.extra" not in found


def test_every_pair_has_its_turn_before_the_next_closest_of_one(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    rows = pd.concat([result.rows.iloc[[0, 0, 0]], result.rows.iloc[[1]]], ignore_index=True)
    rows["min_distance_km"] = [1.0, 2.0, 3.0, 400.0]
    for place, name in enumerate(("start", "end", "closest_epoch")):
        rows[name] = pd.date_range(f"2019-02-01 00:0{place}", periods=4, freq="D", tz="UTC", unit="ms")
    client = RecordingClient(ephemeris)
    fetch_footprints(client, ConjunctionResult(rows, result.events, result.sources), max_events=2)  # type: ignore[arg-type]
    moving = {q.data_sources.platforms[0]: q.start.day for q in client.asked if q.start != q.end}
    assert moving == {
        "swarmc": 31,
        "swarma": 3,
    }  # five minutes before: of January the one, of February the other


def test_an_imager_that_is_in_none_of_them_is_on_the_map_too(
    result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    client = RecordingClient(ephemeris)
    fetch_footprints(client, result, max_events=1)  # type: ignore[arg-type]
    by_platform = {query.data_sources.platforms[0]: query for query in client.asked}
    assert set(by_platform) == {"swarma", "gillam"}
    assert by_platform["gillam"].start == by_platform["gillam"].end == at("2019-01-02T09:16")


def test_a_result_without_events_asks_nothing(result: ConjunctionResult) -> None:
    nothing = ConjunctionResult.from_json(b"[]")
    client = RecordingClient(pd.DataFrame())
    assert fetch_footprints(client, nothing, max_events=10).empty  # type: ignore[arg-type]
    assert client.asked == []
