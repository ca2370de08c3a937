"""Distances, keograms and fields of one conjunction on one axis of time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.event_series import CURSOR, Picture, Sky, event_series, uncovered
from aurorax_dashboard.figures.panels import Panel

FIRST, LAST = "2019-01-02T09:10", "2019-01-02T09:20"
MINUTES = pd.date_range(FIRST, LAST, freq="min", tz="UTC", unit="ms")
PAIR = "THEMIS-ASI GILL – Swarm C"


def at(clock: str) -> pd.Timestamp:
    return pd.Timestamp(f"2019-01-02T{clock}", tz="UTC")


def drawn(
    skies: list[Sky] | None = None, distances: pd.DataFrame | None = None, **other: Any
) -> Drawing:
    away = np.abs(np.arange(11) - 5) * 400.0 + 250
    known = pd.DataFrame({PAIR: away}, index=MINUTES) if distances is None else distances
    given: dict[str, Any] = {"limits": {PAIR: 500.0}, "fields": []} | other
    return event_series(
        known,
        given["limits"],
        skies or [],
        given["fields"],
        span=(at("09:10"), at("09:20")),
        conjunction=(at("09:15"), at("09:15")),
        at=at("09:15"),
    )


def shapes(figure: go.Figure, **having: Any) -> list[Any]:
    return [
        shape
        for shape in figure.layout.shapes
        if all(getattr(shape, name) == value for name, value in having.items())
    ]


def test_the_distance_with_its_limit_and_what_matters_of_it() -> None:
    figure, summary = drawn()
    curve, limit = figure.data
    assert list(curve.y) == pytest.approx(np.abs(np.arange(11) - 5) * 400.0 + 250)
    assert list(limit.y) == [500.0, 500.0]
    assert figure.layout.yaxis.range == (0, 1500.0)
    assert "Nearest 250 km at 2019-01-02 09:15 UTC" in summary


def test_the_limit_is_on_the_axis_even_where_all_is_nearer() -> None:
    figure, _ = drawn(distances=pd.DataFrame({PAIR: [90.0] * 11}, index=MINUTES))
    assert figure.layout.yaxis.range == (0, pytest.approx(550))


def test_each_limit_is_drawn_once() -> None:
    distances = pd.DataFrame({"a": [600.0] * 11, "b": [90.0] * 11, "c": [80.0] * 11}, index=MINUTES)
    figure, _ = drawn(distances=distances, limits={"a": 500.0, "b": 100.0, "c": 100.0})
    assert [trace.y[0] for trace in figure.data[3:]] == [100.0, 500.0]
    assert "limit 100 km, 500 km" in figure.layout.annotations[0].text


def test_the_conjunction_is_marked_through_all_rows() -> None:
    figure, _ = drawn([Sky("THEMIS-ASI GILL", (), "No keogram")])
    [shade] = shapes(figure, layer="below", yref="paper")
    assert (shade.x0, shade.x1) == ("2019-01-02T09:14:30.000", "2019-01-02T09:15:30.000")
    assert (shade.y0, shade.y1) == (0, 1)
    [cursor] = shapes(figure, name=CURSOR)
    assert cursor.x0 == cursor.x1 == "2019-01-02T09:15:00.000"
    assert len(shapes(figure, yref="paper")) == 4


def test_keograms_hang_where_their_time_is() -> None:
    hour = Picture("/images/?url=a", at("09:00"), at("10:00"))
    figure, summary = drawn([Sky("THEMIS-ASI GILL", [hour], "No keogram")])
    [image] = figure.layout.images
    assert (image.source, image.x, image.sizex) == (
        "/images/?url=a",
        "2019-01-02T08:59:30.000",
        3_600_000,
    )
    assert (image.xref, image.yref, image.sizing) == ("x", "y2", "stretch")
    assert "Keogram of THEMIS-ASI GILL: shown" in summary
    words = next(trace for trace in figure.data if trace.mode == "text")
    assert list(words.text) == ["picture missing, or still loading"]  # behind the picture


def test_minutes_without_a_picture_say_so_where_they_are() -> None:
    half = Picture("/images/?url=a", at("09:00"), at("09:14"))
    figure, _ = drawn([Sky("THEMIS-ASI GILL", [half], "No keogram of these minutes")])
    words = next(trace for trace in figure.data if trace.mode == "text")
    assert "No keogram of these minutes" in list(words.text)
    middle = words.x[list(words.text).index("No keogram of these minutes")]
    assert middle == at("09:17").value / 1e6


@pytest.mark.parametrize(
    ("pictures", "gaps"),
    [
        ([], [("09:10", "09:20")]),
        ([("09:00", "10:00")], []),
        ([("09:12", "09:15")], [("09:10", "09:12"), ("09:15", "09:20")]),
        ([("09:15", "09:30"), ("09:00", "09:13")], [("09:13", "09:15")]),
        ([("09:00", "09:18"), ("09:05", "09:10")], [("09:18", "09:20")]),
    ],
)
def test_gaps_between_pictures(pictures: list[tuple[str, str]], gaps: list[tuple[str, str]]) -> None:
    sky = Sky("GILL", [Picture("", at(start), at(stop)) for start, stop in pictures], "")
    ends = (at("09:10").value // 10**6, at("09:20").value // 10**6)
    found = [
        (pd.Timestamp(a, unit="ms", tz="UTC"), pd.Timestamp(b, unit="ms", tz="UTC"))
        for a, b in uncovered(sky, ends)
    ]
    assert found == [(at(start), at(stop)) for start, stop in gaps]


def test_all_rows_share_the_axis_and_stand_apart() -> None:
    field = Panel([go.Scatter(x=[0], y=[1])], "<b>Altitude, km</b>", 100, {"nticks": 3}, "Altitude")
    figure, _ = drawn([Sky("GILL", (), "none"), Sky("FSMI", (), "none")], fields=[field])
    domains = [figure.layout[name].domain for name in ("yaxis", "yaxis2", "yaxis3", "yaxis4")]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(domains))
    assert {trace.xaxis or "x" for trace in figure.data} == {"x"}
    assert figure.layout.xaxis.range == ("2019-01-02T09:09:30.000", "2019-01-02T09:20:30.000")


def test_without_positions_it_says_so() -> None:
    figure, summary = drawn(distances=pd.DataFrame(index=MINUTES), limits={})
    assert "no positions are known" in summary
    assert figure.layout.images == ()
