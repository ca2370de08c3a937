"""Requests of callbacks that no page of ours has sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient

from aurorax_dashboard.dashboard import create_app
from aurorax_dashboard.settings import Settings

ADDRESS = "/_dash-update-component"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    folder = tmp_path_factory.mktemp("data")
    environment = {"AURORAX_API_URL": "http://127.0.0.1:9", "DASHBOARD_DATA": str(folder)}
    return create_app(Settings.from_environment(environment))


@pytest.fixture
def browser(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"1",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"output": {"a": 1}}',
        b'{"output": "nonsense.children", "inputs": []}',
        b'{"output": "..nonsense.children...more.children..", "inputs": "x"}',
    ],
    ids=lambda body: body[:30].decode("latin-1"),
)
def test_what_no_page_sends_is_refused(browser: FlaskClient, body: bytes) -> None:
    answer = browser.post(ADDRESS, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert b"Traceback" not in answer.data


def test_a_real_callback_with_inputs_of_another_is_refused(app: Dash, browser: FlaskClient) -> None:
    refused = []
    for output, callback in app.callback_map.items():
        body = {"output": output, "inputs": [{"id": "x", "property": "y"}] * 99, "state": []}
        answer = browser.post(ADDRESS, json=body)
        refused.append(answer.status_code)
        assert len(callback["inputs"]) < 99
    assert set(refused) == {400}


@pytest.mark.parametrize("value", [None, 1, "x" * 10_000, ["<b>"], {"type": "a"}])
def test_inputs_of_a_wrong_kind_never_show_the_inside(
    app: Dash, browser: FlaskClient, value: object
) -> None:
    """A value that no control of ours gives may fail, but not tell where and with what."""
    asked = [
        (output, callback)
        for output, callback in app.callback_map.items()
        if "callback" in callback and not callback.get("background")
    ]
    assert len(asked) > 30
    for output, callback in asked:
        body = {"output": output, "outputs": _outputs(output), "changedPropIds": []}
        for part in ("inputs", "state"):
            body[part] = [
                []
                if each["id"].startswith("{")
                else {"id": each["id"], "property": each["property"], "value": value}
                for each in callback[part]
            ]
        answer = browser.post(ADDRESS, json=body)
        text = answer.get_data(as_text=True)
        assert answer.status_code in {200, 204, 400, 500}, (output, text)
        assert "Traceback" not in text, output
        assert str(Path(__file__).parents[3]) not in text, output


def _outputs(output: str) -> object:
    parts = output.strip(".").split("...") if output.startswith("..") else [output]
    made = []
    for part in parts:
        name, _, prop = part.rpartition(".")
        made.append({"id": json.loads(name) if name.startswith("{") else name, "property": prop})
    return made if output.startswith("..") else made[0]


@pytest.mark.parametrize(
    "path",
    ["dash/none.js", "dash/../../../app.py", "dash/..%2f..%2fdash.py", "os/path.py", "plotly/x.js"],
)
def test_what_is_no_script_is_not_found(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/_dash-component-suites/{path}").status_code == 404
