"""Copy data sources and their ephemeris from an AuroraX into the library of an archive, to work offline.

``python -m aurorax_dashboard.mirror --data DIR --start 2019-01-01 --end 2019-01-31 --program swarm``

What a day is copied for is remembered: the same command, given again, goes on where it was interrupted,
and copies again those days only of which the original has another number of records than before. A
source keeps its identifier, and takes the place of the simulated one; its metadata say where it is from.

This is a program of its own because it reads with the client of the API, which the archive does not know.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from tqdm import tqdm

from aurorax_dashboard.api.client import LIVE_URL, AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.management import EphemerisUpload
from aurorax_dashboard.api.models import DataSource, Ephemeris, EphemerisCriteria, EphemerisQuery
from aurorax_dashboard.archive.errors import ArchiveError
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.library.blocks import Batch
from aurorax_dashboard.archive.library.database import LibraryFileError
from aurorax_dashboard.archive.library.uploads import batch_of, ephemeris_problems
from aurorax_dashboard.times import format_date, parse_time, utc

_RECORDS_AT_A_TIME = 15_000
"""About how many records one search asks for: some megabytes, and an interruption loses no more."""

_MOST_DAYS = 366
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
_LONGEST_WAIT_S = 1800.0
"""Between questions whether a search has ended."""

_EPOCH_DAY = date(1970, 1, 1)


class _SearchFailedError(Exception):
    """AuroraX could not answer a search; the message is its own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be copied. No names of a kind mean any."""

    first: date
    last: date
    """Both included."""
    programs: Collection[str] = ()
    platforms: Collection[str] = ()
    instrument_types: Collection[str] = ()

    @property
    def _names(self) -> dict[str, Collection[str]]:
        """The chosen names by the attribute of a source that they are of."""
        return {
            "program": self.programs,
            "platform": self.platforms,
            "instrument_type": self.instrument_types,
        }

    def has(self, source: DataSource) -> bool:
        """Return whether `source` is to be copied."""
        return all(not names or getattr(source, kind) in names for kind, names in self._names.items())

    def unknown(self, sources: Collection[DataSource]) -> list[str]:
        """Return what is chosen that none of `sources` has, a sentence each."""
        missing = [
            f"No data source has the {kind.replace('_', ' ')} {name!r}."
            for kind, names in self._names.items()
            for name in names
            if all(getattr(source, kind) != name for source in sources)
        ]
        if not missing and not any(map(self.has, sources)):
            missing = ["No data source has all of these names together."]
        return missing


@dataclass(slots=True)
class Outcome:
    """What was copied, and what could not be."""

    sources: int = 0
    days: int = 0
    records: int = 0
    kept_days: int = 0
    """Days that were there already."""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search for the records of a source has brought."""

    batch: Batch
    """Those that can be stored."""
    unfit: list[str]
    """What is wrong with others."""
    arrived: Counter[int]
    """How many there were, fit or not, by day since 1970."""


class Mirror:
    """Copies from one AuroraX into one library.

    Parameters
    ----------
    client
        Of the AuroraX that is copied from.
    library
        What is copied to.
    """

    def __init__(self, client: AuroraXClient, library: Library) -> None:
        self._client = client
        self._library = library
        self._origin = f"mirrored from {client.base_url}"

    def copy(self, choice: Choice) -> Outcome:
        """Copy what is chosen, as far as it is not there yet.

        Raises
        ------
        AuroraXError
            If AuroraX does not answer; what was copied until then stays.
        """
        outcome = Outcome()
        sources = self._client.data_sources().value
        outcome.problems.extend(choice.unknown(sources))
        chosen = [source for source in sources if choice.has(source)]
        available = self._available(choice)
        missing: dict[int, dict[int, int]] = {}
        for source in chosen:
            identifier = int(source.identifier or 0)
            try:
                self._library.records.adopt(source, self._origin)
            except ArchiveError as error:
                outcome.problems.append(f"{_name(source)}: {error}")
                continue
            outcome.sources += 1
            copied = self._library.ephemeris.copied(identifier)
            days = available.get(identifier, {})
            emptied = {} if identifier not in available else _emptied(copied, days, choice)
            missing[identifier] = {d: n for d, n in (days | emptied).items() if copied.get(d) != n}
            outcome.kept_days += len(days | emptied) - len(missing[identifier])
        total = sum(map(len, missing.values()))
        with tqdm(total=total, unit=" days", desc="Copying", disable=None) as bar:
            for source in chosen:
                for days in _pieces(missing.get(int(source.identifier or 0), {})):
                    self._copy_days(source, days, outcome)
                    bar.update(len(days))
        return outcome

    def _available(self, choice: Choice) -> dict[int, dict[int, int]]:
        """Return records a day since 1970, by identifier, asked for a year at a time."""
        found: dict[int, dict[int, int]] = {}
        for year in range(choice.first.year, choice.last.year + 1):
            first, last = max(choice.first, date(year, 1, 1)), min(choice.last, date(year, 12, 31))
            for entry in self._client.ephemeris_availability(first, last).value:
                days = found.setdefault(int(entry.data_source.identifier or 0), {})
                for day, count in (entry.available_ephemeris or {}).items():
                    if count:
                        days[(date.fromisoformat(day[:10]) - _EPOCH_DAY).days] = count
        return found

    def _copy_days(self, source: DataSource, days: Mapping[int, int], outcome: Outcome) -> None:
        """Copy some days of a source; where they are too many for one search, half of them at a time."""
        try:
            found = self._records(source, min(days), max(days))
        except _SearchFailedError as error:
            if len(days) == 1:
                outcome.problems.append(f"{_name(source)}, {_day(min(days))}: {error}")
                return
            ordered = sorted(days.items())
            for half in (ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]):
                self._copy_days(source, dict(half), outcome)
            return
        outcome.problems.extend(f"{_name(source)}: {problem}" for problem in found.unfit)
        short = {day: count for day, count in days.items() if found.arrived[day] < count}
        outcome.problems.extend(
            f"{_name(source)}, {_day(day)}: {found.arrived[day]:,} of {count:,} records came. "
            "Given again, the command asks for this day once more."
            for day, count in short.items()
        )
        remembered = {**days, **{day: found.arrived[day] for day in short}}
        self._library.ephemeris.copy(int(source.identifier or 0), remembered, found.batch)
        outcome.days += len(days) - len(short)
        outcome.records += len(found.batch)

    def _records(self, source: DataSource, first: int, last: int) -> _Found:
        """Return the records of a source on days since 1970, both included."""
        criteria = EphemerisCriteria(
            programs=[source.program or ""],
            platforms=[source.platform or ""],
            instrument_types=[source.instrument_type or ""],
        )
        start = datetime.combine(_day(first), datetime.min.time())
        end = datetime.combine(_day(last), datetime.min.time()) + timedelta(hours=23, minutes=59)
        query = EphemerisQuery(data_sources=criteria, start=start, end=end)
        request_id = self._client.submit_ephemeris(query)
        self._wait(request_id)
        found = self._client.ephemeris_records(request_id, data_source_record_format="identifier_only")
        fit: list[EphemerisUpload] = []
        unfit: list[str] = []
        arrived: Counter[int] = Counter()
        for record in found:
            if record.data_source is None or record.data_source.identifier != source.identifier:
                continue
            if record.epoch is not None:
                arrived[(utc(record.epoch).date() - _EPOCH_DAY).days] += 1
            stored = _stored(source, record)
            problems = list(ephemeris_problems(stored)) if stored else ["it has no epoch"]
            unfit.extend(f"a record of {record.epoch} is left out: {each}" for each in problems)
            if stored and not problems:
                fit.append(stored)
        return _Found(batch_of(fit), unfit, arrived)

    def _wait(self, request_id: str) -> None:
        pause = _FIRST_PAUSE_S
        deadline = time.monotonic() + _LONGEST_WAIT_S
        while not (status := self._client.ephemeris_status(request_id)).finished:
            if time.monotonic() > deadline:
                raise _SearchFailedError(
                    f"no end of the search within {_LONGEST_WAIT_S / 60:.0f} minutes"
                )
            time.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_PAUSE_S)
        if status.failed:
            raise _SearchFailedError(
                (status.logs[-1].summary if status.logs else None) or "no reason given"
            )


def _emptied(copied: Mapping[int, int], available: Mapping[int, int], choice: Choice) -> dict[int, int]:
    """Return the chosen days of which there is a copy, but nothing in the original any more."""
    first, last = ((day - _EPOCH_DAY).days for day in (choice.first, choice.last))
    return {day: 0 for day in copied if first <= day <= last and day not in available}


def _stored(source: DataSource, record: Ephemeris) -> EphemerisUpload | None:
    """Return a record as it is stored; seconds, which the platform does not have, are cut off."""
    if record.epoch is None:
        return None
    return EphemerisUpload(
        program=source.program or "",
        platform=source.platform or "",
        instrument_type=source.instrument_type or "",
        epoch=utc(record.epoch).replace(second=0, microsecond=0),
        location_geo=record.location_geo,
        location_gsm=record.location_gsm,
        nbtrace=record.nbtrace,
        sbtrace=record.sbtrace,
        metadata=record.metadata,
    )


def _pieces(days: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """Yield days, with their numbers of records, in pieces that one search can answer."""
    piece: dict[int, int] = {}
    for day, count in sorted(days.items()):
        full = sum(piece.values()) + count > _RECORDS_AT_A_TIME
        if piece and (full or day - min(piece) >= _MOST_DAYS):
            yield piece
            piece = {}
        piece[day] = count
    if piece:
        yield piece


def _day(day: int) -> date:
    return _EPOCH_DAY + timedelta(days=day)


def _name(source: DataSource) -> str:
    return f"{source.program} {source.platform} {source.instrument_type}"


# ---- the command -------------------------------------------------------------------------------


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m aurorax_dashboard.mirror",
        description="Copy data sources and their ephemeris from an AuroraX into an archive, while the "
        "archive runs or not. Given again, it goes on where it was interrupted.",
        epilog="An API key is read from AURORAX_API_KEY, if one is needed.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the archive")
    parser.add_argument(
        "--from", dest="base_url", default=LIVE_URL, metavar="URL", help="default: %(default)s"
    )
    parser.add_argument("--start", type=_date, required=True, help="first day, such as 2019-01-01")
    parser.add_argument("--end", type=_date, required=True, help="last day, included")
    for name in ("program", "platform", "instrument-type"):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar="NAME", help="may be given several times"
        )
    return parser.parse_args(given)


def _date(text: str) -> date:
    try:
        return parse_time(text).date()
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def main(given: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit status."""
    arguments = _arguments(given)
    choice = Choice(
        arguments.start,
        arguments.end,
        arguments.program,
        arguments.platform,
        arguments.instrument_type,
    )
    if choice.last < choice.first:
        print("--end is before --start.", file=sys.stderr)
        return 2
    try:
        client = AuroraXClient.open(
            arguments.base_url, api_key=os.environ.get("AURORAX_API_KEY") or None
        )
        library = Library(arguments.data)
    except (ValueError, LibraryFileError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        outcome = Mirror(client, library).copy(choice)
    except (AuroraXError, ArchiveError) as error:
        print(f"{error}. What was copied stays; the same command goes on from there.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "Interrupted. What was copied stays; the same command goes on from there.", file=sys.stderr
        )
        return 130
    finally:
        library.close()
        client.close()
    return _told(outcome, choice)


def _told(outcome: Outcome, choice: Choice) -> int:
    for problem in outcome.problems:
        print(problem, file=sys.stderr)
    print(
        f"{outcome.sources:,} data sources, {format_date(choice.first)} to {format_date(choice.last)}: "
        f"{outcome.records:,} records of {outcome.days:,} days copied, "
        f"{outcome.kept_days:,} days were there already."
    )
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
