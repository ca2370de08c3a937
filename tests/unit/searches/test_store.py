"""What a shared link needs is kept for good, as bytes, private to the user."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from aurorax_dashboard.api.models import ConjunctionQuery, SearchRequest, SearchResult, SearchStatus
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.searches.store import SearchStore, Submission

REQUEST_ID = "7D0A3F8E-2F9E-4C1B-9C1A-0123456789AB"


def finished() -> Finished:
    status = SearchStatus(
        search_request=SearchRequest(request_id=REQUEST_ID),
        search_result=SearchResult(query_duration=12),
    )
    return Finished(status=status, server="http://a", simulated=True, retrieved=datetime.now(UTC))


def test_a_result_is_there_after_a_restart(
    tmp_path: Path, result: ConjunctionResult, ephemeris: pd.DataFrame
) -> None:
    end = finished()
    SearchStore(DiskKeep(tmp_path / "s")).finish(end, result, ephemeris)
    kept = SearchStore(DiskKeep(tmp_path / "s")).result(REQUEST_ID.lower())
    assert kept is not None
    assert kept.finished == end
    pd.testing.assert_frame_equal(kept.result.rows, result.rows)
    pd.testing.assert_frame_equal(kept.footprints, ephemeris)


def test_what_was_asked_is_there_at_once(tmp_path: Path) -> None:
    store = SearchStore(DiskKeep(tmp_path / "s"))
    asked = Submission(
        request_id=REQUEST_ID,
        query=ConjunctionQuery(max_distances={"ground1-space1": 500}),
        title="A title",
        server="http://a",
        submitted=datetime.now(UTC),
    )
    store.remember(asked)
    assert store.submission(REQUEST_ID) == asked
    assert store.result(REQUEST_ID) is None


def test_what_nobody_asked_is_unknown(tmp_path: Path) -> None:
    store = SearchStore(DiskKeep(tmp_path / "s"))
    assert store.submission(REQUEST_ID) is None
    assert not store.is_finished(REQUEST_ID)


def test_the_folder_is_private(tmp_path: Path) -> None:
    SearchStore(DiskKeep(tmp_path / "deep" / "s"))
    assert stat.S_IMODE((tmp_path / "deep" / "s").stat().st_mode) == 0o700
