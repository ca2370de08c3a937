from datetime import UTC, datetime, timedelta

import pytest

from aurorax_dashboard.api.failures import error_text, retry_time

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"error_code": "NotFound", "error_message": "no such request"}', "no such request"),
        (b'{"error_code": "NotFound"}', "NotFound"),
        (b'{"detail": "bad"}', "bad"),
        (b'[{"message": "a"}, {"message": "b"}]', "a; b"),
        (b"plain words", "plain words"),
        (b"<html><body>Bad gateway", None),
        (b"", None),
        (b"{}", None),
        (b"\xff\xfe", "\ufffd\ufffd"),
        pytest.param(b'{"skipped": ' + b"[" * 100_000, '{"skipped": ' + "[" * 488, id="deep"),
    ],
)
def test_the_servers_own_words_are_found(body: bytes, text: str | None) -> None:
    assert error_text(body) == text


def test_long_words_are_cut() -> None:
    assert len(error_text(b"x" * 10_000) or "") == 500


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("Sun, 01 Mar 2026 12:01:00 GMT", 60), ("Sun, 01 Mar 2026 12:01:00 -0000", 60)],
)
def test_retry_after_is_read_as_seconds_or_date(header: str, seconds: int) -> None:
    assert retry_time(header, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header", [None, "", "soon", "-5", "9" * 30, "Fri, 31 Dec 9999 23:59:59 -0100"]
)
def test_a_retry_after_that_makes_no_sense_counts_as_none(header: str | None) -> None:
    assert retry_time(header, NOW) is None
