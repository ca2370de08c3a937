import numpy as np
import pytest

from aurorax_dashboard.archive.simulation import diary
from aurorax_dashboard.archive.simulation.events import HABITS
from aurorax_dashboard.archive.simulation.frames import (
    Magnetic,
    j2000_days,
    magnetic,
    magnetic_direction,
)
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM

from .conftest import GILLAM, minute

ONSETS, STEVE, OMEGA_BANDS, RESONANCES = 100013, 100014, 100015, 100016
LISTS = [ONSETS, STEVE, OMEGA_BANDS, RESONANCES]
YEAR = minute("2019-01-01"), minute("2020-01-01")


def test_there_is_a_list_of_each_kind():
    kinds = {diary.entries()[number].source.instrument_type for number in diary.event_lists()}
    assert kinds == set(HABITS)
    assert list(diary.event_lists()) == LISTS


def test_dipole_coordinates_lead_back_to_the_direction():
    days = j2000_days(np.arange(*YEAR, 40_000))
    place = Magnetic(np.linspace(-80, 80, len(days)), np.linspace(0.5, 23.5, len(days)))
    found = magnetic(magnetic_direction(place, days), days)
    np.testing.assert_allclose(found.latitude_deg, place.latitude_deg, atol=1e-9)
    np.testing.assert_allclose(found.local_time_h, place.local_time_h, atol=1e-9)


@pytest.mark.parametrize(
    ("identifier", "fewest", "most"),
    [(ONSETS, 700, 1300), (STEVE, 25, 70), (OMEGA_BANDS, 180, 370), (RESONANCES, 90, 210)],
)
def test_a_year_has_a_plausible_number_of_events(identifier, fewest, most):
    events = diary.event_lists()[identifier].events(*YEAR)
    assert fewest < len(events.start) < most
    assert (np.diff(events.start) > 0).all()
    assert (events.start[1:] >= events.start[:-1] + events.length[:-1]).all()


def test_onsets_are_before_midnight_in_the_auroral_oval():
    place = diary.event_lists()[ONSETS].events(*YEAR).place
    assert 65.0 < place.latitude_deg.mean() < 68.0
    assert place.latitude_deg.min() > 60.0
    before_midnight = (place.local_time_h > 18.0) | (place.local_time_h < 0.5)
    assert before_midnight.mean() > 0.9


@pytest.mark.parametrize("identifier", LISTS)
def test_what_is_asked_decides_nothing(identifier):
    events = diary.event_lists()[identifier]
    whole = events.track(YEAR[0], YEAR[0] + 20_000)
    part = events.track(YEAR[0] + 7_000, YEAR[0] + 9_000)
    np.testing.assert_array_equal(whole.present[7_000:9_000], part.present)
    np.testing.assert_array_equal(whole.nbtrace[:, 7_000:9_000], part.nbtrace)


@pytest.mark.parametrize("identifier", LISTS)
def test_records_tell_the_same_as_the_track(holdings, identifier):
    start = YEAR[0]
    track = holdings.track(identifier, start, start + 30_000)
    minutes = start + np.flatnonzero(track.present)
    records = holdings.records(identifier, minutes)
    np.testing.assert_allclose(records.geographic, track.geographic[:, track.present], atol=1e-6)
    np.testing.assert_array_equal(records.nbtrace, records.geographic)
    np.testing.assert_allclose(records.sbtrace, track.sbtrace[:, track.present], atol=1e-6)
    assert records.gsm is None
    assert np.isnan(track.geographic[:, ~track.present]).all()


@pytest.mark.parametrize("identifier", LISTS)
def test_metadata_say_where_the_record_is(holdings, identifier):
    minutes = YEAR[0] + np.flatnonzero(holdings.track(identifier, YEAR[0], YEAR[1]).present)
    records = holdings.records(identifier, minutes)
    place = magnetic(records.geographic.astype(float), j2000_days(minutes))
    told = {name: np.array(values) for name, values in records.metadata.items()}
    np.testing.assert_allclose(told["magnetic_latitude"], place.latitude_deg, atol=0.02)
    apart = (told["magnetic_local_time"] - place.local_time_h + 12.0) % 24.0 - 12.0
    # Magnetic local time does not pass quite evenly: the dipole's axis is tilted.
    np.testing.assert_allclose(apart, 0.0, atol=0.2)
    assert (told["minutes_since_start"] < told["duration"]).all()
    assert ((told["intensity"] >= 0) & (told["intensity"] <= 1)).all()


def test_an_event_has_each_field_of_its_schema(holdings):
    fields = diary.entries()[ONSETS].source.ephemeris_metadata_schema
    onset = diary.event_lists()[ONSETS].events(*YEAR).start[:1]
    assert list(holdings.records(ONSETS, onset).metadata) == [field.field_name for field in fields]


def test_an_onset_is_one_minute_and_steve_moves_slowly(holdings):
    assert set(diary.event_lists()[ONSETS].events(*YEAR).length.tolist()) == {1}
    events = diary.event_lists()[STEVE].events(*YEAR)
    first = np.arange(events.start[0], events.start[0] + events.length[0])
    path = holdings.records(STEVE, first).geographic.astype(float)
    km_a_minute = EARTH_RADIUS_KM * np.linalg.norm(np.diff(path, axis=1), axis=0)
    assert 1.0 < km_a_minute.max() < 60.0


def test_southern_feet_are_in_the_south(holdings):
    onsets = diary.event_lists()[ONSETS].events(*YEAR).start
    south = holdings.records(ONSETS, onsets).sbtrace
    closed = ~np.isnan(south[0])
    assert closed.mean() > 0.95
    assert (south[2, closed] < -0.7).all()


def test_events_are_counted_by_day(holdings):
    first, last = YEAR[0] // 1440, YEAR[1] // 1440 - 1
    counts = holdings.minutes_per_day(STEVE, first, last)
    assert counts.sum() == holdings.track(STEVE, *YEAR).present.sum()
    assert holdings.minutes_per_day(GILLAM, first, last).max() <= 1440
