import gzip
import os
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from aurorax_dashboard.api.errors import (
    AuroraXError,
    InvalidQueryError,
    MaintenanceError,
    RateLimitedError,
    ServerFailedError,
    TimedOutError,
    TooLargeError,
    UnexpectedAnswerError,
    UnreachableError,
)
from aurorax_dashboard.api.transport import Limits, Request, Transport

GET = Request("GET", "/api/v1/data_sources")
ONCE = Request("POST", "/api/v1/x", body=b"{}", repeatable=False)


def test_a_request_carries_key_user_agent_and_only_given_parameters(
    transport: Transport, server: Any, api_key: str
) -> None:
    server.answers_json({"fine": True})
    reply = transport.send(Request("GET", "/a", {"slow": True, "program": None, "n": 3}))
    sent = server.requests[0]
    assert str(sent.url) == "http://archive.test:8080/a?n=3&slow=true"
    assert sent.headers["x-aurorax-api-key"] == api_key
    assert sent.headers["user-agent"].startswith("aurorax-dashboard/")
    assert (reply.status, reply.body) == (200, b'{"fine":true}')


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_failures_are_tried_again(
    transport: Transport, server: Any, clock: Any, status: int
) -> None:
    server.answers(httpx.Response(status), httpx.Response(status), httpx.Response(200, content=b"1"))
    assert transport.send(GET).body == b"1"
    assert len(clock.slept) == 2
    assert 0 <= clock.slept[0] <= 0.5
    assert 0 <= clock.slept[1] <= 1.0


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 422, 501])
def test_lasting_failures_are_not(transport: Transport, server: Any, status: int) -> None:
    server.answers(httpx.Response(status, json={"error_message": "no"}))
    with pytest.raises(Exception, match=r"AuroraX at archive\.test:8080") as caught:
        transport.send(GET)
    assert len(server.requests) == 1
    assert caught.value.status == status  # type: ignore[attr-defined]


def test_it_gives_up_after_four_tries_and_says_how_many(transport: Transport, server: Any) -> None:
    server.answers(httpx.Response(500, json={"error_message": "out of cheese"}))
    with pytest.raises(ServerFailedError) as caught:
        transport.send(GET)
    assert len(server.requests) == 4
    assert (caught.value.tries, caught.value.details) == (4, "out of cheese")


def test_connection_errors_then_success(transport: Transport, server: Any) -> None:
    server.answers(
        httpx.ConnectError("refused"), httpx.ReadError("reset"), httpx.Response(200, content=b"1")
    )
    assert transport.send(GET).body == b"1"


def test_what_may_have_arrived_is_not_repeated_unless_that_is_safe(
    transport: Transport, server: Any
) -> None:
    server.answers(httpx.ReadTimeout("silence"))
    with pytest.raises(TimedOutError) as caught:
        transport.send(ONCE)
    assert len(server.requests) == 1
    assert caught.value.may_have_arrived


def test_what_never_left_is_repeated_always(transport: Transport, server: Any) -> None:
    server.answers(httpx.ConnectTimeout("nobody"), httpx.Response(202))
    assert transport.send(ONCE).status == 202


def test_an_early_try_that_may_have_arrived_is_not_forgotten(transport: Transport, server: Any) -> None:
    server.answers(httpx.ReadTimeout("silent"), httpx.ConnectError("refused"))
    with pytest.raises(UnreachableError) as caught:
        transport.send(GET)
    assert caught.value.may_have_arrived
    server.answers(httpx.ConnectError("refused"))
    with pytest.raises(UnreachableError) as caught:
        transport.send(GET)
    assert not caught.value.may_have_arrived


def test_retry_after_is_obeyed(transport: Transport, server: Any, clock: Any) -> None:
    server.answers(
        httpx.Response(429, headers={"retry-after": "90"}),
        httpx.Response(503, headers={"retry-after": "Sun, 01 Mar 2026 12:01:50 GMT"}),
        httpx.Response(200),
    )
    transport.send(GET)
    assert clock.slept == [90.0, 20.0]


@pytest.mark.parametrize("header", ["121", "Sun, 01 Mar 2026 13:00:00 GMT"])
def test_a_retry_after_that_is_too_long_ends_the_call_with_the_time(
    transport: Transport, server: Any, clock: Any, header: str
) -> None:
    server.answers(httpx.Response(429, headers={"retry-after": header}))
    with pytest.raises(RateLimitedError) as caught:
        transport.send(GET)
    assert clock.slept == []
    assert caught.value.retry_at is not None
    assert caught.value.retry_at > clock.now()


def test_pauses_that_the_server_asks_for_are_limited_together(
    transport: Transport, server: Any, clock: Any
) -> None:
    server.answers(httpx.Response(429, headers={"retry-after": "70"}))
    with pytest.raises(RateLimitedError):
        transport.send(GET)
    assert clock.slept == [70.0]


def test_a_hurried_call_does_not_wait_for_the_server(
    transport: Transport, server: Any, clock: Any
) -> None:
    server.answers(httpx.Response(503, headers={"retry-after": "1"}))
    with pytest.raises(MaintenanceError):
        transport.within(4.0).send(GET)
    assert clock.slept == []


def test_all_tries_together_keep_the_total_time(transport: Transport, server: Any, clock: Any) -> None:
    def slow(_request: httpx.Request) -> httpx.Response:
        clock.seconds += 25
        raise httpx.ReadTimeout("silence")

    server.answers(slow)
    with pytest.raises(TimedOutError):
        transport.send(GET)
    assert len(server.requests) == 3  # 25 s, 50 s, then the 60 s are over
    timeout = server.requests[-1].extensions["timeout"]
    assert timeout["read"] <= 10.0
    assert timeout["connect"] == 5.0


def test_a_dribbling_answer_is_cut_off_in_time(transport: Transport, server: Any, clock: Any) -> None:
    def dribble() -> Iterator[bytes]:
        for _ in range(1000):
            clock.seconds += 5
            yield b" "

    server.answers(lambda _: httpx.Response(200, content=dribble()))
    with pytest.raises(TimedOutError, match="did not finish"):
        transport.send(GET)
    assert clock.seconds < 70


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_larger_than_the_limit_is_not_read(server: Any, announced: bool) -> None:
    read = []

    def body() -> Iterator[bytes]:
        for _ in range(1000):
            read.append(1)
            yield b"x" * 1000

    headers = {"content-length": "1000000"} if announced else {}
    server.answers(lambda _: httpx.Response(200, headers=headers, content=body()))
    small = Transport(server.url, limits=Limits(max_bytes=10_000), transport=server.transport)
    with pytest.raises(TooLargeError):
        small.send(GET)
    assert len(read) == (0 if announced else 11)
    assert len(server.requests) == 1


def test_the_body_of_an_error_is_limited_too(transport: Transport, server: Any) -> None:
    server.answers(httpx.Response(400, content=b"x" * 10_000_000))
    with pytest.raises(InvalidQueryError) as caught:
        transport.send(GET)
    assert caught.value.details is None


def test_a_web_page_is_not_data(transport: Transport, server: Any) -> None:
    server.answers(httpx.Response(200, html="<html>Log in to the wireless network</html>"))
    with pytest.raises(UnexpectedAnswerError, match="web page"):
        transport.send(GET)
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/plain", ""])
def test_the_content_type_of_data_does_not_matter(transport: Transport, server: Any, kind: str) -> None:
    server.answers(httpx.Response(200, headers={"content-type": kind}, content=b"[]"))
    assert transport.send(GET).body == b"[]"


def _packed(*chunks: bytes) -> Callable[[httpx.Request], httpx.Response]:
    headers = {"content-encoding": "gzip"}
    return lambda _: httpx.Response(200, headers=headers, content=iter(chunks))


def test_packed_answers_are_unpacked_whatever_their_pieces(transport: Transport, server: Any) -> None:
    body = b"[" + b"1234567," * 500_000 + b"1]"
    packed = gzip.compress(body[:3_000_000]) + gzip.compress(body[3_000_000:])
    server.answers(_packed(packed[:10], packed[10:5000], packed[5000:]), _packed(packed))
    assert transport.send(GET).body == body
    assert transport.send(GET).body == body


@pytest.mark.parametrize("status", [200, 400])
def test_a_small_answer_that_unpacks_to_a_huge_one_is_not_held(server: Any, status: int) -> None:
    small = Transport(server.url, limits=Limits(max_bytes=2_000_000), transport=server.transport)
    bomb = gzip.compress(b" " * 300_000_000)
    headers = {"content-encoding": "gzip"}
    server.answers(lambda _: httpx.Response(status, headers=headers, content=iter([bomb])))
    tracemalloc.start()
    with pytest.raises(AuroraXError):
        small.send(GET)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_packing_that_nobody_asked_for_is_refused(
    transport: Transport, server: Any, encoding: str
) -> None:
    headers = {"content-encoding": encoding}
    server.answers(lambda _: httpx.Response(200, headers=headers, content=iter([b"x"])))
    with pytest.raises(UnexpectedAnswerError, match="nobody asked for"):
        transport.send(GET)
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_a_packed_body_that_is_cut_off_is_damaged(transport: Transport, server: Any) -> None:
    server.answers(_packed(gzip.compress(b"[1, 2, 3]" * 100)[:-9]))
    with pytest.raises(UnexpectedAnswerError, match="damaged"):
        transport.send(GET)


def test_a_damaged_body_is_an_unexpected_answer(transport: Transport, server: Any) -> None:
    def damaged() -> Iterator[bytes]:
        yield b"not gzip"

    headers = {"content-encoding": "gzip"}
    server.answers(lambda _: httpx.Response(200, headers=headers, content=damaged()))
    with pytest.raises(UnexpectedAnswerError, match="damaged"):
        transport.send(GET)


def test_redirects_are_not_followed_so_that_the_key_stays_here(
    transport: Transport, server: Any
) -> None:
    server.answers(httpx.Response(302, headers={"location": "https://elsewhere.test/"}))
    with pytest.raises(UnexpectedAnswerError):
        transport.send(GET)
    assert [r.url.host for r in server.requests] == ["archive.test"]


def test_the_api_key_shows_nowhere(transport: Transport, server: Any, api_key: str) -> None:
    assert api_key not in repr(transport)
    assert api_key not in transport.fingerprint(GET)
    failures: list[Any] = [
        httpx.Response(401, json={"error_message": f"key {api_key} is not valid"}),
        httpx.ConnectError(f"failed with {api_key}"),
    ]
    for failure in failures:
        server.answers(failure)
        with pytest.raises((Exception,)) as caught:
            transport.send(GET)
        assert api_key not in repr([caught.value, vars(caught.value)])
        assert "[API key]" in str(vars(caught.value))


def test_fingerprints_tell_servers_accounts_and_requests_apart() -> None:
    requests = [GET, Request("GET", GET.path, {"a": 1}), Request("GET", GET.path, body=b"{}")]
    transports = [
        Transport("https://api.aurorax.space"),
        Transport("http://127.0.0.1:8080"),
        Transport("http://127.0.0.1:8080", "key-one"),
        Transport("http://127.0.0.1:8080", "key-two"),
    ]
    prints = {t.fingerprint(r) for t in transports for r in requests}
    assert len(prints) == len(requests) * len(transports)
    again = Transport("http://127.0.0.1:8080/", "key-one")
    assert again.fingerprint(GET) == transports[2].fingerprint(GET)


@pytest.mark.parametrize("address", ["", "api.aurorax.space", "ftp://x", "http://", "http://a b:c"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Transport(address)


@pytest.mark.parametrize("key", ["two words", "new\nline", "clé"])
def test_an_api_key_that_cannot_be_sent_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        Transport("http://127.0.0.1", key)
    assert key not in str(caught.value)


def test_a_fork_gets_its_own_connections(
    transport: Transport, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport.send(GET)
    parent = transport._client()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    child = transport._client()
    assert child is not parent
    assert transport._client() is child
    assert not parent.is_closed
    transport.close()
    assert child.is_closed
    assert not parent.is_closed


def test_nothing_listens() -> None:
    with pytest.raises(UnreachableError) as caught:
        Transport("http://127.0.0.1:9", limits=Limits(tries=1)).send(GET)
    assert not caught.value.may_have_arrived
