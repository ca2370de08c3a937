"""Requests that only Dash's own browser code makes: forged ones are refused as the mistake they are."""

from __future__ import annotations

from typing import Any

import msgspec
from dash import Dash
from dash.exceptions import CallbackException, DependencyException
from flask import abort, request

_ENDING = "/_dash-update-component"
_FORGED = "This is no request of a page of this dashboard."


class _Request(msgspec.Struct):
    """What Dash's own browser code sends, as far as Dash relies on it without looking."""

    output: str
    outputs: dict[str, Any] | list[Any] | None = None
    inputs: list[dict[str, Any] | list[dict[str, Any]]] = []
    state: list[dict[str, Any] | list[dict[str, Any]]] = []
    changed: list[str] = msgspec.field(default=[], name="changedPropIds")


_DECODER = msgspec.json.Decoder(_Request)


def refuse_forged(app: Dash) -> None:
    """Answer 400 to requests for callbacks that do not exist or that do not have their inputs.

    What is no script of Dash is not found.
    """

    @app.server.before_request
    def as_sent_by_pages() -> None:
        if request.method != "POST" or not request.path.endswith(_ENDING):
            return
        try:
            asked = _DECODER.decode(request.get_data())
        except (msgspec.DecodeError, RecursionError):
            abort(400, _FORGED)
        callback = app.callback_map.get(asked.output)
        if (
            callback is None
            or len(asked.inputs) != len(callback["inputs"])
            or len(asked.state) != len(callback["state"])
        ):
            abort(400, _FORGED)

    @app.server.errorhandler(CallbackException)
    def misses(_error: CallbackException) -> tuple[str, int]:
        return _FORGED, 400

    @app.server.errorhandler(DependencyException)
    def no_script(_error: DependencyException) -> tuple[str, int]:
        return "There is no such script.", 404
