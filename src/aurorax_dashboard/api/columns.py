"""Lists of decoded values as the columns of a DataFrame."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
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
        # Arrow reads the form that the platform writes ten times as fast as pandas, and no other form.
        parsed = pa.array(texts, pa.string()).cast(pa.timestamp("ms")).to_numpy(zero_copy_only=False)
        return pd.DatetimeIndex(parsed).tz_localize("UTC")
    except pa.ArrowInvalid:
        pass
    try:
        instants = pd.to_datetime(np.array(texts, dtype=object), utc=True, format="ISO8601")
    except ValueError as problem:
        raise UnexpectedAnswerError(
            "AuroraX sent a time that cannot be read", details=str(problem)
        ) from None
    return pd.DatetimeIndex(instants).as_unit("ms")


def floats(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Return numbers as float64, NaN for None; UnexpectedAnswerError if one is beyond all floats."""
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        raise _beyond() from None


def identifiers(sources: Sequence[Identified | None]) -> pd.arrays.IntegerArray:
    """Return the identifiers of sources as an Int64 array, missing where there is none."""
    try:
        return integers([source.identifier for source in sources])  # type: ignore[union-attr]
    except AttributeError:  # as is rare
        return integers([None if source is None else source.identifier for source in sources])


def integers(values: Sequence[int | None]) -> pd.arrays.IntegerArray:
    """Return whole numbers as an Int64 array, missing for None; UnexpectedAnswerError if one has no place."""
    try:
        column = pa.array(values, pa.int64())
    except OverflowError:
        raise _beyond() from None
    missing = column.is_null().to_numpy(zero_copy_only=False)
    return pd.arrays.IntegerArray(column.fill_null(0).to_numpy().copy(), missing)


def _beyond() -> UnexpectedAnswerError:
    return UnexpectedAnswerError("AuroraX sent a number that is too large")


def strings(texts: Sequence[str | None]) -> Any:
    """Return texts as a str array, missing for None."""
    return pd.array(texts, dtype="str")


def categories(texts: Sequence[str | None]) -> pd.Categorical:
    """Return texts of which few are different as a category, its labels in alphabetical order."""
    encoded = pa.array(texts, pa.string()).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy()
    return labelled(codes, encoded.dictionary.to_pylist())


def labelled(codes: NDArray[np.integer[Any]], labels: Sequence[str]) -> pd.Categorical:
    """Return a category from the place of each value in `labels` (-1: missing), which may repeat."""
    order = sorted(set(labels))
    place = {label: n for n, label in enumerate(order)}
    # The last one stands for -1.
    ranks = np.array([*(place[label] for label in labels), -1], dtype=np.int32)
    return pd.Categorical.from_codes(ranks[codes], pd.Index(order, dtype="str"))
