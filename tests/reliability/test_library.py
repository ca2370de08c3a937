"""The archive is killed while data are stored, deleted and searched for: nothing acknowledged is lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

ROUNDS = 4
SLOW_ROUNDS = 50

API = "/api/v1"
DAYS = ("2020-03-01", "2020-03-02", "2020-03-03")
"""An upload has records of each of them, so that several blocks are written at once."""
RECORDS_A_DAY = 6
MOST_UPLOADS = 1440 // RECORDS_A_DAY
WRITERS = 2


@dataclass
class Story:
    """What a writer sent, and what was acknowledged, by number of the upload."""

    source: dict[str, Any]
    sent: set[int] = field(default_factory=set)
    stored: set[int] = field(default_factory=set)
    asked_to_delete: set[int] = field(default_factory=set)
    """Uploads of which the records of the first day were to be deleted."""
    deleting: set[int] = field(default_factory=set)
    searches: list[str] = field(default_factory=list)

    def path(self) -> str:
        return f"{API}/data_sources/{self.source['identifier']}/ephemeris"

    def names(self) -> dict[str, str]:
        return {name: self.source[name] for name in ("program", "platform", "instrument_type")}


def epochs(number: int, day: str) -> list[str]:
    """Return the epochs of an upload on one day: no two uploads have one in common."""
    minutes = range(number * RECORDS_A_DAY, (number + 1) * RECORDS_A_DAY)
    return [f"{day}T{minute // 60:02}:{minute % 60:02}:00" for minute in minutes]


def everything(story: Story) -> dict[str, Any]:
    """Return the query for all records of a writer."""
    return {
        "start": f"{DAYS[0]}T00:00:00",
        "end": f"{DAYS[-1]}T23:59:00",
        "data_sources": {"programs": [story.source["program"]]},
    }


def write(client: httpx.Client, story: Story) -> None:
    """Store, delete and search until the server is gone."""
    try:
        for number in range(len(story.sent), MOST_UPLOADS):
            body = [
                {**story.names(), "epoch": epoch, "metadata": {"upload": number}}
                for day in DAYS
                for epoch in epochs(number, day)
            ]
            story.sent.add(number)
            if client.post(story.path(), json=body).status_code == 202:
                story.stored.add(number)
            if number % 3 == 0:
                first_day = epochs(number, DAYS[0])
                period = {"start": first_day[0], "end": first_day[-1]}
                story.asked_to_delete.add(number)
                deletion = {**story.names(), **period}
                if client.request("DELETE", story.path(), json=deletion).status_code == 202:
                    story.deleting.add(number)
            if number % 5 == 0:
                answer = client.post(f"{API}/ephemeris/search", json=everything(story))
                story.searches.append(httpx.URL(answer.headers["location"]).path)
    except httpx.TransportError:
        return


def found(client: httpx.Client, story: Story) -> dict[int, list[str]]:
    """Return the epochs that are there, by the number of their upload."""
    query = {"query": everything(story)}
    answer = client.post(f"{API}/ephemeris/search_synchronous", json=query)
    assert answer.status_code == 200, answer.text
    records: dict[int, list[str]] = {}
    for record in answer.json()["result"]:
        records.setdefault(record["metadata"]["upload"], []).append(record["epoch"])
    return records


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def check(client: httpx.Client, story: Story) -> None:
    """Compare what is there with what was acknowledged."""
    jobs = f"{story.path()}/delete_jobs"

    def deleted() -> bool:
        lines = [client.get(f"{jobs}/{job}").json() for job in client.get(jobs).json()]
        assert not any("failed" in each[-1] for each in lines), lines
        return all("completed" in each[-1] for each in lines)

    wait_for(deleted, "a deletion hangs")
    records = found(client, story)
    assert records.keys() <= story.sent
    assert story.stored <= records.keys(), "an acknowledged upload is lost"
    for number, there in records.items():
        first, others = epochs(number, DAYS[0]), [e for d in DAYS[1:] for e in epochs(number, d)]
        if number in story.deleting:
            assert there == others, f"upload {number} was to be deleted on its first day"
        elif number in story.asked_to_delete:
            assert there in (others, first + others), f"upload {number} is there in part"
        else:
            assert there == first + others, f"upload {number} is there in part"
    for path in story.searches:
        wait_for(
            lambda path=path: client.get(path).json()["search_result"]["error_condition"] is not None,
            f"the search {path} hangs",
        )
        assert client.get(path).json()["search_result"]["error_condition"] is False, f"{path} failed"


def killed_again_and_again(
    start_archive: Callable[..., Any], admin_key: str, rounds: int, seed: int
) -> None:
    chance = random.Random(seed)
    stories: list[Story] = []
    written = acknowledged = deleting = 0
    for _ in range(rounds):
        archive = start_archive(ARCHIVE_ADMIN_KEY=admin_key)
        headers = {"x-aurorax-api-key": admin_key}
        with httpx.Client(base_url=archive.address, headers=headers, timeout=30) as client:
            for story in stories:
                check(client, story)
            stories = [_begun(client, f"writer-{written + number}") for number in range(WRITERS)]
            written += WRITERS
            writers = [threading.Thread(target=write, args=(client, story)) for story in stories]
            for writer in writers:
                writer.start()
            time.sleep(chance.uniform(0.02, 0.6))
            archive.process.kill()
            archive.process.wait()
            for writer in writers:
                writer.join()
        acknowledged += sum(len(story.stored) for story in stories)
        deleting += sum(len(story.deleting) for story in stories)
        assert "Traceback" not in archive.output.read_text()
    assert acknowledged > rounds, "hardly anything was stored before the kills"
    assert deleting > 0
    archive = start_archive(ARCHIVE_ADMIN_KEY=admin_key)
    with httpx.Client(base_url=archive.address, timeout=30) as client:
        for story in stories:
            check(client, story)


def _begun(client: httpx.Client, program: str) -> Story:
    body = {
        "program": program,
        "platform": "sat",
        "instrument_type": "footprint",
        "source_type": "leo",
        "display_name": "Sat",
    }
    answer = client.post(f"{API}/data_sources", json=body)
    assert answer.status_code == 200, answer.text
    return Story(answer.json())


def test_nothing_acknowledged_is_lost(start_archive: Callable[..., Any], admin_key: str) -> None:
    killed_again_and_again(start_archive, admin_key, ROUNDS, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_acknowledged_is_lost_in_many_rounds(
    start_archive: Callable[..., Any], admin_key: str
) -> None:
    killed_again_and_again(start_archive, admin_key, SLOW_ROUNDS, seed=2)
