"""Alive, ready, measured."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from aurorax_dashboard.web.state import answer_health


def broken() -> str | None:
    raise OSError("/secret/place: no space left")


@pytest.mark.parametrize(
    ("needed", "optional", "status", "said"),
    [
        (lambda: None, lambda: None, 200, {"store": "ok", "AuroraX": "ok"}),
        (lambda: None, lambda: "away", 200, {"store": "ok", "AuroraX": "away"}),
        (lambda: None, broken, 200, {"store": "ok", "AuroraX": "OSError"}),
        (broken, lambda: None, 503, {"store": "OSError", "AuroraX": "ok"}),
    ],
)
def test_ready_is_who_can_save_searches(needed, optional, status, said) -> None:
    server = Flask("test")
    answer_health(server, {"store": needed}, {"AuroraX": optional})
    answer = server.test_client().get("/ready")
    assert (answer.status_code, answer.json["parts"]) == (status, said)
    assert "secret" not in answer.text
    assert server.test_client().get("/health").status_code == 200


def test_figures_are_counted_for_prometheus(tmp_path: Path) -> None:
    """In a process of its own: the client library reads where to meet when it is loaded."""
    program = (
        "from flask import Flask\n"
        "from aurorax_dashboard.web.state import measure_requests\n"
        "server = Flask('test')\n"
        "measure_requests(server)\n"
        "server.add_url_rule('/<path:path>', 'page', lambda path: 'page')\n"
        "server.add_url_rule('/_dash-layout', 'layout', lambda: 'layout')\n"
        "client = server.test_client()\n"
        "client.get('/search'); client.get('/_dash-made-up'); client.get('/health/x')\n"
        "client.get('/_dash-layout'); client.get('/')\n"
        "print(client.get('/metrics').text)\n"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert 'dashboard_request_seconds_count{asked="page",status="200"} 3.0' in printed
    assert 'dashboard_request_seconds_count{asked="_dash-layout",status="200"} 1.0' in printed
    assert 'dashboard_request_seconds_count{asked="unknown",status="404"} 1.0' in printed
    assert "made-up" not in printed, "labels are few, whatever visitors type"
