"""People with accounts at an archive that tests may write to."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from aurorax_dashboard.api.management import Role
from aurorax_dashboard.archive.accounts import Accounts

PEOPLE: dict[str, Role] = {
    "owner": "Owner",
    "stranger": "Owner",
    "maintainer": "Maintainer",
    "user": "User",
}


@pytest.fixture(scope="session")
def accounts(writable_archive: Any) -> Iterator[Accounts]:
    """The accounts of the writable archive, opened beside it as the command line does."""
    opened = Accounts(writable_archive.folder)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def people(
    writable_archive: Any, accounts: Accounts, admin_key: str
) -> Iterator[dict[str, httpx.Client]]:
    """Clients of the writable archive, by who they are; nobody has no account."""
    keys = {
        name: accounts.add(f"{name}@example.org", role, f"password of {name}")
        for name, role in PEOPLE.items()
    }
    headers = {name: {"x-aurorax-api-key": key} for name, key in keys.items()}
    headers |= {"administrator": {"x-aurorax-api-key": admin_key}, "nobody": {}}
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                httpx.Client(base_url=writable_archive.address, headers=header, timeout=30)
            )
            for name, header in headers.items()
        }
