"""The simulated archive as a whole, held against what the platform published."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from aurorax_dashboard.archive.simulation.holdings import SimulatedHoldings
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, MINUTES_PER_DAY, lat_lon, unit_vectors

from .conftest import (
    FORT_SMITH,
    GILLAM,
    GOES_16,
    SWARM_A,
    SWARM_B,
    SWARM_C,
    THEMIS_E,
    minute,
    published,
)

NEW_YEAR = minute("2019-01-01")
RBSP_B, ISS, EKATI = 69, 461, 56
BEFORE_2007 = 265
SITES = {"gillam": GILLAM, "fort smith": FORT_SMITH}
SPACECRAFT = {"swarma": SWARM_A, "swarmb": SWARM_B, "swarmc": SWARM_C}


def km_from(vector: np.ndarray, lat: str, lon: str) -> float:
    expected = unit_vectors(np.array(float(lat)), np.array(float(lon)))
    return float(EARTH_RADIUS_KM * np.linalg.norm(vector[:, 0] - expected))


@pytest.mark.parametrize("row", published("published_records.csv"), ids=lambda row: row["epoch"])
def test_published_record_is_reproduced(holdings, row):
    identifier, epoch = int(row["identifier"]), minute(row["epoch"])
    record = holdings.records(identifier, np.array([epoch]))
    assert holdings.track(identifier, epoch, epoch + 1).present.all()
    assert km_from(record.geographic, row["geo_lat"], row["geo_lon"]) < 1.0
    near, far = (5.0, 10.0) if row["same_hemisphere"] == "north" else (10.0, 5.0)
    assert km_from(record.nbtrace, row["nbtrace_lat"], row["nbtrace_lon"]) < near
    if row["sbtrace_lat"]:
        assert km_from(record.sbtrace, row["sbtrace_lat"], row["sbtrace_lon"]) < far
    else:
        assert np.isnan(record.sbtrace).all()
        assert record.metadata["sbtrace_region"] == [None]
    if row["gsm_lat"]:
        assert km_from(record.gsm, row["gsm_lat"], row["gsm_lon"]) < 5.0
    else:
        assert record.gsm is None


@pytest.mark.parametrize("row", published("published_passes.csv"), ids=lambda row: row["start"])
def test_both_sides_of_a_published_conjunction_have_records(holdings, row):
    start, stop = minute(row["start"]) - 3, minute(row["end"]) + 4
    assert holdings.track(SITES[row["site"]], start, stop).present.all()
    assert holdings.track(SPACECRAFT[row["spacecraft"]], start, stop).present.all()


@pytest.mark.parametrize("identifier", [SWARM_A, GILLAM])
def test_a_track_does_not_depend_on_how_it_is_asked_for(holdings, identifier):
    start, stop = minute("2019-01-30"), minute("2019-02-02")
    whole = holdings.track(identifier, start, stop)
    parts = [holdings.track(identifier, day, day + 1440) for day in range(start, stop, 1440)]
    for name in ("present", "sbtrace"):
        joined = np.concatenate([getattr(part, name) for part in parts], axis=-1)
        np.testing.assert_array_equal(getattr(whole, name), joined)


def test_records_are_those_of_the_track_across_months_and_years(holdings):
    minutes = np.array([minute("2019-12-31T23:59"), minute("2020-01-01"), minute("2020-02-03T04:05")])
    records = holdings.records(SWARM_B, minutes)
    for column, at in enumerate(minutes.tolist()):
        track = holdings.track(SWARM_B, at, at + 1)
        np.testing.assert_array_equal(records.geographic[:, column], track.geographic[:, 0])
        np.testing.assert_array_equal(records.nbtrace[:, column], track.nbtrace[:, 0])


def test_metadata_alone_equal_those_of_whole_records(holdings):
    minutes = np.arange(NEW_YEAR, NEW_YEAR + 200, 7)
    for identifier in (SWARM_A, THEMIS_E, GILLAM):
        whole = holdings.records(identifier, minutes).metadata
        for field, values in whole.items():
            assert holdings.metadata(identifier, minutes, [field]) == {field: values}


@pytest.mark.parametrize("identifier", [SWARM_A, GILLAM, GOES_16])
def test_minutes_per_day_count_the_track(holdings, identifier):
    first, last = (minute(day) // MINUTES_PER_DAY for day in ("2018-12-30", "2019-01-04"))
    track = holdings.track(identifier, first * MINUTES_PER_DAY, (last + 1) * MINUTES_PER_DAY)
    expected = track.present.reshape(-1, MINUTES_PER_DAY).sum(axis=1)
    np.testing.assert_array_equal(holdings.minutes_per_day(identifier, first, last), expected)
    present = holdings.present(identifier, track.start, (last + 1) * MINUTES_PER_DAY)
    np.testing.assert_array_equal(present, track.present)
    assert expected.any()


@pytest.mark.parametrize("identifier", [SWARM_A, RBSP_B, ISS, GOES_16, GILLAM, EKATI])
def test_nothing_is_present_outside_a_life(holdings, identifier):
    first, stop = holdings.life(identifier)
    assert minute("2007-01-01") <= first < stop
    assert not holdings.track(identifier, first - 3000, first).present.any()
    assert not holdings.track(identifier, stop, stop + 3000).present.any()
    assert holdings.track(identifier, first - 3000, first + 3000).present.any()


def test_a_spacecraft_that_ended_before_2007_has_no_records(holdings):
    first, stop = holdings.life(BEFORE_2007)
    assert first == stop
    assert holdings.minutes_per_day(BEFORE_2007, 13_500, 14_500).sum() == 0


def test_every_living_instrument_has_a_place(holdings):
    for source in holdings.sources():
        first, stop = holdings.life(source.identifier)
        if first == stop or source.source_type == "event_list":
            continue
        middle = np.array([(first + stop) // 2])
        place = holdings.records(source.identifier, middle).geographic
        np.testing.assert_allclose(np.linalg.norm(place, axis=0), 1.0, atol=1e-6)


def test_a_geostationary_spacecraft_stands_still(holdings):
    lat, lon = lat_lon(holdings.track(GOES_16, NEW_YEAR, NEW_YEAR + 1440).geographic)
    assert np.ptp(lon) < 0.1
    assert abs(lat).max() < 0.5
    assert lon[0] == pytest.approx(-75.2, abs=0.1)


def test_swarm_c_flies_beside_swarm_a(holdings):
    a, c = (holdings.track(n, NEW_YEAR, NEW_YEAR + 1440).geographic for n in (SWARM_A, SWARM_C))
    assert EARTH_RADIUS_KM * np.linalg.norm(a - c, axis=0).max() < 400


def test_an_unknown_source_is_refused(holdings):
    with pytest.raises(KeyError):
        holdings.track(999_999, NEW_YEAR, NEW_YEAR + 1)


def test_threads_and_a_second_archive_on_one_folder_agree(tmp_path):
    start, stop = minute("2015-06-10"), minute("2015-06-12")
    archives = [SimulatedHoldings(tmp_path), SimulatedHoldings(tmp_path)]
    with ThreadPoolExecutor(4) as pool:
        tracks = list(pool.map(lambda n: archives[n % 2].track(SWARM_B, start, stop), range(8)))
    for track in tracks[1:]:
        np.testing.assert_array_equal(track.nbtrace, tracks[0].nbtrace)
    assert not list(tmp_path.rglob("*.part"))
    assert len(list(tmp_path.rglob("*.npy"))) == 1


def test_a_damaged_block_is_computed_anew(tmp_path):
    at = minute("2015-06-10")
    sound = np.array(SimulatedHoldings(tmp_path).track(SWARM_B, at, at + 60).geographic)
    (block,) = tmp_path.rglob("*.npy")
    block.write_bytes(block.read_bytes()[:1000])
    again = SimulatedHoldings(tmp_path).track(SWARM_B, at, at + 60).geographic
    np.testing.assert_array_equal(again, sound)
    assert block.stat().st_size > 1000
