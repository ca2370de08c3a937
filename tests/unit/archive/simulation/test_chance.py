import numpy as np

from aurorax_dashboard.archive.simulation.chance import Purpose, smooth, uniform

INDEX = np.arange(100_000)


def test_numbers_are_those_of_every_machine():
    drawn = uniform(46, Purpose.FAILED_NIGHT, np.array([0, 1, 17_897, -1]))
    again = uniform(46, Purpose.FAILED_NIGHT, np.array([-1, 17_897]))
    assert drawn[3] == again[0]
    assert drawn[2] == again[1]


def test_numbers_are_spread_evenly():
    drawn = uniform(3, Purpose.TELEMETRY_GAP, INDEX)
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    shares = np.histogram(drawn, bins=20, range=(0, 1))[0] / len(INDEX)
    np.testing.assert_allclose(shares, 0.05, atol=0.003)


def test_sources_purposes_and_neighbours_have_nothing_to_do_with_each_other():
    drawn = uniform(3, Purpose.LOST_DAY, INDEX)
    others = [
        uniform(4, Purpose.LOST_DAY, INDEX),
        uniform(3, Purpose.CAMPAIGN, INDEX),
        uniform(3, Purpose.LOST_DAY, INDEX + 1),
    ]
    for other in others:
        assert abs(np.corrcoef(drawn, other)[0, 1]) < 0.015


def test_smooth_numbers_wander():
    values = smooth(3, Purpose.WEATHER_SLOW, INDEX, 600)
    assert np.abs(np.diff(values)).max() < 1.5 / 600
    assert np.ptp(values) > 0.9
    np.testing.assert_array_equal(
        values[5_000:6_000], smooth(3, Purpose.WEATHER_SLOW, INDEX[5_000:6_000], 600)
    )
