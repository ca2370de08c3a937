"""The parts of an archive, opened and closed together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

import msgspec

from aurorax_dashboard.api.models import ConjunctionQuery, DataProductQuery, EphemerisQuery
from aurorax_dashboard.archive.accounts import Accounts
from aurorax_dashboard.archive.conjunction_search import search_conjunctions
from aurorax_dashboard.archive.ephemeris_search import search_ephemeris
from aurorax_dashboard.archive.holdings import CombinedHoldings
from aurorax_dashboard.archive.jobs import Jobs
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.product_search import search_data_products
from aurorax_dashboard.archive.products import CombinedProducts, ProductHoldings
from aurorax_dashboard.archive.records import encoded
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.sources import Sources
from aurorax_dashboard.archive.store import Store
from aurorax_dashboard.archive.tracks import Holdings


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything that the routes need."""

    settings: ArchiveSettings
    accounts: Accounts
    holdings: Holdings
    products: ProductHoldings
    library: Library
    store: Store
    sources: Sources
    jobs: Jobs

    @classmethod
    def open(
        cls,
        folder: Path,
        simulated: Holdings,
        simulated_products: ProductHoldings,
        settings: ArchiveSettings,
    ) -> Self:
        """Open the archive kept in `folder`; :meth:`start` sets it to work.

        Raises
        ------
        StoreFileError
            If another process has it open.
        LibraryFileError, AccountsFileError
            If one of its files cannot be used.
        """
        store = Store(folder)
        library = Library(folder)
        holdings = CombinedHoldings(simulated, library)
        products = CombinedProducts(simulated_products, library.products, holdings.origin)
        sources = Sources(holdings, products, store, library.records)
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
                "data_products": lambda query, run: encoded(
                    search_data_products(
                        msgspec.json.decode(query, type=DataProductQuery), sources, products, run
                    )
                ),
            },
            settings,
        )
        return cls(
            settings=settings,
            accounts=Accounts(folder, timedelta(minutes=settings.session_minutes)),
            holdings=holdings,
            products=products,
            library=library,
            store=store,
            sources=sources,
            jobs=jobs,
        )

    def start(self) -> None:
        """Begin to work: on what was asked before, too."""
        self.library.start()
        self.jobs.start()

    def close(self) -> None:
        """Stop the searches and give the folder back."""
        self.jobs.close()
        self.library.close()
        self.store.close()
        self.accounts.close()
