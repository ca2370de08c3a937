import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurorax_dashboard.figures.sampling import (
    MINUTE_MS,
    bin_width_ms,
    most_frequent,
    sampled_line,
    stretches,
)


def minutes(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64) * MINUTE_MS


def pieces(line) -> list[list[float]]:
    """Return the values that the line joins, piece by piece."""
    cuts = np.flatnonzero(np.isnan(line.values))
    return [
        [float(value) for value in piece if np.isfinite(value)] for piece in np.split(line.values, cuts)
    ]


def test_a_missing_minute_begins_a_new_stretch():
    assert list(stretches(minutes(0, 1, 2, 4, 5, 9))) == [0, 0, 0, 1, 1, 2]
    assert len(stretches(minutes())) == 0


def test_a_line_never_crosses_a_gap():
    line = sampled_line(minutes(0, 1, 2, 10, 11), np.array([1.0, 2, 3, 4, 5]), most=100)
    assert pieces(line) == [[1, 2, 3], [4, 5]]


def test_a_missing_value_is_a_gap_like_a_missing_minute():
    line = sampled_line(minutes(0, 1, 2, 3, 4), np.array([1.0, 2, np.nan, 4, 5]), most=100)
    assert pieces(line) == [[1, 2], [4, 5]]


def test_a_value_without_neighbours_is_told_apart():
    line = sampled_line(minutes(0, 5, 6, 9), np.array([1.0, 2, 3, 4]), most=100)
    assert line.values[line.alone].tolist() == [1, 4]


def test_an_angle_that_wraps_breaks_the_line():
    line = sampled_line(minutes(0, 1, 2, 3), np.array([170.0, 178, -174, -166]), most=100, circle=360)
    assert pieces(line) == [[170, 178], [-174, -166]]


def test_nothing_known_is_an_empty_line():
    line = sampled_line(minutes(0, 1), np.array([np.nan, np.nan]), most=100)
    assert len(line.times) == len(line.values) == len(line.alone) == 0


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=50, max_size=400),
    gap=st.integers(1, 48),
)
def test_extremes_and_ends_survive(values: list[float], gap: int):
    times = minutes(*range(len(values)))
    times[gap:] += 100 * MINUTE_MS
    line = sampled_line(times, np.array(values), most=40)
    known = line.values[np.isfinite(line.values)]
    assert len(known) <= 40 + 4
    assert (known.min(), known.max()) == (min(values), max(values))
    assert (known[0], known[-1]) == (values[0], values[-1])
    # No value is invented, and each stands at its own minute.
    at = dict(zip(times.tolist(), values, strict=True))
    assert known.tolist() == [at[time] for time in line.times[np.isfinite(line.values)].tolist()]
    assert len(pieces(line)) >= 2


def test_bands_have_whole_minutes_and_cover_the_window():
    month = (0, 31 * 1440 * MINUTE_MS)
    width = bin_width_ms(month, 900)
    assert width % MINUTE_MS == 0
    assert width * 900 >= month[1]
    assert bin_width_ms((0, 10 * MINUTE_MS), 900) == MINUTE_MS


def test_a_band_shows_the_most_frequent_class_and_leaves_gaps():
    times = minutes(0, 1, 2, 3, 4, 20)
    codes = np.array([0, 1, 1, -1, 0, 2])
    found = most_frequent(times, codes, (0, 24 * MINUTE_MS), 5 * MINUTE_MS, classes=3)
    assert (found.start_ms, found.width_ms) == (0, 5 * MINUTE_MS)
    # Minutes 0-4: two of each known class, the first wins; 5-19: nothing known; 20-24: class 2.
    assert found.codes.tolist() == pytest.approx([0, np.nan, np.nan, np.nan, 2], nan_ok=True)
