"""What of a result is a prediction, and how it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.searches.predictions import period_words, predicted, predicted_words

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def rows(*hours: float) -> pd.DataFrame:
    """Return conjunctions that end so many hours from now."""
    ends = [NOW + timedelta(hours=each) for each in hours]
    return pd.DataFrame({"end": pd.Series(ends, dtype="datetime64[ms, UTC]")})


def test_what_had_not_ended_when_it_was_fetched_is_predicted() -> None:
    assert predicted(rows(-1, 0, 1), NOW).tolist() == [False, False, True]
    assert predicted(rows(-1, 0, 1), NOW.replace(tzinfo=None)).tolist() == [False, False, True]
    assert predicted(rows(), NOW).tolist() == []


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ((-2, -1), ""),
        ((), ""),
        ((1,), "The conjunction is predicted: later than 2026-03-01 12:00 UTC"),
        ((1, 2), "All conjunctions are predicted"),
        ((-1, 1, 2), "2 of 3 conjunctions are predicted"),
    ],
)
def test_a_sentence_says_how_many(hours: tuple[float, ...], words: str) -> None:
    said = predicted_words(rows(*hours), NOW)
    assert said.startswith(words) if words else said == ""


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2019-01-01", "2019-01-02", ""),
        ("2026-02-28", "2026-03-01T12:00:00", ""),
        (
            "2026-02-28",
            "2026-03-02",
            "reaches into the future: what is found after 2026-03-01 12:00 UTC",
        ),
        (None, "2026-03-02", "reaches into the future"),
        ("2026-03-02", "2026-03-03", "lies in the future"),
        ("2026-03-02", None, ""),
    ],
)
def test_a_period_says_what_to_expect(start: str | None, end: str | None, words: str) -> None:
    first, last = (None if each is None else datetime.fromisoformat(each) for each in (start, end))
    said = period_words(ConjunctionQuery(start=first, end=last), NOW)
    assert words in said if words else said == ""
