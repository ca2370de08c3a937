"""What is kept of a search of any kind: the query when it is sent, and how it ended.

Under its request id, as bytes (JSON and Parquet), never as pickled objects: a link to a result must open
for a colleague years later, even when the platform has long deleted the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Generic, TypeVar

import msgspec
import pandas as pd

from aurorax_dashboard.api.models import SearchStatus
from aurorax_dashboard.searches.keep import Keep

_VERSION = 1

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


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """How a search ended."""

    status: SearchStatus
    server: str
    simulated: bool
    retrieved: datetime


class KeptSearches(Generic[Query]):
    """Searches of one kind by request id, shared by all processes of one dashboard.

    Every method raises :class:`~aurorax_dashboard.searches.keep.KeepError` where the keep cannot be used.

    Parameters
    ----------
    keep
        Where they are kept.
    sent
        What a search of this kind is when it is sent.
    kind
        Begins the names of its parts in the keep.
    """

    def __init__(self, keep: Keep, sent: type[Sent[Query]], kind: str = "") -> None:
        self._keep = keep
        self._sent = sent
        self._kind = kind

    def remember(self, submission: Sent[Query]) -> None:
        """Keep what was asked, at once when it is sent."""
        self._keep.put(self._name(submission.request_id, "submission"), msgspec.json.encode(submission))

    def submission(self, request_id: str) -> Sent[Query] | None:
        """Return what was asked under `request_id`, or None when it is not known."""
        body = self._get(request_id, "submission")
        return None if body is None else msgspec.json.decode(body, type=self._sent)

    def is_finished(self, request_id: str) -> bool:
        """Whether the result of `request_id` is kept here."""
        return self._keep.has(self._name(request_id, "finished"))

    def finished(self, request_id: str) -> Finished | None:
        """Return how the search ended whose result is kept here; quicker than the result itself."""
        body = self._get(request_id, "finished")
        return None if body is None else msgspec.json.decode(body, type=Finished)

    def _keep_finished(self, finished: Finished, parts: Mapping[str, bytes]) -> None:
        """Keep the `parts` of a result, and last that it is there: nobody ever finds half of one."""
        request_id = finished.status.search_request.request_id
        for part, body in parts.items():
            self._keep.put(self._name(request_id, part), body)
        self._keep.put(self._name(request_id, "finished"), msgspec.json.encode(finished))

    def _get(self, request_id: str, part: str) -> bytes | None:
        return self._keep.get(self._name(request_id, part))

    def _name(self, request_id: str, part: str) -> str:
        return f"{_VERSION}/{request_id.lower()}/{self._kind}{part}"


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Return `frame` as the bytes of a Parquet file, without its index."""
    buffer = BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()
