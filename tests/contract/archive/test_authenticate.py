"""Sign in, use the session, sign out; keys and their rights."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aurorax_dashboard.archive.accounts import Accounts

SIGN_IN = "/api/v1/authenticate"
SIGN_OUT = "/api/v1/authenticate/end_session"
RIGHTS = "/api/v1/utils/admin/search_requests"
"""Tells 401 from 403 for whoever is no administrator."""


def sign_in(client: httpx.Client, email_address: str, password: str) -> httpx.Response:
    body = {"email_address": email_address, "password": password}
    return client.post(SIGN_IN, json=body)


def test_a_session_begins_is_used_and_ends(people: dict[str, httpx.Client]) -> None:
    nobody = people["nobody"]
    answer = sign_in(nobody, "Owner@example.org", "password of owner")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    account = answer.json()
    assert (account["email_address"], account["role"]) == ("owner@example.org", "Owner")
    assert account["disabled"] is False
    assert account["account_id"]
    assert not {"password", "api_key", "password_hash", "key_hash"} & account.keys()
    session = {"Authorization": answer.headers["authorization"]}
    assert session["Authorization"].startswith("Bearer ")
    assert nobody.get(RIGHTS, headers=session).status_code == 403
    ended = nobody.post(SIGN_OUT, headers=session, json={})
    assert (ended.status_code, ended.content) == (200, b"")
    assert nobody.get(RIGHTS, headers=session).status_code == 401
    assert nobody.post(SIGN_OUT, headers=session).status_code == 400


@pytest.mark.parametrize(
    ("email_address", "password"),
    [("owner@example.org", "a guess"), ("unknown@example.org", "password of owner"), ("", "")],
)
def test_a_wrong_pair_is_refused_alike(
    people: dict[str, httpx.Client], email_address: str, password: str
) -> None:
    answer = sign_in(people["nobody"], email_address, password)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {
        "error_code": "NotAuthenticated",
        "error_message": "The email address and the password do not fit.",
    }


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"email_address": "owner@example.org"}', "password"),
        (b'{"password": "x"}', "email_address"),
        (b'{"email_address": 1, "password": "x"}', "email_address"),
        (b"[]", "array"),
        (b"{", "JSON"),
        (b"", "JSON"),
    ],
)
def test_a_sign_in_that_cannot_be_read_is_a_bad_request(
    people: dict[str, httpx.Client], body: bytes, word: str
) -> None:
    answer = people["nobody"].post(SIGN_IN, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert word in answer.json()["error_message"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic x"},
    ],
)
def test_a_session_that_is_none_cannot_be_ended(
    people: dict[str, httpx.Client], headers: dict[str, str]
) -> None:
    answer = people["nobody"].post(SIGN_OUT, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error_message"].startswith("Authorization: ")


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({}, "Sign in"),
        ({"x-aurorax-api-key": "nonsense"}, "API key"),
        ({"x-aurorax-api-key": "ø".encode("latin-1")}, "API key"),
        ({"Authorization": "Bearer nonsense"}, "access token"),
    ],
)
def test_what_needs_an_account_says_what_is_wrong_with_the_credentials(
    people: dict[str, httpx.Client], headers: dict[str, str], word: str
) -> None:
    answer = people["nobody"].get(RIGHTS, headers=headers)
    assert answer.status_code == 401
    assert word in answer.json()["error_message"]


def test_what_needs_no_account_ignores_wrong_credentials(people: dict[str, httpx.Client]) -> None:
    headers = {"x-aurorax-api-key": "nonsense", "Authorization": "Bearer nonsense"}
    assert people["nobody"].get("/api/v1/data_sources/3", headers=headers).status_code == 200


def test_a_new_key_ends_the_one_before_while_the_archive_runs(
    people: dict[str, httpx.Client], accounts: Accounts
) -> None:
    first = accounts.add("renewed@example.org", "User", "password of renewed")
    second = accounts.renew_key("renewed@example.org")
    statuses = [
        people["nobody"].get(RIGHTS, headers={"x-aurorax-api-key": key}).status_code
        for key in (first, second)
    ]
    assert statuses == [401, 403]


def test_a_session_ends_by_itself(start_archive: Callable[..., Any]) -> None:
    archive = start_archive(ARCHIVE_SESSION_MINUTES="0.001")
    accounts = Accounts(archive.folder)
    accounts.add("ada@example.org", "Administrator", "a long password")
    accounts.close()
    with httpx.Client(base_url=archive.address, timeout=30) as client:
        answer = sign_in(client, "ada@example.org", "a long password")
        session = {"Authorization": answer.headers["authorization"]}
        assert answer.status_code == 200
        # Unused for a tenth of a second, which is more than 0.001 minutes.
        time.sleep(0.1)
        assert client.get(RIGHTS, headers=session).status_code == 401
