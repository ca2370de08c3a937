"""People who may change what the archive holds: their accounts, API keys and sessions.

They are kept in a file of their own, ``accounts.sqlite3``, which the command line may write while the
archive runs. Passwords are hashed with Argon2; of keys and tokens, which are long and random, a SHA-256
is kept. Nothing in the file lets anybody in.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from aurorax_dashboard.api.management import Role, UserAccount

PASSWORD_LENGTHS = (8, 1000)
"""Characters that a password has at least, and at most."""

_EMAIL = re.compile(r"[^\s@,]+@[^\s@,]+")
_LONGEST_EMAIL = 254
_NO_FIT = "The email address and the password do not fit."
_FAILURES = parse("10 per 5 minutes")
"""Wrong passwords for one account from one place."""
_FAILURES_IN_ALL = parse("100 per 5 minutes")
"""Wrong passwords for any accounts from one place."""
_VERSION = 1

_SCHEMA = """
CREATE TABLE accounts (
    account_id TEXT PRIMARY KEY, email_address TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
    first_name TEXT, last_name TEXT, password_hash TEXT NOT NULL, key_hash TEXT NOT NULL UNIQUE,
    this_login TEXT, last_login TEXT
) WITHOUT ROWID;
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    used TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account_id);
"""


class AccountError(ValueError):
    """An account cannot be made or changed as asked; the message says why."""


class SignInError(ValueError):
    """Somebody may not come in; the message says why."""


class AccountsFileError(RuntimeError):
    """The file of accounts cannot be used; the message says why."""


class Accounts:
    """The accounts of one archive.

    Parameters
    ----------
    folder
        Where the archive is kept; made if need be, private to the user.
    idle
        How long a session lasts that nobody uses.

    Raises
    ------
    AccountsFileError
        If the file cannot be opened, or was written by another version of the archive.
    """

    def __init__(self, folder: Path, idle: timedelta = timedelta(minutes=30)) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._idle = idle
        self._lock = threading.Lock()
        self._signing_in = threading.Lock()
        self._hasher = PasswordHasher()
        self._failures = FixedWindowRateLimiter(MemoryStorage())
        self._nobodys_hash = self._hasher.hash(secrets.token_urlsafe())
        self._database = self._open(folder / "accounts.sqlite3")

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        path.touch(mode=0o600)
        database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        database.row_factory = sqlite3.Row
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("BEGIN IMMEDIATE")
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {_VERSION}")
            database.execute("COMMIT")
        except sqlite3.Error as error:
            database.close()
            raise AccountsFileError(f"{path} cannot be opened: {error}") from None
        if version not in {0, _VERSION}:
            database.close()
            raise AccountsFileError(f"{path} was written by another version of the archive.")
        return database

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    # ---- managing ------------------------------------------------------------------------------

    def everybody(self) -> list[UserAccount]:
        """Return all accounts, by email address."""
        with self._lock:
            rows = self._database.execute("SELECT * FROM accounts ORDER BY email_address").fetchall()
        return [_account(row) for row in rows]

    def add(
        self,
        email_address: str,
        role: Role,
        password: str,
        first_name: str | None = None,
        last_name: str | None = None,
    ) -> str:
        """Make an account; return its API key, which cannot be read again.

        Raises
        ------
        AccountError
            If there is one of this address, the address is none, or the password is too short or long.
        """
        address = _plain(email_address)
        if not _EMAIL.fullmatch(address) or not address.isprintable() or len(address) > _LONGEST_EMAIL:
            raise AccountError(f"{email_address} is not an email address.")
        password_hash = self._hashed(password)
        key = secrets.token_urlsafe(32)
        row = (
            str(uuid4()),
            address,
            role,
            first_name,
            last_name,
            password_hash,
            _hash(key),
        )
        try:
            with self._transaction() as database:
                database.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)", row)
        except sqlite3.IntegrityError:
            raise AccountError(f"There is an account of {address} already.") from None
        return key

    def remove(self, email_address: str) -> None:
        """Remove an account with its key and sessions. What it owns stays as it is.

        Raises
        ------
        AccountError
            If there is none of this address.
        """
        self._change("DELETE FROM accounts WHERE email_address = :address", email_address)

    def renew_key(self, email_address: str) -> str:
        """Return a new API key of an account; the one before is no longer valid.

        Raises
        ------
        AccountError
            If there is no account of this address.
        """
        key = secrets.token_urlsafe(32)
        self._change(
            "UPDATE accounts SET key_hash = :value WHERE email_address = :address",
            email_address,
            _hash(key),
        )
        return key

    def set_role(self, email_address: str, role: Role) -> None:
        """Give an account another role, at once.

        Raises
        ------
        AccountError
            If there is none of this address.
        """
        self._change(
            "UPDATE accounts SET role = :value WHERE email_address = :address", email_address, role
        )

    def set_password(self, email_address: str, password: str) -> None:
        """Give an account another password; sessions that were begun with the one before end.

        Raises
        ------
        AccountError
            If there is no account of this address, or the password is too short or long.
        """
        password_hash = self._hashed(password)
        address = _plain(email_address)
        with self._transaction() as database:
            row = database.execute(
                "UPDATE accounts SET password_hash = ? WHERE email_address = ? RETURNING account_id",
                (password_hash, address),
            ).fetchone()
            if row is None:
                raise AccountError(f"There is no account of {address}.")
            database.execute("DELETE FROM sessions WHERE account_id = ?", (row["account_id"],))

    def _hashed(self, password: str) -> str:
        shortest, longest = PASSWORD_LENGTHS
        if not shortest <= len(password) <= longest:
            raise AccountError(f"A password has {shortest} to {longest:,} characters.")
        return self._hasher.hash(password)

    def _change(self, statement: str, email_address: str, value: str | None = None) -> None:
        address = _plain(email_address)
        with self._transaction() as database:
            if not database.execute(statement, {"address": address, "value": value}).rowcount:
                raise AccountError(f"There is no account of {address}.")

    # ---- letting in ----------------------------------------------------------------------------

    def with_key(self, key: str) -> UserAccount | None:
        """Return the account that `key` belongs to, None if it is not valid."""
        with self._lock:
            row = self._database.execute(
                "SELECT * FROM accounts WHERE key_hash = ?", (_hash(key),)
            ).fetchone()
        return _account(row) if row else None

    def sign_in(self, email_address: str, password: str, place: str) -> tuple[UserAccount, str]:
        """Begin a session; return the account and an access token.

        Parameters
        ----------
        place
            Where it is asked from. Wrong passwords for one account are counted by place, so that
            nobody can lock somebody else out.

        Raises
        ------
        SignInError
            If address and password do not fit, or too many passwords were wrong.
        """
        address = _plain(email_address)
        if len(address) > _LONGEST_EMAIL:
            raise SignInError(_NO_FIT)
        # One at a time: a password takes 64 MiB and some 50 ms to look at.
        with self._signing_in:
            if not (
                self._failures.test(_FAILURES, place, address)
                and self._failures.test(_FAILURES_IN_ALL, place)
            ):
                raise SignInError("Too many passwords were wrong. Wait five minutes.")
            if session := self._session(address, password):
                return session
            self._failures.hit(_FAILURES, place, address)
            self._failures.hit(_FAILURES_IN_ALL, place)
        raise SignInError(_NO_FIT)

    def _session(self, address: str, password: str) -> tuple[UserAccount, str] | None:
        with self._lock:
            row = self._database.execute(
                "SELECT account_id, password_hash FROM accounts WHERE email_address = ?", (address,)
            ).fetchone()
        account_id, password_hash = row or (None, self._nobodys_hash)
        # An unknown address takes as long as a wrong password, so that nobody learns who is known.
        if not self._is_password(password, password_hash) or account_id is None:
            return None
        token, time = secrets.token_urlsafe(32), _now()
        with self._transaction() as database:
            row = database.execute(
                "UPDATE accounts SET last_login = this_login, this_login = ? "
                "WHERE account_id = ? AND password_hash = ? RETURNING *",
                (time.isoformat(), account_id, password_hash),
            ).fetchone()
            if row is None:  # removed, or given another password, while this one was looked at
                return None
            database.execute("DELETE FROM sessions WHERE used < ?", ((time - self._idle).isoformat(),))
            database.execute(
                "INSERT INTO sessions VALUES (?, ?, ?)", (_hash(token), account_id, time.isoformat())
            )
        return _account(row), token

    def _is_password(self, password: str, password_hash: str) -> bool:
        if len(password) > PASSWORD_LENGTHS[1]:
            return False
        try:
            return self._hasher.verify(password_hash, password.encode(errors="replace"))
        except VerificationError:
            return False

    def with_token(self, token: str) -> UserAccount | None:
        """Return the account whose session `token` belongs to, None if it is not valid any more."""
        time = _now()
        with self._lock:
            row = self._database.execute(
                "SELECT * FROM sessions JOIN accounts USING (account_id) "
                "WHERE token_hash = ? AND used >= ?",
                (_hash(token), (time - self._idle).isoformat()),
            ).fetchone()
        if row is None:
            return None
        if time - datetime.fromisoformat(row["used"]) > self._idle / 30:  # not a write for each request
            with self._transaction() as database:
                database.execute(
                    "UPDATE sessions SET used = ? WHERE token_hash = ?",
                    (time.isoformat(), _hash(token)),
                )
        return _account(row)

    def end_session(self, token: str) -> bool:
        """End the session that `token` belongs to; return False if there is none."""
        with self._transaction() as database:
            ended = database.execute(
                "DELETE FROM sessions WHERE token_hash = ? AND used >= ?",
                (_hash(token), (_now() - self._idle).isoformat()),
            ).rowcount
        return bool(ended)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _plain(email_address: str) -> str:
    return email_address.strip().lower()


def _account(row: sqlite3.Row) -> UserAccount:
    return UserAccount(
        account_id=row["account_id"],
        email_address=row["email_address"],
        role=row["role"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        this_login=_time(row["this_login"]),
        last_login=_time(row["last_login"]),
        disabled=False,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
