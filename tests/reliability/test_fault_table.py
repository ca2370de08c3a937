"""Every operation of the client against every way in which a server can fail, over real sockets."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

import httpx
import pytest

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import (
    AuroraXError,
    MaintenanceError,
    NotAllowedError,
    RateLimitedError,
    ServerFailedError,
    TimedOutError,
    TooLargeError,
    UnexpectedAnswerError,
    UnreachableError,
)
from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataProductCriteria,
    DataProductQuery,
    DataSourceQuery,
    EphemerisCriteria,
    EphemerisQuery,
)
from aurorax_dashboard.api.transport import Limits
from aurorax_dashboard.queries.examples import examples

ID = "a8d2f6de-0bd6-4a92-9d06-2c3b7ad8a3a4"
START, END = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 3, 23, 59, 59, tzinfo=UTC)
DAYS = date(2019, 1, 1), date(2019, 1, 2)
QUERY = ConjunctionQuery(start=START, end=END)
EPHEMERIS = EphemerisQuery(data_sources=EphemerisCriteria(programs=["swarm"]), start=START, end=END)
PRODUCTS = DataProductQuery(data_sources=DataProductCriteria(programs=["trex"]), start=START, end=END)

LIMITS = Limits(
    connect_s=3.0, read_s=3.0, total_s=6.0, download_s=6.0, asked_wait_s=0.2, tries=2,
    backoff_base_s=0.01, backoff_cap_s=0.05, max_bytes=200_000,
)  # fmt: skip
HURRIED = LIMITS.within(0.6)
"""For servers that take longer; with these, a busy machine would be taken for a slow server."""

OPERATIONS: dict[str, Callable[[AuroraXClient], object]] = {
    "data_sources": lambda c: c.data_sources(),
    "data_source": lambda c: c.data_source(3),
    "data_source_stats": lambda c: c.data_source_stats(3),
    "search_data_sources": lambda c: c.search_data_sources(DataSourceQuery()),
    "ephemeris_availability": lambda c: c.ephemeris_availability(*DAYS),
    "data_product_availability": lambda c: c.data_product_availability(*DAYS),
    "submit_conjunctions": lambda c: c.submit_conjunctions(QUERY),
    "submit_ephemeris": lambda c: c.submit_ephemeris(EPHEMERIS),
    "submit_data_products": lambda c: c.submit_data_products(PRODUCTS),
    "status": lambda c: c.status("conjunctions", ID),
    "conjunction_status": lambda c: c.conjunction_status(ID),
    "ephemeris_status": lambda c: c.ephemeris_status(ID),
    "data_product_status": lambda c: c.data_product_status(ID),
    "conjunctions": lambda c: c.conjunctions(ID),
    "conjunction_records": lambda c: c.conjunction_records(ID),
    "conjunctions_formatted": lambda c: c.conjunctions_formatted(ID, {"start": True}),
    "ephemeris": lambda c: c.ephemeris(ID),
    "ephemeris_records": lambda c: c.ephemeris_records(ID),
    "ephemeris_synchronous": lambda c: c.ephemeris_synchronous(EPHEMERIS),
    "data_products": lambda c: c.data_products(ID),
    "data_products_synchronous": lambda c: c.data_products_synchronous(PRODUCTS),
    "cancel": lambda c: c.cancel("conjunctions", ID),
    "delete_data": lambda c: c.delete_data("conjunctions", ID),
    "describe_conjunctions": lambda c: c.describe_conjunctions(QUERY),
    "describe_ephemeris": lambda c: c.describe_ephemeris(EPHEMERIS),
    "describe_data_products": lambda c: c.describe_data_products(PRODUCTS),
    "cartesian_products": lambda c: c.cartesian_products(QUERY),
}
NOT_ASKED = frozenset({"open", "within", "close", "identity", "health", "base_url"})
"""Public names of the client that ask the server nothing, or that must never fail."""

BODILESS = frozenset({"cancel", "delete_data"})
"""Operations of whose answer only the status counts."""


def reply(
    status: int = 200, body: bytes = b"", kind: str = "application/json", **headers: str
) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


Misbehave = Callable[[socket.socket], None]


def sends(answer: bytes) -> Misbehave:
    return lambda connection: connection.sendall(answer)


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def is_slow(_connection: socket.socket) -> None:
    time.sleep(0.8)


def dribbles(connection: socket.socket) -> None:
    connection.sendall(reply(200, b"").replace(b"Content-Length: 0", b"Content-Length: 1000"))
    for _ in range(12):
        connection.sendall(b" ")
        time.sleep(0.1)


def dribbles_from_the_start(connection: socket.socket) -> None:
    for byte in reply(200, b"", X_Filling="x" * 1000):
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def sends_half(connection: socket.socket) -> None:
    whole = reply(200, b'{"result": [{"start": "2019-01-01T00:00:00"}]}')
    connection.sendall(whole[:-20])


def floods(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    )
    for _ in range(40):
        connection.sendall(b" " * 10_000)


YESTERDAY, TOMORROW = (
    format_datetime(datetime.now(UTC) + timedelta(days=days), usegmt=True) for days in (-1, 1)
)


@dataclass(frozen=True)
class Fault:
    """One way to fail, and what it is called to the user."""

    does: Misbehave
    error: type[AuroraXError]
    bodiless: type[AuroraXError] | None
    """What it is for operations whose answer has no body; None where it does them no harm."""


FAULTS: dict[str, Fault] = {
    "reset": Fault(resets, UnreachableError, UnreachableError),
    "slow": Fault(is_slow, TimedOutError, TimedOutError),
    "dribble": Fault(dribbles, TimedOutError, TimedOutError),
    "dribble from the start": Fault(dribbles_from_the_start, TimedOutError, TimedOutError),
    "half a body": Fault(sends_half, UnreachableError, UnreachableError),
    "wrong JSON": Fault(sends(reply(body=b'{"result": 7}')), UnexpectedAnswerError, None),
    "no JSON": Fault(sends(reply(body=b"\xff\xfe{")), UnexpectedAnswerError, None),
    "a web page": Fault(
        sends(reply(body=b"<html></html>", kind="text/html")),
        UnexpectedAnswerError,
        UnexpectedAnswerError,
    ),
    "a web page that says it is JSON": Fault(
        sends(reply(body=b"<html></html>")), UnexpectedAnswerError, None
    ),
    "another content type": Fault(
        sends(reply(body=b"%PDF-1.7", kind="application/pdf")), UnexpectedAnswerError, None
    ),
    "a huge body": Fault(floods, TooLargeError, TooLargeError),
    "no HTTP": Fault(sends(b"SSH-2.0-OpenSSH_9.9\r\n"), UnreachableError, UnreachableError),
    "429": Fault(sends(reply(429, Retry_After="3600")), RateLimitedError, RateLimitedError),
    "500": Fault(sends(reply(500, b"{}")), ServerFailedError, ServerFailedError),
    "502": Fault(sends(reply(502, b"bad gateway")), UnreachableError, UnreachableError),
    "503": Fault(sends(reply(503)), MaintenanceError, MaintenanceError),
    "504": Fault(sends(reply(504)), UnreachableError, UnreachableError),
    "401": Fault(sends(reply(401, b"{}")), NotAllowedError, NotAllowedError),
    "a clock that is late": Fault(
        sends(reply(503, Retry_After=YESTERDAY, Date=YESTERDAY)), MaintenanceError, MaintenanceError
    ),
    "a clock that is early": Fault(
        sends(reply(503, Retry_After=TOMORROW, Date=TOMORROW)), MaintenanceError, MaintenanceError
    ),
}


class FaultServer(socketserver.ThreadingTCPServer):
    """Reads each request whole, then fails as it is told."""

    daemon_threads = True
    allow_reuse_address = True
    fault: Misbehave = staticmethod(sends(reply()))

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(socketserver.BaseRequestHandler):
    server: FaultServer

    def handle(self) -> None:
        received = _whole_request(self.request)
        if received:
            self.server.requests.append(received)
            with suppress(OSError):  # the client did not wait
                self.server.fault(self.request)


def _whole_request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        if not (part := connection.recv(65536)):
            return b""
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", 0)):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield running
        running.shutdown()


def test_the_table_has_every_operation() -> None:
    public = {name for name in vars(AuroraXClient) if not name.startswith("_")}
    assert set(OPERATIONS) == public - NOT_ASKED


@pytest.mark.parametrize("fault", FAULTS)
def test_each_operation_ends_in_time_with_its_error(server: FaultServer, fault: str) -> None:
    expected = FAULTS[fault]
    limits = HURRIED if expected.error is TimedOutError else LIMITS
    longest_s = limits.total_s + limits.read_s + limits.asked_wait_s + 1.0
    server.fault = expected.does  # type: ignore[method-assign]

    def ends(name: str) -> None:
        error = expected.bodiless if name in BODILESS else expected.error
        began = time.monotonic()
        with closing(AuroraXClient.open(server.url, limits=limits)) as client:  # its circuit unbroken
            if error is None:
                OPERATIONS[name](client)
            else:
                with pytest.raises(AuroraXError) as caught:
                    OPERATIONS[name](client)
                assert isinstance(caught.value, error), (name, repr(caught.value))
                assert caught.value.advice, name
                assert "Traceback" not in caught.value.sentence
        assert time.monotonic() - began < longest_s, name

    with ThreadPoolExecutor(8) as pool:  # most of them wait
        list(pool.map(ends, OPERATIONS))


@pytest.mark.parametrize(
    ("url", "error"),
    [("http://127.0.0.1:9", UnreachableError), ("http://no-such-host.invalid", UnreachableError)],
    ids=["refused", "no such name"],
)
def test_where_nobody_is_each_operation_says_so(url: str, error: type[AuroraXError]) -> None:
    for name, operation in OPERATIONS.items():
        with closing(AuroraXClient.open(url, limits=LIMITS)) as client:
            with pytest.raises(error) as caught:
                operation(client)
            assert caught.value.may_have_arrived is False, name


@pytest.mark.parametrize("fault", ["reset", "half a body", "502", "no HTTP"])
def test_a_submission_that_arrived_and_was_not_answered_is_not_lost(
    server: FaultServer, archive_address: str, fault: str
) -> None:
    """The first answer is broken on its way; the second try has the same request id and finds the search."""
    archive = urlsplit(archive_address)

    def pass_on(connection: socket.socket) -> None:
        with socket.create_connection((archive.hostname, archive.port)) as upstream:
            upstream.sendall(server.requests[-1].replace(b"keep-alive", b"close"))
            answer = b""
            while part := upstream.recv(65536):
                answer += part
        if len(server.requests) == 1:
            FAULTS[fault].does(connection)
        else:
            connection.sendall(answer)

    server.fault = pass_on  # type: ignore[method-assign]
    limits = Limits(connect_s=2, read_s=5, total_s=20, backoff_base_s=0.01)
    with closing(AuroraXClient.open(server.url, limits=limits)) as client:
        request_id = client.submit_conjunctions(examples()[0].query)
    assert len(server.requests) == 2
    status = httpx.get(f"{archive_address}/api/v1/conjunctions/requests/{request_id}", timeout=30)
    assert status.status_code == 200
