import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from aurorax_dashboard.figures import drawing
from aurorax_dashboard.figures.drawing import Drawing


def test_times_are_utc_whatever_zone_they_come_in():
    time = pd.Timestamp("2019-01-01T00:30", tz="America/Edmonton")

    assert drawing.time_text(time) == "2019-01-01 07:30"
    assert drawing.naive_utc([time])[0] == np.datetime64("2019-01-01T07:30")


def test_seconds_are_written_only_where_there_are_any():
    assert drawing.time_text(pd.Timestamp("2019-01-01T05:58:30")) == "2019-01-01 05:58:30"


@pytest.mark.parametrize(
    ("end", "text"),
    [
        ("2019-01-01T05:58", "2019-01-01 05:58"),
        ("2019-01-01T06:01", "2019-01-01 05:58 – 06:01"),
        ("2019-01-02T00:01", "2019-01-01 05:58 – 2019-01-02 00:01"),
    ],
)
def test_spans_repeat_no_date(end, text):
    assert drawing.span_text(pd.Timestamp("2019-01-01T05:58"), pd.Timestamp(end)) == text


def test_hemispheres_are_named():
    assert drawing.degrees_text(-77.85, -111.9) == "77.8° S 111.9° W"


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 4999])
def test_thinning_is_even_within_its_limit_and_keeps_the_chosen_one(count):
    places = drawing.thinned(count, 100, count - 1 if count else None)

    assert len(places) <= 101
    assert len(places) >= min(count, 50)
    if count:
        assert places[-1] == count - 1
        assert len(set(np.diff(places[:-1]))) <= 1


def test_names_of_pairs_take_two_lines():
    assert drawing.wrapped("THEMIS-ASI FSMI – Swarm B") == "THEMIS-ASI FSMI –<br>Swarm B"
    assert drawing.wrapped("x" * 40).endswith("…")


HOSTILE = '<a href="https://evil.example">x</a>'
SHOWN = '&lt;a href="https://evil.example">x&lt;/a>'


def test_tags_that_are_not_our_own_are_shown_as_letters() -> None:
    figure = go.Figure(
        [
            go.Scatter(x=[1, 2], y=[3, 4], name=HOSTILE, hovertext=["<b>ours</b>", HOSTILE]),
            go.Heatmap(z=[[1]], y=[HOSTILE], text=[[f"A<B {HOSTILE}"]]),
        ],
        layout={"title": {"text": HOSTILE, "subtitle": {"text": HOSTILE}}},
    )
    figure.update_yaxes(ticktext=[f"<b>{HOSTILE}</b>"], tickvals=[1])
    figure.add_annotation(text=f'<span style="color:#112233">━</span> {HOSTILE}<br>next')
    drawn = Drawing(figure, HOSTILE)
    line, cells = drawn.figure.data
    assert line.name == SHOWN
    assert list(line.hovertext) == ["<b>ours</b>", SHOWN]
    assert list(line.x) == [1, 2]
    assert list(cells.y) == [SHOWN]
    assert list(cells.text[0]) == [f"A&lt;B {SHOWN}"]
    assert drawn.figure.layout.title.text == drawn.figure.layout.title.subtitle.text == SHOWN
    assert list(drawn.figure.layout.yaxis.ticktext) == [f"<b>{SHOWN}</b>"]
    assert drawn.figure.layout.annotations[0].text == (
        f'<span style="color:#112233">━</span> {SHOWN}<br>next'
    )
    assert drawn.summary == HOSTILE  # a page shows it as text
