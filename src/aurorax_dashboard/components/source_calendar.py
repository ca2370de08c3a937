"""The calendars of one data source."""

from __future__ import annotations

import pandas as pd

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.figures.calendar import calendars
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.queries.days import LABELS, Lives, What, grades, words_of
from aurorax_dashboard.queries.names import source_name


def source_calendars(
    counts: pd.Series[float], source: DataSource, what: What, lives: Lives, dark: bool
) -> Drawing:
    """Return the days of one `source`, a calendar for each year.

    Parameters
    ----------
    counts
        By day; NaN where nothing is known.
    """
    frame = counts.to_frame().T.set_axis([source.identifier], axis="index")
    graded = grades(frame, what, lives)[0]
    return calendars(
        graded,
        pd.DatetimeIndex(counts.index),
        LABELS[what],
        words_of(counts.tolist(), graded, what),
        title=source_name(source),
        dark=dark,
    )
