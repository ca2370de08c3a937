"""The search engine against a plain reference, and against itself."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from plain_searches import KM_PER_DEGREE, Search, Source, spans

from aurorax_dashboard.archive.conjunctions import COLOCATED_KM
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, unit_vectors

# ---- the reference: loops, one epoch and one combination at a time --------------------------------


def reference_position(source, epoch, precision_s):
    """The float64 vector at an epoch, None if the source may not take part."""
    minutes = {epoch * precision_s // 60, -(-epoch * precision_s // 60)}
    if not all(source.allowed[minute] for minute in minutes):
        return None
    total = [0.0, 0.0, 0.0]
    for minute in minutes:
        lat, lon = source.places[minute if len(source.places) > 1 else 0]
        vector = unit_vectors(np.array(lat), np.array(lon)).astype(np.float32).tolist()
        length = math.hypot(*vector)
        total = [before + part / length for before, part in zip(total, vector, strict=True)]
    return total


def reference_distance(a, b):
    """Great-circle distance by the arc tangent of cross and dot product."""
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    return EARTH_RADIUS_KM * math.atan2(math.hypot(*cross), dot)


def reference_runs(search):
    """Every conjunction as (identifiers, first epoch, last epoch, [{pair: distance}, one an epoch])."""
    minutes = len(search.blocks[0][0].allowed)
    epochs = (minutes - 1) * 60 // search.precision_s + 1
    limits = {blocks: max(km, COLOCATED_KM) for blocks, km in search.limits.items() if km is not None}
    runs = []
    for sources in itertools.product(*search.blocks):
        identifiers = [source.identifier for source in sources]
        if len(set(identifiers)) < len(identifiers):
            continue
        run = []
        for epoch in range(epochs + 1):
            distances = epoch < epochs and reference_match(sources, epoch, search.precision_s, limits)
            if distances:
                run.append(distances)
            elif run:
                runs.append((identifiers, epoch - len(run), epoch - 1, run))
                run = []
    return runs


def reference_match(sources, epoch, precision_s, limits):
    positions = [reference_position(source, epoch, precision_s) for source in sources]
    if None in positions:
        return None
    distances = {}
    for (a, b), limit in limits.items():
        distance = reference_distance(positions[a], positions[b])
        # Whether a distance equal to the limit to the last bit matches is another test's matter.
        assume(abs(distance - limit) > 1e-6)
        if not distance <= limit:
            return None
        distances[a, b] = distance
    return distances


# ---- small searches of every shape ----------------------------------------------------------------


@st.composite
def searches(draw):
    """Searches whose sources are near enough that about every second epoch matches."""
    minutes = draw(st.integers(1, 12))
    step_deg = draw(st.sampled_from([0.0005, 0.7, 25.0]))
    identifiers = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True)
    blocks = draw(st.lists(identifiers, min_size=2, max_size=4))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    chances = {what: draw(st.sampled_from([0, 0.1, 0.3])) for what in ("still", "lost", "absent")}

    def source(identifier):
        places = step_deg * random.integers(-1, 2, (minutes, 2))
        # Some are exactly at one place, some a little apart, so that limits fall everywhere between.
        places += [0, 20 + step_deg * random.choice([0, 0, 0.13, 0.29])]
        places[random.random(minutes) < chances["lost"]] = math.nan
        is_still = block_is_still or random.random() < chances["still"]
        allowed = random.random(minutes) >= chances["absent"]
        return Source(identifier, places[:1] if is_still else places, allowed.tolist())

    found = []
    for block in blocks:
        block_is_still = draw(st.booleans())
        found.append([source(identifier) for identifier in block])
    limit = st.sampled_from(
        [None, None, 0.0, *(step_deg * KM_PER_DEGREE * np.array([0.5, 1.2, 1.7, 2.6]))]
    )
    limits = {between: draw(limit) for between in itertools.combinations(range(len(blocks)), 2)}
    assume(any(km is not None for km in limits.values()))
    return Search(found, limits, draw(st.sampled_from([60, 30])))


many = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
some = settings(many, max_examples=80)


@many
@given(searches(), st.integers(1, 20))
def test_finds_what_the_reference_finds(search, window):
    found = search.run(window)
    expected = reference_runs(search)

    second = search.precision_s
    assert sorted(spans(found)) == sorted(
        (*identifiers, second * first, second * last) for identifiers, first, last, _ in expected
    )
    assert found.single_epoch_events == sum(len(distances) for *_, distances in expected)
    by_span = {
        (*identifiers, second * first, second * last): distances
        for identifiers, first, last, distances in expected
    }
    for row, span in enumerate(spans(found)):
        check_distances(found, row, by_span[span], second)


def check_distances(found, row, distances, precision_s):
    """Compare extremes and their epochs of one conjunction with the reference's distances."""

    def close(km):
        return pytest.approx(km, abs=1e-6)

    everything = [km for epoch in distances for km in epoch.values()]
    assert found.min_km[row] == close(min(everything))
    assert found.max_km[row] == close(max(everything))
    closest = distances[(found.closest[row] - found.start[row]) // precision_s]
    farthest = distances[(found.farthest[row] - found.start[row]) // precision_s]
    assert min(closest.values()) == close(min(everything))
    assert max(farthest.values()) == close(max(everything))
    for column, blocks in enumerate(found.pairs):
        assert found.pair_min_km[row, column] == close(min(epoch[blocks] for epoch in distances))
        assert found.pair_max_km[row, column] == close(max(epoch[blocks] for epoch in distances))


@some
@given(searches(), st.integers(1, 20))
def test_window_has_no_influence(search, window):
    one, other = search.run(window), search.run(10_000)
    assert spans(one) == spans(other)
    np.testing.assert_array_equal(one.closest, other.closest)
    np.testing.assert_array_equal(one.farthest, other.farthest)
    np.testing.assert_allclose(one.pair_min_km, other.pair_min_km, atol=1e-9)


@some
@given(searches(), st.floats(1.0, 4.0))
def test_larger_limits_find_all_that_smaller_ones_find(search, factor):
    larger = replace(search, limits={k: km and km * factor for k, km in search.limits.items()})
    wide = spans(larger.run())
    for *sources, start, end in spans(search.run()):
        assert any(w[:-2] == tuple(sources) and w[-2] <= start and end <= w[-1] for w in wide)


@some
@given(searches(), st.randoms(use_true_random=False))
def test_order_of_blocks_does_not_matter(search, random):
    order = random.sample(range(len(search.blocks)), len(search.blocks))
    limits = {
        (a, b): search.limits[min(order[a], order[b]), max(order[a], order[b])]
        for a, b in itertools.combinations(range(len(order)), 2)
    }
    shuffled = replace(search, blocks=[search.blocks[number] for number in order], limits=limits)
    back = [
        (*(span[order.index(b)] for b in range(len(order))), *span[-2:])
        for span in spans(shuffled.run())
    ]
    assert sorted(back) == sorted(spans(search.run()))
