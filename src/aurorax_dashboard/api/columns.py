"""Lists of decoded values as the columns of a DataFrame."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurorax_dashboard.api.errors import UnexpectedAnswerError


class Identified(Protocol):
    """A decoded source."""

    identifier: int | None


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking millions of new records again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def times(texts: Sequence[str | None]) -> pd.DatetimeIndex:
    """Return times as the API writes them, with or without zone and fraction, in ms UTC.

    Raises
    ------
    UnexpectedAnswerError
        If one is not an ISO 8601 time.
    """
    try:
        parsed = pd.to_datetime(np.array(texts, dtype=object), utc=True, format="ISO8601")
    except ValueError as problem:
        raise UnexpectedAnswerError(
            "AuroraX sent a time that cannot be read", details=str(problem)
        ) from None
    return pd.DatetimeIndex(parsed).as_unit("ms")


def floats(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Return numbers as float64, NaN for None."""
    return np.array(values, dtype=np.float64)


def identifiers(sources: Sequence[Identified | None]) -> Any:
    """Return the identifiers of sources as an Int64 array, missing where there is none."""
    return pd.array([None if s is None else s.identifier for s in sources], dtype="Int64")


def strings(texts: Sequence[str | None]) -> Any:
    """Return texts as a str array, missing for None."""
    return pd.array(texts, dtype="str")


def categories(texts: Sequence[str | None]) -> pd.Categorical:
    """Return texts of which few are different as a category."""
    return pd.Categorical(strings(texts))
