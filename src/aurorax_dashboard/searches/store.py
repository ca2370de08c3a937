"""Conjunction searches, kept for good: the query, how the search ended, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import pandas as pd

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.keep import Keep
from aurorax_dashboard.searches.kept import Finished, KeptSearches, Sent, to_parquet

_OPEN_RESULTS = 8
_CHECK = "check"


Submission = Sent[ConjunctionQuery]


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A finished search with its conjunctions and the footprints around the closest of them."""

    finished: Finished
    result: ConjunctionResult
    footprints: pd.DataFrame
    """Ephemeris of the sources around their closest approaches (see ``api.frames``)."""


class SearchStore(KeptSearches[ConjunctionQuery]):
    """Conjunction searches by request id; see :class:`KeptSearches`."""

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep, Submission)
        self._open = lru_cache(maxsize=_OPEN_RESULTS)(self._read)

    def check(self) -> None:
        """Keep something and forget it: raises KeepError if that does not work."""
        self._keep.put(_CHECK, b"")
        self._keep.delete(_CHECK)

    def finish(self, finished: Finished, result: ConjunctionResult, footprints: pd.DataFrame) -> None:
        """Keep a finished search."""
        parts = {"result": result.to_bytes(), "footprints": to_parquet(footprints)}
        self._keep_finished(finished, parts)

    def result(self, request_id: str) -> StoredResult | None:
        """Return the kept result of `request_id`. It is shared between callers: do not change it."""
        return self._open(request_id.lower()) if self.is_finished(request_id) else None

    def _read(self, request_id: str) -> StoredResult | None:
        finished = self.finished(request_id)
        result, footprints = (self._get(request_id, part) for part in ("result", "footprints"))
        if finished is None or result is None or footprints is None:
            return None
        return StoredResult(
            finished=finished,
            result=ConjunctionResult.from_bytes(result),
            footprints=pd.read_parquet(BytesIO(footprints)),
        )
