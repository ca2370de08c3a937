"""What pages may have kept, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import SearchRequest, SearchResult, SearchStatus
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.judgements import JudgementError
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.services import Services
from aurorax_dashboard.settings import Settings

KEPT = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"
OTHER = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e56"
ONE = b"""{"result": [{"conjunction_type": "nbtrace", "start": "2019-01-01T09:16:00",
 "end": "2019-01-01T09:17:00", "closest_epoch": "2019-01-01T09:16:00",
 "farthest_epoch": "2019-01-01T09:17:00", "min_distance": 200, "max_distance": 450,
 "data_sources": [], "events": []}]}"""


@pytest.fixture
def services(tmp_path: Path) -> Services:
    """With the result of one conjunction."""
    services = Services.open(
        Settings.from_environment(
            {"AURORAX_API_URL": "http://127.0.0.1:9", "DASHBOARD_DATA": str(tmp_path)}
        )
    )
    status = SearchStatus(search_request=SearchRequest(request_id=KEPT), search_result=SearchResult())
    result = ConjunctionResult.from_json(ONE)
    end = Finished(status=status, server="http://a", simulated=True, retrieved=datetime.now(UTC))
    services.store.finish(end, result, result.rows)
    return services


def test_a_conjunction_is_judged(services: Services) -> None:
    services.judge(KEPT, 0, "label", "arc", "Ann", "here")
    assert services.judgements.of(KEPT)[0].labels == ["arc"]


@pytest.mark.parametrize(
    ("request_id", "n"), [(OTHER, 0), (KEPT, 1), (KEPT, -1), ("x" * 100_000, 0), ("", 0)]
)
def test_what_does_not_exist_cannot_be_judged(services: Services, request_id: str, n: int) -> None:
    with pytest.raises(JudgementError, match="no such conjunction"):
        services.judge(request_id, n, "comment", "nonsense", "", "here")
    assert services.judgements.changes(request_id) == []


def test_one_caller_cannot_fill_the_store(services: Services) -> None:
    with pytest.raises(AuroraXError, match="within a minute"):  # noqa: PT012 - which one it is does not matter
        for _ in range(200):
            services.judge(KEPT, 0, "star", "", "", "here")
    services.judge(KEPT, 0, "star", "", "", "elsewhere")
    assert len(services.judgements.changes(KEPT)) == 121
