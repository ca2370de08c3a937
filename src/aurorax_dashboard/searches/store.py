"""Conjunction searches, kept for good: the query, how the search ended, its result, and what places it on a map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import pandas as pd

from aurorax_dashboard.api.frames import empty_ephemeris
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.keep import Keep
from aurorax_dashboard.searches.kept import Finished, KeptSearches, Sent, to_parquet

_OPEN_RESULTS = 8
_FOOTPRINTS = "footprints"
_CHECK = "check"


Submission = Sent[ConjunctionQuery]


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A finished search with its conjunctions and the footprints around the closest of them."""

    finished: Finished
    result: ConjunctionResult
    footprints: pd.DataFrame
    """Ephemeris of the sources around their closest approaches (see ``api.frames``)."""
    placed: bool = True
    """Whether the footprints are kept: they come some moments after the result, and are none till then."""


class SearchStore(KeptSearches[ConjunctionQuery]):
    """Conjunction searches by request id; see :class:`KeptSearches`."""

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep, Submission)
        self._open = lru_cache(maxsize=_OPEN_RESULTS)(self._read)
        self._open_footprints = lru_cache(maxsize=_OPEN_RESULTS)(self._read_footprints)

    def check(self) -> None:
        """Keep something and forget it: raises KeepError if that does not work."""
        self._keep.put(_CHECK, b"")
        self._keep.delete(_CHECK)

    def finish(
        self, finished: Finished, result: ConjunctionResult, footprints: pd.DataFrame | None = None
    ) -> None:
        """Keep a finished search; its footprints too where they are known already."""
        parts = {"result": result.to_bytes()}
        if footprints is not None:
            parts[_FOOTPRINTS] = to_parquet(footprints)
        self._keep_finished(finished, parts)

    def place(self, request_id: str, footprints: pd.DataFrame) -> None:
        """Keep the footprints around the conjunctions of a kept result."""
        self._keep.put(self._name(request_id, _FOOTPRINTS), to_parquet(footprints))

    def is_placed(self, request_id: str) -> bool:
        """Whether the footprints of `request_id` are kept here."""
        return self._keep.has(self._name(request_id, _FOOTPRINTS))

    def result(self, request_id: str) -> StoredResult | None:
        """Return the kept result of `request_id`. It is shared between callers: do not change it."""
        opened = self._open(request_id.lower()) if self.is_finished(request_id) else None
        if opened is None:
            return None
        finished, result = opened
        try:
            return StoredResult(finished, result, self._open_footprints(request_id.lower()))
        except _NotPlacedError:
            return StoredResult(finished, result, empty_ephemeris(), placed=False)

    def _read(self, request_id: str) -> tuple[Finished, ConjunctionResult] | None:
        finished, result = self.finished(request_id), self._get(request_id, "result")
        if finished is None or result is None:
            return None
        return finished, ConjunctionResult.from_bytes(result)

    def _read_footprints(self, request_id: str) -> pd.DataFrame:
        footprints = self._get(request_id, _FOOTPRINTS)
        if footprints is None:
            raise _NotPlacedError  # which no cache remembers: they may come
        return pd.read_parquet(BytesIO(footprints))


class _NotPlacedError(LookupError):
    """The footprints of a result are not kept, or not yet."""
