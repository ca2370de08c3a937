"""The control for a period: quick spans and steps."""

from __future__ import annotations

import pytest
from dash import Dash

from aurorax_dashboard.components.period import PeriodControl

TIMES, DAYS = PeriodControl(name="times"), PeriodControl(name="days", days=True)


@pytest.mark.parametrize(
    ("control", "start", "days", "end"),
    [
        (TIMES, "2019-01-01", 1, "2019-01-01 23:59:59"),
        (TIMES, "2019-01-01 12:00", 3, "2019-01-04 11:59:59"),
        (DAYS, "2020-02-01", 27, "2020-02-27"),
        (DAYS, "2019-01-01", 365, "2019-12-31"),
    ],
)
def test_a_span_sets_the_end(control: PeriodControl, start: str, days: int, end: str) -> None:
    assert control.after(start, days) == end


@pytest.mark.parametrize(
    ("control", "before", "by", "after"),
    [
        (DAYS, ("2019-01-01", "2019-01-31"), 1, ("2019-02-01", "2019-03-03")),
        (DAYS, ("2019-01-01", "2019-01-01"), -1, ("2018-12-31", "2018-12-31")),
        (
            TIMES,
            ("2019-01-01 00:00", "2019-01-01 23:59:59"),
            1,
            ("2019-01-02 00:00", "2019-01-02 23:59:59"),
        ),
        (
            TIMES,
            ("2019-01-01 00:00", "2019-01-01 23:59"),
            1,
            ("2019-01-02 00:00", "2019-01-02 23:59"),
        ),
        (
            TIMES,
            ("2019-01-01 06:00", "2019-01-01 12:00"),
            -1,
            ("2019-01-01 00:00", "2019-01-01 06:00"),
        ),
    ],
)
def test_a_step_moves_the_period_by_its_length(
    control: PeriodControl, before: tuple[str, str], by: int, after: tuple[str, str]
) -> None:
    assert control.moved(*before, by) == after
    assert control.moved(*after, -by) == before


@pytest.mark.parametrize(
    ("start", "end"),
    [("soon", "2019-01-01"), ("2019-01-02", "2019-01-01"), ("9999-12-01", "9999-12-31")],
)
def test_what_leads_nowhere_is_refused(start: str, end: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        DAYS.moved(start, end, 1)


def test_two_controls_have_buttons_of_their_own() -> None:
    app = Dash("test")
    for control in (TIMES, DAYS):
        control.register(app)
    shown = [str(TIMES.fields("2019-01-01", "")), str(DAYS.fields("2019-01-01", ""))]
    assert "'times'" in shown[0]
    assert "'times'" not in shown[1]
