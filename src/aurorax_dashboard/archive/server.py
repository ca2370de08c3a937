"""The archive as a web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.di import Provide

from aurorax_dashboard.archive.errors import EXCEPTION_HANDLERS
from aurorax_dashboard.archive.routes import availability, sources, utils
from aurorax_dashboard.archive.routes.conjunctions import Conjunctions
from aurorax_dashboard.archive.routes.ephemeris import EphemerisSearches
from aurorax_dashboard.archive.services import Archive


def create_app(archive: Archive) -> Litestar:
    """Return the application that serves `archive`, which works while the application does."""

    @asynccontextmanager
    async def at_work(_: Litestar) -> AsyncIterator[None]:
        archive.jobs.start()
        try:
            yield
        finally:
            archive.close()

    return Litestar(
        route_handlers=[
            utils.identity,
            utils.router,
            sources.router,
            availability.router,
            Conjunctions,
            EphemerisSearches,
        ],
        dependencies={"archive": Provide(lambda: archive, sync_to_thread=False)},
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=[at_work],
        request_max_body_size=archive.settings.max_body_bytes,
        logging_config=None,
        openapi_config=None,
    )
