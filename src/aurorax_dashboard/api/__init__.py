"""The AuroraX API as Python: typed, cached, with errors that say what to do.

>>> client = AuroraXClient.open("https://api.aurorax.space")  # doctest: +SKIP
>>> request_id = client.submit_conjunctions(query)  # doctest: +SKIP
>>> client.conjunction_status(request_id).finished  # doctest: +SKIP
True
>>> client.conjunctions(request_id).rows  # doctest: +SKIP

Names are imported at first use: the embedded archive, which shares only the structs in ``models``,
does not load HTTP, caches and pandas with them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aurorax_dashboard.api.cache import Answer, Freshness, ResponseCache
    from aurorax_dashboard.api.client import AuroraXClient
    from aurorax_dashboard.api.errors import (
        AuroraXError,
        InvalidQueryError,
        MaintenanceError,
        NotAllowedError,
        NotFoundError,
        RateLimitedError,
        RefusedError,
        ServerFailedError,
        TimedOutError,
        TooLargeError,
        TryLaterError,
        UnexpectedAnswerError,
        UnreachableError,
    )
    from aurorax_dashboard.api.frames import (
        availability_frame,
        data_product_frame,
        empty_data_products,
        empty_ephemeris,
        ephemeris_frame,
    )
    from aurorax_dashboard.api.health import ServerHealth
    from aurorax_dashboard.api.identity import LIVE_URL, ServerIdentity
    from aurorax_dashboard.api.results import ConjunctionResult
    from aurorax_dashboard.api.session import Session
    from aurorax_dashboard.api.transport import Limits, Transport
    from aurorax_dashboard.api.wire import SourceFilters, is_request_id

__all__ = [
    "LIVE_URL",
    "Answer",
    "AuroraXClient",
    "AuroraXError",
    "ConjunctionResult",
    "Freshness",
    "InvalidQueryError",
    "Limits",
    "MaintenanceError",
    "NotAllowedError",
    "NotFoundError",
    "RateLimitedError",
    "RefusedError",
    "ResponseCache",
    "ServerFailedError",
    "ServerHealth",
    "ServerIdentity",
    "Session",
    "SourceFilters",
    "TimedOutError",
    "TooLargeError",
    "Transport",
    "TryLaterError",
    "UnexpectedAnswerError",
    "UnreachableError",
    "availability_frame",
    "data_product_frame",
    "empty_data_products",
    "empty_ephemeris",
    "ephemeris_frame",
    "is_request_id",
]

_HOMES = {
    "Answer": "cache",
    "AuroraXClient": "client",
    "AuroraXError": "errors",
    "ConjunctionResult": "results",
    "Freshness": "cache",
    "InvalidQueryError": "errors",
    "LIVE_URL": "identity",
    "Limits": "transport",
    "MaintenanceError": "errors",
    "NotAllowedError": "errors",
    "NotFoundError": "errors",
    "RateLimitedError": "errors",
    "RefusedError": "errors",
    "ResponseCache": "cache",
    "ServerFailedError": "errors",
    "ServerHealth": "health",
    "ServerIdentity": "identity",
    "Session": "session",
    "SourceFilters": "wire",
    "TimedOutError": "errors",
    "TooLargeError": "errors",
    "Transport": "transport",
    "TryLaterError": "errors",
    "UnexpectedAnswerError": "errors",
    "UnreachableError": "errors",
    "availability_frame": "frames",
    "data_product_frame": "frames",
    "empty_data_products": "frames",
    "empty_ephemeris": "frames",
    "ephemeris_frame": "frames",
    "is_request_id": "wire",
}
"""The module of each public name."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
