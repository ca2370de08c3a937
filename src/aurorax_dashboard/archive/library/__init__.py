"""What users stored: data sources, ephemeris, data products and deletions, in one file.

Several processes may have it open, so that data can be loaded while the archive runs.
"""

from __future__ import annotations

from pathlib import Path

from aurorax_dashboard.archive.library.database import Database
from aurorax_dashboard.archive.library.deletions import Deletions
from aurorax_dashboard.archive.library.ephemeris import StoredHoldings
from aurorax_dashboard.archive.library.products import StoredProducts
from aurorax_dashboard.archive.library.records import SourceRecords


class Library:
    """The library of one archive. Safe to use from many threads.

    Parameters
    ----------
    folder
        Where the archive is kept; made if need be, private to the user.

    Raises
    ------
    LibraryFileError
        If its file cannot be opened, or was written by another version of the archive.
    """

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / "library.sqlite3")
        self.records = SourceRecords(self._database)
        self.ephemeris = StoredHoldings(self._database)
        self.products = StoredProducts(self._database)
        self.deletions = Deletions(self._database)

    def start(self) -> None:
        """Begin to carry out deletions."""
        self.deletions.start()

    def close(self) -> None:
        """Give the file back."""
        self.deletions.close()
        self._database.close()
