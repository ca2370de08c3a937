"""Results on disk: one file a search, JSON lines, one record a line.

Records are those of the API with sources by identifier alone; :mod:`records` completes them when they
are asked for. A file is written aside and renamed when whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import BinaryIO

from aurorax_dashboard.archive.errors import NotFoundError

_BATCH_BYTES = 256 * 1024

_EMPTY_RESULT_BYTES = 5
"""What the platform says of a result without records."""


class ResultFiles:
    """The result files of one archive."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        for unfinished in folder.glob("*.part"):
            unfinished.unlink()

    def _path(self, request_id: str) -> Path:
        return self._folder / f"{request_id.lower()}.jsonl"

    def write(self, request_id: str, batches: Iterable[list[bytes]]) -> tuple[int, int]:
        """Write records, each without its line end; return how many there are and the bytes they take.

        No records take what they take on the platform. Nothing is left behind if `batches` raises.
        """
        path = self._path(request_id)
        aside = path.with_suffix(".part")
        count = 0
        try:
            with aside.open("wb") as file:
                for batch in batches:
                    count += len(batch)
                    file.writelines(record + b"\n" for record in batch)
                size = file.tell()
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return count, size if count else _EMPTY_RESULT_BYTES

    def read(self, request_id: str) -> Iterator[list[bytes]]:
        """Return the records of a result in batches of some hundred kilobytes.

        Raises
        ------
        NotFoundError
            At once, if there is no such file.
        """
        try:
            file = self._path(request_id).open("rb")
        except FileNotFoundError:
            raise NotFoundError("The data of this search have been deleted.") from None
        return _batches(file)

    def keep_only(self, request_ids: Set[str]) -> None:
        """Delete the results of all other searches."""
        for path in self._folder.glob("*.jsonl"):
            if path.stem not in request_ids:
                path.unlink(missing_ok=True)

    def delete(self, request_id: str) -> None:
        """Delete a result; a reader that has it open reads on to its end."""
        self._path(request_id).unlink(missing_ok=True)


def _batches(file: BinaryIO) -> Iterator[list[bytes]]:
    with file:
        while batch := file.readlines(_BATCH_BYTES):
            yield batch
