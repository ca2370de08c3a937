"""The picture proxy: what it fetches, what it refuses, what it keeps. Nothing here reaches a network."""

from __future__ import annotations

import io
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from aurorax_dashboard.api.bytestore import MemoryStore
from aurorax_dashboard.web import images as images_module
from aurorax_dashboard.web.image_hosts import ImageError, ImageHosts, public_addresses, resolve
from aurorax_dashboard.web.images import (
    MAX_BYTES,
    Images,
    Picture,
    serve_images,
    small,
    sniffed,
)

API = "http://127.0.0.1:9000"
HOST = "data.example.org"
PUBLIC = "93.184.216.34"
URL = f"https://{HOST}/keogram.png"
HOSTS = ImageHosts.of(API, [HOST.upper(), "other.example.org"])


def picture(form: str = "PNG", size: tuple[int, int] = (40, 200)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "green").save(file, form)
    return file.getvalue()


PNG = picture()


class Web:
    """A network in which every request is noted and answered by one function."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] | None = None) -> None:
        self.asked: list[httpx.Request] = []
        self.answer = answer or (lambda _: answered(PNG))
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)


def answered(body: bytes, kind: str = "image/png", status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(
        status, stream=httpx.ByteStream(body), headers={"content-type": kind, **named}
    )


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def images(web: Web, *, address: str = PUBLIC, clock: Clock | None = None) -> Images:
    return Images(
        HOSTS,
        MemoryStore(),
        transport=web.transport,
        lookup=lambda _: [address],
        clock=clock or Clock(),
    )


def refused(fetch: Callable[[], object]) -> HTTPStatus:
    with pytest.raises(ImageError) as caught:
        fetch()
    assert str(caught.value).endswith(".")
    return caught.value.status


# ---- from where ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.org/a.png",
        f"https://{HOST}.elsewhere.org/a.png",
        f"https://sub.{HOST}/a.png",
        f"https://elsewhere.org/?{HOST}",
        f"http://{HOST}/a.png",
        f"https://{HOST}:8443/a.png",
        "http://127.0.0.1:9001/a.png",
        "https://127.0.0.1:9000/a.png",
        "http://localhost:9000/a.png",
        "http://[::1]:9000/a.png",
        "http://169.254.169.254/latest/meta-data",
        f"https://{HOST}./a.png",
    ],
)
def test_a_host_that_nobody_named_is_never_asked(url: str) -> None:
    web = Web()
    assert refused(lambda: images(web).picture(url)) is HTTPStatus.FORBIDDEN
    assert not HOSTS.allows(url)
    assert web.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "keogram.png",
        "//data.example.org/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        f"ftp://{HOST}/a.png",
        f"https://someone@{HOST}/a.png",
        f"https://someone:secret@{HOST}/a.png",
        f"https://{HOST}@elsewhere.org/a.png",
        f"https://{HOST}\\@elsewhere.org/a.png",
        f"https://{HOST}/a b.png",
        f"https://{HOST}/a.png\r\nX-Header: 1",
        f"https://{HOST}/a.png\n",
        f"https://{HOST}/ä.png",
        f"https://{HOST}/a.png#fragment",
        f"https://{HOST}:0/a.png",
        f"https://{HOST}:99999/a.png",
        f"https://{HOST}:port/a.png",
        "https://[::1/a.png",
        f"https://{HOST}/" + "a" * 2_000,
    ],
)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    web = Web()
    assert refused(lambda: images(web).picture(url)) is HTTPStatus.BAD_REQUEST
    assert web.asked == []


def test_the_server_itself_and_the_named_hosts_are_asked() -> None:
    web = Web()
    for url in (f"{API}/files/keogram.png", URL, f"https://{HOST.upper()}:443/keogram.png"):
        assert HOSTS.allows(url)
        assert images(web).picture(url).body == PNG
    assert [request.url.host for request in web.asked] == ["127.0.0.1", PUBLIC, PUBLIC]


# ---- private networks ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "::7f00:1",
        "fe80::1%eth0",
    ],
)
def test_a_named_host_may_not_lead_into_a_private_network(address: str) -> None:
    web = Web()
    assert refused(lambda: images(web, address=address).picture(URL)) is HTTPStatus.BAD_GATEWAY
    assert web.asked == []


def test_a_public_host_is_reached_from_a_network_that_translates_its_address() -> None:
    assert images(web := Web(), address="64:ff9b::5db8:d822").picture(URL).body == PNG
    assert web.asked[0].url.host == "64:ff9b::5db8:d822"


def test_one_private_address_among_public_ones_is_enough() -> None:
    status = refused(lambda: public_addresses(HOST, lambda _: [PUBLIC, "10.0.0.1"]))
    assert status is HTTPStatus.BAD_GATEWAY


def test_the_address_that_was_checked_is_the_one_that_is_asked() -> None:
    """A name that leads elsewhere when asked again gains nothing."""
    web, answers = Web(), iter([[PUBLIC], ["127.0.0.1"]])
    store = Images(HOSTS, MemoryStore(), transport=web.transport, lookup=lambda _: next(answers))
    store.picture(URL)
    [asked] = web.asked
    assert asked.url.host == PUBLIC
    assert asked.headers["host"] == HOST
    assert asked.extensions["sni_hostname"] == HOST  # the certificate is that of the name


def test_the_next_address_is_asked_where_one_takes_no_connection() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == PUBLIC:
            raise httpx.ConnectError("refused")
        return answered(PNG)

    web = Web(answer)
    addresses = [PUBLIC, "2606:2800:220:1::1"]
    store = Images(HOSTS, MemoryStore(), transport=web.transport, lookup=lambda _: addresses)
    assert store.picture(URL).body == PNG
    assert [request.url.host for request in web.asked] == addresses


def test_a_host_without_address_is_said_to_be_unknown() -> None:
    def nothing(_: str) -> list[str]:
        raise OSError("no such name")

    store = Images(HOSTS, MemoryStore(), transport=Web().transport, lookup=nothing)
    assert refused(lambda: store.picture(URL)) is HTTPStatus.BAD_GATEWAY


def test_this_machine_can_be_resolved() -> None:
    assert set(resolve("localhost")) <= {"127.0.0.1", "::1"}


# ---- redirections --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "status"),
    [
        ("https://elsewhere.org/a.png", HTTPStatus.FORBIDDEN),
        ("//elsewhere.org/a.png", HTTPStatus.FORBIDDEN),
        ("http://169.254.169.254/", HTTPStatus.FORBIDDEN),
        (f"http://{HOST}/a.png", HTTPStatus.FORBIDDEN),
        ("file:///etc/passwd", HTTPStatus.BAD_REQUEST),
        ("/again", HTTPStatus.BAD_GATEWAY),
        ("http://[bad", HTTPStatus.BAD_GATEWAY),
        ("//[bad]/a.png", HTTPStatus.BAD_GATEWAY),
    ],
)
def test_a_redirection_is_checked_like_any_address(location: str, status: HTTPStatus) -> None:
    web = Web(lambda _: answered(b"", status=302, location=location))
    assert refused(lambda: images(web).picture(URL)) is status
    assert {request.url.host for request in web.asked} == {PUBLIC}
    assert len(web.asked) <= 4


def test_a_redirection_to_a_named_host_is_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["host"] == HOST:
            return answered(b"", status=301, location="https://other.example.org/new.png")
        return answered(PNG)

    web = Web(answer)
    assert images(web).picture(URL).body == PNG
    assert [request.headers["host"] for request in web.asked] == [HOST, "other.example.org"]


# ---- what ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kind"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_pictures_are_known_by_their_first_bytes(form: str, kind: str) -> None:
    body = picture(form)
    assert sniffed(body) == kind
    # What is said of it is not repeated: only what it is.
    assert images(Web(lambda _: answered(body, "image/png"))).picture(URL).media_type == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html><script>alert(1)</script>", "image/png"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b"", "image/png"),
        (PNG, "text/html"),
        (PNG, "image/svg+xml"),
        (PNG, ""),
    ],
)
def test_what_is_no_picture_is_not_passed_on(body: bytes, kind: str) -> None:
    web = Web(lambda _: answered(body, kind))
    assert refused(lambda: images(web).picture(URL)) is HTTPStatus.BAD_GATEWAY


class Endless(httpx.SyncByteStream):
    """A body that never ends, of which it is counted how much was taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        yield PNG
        while True:
            self.taken += 1 << 20
            yield bytes(1 << 20)


def test_a_body_without_end_is_given_up() -> None:
    stream = Endless()
    web = Web(lambda _: httpx.Response(200, headers={"content-type": "image/png"}, stream=stream))
    assert refused(lambda: images(web).picture(URL)) is HTTPStatus.BAD_GATEWAY
    assert stream.taken <= MAX_BYTES + (2 << 20)


def test_a_body_that_is_said_to_be_too_large_is_not_begun() -> None:
    stream = Endless()
    headers = {"content-type": "image/png", "content-length": str(MAX_BYTES + 1)}
    web = Web(lambda _: httpx.Response(200, headers=headers, stream=stream))
    assert refused(lambda: images(web).picture(URL)) is HTTPStatus.BAD_GATEWAY
    assert stream.taken == 0


def test_a_slow_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images_module, "_TOTAL_S", -1.0)
    assert refused(lambda: images(Web()).picture(URL)) is HTTPStatus.GATEWAY_TIMEOUT


def test_headers_that_dribble_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images_module, "_TOTAL_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                for byte in b"HTTP/1.1 200 OK\r\nX-Filling: " + 60 * b"x":
                    connection.sendall(bytes([byte]))
                    time.sleep(0.05)

        threading.Thread(target=serve, daemon=True).start()
        own = f"http://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        fetching = Images(ImageHosts.of(own, []), MemoryStore())
        assert refused(lambda: fetching.picture(f"{own}/night.png")) is HTTPStatus.GATEWAY_TIMEOUT
        assert time.monotonic() - began < 2.0


def test_a_packed_body_is_not_unpacked() -> None:
    bomb = zlib.compress(bytes(1 << 20))
    web = Web(
        lambda _: httpx.Response(
            200,
            headers={"content-type": "image/png", "content-encoding": "deflate"},
            stream=httpx.ByteStream(bomb),
        )
    )
    assert refused(lambda: images(web).picture(URL)) is HTTPStatus.BAD_GATEWAY
    assert web.asked[0].headers["accept-encoding"] == "identity"


def test_nonsense_in_a_header_is_no_failure_of_ours() -> None:
    headers = {"content-type": "image/png", "content-length": "many"}
    web = Web(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(PNG)))
    assert refused(lambda: images(web).picture(URL)) is HTTPStatus.BAD_GATEWAY


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (httpx.ReadTimeout("slow"), HTTPStatus.GATEWAY_TIMEOUT),
        (httpx.ConnectError("refused"), HTTPStatus.BAD_GATEWAY),
        (httpx.RemoteProtocolError("nonsense"), HTTPStatus.BAD_GATEWAY),
        (404, HTTPStatus.NOT_FOUND),
        (410, HTTPStatus.NOT_FOUND),
        (403, HTTPStatus.BAD_GATEWAY),
        (500, HTTPStatus.BAD_GATEWAY),
    ],
)
def test_each_failure_of_a_host_has_its_answer(failure: Exception | int, status: HTTPStatus) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        if isinstance(failure, Exception):
            raise failure
        return answered(b"", status=failure)

    assert refused(lambda: images(Web(answer)).picture(URL)) is status


# ---- rows of nights ------------------------------------------------------------------------------


def made(body: bytes) -> Picture:
    return Picture(media_type="image/png", body=body, fetched=0.0)


def test_a_row_has_all_columns_and_few_rows() -> None:
    row = small(made(picture(size=(1440, 400))))
    with Image.open(io.BytesIO(row.body)) as opened:
        assert opened.format == "WEBP"
        assert opened.size == (1440, 96)
    assert row.media_type == "image/webp"


def test_a_small_picture_is_not_enlarged() -> None:
    with Image.open(io.BytesIO(small(made(picture(size=(50, 20)))).body)) as opened:
        assert opened.size == (50, 20)


def test_a_picture_of_too_many_pixels_is_never_unpacked() -> None:
    """A megabyte of nothing would unfold to gigabytes."""
    body = bytearray(picture(size=(1, 1)))
    body[16:24] = (100_000).to_bytes(4, "big") + (100_000).to_bytes(4, "big")
    body[29:33] = zlib.crc32(body[12:29]).to_bytes(4, "big")
    assert refused(lambda: small(made(bytes(body)))) is HTTPStatus.BAD_GATEWAY
    large = picture(size=(8_000, 5_001))
    assert len(large) < 1 << 20
    assert refused(lambda: small(made(large))) is HTTPStatus.BAD_GATEWAY


@pytest.mark.parametrize("body", [PNG[:60], PNG[:20], b"\x89PNG\r\n\x1a\n" + bytes(50), b"GIF89a"])
def test_a_damaged_picture_is_said_to_be_one(body: bytes) -> None:
    assert refused(lambda: small(made(body))) is HTTPStatus.BAD_GATEWAY


# ---- keeping -------------------------------------------------------------------------------------


def test_a_picture_is_fetched_once_for_both_its_forms() -> None:
    web = Web()
    store = images(web)
    rows = [store.picture(URL, as_row=True) for _ in range(2)]
    assert store.picture(URL).body == PNG
    assert rows[0].body == rows[1].body != PNG
    assert len(web.asked) == 1


def test_an_old_picture_is_asked_for_again_and_kept_if_it_is_the_same() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("if-none-match") == '"one"':
            return httpx.Response(304)
        return answered(PNG, etag='"one"')

    web, clock = Web(answer), Clock()
    store = images(web, clock=clock)
    store.picture(URL)
    clock.now += 90_000
    assert store.picture(URL).body == PNG
    assert len(web.asked) == 2
    store.picture(URL)
    assert len(web.asked) == 2, "what was just found to be the same is fresh again"


def test_an_old_picture_is_shown_while_its_host_is_away_but_not_once_it_is_gone() -> None:
    web, clock = Web(), Clock()
    store = images(web, clock=clock)
    store.picture(URL)
    clock.now += 90_000
    web.answer = lambda _: answered(b"", status=503)
    assert store.picture(URL).body == PNG
    web.answer = lambda _: answered(b"", status=404)
    assert refused(lambda: store.picture(URL)) is HTTPStatus.NOT_FOUND


def test_what_another_version_kept_is_fetched_anew() -> None:
    class Strange(MemoryStore):
        def get(self, name: str) -> bytes | None:
            return b"something else"

    web = Web()
    store = Images(HOSTS, Strange(), transport=web.transport, lookup=lambda _: [PUBLIC])
    assert store.picture(URL).body == PNG


def test_too_many_at_once_are_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images_module, "_PATIENCE_S", 0.01)
    statuses: list[HTTPStatus] = []

    def answer(_: httpx.Request) -> httpx.Response:
        depth = len(web.asked)
        if depth <= 4:
            try:
                store.picture(f"{URL}?{depth}")
            except ImageError as error:
                statuses.append(error.status)
        return answered(PNG)

    web = Web(answer)
    store = images(web)
    store.picture(URL)
    assert statuses == [HTTPStatus.SERVICE_UNAVAILABLE]
    assert store.picture(f"{URL}?later").body == PNG, "each place is given back"


# ---- the address of the dashboard ----------------------------------------------------------------


@pytest.fixture
def browser() -> FlaskClient:
    server = Flask("test")
    serve_images(server, images(Web()))
    return server.test_client()


def test_a_page_gets_a_picture_that_its_browser_keeps(browser: FlaskClient) -> None:
    first = browser.get("/images/", query_string={"url": URL})
    assert (first.status_code, first.mimetype, first.data) == (200, "image/png", PNG)
    assert "private" in first.headers["Cache-Control"]
    assert first.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    again = browser.get(
        "/images/", query_string={"url": URL}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_row_is_another_picture(browser: FlaskClient) -> None:
    row = browser.get("/images/", query_string={"url": URL, "row": "1"})
    assert row.mimetype == "image/webp"


def test_a_refusal_is_a_plain_sentence_that_nothing_keeps(browser: FlaskClient) -> None:
    refusal = browser.get("/images/", query_string={"url": "https://elsewhere.org/<script>"})
    assert (refusal.status_code, refusal.mimetype) == (403, "text/plain")
    assert refusal.headers["Cache-Control"] == "no-store"
    assert "script" not in refusal.text
    assert browser.get("/images/").status_code == 400


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)]
)
def test_other_sites_cannot_borrow_pictures(browser: FlaskClient, site: str, status: int) -> None:
    headers = {"Sec-Fetch-Site": site}
    assert browser.get("/images/", query_string={"url": URL}, headers=headers).status_code == status


def test_the_hosts_are_those_of_the_settings() -> None:
    assert ImageHosts.of(API, []).allows(f"{API}/a.png")
    assert not ImageHosts.of(API, []).allows(URL)


def test_behind_a_proxy_the_host_is_asked_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a machine may know no other host, and the proxy has rules of its own."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.org:3128")
    web = Web()
    assert images(web, address="10.0.0.1").picture(URL).body == PNG
    assert [request.url.host for request in web.asked] == [HOST]
    monkeypatch.setenv("NO_PROXY", HOST)
    assert refused(lambda: images(web, address="10.0.0.1").picture(URL)) is HTTPStatus.BAD_GATEWAY
