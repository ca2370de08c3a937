"""Requests that are refused before anything looks at them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from aurorax_dashboard.dashboard import create_app
from aurorax_dashboard.settings import Settings

NO_SERVER = "http://127.0.0.1:9"
ANY = "0.0.0.0"  # noqa: S104 - nothing is bound here


def visitor(folder: Path, **more: str) -> FlaskClient:
    settings = {"AURORAX_API_URL": NO_SERVER, "DASHBOARD_DATA": str(folder), **more}
    return create_app(Settings.from_environment(settings)).server.test_client()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),  # let through, and refused for its empty body
        ({"Sec-Fetch-Site": "same-origin"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 400),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_another_site_changes_nothing(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    answer = visitor(tmp_path).post(
        "/_dash-update-component", data="{", content_type="application/json", headers=headers
    )
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("host", "settings", "status"),
    [
        ("localhost:8050", {}, 200),
        ("127.0.0.1", {}, 200),
        ("evil.example", {}, 400),
        ("evil.example", {"HOST": ANY}, 200),
        ("evil.example", {"PROXY_HOPS": "1"}, 200),
        (
            "aurora.example",
            {"HOST": ANY, "DASHBOARD_HOSTS": "aurora.example, other.example"},
            200,
        ),
        ("evil.example", {"HOST": ANY, "DASHBOARD_HOSTS": "aurora.example"}, 400),
    ],
)
def test_only_its_own_names_are_answered(
    tmp_path: Path, host: str, settings: dict[str, str], status: int
) -> None:
    assert visitor(tmp_path, **settings).get("/", base_url=f"http://{host}").status_code == status


@pytest.mark.parametrize("path", ["/health", "/ready"])
@pytest.mark.parametrize("prefix", ["", "/aurora"])
def test_a_router_may_ask_by_whatever_name_it_has(tmp_path: Path, path: str, prefix: str) -> None:
    router = visitor(tmp_path, DASHBOARD_HOSTS="aurora.example", DASHBOARD_PREFIX=f"{prefix}/")
    assert router.get(prefix + path, base_url="http://10.1.2.3:8050").status_code == 200


def test_who_comes_by_another_name_is_told_what_to_set(tmp_path: Path) -> None:
    answer = visitor(tmp_path).get("/", base_url="http://aurora.example")
    assert "DASHBOARD_HOSTS" in answer.text
    assert "PROXY_HOPS" in answer.text


@pytest.mark.parametrize("path", ["/aurorax/", "/aurorax/search", "/aurorax/health", "/search"])
def test_under_a_path_of_its_own(tmp_path: Path, path: str) -> None:
    client = visitor(tmp_path, DASHBOARD_PREFIX="/aurorax/")
    assert client.get(path).status_code == 200
    page = client.get("/aurorax/").text
    assert 'src="/aurorax/assets/20-behaviour/theme.js"' in page
    assert 'src="/_dash' not in page
    with client.get("/aurorax/assets/favicon.svg") as picture:
        assert picture.status_code == 200
    assert client.get("/aurorax/nothing-here").status_code == 404
