"""What a shared link needs, kept for good: the query, how the search ended, and its result.

A link to a result must open for a colleague years later, even when the platform has long deleted
the result. So each search is kept here under its request id, as bytes (JSON and Parquet), never as
pickled objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Generic, TypeVar

import msgspec
import pandas as pd

from aurorax_dashboard.api.models import ConjunctionQuery, SearchStatus
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.keep import Keep

_VERSION = 1
_OPEN_RESULTS = 8
_CHECK = "check"


Query = TypeVar("Query")
"""What a search of some kind asks."""


class Sent(msgspec.Struct, Generic[Query], frozen=True, kw_only=True):
    """One search as it was sent: enough to run it again."""

    request_id: str
    query: Query
    title: str
    """The search in a few words, as it was called when it was sent."""
    server: str
    """Base address of the server it was sent to."""
    submitted: datetime


Submission = Sent[ConjunctionQuery]


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """How a search ended."""

    status: SearchStatus
    server: str
    simulated: bool
    retrieved: datetime


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A finished search with its conjunctions and the footprints around the closest of them."""

    finished: Finished
    result: ConjunctionResult
    footprints: pd.DataFrame
    """Ephemeris of the sources around their closest approaches (see ``api.frames``)."""


def _to_parquet(frame: pd.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


class SearchStore:
    """Searches by request id, shared by all processes of one dashboard.

    Every method raises :class:`~aurorax_dashboard.searches.keep.KeepError` where the keep cannot be used.

    Parameters
    ----------
    keep
        Where they are kept.
    """

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._open = lru_cache(maxsize=_OPEN_RESULTS)(self._read)

    def remember(self, submission: Submission) -> None:
        """Keep what was asked, at once when it is sent."""
        self._put(submission.request_id, "submission", msgspec.json.encode(submission))

    def check(self) -> None:
        """Keep something and forget it: raises KeepError if that does not work."""
        self._keep.put(_CHECK, b"")
        self._keep.delete(_CHECK)

    def submission(self, request_id: str) -> Submission | None:
        """Return what was asked under `request_id`, or None when it was not sent from here."""
        body = self._get(request_id, "submission")
        return None if body is None else msgspec.json.decode(body, type=Submission)

    def finish(self, finished: Finished, result: ConjunctionResult, footprints: pd.DataFrame) -> None:
        """Keep a finished search; its result never changes, so the first copy stays."""
        request_id = finished.status.search_request.request_id
        self._put(request_id, "result", result.to_bytes())
        self._put(request_id, "footprints", _to_parquet(footprints))
        self._put(request_id, "finished", msgspec.json.encode(finished))

    def is_finished(self, request_id: str) -> bool:
        """Whether the result of `request_id` is kept here."""
        return self._keep.has(self._key(request_id, "finished"))

    def finished(self, request_id: str) -> Finished | None:
        """Return how the search ended whose result is kept here; quicker than the result itself."""
        body = self._get(request_id, "finished")
        return None if body is None else msgspec.json.decode(body, type=Finished)

    def result(self, request_id: str) -> StoredResult | None:
        """Return the kept result of `request_id`. It is shared between callers: do not change it."""
        return self._open(request_id) if self.is_finished(request_id) else None

    def _read(self, request_id: str) -> StoredResult | None:
        finished, result, footprints = (
            self._get(request_id, part) for part in ("finished", "result", "footprints")
        )
        if finished is None or result is None or footprints is None:
            return None
        return StoredResult(
            finished=msgspec.json.decode(finished, type=Finished),
            result=ConjunctionResult.from_bytes(result),
            footprints=pd.read_parquet(BytesIO(footprints)),
        )

    @staticmethod
    def _key(request_id: str, part: str) -> str:
        return f"{_VERSION}/{request_id.lower()}/{part}"

    def _put(self, request_id: str, part: str, body: bytes) -> None:
        self._keep.put(self._key(request_id, part), body)

    def _get(self, request_id: str, part: str) -> bytes | None:
        return self._keep.get(self._key(request_id, part))
