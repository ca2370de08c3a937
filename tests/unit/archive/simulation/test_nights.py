import numpy as np
import pytest

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.catalogue import Site
from aurorax_dashboard.archive.simulation.frames import j2000_days, sun_direction
from aurorax_dashboard.archive.simulation.nights import HABITS, dark_periods, present
from aurorax_dashboard.archive.tracks import unit_vectors

from .conftest import FORT_SMITH, GILLAM, SWARM_A, minute

DAY = 1440
YEAR = minute("2019-01-01"), minute("2020-01-01")
PFISR, GILLAM_RIOMETER = 492, 100006


def entry(identifier: int) -> catalogue.SourceEntry:
    return next(e for e in catalogue.sources() if e.source.identifier == identifier)


def nights_with_records(identifier: int) -> int:
    """Count UTC days of 2019 that have records."""
    return int(present(entry(identifier), *YEAR).reshape(-1, DAY).any(axis=1).sum())


def sun_elevation_deg(site: Site, minutes: np.ndarray) -> np.ndarray:
    zenith = unit_vectors(np.array(site.lat_deg), np.array(site.lon_deg))
    return np.degrees(np.arcsin(zenith @ sun_direction(j2000_days(minutes))))


@pytest.mark.parametrize("platform", ["gillam", "inuvik", "longyearbyen", "poker flat"])
@pytest.mark.parametrize("limit", [-12.0, -9.0])
def test_it_is_dark_exactly_while_the_sun_is_low(platform, limit):
    site = catalogue.stations()[platform]
    dark = np.zeros(YEAR[1] - YEAR[0], dtype=bool)
    for first, last in dark_periods(site, limit, *YEAR):
        dark[max(first - YEAR[0], 0) : max(last - YEAR[0], 0)] = True
    elevation = sun_elevation_deg(site, np.arange(*YEAR))
    assert elevation[dark].max() < limit + 0.25
    assert elevation[~dark].min() > limit - 0.25


def test_imagers_see_only_dark_skies():
    found = entry(GILLAM)
    working = np.flatnonzero(present(found, *YEAR)) + YEAR[0]
    elevation = sun_elevation_deg(catalogue.stations()["gillam"], working)
    assert elevation.max() < HABITS["panchromatic ASI"].highest_sun_deg + 0.25


def test_there_is_no_night_at_midsummer_and_much_at_midwinter():
    summer, winter = (
        present(entry(FORT_SMITH), minute(day), minute(day) + 20 * DAY).mean()
        for day in ("2019-06-10", "2019-12-10")
    )
    assert summer == 0.0
    assert winter > 0.4


def test_some_dark_nights_and_parts_of_nights_are_missing():
    found = entry(GILLAM)
    elevation = sun_elevation_deg(catalogue.stations()["gillam"], np.arange(*YEAR))
    dark = elevation < HABITS["panchromatic ASI"].highest_sun_deg
    missing = dark & ~present(found, *YEAR)
    assert 0.03 < missing.sum() / dark.sum() < 0.25
    nights = missing.reshape(-1, DAY).sum(axis=1) / dark.reshape(-1, DAY).sum(axis=1).clip(1)
    assert (nights == 1.0).any()
    assert ((nights > 0.0) & (nights < 0.5)).any()


def test_sites_fail_independently():
    together = [present(entry(n), *YEAR).reshape(-1, DAY).any(axis=1) for n in (GILLAM, FORT_SMITH)]
    assert (together[0] != together[1]).any()


def test_radars_work_by_day_but_in_campaigns_and_riometers_nearly_always():
    by_noon = minute("2019-06-21T21:00") % DAY
    radar, riometer = (present(entry(n), *YEAR).reshape(-1, DAY) for n in (PFISR, GILLAM_RIOMETER))
    assert radar[:, by_noon].any()
    assert 0.2 < radar.mean() < 0.8
    assert 0.85 < riometer.mean() < 1.0


def test_spacecraft_have_rare_gaps():
    alive = present(entry(SWARM_A), minute("2014-01-01"), minute("2020-01-01"))
    assert 0.97 < alive.mean() < 1.0


def test_records_do_not_depend_on_the_stretch_that_is_asked_for():
    for identifier in (GILLAM, PFISR, SWARM_A):
        whole = present(entry(identifier), *YEAR)
        start = YEAR[0] + 100_003
        np.testing.assert_array_equal(
            present(entry(identifier), start, start + 50_000), whole[100_003:150_003]
        )


def test_a_year_of_every_kind_has_records():
    living = {
        e.source.instrument_type: int(e.source.identifier)
        for e in catalogue.sources()
        if e.first_day < 17_900 and e.stop_day > 18_300
    }
    assert set(living) > set(HABITS) - {"observer"}
    assert all(nights_with_records(identifier) > 50 for identifier in living.values())
