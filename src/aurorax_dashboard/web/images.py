"""Pictures of data products, fetched by the dashboard itself for its pages.

The content policy lets pages load pictures from the dashboard alone, and a browser may not reach the
server at all. So they are fetched here: only from hosts that the settings name, or from the AuroraX
server itself, and only if they are pictures. It is no open proxy: an address is refused before anything
is connected, and what it leads to is checked again at every redirection.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin
from urllib.request import getproxies, proxy_bypass

import httpx
import msgspec
from flask import Flask, Response, request
from PIL import Image

from aurorax_dashboard.api.bytestore import ByteStore
from aurorax_dashboard.api.deadline import ends_within, watched
from aurorax_dashboard.web.image_hosts import ImageError, ImageHosts, Resolve, public_addresses, resolve

PATH = "/images/"

MAX_BYTES = 16 * 1024 * 1024
"""A daily keogram of full height has a quarter of a megabyte, a movie some of them."""

_MAX_PIXELS = 40_000_000
_MAX_REDIRECTS = 3
_TOTAL_S = 15.0
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_AT_ONCE = 4
"""Pictures that one process fetches at once: its threads must stay free for the pages."""
_PATIENCE_S = 2.0
_FRESH_S = 86_400.0
"""Age from which a picture is asked for again: that of a night that is not over still grows."""
_BROWSER_CACHE = "private, max-age=86400"
_SMALL_ROWS = 96
_SMALL_QUALITY = 82

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as it is kept."""

    media_type: str
    body: bytes
    fetched: float
    """Seconds since 1970."""
    upstream_tag: str | None = None

    @property
    def tag(self) -> str:
        """What changes when the picture does."""
        return blake2b(self.body, digest_size=12).hexdigest()


def sniffed(body: bytes) -> str | None:
    """Return which of :data:`TYPES` `body` is by its first bytes, None if it is none."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if body.startswith(magic)), None)


def small(picture: Picture) -> Picture:
    """Return a picture with a fraction of its rows and all its columns, as rows of nights show it.

    Raises
    ------
    ImageError
        If it cannot be read, or is larger than any product.
    """
    try:
        with Image.open(io.BytesIO(picture.body), formats=("PNG", "JPEG", "GIF", "WEBP")) as opened:
            if opened.width * opened.height > _MAX_PIXELS:
                raise ImageError(HTTPStatus.BAD_GATEWAY, "This picture is too large.")
            rows = min(opened.height, _SMALL_ROWS)
            shrunk = opened.convert("RGB").resize((opened.width, rows), Image.Resampling.BOX)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageError(HTTPStatus.BAD_GATEWAY, "This picture is damaged.") from error
    file = io.BytesIO()
    shrunk.save(file, "WEBP", quality=_SMALL_QUALITY)
    return msgspec.structs.replace(picture, media_type="image/webp", body=file.getvalue())


class Images:
    """Fetches pictures and keeps them.

    Parameters
    ----------
    hosts
        From where.
    store
        Where they are kept for all processes.
    transport
        How httpx reaches the network, for tests.
    lookup
        How hosts are found, for tests.
    clock
        Wall clock in seconds.
    """

    def __init__(
        self,
        hosts: ImageHosts,
        store: ByteStore,
        *,
        transport: httpx.BaseTransport | None = None,
        lookup: Resolve = resolve,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._hosts = hosts
        self._store = store
        self._transport = transport
        self._lookup = lookup
        self._clock = clock
        self._free = threading.BoundedSemaphore(_AT_ONCE)
        self._clients: dict[tuple[int, str], httpx.Client] = {}

    def picture(self, url: str, *, as_row: bool = False) -> Picture:
        """Return the picture at `url`; with `as_row` the :func:`small` form of it.

        An older copy is returned where there is one and the host does not answer.

        Raises
        ------
        ImageError
            If it is refused, or cannot be had.
        """
        self._hosts.check(url)
        shrunk_name = _name(url, "row")
        kept = self._kept(shrunk_name if as_row else _name(url, "whole"))
        if kept is not None and self._clock() - kept.fetched < _FRESH_S:
            return kept
        whole = self._renewed(url)
        if not as_row:
            return whole
        shrunk = small(whole)
        self._store.put(shrunk_name, msgspec.msgpack.encode(shrunk))
        return shrunk

    def _kept(self, name: str) -> Picture | None:
        raw = self._store.get(name)
        try:
            return None if raw is None else msgspec.msgpack.decode(raw, type=Picture)
        except msgspec.DecodeError:
            return None  # left by another version

    def _renewed(self, url: str) -> Picture:
        kept = self._kept(_name(url, "whole"))
        if kept is not None and self._clock() - kept.fetched < _FRESH_S:
            return kept
        if not self._free.acquire(timeout=_PATIENCE_S):
            raise ImageError(HTTPStatus.SERVICE_UNAVAILABLE, "Many pictures are being fetched.")
        try:
            picture = self._fetch(url, kept)
        except ImageError as error:
            if kept is None or error.status is HTTPStatus.NOT_FOUND:
                raise
            return kept
        finally:
            self._free.release()
        self._store.put(_name(url, "whole"), msgspec.msgpack.encode(picture))
        return picture

    def _fetch(self, url: str, kept: Picture | None) -> Picture:
        deadline = time.monotonic() + _TOTAL_S
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                with ends_within(deadline - time.monotonic()):
                    answer = self._ask(self._hosts.check(url), kept, deadline)
            except httpx.TimeoutException as error:
                raise ImageError(
                    HTTPStatus.GATEWAY_TIMEOUT, "The host of this picture does not answer."
                ) from error
            except httpx.HTTPError as error:
                raise ImageError(
                    HTTPStatus.BAD_GATEWAY, "The host of this picture cannot be reached."
                ) from error
            if answer.location is None:
                return self._accepted(answer, kept)
            url = answer.location
        raise ImageError(HTTPStatus.BAD_GATEWAY, "This picture is redirected too often.")

    def _accepted(self, answer: _Answer, kept: Picture | None) -> Picture:
        if answer.status == HTTPStatus.NOT_MODIFIED and kept is not None:
            return msgspec.structs.replace(kept, fetched=self._clock())
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise ImageError(HTTPStatus.NOT_FOUND, "There is no such picture at its host.")
        if answer.status != HTTPStatus.OK:
            raise ImageError(
                HTTPStatus.BAD_GATEWAY, f"The host of this picture answers {answer.status}."
            )
        media_type = sniffed(answer.body)
        if answer.media_type not in TYPES or media_type is None:
            raise ImageError(HTTPStatus.BAD_GATEWAY, "What is at this address is no picture.")
        return Picture(
            media_type=media_type,
            body=answer.body,
            fetched=self._clock(),
            upstream_tag=answer.tag,
        )

    def _ask(self, parts: SplitResult, kept: Picture | None, deadline: float) -> _Answer:
        """Ask once, at each address of the host until one takes the connection."""
        headers = {"Accept": ", ".join(sorted(TYPES)), "Accept-Encoding": "identity"}
        if kept is not None and kept.upstream_tag:
            headers["If-None-Match"] = kept.upstream_tag
        host = parts.hostname or ""
        if self._hosts.is_own(parts) or _has_proxy(host):  # a proxy finds hosts by itself
            return self._read(
                parts, host, httpx.Request("GET", parts.geturl(), headers=headers), deadline
            )
        refused: httpx.TransportError | None = None
        for address in public_addresses(host, self._lookup):
            # The very address that was checked: the name might lead elsewhere when asked again.
            target = parts._replace(netloc=f"[{address}]" if address.version == 6 else str(address))
            asked = httpx.Request(
                "GET",
                target.geturl(),
                headers={**headers, "Host": host},
                extensions={"sni_hostname": host},
            )
            try:
                return self._read(parts, host, asked, deadline)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                refused = error
        raise refused or httpx.ConnectError("no address")

    def _read(self, parts: SplitResult, host: str, asked: httpx.Request, deadline: float) -> _Answer:
        reply = self._client(parts, host).send(asked, stream=True, follow_redirects=False)
        try:
            answer = _Answer.of(reply, parts.geturl())
            if answer.status != HTTPStatus.OK:
                return answer
            if int(reply.headers.get("content-length", "0") or 0) > MAX_BYTES:
                raise ImageError(HTTPStatus.BAD_GATEWAY, "This picture is too large.")
            return replace(answer, body=_limited(reply, deadline))
        except ValueError as error:
            raise ImageError(
                HTTPStatus.BAD_GATEWAY, "The host of this picture answers nonsense."
            ) from error
        finally:
            reply.close()

    def _client(self, parts: SplitResult, host: str) -> httpx.Client:
        """Return the client of this process for one host: connections are known by address alone."""
        name = (os.getpid(), f"{parts.scheme}:{host}")
        if name not in self._clients:
            own = self._hosts.is_own(parts)
            named = not own and not _has_proxy(host)
            self._clients[name] = watched(
                httpx.Client(
                    timeout=_TIMEOUT,
                    transport=self._transport,
                    trust_env=not (named or host in {"localhost", "127.0.0.1", "::1"}),
                )
            )
        return self._clients[name]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a host answered."""

    status: int
    media_type: str
    tag: str | None
    location: str | None
    """The whole address that it leads on to."""
    body: bytes = b""

    @classmethod
    def of(cls, reply: httpx.Response, url: str) -> _Answer:
        """Return what was answered to `url`; ValueError where it leads on to what is no address."""
        location = reply.headers.get("location") if reply.is_redirect else None
        return cls(
            status=reply.status_code,
            media_type=reply.headers.get("content-type", "").partition(";")[0].strip().lower(),
            tag=reply.headers.get("etag"),
            location=None if location is None else urljoin(url, location),
        )


def _limited(reply: httpx.Response, deadline: float) -> bytes:
    """Return the body as it is sent: what is packed could unfold to anything."""
    if reply.headers.get("content-encoding", "identity").lower() != "identity":
        raise ImageError(HTTPStatus.BAD_GATEWAY, "This picture was packed, which was not asked for.")
    body = bytearray()
    for piece in reply.iter_raw():
        body += piece
        if len(body) > MAX_BYTES:
            raise ImageError(HTTPStatus.BAD_GATEWAY, "This picture is too large.")
        if time.monotonic() > deadline:
            raise ImageError(HTTPStatus.GATEWAY_TIMEOUT, "This picture takes too long.")
    return bytes(body)


def _has_proxy(host: str) -> bool:
    """Return whether the environment names a proxy for `host`, as httpx reads it."""
    return bool({"https", "all"} & getproxies().keys()) and not proxy_bypass(host)


def _name(url: str, form: str) -> str:
    return f"{form}:{blake2b(url.encode(), digest_size=20).hexdigest()}"


def serve_images(server: Flask, images: Images) -> None:
    """Answer ``/images/?url=…`` with the picture at that address; with ``&row=1`` as a row of nights."""

    @server.get(PATH)
    def image() -> Response:
        if request.headers.get("Sec-Fetch-Site") not in {None, "same-origin", "none"}:
            return _refusal(ImageError(HTTPStatus.FORBIDDEN, "Pictures are for our own pages."))
        try:
            picture = images.picture(request.args.get("url", ""), as_row="row" in request.args)
        except ImageError as error:
            return _refusal(error)
        response = Response(picture.body, mimetype=picture.media_type)
        response.set_etag(picture.tag)
        response.headers["Cache-Control"] = _BROWSER_CACHE
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.make_conditional(request.environ)
        return response


def _refusal(error: ImageError) -> Response:
    response = Response(str(error), error.status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    if error.status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "2"
    return response
