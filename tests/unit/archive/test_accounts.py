import io
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aurorax_dashboard.archive import accounts as module
from aurorax_dashboard.archive.accounts import (
    AccountError,
    Accounts,
    AccountsFileError,
    SignInError,
)
from aurorax_dashboard.archive.commands import users

PASSWORD = "a long password"  # noqa: S105
ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little memory: how hard a hash is to compute is not what is tested here."""
    hasher = module.PasswordHasher
    monkeypatch.setattr(module, "PasswordHasher", lambda: hasher(1, 8, 1))


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = Accounts(tmp_path / "archive")
    yield opened
    opened.close()


def test_a_key_belongs_to_its_account(accounts: Accounts) -> None:
    key = accounts.add(" Ada@Example.org ", "Owner", PASSWORD, "Ada", "Lovelace")
    account = accounts.with_key(key)
    assert account is not None
    assert (account.email_address, account.role, account.first_name) == (ADA, "Owner", "Ada")
    assert accounts.with_key(key + "x") is None
    assert accounts.with_key("") is None


def test_a_new_key_ends_the_one_before(accounts: Accounts) -> None:
    first = accounts.add(ADA, "User", PASSWORD)
    second = accounts.renew_key(ADA)
    assert accounts.with_key(first) is None
    assert accounts.with_key(second) is not None


def test_a_role_changes_at_once(accounts: Accounts) -> None:
    key = accounts.add(ADA, "User", PASSWORD)
    accounts.set_role(ADA, "Administrator")
    account = accounts.with_key(key)
    assert account is not None
    assert account.role == "Administrator"


def test_a_new_password_ends_the_one_before_and_its_sessions(accounts: Accounts) -> None:
    key = accounts.add(ADA, "User", PASSWORD)
    _, token = accounts.sign_in(ADA, PASSWORD, "here")
    accounts.set_password(ADA, PASSWORD.upper())
    assert accounts.with_token(token) is None
    with pytest.raises(SignInError):
        accounts.sign_in(ADA, PASSWORD, "here")
    assert accounts.sign_in(ADA, PASSWORD.upper(), "here")[0].email_address == ADA
    assert accounts.with_key(key) is not None


def test_who_is_removed_has_neither_key_nor_session(accounts: Accounts) -> None:
    key = accounts.add(ADA, "User", PASSWORD)
    _, token = accounts.sign_in(ADA, PASSWORD, "here")
    accounts.remove(ADA)
    assert accounts.with_key(key) is None
    assert accounts.with_token(token) is None
    assert accounts.everybody() == []


@pytest.mark.parametrize(
    ("email_address", "password", "words"),
    [
        ("ada", PASSWORD, "not an email address"),
        ("ada@example.org, bob@example.org", PASSWORD, "not an email address"),
        (f"{'a' * 250}@b.org", PASSWORD, "not an email address"),
        ("ada@example.org", "short", "8 to 1,000"),
        ("ada@example.org", "x" * 1001, "8 to 1,000"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    accounts: Accounts, email_address: str, password: str, words: str
) -> None:
    with pytest.raises(AccountError, match=words):
        accounts.add(email_address, "User", password)


def test_an_address_has_one_account(accounts: Accounts) -> None:
    accounts.add(ADA, "User", PASSWORD)
    with pytest.raises(AccountError, match="already"):
        accounts.add(ADA.upper(), "User", PASSWORD)


def test_what_is_asked_of_nobody_is_refused(accounts: Accounts) -> None:
    with pytest.raises(AccountError, match=r"no account of bob@example\.org"):
        accounts.set_role("bob@example.org", "User")
    with pytest.raises(AccountError, match="no account"):
        accounts.renew_key("bob@example.org")
    with pytest.raises(AccountError, match="no account"):
        accounts.remove("bob@example.org")


def test_a_session_lasts_from_sign_in_to_its_end(accounts: Accounts) -> None:
    accounts.add(ADA, "Owner", PASSWORD)
    account, token = accounts.sign_in("ADA@example.org", PASSWORD, "here")
    assert account.this_login is not None
    assert account.last_login is None
    assert accounts.with_token(token) == account
    assert accounts.end_session(token)
    assert accounts.with_token(token) is None
    assert not accounts.end_session(token)


def test_the_sign_in_before_is_remembered(accounts: Accounts) -> None:
    accounts.add(ADA, "Owner", PASSWORD)
    first, _ = accounts.sign_in(ADA, PASSWORD, "here")
    second, _ = accounts.sign_in(ADA, PASSWORD, "here")
    assert second.last_login == first.this_login


def test_a_session_ends_when_it_is_not_used_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = Accounts(tmp_path, idle=timedelta(minutes=30))
    accounts.add(ADA, "Owner", PASSWORD)
    _, token = accounts.sign_in(ADA, PASSWORD, "here")
    start = module._now()

    def at(minutes: int) -> None:
        monkeypatch.setattr(module, "_now", lambda: start + timedelta(minutes=minutes))

    for minutes in (20, 40, 60):
        at(minutes)
        assert accounts.with_token(token) is not None
    at(91)
    assert accounts.with_token(token) is None
    assert not accounts.end_session(token)
    accounts.close()


@pytest.mark.parametrize(
    ("email_address", "password"),
    [
        (ADA, "another password"),
        ("bob@example.org", PASSWORD),
        (ADA, "x" * 100_000),
        ("x" * 100_000, PASSWORD),
        (ADA, "\ud800"),
    ],
)
def test_nobody_comes_in_without_the_password(
    accounts: Accounts, email_address: str, password: str
) -> None:
    accounts.add(ADA, "Owner", PASSWORD)
    with pytest.raises(SignInError, match="do not fit"):
        accounts.sign_in(email_address, password, "here")


def test_guessing_ends_at_one_place_and_locks_out_no_other(accounts: Accounts) -> None:
    accounts.add(ADA, "Owner", PASSWORD)
    for _ in range(10):
        with pytest.raises(SignInError, match="do not fit"):
            accounts.sign_in(ADA, "a guess", "there")
    with pytest.raises(SignInError, match="Too many"):
        accounts.sign_in(ADA, PASSWORD, "there")
    assert accounts.sign_in(ADA, PASSWORD, "here")


def test_guessing_over_many_accounts_ends_too(accounts: Accounts) -> None:
    accounts.add(ADA, "Owner", PASSWORD)
    for number in range(100):
        with pytest.raises(SignInError, match="do not fit"):
            accounts.sign_in(f"{number}@example.org", "a guess", "there")
    with pytest.raises(SignInError, match="Too many"):
        accounts.sign_in(ADA, PASSWORD, "there")
    assert accounts.sign_in(ADA, PASSWORD, "here")


def test_the_file_holds_no_secret_and_is_private(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "archive")
    key = accounts.add(ADA, "Owner", PASSWORD)
    _, token = accounts.sign_in(ADA, PASSWORD, "here")
    files = list((tmp_path / "archive").iterdir())
    contents = b"".join(path.read_bytes() for path in files)
    assert ADA.encode() in contents
    assert not any(secret.encode() in contents for secret in (key, token, PASSWORD))
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
    accounts.close()


def test_two_processes_may_have_it_open(tmp_path: Path) -> None:
    archive, command_line = Accounts(tmp_path), Accounts(tmp_path)
    key = command_line.add(ADA, "Owner", PASSWORD)
    assert archive.with_key(key) is not None
    archive.close()
    command_line.close()


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    Accounts(tmp_path).close()
    with sqlite3.connect(tmp_path / "accounts.sqlite3") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(AccountsFileError, match="another version"):
        Accounts(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "accounts.sqlite3").write_text("not a database, but as long as one would be" * 50)
    with pytest.raises(AccountsFileError, match="cannot be opened"):
        Accounts(tmp_path)


# ---- the command line --------------------------------------------------------------------------


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> "Runner":
    return Runner(tmp_path, monkeypatch, capsys)


class Runner:
    """Runs ``users`` as if from a pipe."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def __call__(self, *words: str, password: str = "") -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        status = users.main([*words, "--data", str(self.folder)])
        printed = self._capsys.readouterr()
        return status, printed.out, printed.err


def test_an_account_is_made_listed_changed_and_removed(run: Runner) -> None:
    status, key, words = run("add", ADA, "--role", "owner", "--first-name", "Ada", password=PASSWORD)
    assert status == 0
    assert len(key.strip()) > 40
    assert "this once" in words
    status, new_key, _ = run("key", ADA)
    assert status == 0
    assert new_key != key
    assert run("password", ADA, password=PASSWORD.upper()) == (0, "", "")
    assert run("role", ADA, "administrator")[0] == 0
    assert run("list")[1].splitlines()[1].split() == [ADA, "Administrator", "Ada", "never"]
    assert run("remove", ADA)[0] == 0
    assert run("list")[1].count("\n") == 1


@pytest.mark.parametrize(
    ("words", "password", "message"),
    [
        (["add", "ada", "--role", "User"], PASSWORD, "not an email address"),
        (["add", ADA], "short", "8 to 1,000"),
        (["remove", ADA], "", "no account"),
        (["password", ADA], PASSWORD, "no account"),
        (["password", ADA], "short", "8 to 1,000"),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence(
    run: Runner, words: list[str], password: str, message: str
) -> None:
    status, printed, error = run(*words, password=password)
    assert (status, printed) == (1, "")
    assert message in error


@pytest.mark.parametrize("words", [["add", ADA, "--role", "king"], ["add", ADA, "--password", "x"], []])
def test_what_is_not_a_command_is_refused(run: Runner, words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(*words)


def test_a_mistyped_folder_is_not_made(run: Runner) -> None:
    run.folder /= "elsewhere"
    status, _, error = run("list")
    assert status == 1
    assert "no folder" in error
    assert not run.folder.exists()


@pytest.mark.parametrize("second", [PASSWORD, "another password"])
def test_a_password_is_typed_twice_and_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    typed = iter([PASSWORD, second])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(users.getpass, "getpass", lambda _: next(typed))
    assert users.main(["add", ADA, "--data", str(tmp_path)]) == (0 if second == PASSWORD else 1)
