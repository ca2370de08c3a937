"""Load files into an archive, running or not: ``python -m aurorax_dashboard.archive load FILE…``.

All files are looked through before anything is stored. What is loaded twice is there once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.errors import ArchiveError
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.library.database import LibraryFileError
from aurorax_dashboard.archive.library.formats import FORMATS, load
from aurorax_dashboard.archive.library.surveys import Found, Loadable, Names, Progress, names_of, told
from aurorax_dashboard.archive.library.tables import NAMES, Given, TableError
from aurorax_dashboard.archive.periods import Life
from aurorax_dashboard.archive.tracks import minute_of, time_of
from aurorax_dashboard.times import format_time, parse_time

_SOURCE_TYPES = ("ground", "leo", "heo", "lunar", "event_list", "not_applicable")


class _NotLoadedError(Exception):
    """Nothing can be loaded; the message says why, in one or more lines."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The sources that there are already."""

    stored: Mapping[Names, DataSource]
    simulated: frozenset[Names]


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m aurorax_dashboard.archive load",
        description="Store ephemeris of your own in an archive, while it runs or not. All files are "
        "looked through first; if anything does not fit, nothing is stored.",
        epilog="Ephemeris: .csv or .parquet with columns epoch, lat, lon, nbtrace_lat, nbtrace_lon and "
        "so on, and metadata.FIELD for everything else; or .json as a search of the API answers. "
        "Satellites: two-line elements (.tle, .txt). Imagers: a .csv of stations with columns platform, "
        "lat, lon. See the README.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--data", type=Path, required=True, help="folder of the archive")
    parser.add_argument("--dry-run", action="store_true", help="look through the files, store nothing")
    parser.add_argument(
        "--format", choices=FORMATS, help="what the files are, if their names do not tell"
    )
    for name in NAMES:
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, metavar="NAME", help=f"{name} of records that do not say it")
    parser.add_argument(
        "--source-type", choices=_SOURCE_TYPES, help="needed for a new data source of ephemeris"
    )
    parser.add_argument("--display-name", metavar="NAME", help="of a new data source")
    parser.add_argument(
        "--owner", metavar="EMAIL", default="", help="who may manage new data sources over the API"
    )
    parser.add_argument(
        "--start", type=_time, help="of the records of satellites and stations, such as 2020-01-01"
    )
    parser.add_argument("--end", type=_time, help="their end; the day of a date is included")
    return parser.parse_args(given)


def _time(text: str) -> str:
    try:
        parse_time(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def main(given: Sequence[str]) -> int:
    """Do what the command line says; return the exit status."""
    arguments = _arguments(given)
    if not arguments.data.is_dir():
        print(f"There is no folder {arguments.data}.", file=sys.stderr)
        return 1
    try:
        library = Library(arguments.data)
    except (LibraryFileError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        _load(library, arguments)
    except (_NotLoadedError, TableError, ArchiveError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Load the files again to store the rest of them.", file=sys.stderr)
        return 130
    finally:
        library.close()
    return 0


def _load(library: Library, arguments: argparse.Namespace) -> None:
    period = _period(arguments)
    known = _known(library)
    files = [(path, _looked_through(path, arguments, period)) for path in arguments.files]
    wrong = [line for path, file in files for line in _problems(path, file, known)]
    for path, file in files:
        for note in file.survey.notes:
            print(f"{path}: {note}")
        for found in file.survey.found.values():
            print(f"{path}: {_words(found, known)}")
    if wrong:
        raise _NotLoadedError("\n".join([*wrong, "Nothing was stored."]))
    if arguments.dry_run:
        print("Nothing was stored: this was a dry run.")
        return
    for path, file in files:
        _store(library, path, file)


def _period(arguments: argparse.Namespace) -> Life | None:
    start: str | None = arguments.start
    end: str | None = arguments.end
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise _NotLoadedError("--start and --end belong together.")
    first = minute_of(parse_time(start))
    stop = minute_of(parse_time(end, end_of_day=True)) + 1
    if stop <= first:
        raise _NotLoadedError("--end is before --start.")
    return first, stop


def _known(library: Library) -> _Known:
    stored = {names_of(source): source for source in library.records.all("stored").values()}
    changed = library.records.all("changed")
    simulated = [changed.get(int(e.source.identifier or 0), e.source) for e in catalogue.sources()]
    return _Known(stored, frozenset(map(names_of, simulated)) - stored.keys())


def _looked_through(path: Path, arguments: argparse.Namespace, period: Life | None) -> Loadable:
    given = Given(
        names={name: value for name in NAMES if (value := getattr(arguments, name))},
        source_type=arguments.source_type,
        display_name=arguments.display_name,
        owner=arguments.owner,
        origin=f"loaded from {path.name} on {datetime.now(UTC).date().isoformat()}",
    )
    try:
        with _progress(f"{path.name}: looking through") as progress:
            return load(path, arguments.format, given, period, progress)
    except TableError as error:
        raise _NotLoadedError(f"{path}: {error}\nNothing was stored.") from None
    except OSError as error:
        raise _NotLoadedError(f"{path}: {error.strerror}\nNothing was stored.") from None


def _problems(path: Path, file: Loadable, known: _Known) -> Iterator[str]:
    """Yield what keeps a file from being loaded."""
    for problem in told(file.survey):
        yield f"{path}: {problem}"
    for names, found in file.survey.found.items():
        what = " ".join(names)
        if names in known.simulated:
            yield (
                f"{path}: {what} is simulated, and simulated data are never mixed with others: "
                "give it another name, such as another --program"
            )
        elif names not in known.stored and found.source.source_type is None:
            yield f"{path}: {what} is a new data source: say what it is with --source-type"
    if not file.survey.found and not file.survey.problem_count:
        yield f"{path}: there are no records in it"


def _words(found: Found, known: _Known) -> str:
    names = names_of(found.source)
    new = "" if names in known.stored or names in known.simulated else ", a new data source"
    if not found.count:
        return f"{' '.join(names)}{new}: no records"
    first, last = (format_time(time_of(minute)) for minute in (found.first, found.stop - 1))
    number = "1 record" if found.count == 1 else f"{found.count:,} records"
    return f"{' '.join(names)}{new}: {number} from {first} to {last}"


def _store(library: Library, path: Path, file: Loadable) -> None:
    """Store what a file holds, each piece at once."""
    stored = _known(library).stored
    identifiers: dict[Names, int] = {}
    for names, found in file.survey.found.items():
        source = stored.get(names) or library.records.add(found.source)
        identifiers[names] = int(source.identifier or 0)
        fields = {entry.field_name for entry in found.source.ephemeris_metadata_schema or []}
        fields -= {entry.field_name for entry in source.ephemeris_metadata_schema or []}
        if fields:
            print(
                f"{path}: not in the data source's schema, so not searchable: {', '.join(sorted(fields))}"
            )
    with _progress(f"{path.name}: storing") as progress:
        for names, batch in file.pieces(progress):
            library.ephemeris.write(identifiers[names], batch)
    for names, identifier in identifiers.items():
        print(f"{path}: stored {' '.join(names)} as data source {identifier}")


@contextmanager
def _progress(what: str) -> Iterator[Progress]:
    """Show how far a work is, where somebody looks on."""
    form = "{desc} {percentage:3.0f} %|{bar}| {elapsed}, {remaining} left"
    with tqdm(desc=what, total=1.0, bar_format=form, disable=None, leave=False) as bar:

        def progress(share: float) -> None:
            bar.n = min(share, 1.0)
            bar.refresh()

        yield progress
