from pathlib import Path
from typing import Any

import httpx
import pytest

from aurorax_dashboard.api.cache import ResponseCache
from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import UnreachableError
from aurorax_dashboard.api.identity import ServerIdentity
from aurorax_dashboard.api.session import Session
from aurorax_dashboard.api.transport import Transport

INTRODUCTION = {"name": "AuroraX archive", "version": "0.1.0", "simulated": True}


@pytest.mark.parametrize("address", ["https://api.aurorax.space", "https://api.aurorax.space/"])
def test_the_platform_is_known_without_asking(server: Any, address: str) -> None:
    client = AuroraXClient.open(address, transport=server.transport)
    assert client.identity() == ServerIdentity("AuroraX", live=True)
    assert server.requests == []


def test_our_archive_introduces_itself(server: Any, tmp_path: Path) -> None:
    server.answers_json(INTRODUCTION)
    client = AuroraXClient.open(
        server.url, cache=ResponseCache.in_directory(tmp_path), transport=server.transport
    )
    for _ in range(3):
        assert client.identity() == ServerIdentity("AuroraX archive", "0.1.0", simulated=True)
    assert [r.url.path for r in server.requests] == ["/"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(200, html="<html>Welcome</html>"),
        httpx.Response(200, json={"hello": "world"}),
        httpx.Response(200),
    ],
)
def test_any_other_server_is_unknown(transport: Transport, server: Any, answer: httpx.Response) -> None:
    server.answers(answer)
    identity = AuroraXClient(Session(transport)).identity()
    assert identity == ServerIdentity("archive.test", simulated=False, live=False)


def test_who_cannot_be_asked_is_not_guessed(transport: Transport, server: Any) -> None:
    server.answers(httpx.ConnectError("refused"))
    with pytest.raises(UnreachableError):
        AuroraXClient(Session(transport)).identity()
