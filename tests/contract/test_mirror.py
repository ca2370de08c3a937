"""One archive copied into another over HTTP: what is chosen, as it was, resumed, and served again."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from aurorax_dashboard import mirror
from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import EphemerisQuery
from aurorax_dashboard.archive.__main__ import main as archive_main
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.tracks import minute_of

SWARM_A = 3
FIRST, LAST = date(2019, 1, 1), date(2019, 1, 4)
PERIOD = ["--start", "2019-01-01", "--end", "2019-01-04"]
SWARM = mirror.Choice(FIRST, LAST, programs=["swarm"])
GROUND = mirror.Choice(FIRST, LAST, programs=["themis-asi"], platforms=["gillam", "fort smith"])
START = minute_of(datetime(2019, 1, 1, tzinfo=UTC))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "copy")
    yield library
    library.close()


@pytest.fixture
def client(archive_address: str) -> Iterator[AuroraXClient]:
    client = AuroraXClient.open(archive_address)
    yield client
    client.close()


def answers(address: str, program: str) -> dict[str, Any]:
    """Return what an archive says of the sources of a program."""
    query = {
        "start": "2019-01-01T00:00:00",
        "end": "2019-01-04T23:59:59",
        "data_sources": {"programs": [program]},
    }
    days = {"start": "2019-01-01", "end": "2019-01-04", "program": program}
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as http:
        full = http.get("/data_sources", params={"program": program, "format": "full_record"})
        return {
            "sources": full.json(),
            "availability": http.get("/availability/ephemeris", params=days).json(),
            "ephemeris": http.post("/ephemeris/search_synchronous", json={"query": query}).json(),
        }


def test_a_copy_answers_like_the_original(
    archive_address: str, start_archive: Callable[..., Any], tmp_path: Path
) -> None:
    copy = start_archive("copy")
    before = answers(copy.address, "swarm")
    arguments = ["mirror", "--data", str(tmp_path / "copy"), "--from", archive_address, *PERIOD]
    assert archive_main([*arguments, "--program", "swarm"]) == 0
    original, mirrored = answers(archive_address, "swarm"), answers(copy.address, "swarm")
    for source in mirrored["sources"]:
        assert source["metadata"].pop("origin") == f"mirrored from {archive_address}"
    assert mirrored == original == before
    assert len(mirrored["ephemeris"]["result"]) > 4 * 1440
    # What was not copied is not there: nothing of a mirrored source is simulated.
    later = {"start": "2019-01-05", "end": "2019-01-31", "program": "swarm"}
    assert (
        httpx.get(f"{copy.address}/api/v1/availability/ephemeris", params=later, timeout=30).json()
        == []
    )
    themis = {"start": "2019-01-05", "end": "2019-01-31", "program": "themis"}
    assert (
        httpx.get(f"{copy.address}/api/v1/availability/ephemeris", params=themis, timeout=30).json()
        != []
    )


def test_an_interrupted_copy_goes_on(
    client: AuroraXClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "_RECORDS_AT_A_TIME", 1500)
    searches = 0
    submit = client.submit_ephemeris

    def failing(query: EphemerisQuery) -> str:
        nonlocal searches
        searches += 1
        if searches == 6:
            raise AuroraXError("The network is gone")
        return submit(query)

    monkeypatch.setattr(client, "submit_ephemeris", failing)
    with pytest.raises(AuroraXError):
        mirror.Mirror(client, library).copy(SWARM)
    assert sum(len(library.ephemeris.copied(n)) for n in library.records.all("stored")) == 5
    second = mirror.Mirror(client, library).copy(SWARM)
    assert (second.kept_days, second.days, second.problems) == (5, 7, [])
    assert searches == 6 + 7
    third = mirror.Mirror(client, library).copy(SWARM)
    assert (third.kept_days, third.days) == (12, 0)
    assert searches == 13


def test_days_that_have_changed_are_copied_again(client: AuroraXClient, library: Library) -> None:
    mirror.Mirror(client, library).copy(SWARM)
    [day, *_] = library.ephemeris.copied(SWARM_A)
    batch = mirror.Mirror(client, library)._records(client.data_source(SWARM_A).value, day, day).batch
    library.ephemeris.copy(SWARM_A, {day: 7}, batch.at(np.arange(7)))
    again = mirror.Mirror(client, library).copy(SWARM)
    assert again.days == 1
    assert library.ephemeris.minutes_per_day(SWARM_A, day, day).tolist() == [len(batch)]


def test_days_that_were_deleted_are_copied_again(client: AuroraXClient, library: Library) -> None:
    mirror.Mirror(client, library).copy(SWARM)
    library.start()
    job = library.deletions.add(SWARM_A, START, START + 2 * 1440)
    while library.deletions.get(SWARM_A, job).ended is None:
        time.sleep(0.01)
    assert mirror.Mirror(client, library).copy(SWARM).days == 2


class Lagging:
    """An AuroraX that tells of more records than it sends, or of fewer days than before."""

    def __init__(self, client: AuroraXClient) -> None:
        self._client = client
        self.sent: int | None = None
        self.gone: str | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def ephemeris_availability(self, first: date, last: date) -> Any:
        answer = self._client.ephemeris_availability(first, last)
        for entry in answer.value:
            (entry.available_ephemeris or {}).pop(self.gone, None)
        return answer

    def ephemeris_records(self, *asked: Any, **more: Any) -> list[Any]:
        found = list(self._client.ephemeris_records(*asked, **more))
        kept = [each for each in found if self.gone is None or f"{each.epoch:%Y-%m-%d}" != self.gone]
        return kept[: self.sent]


def test_a_day_that_came_short_is_told_and_copied_again(
    client: AuroraXClient, library: Library
) -> None:
    lagging = Lagging(client)
    lagging.sent = 10
    one_day = replace(SWARM, last=SWARM.first, platforms=["swarma"])
    outcome = mirror.Mirror(lagging, library).copy(one_day)  # type: ignore[arg-type]
    assert outcome.days == 0
    assert "10 of 1,440 records came" in outcome.problems[0]
    lagging.sent = None
    again = mirror.Mirror(lagging, library).copy(one_day)  # type: ignore[arg-type]
    assert (again.days, again.problems) == (1, [])


def test_a_day_that_the_original_has_emptied_is_emptied(
    client: AuroraXClient, library: Library
) -> None:
    lagging = Lagging(client)
    mirror.Mirror(lagging, library).copy(SWARM)  # type: ignore[arg-type]
    lagging.gone = "2019-01-02"
    mirror.Mirror(lagging, library).copy(SWARM)  # type: ignore[arg-type]
    day = START // 1440
    counts = library.ephemeris.minutes_per_day(SWARM_A, day, day + 2).tolist()
    assert (counts[0] > 0, counts[1], counts[2] > 0) == (True, 0, True)
    third = mirror.Mirror(lagging, library).copy(SWARM)  # type: ignore[arg-type]
    assert third.days == 0


def test_a_search_that_never_ends_is_told(
    client: AuroraXClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "_LONGEST_WAIT_S", -1.0)
    outcome = mirror.Mirror(client, library).copy(replace(SWARM, last=SWARM.first))
    assert outcome.days == 0
    assert all("no end of the search" in problem for problem in outcome.problems)


def test_only_what_is_chosen_is_copied(client: AuroraXClient, library: Library) -> None:
    outcome = mirror.Mirror(client, library).copy(GROUND)
    stored = library.records.all("stored")
    assert {source.platform for source in stored.values()} <= {"gillam", "fort smith"}
    assert {source.program for source in stored.values()} == {"themis-asi"}
    assert outcome.sources == len(stored) > 0
    assert outcome.records > 0
    [identifier, *_] = stored
    assert library.ephemeris.track(identifier, START, START + 4 * 1440).geographic.shape == (3, 1)


def test_names_that_nothing_has_are_told(
    archive_address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(tmp_path), "--from", archive_address, *PERIOD, "--platform", "gillam"]
    assert mirror.main([*arguments, "--program", "swarm"]) == 1
    assert "has all of these names together" in capsys.readouterr().err
    assert mirror.main([*arguments, "--program", "rego", "--instrument-type", "redline-asi"]) == 1
    assert "the instrument type 'redline-asi'" in capsys.readouterr().err


def test_too_large_searches_are_halved(
    library: Library, start_archive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    original = start_archive("small", ARCHIVE_MAX_RECORDS="1500")
    client = AuroraXClient.open(original.address)
    outcome = mirror.Mirror(client, library).copy(SWARM)
    client.close()
    assert (outcome.days, outcome.problems) == (12, [])


def test_a_day_that_cannot_be_copied_is_told(
    library: Library,
    start_archive: Callable[..., Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    original = start_archive("smaller", ARCHIVE_MAX_RECORDS="100")
    arguments = ["--data", str(tmp_path / "copy"), "--from", original.address, *PERIOD]
    assert mirror.main([*arguments, "--program", "swarm", "--platform", "swarma"]) == 1
    told = capsys.readouterr()
    assert told.err.count("swarm swarma footprint, 2019-01-0") == 4
    assert "0 records of 0 days copied" in told.out


def test_what_users_stored_is_left_alone(
    client: AuroraXClient, library: Library, tmp_path: Path
) -> None:
    record = client.data_source(SWARM_A).value
    library.records.add(record)
    outcome = mirror.Mirror(client, library).copy(SWARM)
    assert len(outcome.problems) == 1
    assert "identifier 3" in outcome.problems[0]
    assert library.ephemeris.copied(SWARM_A) == {}
    assert outcome.sources == 2


def test_an_archive_that_does_not_answer_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(tmp_path), "--from", "http://127.0.0.1:9", *PERIOD]
    assert mirror.main(arguments) == 1
    assert "the same command goes on from there" in capsys.readouterr().err
    assert mirror.main(["--data", str(tmp_path), "--start", "2019-01-02", "--end", "2019-01-01"]) == 2
