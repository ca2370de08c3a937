"""The search engine case by case."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from plain_searches import (
    KM_PER_DEGREE,
    NOWHERE,
    START,
    Search,
    Source,
    mover,
    pair,
    participant,
    spans,
    still,
)

from aurorax_dashboard.archive.conjunctions import (
    Block,
    NoLimitError,
    TooManyMatchesError,
    find_conjunctions,
)

# ---- runs ---------------------------------------------------------------------------------------


def test_a_pass_has_its_times_and_distances():
    satellite = mover(2, [50, 54, 58, 61, 65, 70])
    found = pair(still(1, minutes=6), satellite).run()
    assert spans(found) == [(1, 2, 120, 180)]
    assert found.closest[0] - 60 * START == 180
    assert found.farthest[0] - 60 * START == 120
    assert found.min_km[0] == pytest.approx(1 * KM_PER_DEGREE, abs=1e-3)
    assert found.max_km[0] == pytest.approx(2 * KM_PER_DEGREE, abs=1e-3)


@pytest.mark.parametrize("window", [1, 2, 3, 7, 1000])
def test_a_run_that_crosses_windows_and_batches_is_one(window):
    found = pair(still(1, minutes=400), mover(2, [60.0] * 400)).run(window)
    assert spans(found) == [(1, 2, 0, 399 * 60)]


def test_a_missing_minute_cuts_a_run():
    found = pair(still(1), mover(2, [60] * 10, allowed=[True] * 4 + [False] + [True] * 5)).run()
    assert spans(found) == [(1, 2, 0, 180), (1, 2, 300, 540)]


def test_no_epoch_is_interpolated_beside_a_missing_minute():
    blocks = pair(still(1, minutes=4), mover(2, [60] * 4, allowed=[True, True, False, True]))
    assert spans(replace(blocks, precision_s=30).run()) == [(1, 2, 0, 60), (1, 2, 180, 180)]


def test_half_minutes_find_a_pass_between_two_minutes():
    swift = pair(still(1, minutes=4), mover(2, [40, 55, 65, 80]), limit=100)
    assert spans(swift.run()) == []
    found = replace(swift, precision_s=30).run()
    assert spans(found) == [(1, 2, 90, 90)]
    assert found.min_km[0] == pytest.approx(0, abs=1e-3)


def test_results_are_sorted_by_start_then_sources():
    ground = [still(9, minutes=3), still(4, minutes=3)]
    satellites = [mover(7, [0, 60, 60]), mover(5, [60, 0, 60])]
    found = Search([ground, satellites], {(0, 1): 500.0}).run()
    assert spans(found) == [
        (4, 5, 0, 0), (9, 5, 0, 0), (4, 7, 60, 120), (9, 7, 60, 120), (4, 5, 120, 120), (9, 5, 120, 120)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["geographic", "nbtrace", "sbtrace"])
def test_only_the_chosen_trace_counts(kind):
    assert len(pair(still(1, minutes=2), mover(2, [60, 60]), kind=kind).run()) == 1


def test_ground_traces_that_drift_are_followed():
    drifting = mover(1, np.linspace(-60, -60.5, 50))
    found = pair(drifting, mover(2, np.linspace(-70, -50, 50)), limit=100, kind="sbtrace").run()
    assert [*spans(found)[0][:2]] == [1, 2]
    assert found.single_epoch_events == len(range(spans(found)[0][2], spans(found)[0][3] + 60, 60))


# ---- limits -------------------------------------------------------------------------------------


def test_limits_are_inclusive():
    blocks = pair(still(1, 60), mover(2, [64.0] * 10))
    distance = float(blocks.run().min_km[0])
    assert len(replace(blocks, limits={(0, 1): distance}).run()) == 1
    assert len(replace(blocks, limits={(0, 1): math.nextafter(distance, 0)}).run()) == 0


def test_limits_to_a_third_block_are_inclusive():
    blocks = Search([[still(1)], [still(2)], [mover(3, [64.0] * 10)]], {(0, 1): 0.0, (1, 2): 900.0})
    distance = float(blocks.run().max_km[0])
    assert len(replace(blocks, limits={(0, 1): 0.0, (1, 2): distance}).run()) == 1
    assert len(replace(blocks, limits={(0, 1): 0.0, (1, 2): math.nextafter(distance, 0)}).run()) == 0


@pytest.mark.parametrize(("apart_km", "expected"), [(0, 1), (0.005, 1), (0.02, 0)])
def test_zero_means_at_one_place(apart_km, expected):
    neighbour = still(2, 60 + apart_km / KM_PER_DEGREE)
    assert len(pair(still(1, 60), neighbour, limit=0).run()) == expected


def test_half_the_globe_is_everywhere_but_not_nowhere():
    antipode = Source(2, [(-60, 80), NOWHERE, (-60, 80)], [True] * 3)
    assert spans(pair(still(1, minutes=3), antipode, limit=30_000).run()) == [
        (1, 2, 0, 0),
        (1, 2, 120, 120),
    ]


def test_a_pair_without_limit_needs_no_position():
    blocks = [[still(1)], [mover(2, [60] * 10)], [Source(3, [NOWHERE], [True] * 3 + [False] * 7)]]
    found = Search(blocks, {(0, 1): 500.0, (0, 2): None, (1, 2): None}).run()
    assert spans(found) == [(1, 2, 3, 0, 120)]
    assert found.pairs == [(0, 1)]


def test_sites_at_both_poles_and_at_antipodes_are_all_searched():
    opposite = [still(3, 0, 45), still(4, 0, -135)]
    vectors = [participant(site).track.nbtrace for site in opposite]
    assert not (vectors[0] + vectors[1]).any()
    check_each_is_met(opposite)
    check_each_is_met([still(1, 80, 0), still(2, -80, 0), still(5, 85, 90), *opposite])


def check_each_is_met(sites):
    for site in sites:
        ((lat, lon),) = site.places
        found = Search([sites, [mover(9, [lat] * 10, lon)]], {(0, 1): 50.0}).run()
        assert spans(found) == [(site.identifier, 9, 0, 540)]


def test_a_missing_entry_is_no_limit():
    blocks = [[still(1)], [still(2)], [still(3, -60)]]
    assert len(Search(blocks, {(0, 1): 1.0}).run()) == 1


# ---- several blocks -----------------------------------------------------------------------------


def test_events_tell_of_each_limited_pair():
    blocks = [[still(1, 60, minutes=4)], [still(2, 62, minutes=4)], [mover(3, [70, 61, 63, 80])]]
    found = Search(blocks, {(0, 1): None, (0, 2): 500.0, (1, 2): 500.0}).run()
    assert spans(found) == [(1, 2, 3, 60, 120)]
    events = found.events
    assert events.conjunction.tolist() == [0, 0]
    assert list(zip(events.first_source, events.second_source, strict=True)) == [(1, 3), (2, 3)]
    assert events.start.tolist() == [found.start[0]] * 2
    assert events.end.tolist() == [found.end[0]] * 2
    np.testing.assert_allclose(events.min_km / KM_PER_DEGREE, [1, 1], atol=1e-3)
    np.testing.assert_allclose(events.max_km / KM_PER_DEGREE, [3, 1], atol=1e-3)
    assert found.min_km[0] == events.min_km.min()
    assert found.max_km[0] == events.max_km.max()


def test_a_source_is_not_paired_with_itself():
    both = [still(1), still(2)]
    assert spans(Search([both, both], {(0, 1): 1.0}).run()) == [(1, 2, 0, 540), (2, 1, 0, 540)]
    moving = [mover(1, [60] * 10), mover(2, [60] * 10)]
    assert [span[:2] for span in spans(Search([moving, moving], {(0, 1): 1.0}).run())] == [
        (1, 2),
        (2, 1),
    ]


def test_two_meetings_at_once_need_not_be_near_each_other():
    north = [[still(1, 60)], [mover(2, [60] * 10)]]
    south = [[still(3, -60)], [mover(4, [0] * 4 + [-60] * 6)]]
    assert spans(Search(north + south, {(0, 1): 9.0, (2, 3): 9.0}).run()) == [(1, 2, 3, 4, 240, 540)]


def test_ten_blocks_of_many_sources():
    size = 128
    blocks = []
    for block in range(10):
        # Source 7 is at home, the others are where nobody else is.
        lons = np.linspace(-180, 179, size)
        sites = [still(1000 * block + n, 10 * block - 60, lon, minutes=2) for n, lon in enumerate(lons)]
        sites[7] = still(1000 * block + 7, 89, 0, minutes=2)
        blocks.append(sites)
    # Two combinations alike but for the first block: one number of 64 bits cannot tell them apart.
    blocks[0][5] = still(5, 89, 0, minutes=2)
    assert size**10 >= 2**64
    found = Search(blocks, {(block, block + 1): 0.0 for block in range(9)}).run(1000)
    others = [1000 * block + 7 for block in range(1, 10)]
    assert spans(found) == [(5, *others, 0, 60), (7, *others, 0, 60)]


def test_counts_for_the_log():
    ground, satellites = [still(1), still(2)], [mover(3, [60] * 3 + [0] + [60] * 6)]
    found = Search([ground, satellites], {(0, 1): 500.0}).run()
    assert found.single_epoch_events == 18
    assert len(found) == 4
    assert found.pair_intervals(0) == 4
    assert found.combinations.tolist() == [[1, 3], [2, 3]]


def test_pair_intervals_that_several_conjunctions_share_count_once():
    blocks = [[still(1)], [mover(2, [60] * 10)], [still(3), still(4)]]
    found = Search(blocks, {(0, 1): 5.0, (0, 2): None, (1, 2): 5.0}).run()
    assert len(found) == 2
    assert [found.pair_intervals(0), found.pair_intervals(1)] == [1, 2]


def test_an_empty_block_meets_nobody():
    found = Search([[still(1)], []], {(0, 1): 500.0}).run()
    assert len(found) == 0
    assert found.participants.shape == (0, 2)
    assert len(found.events.start) == 0


def test_sources_without_a_minute_meet_nobody():
    blocks = [Source(1, [(60, 0)], []), Source(2, [(60, 0)], []), Source(3, [(60, 0)], [])]
    assert len(Search([[source] for source in blocks], {(0, 1): 5.0, (1, 2): 5.0}).run()) == 0


# ---- limits of the engine -----------------------------------------------------------------------


def test_memory_mapped_tracks_are_read(tmp_path):
    satellite = participant(mover(2, [60] * 10))
    stored = np.lib.format.open_memmap(tmp_path / "track.npy", "w+", np.float32, (3, 10))
    stored[:] = satellite.track.nbtrace
    mapped = replace(satellite, track=replace(satellite.track, nbtrace=stored))
    blocks = [Block("ground1", [participant(still(1))]), Block("space1", [mapped])]
    assert len(find_conjunctions(blocks, {("ground1", "space1"): 1.0}, "nbtrace", START)) == 1


def test_a_search_without_limit_is_refused():
    with pytest.raises(NoLimitError, match="greatest distance"):
        pair(still(1), still(2), limit=None).run()


def test_too_many_matches_end_the_search():
    blocks = pair(still(1), mover(2, [60] * 10))
    assert len(blocks.run(max_matches=10)) == 1
    with pytest.raises(TooManyMatchesError, match="more than 9 epochs"):
        blocks.run(max_matches=9)


@pytest.mark.parametrize(
    ("search", "words"),
    [
        (pair(still(1), still(2), limit=-1.0), "0 km or more"),
        (pair(still(1), still(2), limit=math.nan), "0 km or more"),
        (Search([[still(1)], [still(2)]], {(1, 0): 5.0}), "unknown blocks"),
        (pair(still(1), still(2), precision_s=45), "60 or 30"),
        (pair(still(1), still(2, minutes=9)), "another period"),
        (Search([[still(1), still(1)], [still(2)]], {(0, 1): 5.0}), "a source twice"),
    ],
)
def test_what_makes_no_sense_is_refused(search, words):
    with pytest.raises(ValueError, match=words):
        search.run()


class CancelledError(Exception):
    pass


def test_progress_rises_and_a_search_can_be_cancelled():
    seen = []

    def cancel_at_half(progress):
        seen.append(progress)
        if progress >= 0.5:
            raise CancelledError

    moving = [mover(number, [60.0] * 3000) for number in range(30)]
    others = [mover(100 + number, [0.0] * 3000) for number in range(30)]
    with pytest.raises(CancelledError):
        Search([moving, others], {(0, 1): 5.0}).run(window=30, check=cancel_at_half)
    assert seen == sorted(seen)
    assert 0 <= seen[0] < 0.5 <= seen[-1] < 1


def test_the_first_check_comes_before_the_work():
    def cancel(progress):
        raise CancelledError

    with pytest.raises(CancelledError):
        pair(still(1), mover(2, [60] * 10)).run(check=cancel)
