"""One result beside another, whose copy it is, and what of it is predicted."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pandas as pd
import pytest

from aurorax_dashboard.api.models import SearchRequest, SearchResult, SearchStatus
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.pages import result, result_kept
from aurorax_dashboard.pages.result_changes import other_search
from aurorax_dashboard.pages.result_files import FORMS, FileTooLargeError, file_of, menu, provenance_of
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.searches.selection import Selection
from aurorax_dashboard.searches.store import SearchStore, StoredResult, Submission

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"
OLD = "11111111-8f1b-4c0e-9b0a-2d8f3a1c7e55"
FETCHED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def record(day: int, minute: int, km: float) -> dict[str, Any]:
    start = datetime(2019, 1, day, 9, minute)  # noqa: DTZ001 - as the platform writes it
    return {
        "conjunction_type": "nbtrace",
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=2)).isoformat(),
        "closest_epoch": start.isoformat(),
        "farthest_epoch": start.isoformat(),
        "min_distance": km,
        "max_distance": 450,
        "data_sources": [
            {"identifier": 46, "display_name": "THEMIS-ASI GILL"},
            {"identifier": 3, "display_name": "Swarm A"},
        ],
        "events": [],
    }


@pytest.fixture
def store(tmp_path: Path, stored: StoredResult, submission: Submission) -> SearchStore:
    """A search run twice: of four conjunctions one stayed, one moved, one went; one came."""
    kept = SearchStore(DiskKeep(tmp_path))
    runs = {
        OLD: [record(1, 16, 300), record(2, 16, 200), record(3, 16, 100)],
        ID: [record(1, 16, 300), record(2, 15, 150), record(4, 16, 50)],
    }
    for n, (request_id, records) in enumerate(runs.items()):
        end = Finished(
            status=SearchStatus(
                search_request=SearchRequest(request_id=request_id), search_result=SearchResult()
            ),
            server="http://archive.test",
            simulated=True,
            retrieved=FETCHED + timedelta(days=n),
        )
        decoded = ConjunctionResult.from_json(json.dumps({"result": records}).encode())
        kept.finish(end, decoded, stored.footprints)
        kept.remember(msgspec.structs.replace(submission, request_id=request_id))
    return kept


@pytest.fixture
def services(store: SearchStore) -> Any:
    return SimpleNamespace(store=store, judgements=SimpleNamespace(of=lambda _request_id: {}))


def page(shown: Any, services: Any, **params: str) -> Any:
    return shown(result.layout(services, ID, result.asked_of(params)))


def test_new_gone_and_moved_stand_beside_both_results(shown: Any, services: Any) -> None:
    seen = page(shown, services, against=OLD)
    assert "1 new, 1 gone, 1 moved, 1 as they were" in seen.text
    assert "starts 1 min earlier, ends 1 min earlier, closest was 200 km" in seen.text
    assert "2026-03-01 12:00:00 UTC" in seen.text
    assert "2026-03-02 12:00:00 UTC" in seen.text
    assert "different things" not in seen.text
    links = seen.links()
    assert f"/results/{ID}?event=3" in links
    assert f"/results/{OLD}?event=3" in links


def test_of_many_changes_the_first_are_listed_and_all_are_counted(
    shown: Any, services: Any, store: SearchStore, stored: StoredResult
) -> None:
    many = [record(1 + n // 60 % 28, n % 60, 100 + n // 1_680) for n in range(2_000)]
    decoded = ConjunctionResult.from_json(json.dumps({"result": many}).encode())
    end = store.finished(ID)
    assert end is not None
    store.finish(end, decoded, stored.footprints)
    store._open.cache_clear()
    seen = page(shown, services, against=OLD)
    assert re.search(r"The first 200 of [12],\d{3} changes\.", seen.text)
    assert sum(href.startswith(f"/results/{ID}?event=") for href in seen.links()) <= 201


def test_the_other_search_is_kept_in_the_address_while_this_one_runs() -> None:
    asked = result.asked_of({"against": OLD, "event": "2"})
    assert result.asked_of(result._params(asked)) == asked


def test_other_questions_are_told_apart(
    shown: Any, services: Any, store: SearchStore, submission: Submission
) -> None:
    other = msgspec.structs.replace(submission.query, max_distances={"ground1-space1": 900})
    store.remember(msgspec.structs.replace(submission, request_id=OLD, query=other))
    assert "different things" in page(shown, services, against=OLD).text


@pytest.mark.parametrize(
    ("against", "words"),
    [
        (ID, "Nothing to compare with"),
        ("../..", "Nothing to compare with"),
        ("22222222-8f1b-4c0e-9b0a-2d8f3a1c7e55", "is not kept here"),
    ],
)
def test_what_cannot_be_compared_is_told(shown: Any, services: Any, against: str, words: str) -> None:
    assert words in page(shown, services, against=against).text


def test_nothing_is_said_of_changes_unless_asked(shown: Any, services: Any) -> None:
    assert "as they were" not in page(shown, services).text


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (OLD, OLD),
        (f"  https://dashboard.test/results/{OLD.upper()}?event=2 ", OLD),
        (ID, None),
        (None, None),
        ("the other one", None),
        (OLD[:-1], None),
        (f"{OLD}0", None),
    ],
)
def test_another_search_is_named_by_id_or_address(text: str | None, other: str | None) -> None:
    found, mistake = other_search(text, ID)
    assert found == other
    assert bool(mistake) == (other is None)


def test_what_the_platform_deleted_is_shown_with_the_date_of_our_copy(stored: StoredResult) -> None:
    status = stored.finished.status
    deleted = msgspec.structs.replace(
        status,
        search_result=SearchResult(result_file_deleted_timestamp=datetime(2026, 4, 2)),  # noqa: DTZ001
    )
    assert result_kept.words(status, FETCHED) == "As of 2026-03-01 12:00 UTC."
    assert "deleted this result on 2026-04-02" in result_kept.words(deleted, FETCHED)
    for said in (result_kept.words(deleted, FETCHED), result_kept.words(None, FETCHED)):
        assert "copy kept here, as of 2026-03-01 12:00 UTC" in said


def test_predictions_are_called_so(
    shown: Any, services: Any, store: SearchStore, stored: StoredResult
) -> None:
    assert "Predictions" not in page(shown, services).text
    before = dataclasses.replace(
        stored,
        finished=msgspec.structs.replace(
            stored.finished, retrieved=datetime(2019, 1, 1, 12, tzinfo=UTC)
        ),
    )
    store.finish(before.finished, before.result, before.footprints)
    store._open.cache_clear()
    assert "1 of 2 conjunctions are predicted" in page(shown, services).text


LIVE = "https://api.aurorax.space"


@pytest.mark.parametrize(
    ("server", "count", "ways", "reason"),
    [
        (LIVE, 11, 2, None),
        (f"{LIVE}/", 4_999, 2, None),
        (LIVE, 5_000, 0, "takes fewer than 5,000 conjunctions"),
        ("http://127.0.0.1:9000", 11, 0, "live platform only"),
    ],
)
def test_swarm_aurora_is_offered_where_it_can_follow(
    shown: Any, server: str, count: int, ways: int, reason: str | None
) -> None:
    [drawn] = menu(ID, {}, server, count, count)
    seen = shown(drawn)
    found = [href for href in seen.links() if href.startswith("https://swarm-aurora.com/")]
    assert len(found) == ways
    assert all(href.endswith(f"aurorax_request_id={ID}") for href in found)
    assert reason is None or reason in seen.text


def test_a_calendar_takes_no_flood_of_conjunctions(shown: Any, stored: StoredResult) -> None:
    [few], [many] = menu(ID, {}, LIVE, 9_000, 5_000), menu(ID, {}, LIVE, 9_000, 5_001)
    assert [any("files/calendar" in href for href in shown(each).links()) for each in (few, many)] == [
        True,
        False,
    ]
    assert "up to 5,000, filter first" in shown(many).text

    rows = pd.concat([stored.result.rows] * 2_600, ignore_index=True)
    large = dataclasses.replace(stored, result=dataclasses.replace(stored.result, rows=rows))
    provenance = provenance_of(large, None, Selection(), {}, "http://dashboard.test")
    with pytest.raises(FileTooLargeError, match="filter first"):
        file_of(FORMS["calendar"], large, {}, Selection(), provenance)
