"""Files loaded into an archive: each format, what is wrong by line, and nothing stored of what is."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.commands import load
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.simulation.flight import Flight
from aurorax_dashboard.archive.tracks import lat_lon, minute_of

HEADER = (
    "program,platform,instrument_type,epoch,lat,lon,nbtrace_lat,nbtrace_lon,metadata.state,metadata.n"
)
GOOD = "own,sat,footprint,2020-01-01 00:00,10.5,20,56.376723,-94.64366412345,ok,1"
NAMES = ["--program", "own", "--platform", "sat", "--instrument-type", "footprint"]
START = minute_of(datetime(2020, 1, 1, tzinfo=UTC))

Load = Callable[..., int]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "archive")
    yield library
    library.close()


@pytest.fixture
def run(tmp_path: Path, library: Library) -> Load:
    """Load files beside an archive that is open."""

    def loaded(*words: str | Path) -> int:
        return load.main(["--data", str(tmp_path / "archive"), *map(str, words)])

    return loaded


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return written


def only_source(library: Library) -> DataSource:
    [source] = library.records.all("stored").values()
    return source


def records(library: Library, minutes: int = 10) -> Any:
    identifier = int(only_source(library).identifier or 0)
    return library.ephemeris.records(identifier, START + np.arange(minutes))


# ---- tables ------------------------------------------------------------------------------------


def test_csv_is_loaded_with_native_values(
    run: Load, write: Callable[..., Path], library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(
        "own.csv",
        HEADER,
        GOOD,
        "own,sat,footprint,2020-01-01T00:02:00Z,,,,,007,2.5",
        'own,sat,footprint,2020-01-01T01:01+01:00,-90,180,nan,NaN,"true",',
    )
    assert run(path, "--source-type", "leo", "--display-name", "Our satellite") == 0
    assert "3 records from 2020-01-01 00:00 to 2020-01-01 00:02" in capsys.readouterr().out
    source = only_source(library)
    assert source.display_name == "Our satellite"
    assert "own.csv" in (source.metadata or {})["origin"]
    schema = {f.field_name: f.data_type for f in source.ephemeris_metadata_schema or []}
    assert schema == {"state": "string", "n": "double"}
    found = records(library)
    assert (found.minutes - START).tolist() == [0, 1, 2]
    assert found.metadata == {"state": ["ok", True, "007"], "n": [1, None, 2.5]}
    assert found.degrees["geographic"][:, 0].tolist() == [10.5, 20.0]
    assert found.degrees["nbtrace"][:, 0].tolist() == [56.376723, -94.64366412345]
    assert np.isnan(found.degrees["nbtrace"][:, 1:]).all()


def test_loading_twice_changes_nothing(run: Load, write: Callable[..., Path], library: Library) -> None:
    path = write("own.csv", HEADER, GOOD)
    assert run(path, "--source-type", "leo") == 0
    assert run(path) == 0
    assert len(records(library).minutes) == 1


def test_what_is_wrong_is_told_by_line_and_nothing_is_stored(
    run: Load, write: Callable[..., Path], library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        3: "own,sat,footprint,2020-01-01T00:01:00Z,91,20,,,ok,2",
        4: "own,sat,footprint,2020-01-01T00:02:30Z,9,20,,,ok,2",
        5: "own,sat,footprint,yesterday,9,20,,,ok,2",
        6: "own,sat,footprint,2020-01-01 00:03,north,20,,,ok,2",
        7: "own,sat,footprint,2020-01-01 00:03,9,20",
        8: "own,sat,footprint,2020-01-01 00:03,9,,,,ok,2",
        9: "own,,footprint,2020-01-01 00:03,9,20,,,ok,2",
    }
    named = ["lat", "epoch", "epoch", "lat", "6 cells", "lat and lon", "platform"]
    path = write("own.csv", HEADER, GOOD, *wrong.values())
    assert run(path, "--source-type", "leo") == 1
    told = capsys.readouterr().err.splitlines()
    for line, (number, name) in zip(told, zip(wrong, named, strict=True), strict=False):
        assert f"line {number}: " in line
        assert name in line
    assert told[-1] == "Nothing was stored."
    assert library.records.all("stored") == {}


def test_of_many_problems_the_first_are_told_and_all_are_counted(
    run: Load, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [f"own,sat,footprint,2020-01-01 00:01,{n + 91},20,,,ok,2" for n in range(1_025)]
    assert run(write("own.csv", HEADER, *bad), "--source-type", "leo") == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 22
    assert "… and 1,005 more" in told[20]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("program,platform,instrument_type,lat,lon,latitude", "latitude"),
        ("program,platform,instrument_type,lon,metadata.x", "no column epoch"),
        ("program,epoch,lat,lon", "--platform"),
        ("program,program,epoch", "twice"),
        ("program,platform,instrument_type,epoch,speed", "metadata.speed"),
    ],
)
def test_columns_that_do_not_fit_are_named(
    run: Load,
    write: Callable[..., Path],
    header: str,
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(write("own.csv", header), "--format", "ephemeris") == 1
    assert told in capsys.readouterr().err


def test_a_dry_run_stores_nothing(
    run: Load, write: Callable[..., Path], library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write("own.csv", HEADER, GOOD), "--source-type", "leo", "--dry-run") == 0
    out = capsys.readouterr().out
    assert "own sat footprint, a new data source: 1 record from 2020-01-01 00:00" in out
    assert "dry run" in out
    assert library.records.all("stored") == {}


def test_parquet_is_loaded(run: Load, tmp_path: Path, library: Library) -> None:
    times = [datetime(2020, 1, 1, 0, minute, tzinfo=UTC) for minute in range(3)]
    table = pa.table(
        {
            "identifier": [5, 5, 5],
            "epoch": pa.array(times, pa.timestamp("ns", tz="UTC")),
            "lat": [1.5, float("nan"), 3.5],
            "lon": [0.1 + 0.2, None, -180.0],
            "metadata.state": pa.array(["a", "b", None]).dictionary_encode(),
            "metadata.on": [True, None, False],
            "metadata.height": pa.array([400, None, 410], pa.int64()),
        }
    )
    path = tmp_path / "own.parquet"
    pq.write_table(table, path)
    assert run(path, *NAMES, "--source-type", "leo") == 0
    found = records(library)
    assert found.metadata == {
        "state": ["a", "b", None],
        "on": [True, None, False],
        "height": [400, None, 410],
    }
    assert found.degrees["geographic"][1].tolist()[0] == 0.1 + 0.2
    assert np.isnan(found.degrees["geographic"][:, 1]).all()


def test_json_is_loaded_as_it_is_uploaded_and_as_it_is_downloaded(
    run: Load, write: Callable[..., Path], library: Library
) -> None:
    names = {"program": "own", "platform": "sat", "instrument_type": "footprint"}
    place = {"lat": 56.376723, "lon": -94.6}
    uploaded = {
        **names,
        "epoch": "2020-01-01T00:00:00.000Z",
        "location_geo": place,
        "metadata": {"a": [1]},
    }
    downloaded = {
        "data_source": {"identifier": 5, **names},
        "epoch": "2020-01-01T00:01:00",
        "location_geo": place,
        "nbtrace": {},
        "sbtrace": {"lat": None, "lon": None},
    }
    first = write("up.json", json.dumps([uploaded]))
    second = write("down.json", json.dumps({"result": [downloaded]}))
    assert run(first, second, "--source-type", "leo") == 0
    found = records(library)
    assert found.metadata == {"a": [[1], None]}
    assert found.degrees["geographic"].tolist() == [[56.376723] * 2, [-94.6] * 2]


def test_a_record_of_json_that_does_not_fit_is_named(
    run: Load, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    body = [
        {"epoch": "2020-01-01T00:00:00"},
        {"epoch": 5},
        {"epoch": "2020-01-01T00:00:00", "metadata": 5},
    ]
    assert run(write("own.json", json.dumps(body)), "--program", "own", "--platform", "sat") == 1
    told = capsys.readouterr().err.splitlines()
    assert "record 1: instrument_type" in told[0]
    assert "record 2" in told[1]
    assert "epoch" in told[1]
    assert "metadata" in told[2]


@pytest.mark.parametrize("name", ["own.csv", "own.json", "own.parquet", "own.tle", "own.xyz"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"{}", b"no such thing"])
def test_a_file_of_something_else_is_refused(
    run: Load, tmp_path: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert run(path) == 1
    told = capsys.readouterr().err
    assert told.count(str(path)) == 1
    assert "codec" not in told


def test_a_file_that_is_not_there_and_a_folder_that_is_not_there(
    run: Load, tmp_path: Path, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none.csv") == 1
    assert "none.csv: No such file" in capsys.readouterr().err
    assert load.main(["--data", str(tmp_path / "nowhere"), str(write("a.csv", HEADER))]) == 1
    assert "nowhere" in capsys.readouterr().err


# ---- which source ------------------------------------------------------------------------------


def test_simulated_sources_are_not_loaded_into(
    run: Load, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("own.csv", HEADER, GOOD.replace("own,sat", "swarm,swarma"))
    assert run(path, "--source-type", "leo") == 1
    assert "simulated" in capsys.readouterr().err


def test_a_new_source_needs_a_type(
    run: Load, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write("own.csv", HEADER, GOOD)) == 1
    assert "--source-type" in capsys.readouterr().err


def test_fields_outside_the_schema_are_kept_and_named(
    run: Load, write: Callable[..., Path], library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    record = DataSource(program="own", platform="sat", instrument_type="footprint", source_type="leo")
    library.records.add(record)
    assert run(write("own.csv", HEADER, GOOD)) == 0
    assert "not searchable: n, state" in capsys.readouterr().out
    assert records(library).metadata == {"state": ["ok"], "n": [1]}


def test_one_file_may_hold_several_sources(
    run: Load, write: Callable[..., Path], library: Library
) -> None:
    path = write("own.csv", HEADER, GOOD, GOOD.replace("sat", "sat2"), GOOD.replace("00:00", "00:01"))
    assert run(path, "--source-type", "leo", "--owner", "me@example.org") == 0
    stored = library.records.all("stored")
    spans = {s.platform: library.ephemeris.life(n) for n, s in stored.items()}
    assert spans == {"sat": (START, START + 2), "sat2": (START, START + 1)}
    assert {source.owner for source in stored.values()} == {"me@example.org"}


# ---- satellites --------------------------------------------------------------------------------


def elements_of(platform: str) -> tuple[str, str]:
    orbit = catalogue.orbits()[platform][-1]
    return orbit.line1, orbit.line2


def test_elements_become_a_satellite_where_the_simulation_has_it(
    run: Load, write: Callable[..., Path], library: Library
) -> None:
    path = write("sats.tle", "0 ARASE (ERG)", *elements_of("arase"))
    assert run(path, "--start", "2024-05-01", "--end", "2024-05-02") == 0
    source = only_source(library)
    assert (source.program, source.platform, source.instrument_type) == ("own", "araseerg", "footprint")
    assert source.source_type == "heo"
    assert "propagated" in (source.metadata or {})["origin"]
    minutes = minute_of(datetime(2024, 5, 1, tzinfo=UTC)) + np.arange(2 * 1440)
    found = library.ephemeris.records(int(source.identifier or 0), minutes)
    flight = Flight("arase", minutes)
    for name, expected in (
        ("geographic", flight.geographic),
        ("nbtrace", flight.feet.north),
        ("sbtrace", flight.feet.south),
    ):
        assert found.degrees is not None
        np.testing.assert_allclose(found.degrees[name], lat_lon(expected), atol=2e-5)
    fields = {field.field_name for field in source.ephemeris_metadata_schema or []}
    assert fields == set(found.metadata)
    assert "state" not in fields


def test_without_a_period_elements_are_used_as_long_as_they_are_good(
    run: Load, write: Callable[..., Path], library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("sats.txt", *elements_of("arase"))
    assert run(path, "--dry-run") == 0
    assert (
        "41896 footprint, a new data source: 43,200 records from 2024-04-14" in capsys.readouterr().out
    )
    assert run(path, "--dry-run", "--start", "2024-07-01", "--end", "2024-07-01") == 0
    assert "more than 15 days" in capsys.readouterr().out


def test_elements_that_are_wrong_are_told_by_line(
    run: Load, write: Callable[..., Path], library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    line1, line2 = elements_of("arase")
    path = write(
        "sats.tle", "WRONG", line1[:-1] + "0", line2, "LOST", line2, line1, "SHORT", line1, line2[:60]
    )
    assert run(path) == 1
    told = capsys.readouterr().err.splitlines()
    assert "line 2: the checksum is wrong" in told[0]
    assert "line 5: a second line" in told[1]
    assert "line 6: the second line" in told[2]
    assert "line 8" in told[3]
    assert library.records.all("stored") == {}


def test_footprints_have_limits_in_time(
    run: Load, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("sats.tle", *elements_of("arase"))
    assert run(path, "--start", "2031-01-01", "--end", "2031-01-02") == 1
    assert "2005 to 2029" in capsys.readouterr().err
    assert run(path, "--start", "2024-01-02", "--end", "2024-01-01") == 1
    assert run(path, "--start", "2024-01-02") == 1


# ---- stations ----------------------------------------------------------------------------------


def test_a_list_of_stations_becomes_imagers(
    run: Load, write: Callable[..., Path], library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    gillam = catalogue.stations()["gillam"]
    path = write(
        "stations.csv",
        "platform,lat,lon,display_name",
        f"my gillam,{gillam.lat_deg},{gillam.lon_deg},My camera",
        "south pole,-90,0,",
    )
    words = ["--program", "own", "--instrument-type", "RGB ASI"]
    assert run(path, *words, "--start", "2019-01-01", "--end", "2019-01-31") == 0
    stored = {source.platform: source for source in library.records.all("stored").values()}
    assert stored["my gillam"].source_type == "ground"
    assert stored["my gillam"].display_name == "My camera"
    assert stored["south pole"].display_name == "south pole"
    identifier = int(stored["my gillam"].identifier or 0)
    start = minute_of(datetime(2019, 1, 1, tzinfo=UTC))
    track = library.ephemeris.track(identifier, start, start + 1440)
    # Near 6:20 UTC it is local midnight, and at 18:20 noon.
    assert track.present[380]
    assert not track.present[1100]
    assert track.geographic.shape == (3, 1)
    found = library.ephemeris.records(identifier, start + np.array([380]))
    assert found.degrees is not None
    assert found.degrees["geographic"][:, 0].tolist() == [gillam.lat_deg, gillam.lon_deg]
    assert found.degrees["nbtrace"].tolist() == found.degrees["geographic"].tolist()
    table = catalogue.conjugates()["gillam"]
    expected = np.interp(2019.0, table.years, table.lat_deg)
    assert found.degrees["sbtrace"][0, 0] == pytest.approx(expected, abs=1.0)
    assert library.ephemeris.life(int(stored["south pole"].identifier or 0)) == (0, 0)


def test_stations_without_a_period_are_sources_only(
    run: Load, write: Callable[..., Path], library: Library
) -> None:
    path = write("stations.csv", "program,platform,instrument_type,lat,lon", "own,roof,camera,60,20")
    assert run(path) == 0
    source = only_source(library)
    assert (source.metadata or {})["location"] == {"lat": 60.0, "lon": 20.0}
    assert library.ephemeris.life(int(source.identifier or 0)) == (0, 0)


def test_stations_that_are_wrong_are_told_by_line(
    run: Load, tmp_path: Path, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "stations.csv"
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["platform", "lat", "lon"])
        lines.writerows(
            [["roof", 60, 20], ["cellar", 95, 20], ["attic", "x", 20], ["", 1, 2], ["roof", 1, 2]]
        )
    assert run(path, "--program", "own", "--instrument-type", "camera") == 1
    told = capsys.readouterr().err
    for part in ("line 3: lat", "line 4: lat", "line 5: platform", "line 6: own roof camera"):
        assert part in told
    assert library.records.all("stored") == {}
