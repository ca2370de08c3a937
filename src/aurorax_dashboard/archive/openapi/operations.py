"""What the routes themselves do not say of each operation: its name on the platform and how it can fail.

Names are those of the platform's own document, so that the two can be compared operation by operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aurorax_dashboard.api.models import Conjunction, DataProduct, Ephemeris, Model, SearchStatus


class ConjunctionRecords(Model):
    """The data of a conjunction search."""

    result: list[Conjunction]


class EphemerisRecords(Model):
    """The data of an ephemeris search."""

    result: list[Ephemeris]


class DataProductRecords(Model):
    """The data of a data product search."""

    result: list[DataProduct]


class FormattedRecords(Model):
    """The data of a search, of each record only what was asked for."""

    result: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API."""

    operation_id: str
    errors: tuple[int, ...] = ()
    """Statuses of its errors, besides those that any request with a body can have."""
    answers: Mapping[int, Any] = field(default_factory=dict)
    """What it answers by status, where the route's own annotation does not say it; None is no body."""
    secured: bool = False
    """Whether it needs a key or a token."""
    headers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Headers of answers that mean something, by status."""

    @property
    def rests(self) -> bool:
        """Whether it is refused in maintenance mode."""
        return self.operation_id in _RESTING


_RESTING = frozenset(
    {
        "add_1",
        "update_1",
        "partialUpdate_1",
        "delete_1",
        "addEphemerisData",
        "deleteEphemeris",
        "addDataProducts",
        "deleteDataProduct",
    }
)
"""Whatever changes what is held."""

_V1 = "/api/v1"


def _searches(kind: str, names: Mapping[str, str], records: type[Model]) -> dict[str, Operation]:
    """Return the operations that all kinds of searches have, with their `names` on the platform."""
    request = f"{_V1}/{kind}/requests/{{request_id}}"
    cancelled: dict[int, Any] = {200: SearchStatus}
    if kind == "conjunctions":
        cancelled[204] = None
    return {
        f"GET {request}": Operation(names["status"], (404,)),
        f"DELETE {request}": Operation(names["cancel"], (400, 404), answers=cancelled),
        f"GET {request}/data": Operation(names["data"], (400, 404), answers={200: records}),
        f"POST {request}/data": Operation(names["formatted"], (404,), answers={200: FormattedRecords}),
        f"DELETE {request}/data": Operation(names["delete"], (400, 404)),
        f"POST {_V1}/{kind}/search": Operation(
            names["search"],
            (409, 503),
            answers={202: None},
            headers={202: ("Location",), 503: ("Retry-After",)},
        ),
    }


_AUTHORIZED = (401, 403)
_SOURCE = f"{_V1}/data_sources/{{identifier}}"
_DESCRIBE = f"{_V1}/utils/describe"
_ADMIN = f"{_V1}/utils/admin/search_requests"

OPERATIONS: Mapping[str, Operation] = {
    "GET /": Operation("getIdentity"),
    f"GET {_V1}/availability/data_products": Operation("getDataProductAvailability", (400, 503)),
    f"GET {_V1}/availability/ephemeris": Operation("getEphemerisAvailability", (400, 503)),
    **_searches(
        "conjunctions",
        {
            "status": "getSearchRequestDetails",
            "cancel": "cancelRequest",
            "data": "getSearchResultData",
            "formatted": "getSearchResultWithDatAdvancedFormatting",
            "delete": "deleteDataFile",
            "search": "searchMulti",
        },
        ConjunctionRecords,
    ),
    **_searches(
        "data_products",
        {
            "status": "getSearchRequestDetails_1",
            "cancel": "cancelRequest_1",
            "data": "getSearchResultData_1",
            "formatted": "getSearchResultDataWithAdvancedFormatting",
            "delete": "deleteDataFile_1",
            "search": "search",
        },
        DataProductRecords,
    ),
    f"POST {_V1}/data_products/search_synchronous": Operation(
        "searchSynchronous", answers={200: FormattedRecords}
    ),
    **_searches(
        "ephemeris",
        {
            "status": "getSearchRequestDetails_2",
            "cancel": "cancelRequest_2",
            "data": "getSearchResultData_2",
            "formatted": "getSearchResultDataWithAdvancedFormatting_1",
            "delete": "deleteDataFile_2",
            "search": "search_2",
        },
        EphemerisRecords,
    ),
    f"POST {_V1}/ephemeris/search_synchronous": Operation(
        "searchSynchronous_1", answers={200: FormattedRecords}
    ),
    f"GET {_V1}/data_sources": Operation("getList", (400,)),
    f"POST {_V1}/data_sources": Operation("add_1", (*_AUTHORIZED, 409), secured=True),
    f"POST {_V1}/data_sources/search": Operation("search_1"),
    f"GET {_SOURCE}": Operation("getDetail", (400, 404)),
    f"PUT {_SOURCE}": Operation("update_1", (*_AUTHORIZED, 404, 409), secured=True),
    f"PATCH {_SOURCE}": Operation("partialUpdate_1", (*_AUTHORIZED, 404, 409), secured=True),
    f"DELETE {_SOURCE}": Operation(
        "delete_1", (*_AUTHORIZED, 404, 409), answers={200: None}, secured=True
    ),
    f"GET {_SOURCE}/stats": Operation("getStats", (400, 404)),
    f"POST {_SOURCE}/ephemeris": Operation(
        "addEphemerisData", (*_AUTHORIZED, 404, 409), answers={202: None}, secured=True
    ),
    f"DELETE {_SOURCE}/ephemeris": Operation(
        "deleteEphemeris",
        (*_AUTHORIZED, 404, 409),
        answers={202: None},
        secured=True,
        headers={202: ("Location",)},
    ),
    f"GET {_SOURCE}/ephemeris/delete_jobs": Operation("listEphemerisDeleteJobs", (404,)),
    f"GET {_SOURCE}/ephemeris/delete_jobs/{{delete_job_id}}": Operation(
        "getEphemerisDeleteJobDetail", (404,)
    ),
    f"POST {_SOURCE}/data_products": Operation(
        "addDataProducts", (*_AUTHORIZED, 404, 409), answers={202: None}, secured=True
    ),
    f"DELETE {_SOURCE}/data_products": Operation(
        "deleteDataProduct", (*_AUTHORIZED, 404, 409), answers={200: None}, secured=True
    ),
    f"POST {_V1}/authenticate": Operation("authenticate", (401,), headers={200: ("Authorization",)}),
    f"POST {_V1}/authenticate/end_session": Operation(
        "endSession", (400,), answers={200: None}, secured=True
    ),
    f"GET {_V1}/utils/timezones": Operation("listTimeZones"),
    f"GET {_V1}/utils/timezones/convert": Operation("calcUtc", (400,)),
    f"POST {_DESCRIBE}/cartesian_products": Operation("cartesianProduct"),
    f"POST {_DESCRIBE}/query/conjunction": Operation("parse", answers={200: str}),
    f"POST {_DESCRIBE}/query/data_products": Operation("parse_1", answers={200: str}),
    f"POST {_DESCRIBE}/query/ephemeris": Operation("parse_2", answers={200: str}),
    f"GET {_ADMIN}": Operation("findSearchRequests", (400, *_AUTHORIZED), secured=True),
    f"DELETE {_ADMIN}/{{request_id}}": Operation(
        "deleteSearchRequest",
        (400, *_AUTHORIZED, 503),
        answers={200: None},
        secured=True,
        headers={503: ("Retry-After",)},
    ),
}
"""Every operation by its method and path."""
