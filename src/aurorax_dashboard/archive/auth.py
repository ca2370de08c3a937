"""Who asks: the account behind a request's API key or access token, and what it may do.

A request without either, or with one that is not valid, is anonymous: searching needs no account. What
needs one asks for it with the methods of :class:`Caller`, which every route can have as ``caller``.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from aurorax_dashboard.api.management import UserAccount
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.errors import ForbiddenError, UnauthorizedError
from aurorax_dashboard.archive.services import Archive

KEY_HEADER = "x-aurorax-api-key"

ADMINISTRATOR = UserAccount(
    account_id="administrator", email_address="administrator", role="Administrator", disabled=False
)
"""Who has the key that is given in the environment."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request."""

    account: UserAccount | None
    """None for somebody unknown."""
    address: str
    """The client's network address."""
    refused: str | None = None
    """Why the credentials of the request were of no use, if it has any."""

    @property
    def name(self) -> str:
        """Whom to share with others fairly: an account, or an address."""
        return f"account {self.account.account_id}" if self.account else f"address {self.address}"

    def require_signed_in(self) -> UserAccount:
        """Return the account.

        Raises
        ------
        UnauthorizedError
            If there is none.
        """
        if self.account is None:
            raise UnauthorizedError(
                self.refused or f"Sign in: send an API key as {KEY_HEADER}, or an access token."
            )
        return self.account

    def require_administrator(self) -> UserAccount:
        """Return the account if it is an administrator's.

        Raises
        ------
        UnauthorizedError
            If nobody is signed in.
        ForbiddenError
            If it is anybody else's.
        """
        account = self.require_signed_in()
        if account.role != "Administrator":
            raise ForbiddenError("Only an Administrator may do this.")
        return account

    def require_may_add_sources(self) -> UserAccount:
        """Return the account if it may add data sources, which it then owns.

        Raises
        ------
        UnauthorizedError
            If nobody is signed in.
        ForbiddenError
            If its role is neither Owner nor Administrator.
        """
        account = self.require_signed_in()
        if account.role not in {"Owner", "Administrator"}:
            raise ForbiddenError("Only an Owner or an Administrator may add data sources.")
        return account

    def require_may_change(self, source: DataSource) -> UserAccount:
        """Return the account if it may change the record of `source`, or delete it.

        Raises
        ------
        UnauthorizedError
            If nobody is signed in.
        ForbiddenError
            If it is neither an administrator's nor the owner's, or its role is User.
        """
        account = self.require_signed_in()
        if not _is_one_of(account, [source.owner]):
            raise ForbiddenError("Only the Owner of the data source or an Administrator may do this.")
        return account

    def require_may_manage(self, source: DataSource) -> UserAccount:
        """Return the account if it may add data to `source` and delete them.

        Raises
        ------
        UnauthorizedError
            If nobody is signed in.
        ForbiddenError
            If it is neither an administrator's nor the owner's nor a maintainer's, or its role is User.
        """
        account = self.require_signed_in()
        if not _is_one_of(account, [source.owner, *(source.maintainers or [])]):
            raise ForbiddenError(
                "Only the Owner of the data source, a Maintainer of it or an Administrator may do this."
            )
        return account


def _is_one_of(account: UserAccount, names: Iterable[str | None]) -> bool:
    """Return whether `account` has the rights of those named by email address."""
    if account.role == "Administrator":
        return True
    named = any(name is not None and name.strip().lower() == account.email_address for name in names)
    return named and account.role != "User"


Connection = ASGIConnection[Any, Any, Any, State]


def bearer_token(connection: Connection) -> str | None:
    """Return the access token of a request's Authorization header, None if it has none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


async def caller_of(connection: Connection, archive: Archive) -> Caller:
    """Return who sent a request."""
    key, token = connection.headers.get(KEY_HEADER), bearer_token(connection)
    account, refused = None, None
    if key or token:
        # In a thread: the command line may be writing to the accounts.
        account, refused = await sync_to_thread(_identified, archive, key, token)
    address = connection.client.host if connection.client else "unknown"
    return Caller(account=account, address=address, refused=refused)


def _identified(
    archive: Archive, key: str | None, token: str | None
) -> tuple[UserAccount | None, str | None]:
    """Return the account of a key or else of a token, or why there is none."""
    if key:
        if _equal(key, archive.settings.admin_key):
            return ADMINISTRATOR, None
        if account := archive.accounts.with_key(key):
            return account, None
    if token:
        if account := archive.accounts.with_token(token):
            return account, None
        return None, "The access token is not valid, or no longer. Sign in again."
    return None, "The API key is not valid. A new key of an account replaces the one before."


def _equal(key: str, expected: str | None) -> bool:
    return expected is not None and hmac.compare_digest(key.encode(), expected.encode())


async def _caller(request: Request[Any, Any, State], archive: Archive) -> Caller:
    return await caller_of(request, archive)


caller_from_request = Provide(_caller)
"""The dependency ``caller``."""


async def signed_in(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard a route: refuse those who are not signed in before anything of their request is read.

    Raises
    ------
    UnauthorizedError
        If nobody is.
    """
    (await caller_of(connection, connection.app.state.archive)).require_signed_in()
