"""The description of the API: a document for programs, a page of it for people."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.datastructures import ResponseHeader, State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Server, Tag

from aurorax_dashboard.archive.auth import KEY_HEADER
from aurorax_dashboard.archive.openapi import document
from aurorax_dashboard.archive.openapi.page import page

AnyRequest = Request[Any, Any, State]

_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_STYLES = Path(document.__file__).with_name("docs.css").read_bytes()

_document = lru_cache(maxsize=1)(document.openapi_document)


@lru_cache(maxsize=1)
def _json(app: Litestar) -> bytes:
    return msgspec.json.encode(_document(app))


@lru_cache(maxsize=1)
def _page(app: Litestar) -> bytes:
    return page(_document(app)).encode()


@get("/api/v1/openapi.json", include_in_schema=False, sync_to_thread=True)
def openapi_json(request: AnyRequest) -> Response[bytes]:
    """Return the document as JSON."""
    return Response(_json(request.app), media_type="application/json")


@get("/api/v1/openapi.yaml", include_in_schema=False, sync_to_thread=True)
def openapi_yaml(request: AnyRequest) -> Response[bytes]:
    """Return the document as YAML."""
    return Response(msgspec.yaml.encode(_document(request.app)), media_type="application/yaml")


class _Page(OpenAPIRenderPlugin):
    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        return _page(request.app)


class _Document(OpenAPIRenderPlugin):
    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        return _json(request.app)


class _Styles(OpenAPIRenderPlugin):
    def __init__(self) -> None:
        super().__init__(path="/docs.css", media_type=MediaType.CSS)

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        return _STYLES


def openapi_config() -> OpenAPIConfig:
    """Return what the framework needs to describe the routes, and to serve the page at ``/docs``."""
    return OpenAPIConfig(
        title="AuroraX API",
        version="stable",
        description=(
            "An archive that speaks the API of AuroraX. Its data are simulated, except for what its users "
            "stored in it. Times are UTC, distances kilometres on a sphere of 6371.2 km, latitudes and "
            "longitudes degrees. Searching needs no account; changing what is held needs an API key or the "
            "access token of a session."
        ),
        servers=[Server(url="/", description="This archive")],
        tags=[
            Tag("Availability", "Records and data products by day"),
            Tag("Conjunction Search", "When sources came close to each other"),
            Tag("Data Products Search", "Keograms, movies and other files made of observations"),
            Tag("Data Sources", "Spacecraft, ground instruments and event lists"),
            Tag("Manage Data", "Add ephemeris and data products to a source, and delete them"),
            Tag("Ephemeris Search", "Where sources were, minute by minute"),
            Tag("Authenticate", "Sessions by email address and password"),
            Tag("Utils", "Queries in words, time zones, and the searches of everybody"),
        ],
        components=Components(
            security_schemes={
                "ApiKeyAuth": SecurityScheme(
                    type="apiKey",
                    name=KEY_HEADER,
                    security_scheme_in="header",
                    description="An API key.",
                ),
                "AccessToken": SecurityScheme(
                    type="http", scheme="bearer", description="The access token of a session."
                ),
            }
        ),
        use_handler_docstrings=True,
        render_plugins=[_Page(), _Document(), _Styles()],
        openapi_router=Router(
            "/docs",
            route_handlers=[],
            include_in_schema=False,
            response_headers=[
                ResponseHeader(name="Content-Security-Policy", value=_POLICY),
                ResponseHeader(name="X-Content-Type-Options", value="nosniff"),
            ],
        ),
    )
