"""The application as a browser and a router meet it, without an AuroraX server behind it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import request, request_finished
from flask.testing import FlaskClient
from flask_compress import flask_compress
from werkzeug.test import TestResponse

from aurorax_dashboard import runner
from aurorax_dashboard import settings as settings_module
from aurorax_dashboard.components import addresses
from aurorax_dashboard.dashboard import create_app
from aurorax_dashboard.settings import Settings, SettingsError

NO_SERVER = "http://127.0.0.1:9"
PLOTLY_OF_DASH = "/_dash-component-suites/plotly/package_data/plotly.min.js"


class Browser(FlaskClient):
    """Takes the whole of every answer, as a server does before it closes the file behind one."""

    def open(self, *args: Any, **request: Any) -> TestResponse:
        return super().open(*args, **{**request, "buffered": True})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dashboard")


@pytest.fixture(scope="module")
def browser(folder: Path) -> FlaskClient:
    settings = Settings.from_environment({"AURORAX_API_URL": NO_SERVER, "DASHBOARD_DATA": str(folder)})
    server = create_app(settings).server
    server.test_client_class = Browser
    return server.test_client()


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


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/health", 200),
        ("/wp-login.php", 404),
        ("/_dash-layout", 200),
        ("/assets/favicon.svg", 200),
        ("/assets/10-theme/10-tokens.css", 200),
        ("/assets/none.css", 404),
    ],
)
def test_every_answer_has_the_security_headers(browser: FlaskClient, path: str, status: int) -> None:
    answer = browser.get(path)
    headers = answer.headers
    assert answer.status_code == status
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cache-Control"] == "no-cache"
    off = headers["Permissions-Policy"].split(", ")
    assert {"camera=()", "geolocation=()", "microphone=()", "payment=()", "usb=()"} <= set(off)


def test_only_over_https_is_https_demanded(browser: FlaskClient) -> None:
    secure = browser.get("/health", base_url="https://dashboard.test").headers
    assert "max-age=" in secure["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in browser.get("/health").headers


STYLE = "/assets/00-vendor/bootstrap.min.css"


def script(browser: FlaskClient) -> str:
    found = re.search(r'src="(/_dash-component-suites/[^"]*dash_renderer[^"]*)"', browser.get("/").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("address", [lambda _: STYLE, script], ids=["style", "script"])
def test_files_are_compressed_once(
    browser: FlaskClient, address: Callable[[FlaskClient], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, headers = address(browser), {"Accept-Encoding": "gzip, deflate, br, zstd"}
    plain = browser.get(path)
    first = browser.get(path, headers=headers)
    assert "Content-Encoding" not in plain.headers
    assert first.headers["Content-Encoding"] == "br"
    assert brotli.decompress(first.data) == plain.data

    monkeypatch.delattr(flask_compress, "_compress_data")  # whoever compresses from now on fails
    again = browser.get(re.sub(r"m\d+", "m1", path), headers=headers)  # the same file by another name
    assert again.data == first.data
    assert again.headers["Content-Length"] == str(len(first.data))


@pytest.mark.parametrize(
    ("address", "encodings"),
    [(lambda _: STYLE, "br"), (lambda _: STYLE, "gzip"), (lambda _: STYLE, ""), (script, "br")],
    ids=["style-br", "style-gzip", "style-plain", "script-br"],
)
def test_files_that_did_not_change_are_not_sent_again(
    browser: FlaskClient, address: Callable[[FlaskClient], str], encodings: str
) -> None:
    path, headers = address(browser), {"Accept-Encoding": encodings}
    first = browser.get(path, headers=headers)
    again = browser.get(path, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = browser.get(path, headers={**headers, "If-None-Match": '"another"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_figures_are_drawn_by_our_plotly_which_no_page_fetches_before_its_first(
    browser: FlaskClient,
) -> None:
    assert f'"{PLOTLY_OF_DASH[1:]}"' in browser.get(script(browser)).text  # where Dash looks for it
    ours = settings_module.assets_folder() / "plotly/plotly.min.js"
    assert browser.get(PLOTLY_OF_DASH).data == ours.read_bytes()
    assert "plotly.min.js" not in browser.get("/").get_data(as_text=True)


def test_answers_to_questions_are_compressed_and_never_mixed_up(browser: FlaskClient) -> None:
    headers = {"Accept-Encoding": "br"}
    answers = [browser.get(path, headers=headers) for path in ("/", "/_dash-layout")]
    assert [answer.headers["Content-Encoding"] for answer in answers] == ["br", "br"]
    page, layout = (brotli.decompress(answer.data) for answer in answers)
    assert page.startswith(b"<!DOCTYPE html>")
    assert layout.startswith(b"{")


def test_part_of_a_file_is_plain(browser: FlaskClient) -> None:
    part = browser.get(STYLE, headers={"Accept-Encoding": "br", "Range": "bytes=0-1999"})
    assert part.status_code == 206
    assert "Content-Encoding" not in part.headers
    assert part.data == browser.get(STYLE).data[:2000]


def test_without_assets_it_does_not_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "REPOSITORY", folder)
    with pytest.raises(SettingsError, match="editable"):
        create_app(Settings.from_environment({"DASHBOARD_DATA": str(folder)}))


def test_without_assets_nothing_is_started(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings_module, "REPOSITORY", folder)
    with pytest.raises(SystemExit) as ended:
        runner.run({"DASHBOARD_DATA": str(folder)})
    assert ended.value.code == 2
    assert "editable" in capsys.readouterr().err


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


ONE, OTHER = (f"0e9b1f5c-0000-4000-8000-00000000000{n}" for n in (1, 2))


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (f"/results/{ONE}", f"?request_id={OTHER}"),
        (f"/results/{ONE}", f"?request_id={OTHER}&request_id=x&pathname=/results/{OTHER}"),
        (f"/results/{ONE}/7", f"?request_id={OTHER}&number=8&number=9"),
    ],
)
def test_no_parameter_of_an_address_takes_the_place_of_its_path(
    browser: FlaskClient, path: str, params: str
) -> None:
    known = browser.get("/_dash-dependencies").json
    assert known is not None
    [routing] = [each for each in known if "_pages_content.children" in each["output"]]
    values = {"pathname": path, "search": params}
    asked = {
        name: [{**each, "value": values[each["property"]]} for each in routing[name]]
        for name in ("inputs", "state")
    }
    outputs = [
        dict(zip(("id", "property"), each.split("."), strict=True))
        for each in ("_pages_content.children", "_pages_store.data")
    ]
    body = {**asked, "output": routing["output"], "outputs": outputs, "changedPropIds": []}
    answer = browser.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    assert ONE in answer.text
    assert OTHER not in answer.text


@pytest.mark.parametrize("pathname", ["/sources/3", "/sources/3/"])
def test_a_page_finds_its_part_of_the_path(browser: FlaskClient, pathname: str) -> None:
    params = {"identifier": "4", addresses.PATHNAME: pathname}
    with browser.application.app_context():
        assert addresses.in_path(params, "/sources/<identifier>") == ("3",)
        assert addresses.in_path(params, "/results/<request_id>/<number>") == ("", "")


def test_ready_says_that_redis_is_away(tmp_path: Path, browser: FlaskClient) -> None:
    environment = {"AURORAX_API_URL": NO_SERVER, "DASHBOARD_DATA": str(tmp_path)}
    away = create_app(Settings.from_environment({**environment, "REDIS_URL": "redis://127.0.0.1:9/0"}))
    answer = away.server.test_client().get("/ready")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["parts"]["cache"] == "cannot be written or read"
    here = browser.get("/ready").json
    assert here is not None
    assert here["parts"]["cache"] == "ok"


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
