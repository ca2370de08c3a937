"""The log: one line an event, the request beside it, no secret in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from aurorax_dashboard.web.logs import configure_logs, number_requests

LOG = logging.getLogger("aurorax_dashboard.test")


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers = []
    yield
    root.handlers, root.level = before, level


def test_a_line_is_an_object_with_the_request_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", "INFO")
    server = Flask("test")
    number_requests(server)
    server.add_url_rule("/", "page", lambda: LOG.info("seen %s", 3) or "")
    answer = server.test_client().get("/", headers={"X-Request-ID": "router-12345"})
    assert answer.headers["X-Request-ID"] == "router-12345"
    line = json.loads(capsys.readouterr().out)
    assert (line["message"], line["request_id"], line["level"]) == ("seen 3", "router-12345", "INFO")


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "two words here", 'quote"inside'])
def test_an_id_that_could_do_harm_is_replaced(given: str) -> None:
    server = Flask("test")
    number_requests(server)
    answer = server.test_client().get("/", headers={"X-Request-ID": given})
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_stay_out_of_messages_and_tracebacks(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(form, "INFO", ["s3cret-key", None])  # type: ignore[arg-type]
    LOG.warning("the key is %s", "s3cret-key")
    try:
        int("s3cret-key")
    except ValueError:
        LOG.exception("failed")
    printed = capsys.readouterr().out
    assert "s3cret-key" not in printed
    assert "[secret]" in printed
    assert "ValueError" in printed


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("text", "WARNING")
    LOG.info("quiet")
    assert capsys.readouterr().out == ""
