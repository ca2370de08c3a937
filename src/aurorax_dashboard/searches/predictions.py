"""Searches into the future: which of what they find is predicted, and how that is said.

Ephemeris of the days to come is computed from orbits as they are known today, and is replaced once
they have been flown. So whatever lay ahead when it was fetched is called a prediction, in the page and
in every file, for good.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.times import format_time, utc

FACT = "Predictions"
"""Name under which files say how much of them is predicted."""


def predicted(rows: pd.DataFrame, retrieved: datetime) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which conjunctions (rows with ``end``) had not ended when they were `retrieved`."""
    flags: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        rows["end"] > pd.Timestamp(utc(retrieved))
    ).to_numpy(dtype=bool)
    return flags


def predicted_words(rows: pd.DataFrame, retrieved: datetime) -> str:
    """Return how many of the `rows` are predictions, in a sentence; nothing where none is."""
    count, of = int(predicted(rows, retrieved).sum()), len(rows)
    if count == 0:
        return ""
    who = "All conjunctions are" if count == of else f"{count:,} of {of:,} conjunctions are"
    who = "The conjunction is" if of == 1 else who
    return (
        f"{who} predicted: later than {format_time(retrieved)} UTC, when the result was fetched. "
        "Positions of the future are computed and will change."
    )


def period_words(query: ConjunctionQuery, now: datetime) -> str:
    """Return what to expect of a search whose period reaches beyond `now`; nothing of any other."""
    if query.end is None or utc(query.end) <= utc(now):
        return ""
    if query.start is not None and utc(query.start) >= utc(now):
        return "This period lies in the future: every conjunction will be a prediction."
    return (
        f"This period reaches into the future: what is found after {format_time(now)} UTC is predicted."
    )
