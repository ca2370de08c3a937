"""The page of one conjunction: its address, its neighbours, its minutes, its file."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pandas as pd
import pytest
from dash import html

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.frames import ephemeris_frame
from aurorax_dashboard.components import judging
from aurorax_dashboard.components.following import Ids as FollowIds
from aurorax_dashboard.pages import conjunction_scene as scenes
from aurorax_dashboard.pages import conjunction_views as views
from aurorax_dashboard.pages.conjunction import layout
from aurorax_dashboard.pages.conjunction_asked import Asked, asked_of, clipped, minute_range
from aurorax_dashboard.pages.conjunction_files import file_name, file_of
from aurorax_dashboard.pages.conjunction_questions import Questions, records_of, sky_keys
from aurorax_dashboard.pages.conjunction_scene import Scene
from aurorax_dashboard.pages.conjunction_views import Ids
from aurorax_dashboard.queries.nights import Product
from aurorax_dashboard.searches.positions import event
from aurorax_dashboard.searches.selection import Selection
from aurorax_dashboard.searches.store import StoredResult, Submission
from aurorax_dashboard.searches.surroundings import Surroundings, span_of
from aurorax_dashboard.web.image_hosts import ImageHosts

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"


def record(identifier: int, epoch: str, lat: float, **metadata: Any) -> dict[str, Any]:
    place = {"lat": lat, "lon": -95.0}
    return {
        "data_source": {"identifier": identifier},
        "epoch": epoch,
        "location_geo": place,
        "nbtrace": place,
        "metadata": metadata,
    }


@pytest.fixture
def stored(stored: StoredResult) -> StoredResult:
    """The two conjunctions of the shared result, with what kinds of sources met."""
    known = stored.result.sources
    kinds = known.assign(source_type=known.index.map({46: "ground", 3: "leo"}))
    return replace(stored, result=replace(stored.result, sources=kinds))


@pytest.fixture
def ephemeris() -> pd.DataFrame:
    """Ten minutes around the first conjunction: the satellite goes north by 3° a minute over GILL."""
    epochs = [f"2019-01-01T09:{minute:02d}:00" for minute in range(11, 23)]
    records = [
        *(record(46, epoch, 56.4, sky="clear") for epoch in epochs),
        *(
            record(3, epoch, 41.4 + 3 * place, nbtrace_region="oval", sbtrace_region="cap", state="on")
            for place, epoch in enumerate(epochs)
        ),
    ]
    return ephemeris_frame(json.dumps({"result": records}).encode())


@pytest.fixture
def kept(stored: StoredResult, ephemeris: pd.DataFrame) -> StoredResult:
    positions_only = [name for name in ephemeris.columns if not name.startswith("metadata.")]
    return replace(stored, footprints=ephemeris[positions_only])


@pytest.fixture
def scene(stored: StoredResult, submission: Submission, ephemeris: pd.DataFrame) -> Scene:
    texts = [name for name in ephemeris.columns if str(name).startswith("metadata.")]
    records = ephemeris.astype({"identifier": "int64"} | dict.fromkeys(texts, "category"))
    one = event(stored.result, 0)
    return scenes.scene_of(stored, submission.query, 0, Surroundings(records, {}), span_of(one, 5))


# ---- the address -----------------------------------------------------------------------------------


def test_an_address_holds_what_is_looked_at() -> None:
    params = {
        "around": "15",
        "view": "near",
        "t": "2019-01-01 09:14",
        "fields": "lat,altitude",
        "km": "0-300",
    }
    asked = asked_of(params)
    assert (asked.margin, asked.view, asked.fields) == (15, "near", ("lat", "altitude"))
    assert asked.selection.km == (0, 300)
    assert asked.params() == params


@pytest.mark.parametrize("params", [{}, {"around": "7"}, {"around": "x", "view": "moon", "km": "near"}])
def test_what_cannot_be_read_is_as_usual(params: dict[str, str]) -> None:
    assert asked_of(params).params() == {}


@pytest.mark.parametrize(
    ("t", "minute"),
    [("", 0), ("2019-01-01 09:14", -2), ("2019-01-01T09:19:00Z", 3), ("2030-01-01", 6), ("noon", 0)],
)
def test_the_minute_shown_is_counted_from_the_closest_approach(
    stored: StoredResult, t: str, minute: int
) -> None:
    assert Asked(t=t).minute(event(stored.result, 0)) == minute


def test_minutes_end_where_the_margin_does(stored: StoredResult) -> None:
    one = event(stored.result, 0)
    assert minute_range(one, 5) == (-5, 6)
    assert clipped(20, one, 5) == 6
    assert clipped(20, one, 30) == 20
    first, last, marks = views.slider(one, 5)
    assert (first, last) == (-5, 6)
    assert marks["-5"] == "09:11"


# ---- the page --------------------------------------------------------------------------------------


def page(stored: StoredResult | None, submission: Submission | None, number: str, id: str = ID) -> Any:
    store = SimpleNamespace(result=lambda _id: stored, submission=lambda _id: submission)
    judgements = SimpleNamespace(of=lambda _id: {})
    return layout(SimpleNamespace(store=store, judgements=judgements), id, number, Asked())  # type: ignore[arg-type]


def test_the_page_leads_to_all_that_belongs_to_it(
    stored: StoredResult, submission: Submission, shown: Any
) -> None:
    seen = shown(page(stored, submission, "1"))
    links = seen.links()
    assert f"/results/{ID}/2" in links
    assert f"/results/{ID}?event=1" in links
    assert "/keograms?of=46&night=2019-01-01&t=09%3A16" in links
    assert "/explorer?t=2019-01-01+09%3A16" in links
    assert any(link.startswith("/ephemeris?program=themis-asi%2Cswarm") for link in links)
    assert any(link.startswith("/search?q=") for link in links)
    assert seen.part(judging.Ids.EVENT).data == 0
    assert seen.part(Ids.SHOWN).data == {"request_id": ID, "n": 0}
    assert "300 km – 450 km" in seen.text
    assert "Simulated" in seen.text


def test_what_had_not_happened_when_it_was_fetched_is_called_a_prediction(
    stored: StoredResult, shown: Any
) -> None:
    assert "Predicted" not in page_of(stored, shown)
    before = stored.result.rows["end"].iloc[0].to_pydatetime() - timedelta(minutes=1)
    early = replace(stored, finished=msgspec.structs.replace(stored.finished, retrieved=before))
    assert "Predicted" in page_of(early, shown)


def page_of(stored: StoredResult, shown: Any) -> str:
    """Return the words of the head of the first conjunction."""
    return str(shown(html.Div(views.head(stored, event(stored.result, 0)))).text)


def test_without_the_query_nothing_is_searched_again(stored: StoredResult, shown: Any) -> None:
    links = shown(page(stored, None, "2")).links()
    assert not any(link.startswith("/search") for link in links)


@pytest.mark.parametrize("number", ["3", "999999999"])
def test_a_number_that_is_not_there(stored: StoredResult, shown: Any, number: str) -> None:
    seen = shown(page(stored, None, number))
    assert f"There is no conjunction {number} in this result" in seen.text
    assert "It has 2, counted from 1." in seen.text
    assert f"/results/{ID}/1" in seen.links()


@pytest.mark.parametrize(
    ("id", "number"), [(ID, "0"), (ID, "x"), (ID, "1/2"), (ID, "٣"), ("a", "1"), (ID, "1" * 30)]
)
def test_what_is_no_address_of_a_conjunction(shown: Any, id: str, number: str) -> None:
    assert "This is not the address of a conjunction" in shown(page(None, None, number, id)).text


def test_a_search_that_is_not_kept_is_followed(submission: Submission, shown: Any) -> None:
    followed = shown(page(None, submission, "1")).part(FollowIds.FOLLOWED).data
    assert followed == {"kind": "conjunctions", "request_id": ID}


def test_neighbours_are_those_that_pass_the_filters(stored: StoredResult) -> None:
    assert views.neighbours(stored, 0, Asked(), {}) == (None, 1, 1, 2)
    near = Asked(selection=Selection(km=(0, 250)))
    assert views.neighbours(stored, 1, near, {}) == (None, None, 1, 1)
    assert views.neighbours(stored, 0, near, {}) == (None, 1, 0, 1)


def test_ways_to_neighbours_keep_what_is_looked_at(stored: StoredResult, shown: Any) -> None:
    asked = Asked(margin=30, t="2019-01-01 09:14", fields=("lat",))
    seen = shown(views.navigation(stored, 0, asked, {}))
    assert f"/results/{ID}/2?around=30&fields=lat" in seen.links()
    assert "Conjunction 1 of 2" in seen.text


# ---- its minutes -----------------------------------------------------------------------------------


def test_frames_tell_each_minute_where_things_are(scene: Scene) -> None:
    frames = scenes.frames(scene, 0)
    assert frames["first"] == -5
    assert frames["times"][0] == "2019-01-01 09:11"
    assert frames["lat"] == [[41.4 + 3 * place for place in range(12)]]
    assert frames["ends"][5] == [56.4, -95.0, 56.4, -95.0]
    assert frames["said"][6] == "2019-01-01 09:17 UTC, 334 km apart"
    assert json.dumps(frames, allow_nan=False)


def test_minutes_without_records_are_told_as_unknown(
    stored: StoredResult, ephemeris: pd.DataFrame
) -> None:
    hole = ephemeris[ephemeris["epoch"] != pd.Timestamp("2019-01-01T09:17", tz="UTC")]
    known = Surroundings(hole.astype({"identifier": "int64"}), {})
    scene = scenes.scene_of(stored, None, 0, known, span_of(event(stored.result, 0), 5))
    frames = scenes.frames(scene, 0)
    assert frames["lat"][0][6] is None
    assert frames["ends"][6] is None
    assert frames["said"][6] == "2019-01-01 09:17 UTC"


def test_the_nearest_pair_is_one_of_those_with_a_limit(scene: Scene) -> None:
    nearer = scene.distances.assign(other=-1.0)
    nearest = scenes.nearest_pairs(replace(scene, distances=nearer))
    assert {pair[0] for pair in nearest if pair} == set(scene.limits)
    anything = scenes.nearest_pairs(replace(scene, distances=nearer, limits={}))
    assert {pair[0] for pair in anything if pair} == {"other"}


def test_at_first_the_compared_positions_and_what_the_sources_say(scene: Scene) -> None:
    _, chosen = scenes.fields_shown(scene, None)
    assert [field.name for field in chosen] == [
        "nbtrace_lat",
        "nbtrace_lon",
        "metadata.sky",
        "metadata.nbtrace_region",
        "metadata.state",
    ]
    _, wanted = scenes.fields_shown(scene, ["lat", "no such field"])
    assert [field.name for field in wanted] == ["lat"]


def test_figures_and_table_of_a_minute(scene: Scene) -> None:
    frames = scenes.frames(scene, 1)
    summary = scenes.draw_map(scene, frames, "near", 1, False).summary
    assert "334 km apart at 2019-01-01 09:17 UTC" in summary
    _, fields = scenes.fields_shown(scene, None)
    sky = scenes.sky_of("GILL", None, "Looking for keograms …", scene.span, HOSTS)
    series = scenes.draw_series(scene, [sky], fields, 1, True)
    assert "Keogram of GILL: Looking for keograms …" in series.summary
    band = next(trace for trace in series.figure.data if trace.type == "heatmap")
    assert (band.x0, band.dx) == (
        scene.span[0].value / 1e6,
        60_000,
    )  # its cells stand around their minutes
    table = scenes.read_table(scene, fields)
    assert len(table) == 12
    assert (
        table.loc[6, "GILL – Swarm A, km" if "GILL – Swarm A, km" in table else table.columns[1]]
        == "333.6"
    )
    assert table.loc[0, "Swarm A: state"] == "on"


HOSTS = ImageHosts.of("http://archive.test", [])


@pytest.mark.parametrize(
    ("url", "count", "lack"),
    [
        ("http://archive.test/a.png", 1, "No keogram of these minutes"),
        ("http://elsewhere.test/a.png", 0, "The keogram is elsewhere: open the night"),
    ],
)
def test_keograms_are_shown_from_hosts_we_know(scene: Scene, url: str, count: int, lack: str) -> None:
    product = Product("keogram", "hourly", datetime(2019, 1, 1, 9, tzinfo=UTC), 60, url)
    sky = scenes.sky_of("GILL", [product], "", scene.span, HOSTS)
    assert (len(sky.pictures), sky.lack) == (count, lack)


def test_the_file_says_what_it_is_and_holds_each_minute(
    scene: Scene, stored: StoredResult, submission: Submission
) -> None:
    text = file_of(scene, stored, submission, "http://dashboard.test/results/x/1").decode()
    assert "# Data: SIMULATED DATA" in text
    assert "# What: Conjunction 1 of 2: THEMIS-ASI GILL – Swarm A, minute by minute" in text
    assert f"# Request id: {ID}" in text
    assert "# km_1_2 (km): Great-circle distance THEMIS-ASI GILL – Swarm A" in text
    table = pd.read_csv(io.StringIO(text), comment="#")
    assert len(table) == 12
    assert table["inside"].sum() == 2
    assert file_name(scene, True) == "simulated-conjunction-themis-asi-gill-swarm-a-201901010916.csv"


# ---- what is asked ---------------------------------------------------------------------------------


class Server:
    """A server that fails, or never answers in time."""

    def __init__(self, error: AuroraXError | None = None) -> None:
        self.error = error

    def ephemeris_synchronous(self, _query: Any) -> Any:
        raise self.error or AssertionError("not asked")


def questions(stored: StoredResult, error: AuroraXError | None = None) -> Questions:
    store = SimpleNamespace(result=lambda _id: stored)
    return Questions(SimpleNamespace(store=store, client=Server(error)))  # type: ignore[arg-type]


def test_what_was_kept_is_shown_where_nothing_more_can_be_had(kept: StoredResult) -> None:
    known = records_of(questions(kept, AuroraXError("AuroraX is away")), kept, 0, 5.0)
    assert known.surroundings is not None
    assert known.complete
    assert known.error is not None
    assert not [name for name in known.surroundings.records if str(name).startswith("metadata.")]


def test_without_anything_kept_only_the_error_is_left(stored: StoredResult) -> None:
    known = records_of(questions(stored, AuroraXError("AuroraX is away")), stored, 0, 5.0)
    assert (known.surroundings, known.complete) == (None, True)


def test_keograms_are_asked_for_the_days_that_are_looked_at(stored: StoredResult) -> None:
    one = event(stored.result, 0)
    [key] = sky_keys(stored, one)
    assert key[:3] == (46, date(2019, 1, 1), date(2019, 1, 1))
    late = replace(
        one,
        end=one.end + pd.Timedelta(hours=14, minutes=30),
        closest=one.closest + pd.Timedelta(hours=14),
    )
    assert sky_keys(stored, late)[0][1:3] == (date(2019, 1, 1), date(2019, 1, 2))
