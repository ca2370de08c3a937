"""Searches that are answered at once: they have little time, and nothing of them is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import uuid4

from aurorax_dashboard.archive.errors import BadRequestError, SearchStoppedError
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.settings import ArchiveSettings

Batch = TypeVar("Batch", bound=Sequence[object])


def found_at_once(settings: ArchiveSettings, search: Callable[[Run], Iterable[Batch]]) -> list[Batch]:
    """Return all that `search` finds, batch by batch.

    Raises
    ------
    BadRequestError
        If it takes too long or finds too much.
    """
    run = Run(
        str(uuid4()),
        lambda _: None,
        settings.synchronous_time_limit_s,
        settings.synchronous_max_records,
    )
    try:
        return list(run.counted(search(run)))
    except SearchStoppedError as stopped:
        raise BadRequestError(f"query: {stopped} Or use the asynchronous search.") from None
