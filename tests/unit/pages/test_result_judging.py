"""Judging over HTTP: what no page of ours sends is not kept."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dash import Dash

from aurorax_dashboard.components.judging import Ids
from aurorax_dashboard.pages import result_judging
from aurorax_dashboard.searches.judgements import Change

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"


class Services:
    """Notes what is to be kept."""

    def __init__(self) -> None:
        self.judgements = SimpleNamespace(of=lambda _id: {}, changes=lambda _id: [])
        self.kept: list[tuple[Any, ...]] = []

    def judge(self, *change: Any) -> Change:
        self.kept.append(change)
        return Change(id="1", kind="star", conjunction=0, at="2026-01-01T00:00:00")  # type: ignore[arg-type]


@pytest.mark.parametrize(("n", "kept"), [(0, 1), (0.5, 0), ("0", 0), ([0], 0), (None, 0)])
def test_only_whole_numbers_are_judged(n: object, kept: int) -> None:
    app, services = Dash("test"), Services()
    result_judging.register(app, services)  # type: ignore[arg-type]
    app.layout = []
    [(output, callback)] = [
        each for each in app.callback_map.items() if each[0].endswith(f"{Ids.COMMENT}.value..")
    ]
    values = {Ids.STAR: 1, Ids.EVENT: n, Ids.REQUEST: ID}
    body: dict[str, Any] = {
        "output": output,
        "outputs": [
            {"id": part.rpartition(".")[0], "property": part.rpartition(".")[2]}
            for part in output.strip(".").split("...")
        ],
        "changedPropIds": [f"{Ids.STAR}.n_clicks"],
    }
    for part in ("inputs", "state"):
        body[part] = [
            [] if each["id"].startswith("{") else {**each, "value": values.get(each["id"])}
            for each in callback[part]
        ]
    answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code in {200, 204}
    assert len(services.kept) == kept
