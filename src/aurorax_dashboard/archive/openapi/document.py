"""The OpenAPI document, made when it is first asked for.

The framework describes routes and their parameters; the structs describe themselves, as they are decoded
and encoded; :mod:`operations` adds names and errors. What is served is thus what is described.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from inspect import getsource, isclass
from itertools import pairwise
from typing import Any, get_args

import msgspec
from litestar import Litestar

from aurorax_dashboard.api import management, models
from aurorax_dashboard.archive.checks import SentConjunctionQuery
from aurorax_dashboard.archive.openapi import operations
from aurorax_dashboard.archive.openapi.operations import OPERATIONS, Operation
from aurorax_dashboard.archive.routes.manage import Problem
from aurorax_dashboard.archive.routes.utils import Identity

Document = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_JSON = "application/json"

_TIME = (
    r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$"
)
"""A time is UTC and has no zone where none is written, which the format "date-time" does not allow."""

_UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

_QUERIES = ("SentConjunctionQuery", "ConjunctionQuery", "EphemerisQuery", "DataProductQuery")

_HEADERS = {
    "Location": "Where to ask for the state of it.",
    "Retry-After": "Seconds after which to try again.",
    "Authorization": "The access token of the session, after the word Bearer.",
}

_ERRORS = {
    400: "The request cannot be understood; the message names the field.",
    401: "Nobody is signed in, or the key or token is not valid.",
    403: "This account may not do this.",
    404: "There is no such source, request or data.",
    409: "It does not go together with what there is already.",
    413: "The body is too large.",
    415: "The body is declared as something else than JSON.",
    503: "Too many searches are waiting, or the archive is in maintenance mode; try again later.",
}


def openapi_document(app: Litestar) -> Document:
    """Return the OpenAPI document of `app`.

    Raises
    ------
    KeyError
        If a route is not among the known operations.
    """
    framework = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    document: Document = {**framework, "paths": {}}
    for path, item in framework["paths"].items():
        methods = {
            method: item[method]
            for method in ("get", "post", "put", "patch", "delete")
            if method in item
        }
        document["paths"][path] = {
            method: _described(described, OPERATIONS[f"{method.upper()} {path}"])
            for method, described in methods.items()
        }
    document["components"]["schemas"] = _schemas()
    return document


def _described(framework: Document, operation: Operation) -> Document:
    """Return the description of one operation, begun by the framework."""
    summary, _, description = _sentences(framework.get("description", "")).partition("\n\n")
    described: Document = {
        "tags": framework.get("tags") or ["Utils"],
        "operationId": operation.operation_id,
        "summary": summary,
    }
    if description:
        described["description"] = description
    if parameters := [_parameter(parameter) for parameter in framework.get("parameters", [])]:
        described["parameters"] = parameters
    if body := framework.get("requestBody"):
        described["requestBody"] = body
    described["responses"] = _responses(framework, operation)
    if framework.get("deprecated"):
        described["deprecated"] = True
    if operation.secured:
        described["security"] = [{"ApiKeyAuth": []}, {"AccessToken": []}]
    return described


def _sentences(docstring: str) -> str:
    """Return the part of a docstring that is written for everybody, in one line a paragraph."""
    text = re.split(r"\n\s*\w+\n\s*-{3,}\n", docstring)[0]
    text = re.sub(r":\w+:`~?([^`]*)`", r"\1", text).replace("``", "`")
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())


def _parameter(framework: Document) -> Document:
    """Return a parameter; one that is not given is absent, not null."""
    schema = {key: value for key, value in framework["schema"].items() if key != "oneOf"}
    for choice in framework["schema"].get("oneOf", []):
        if choice != {"type": "null"}:
            schema |= choice
    if isinstance(schema.get("type"), list):
        [schema["type"]] = [kind for kind in schema["type"] if kind != "null"]
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    return {
        "name": framework["name"],
        "in": framework["in"],
        "required": framework.get("required", False),
        "schema": _plain(schema),
    }


def _responses(framework: Document, operation: Operation) -> Document:
    """Return what an operation answers: where it went well, and where it did not."""
    known = {
        int(status): _plain(response["content"][_JSON]["schema"])
        for status, response in framework["responses"].items()
        if int(status) < 300 and response.get("content")
    }
    answers: dict[int, Document | None] = {**known}
    for status, kind in operation.answers.items():
        answers[status] = None if kind is None else _schema_of(kind)
    responses = {
        str(status): _response(HTTPStatus(status).phrase, schema, operation.headers.get(status, ()))
        for status, schema in answers.items()
    }
    statuses = set(operation.errors)
    if "requestBody" in framework:
        statuses |= {400, 413, 415}
    if operation.rests:
        statuses |= {503}
    for status in sorted(statuses):
        responses[str(status)] = _response(
            _ERRORS[status], _error_schema(operation, status), operation.headers.get(status, ())
        )
    return responses


def _error_schema(operation: Operation, status: int) -> Document:
    one = _schema_of(models.ErrorDocument)
    if status == HTTPStatus.BAD_REQUEST and operation.operation_id in {
        "addEphemerisData",
        "addDataProducts",
    }:
        return {"anyOf": [one, {"type": "array", "items": _schema_of(Problem)}]}
    return one


def _response(description: str, schema: Document | None, headers: tuple[str, ...]) -> Document:
    response: Document = {"description": description}
    if schema is not None:
        response["content"] = {_JSON: {"schema": schema}}
    if headers:
        response["headers"] = {
            name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in headers
        }
    return response


def _schema_of(kind: Any) -> Document:
    schema: Document = msgspec.json.schema_components([kind], ref_template=_REFERENCE)[0][0]
    return schema


def _schemas() -> Document:
    """Return the schemas of all structs, as they are decoded and encoded."""
    structs: list[type[msgspec.Struct]] = [
        struct
        for module in (models, management, operations)
        for struct in vars(module).values()
        if isclass(struct) and issubclass(struct, models.Model) and struct is not models.Model
    ]
    structs = [*dict.fromkeys(structs), SentConjunctionQuery, Identity, Problem]
    _, components = msgspec.json.schema_components(structs, ref_template=_REFERENCE)
    for struct in structs:
        schema = components[struct.__name__]
        schema["description"] = _sentences(schema.get("description", ""))
        _describe_times(struct, schema)
        for name, words in _words_on_fields(struct).items():
            schema["properties"][name]["description"] = words
        if struct.__name__ in _QUERIES:
            schema["properties"]["request_id"] = {
                "anyOf": [{"type": "string", "pattern": _UUID}, {"type": "null"}],
                "description": "Chosen by whoever asks, if not null.",
            }
    return components


def _describe_times(struct: type[msgspec.Struct], schema: Document) -> None:
    """Say which texts in the schema of `struct` are times: to msgspec, a naive one is any text."""
    for field in msgspec.structs.fields(struct):
        if datetime in (field.type, *get_args(field.type)):
            value = schema["properties"][field.encode_name]
            for choice in value.get("anyOf", [value]):
                if choice["type"] == "string":
                    choice["pattern"] = _TIME


def _words_on_fields(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return what the code of `struct` says below some of its fields: units and the like."""
    words = {}
    for base in reversed(struct.__mro__):
        if issubclass(base, models.Model):
            [definition] = ast.parse(getsource(base)).body
            for field, below in pairwise(ast.iter_child_nodes(definition)):
                if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
                    words[ast.unparse(field.target)] = _sentences(ast.literal_eval(below.value))
    return words


def _plain(schema: Any) -> Any:
    """Return `schema` with times as they are really written."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    plain = {key: _plain(value) for key, value in schema.items()}
    if plain.get("format") == "date-time":
        del plain["format"]
        plain["pattern"] = _TIME
    return plain
