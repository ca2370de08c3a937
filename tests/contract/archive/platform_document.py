"""The platform's own description of its API, and where the platform behaves otherwise.

Each correction is a function with its reason. A client that believed the document to the letter would
fail on the real answers as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec

Document = dict[str, Any]

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"
TIME_SENT = (
    r"^(18[5-9]\d|19\d\d|20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ?$"
)
UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def published() -> Document:
    """Return the document as it is published."""
    path = Path(__file__).with_name("aurorax_openapi.yaml")
    return msgspec.yaml.decode(path.read_bytes())


def corrected() -> Document:
    """Return the document with every correction made."""
    document = deepcopy(published())
    for correct in CORRECTIONS:
        correct(document)
    return document


def _schemas(document: Document) -> Document:
    return document["components"]["schemas"]


def _properties(document: Document, name: str) -> Document:
    return _schemas(document)[name]["properties"]


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def _operation(document: Document, method: str, path: str) -> Document:
    return document["paths"][f"/api/v1/{path}"][method]


def _json(schema: Document) -> Document:
    return {"application/json": {"schema": schema}}


def _nodes(node: Any) -> Iterator[Document]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def framework_operations_are_not_the_api(document: Document) -> None:
    """The platform's framework describes itself under application.wadl; no client asks for it."""
    for path in [path for path in document["paths"] if "wadl" in path]:
        del document["paths"][path]


def times_have_no_zone(document: Document) -> None:
    """Times are written without a zone, which the format date-time does not allow; seen in every answer."""
    for node in _nodes(document):
        if node.get("format") == "date-time":
            del node["format"]
            node["pattern"] = TIME


def sent_times_are_of_our_era(document: Document) -> None:
    """A pattern alone would mostly try times that do not exist, and years of which nothing is held."""
    sent = (
        "EphemerisQuery",
        "SuperConjunctionQuery",
        "DataProductQuery",
        "DeleteEphemerisSpecification",
    )
    for name in (*sent, "LoadEphemerisSpecification", "LoadDataProductSpecification"):
        for node in _nodes(_schemas(document)[name]):
            if node.get("pattern") == TIME:
                node["pattern"] = TIME_SENT


def chosen_request_ids_are_uuids(document: Document) -> None:
    """A client may choose the id of its search; ids are version 4 UUIDs wherever one was seen."""
    for name in ("EphemerisQuery", "SuperConjunctionQuery", "DataProductQuery"):
        _properties(document, name)["request_id"]["pattern"] = UUID


def what_is_not_known_is_null(document: Document) -> None:
    """A value that there is not (yet) is written null: a running search's result, an open field line."""
    for name in (
        "SearchRequest",
        "SearchResult",
        "SearchRequestListing",
        "DataSourceStats",
        "Location",
        "Ephemeris Availability",
        "DataProduct Availability",
        "MetadataExpressionGroup",
        "DataSourceCriteriaForEphemeris",
        "EphemerisQuery",
    ):
        for field, schema in list(_properties(document, name).items()):
            if "$ref" in schema:
                _properties(document, name)[field] = {"allOf": [schema], "nullable": True}
            else:
                schema["nullable"] = True


def availability_has_both_keys(document: Document) -> None:
    """Each list of availability has the key of the other kind too, null."""
    for name, key in (
        ("Ephemeris Availability", "available_data_products"),
        ("DataProduct Availability", "available_ephemeris"),
    ):
        _properties(document, name)[key] = {"type": "object", "nullable": True}


def sources_come_in_four_formats(document: Document) -> None:
    """Of a source, an answer has as much as was asked for, down to its identifier alone."""
    del _schemas(document)["Data Source"]["required"]


def metadata_are_objects(document: Document) -> None:
    """Metadata are JSON objects with values of their own types, never texts."""
    for name in ("Ephemeris", "DataProduct"):
        _properties(document, name)["metadata"] = {"type": "object"}


def a_query_is_echoed_as_an_object(document: Document) -> None:
    """The status of a search repeats its query as an object, not as a text."""
    _properties(document, "SearchRequest")["query"] = {"type": "object", "nullable": True}


def data_are_wrapped(document: Document) -> None:
    """Data of a search are ``{"result": […]}``, not a bare list."""
    for _, path, operation in _operations(document):
        if path.endswith(("/data", "/search_synchronous")):
            content = operation["responses"]["200"]["content"]["application/json"]
            if content["schema"].get("type") == "array":
                content["schema"] = {
                    "type": "object",
                    "required": ["result"],
                    "properties": {"result": content["schema"]},
                }


def conjunctions_have_events(document: Document) -> None:
    """A conjunction is a list of sources with pairwise events; the document shows only such an event."""
    event = {"$ref": "#/components/schemas/ConjunctionEvent"}
    source = {"$ref": "#/components/schemas/Data Source"}
    time, number = {"type": "string", "pattern": TIME}, {"type": "number"}
    kind = _properties(document, "ConjunctionEvent")["conjunction_type"]
    _schemas(document)["Conjunction"] = {
        "type": "object",
        "properties": {
            "conjunction_type": kind,
            "start": time,
            "end": time,
            "data_sources": {"type": "array", "items": source},
            "min_distance": number,
            "max_distance": number,
            "closest_epoch": time,
            "farthest_epoch": time,
            "events": {"type": "array", "items": event},
        },
    }
    for method in ("get", "post"):
        data = _operation(document, method, "conjunctions/requests/{request_id}/data")
        result = data["responses"]["200"]["content"]["application/json"]["schema"]["properties"][
            "result"
        ]
        result["items"] = {"$ref": "#/components/schemas/Conjunction"}


def submissions_are_accepted(document: Document) -> None:
    """A search is answered 202 with its address and no body; the document says so of ephemeris alone."""
    for kind in ("conjunctions", "data_products", "ephemeris"):
        responses = _operation(document, "post", f"{kind}/search")["responses"]
        responses["202"] = {
            "description": "Accepted",
            "headers": {"Location": {"schema": {"type": "string"}}},
        }


def descriptions_are_texts(document: Document) -> None:
    """A query in words is one JSON text, not a list; a number of products is a number."""
    for name, schema in (
        ("query/conjunction", {"type": "string"}),
        ("query/ephemeris", {"type": "string"}),
        ("query/data_products", {"type": "string"}),
        ("cartesian_products", {"type": "integer"}),
    ):
        described = _operation(document, "post", f"utils/describe/{name}")
        described["responses"]["200"]["content"] = _json(schema)


def distances_are_numbers_or_null(document: Document) -> None:
    """Distances may have decimals, and null stands for no limit, which the document says in words only."""
    limits = _properties(document, "SuperConjunctionQuery")["max_distances"]
    limits["additionalProperties"] = {"type": "number", "nullable": True}
    limits.pop("example", None)


def gridded_data_are_a_type(document: Document) -> None:
    """PyAuroraX knows a sixth type of data products."""
    for node in _nodes(document):
        if "keogram" in node.get("enum", []) and "gridded_data" not in node["enum"]:
            node["enum"].append("gridded_data")


def uploads_answer_one_error_or_several(document: Document) -> None:
    """An upload that does not fit is answered with a list of errors, or with one alone."""
    for kind in ("ephemeris", "data_products"):
        responses = _operation(document, "post", f"data_sources/{{identifier}}/{kind}")["responses"]
        one = {"$ref": "#/components/schemas/ErrorDocument"}
        responses["400"]["content"] = _json({"anyOf": [one, {"type": "array", "items": one}]})


def errors_are_many(document: Document) -> None:
    """The document leaves out errors that any operation of its kind can answer with."""
    for method, path, operation in _operations(document):
        statuses = {400, 404} if operation.get("parameters") else set()
        if "requestBody" in operation:
            statuses |= {400, 413, 415}
        if path.endswith("/search") and "data_sources" not in path:
            statuses |= {409, 503}
        if operation["operationId"] == "deleteSearchRequest":
            statuses |= {503}
        if method != "get" and "{identifier}" in path:
            statuses |= {409}
        for status in statuses:
            error = operation["responses"].setdefault(str(status), {"description": "Error"})
            error.setdefault("content", _json({"$ref": "#/components/schemas/ErrorDocument"}))


CORRECTIONS = (
    framework_operations_are_not_the_api,
    times_have_no_zone,
    sent_times_are_of_our_era,
    chosen_request_ids_are_uuids,
    what_is_not_known_is_null,
    availability_has_both_keys,
    sources_come_in_four_formats,
    metadata_are_objects,
    a_query_is_echoed_as_an_object,
    data_are_wrapped,
    conjunctions_have_events,
    submissions_are_accepted,
    descriptions_are_texts,
    distances_are_numbers_or_null,
    gridded_data_are_a_type,
    uploads_answer_one_error_or_several,
    errors_are_many,
)
"""In the order in which they are made."""
