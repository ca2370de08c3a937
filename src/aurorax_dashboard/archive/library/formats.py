"""Which kind of file this is, and what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from aurorax_dashboard.archive.library.elements import load_elements
from aurorax_dashboard.archive.library.stations import is_list_of_stations, load_stations
from aurorax_dashboard.archive.library.surveys import Loadable, Progress
from aurorax_dashboard.archive.library.tables import (
    TABLE_SUFFIXES,
    Given,
    TableError,
    load_table,
)
from aurorax_dashboard.archive.periods import Life

Format = Literal["ephemeris", "stations", "tle"]
FORMATS: tuple[Format, ...] = get_args(Format)

_ELEMENTS_SUFFIXES = frozenset({".tle", ".3le", ".2le", ".txt"})


def load(
    path: Path, kind: Format | None, given: Given, period: Life | None, progress: Progress
) -> Loadable:
    """Look through a file of any kind; nothing is stored yet.

    Parameters
    ----------
    kind
        What it is; None: as its name and its first line say.
    period
        For which minutes there shall be records of satellites and stations.

    Raises
    ------
    TableError
        If it is no such file.
    OSError
        If it cannot be read.
    """
    kind = kind or _kind(path)
    if kind == "tle":
        return load_elements(path, given, period, progress)
    if kind == "stations":
        return load_stations(path, given, period, progress)
    if path.suffix.lower() not in TABLE_SUFFIXES:
        raise TableError(f"ephemeris are read from {', '.join(sorted(TABLE_SUFFIXES))}")
    return load_table(path, given, progress)


def _kind(path: Path) -> Format:
    suffix = path.suffix.lower()
    if suffix in _ELEMENTS_SUFFIXES:
        return "tle"
    if suffix == ".csv" and is_list_of_stations(path):
        return "stations"
    if suffix in TABLE_SUFFIXES:
        return "ephemeris"
    raise TableError("what is in it cannot be told from its name; say it with --format")
