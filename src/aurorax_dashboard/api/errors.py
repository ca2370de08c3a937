"""What can go wrong with AuroraX, as exceptions that say what the user can do.

::

    AuroraXError
    ├── TryLaterError              the same request may succeed later
    │   ├── UnreachableError       no connection, or a gateway without AuroraX behind it
    │   ├── TimedOutError          no whole answer in time
    │   ├── RateLimitedError       429: too many requests
    │   ├── MaintenanceError       503: the platform is being maintained
    │   └── ServerFailedError      the platform failed at this request
    ├── RefusedError               the same request will be refused again
    │   ├── InvalidQueryError      400, 422: the query has a mistake
    │   ├── NotAllowedError        401, 403: the API key is missing, wrong or too weak
    │   └── NotFoundError          404: never existed, or has expired
    └── UnexpectedAnswerError      not the answer of an AuroraX server: HTML, other JSON
        └── TooLargeError          more than this program takes in

No text in an error contains the API key.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime


class AuroraXError(Exception):
    """Base of everything that the client raises on purpose.

    Parameters
    ----------
    message
        The cause, in the user's words; also ``str(error)``.
    advice
        What the user can do next; each class has its own default.
    details
        What the API itself said, if it said anything.
    status
        The HTTP status, where there was one.
    may_have_arrived
        False where the request certainly never reached the server.
    """

    advice: str = "Try again. If it keeps failing, report it with the details."

    def __init__(
        self,
        message: str,
        *,
        advice: str | None = None,
        details: str | None = None,
        status: int | None = None,
        may_have_arrived: bool = True,
    ) -> None:
        super().__init__(message)
        self.message = message
        if advice is not None:
            self.advice = advice
        self.details = details
        self.status = status
        self.may_have_arrived = may_have_arrived
        self.tries = 1
        """How many times the request was sent before this error was raised."""

    @property
    def sentence(self) -> str:
        """Cause and next step, as they are shown."""
        return f"{self.message.rstrip('.')}. {self.advice}"


class TryLaterError(AuroraXError):
    """The same request may succeed later; `retry_at` (aware, UTC) says when, if that is known."""

    advice = "Try again in a few minutes."

    def __init__(
        self,
        message: str,
        *,
        retry_at: datetime | None = None,
        advice: str | None = None,
        details: str | None = None,
        status: int | None = None,
        may_have_arrived: bool = True,
    ) -> None:
        super().__init__(
            message, advice=advice, details=details, status=status, may_have_arrived=may_have_arrived
        )
        self.retry_at = retry_at
        if retry_at is not None and advice is None:
            self.advice = f"Try again after {retry_at:%H:%M:%S} UTC."


class UnreachableError(TryLaterError):
    """No connection, a connection that broke, or a gateway that found no AuroraX behind it."""

    advice = "Check the network. What was fetched earlier stays readable; new requests need the server."


class TimedOutError(TryLaterError):
    """The server was reached, but its whole answer did not come in time."""

    advice = "Try again, or ask for less: a shorter period or fewer sources."


class RateLimitedError(TryLaterError):
    """The server asks for fewer requests (429)."""


class MaintenanceError(TryLaterError):
    """The platform is being maintained, or is too busy (503)."""

    advice = "Try again later; saved results and sources seen before stay readable meanwhile."


class ServerFailedError(TryLaterError):
    """The platform failed while it worked on the request."""

    advice = "Try again; if the same request keeps failing, change it or report it with the details."


class RefusedError(AuroraXError):
    """The server understood the request and refuses it; repeating it will not help."""

    advice = "Change the request; the details have the server's reason."


class InvalidQueryError(RefusedError):
    """The query has a mistake (400, 422)."""

    advice = "Correct the query; the details say what AuroraX did not accept."


class NotAllowedError(RefusedError):
    """The API key is missing, not valid, or has not the role for this (401, 403)."""

    advice = "Check the API key in the settings; one account has one valid key, the newest."


class NotFoundError(RefusedError):
    """What was asked for does not exist, or no longer (404)."""

    advice = "Check the address. Results are deleted after some days: run the search again."


class UnexpectedAnswerError(AuroraXError):
    """The answer is not what an AuroraX server sends."""

    advice = (
        "Check that the API address in the settings is an AuroraX server and no proxy answers for it."
    )


class TooLargeError(UnexpectedAnswerError):
    """The answer is larger than this program takes in."""

    advice = "Ask for less: a shorter period, fewer sources or a smaller distance."


_LATER_STATUSES: tuple[tuple[Container[int], type[TryLaterError], str], ...] = (
    ((429,), RateLimitedError, "has had too many requests"),
    ((503,), MaintenanceError, "is in maintenance"),
    ((502, 504), UnreachableError, "is down: only its gateway answered"),
    (range(500, 600), ServerFailedError, "failed at this request"),
)
_REFUSED_STATUSES: tuple[tuple[Container[int], type[RefusedError], str], ...] = (
    ((400, 422), InvalidQueryError, "did not accept the query"),
    ((401, 403), NotAllowedError, "does not allow this"),
    ((404, 410), NotFoundError, "does not have this, or no longer"),
    (range(400, 500), RefusedError, "refused the request"),
)


def error_of_status(
    status: int, server: str, *, details: str | None = None, retry_at: datetime | None = None
) -> AuroraXError:
    """Return the error that an HTTP `status` of 300 or more of `server` means.

    Parameters
    ----------
    status
        The HTTP status.
    server
        The server's name, for the message.
    details
        The API's own message.
    retry_at
        When the server said to come back (aware, UTC).
    """
    for statuses, kind, message in _LATER_STATUSES:
        if status in statuses:
            return kind(f"{server} {message}", retry_at=retry_at, details=details, status=status)
    for statuses, refusal, message in _REFUSED_STATUSES:
        if status in statuses:
            return refusal(f"{server} {message}", details=details, status=status)
    return UnexpectedAnswerError(f"{server} points elsewhere instead of answering", status=status)
