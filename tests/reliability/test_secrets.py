"""No secret in any answer, cookie, address or log line, whatever the server behind does with it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from dash import Dash
from werkzeug.security import generate_password_hash

from aurorax_dashboard.dashboard import create_app
from aurorax_dashboard.settings import Settings
from aurorax_dashboard.web.logs import configure_logs

REPOSITORY = Path(__file__).resolve().parents[2]
API_KEY = "k3y-that-only-the-server-may-know"
SECRET_KEY = "s1gning-secret-of-this-dashboard"  # noqa: S105 - of the test alone
PASSWORD = "corr3ct-horse"  # noqa: S105
HASH = generate_password_hash(PASSWORD, "pbkdf2:sha256:1000")
LOGIN = ("ada", PASSWORD)
PLACES = ("/search", "/sources", "/results/00000000-0000-4000-8000-000000000000")


class _Mirror(BaseHTTPRequestHandler):
    """A server that answers everything with an error that repeats what it was sent, keys too."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("do_"):  # whatever the method
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = f"cannot do {self.path} with {dict(self.headers)}"
        body = json.dumps({"error_code": "AssertionError", "error_message": told}).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Mirror)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(tmp_path: Path, mirror: str) -> Settings:
    return Settings.from_environment(
        {
            "AURORAX_API_URL": mirror,
            "AURORAX_API_KEY": API_KEY,
            "SECRET_KEY": SECRET_KEY,
            "DASHBOARD_USERS": f"{LOGIN[0]}:{HASH}",
            "DASHBOARD_DATA": str(tmp_path),
        }
    )


def test_no_answer_and_no_log_line_has_a_secret(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("json", "DEBUG", settings.secrets)
    app = create_app(settings)
    said = [*_pages(app), *_callbacks(app), capsys.readouterr().out]
    assert any("cannot do" in text for text in said)  # what the server repeats does reach pages
    for secret in (API_KEY, SECRET_KEY, PASSWORD, HASH):
        assert [text[:300] for text in said if secret in text] == [], secret


@pytest.mark.parametrize(
    "start",
    ["from aurorax_dashboard.jobs import prepare; prepare()", "import app; app.celery_app"],
    ids=["jobs of this machine", "a worker"],
)
def test_the_log_of_background_jobs_is_written_as_set_and_without_secrets(
    tmp_path: Path, start: str
) -> None:
    failing = f"import logging; {start}; logging.getLogger('job').error('refused: %s', {API_KEY!r})"
    ended = subprocess.run(
        [sys.executable, "-c", failing],
        cwd=REPOSITORY,
        env={
            "AURORAX_API_KEY": API_KEY,
            "DASHBOARD_DATA": str(tmp_path),
            "LOG_FORMAT": "json",
            "REDIS_URL": "redis://127.0.0.1:9/0",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(ended.stdout)["message"] == "refused: [secret]"
    assert ended.stderr == ""


def test_no_stored_file_has_a_key(settings: Settings, tmp_path: Path) -> None:
    app = create_app(settings)
    list(_callbacks(app))
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if API_KEY.encode() in path.read_bytes()] == []


def _pages(app: Dash) -> Iterator[str]:
    browser = app.server.test_client()
    for path in ("/", "/search", "/results", "/nowhere", "/health", "/ready", "/_dash-layout",
                 "/_dash-dependencies", "/metrics", "/assets/nothing.css", "/results/x"):  # fmt: skip
        for login in (None, LOGIN):
            answer = browser.get(path, auth=login)
            yield f"{answer.status} {answer.headers} {answer.get_data(as_text=True)}"


def _callbacks(app: Dash) -> Iterator[str]:
    browser = app.server.test_client()
    for output, callback in app.callback_map.items():
        if "callback" not in callback or callback.get("background"):
            continue
        takes_place = any(each["property"] == "pathname" for each in callback["inputs"])
        for place in PLACES if takes_place else PLACES[:1]:
            values = {"pathname": place, "search": ""}
            body = {"output": output, "outputs": _outputs(output), "changedPropIds": []}
            for part in ("inputs", "state"):
                body[part] = [
                    []
                    if each["id"].startswith("{")
                    else {**each, "value": values.get(each["property"])}
                    for each in callback[part]
                ]
            answer = browser.post("/_dash-update-component", json=body, auth=LOGIN)
            yield f"{answer.status} {answer.headers} {answer.get_data(as_text=True)}"


def _outputs(output: str) -> object:
    parts = output.strip(".").split("...") if output.startswith("..") else [output]
    made = [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in parts]
    return made if output.startswith("..") else made[0]
