"""What is written to the log: one line an event, with the request it belongs to and no secret in it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Collection
from typing import Literal
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter

REQUEST_ID_HEADER = "X-Request-ID"

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_NONE = "-"


class _RequestId(logging.Filter):
    """Adds the id of the request that is being answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id", _NONE) if has_request_context() else _NONE
        return True


class _NoSecrets(logging.Filter):
    """Replaces secrets, wherever they stand in a message or a traceback."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__()
        self._pattern = re.compile("|".join(re.escape(secret) for secret in secrets))

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        cleaned = self._pattern.sub("[secret]", message)
        if cleaned != message:
            record.msg, record.args = cleaned, ()
        if record.exc_info:
            record.exc_text = self._pattern.sub(
                "[secret]", logging.Formatter().formatException(record.exc_info)
            )
            record.exc_info = None
        return True


def configure_logs(
    form: Literal["text", "json"], level: str, secrets: Collection[str | None] = ()
) -> None:
    """Write the log to standard output.

    Parameters
    ----------
    form
        ``json`` is an object a line, for a machine that collects logs.
    level
        Least severity that is written.
    secrets
        Texts that must never stand in the log.
    """
    handler = logging.StreamHandler(sys.stdout)
    fields = "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"
    if form == "json":
        names = {"asctime": "time", "levelname": "level", "name": "logger"}
        handler.setFormatter(JsonFormatter(fields, rename_fields=names))
    else:
        handler.setFormatter(logging.Formatter(fields))
    handler.addFilter(_RequestId())
    if known := [secret for secret in secrets if secret]:
        handler.addFilter(_NoSecrets(known))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Each question to the API is told by our own transport, without its parameters.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def number_requests(server: Flask) -> None:
    """Give each request an id, that of the router in front if it sends one, and send it back."""

    @server.before_request
    def number() -> None:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        g.request_id = given if _GIVEN_ID.fullmatch(given) else uuid4().hex

    @server.after_request
    def tell(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = g.get("request_id", _NONE)
        return response
