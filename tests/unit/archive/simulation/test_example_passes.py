"""The platform's first example, by brute force: every epoch of every pair, great circles on the sphere."""

import numpy as np
import pytest

from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM

from .conftest import FORT_SMITH, GILLAM, SWARM_A, SWARM_B, SWARM_C, minute, published

SITES = {FORT_SMITH: "fort smith", GILLAM: "gillam"}
SPACECRAFT = {SWARM_A: "swarma", SWARM_B: "swarmb", SWARM_C: "swarmc"}
START, STOP = minute("2019-01-01"), minute("2019-01-04")
LIMIT_KM = 500.0

MINUTES_OFF = {"swarma": 1, "swarmb": 2, "swarmc": 2}
KM_OFF = {"swarma": 5.0, "swarmb": 60.0, "swarmc": 60.0}


@pytest.fixture(scope="module")
def passes(holdings):
    """Return ``(site, spacecraft, first minute, last minute, min km, max km)`` of all conjunctions."""
    found = []
    for site, site_name in SITES.items():
        camera = holdings.track(site, START, STOP)
        for spacecraft, spacecraft_name in SPACECRAFT.items():
            track = holdings.track(spacecraft, START, STOP)
            chord = np.linalg.norm(track.nbtrace.astype(float) - camera.nbtrace.astype(float), axis=0)
            km = 2 * EARTH_RADIUS_KM * np.arcsin(chord / 2)
            near = (km <= LIMIT_KM) & camera.present & track.present & (track.geographic[2] > 0)
            at = np.flatnonzero(near)
            for run in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1):
                times = START + int(run[0]), START + int(run[-1])
                found.append((site_name, spacecraft_name, *times, km[run].min(), km[run].max()))
    return found


def test_there_are_the_eleven_published_passes_and_no_other(passes):
    expected = sorted((row["site"], row["spacecraft"]) for row in published("published_passes.csv"))
    assert sorted((site, spacecraft) for site, spacecraft, *_ in passes) == expected
    assert len(expected) == 11


@pytest.mark.parametrize(
    "row", published("published_passes.csv"), ids=lambda row: f"{row['spacecraft']} {row['start']}"
)
def test_a_published_pass_comes_out(passes, row):
    first, last = minute(row["start"]), minute(row["end"])
    minutes_off, km_off = MINUTES_OFF[row["spacecraft"]], KM_OFF[row["spacecraft"]]
    (found,) = [
        one
        for one in passes
        if one[:2] == (row["site"], row["spacecraft"]) and abs(one[2] - first) < 60
    ]
    _, _, start, end, nearest, farthest = found
    assert abs(start - first) <= minutes_off
    assert abs(end - last) <= minutes_off
    if row["min_km"]:
        assert nearest == pytest.approx(float(row["min_km"]), abs=km_off)
        assert farthest == pytest.approx(float(row["max_km"]), abs=km_off)
