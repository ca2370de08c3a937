from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import msgspec
import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.api.errors import TryLaterError
from aurorax_dashboard.api.models import DataSource, EphemerisAvailability
from aurorax_dashboard.pages import (
    explorer,
    explorer_around,
    explorer_form,
    explorer_near,
    explorer_scene,
)
from aurorax_dashboard.pages.explorer_around import Look
from aurorax_dashboard.pages.explorer_asked import Asked, asked_of, read_km, read_minute
from aurorax_dashboard.queries.link import from_param
from aurorax_dashboard.searches.scene import Hour, joined

NOW = datetime(2020, 1, 29, 6, 3, tzinfo=UTC)
SIX = NOW.replace(minute=0)


def source(identifier, program, platform, kind="footprint", where="leo", **more):
    return DataSource(
        identifier=identifier,
        program=program,
        platform=platform,
        instrument_type=kind,
        source_type=where,
        display_name=f"{program} {platform}",
        **more,
    )


SWARM = source(3, "swarm", "swarma")
DMSP = source(292, "dmsp", "dmsp17")
GILLAM = source(
    46,
    "themis-asi",
    "gillam",
    "panchromatic ASI",
    "ground",
    metadata={"location": {"lat": 56.4, "lon": -94.6}},
)
PINAWA = source(
    50,
    "themis-asi",
    "pinawa",
    "panchromatic ASI",
    "ground",
    metadata={"location": {"lat": 50.2, "lon": -96.1}},
)
RIOMETER = source(100006, "go-canada", "gillam", "riometer", "ground")
EVENTS = source(100013, "events", "simulated", "STEVE", "event_list")
SOURCES = [SWARM, DMSP, GILLAM, PINAWA, RIOMETER, EVENTS]


def hour(start=SIX, tracks=()):
    """An hour in which Swarm passes Gillam, which has records from its tenth minute on."""
    identifiers = np.array([3, 46, 292, 100006])
    positions = np.full((3, 2, 4, 60), np.nan)
    minutes = np.arange(60)
    positions[0, 0, 0], positions[0, 1, 0] = 50 + 0.1 * minutes, -94.6
    positions[:2, 0, 1, 10:] = np.array([56.4, -60.0])[:, None]
    positions[2, 0, 1, 10:] = 56.4
    positions[:, 1, 1, 10:] = -94.6
    positions[0, 0, 2], positions[0, 1, 2] = -70, 20
    positions[:, 0, 3], positions[:, 1, 3] = 56.4, -94.6
    for row, kind, lat, lon in tracks:
        positions[kind, 0, row], positions[kind, 1, row] = lat, lon
    return Hour(start, identifiers, positions)


def around(asked=None):
    hours = [hour(SIX + timedelta(hours=n)) for n in (-1, 0, 1)]
    known = {each.identifier: each for each in explorer_form.placed(SOURCES)}
    chosen = asked or Asked(NOW)
    return Look(chosen, joined(hours, chosen.trace), known)


# ---- the address -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        Asked(NOW),
        Asked(NOW, view="antarctica", trace="sbtrace", one=3, other=46, km=200.0),
        Asked(NOW, km=1234.567),
        Asked(NOW, view="antarctica", trace="nbtrace", programs=("swarm", "dmsp"), minutes=30),
        Asked(NOW, view="globe", trace="geographic", programs=(), layers=(), oval="3", minutes=0),
    ],
)
def test_the_address_holds_all_that_is_seen(asked):
    params = {name: text for name, text in asked.params().items() if text}

    assert asked_of(params, datetime.now(UTC)) == asked


def test_what_is_as_usual_is_left_out_of_the_address():
    assert {name for name, text in Asked(NOW).params().items() if text} == {"t"}


def test_what_cannot_be_read_is_as_usual():
    nonsense = dict.fromkeys(("view", "trace", "minutes", "oval", "one", "km"), "nonsense")

    assert asked_of(nonsense, NOW) == Asked(NOW)
    assert "not a time" in asked_of({"t": "soon"}, NOW).problem
    assert asked_of({"minutes": "23"}, NOW).minutes == 20


@pytest.mark.parametrize("text", ["1969-12-31", "2100-01-01", "yesterday", ""])
def test_times_that_no_map_can_show_are_refused(text):
    with pytest.raises(ValueError, match=r"time|Choose"):
        read_minute(text)


@pytest.mark.parametrize(
    ("text", "km"), [("500", 500.0), ("0", None), ("nan", None), ("1e9", None), ("", None)]
)
def test_distances(text, km):
    assert read_km(text) == km


# ---- what the browser draws -----------------------------------------------------------------------


def payload(kind="nbtrace", active=frozenset({46, 50})):
    return explorer_scene.hour_payload(hour(), kind, explorer_form.placed(SOURCES), active)


def test_spacecraft_have_a_position_a_minute():
    found = payload()

    assert found["start"] == int(SIX.timestamp()) // 60
    assert set(found["space"]) == {"3", "292"}
    assert found["space"]["3"][0][:2] == [50.0, 50.1]
    assert payload("sbtrace")["space"] == {}


def test_imagers_say_when_they_have_records_and_those_of_the_day_stand_too():
    ground = payload()["ground"]

    assert ground["46"] == [56.4, -94.6, True, [[10, 59]]]
    assert ground["50"] == [50.2, -96.1, True, []]
    assert ground["100006"][2] is False
    assert "50" not in payload(active=frozenset())["ground"]


def test_at_the_other_end_of_its_field_line_an_imager_sees_nothing():
    ground = payload("sbtrace")["ground"]

    assert ground["46"][:3] == [-60.0, -94.6, False]
    assert "50" not in ground


def test_the_sun_is_where_it_is_at_six():
    lat, lon = payload()["sun"]

    assert lat == pytest.approx(-18.0, abs=0.2)
    assert lon == pytest.approx(93.3, abs=0.3)


def test_missing_minutes_are_told_apart_from_positions():
    holed = hour()
    holed.positions[0, :, 0, 5] = np.nan

    found = explorer_scene.hour_payload(holed, "nbtrace", [SWARM], frozenset())

    assert found["space"]["3"][0][4:7] == [50.4, None, 50.6]
    msgspec.json.encode(found)


def test_only_hours_are_asked_for_and_not_many():
    texts = [
        "2020-01-29T06:17:00.000+00:00",
        "nonsense",
        "2020-01-29T07:00:00",
        *["2020-01-29T08:00+00:00"] * 9,
    ]

    found = explorer_scene.wanted_hours(texts, 4)

    assert found == [SIX, SIX + timedelta(hours=2)]


@pytest.mark.parametrize(
    "metadata", [None, {}, {"location": None}, {"location": {"lat": "56", "lon": 1}}]
)
def test_a_source_that_does_not_say_where_it_stands_stands_nowhere(metadata):
    assert (
        explorer_scene.standing_place(
            source(1, "rego", "x", "redline ASI", "ground", metadata=metadata)
        )
        is None
    )


def test_events_are_not_on_the_map():
    assert str(EVENTS.identifier) not in explorer_scene.things(SOURCES)
    assert explorer_scene.things(SOURCES)["46"] == {
        "name": "themis-asi gillam",
        "program": "themis-asi",
        "about": "THEMIS-ASI, panchromatic ASI",
        "space": False,
    }


def test_programs_of_spacecraft_come_first():
    placed = explorer_form.placed(SOURCES)

    assert explorer_form.programs_of(placed) == ["dmsp", "swarm", "themis-asi", "go-canada"]
    assert explorer_form.shown_programs(Asked(NOW, programs=("swarm", "gone")), placed) == ["swarm"]


def test_instruments_of_the_day_are_those_with_records():
    answer = [
        EphemerisAvailability(
            data_source=DataSource(identifier=46), available_ephemeris={"2020-01-29": 600}
        ),
        EphemerisAvailability(
            data_source=DataSource(identifier=50), available_ephemeris={"2020-01-29": 0}
        ),
        EphemerisAvailability(data_source=DataSource(identifier=51)),
    ]

    def ask(_start, _end):
        return SimpleNamespace(value=answer)

    services = SimpleNamespace(hurried=SimpleNamespace(ephemeris_availability=ask))
    assert explorer.active_on(services, date(2020, 1, 29)) == {46}


def test_without_availability_only_those_with_records_now_are_drawn():
    def ask(_start, _end):
        raise TryLaterError("no answer")

    services = SimpleNamespace(hurried=SimpleNamespace(ephemeris_availability=ask))
    assert explorer.active_on(services, date(2020, 1, 29)) == frozenset()


# ---- around the minute ------------------------------------------------------------------------------


def test_the_list_tells_who_comes_near_whom_and_when():
    at = around(Asked(NOW.replace(minute=40)))
    now = at.asked.time

    found = explorer_near.near(at.within(timedelta(minutes=30)), at.shown, 300.0)

    assert set(found["between"]) == {
        "themis-asi gillam – swarm swarma",
        "go-canada gillam – swarm swarma",
    }
    table = explorer_near.near_list(found, at.sources, now, "nbtrace", 300.0)
    between, closest, jump, stretch, search = table.rows[0]
    assert closest.endswith(" km")
    assert jump["jump"] == "2020-01-29 06:59"
    assert stretch == "06:38 – 06:59"  # from 56.4° − 300 km on
    query = from_param(search["href"].split("q=")[1])
    assert query.max_distances == {"ground1-space1": 300.0}
    assert query.space[0].platforms == ["swarma"]
    assert (query.start, query.end) == tuple(
        (now + timedelta(minutes=n)).replace(tzinfo=query.start.tzinfo) for n in (-30, 30)
    )
    assert "2 pairs from 2020-01-29 06:10 to 07:10 UTC" in table.said
    assert between in set(found["between"])


def test_two_spacecraft_are_searched_for_as_two_blocks():
    query = explorer_near.search_for(SWARM, DMSP, NOW, "sbtrace", 200.0)

    assert [block.platforms for block in query.space] == [["swarma"], ["dmsp17"]]
    assert not query.ground
    assert query.max_distances == {"space1-space2": 200.0}
    assert query.conjunction_types == ["sbtrace"]


def test_an_empty_list_says_what_was_looked_for():
    at = around(Asked(NOW, programs=("dmsp",)))
    found = explorer_near.near(at.within(timedelta(minutes=30)), at.shown, 100.0)

    table = explorer_near.near_list(found, at.sources, NOW, "nbtrace", 100.0)

    assert table.rows == ()
    assert "closer than 100 km" in table.said
    assert "from 2020-01-29 05:33 to 06:33 UTC" in table.said


def test_the_table_has_what_is_somewhere_in_this_minute():
    at = around()

    table = explorer_around.positions(at)

    assert table["Name"].tolist() == ["dmsp dmsp17", "go-canada gillam", "swarm swarma"]
    assert explorer_around.empty_note(at, table) is None
    assert "2 spacecraft and 1 ground instrument" in explorer_around.said_of(at, table)


def test_a_minute_without_anything_says_so():
    at = around(Asked(NOW, trace="sbtrace", programs=("swarm",)))
    table = explorer_around.positions(at)
    assert "No positions at this time" in str(explorer_around.empty_note(at, table))

    nothing = around(Asked(NOW, programs=()))
    assert "No program is chosen" in str(
        explorer_around.empty_note(nothing, explorer_around.positions(nothing))
    )


def test_files_hold_what_is_shown():
    at = around(
        Asked(NOW.replace(minute=30), minutes=5, one=3, other=46, programs=("swarm", "themis-asi"))
    )

    what, positions = explorer_around.file_table(at, explorer_form.Ids.CSV)
    assert "within 5 minutes of 2020-01-29 06:30" in what
    assert len(positions) == 22
    assert set(positions["name"]) == {"swarm swarma", "themis-asi gillam"}

    what, distances = explorer_around.file_table(at, explorer_form.Ids.APART_CSV)
    assert "swarm swarma – themis-asi gillam" in what
    assert len(distances) == 121
    assert pd.isna(distances["distance_km"].iloc[35])

    what, near = explorer_around.file_table(at, explorer_form.Ids.NEAR_CSV)
    assert "closer than 500 km" in what
    assert list(near["one"]) == [46]


def test_a_thing_that_nobody_knows_has_no_distance():
    at = around(Asked(NOW, one=3, other=999))

    assert explorer_around.apart(at, 3, 999).isna().all()
    assert explorer_around.pair_name(at, 3, 999) == "swarm swarma – source 999"


def test_while_hours_are_missing_there_is_nothing_to_tell():
    class Slow:
        def look(self, starts, _wait_s):
            return [hour(starts[0])]

    assert explorer_around.look(SimpleNamespace(), Slow(), Asked(NOW)) is None
