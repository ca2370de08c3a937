"""The sign-in of a group: every route asks, nothing tells who exists, guessing is slowed down."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash

from aurorax_dashboard.dashboard import create_app
from aurorax_dashboard.settings import Settings, SettingsError
from aurorax_dashboard.web import signin
from aurorax_dashboard.web.caller import caller
from aurorax_dashboard.web.signin import SignInError, read_users, require_sign_in

HASH = generate_password_hash("aurora borealis", method="pbkdf2:sha256:1000")


def visitor(users: Mapping[str, str]) -> FlaskClient:
    server = Flask("test")
    require_sign_in(server, users)
    server.add_url_rule("/", "page", lambda: "the page")
    server.add_url_rule("/health", "health", lambda: "alive")
    return server.test_client()


def test_with_no_users_everybody_may_come_in() -> None:
    assert visitor({}).get("/").text == "the page"


def test_users_come_in_and_nobody_else() -> None:
    client = visitor({"ann": HASH})
    refused = client.get("/")
    assert refused.status_code == 401
    assert "Basic" in refused.headers["WWW-Authenticate"]
    assert client.get("/", auth=("ann", "aurora borealis")).status_code == 200
    assert client.get("/", auth=("ann", "aurora borealis")).status_code == 200
    assert client.get("/", auth=("ann", "aurora australis")).status_code == 401
    assert client.get("/", auth=("ben", "aurora borealis")).status_code == 401
    assert client.get("/", auth=("", "")).status_code == 401


def test_a_router_may_ask_whether_it_lives() -> None:
    assert visitor({"ann": HASH}).get("/health").text == "alive"


def test_who_guesses_has_to_wait() -> None:
    client = visitor({"ann": HASH})
    for _ in range(20):
        client.get("/", auth=("ann", "guess"))
    assert client.get("/", auth=("ann", "aurora borealis")).status_code == 401
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    right = client.get("/", auth=("ann", "aurora borealis"), environ_overrides=elsewhere)
    assert right.status_code == 200


@pytest.mark.parametrize(
    ("users", "name"), [({}, "127.0.0.1"), ({"ann": HASH}, "ann")], ids=["open to all", "signed in"]
)
def test_a_caller_is_whom_the_sign_in_knows_else_an_address(
    users: Mapping[str, str], name: str
) -> None:
    client = visitor(users)
    client.application.add_url_rule("/who", "who", caller)
    assert client.get("/who", auth=("ann", "aurora borealis")).text == name


def test_who_is_in_stays_in_while_somebody_guesses_at_the_same_address() -> None:
    client = visitor({"ann": HASH, "ben": HASH})
    assert client.get("/", auth=("ann", "aurora borealis")).status_code == 200
    for _ in range(20):
        client.get("/", auth=("ben", "guess"))
    assert client.get("/", auth=("ben", "aurora borealis")).status_code == 401
    assert client.get("/", auth=("ann", "aurora borealis")).status_code == 200


def test_a_guess_is_not_answered_by_what_somebody_else_signed_in_with() -> None:
    client = visitor({"ann": HASH})
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    ann = client.get("/", auth=("ann", "aurora borealis"), environ_overrides=elsewhere)
    assert ann.status_code == 200
    for _ in range(20):
        client.get("/", auth=("ann", "guess"))
    assert client.get("/", auth=("ann", "aurora borealis")).status_code == 401


def test_what_is_remembered_of_those_who_are_in_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def check(_hash: str, password: str) -> bool:
        checked.append(password)
        return True

    monkeypatch.setattr(signin, "_MOST_KNOWN", 2)
    monkeypatch.setattr(signin, "check_password_hash", check)
    client = visitor({"ann": HASH})
    for last in (1, 2, 3, 3, 2, 1):  # the first of three is forgotten
        there = {"REMOTE_ADDR": f"203.0.113.{last}"}
        client.get("/", auth=("ann", "aurora borealis"), environ_overrides=there)
    assert len(checked) == 4


def test_a_right_password_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    client = visitor({"ann": HASH})
    client.get("/", auth=("ann", "aurora borealis"))
    monkeypatch.delattr(signin, "check_password_hash")
    assert client.get("/", auth=("ann", "aurora borealis")).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["ann", "ann:secret", "ann:scrypt:x", f"an n:{HASH}", f":{HASH}"],
    ids=["no hash", "no hash but a word", "half a hash", "a name with a space", "no name"],
)
def test_what_is_no_user_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(SignInError, match="entry 1") as refused:
        read_users(text)
    assert "secret" not in str(refused.value)


def test_users_are_separated_by_commas() -> None:
    assert read_users(f"ann:{HASH}, ben:{HASH},") == {"ann": HASH, "ben": HASH}


def test_every_route_of_the_dashboard_asks(tmp_path: Path) -> None:
    environment = {
        "AURORAX_API_URL": "http://127.0.0.1:9",
        "DASHBOARD_DATA": str(tmp_path),
        "DASHBOARD_USERS": f"ann:{HASH}",
        "METRICS": "1",
    }
    server = create_app(Settings.from_environment(environment)).server
    client = server.test_client()
    for rule in server.url_map.iter_rules():
        path = re.sub(r"<[^>]*>", "x", rule.rule)
        for method in (rule.methods or set()) - {"OPTIONS"}:  # tells methods, and nothing else
            expected = 200 if path in {"/health", "/ready"} else 401
            assert client.open(path, method=method).status_code == expected, (method, path)
    assert client.get("/", auth=("ann", "aurora borealis")).status_code == 200


def test_a_wrong_list_of_users_stops_the_start(tmp_path: Path) -> None:
    environment = {"DASHBOARD_DATA": str(tmp_path), "DASHBOARD_USERS": "ann:plain-password"}
    with pytest.raises(SettingsError, match="DASHBOARD_USERS") as refused:
        create_app(Settings.from_environment(environment))
    assert "plain-password" not in str(refused.value)


def test_the_command_refuses_a_name_that_would_break_the_list() -> None:
    command = [sys.executable, "-m", "aurorax_dashboard.web.signin", "an,n"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "usage" in ended.stderr


def test_the_command_makes_an_entry(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(signin.getpass, "getpass", lambda _prompt: "aurora")
    monkeypatch.setattr(sys, "argv", ["signin", "ann"])
    signin.main()
    users = read_users(capsys.readouterr().out.strip())
    assert visitor(users).get("/", auth=("ann", "aurora")).status_code == 200
