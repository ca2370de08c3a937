"""A server that sends its answer a byte at a time cannot hold anybody for longer than allowed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from aurorax_dashboard.api.deadline import ends_within, watched

ALLOWED_S = 0.3
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def dribbling() -> Iterator[str]:
    """Address of a server that answers once at once, then a byte at a time."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(ANSWER)
                connection.recv(65536)
                for byte in ANSWER * 5:
                    connection.sendall(bytes([byte]))
                    time.sleep(0.05)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_headers_that_dribble_end_in_time_on_a_connection_that_was_used_before(dribbling: str) -> None:
    with watched(httpx.Client(timeout=5, trust_env=False)) as client:
        with ends_within(5):
            assert client.get(dribbling).json() == {}
        began = time.monotonic()
        with pytest.raises(httpx.ReadTimeout), ends_within(ALLOWED_S):
            client.get(dribbling)
        assert time.monotonic() - began < ALLOWED_S + 1.0


def test_without_time_left_nothing_is_begun(dribbling: str) -> None:
    with (
        watched(httpx.Client(timeout=5, trust_env=False)) as client,
        ends_within(0),
        pytest.raises(httpx.ConnectTimeout),
    ):
        client.get(dribbling)


def test_clients_that_go_through_a_proxy_are_watched_too(
    dribbling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", dribbling)
    with (
        watched(httpx.Client(timeout=5)) as client,
        ends_within(0),
        pytest.raises(httpx.ConnectTimeout),
    ):
        client.get("http://aurorax.invalid")
