"""The pages of all sources and of one: counts that are old say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aurorax_dashboard.api.cache import Answer, Freshness
from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.models import DataSource, DataSourceStats
from aurorax_dashboard.dashboard import create_app
from aurorax_dashboard.settings import Settings

Say = Callable[[str, dict[str, Any]], str]


@pytest.fixture(params=[True, False], ids=["stale", "fresh"])
def stale(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stale: bool) -> Say:
    """Answer a callback, given by its output, with counts from the cache."""
    freshness = Freshness(datetime(2020, 2, 1, 6, 30, tzinfo=UTC), stale)
    stats = DataSourceStats(ephemeris_count=1440)
    source = DataSource(identifier=3, display_name="Swarm A", source_type="leo", stats=stats)
    for name, value in (("data_sources", [source]), ("data_source_stats", stats)):
        answer: Any = Answer(value, freshness)
        monkeypatch.setattr(AuroraXClient, name, lambda *_, answer=answer, **__: answer)
    environment = {"AURORAX_API_URL": "http://127.0.0.1:9", "DASHBOARD_DATA": str(tmp_path)}
    browser = create_app(Settings.from_environment(environment)).server.test_client()

    def say(output: str, values: dict[str, Any]) -> str:
        known: Any = browser.get("/_dash-dependencies").json
        [callback] = [each for each in known if output in each["output"]]
        asked = {
            part: [{**each, "value": values.get(each["id"])} for each in callback[part]]
            for part in ("inputs", "state")
        }
        outputs = [
            dict(zip(("id", "property"), each.split("."), strict=True))
            for each in callback["output"].strip(".").split("...")
        ]
        body = {"output": callback["output"], "outputs": outputs, **asked, "changedPropIds": []}
        return browser.post("/_dash-update-component", json=body).text

    return say


@pytest.mark.parametrize(
    ("output", "values"),
    [("sources-stats-note.children", {}), ("source-facts.children", {"source-shown": 3})],
)
def test_old_counts_say_of_when_they_are(
    said: Say, stale: bool, output: str, values: dict[str, Any]
) -> None:
    answer = said(output, values)
    assert "1440" in answer.replace(",", "")
    assert ("Counts as of 2020-02-01 06:30 UTC" in answer) is stale
