"""Queries described and counted, and who answers here."""

from __future__ import annotations

from importlib.metadata import version

import msgspec
from litestar import Response, Router, get, post

from aurorax_dashboard.api.models import DataProductQuery, EphemerisQuery
from aurorax_dashboard.archive.bodies import JsonBody
from aurorax_dashboard.archive.checks import (
    SentConjunctionQuery,
    check_conjunction_query,
    check_data_product_query,
    check_ephemeris_query,
)
from aurorax_dashboard.archive.describe import (
    cartesian_products,
    describe_conjunctions,
    describe_data_products,
    describe_ephemeris,
)
from aurorax_dashboard.archive.services import Archive


def _json(text: str) -> Response[bytes]:
    """Answer with a JSON string; the framework would send the bare text."""
    return Response(msgspec.json.encode(text), media_type="application/json")


class Identity(msgspec.Struct, frozen=True):
    """Which server this is."""

    name: str
    version: str
    simulated: bool


@get("/", sync_to_thread=False)
def identity() -> Identity:
    """Return that this is a simulated archive, so that nobody takes its data for real ones."""
    return Identity(name="AuroraX archive", version=version("aurorax-dashboard"), simulated=True)


@post("/query/conjunction", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=False)
def describe_conjunction_query(data: SentConjunctionQuery) -> Response[bytes]:
    """Return a conjunction query in words."""
    return _json(describe_conjunctions(check_conjunction_query(data)))


@post("/query/ephemeris", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=False)
def describe_ephemeris_query(data: EphemerisQuery) -> Response[bytes]:
    """Return an ephemeris query in words."""
    return _json(describe_ephemeris(check_ephemeris_query(data)))


@post("/query/data_products", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=False)
def describe_data_product_query(data: DataProductQuery) -> Response[bytes]:
    """Return a data product query in words."""
    return _json(describe_data_products(check_data_product_query(data)))


@post("/cartesian_products", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=False)
def count_cartesian_products(archive: Archive, data: SentConjunctionQuery) -> int:
    """Return how many tuples of one source of every block a query compares."""
    return cartesian_products(check_conjunction_query(data), archive.sources)


router = Router(
    "/api/v1/utils/describe",
    route_handlers=[
        describe_conjunction_query,
        describe_ephemeris_query,
        describe_data_product_query,
        count_cartesian_products,
    ],
    tags=["Utils"],
)
