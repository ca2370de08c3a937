import copy
import inspect
import pickle
import re
from datetime import UTC, datetime

import pytest

from aurorax_dashboard.api import errors
from aurorax_dashboard.api.errors import AuroraXError, RateLimitedError, TryLaterError, error_of_status

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, AuroraXError)]


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn: dict[str, str | None] = {}
    ancestors: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        name = re.search(r"\b\w+Error\b", line)
        if not line.startswith("    ") or name is None:
            continue
        ancestors = [a for a in ancestors if a[0] < name.start()]
        drawn[name[0]] = ancestors[-1][1] if ancestors else None
        ancestors.append((name.start(), name[0]))
    coded = {c.__name__: None if c is AuroraXError else c.__bases__[0].__name__ for c in CLASSES}
    assert drawn == coded


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_tells_cause_and_next_step_and_survives_another_process(kind: type) -> None:
    error = kind("The cause", details="code 7", status=418)
    for same in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
        assert str(same) == same.message == "The cause"
        assert (same.details, same.status, same.tries) == ("code 7", 418, 1)
        assert same.advice.endswith(".")


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (302, "UnexpectedAnswerError"),
        (400, "InvalidQueryError"),
        (401, "NotAllowedError"),
        (403, "NotAllowedError"),
        (404, "NotFoundError"),
        (409, "RefusedError"),
        (422, "InvalidQueryError"),
        (429, "RateLimitedError"),
        (500, "ServerFailedError"),
        (502, "UnreachableError"),
        (503, "MaintenanceError"),
        (504, "UnreachableError"),
    ],
)
def test_a_status_becomes_its_error(status: int, name: str) -> None:
    error = error_of_status(status, "AuroraX", details=None)
    assert type(error).__name__ == name
    assert error.status == status
    assert "AuroraX" in error.message
    assert not error.message.endswith(".")


def test_an_error_that_knows_when_to_come_back_says_so() -> None:
    later = datetime(2026, 3, 1, 14, 2, 5, tzinfo=UTC)
    error = error_of_status(429, "AuroraX", retry_at=later)
    assert isinstance(error, RateLimitedError)
    assert error.retry_at == later
    assert "14:02:05 UTC" in error.advice
    assert "UTC" not in TryLaterError("Gone").advice
