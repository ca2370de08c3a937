import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.api.errors import TryLaterError
from aurorax_dashboard.api.frames import empty_ephemeris
from aurorax_dashboard.figures.sphere import great_circle_km
from aurorax_dashboard.searches.scene import (
    Hour,
    Hours,
    Scene,
    distance_km,
    hour_from,
    hours_between,
    joined,
    meetings,
)

SIX = datetime(2020, 1, 29, 6, tzinfo=UTC)
IMAGER, SWARM, DMSP = 46, 3, 292


def records(rows):
    """Ephemeris of ``(identifier, minutes after six, lat, lon)``; the north foot is there too."""
    table = pd.DataFrame(rows, columns=["identifier", "minute", "lat", "lon"])
    frame = empty_ephemeris().reindex(range(len(table)))
    frame["identifier"] = table["identifier"].astype("Int64")
    frame["epoch"] = pd.Timestamp(SIX) + pd.to_timedelta(table["minute"], unit="min")
    for name in ("lat", "lon"):
        frame[name] = frame[f"nbtrace_{name}"] = table[name].astype(float)
    return frame


def scene(tracks, start=SIX):
    identifiers = np.array(sorted(tracks), dtype=np.int64)
    places = np.array([tracks[each] for each in sorted(tracks)], dtype=float)
    return Scene(start, identifiers, places[:, :, 0], places[:, :, 1])


def still(lat, lon, minutes=10):
    return [(lat, lon)] * minutes


def test_an_hour_holds_the_minutes_of_its_own():
    found = hour_from(
        records([(SWARM, -1, 10, 20), (SWARM, 0, 60, 30), (IMAGER, 59, 56, -94), (SWARM, 60, 70, 40)]),
        SIX,
    )

    north = found.scene("nbtrace")
    assert found.identifiers.tolist() == [SWARM, IMAGER]
    assert north.track(SWARM)[0][0] == 60
    assert np.isfinite(north.lat).sum() == 2
    assert north.track(IMAGER)[1][59] == -94
    assert np.isnan(found.scene("sbtrace").lat).all()


def test_an_hour_without_records_is_empty():
    assert hour_from(empty_ephemeris(), SIX).identifiers.tolist() == []
    assert meetings(joined([hour_from(empty_ephemeris(), SIX)], "nbtrace"), [SWARM], 500).empty


def test_hours_are_joined_in_order_whoever_is_in_them():
    first = hour_from(records([(SWARM, 59, 60, 30)]), SIX)
    later = hour_from(records([(IMAGER, 60, 56, -94), (SWARM, 61, 61, 30)]), SIX + timedelta(hours=1))

    whole = joined([later, first], "nbtrace")

    assert whole.start == SIX
    assert whole.minutes == 120
    assert np.flatnonzero(np.isfinite(whole.track(SWARM)[0])).tolist() == [59, 61]
    assert np.flatnonzero(np.isfinite(whole.track(IMAGER)[0])).tolist() == [60]
    with pytest.raises(ValueError, match="at least one hour"):
        joined([], "nbtrace")


def test_the_hours_around_a_minute():
    assert hours_between(SIX - timedelta(minutes=1), SIX + timedelta(minutes=60)) == [
        SIX - timedelta(hours=1),
        SIX,
        SIX + timedelta(hours=1),
    ]
    assert hours_between(SIX, SIX) == [SIX]


def test_a_part_never_reaches_beyond_what_is_held():
    whole = scene({SWARM: still(60, 30)})

    assert whole.part(SIX + timedelta(minutes=2), SIX + timedelta(minutes=4)).minutes == 3
    assert whole.part(SIX - timedelta(hours=1), SIX + timedelta(hours=1)).minutes == 10
    assert whole.part(SIX + timedelta(hours=1), SIX + timedelta(hours=2)).minutes == 0
    assert whole.of([IMAGER]).identifiers.tolist() == []


def test_distances_are_those_on_the_sphere():
    track = [(60 + n, 30.0) for n in range(10)]
    track[4] = (np.nan, np.nan)
    both = scene({SWARM: track, IMAGER: still(56.4, -94.7)})

    found = distance_km(both, SWARM, IMAGER)

    assert found.iloc[0] == pytest.approx(float(great_circle_km(60, 30, 56.4, -94.7)))
    assert np.flatnonzero(found.isna()).tolist() == [4]
    assert found.index[0] == pd.Timestamp(SIX)
    assert distance_km(both, SWARM, 999).isna().all()


def test_a_meeting_has_its_closest_minute_and_the_stretch_around_it():
    passing = [(56.4 + n - 4, -94.7) for n in range(10)]
    both = scene({SWARM: passing, IMAGER: still(56.4, -94.7)})

    [row] = meetings(both, [SWARM], 250).itertuples(index=False)

    assert (row.one, row.other) == (IMAGER, SWARM)
    assert row.closest == pd.Timestamp(SIX + timedelta(minutes=4))
    assert row.min_km == pytest.approx(0, abs=1e-6)
    assert (row.first, row.last) == tuple(pd.Timestamp(SIX) + pd.Timedelta(minutes=n) for n in (2, 6))
    assert row.minutes == 5


def test_imagers_do_not_meet_each_other_and_nobody_meets_who_is_nowhere():
    away = [(np.nan, np.nan)] * 10
    there = scene({IMAGER: still(56, -94), 47: still(56, -94), SWARM: away})

    assert meetings(there, [SWARM], 500).empty


def test_two_spacecraft_meet_once_and_the_closest_pair_stands_first():
    found = meetings(
        scene({SWARM: still(60, 0), DMSP: still(60, 4), IMAGER: still(60, 5)}), [SWARM, DMSP], 500
    )

    pairs = list(zip(found["one"], found["other"], strict=True))
    assert pairs == [(IMAGER, DMSP), (SWARM, DMSP), (IMAGER, SWARM)]
    assert found["min_km"].is_monotonic_increasing


def hour(start):
    return Hour(start, np.array([SWARM]), np.full((3, 2, 1, 60), 1.0))


def test_hours_are_asked_for_once_and_again_when_they_are_old():
    asked, now = [], [0.0]

    def ask(start):
        asked.append(start)
        return hour(start)

    hours = Hours(ask, clock=lambda: now[0])
    later = SIX + timedelta(hours=1)

    assert [each.start for each in hours.look([SIX, later], 5)] == [SIX, later]
    assert len(hours.look([SIX, later], 5)) == 2
    assert sorted(asked) == [SIX, later]
    now[0] = 601.0
    hours.look([SIX], 5)
    assert asked.count(SIX) == 2


def test_a_slow_hour_is_left_out_until_it_is_there():
    release = threading.Event()

    def ask(start):
        assert release.wait(5)
        return hour(start)

    hours = Hours(ask)
    assert hours.look([SIX], 0.01) == []
    release.set()
    assert len(hours.look([SIX], 5)) == 1


def test_an_hour_that_cannot_be_had_says_so_and_is_asked_for_anew():
    answers = [TryLaterError("AuroraX did not answer"), hour(SIX)]

    def ask(_start):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    hours = Hours(ask)
    with pytest.raises(TryLaterError):
        hours.look([SIX], 5)
    assert len(hours.look([SIX], 5)) == 1
