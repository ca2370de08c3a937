"""HTTP to one AuroraX server: limits on time and size, retries, failures as our errors.

Nothing here knows what a request means. A caller builds a :class:`Request` and says whether it is
safe to repeat; :meth:`Transport.send` returns a :class:`Reply` with a 2xx status or raises one of
:mod:`~aurorax_dashboard.api.errors`.
"""

from __future__ import annotations

import copy
import hashlib
import logging
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version

import httpx
import msgspec
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_random_exponential

from aurorax_dashboard.api.deadline import ends_within, watched
from aurorax_dashboard.api.errors import (
    AuroraXError,
    TimedOutError,
    TooLargeError,
    TryLaterError,
    UnexpectedAnswerError,
    UnreachableError,
    error_of_status,
)
from aurorax_dashboard.api.failures import error_text, retry_time

_log = logging.getLogger(__name__)

API_KEY_HEADER = "x-aurorax-api-key"
USER_AGENT = f"aurorax-dashboard/{version('aurorax-dashboard')}"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

_REPEATED_STATUSES = frozenset({429, 500, 502, 503, 504})
_ERROR_BODY_BYTES = 64 * 1024
_PIECE_BYTES = 1024 * 1024
_GZIP = 31
"""What zlib calls gzip."""

ParameterValue = str | int | bool


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may last, how often it is repeated and how much it may bring."""

    connect_s: float = 5.0
    read_s: float = 30.0
    """Longest silence while the answer is awaited or read."""
    total_s: float = 60.0
    """All tries of one call and the pauses between them, together."""
    download_s: float = 300.0
    """The same for the data of a search, which may be hundreds of megabytes."""
    asked_wait_s: float = 120.0
    """Pauses that the server asks for (``Retry-After``), which come on top; together per call."""
    tries: int = 4
    backoff_base_s: float = 0.5
    backoff_cap_s: float = 30.0
    max_bytes: int = 512 * 1024 * 1024
    """Largest body, uncompressed."""

    def within(self, seconds: float) -> Limits:
        """Return limits under which a call lasts no longer than about `seconds`."""
        return replace(
            self,
            connect_s=min(self.connect_s, seconds),
            read_s=min(self.read_s, seconds),
            total_s=min(self.total_s, seconds),
            download_s=min(self.download_s, seconds),
            asked_wait_s=0.0,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, without the server's address."""

    method: str
    path: str
    params: Mapping[str, ParameterValue | None] = field(default_factory=dict)
    """Query parameters; those that are None are not sent."""
    body: bytes | None = None
    """JSON, or None."""
    repeatable: bool = True
    """False where a second arrival would do harm: then it is only repeated if it never left."""
    download: bool = False
    """Whether the longer time limit of downloads applies."""

    def sent_params(self) -> dict[str, str]:
        """Return the query parameters as they are sent."""
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in sorted(self.params.items())
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful answer, read whole."""

    status: int
    body: bytes = field(repr=False)
    location: str | None = None


class _Budget:
    """What is left of the time that one call may take."""

    def __init__(self, total_s: float, asked_wait_s: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._deadline = clock() + total_s
        self._asked_left_s = asked_wait_s

    def left_s(self) -> float:
        return self._deadline - self._clock()

    def allows(self, wait_s: float, asked_s: float) -> bool:
        """Whether there is time for a pause of `wait_s`, of which the server asked for `asked_s`."""
        return asked_s <= self._asked_left_s and wait_s - asked_s < self.left_s()

    def grant(self, asked_s: float) -> None:
        """Put a pause that the server asked for on top of the call's own time."""
        self._asked_left_s -= asked_s
        self._deadline += asked_s


class Transport:
    """Requests to one server.

    Network clients are opened at first use and once a process, so that an instance made before a
    fork is safe after it.

    Parameters
    ----------
    base_url
        Address of the server, ``https://api.aurorax.space``.
    api_key
        Sent with every request to `base_url` and nowhere else (redirects are not followed).
    limits
        Limits on time, repetition and size.
    transport
        How httpx reaches the network; tests put an :class:`httpx.MockTransport` here.
    sleep, clock, now
        Pauses, the monotonic clock and the wall clock (aware, UTC).

    Raises
    ------
    ValueError
        If `base_url` is not an http or https address, or `api_key` cannot stand in a header.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        *,
        limits: Limits | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        try:
            url = httpx.URL(base_url.rstrip("/"))
        except httpx.InvalidURL as problem:
            raise ValueError(f"{base_url!r} is not an address: {problem}") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError(f"{base_url!r} is not an http or https address")
        if api_key and not (api_key.isascii() and api_key.isprintable() and " " not in api_key):
            raise ValueError("The API key has characters that no API key has")
        self.base_url = str(url)
        self.host = url.host
        self.server = "AuroraX" if url.port is None else f"AuroraX at {url.host}:{url.port}"
        self.limits = limits or Limits()
        self._api_key = api_key or None
        self._transport = transport
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._clients: dict[int, httpx.Client] = {}

    def __repr__(self) -> str:
        return f"Transport({self.base_url!r}, {'with' if self._api_key else 'no'} API key)"

    def within(self, seconds: float) -> Transport:
        """Return this transport with calls that last no longer than about `seconds`."""
        hurried = copy.copy(self)
        hurried.limits = self.limits.within(seconds)
        return hurried

    def total_s(self, request: Request) -> float:
        """Return how long a call with this `request` may last."""
        return self.limits.download_s if request.download else self.limits.total_s

    def fingerprint(self, request: Request) -> str:
        """Return a digest that names `request` to this server under this API key.

        The digest is keyed by the API key: answers of different accounts never meet, and the key
        cannot be read or checked from it alone.
        """
        text = msgspec.json.encode([self.base_url, request.method, request.path, request.sent_params()])
        secret = hashlib.sha256((self._api_key or "").encode()).digest()
        return hashlib.blake2b(text + (request.body or b""), key=secret, digest_size=20).hexdigest()

    def send(self, request: Request, *, total_s: float | None = None) -> Reply:
        """Send `request`, again where that is safe and may help, and return the answer.

        Parameters
        ----------
        request
            What to send.
        total_s
            Time that is left for the call, if less than the limits give.

        Raises
        ------
        AuroraXError
            If there is no answer with a 2xx status; ``tries`` says how often it was tried, and
            ``may_have_arrived`` whether any of the tries may have reached the server.
        """
        allowed_s = self.total_s(request)
        budget = _Budget(
            allowed_s if total_s is None else min(total_s, allowed_s),
            self.limits.asked_wait_s,
            self._clock,
        )
        retrying = Retrying(
            retry=retry_if_exception(lambda error: _is_worth_repeating(error, request)),
            wait=self._pause_s,
            stop=lambda state: self._is_last(state, budget),
            before_sleep=lambda state: self._before_pause(state, request, budget),
            sleep=self._sleep,
            reraise=True,
        )
        failed: list[AuroraXError] = []

        def once() -> Reply:
            try:
                return self._send_once(request, budget)
            except AuroraXError as error:
                failed.append(error)
                raise

        try:
            return retrying(once)
        except AuroraXError as error:
            error.tries = len(failed)
            error.may_have_arrived = any(each.may_have_arrived for each in failed)
            raise

    def close(self) -> None:
        """Close the connections that this process opened."""
        client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()

    # ---- one try ---------------------------------------------------------------------------

    def _client(self) -> httpx.Client:
        """Return this process's network client.

        A client inherited through a fork stays referenced and untouched: its connections belong to
        the parent, and even closing them would speak on them. ``setdefault`` is atomic, so threads
        need no lock, and there is none to inherit locked.
        """
        client = self._clients.get(os.getpid())
        if client is None:
            headers = {
                "user-agent": USER_AGENT,
                "accept": "application/json",
                "accept-encoding": "gzip",  # which can be unpacked piece by piece
            }
            if self._api_key:
                headers[API_KEY_HEADER] = self._api_key
            new = httpx.Client(
                headers=headers,
                transport=self._transport,
                follow_redirects=False,
                trust_env=self.host not in LOOPBACK_HOSTS,  # no proxy leads to our own machine
            )
            client = self._clients.setdefault(os.getpid(), watched(new))
        return client

    def _send_once(self, request: Request, budget: _Budget) -> Reply:
        left_s = max(budget.left_s(), 0.001)
        timeout = httpx.Timeout(
            min(self.limits.read_s, left_s), connect=min(self.limits.connect_s, left_s), pool=left_s
        )
        headers = {} if request.body is None else {"content-type": "application/json"}
        started = self._clock()
        try:
            with (
                ends_within(left_s),
                self._client().stream(
                    request.method,
                    self.base_url + request.path,
                    params=request.sent_params() or None,
                    content=request.body,
                    headers=headers,
                    timeout=timeout,
                ) as response,
            ):
                reply = self._read(response, budget)
        except httpx.HTTPError as problem:
            # `from None`: httpx's errors carry the request, and with it the API key.
            raise self._error_of(problem) from None
        _log.debug(
            "%s %s: %d, %d bytes, %.2f s",
            *(request.method, request.path, reply.status, len(reply.body), self._clock() - started),
        )
        return reply

    def _read(self, response: httpx.Response, budget: _Budget) -> Reply:
        if not response.is_success:
            raise self._error_of_response(response, budget)
        body = self._read_body(response, budget, self.limits.max_bytes)
        if "html" in response.headers.get("content-type", "").lower():
            raise UnexpectedAnswerError(
                f"{self.server} answered with a web page instead of data", status=response.status_code
            )
        return Reply(response.status_code, body, response.headers.get("location"))

    def _read_body(self, response: httpx.Response, budget: _Budget, most: int) -> bytes:
        announced = response.headers.get("content-length", "")
        size = 0
        chunks = []
        if announced.isdecimal() and int(announced) > most:
            raise self._too_large(most)
        for chunk in self._unpacked(response):
            size += len(chunk)
            if size > most:
                raise self._too_large(most)
            if budget.left_s() <= 0:
                raise TimedOutError(f"{self.server} did not finish its answer in time")
            chunks.append(chunk)
        return b"".join(chunks)

    def _unpacked(self, response: httpx.Response) -> Iterator[bytes]:
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding == "gzip":
            return _unzipped(response.iter_raw())
        if encoding == "identity":
            return response.iter_bytes()
        raise UnexpectedAnswerError(f"{self.server} packed its answer in a way nobody asked for")

    # ---- failures --------------------------------------------------------------------------

    def _too_large(self, most: int) -> TooLargeError:
        return TooLargeError(f"The answer of {self.server} is larger than {most / 2**20:.0f} MB")

    def _error_of(self, problem: httpx.HTTPError) -> AuroraXError:
        """Return our error for one of httpx's."""
        details = self._redacted(f"{type(problem).__name__}: {problem}")
        if isinstance(problem, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
            message = f"{self.server} could not be reached"
            return UnreachableError(message, details=details, may_have_arrived=False)
        if isinstance(problem, httpx.TimeoutException):
            return TimedOutError(f"{self.server} did not answer in time", details=details)
        if isinstance(problem, httpx.DecodingError):
            return UnexpectedAnswerError(f"The answer of {self.server} is damaged", details=details)
        return UnreachableError(f"The connection to {self.server} broke", details=details)

    def _error_of_response(self, response: httpx.Response, budget: _Budget) -> AuroraXError:
        try:
            body = self._read_body(response, budget, _ERROR_BODY_BYTES)
        except (UnexpectedAnswerError, TimedOutError, httpx.HTTPError):
            body = b""  # the status says enough
        text = error_text(body)
        return error_of_status(
            response.status_code,
            self.server,
            details=None if text is None else self._redacted(text),
            retry_at=retry_time(response.headers.get("retry-after"), self._now()),
        )

    def _redacted(self, text: str) -> str:
        return text.replace(self._api_key, "[API key]") if self._api_key else text

    # ---- repetition ------------------------------------------------------------------------

    def _asked_s(self, state: RetryCallState) -> float:
        """Return the pause that the server asked for, 0 if none."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TryLaterError) and error.retry_at is not None:
            return max((error.retry_at - self._now()).total_seconds(), 0.0)
        return 0.0

    def _pause_s(self, state: RetryCallState) -> float:
        """Return the pause before the next try: full jitter, or longer if the server asks for it."""
        jitter = wait_random_exponential(self.limits.backoff_base_s, max=self.limits.backoff_cap_s)
        return max(jitter(state), self._asked_s(state))

    def _is_last(self, state: RetryCallState, budget: _Budget) -> bool:
        return state.attempt_number >= self.limits.tries or not budget.allows(
            state.upcoming_sleep, self._asked_s(state)
        )

    def _before_pause(self, state: RetryCallState, request: Request, budget: _Budget) -> None:
        budget.grant(self._asked_s(state))
        error = state.outcome.exception() if state.outcome else None
        _log.info(
            "%s %s: %s; next try in %.1f s", request.method, request.path, error, state.upcoming_sleep
        )


def _unzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what gzipped `chunks` hold in pieces of bounded size: a small chunk may hold gigabytes.

    Raises
    ------
    httpx.DecodingError
        If they are damaged, or cut off.
    """
    member = zlib.decompressobj(wbits=_GZIP)
    try:
        for chunk in chunks:
            packed = chunk
            while packed:
                if member.eof:
                    member = zlib.decompressobj(wbits=_GZIP)
                yield member.decompress(packed, _PIECE_BYTES)
                packed = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error as problem:
        raise httpx.DecodingError(str(problem)) from None
    if not member.eof:
        raise httpx.DecodingError("the packed answer is cut off")


def _is_worth_repeating(error: BaseException, request: Request) -> bool:
    if not isinstance(error, TryLaterError):
        return False
    if error.status is not None and error.status not in _REPEATED_STATUSES:
        return False
    return request.repeatable or not error.may_have_arrived
