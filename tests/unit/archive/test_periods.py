from datetime import UTC, datetime

from aurorax_dashboard.archive.periods import calendar_months, clipped_period
from aurorax_dashboard.archive.tracks import minute_of


def at(*when: int) -> int:
    return minute_of(datetime(*when, tzinfo=UTC))


def test_a_period_is_clipped_to_the_lives_in_it() -> None:
    lives = [(at(2019, 1, 1), at(2020, 1, 1)), (at(2018, 1, 1), at(2019, 6, 1))]
    assert clipped_period(None, None, lives) == (at(2018, 1, 1), at(2020, 1, 1))
    assert clipped_period(
        datetime.fromisoformat("2019-05-01T00:00:00"),
        datetime.fromisoformat("2030-01-01T00:00:00"),
        lives,
    ) == (
        at(2019, 5, 1),
        at(2020, 1, 1),
    )
    first, stop = clipped_period(
        datetime.fromisoformat("2025-01-01T00:00:00"),
        datetime.fromisoformat("2026-01-01T00:00:00"),
        lives,
    )
    assert first == stop
    assert clipped_period(None, None, []) == (0, 0)


def test_months_cover_a_period_without_gap_or_overlap() -> None:
    first, stop = at(2019, 11, 15, 3), at(2020, 3, 1)
    pieces = list(calendar_months(first, stop))
    assert pieces[0] == (first, at(2019, 12, 1))
    assert pieces[-1] == (at(2020, 2, 1), stop)
    assert [piece[1] for piece in pieces[:-1]] == [piece[0] for piece in pieces[1:]]
    assert list(calendar_months(first, first)) == []
