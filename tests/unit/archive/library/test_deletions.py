"""Deletions: in turn with uploads, resumed after a restart, failed rather than hanging."""

import logging
import sqlite3
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.errors import NotFoundError
from aurorax_dashboard.archive.library import Library, deletions
from aurorax_dashboard.archive.library.blocks import Batch
from aurorax_dashboard.archive.library.deletions import Deletion
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY

DAY = 18_000
START = DAY * MINUTES_PER_DAY


def every_hour(days: int) -> Batch:
    minutes = START + np.arange(0, days * MINUTES_PER_DAY, 60)
    return Batch(minutes, np.zeros((4, 2, len(minutes))), {})


@pytest.fixture
def identifier(library: Library) -> int:
    record = DataSource(program="own", platform="sat", instrument_type="footprint")
    identifier = int(library.records.add(record).identifier or 0)
    library.ephemeris.write(identifier, every_hour(100))
    return identifier


def ended(library: Library, identifier: int, job_id: str) -> Deletion:
    deadline = time.monotonic() + 10
    while (job := library.deletions.get(identifier, job_id)).ended is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return job


def kept(library: Library, identifier: int) -> list[int]:
    """Return the minutes, from START, that have a record."""
    track = library.ephemeris.track(identifier, START, START + 100 * MINUTES_PER_DAY)
    return np.flatnonzero(track.present).tolist()


@pytest.mark.parametrize(
    ("first", "stop"),
    [
        (0, 60),
        (30, 50),
        (60, 121),
        (1440, 2880),
        (1439, 2881),
        (100, 99 * 1440),
        (-(10**6), 10**7),
        (-5000, -100),
        (200_000, 300_000),
        (60, 60),
    ],
)
def test_exactly_the_records_of_the_period_are_deleted(
    library: Library, identifier: int, first: int, stop: int
) -> None:
    before = kept(library, identifier)
    library.start()
    job = ended(library, identifier, library.deletions.add(identifier, START + first, START + stop))
    expected = [minute for minute in before if not first <= minute < stop]
    assert job.deleted == len(before) - len(expected)
    assert kept(library, identifier) == expected
    assert library.ephemeris.minutes_per_day(identifier, DAY, DAY + 99).sum() == len(expected)


def test_what_is_written_after_a_deletion_stays(library: Library, identifier: int) -> None:
    job_id = library.deletions.add(identifier, START, START + 100 * MINUTES_PER_DAY)
    library.ephemeris.write(identifier, every_hour(1))
    assert library.deletions.get(identifier, job_id).deleted == 2400
    library.start()
    time.sleep(0.1)
    assert kept(library, identifier) == list(range(0, MINUTES_PER_DAY, 60))


def test_a_deletion_goes_on_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Library(tmp_path)
    record = DataSource(program="own", platform="sat", instrument_type="footprint")
    identifier = int(first.records.add(record).identifier or 0)
    first.ephemeris.write(identifier, every_hour(100))
    job_id = first.deletions.add(identifier, START, START + 99 * MINUTES_PER_DAY)
    assert first.deletions._step()
    begun = first.deletions.get(identifier, job_id)
    assert begun.ended is None
    assert begun.deleted == deletions._DAYS_AT_A_TIME * 24
    first.close()
    second = Library(tmp_path)
    second.start()
    assert ended(second, identifier, job_id).deleted == 99 * 24
    assert kept(second, identifier) == list(range(99 * 1440, 100 * 1440, 60))
    second.close()


def test_a_deletion_that_cannot_be_done_fails(
    library: Library, identifier: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(tmp_path / "library" / "library.sqlite3")) as database, database:
        database.execute("UPDATE parts SET data = x'00' WHERE part = 'degrees' AND day = ?", (DAY,))
    library.start()
    with caplog.at_level(logging.CRITICAL, logger=deletions.__name__):
        job = ended(library, identifier, library.deletions.add(identifier, START + 60, START + 5000))
    assert job.error is not None
    assert job.deleted == 0
    assert len(kept(library, identifier)) == 2400


def test_deletions_are_remembered_for_an_hour(
    library: Library, identifier: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.start()
    job_id = library.deletions.add(identifier, START, START + 1)
    ended(library, identifier, job_id)
    other = library.deletions.add(identifier, START, START + 1)
    ended(library, identifier, other)
    assert [job.job_id for job in library.deletions.recent(identifier)] == [other, job_id]
    assert library.deletions.get(identifier, job_id.upper()).job_id == job_id
    later = datetime.fromisoformat("2100-01-01") + timedelta(hours=2)
    monkeypatch.setattr(deletions, "_now", lambda: later)
    assert library.deletions.recent(identifier) == []
    with pytest.raises(NotFoundError):
        library.deletions.get(identifier, job_id)
