from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import (
    AuroraXError,
    NotFoundError,
    TimedOutError,
    UnexpectedAnswerError,
    UnreachableError,
)
from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataSourceQuery,
    EphemerisCriteria,
    EphemerisQuery,
)

ID = "a8d2f6de-0bd6-4a92-9d06-2c3b7ad8a3a4"
START, END = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 3, 23, 59, 59, tzinfo=UTC)
QUERY = ConjunctionQuery(start=START, end=END)
EPHEMERIS = EphemerisQuery(data_sources=EphemerisCriteria(programs=["swarm"]), start=START, end=END)
OPERATIONS: dict[str, Callable[[AuroraXClient], object]] = {
    "sources": lambda c: c.data_sources(),
    "source": lambda c: c.data_source(3),
    "search": lambda c: c.search_data_sources(DataSourceQuery()),
    "availability": lambda c: c.ephemeris_availability(date(2019, 1, 1), date(2019, 1, 2)),
    "products": lambda c: c.data_product_availability(date(2019, 1, 1), date(2019, 1, 2)),
    "submit": lambda c: c.submit_conjunctions(QUERY),
    "status": lambda c: c.conjunction_status(ID),
    "result": lambda c: c.conjunctions(ID),
    "records": lambda c: c.conjunction_records(ID),
    "formatted": lambda c: c.conjunctions_formatted(ID, {"start": True}),
    "ephemeris": lambda c: c.ephemeris(ID),
    "ephemeris at once": lambda c: c.ephemeris_synchronous(EPHEMERIS),
    "describe": lambda c: c.describe_conjunctions(QUERY),
    "products of sources": lambda c: c.cartesian_products(QUERY),
}
FAULTS: dict[str, tuple[httpx.Response | Exception, type[AuroraXError]]] = {
    "web page": (httpx.Response(200, html="<html></html>"), UnexpectedAnswerError),
    "web page as JSON": (httpx.Response(200, content=b"<html></html>"), UnexpectedAnswerError),
    "nothing": (httpx.Response(200), UnexpectedAnswerError),
    "cut off": (httpx.Response(200, content=b'{"result": [{'), UnexpectedAnswerError),
    "other JSON": (httpx.Response(200, json={"result": 7}), UnexpectedAnswerError),
    "unknown": (httpx.Response(404, json={"error_message": "no"}), NotFoundError),
    "silence": (httpx.ReadTimeout("silence"), TimedOutError),
    "nobody": (httpx.ConnectError("refused"), UnreachableError),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_fault_is_our_error_everywhere(
    uncached: AuroraXClient, server: Any, operation: str, fault: str
) -> None:
    answer, kind = FAULTS[fault]
    server.answers(answer)
    with pytest.raises(kind) as caught:
        OPERATIONS[operation](uncached)
    assert caught.value.message
    assert caught.value.advice
