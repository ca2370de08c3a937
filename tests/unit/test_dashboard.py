"""The application as a browser and a router meet it, without an AuroraX server behind it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from flask import request, request_finished
from flask.testing import FlaskClient

from aurorax_dashboard.dashboard import create_app
from aurorax_dashboard.settings import Settings

NO_SERVER = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dashboard")


@pytest.fixture(scope="module")
def browser(folder: Path) -> FlaskClient:
    settings = Settings.from_environment({"AURORAX_API_URL": NO_SERVER, "DASHBOARD_DATA": str(folder)})
    client: FlaskClient = create_app(settings).server.test_client()
    return client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/search", 200),
        ("/results", 200),
        ("/results/0e9b1f5c-0000-4000-8000-000000000000", 200),
        ("/results/0e9b1f5c", 404),
        ("/results/..%2f..%2fetc", 404),
        ("/wp-login.php", 404),
        ("/health", 200),
    ],
)
def test_pages_are_found_and_nothing_else(browser: FlaskClient, path: str, status: int) -> None:
    assert browser.get(path).status_code == status


def test_every_answer_has_the_security_headers(browser: FlaskClient) -> None:
    headers = browser.get("/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_every_inline_script_is_allowed_by_its_hash(browser: FlaskClient) -> None:
    answer = browser.get("/")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.+?)</script>", answer.text, re.DOTALL)
    code = [script for script in inline if not script.lstrip().startswith("{")]  # configuration is data
    hashes = re.findall(r"'sha256-[^']+'", answer.headers["Content-Security-Policy"])
    expected = {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in code}
    assert code
    assert expected <= set(hashes)


def test_nothing_of_a_page_comes_from_another_host(browser: FlaskClient) -> None:
    sources = re.findall(r'(?:src|href)="([^"]+)"', browser.get("/").text)
    assert sources
    assert [source for source in sources if source.startswith(("http", "//"))] == []


def test_a_body_that_is_too_large_is_refused(browser: FlaskClient) -> None:
    answer = browser.post(
        "/_dash-update-component", data=b"{" + b" " * 5_000_000, content_type="application/json"
    )
    assert answer.status_code == 413


def test_workers_share_one_secret_that_outlives_them(folder: Path, browser: FlaskClient) -> None:
    settings = Settings.from_environment({"AURORAX_API_URL": NO_SERVER, "DASHBOARD_DATA": str(folder)})
    first, second = create_app(settings).server.secret_key, create_app(settings).server.secret_key
    assert first == second == browser.application.secret_key
    assert len(str(first)) >= 32


@pytest.mark.parametrize(("hops", "address"), [("0", "127.0.0.1"), ("1", "203.0.113.7")])
def test_behind_a_proxy_its_headers_are_believed_only_when_told(
    tmp_path: Path, hops: str, address: str
) -> None:
    environment = {"AURORAX_API_URL": NO_SERVER, "DASHBOARD_DATA": str(tmp_path), "PROXY_HOPS": hops}
    server = create_app(Settings.from_environment(environment)).server
    seen: list[str | None] = []
    request_finished.connect(
        lambda *_args, **_more: seen.append(request.remote_addr), server, weak=False
    )
    server.test_client().get("/health", headers={"X-Forwarded-For": "203.0.113.7"})
    assert seen == [address]
