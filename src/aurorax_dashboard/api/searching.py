"""What searches of all kinds have in common: submission, status, deletion."""

from __future__ import annotations

import uuid

import msgspec

from aurorax_dashboard.api.answers import decode
from aurorax_dashboard.api.errors import NotFoundError, RefusedError, UnexpectedAnswerError
from aurorax_dashboard.api.models import SearchKind, SearchStatus
from aurorax_dashboard.api.session import Session
from aurorax_dashboard.api.transport import Request
from aurorax_dashboard.api.wire import API, Query, as_sent, is_request_id, request_path


def submit(session: Session, kind: SearchKind, query: Query) -> str:
    """Send a search and return its request id.

    The id is chosen here: so a submission whose answer was lost can be repeated, and cannot start a
    second search.

    Raises
    ------
    AuroraXError
        If the search was not accepted.
    """
    request_id = query.request_id or str(uuid.uuid4())
    body = msgspec.json.encode(msgspec.structs.replace(as_sent(query), request_id=request_id))
    try:
        reply = session.send(Request("POST", f"{API}/{kind}/search", body=body))
    except RefusedError as error:
        if error.tries > 1 and _exists(session, kind, request_id):
            return request_id  # an earlier try arrived, and the id is taken: by us
        raise
    accepted_id = (reply.location or "").rstrip("/").rpartition("/")[2]
    if reply.status != 202 or not is_request_id(accepted_id):
        raise UnexpectedAnswerError(
            "AuroraX answered the search without telling where its result will be",
            details=f"status {reply.status}, Location {reply.location!r}",
            status=reply.status,
        )
    return accepted_id


def status(session: Session, kind: SearchKind, request_id: str) -> SearchStatus:
    """Return how far a search is."""
    reply = session.send(Request("GET", request_path(kind, request_id)))
    return decode(reply.body, SearchStatus)


def delete(session: Session, path: str) -> None:
    """Delete what is at `path`; that it was gone at a repetition means that an earlier try did it."""
    try:
        session.send(Request("DELETE", path))
    except NotFoundError as error:
        if error.tries == 1:
            raise


def _exists(session: Session, kind: SearchKind, request_id: str) -> bool:
    try:
        status(session, kind, request_id)
    except NotFoundError:
        return False
    return True
