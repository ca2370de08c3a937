from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture(scope="session")
def http(archive_address: str) -> Iterator[httpx.Client]:
    """Talk to the shared archive as it stands on the wire."""
    with httpx.Client(base_url=archive_address, timeout=30) as client:
        yield client
