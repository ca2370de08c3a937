"""The parts of an archive, opened and closed together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from aurorax_dashboard.api.models import ConjunctionQuery, EphemerisQuery
from aurorax_dashboard.archive.conjunction_search import search_conjunctions
from aurorax_dashboard.archive.ephemeris_search import search_ephemeris
from aurorax_dashboard.archive.jobs import Jobs
from aurorax_dashboard.archive.records import encoded
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.sources import Sources
from aurorax_dashboard.archive.store import Store
from aurorax_dashboard.archive.tracks import Holdings


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything that the routes need."""

    settings: ArchiveSettings
    holdings: Holdings
    store: Store
    sources: Sources
    jobs: Jobs

    @classmethod
    def open(cls, folder: Path, holdings: Holdings, settings: ArchiveSettings) -> Self:
        """Open the archive kept in `folder`; :meth:`Jobs.start` sets it to work.

        Raises
        ------
        StoreInUseError
            If another process has it open.
        """
        store = Store(folder)
        sources = Sources(holdings, store)
        jobs = Jobs(
            store,
            {
                "conjunctions": lambda query, run: encoded(
                    search_conjunctions(
                        msgspec.json.decode(query, type=ConjunctionQuery),
                        sources,
                        holdings,
                        run,
                        settings,
                    )
                ),
                "ephemeris": lambda query, run: encoded(
                    search_ephemeris(
                        msgspec.json.decode(query, type=EphemerisQuery), sources, holdings, run
                    )
                ),
            },
            settings,
        )
        return cls(settings=settings, holdings=holdings, store=store, sources=sources, jobs=jobs)

    def close(self) -> None:
        """Stop the searches and give the folder back."""
        self.jobs.close()
        self.store.close()
