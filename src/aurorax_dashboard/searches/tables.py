"""Tables as text files that say where they come from, harmless in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pandas as pd

from aurorax_dashboard.times import format_time

SIMULATED = "SIMULATED DATA: nothing here is an observation."

_FORMULA_STARTS = ("=", "+", "-", "@", "\t")


def made_by() -> str:
    """Return the name of this software with its version."""
    return f"AuroraX Dashboard {version('aurorax-dashboard')}"


def facts(
    what: str, *, server: str, simulated: bool, retrieved: datetime | None = None, **more: str
) -> dict[str, str]:
    """Return what a reader of a file needs to know, by name; the warning about simulated data first.

    Parameters
    ----------
    what
        What the file holds.
    server
        Base address of the server that the data come from.
    retrieved
        When they came (aware); now if None.
    more
        Further facts; underscores in a name become spaces.
    """
    when = format_time(retrieved or datetime.now(UTC), seconds=True)
    return {
        **({"Data": SIMULATED} if simulated else {}),
        "What": what,
        "Server": server,
        "Retrieved": f"{when} UTC",
        "Made by": made_by(),
        **{name.replace("_", " "): text for name, text in more.items() if text},
    }


def harmless(text: Any) -> Any:
    """Return `text` so that no spreadsheet takes it for a formula."""
    if not isinstance(text, str):
        return text
    text = text.replace("\r", " ")  # written without quotes, and what follows would begin a row
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def comment(name: str, text: str) -> str:
    """Return a fact as a line before a table, in which no cell that a spreadsheet makes of it is a formula."""
    return re.sub(r"([,;])(?=[=+\-@])", r"\1 ", f"# {name}: {' '.join(text.split())}") + "\n"


def csv_bytes(
    table: pd.DataFrame,
    about: Mapping[str, str],
    columns: Mapping[str, tuple[str, str]] | None = None,
) -> bytes:
    """Return a table as CSV, after lines that begin with ``#``; times as ISO 8601 with Z.

    Parameters
    ----------
    about
        Facts, as :func:`facts` returns them.
    columns
        Unit and meaning of columns.
    """
    written = table.copy()
    for name in written.columns:
        if isinstance(written[name].dtype, pd.DatetimeTZDtype):
            written[name] = written[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        elif not pd.api.types.is_numeric_dtype(written[name]):
            written[name] = [harmless(value) for value in written[name].astype(object)]
    head = "".join(comment(name, text) for name, text in about.items())
    head += "".join(
        f"# {name}{f' ({unit})' if unit else ''}: {meaning}\n"
        for name, (unit, meaning) in (columns or {}).items()
        if name in table.columns
    )
    names = [harmless(name) for name in written.columns]
    return (head + written.to_csv(index=False, header=names, lineterminator="\n")).encode()
