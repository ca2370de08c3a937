from datetime import UTC, datetime

import pytest

from aurorax_dashboard.api.management import Role, UserAccount
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.auth import Caller
from aurorax_dashboard.archive.errors import ForbiddenError, UnauthorizedError
from aurorax_dashboard.archive.settings import ArchiveSettings

SOURCE = DataSource(identifier=7, owner="owner@example.org", maintainers=["Helper@example.org"])


def caller(email_address: str, role: Role = "Owner") -> Caller:
    account = UserAccount(
        account_id=f"id of {email_address}",
        email_address=email_address,
        role=role,
        disabled=False,
        this_login=datetime(2019, 1, 1, tzinfo=UTC),
    )
    return Caller(account=account, address="192.0.2.1")


OWNER = caller("owner@example.org")
HELPER = caller("helper@example.org", "Maintainer")
STRANGER = caller("stranger@example.org", "Owner")
USER = caller("user@example.org", "User")
ADMINISTRATOR = caller("admin@example.org", "Administrator")
NOBODY = Caller(account=None, address="192.0.2.1")


def test_nobody_may_do_nothing_and_is_told_why() -> None:
    for ask in (
        NOBODY.require_signed_in,
        NOBODY.require_administrator,
        NOBODY.require_may_add_sources,
        lambda: NOBODY.require_may_manage(SOURCE),
        lambda: NOBODY.require_may_change(SOURCE),
    ):
        with pytest.raises(UnauthorizedError, match="x-aurorax-api-key"):
            ask()
    refused = Caller(account=None, address="192.0.2.1", refused="The API key is not valid.")
    with pytest.raises(UnauthorizedError, match="not valid"):
        refused.require_signed_in()


@pytest.mark.parametrize("who", [OWNER, HELPER, ADMINISTRATOR])
def test_data_are_managed_by_owner_maintainers_and_administrators(who: Caller) -> None:
    assert who.require_may_manage(SOURCE) == who.account


@pytest.mark.parametrize("who", [STRANGER, USER])
def test_data_are_managed_by_nobody_else(who: Caller) -> None:
    with pytest.raises(ForbiddenError, match="Maintainer"):
        who.require_may_manage(SOURCE)


@pytest.mark.parametrize("who", [OWNER, ADMINISTRATOR])
def test_records_of_sources_are_changed_by_owner_and_administrators(who: Caller) -> None:
    assert who.require_may_change(SOURCE) == who.account


@pytest.mark.parametrize("who", [HELPER, STRANGER, USER])
def test_records_of_sources_are_changed_by_nobody_else(who: Caller) -> None:
    with pytest.raises(ForbiddenError, match="Owner"):
        who.require_may_change(SOURCE)


def test_sources_are_added_by_owners_and_administrators() -> None:
    assert STRANGER.require_may_add_sources()
    assert ADMINISTRATOR.require_may_add_sources()
    for who in (HELPER, USER):
        with pytest.raises(ForbiddenError, match="add data sources"):
            who.require_may_add_sources()


def test_only_an_administrator_is_one() -> None:
    assert ADMINISTRATOR.require_administrator().role == "Administrator"
    with pytest.raises(ForbiddenError):
        OWNER.require_administrator()


def test_a_user_changes_nothing_even_if_named() -> None:
    named = DataSource(owner="user@example.org", maintainers=["user@example.org"])
    with pytest.raises(ForbiddenError):
        USER.require_may_manage(named)
    with pytest.raises(ForbiddenError):
        USER.require_may_change(named)


@pytest.mark.parametrize("owner", [None, ""])
def test_a_source_that_nobody_owns_is_an_administrators(owner: str | None) -> None:
    source = DataSource(identifier=7, owner=owner)
    assert ADMINISTRATOR.require_may_change(source)
    with pytest.raises(ForbiddenError):
        OWNER.require_may_manage(source)


def test_an_account_is_one_wherever_it_calls_from() -> None:
    elsewhere = Caller(account=OWNER.account, address="192.0.2.2")
    assert elsewhere.name == OWNER.name
    assert NOBODY.name != OWNER.name
    assert NOBODY.name != Caller(account=None, address="192.0.2.2").name


def test_the_administrators_key_is_not_printed() -> None:
    settings = ArchiveSettings.from_environment({"ARCHIVE_ADMIN_KEY": "secret-secret-secret"})
    assert settings.admin_key == "secret-secret-secret"
    assert "secret" not in f"{settings} {settings!r}"
    assert "workers=2" in repr(settings)
