"""The archive as a web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from aurorax_dashboard.archive.auth import caller_from_request
from aurorax_dashboard.archive.errors import EXCEPTION_HANDLERS
from aurorax_dashboard.archive.maintenance import refuse_in_maintenance
from aurorax_dashboard.archive.routes import (
    admin,
    availability,
    images,
    openapi,
    sources,
    time_zones,
    utils,
)
from aurorax_dashboard.archive.routes.auth import Sessions
from aurorax_dashboard.archive.routes.conjunctions import Conjunctions
from aurorax_dashboard.archive.routes.data_products import DataProductSearches
from aurorax_dashboard.archive.routes.ephemeris import EphemerisSearches
from aurorax_dashboard.archive.routes.manage import manage_router
from aurorax_dashboard.archive.services import Archive


def create_app(archive: Archive) -> Litestar:
    """Return the application that serves `archive`, which works while the application does."""

    @asynccontextmanager
    async def at_work(_: Litestar) -> AsyncIterator[None]:
        archive.start()
        try:
            yield
        finally:
            archive.close()

    return Litestar(
        route_handlers=[
            utils.identity,
            utils.router,
            time_zones.router,
            admin.router,
            Sessions,
            sources.router,
            manage_router(archive.settings),
            availability.router,
            Conjunctions,
            EphemerisSearches,
            DataProductSearches,
            images.data_product_file,
            openapi.openapi_json,
            openapi.openapi_yaml,
        ],
        state=State({"archive": archive}, deep_copy=False),
        dependencies={
            "archive": Provide(lambda: archive, sync_to_thread=False),
            "caller": caller_from_request,
        },
        exception_handlers=EXCEPTION_HANDLERS,
        before_request=refuse_in_maintenance,
        lifespan=[at_work],
        request_max_body_size=archive.settings.max_body_bytes,
        logging_config=None,
        openapi_config=openapi.openapi_config(),
    )
