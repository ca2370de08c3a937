import pytest

from aurorax_dashboard.api.answers import decode, decode_list, sentence
from aurorax_dashboard.api.errors import (
    InvalidQueryError,
    MaintenanceError,
    NotFoundError,
    ServerFailedError,
    UnexpectedAnswerError,
)
from aurorax_dashboard.api.models import Location, SearchStatus


@pytest.mark.parametrize(
    "body", [b'{"result": [{"lat": 1}]}', b'[{"lat": 1}]', b'{"result": [{"lat": 1}], "extra": 0}']
)
def test_lists_come_bare_or_in_an_envelope(body: bytes) -> None:
    assert decode_list(body, Location) == [Location(lat=1.0)]


@pytest.mark.parametrize("body", [b"[\n\n]\n", b'{"result": []}', b'{"result": null}'])
def test_a_list_may_be_empty(body: bytes) -> None:
    assert decode_list(body, Location) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error": {"error_code": "NotFound", "error_message": "why"}}', NotFoundError),
        (b'{"error": {"error_code": "AssertionError", "error_message": "why"}}', InvalidQueryError),
        (b'{"error": {"error_code": "Unavailable", "error_message": "why"}}', MaintenanceError),
        (b'{"error": {"error_code": "Other", "error_message": "why"}}', ServerFailedError),
        (b'{"error": "why", "result": null}', ServerFailedError),
    ],
)
def test_an_error_inside_an_answer_is_raised(body: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        decode_list(body, Location)
    assert caught.value.details == "why"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty answer"),
        (b" \n", "empty answer"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b'[{"lat": 1', "cut off"),
        (b"\xff", "cut off"),
        (b'[{"lat": "north"}]', "does not know"),
        (b"{}", "without a result"),
        (b"7", "does not know"),
    ],
)
def test_anything_else_is_an_unexpected_answer(body: bytes, words: str) -> None:
    with pytest.raises(UnexpectedAnswerError, match=words):
        decode_list(body, Location)


@pytest.mark.parametrize("query", [b'{"start": "x"}', b'"{\\"start\\": \\"x\\"}"', b"null"])
@pytest.mark.parametrize(
    "time", ["2024-06-18T01:58:12.18355", "2020-06-18T01:58:12.183550Z", "2019-01-01T00:00:00"]
)
def test_a_status_is_read_in_all_its_spellings(query: bytes, time: str) -> None:
    body = (
        b'{"search_request": {"request_id": "a", "user_uuid": null, "query": ' + query + b"},"
        b'"search_result": {"completed_timestamp": "' + time.encode() + b'", "data_uri": "/x"},'
        b'"logs": [{"level": "info", "summary": "s", "timestamp": "' + time.encode() + b'"}]}'
    )
    status = decode(body, SearchStatus)
    assert status.finished
    assert not status.failed
    assert status.search_request.query in ({"start": "x"}, '{"start": "x"}', None)


def test_a_description_is_one_text_or_several() -> None:
    assert sentence(b'"Find all"') == sentence(b'["Find", "all"]') == "Find all"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"result": [{"skipped": ' + b"[" * 100_000])
def test_a_depth_that_means_harm_is_an_unexpected_answer(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswerError):
        decode_list(body, Location)
