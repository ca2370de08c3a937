"""Metadata follow the schemas, the geometry, and the habits of weather and instruments."""

import numpy as np
import pytest

from aurorax_dashboard.archive.simulation.metadata import DEFINITIVE_BEFORE
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, lat_lon

from .conftest import FORT_SMITH, GILLAM, GOES_16, SWARM_A, THEMIS_E, minute

START = minute("2019-01-01")
PYTHON_TYPES = {"string": str, "double": float, "int": int, "bool": bool}


def values(holdings, identifier: int, field: str, minutes: np.ndarray) -> np.ndarray:
    return np.array(holdings.metadata(identifier, minutes, [field])[field], dtype=object)


@pytest.mark.parametrize("identifier", [SWARM_A, THEMIS_E, GOES_16, GILLAM])
def test_values_are_those_that_the_schema_allows(holdings, identifier):
    (source,) = (s for s in holdings.sources() if s.identifier == identifier)
    found = holdings.records(identifier, np.arange(START, START + 5 * MINUTES_PER_DAY, 3)).metadata
    schema = {field.field_name: field for field in source.ephemeris_metadata_schema}
    assert set(found) == set(schema)
    for name, column in found.items():
        present = [value for value in column if value is not None]
        assert {type(value) for value in present} <= {PYTHON_TYPES[schema[name].data_type]}
        if schema[name].data_type == "string":
            assert set(present) <= set(schema[name].allowed_values)


def test_regions_of_the_ground_follow_latitude(holdings):
    minutes = np.arange(START, START + 10 * MINUTES_PER_DAY)
    lat, _ = lat_lon(holdings.track(SWARM_A, START, int(minutes[-1]) + 1).geographic)
    zone = values(holdings, SWARM_A, "radial_trace_region", minutes)
    assert set(zone[np.abs(lat) < 15]) == {"low latitude"}
    assert {name.split()[0] for name in zone[lat > 45]} == {"north"}
    assert {name.split()[0] for name in zone[lat < -45]} == {"south"}
    mean = {name: np.abs(lat[zone == name]).mean() for name in set(zone)}
    for side in ("north", "south"):
        ladder = [mean[f"{side} {name}"] for name in ("mid-latitude", "auroral oval", "polar cap")]
        assert ladder == sorted(ladder)
        assert f"{side} cusp" in mean
        assert f"{side} cleft" in mean


def test_a_foot_has_a_region_exactly_where_there_is_one(holdings):
    minutes = np.arange(START, START + MINUTES_PER_DAY)
    record = holdings.records(SWARM_A, minutes)
    for foot, field in ((record.nbtrace, "nbtrace_region"), (record.sbtrace, "sbtrace_region")):
        named = np.array([value is not None for value in record.metadata[field]])
        np.testing.assert_array_equal(named, ~np.isnan(foot[0]))
        assert 0 < named.sum() < len(named)


def test_distance_is_that_of_the_orbit(holdings):
    minutes = np.arange(START, START + MINUTES_PER_DAY)
    low = values(holdings, SWARM_A, "radial_distance", minutes).astype(float)
    far = values(holdings, THEMIS_E, "radial_distance", minutes).astype(float)
    assert 6_790 < low.min() < low.max() < 6_830
    assert far.max() > 60_000
    assert far.min() < 20_000


def test_spacecraft_visit_the_regions_of_their_orbit(holdings):
    minutes = np.arange(START, START + 20 * MINUTES_PER_DAY, 5)
    low = set(values(holdings, SWARM_A, "spacecraft_region", minutes))
    far = set(values(holdings, THEMIS_E, "spacecraft_region", minutes))
    assert {"dayside plasmasphere", "nightside plasmasphere"} <= low & far
    assert not low & {"interplanetary medium", "dayside magnetosheath"}
    assert far & {"dayside magnetosphere", "nightside magnetosphere", "plasma sheet"}


def test_orbits_are_forecasts_from_a_fixed_time_on(holdings):
    minutes = np.arange(DEFINITIVE_BEFORE - 2, DEFINITIVE_BEFORE + 2)
    state = values(holdings, SWARM_A, "state", minutes)
    assert state.tolist() == ["definitive", "definitive", "predictive", "predictive"]


def test_the_ion_imager_works_for_stretches_and_has_quality_only_then(holdings):
    minutes = np.arange(START, START + 30 * MINUTES_PER_DAY)
    on = values(holdings, SWARM_A, "tii_on", minutes).astype(bool)
    quality = values(holdings, SWARM_A, "tii_quality_viy", minutes)
    assert 0.2 < on.mean() < 0.9
    assert (np.diff(on.astype(int)) != 0).mean() < 1 / 40
    np.testing.assert_array_equal([value is not None for value in quality], on)
    assert set(quality[on]) == {0, 1}


def test_clouds_are_judged_in_blocks_and_last_for_hours(holdings):
    minutes = np.arange(START, START + 60 * MINUTES_PER_DAY)
    clouds = values(holdings, GILLAM, "calgary_cloud_ml_v1", minutes)
    blocks = clouds.reshape(-1, 10)
    assert (blocks == blocks[:, :1]).all()
    cloudy = blocks[:, 0] == "classified as cloudy"
    assert 0.2 < cloudy.mean() < 0.8
    turns = (cloudy[1:] != cloudy[:-1]).mean()
    assert turns < 0.2 * 2 * cloudy.mean() * (1 - cloudy.mean())


def test_confidence_is_a_percentage_of_what_was_classified(holdings):
    minutes = np.arange(START, START + 30 * MINUTES_PER_DAY, 10)
    for model in ("calgary_cloud_ml_v1", "calgary_apa_ml_v1"):
        classified = values(holdings, FORT_SMITH, model, minutes) != "not classified"
        confidence = values(holdings, FORT_SMITH, f"{model}_confidence", minutes)
        np.testing.assert_array_equal([value is not None for value in confidence], classified)
        sure = confidence[classified].astype(float)
        assert 50.0 <= sure.min() < 90.0 < np.median(sure) <= sure.max() <= 100.0
        assert not classified.all()


def test_all_kinds_of_sky_occur_and_clouds_hide_aurora(holdings):
    minutes = np.arange(START, START + 60 * MINUTES_PER_DAY, 2)
    seen = values(holdings, GILLAM, "clausen_ml_oath", minutes)
    clouds = values(holdings, GILLAM, "calgary_cloud_ml_v1", minutes)
    (source,) = (s for s in holdings.sources() if s.identifier == GILLAM)
    (field,) = (f for f in source.ephemeris_metadata_schema if f.field_name == "clausen_ml_oath")
    assert set(seen) == set(field.allowed_values)
    aurora = np.isin(seen, ["classified as arc", "classified as discrete"])
    assert aurora[clouds == "classified as cloudy"].mean() < 0.1
    assert aurora[clouds == "classified as not cloudy"].mean() > 0.2


def test_pulsating_aurora_is_rare_and_of_the_morning(holdings):
    minutes = np.arange(START, START + 90 * MINUTES_PER_DAY, 10)
    pulsating = values(holdings, GILLAM, "calgary_apa_ml_v1", minutes) == "classified as APA"
    local_hour = (minutes / 60 - 94.6 / 15) % 24
    assert 0.001 < pulsating.mean() < 0.3
    assert local_hour[pulsating].max() < 12


def test_a_field_that_no_record_has_is_refused(holdings):
    for identifier in (SWARM_A, GILLAM):
        with pytest.raises(KeyError):
            holdings.metadata(identifier, np.array([START]), ["no_such_field"])
