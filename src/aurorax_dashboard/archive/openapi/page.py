"""The OpenAPI document as one page of HTML: no script, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

Document = Mapping[str, Any]


def page(document: Document) -> str:
    """Return the page."""
    title = escape(document["info"]["title"])
    return "".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<title>{title}</title><link rel="stylesheet" href="/docs/docs.css"></head><body><main>',
            f"<h1>{title}</h1>{_paragraphs(document['info'].get('description', ''))}",
            '<p><a href="/api/v1/openapi.json">openapi.json</a> · ',
            '<a href="/api/v1/openapi.yaml">openapi.yaml</a></p>',
            *_contents(document),
            *_operations(document),
            '<h2 id="schemas">Schemas</h2>',
            *(
                _schema(name, schema)
                for name, schema in sorted(document["components"]["schemas"].items())
            ),
            "</main></body></html>",
        ]
    )


def _anchor(text: str) -> str:
    return escape(text.lower().replace(" ", "-"))


def _words(text: str) -> str:
    """Return a text whose names stand between backticks."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_words(paragraph)}</p>" for paragraph in text.split("\n\n") if paragraph)


def _contents(document: Document) -> Iterator[str]:
    yield "<nav><ul>"
    for tag in document["tags"]:
        words = escape(tag.get("description", ""))
        yield f'<li><a href="#tag-{_anchor(tag["name"])}">{escape(tag["name"])}</a> {words}</li>'
    yield '<li><a href="#schemas">Schemas</a></li></ul></nav>'


def _operations(document: Document) -> Iterator[str]:
    for tag in document["tags"]:
        yield f'<h2 id="tag-{_anchor(tag["name"])}">{escape(tag["name"])}</h2>'
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if tag["name"] in operation["tags"]:
                    yield from _operation(method, path, operation)


def _operation(method: str, path: str, operation: Document) -> Iterator[str]:
    lock = " <small>needs a key or a token</small>" if operation.get("security") else ""
    yield f'<details id="{escape(operation["operationId"])}"><summary>'
    yield f'<b class="{method}">{method.upper()}</b> <code>{escape(path)}</code> '
    yield f"{_words(operation['summary'])}{lock}</summary>"
    yield _paragraphs(operation.get("description", ""))
    if parameters := operation.get("parameters"):
        yield _table(
            ("Parameter", "In", "Value"),
            (
                (
                    f"<code>{escape(parameter['name'])}</code>{_required(parameter['required'])}",
                    parameter["in"],
                    _kind(parameter["schema"]),
                )
                for parameter in parameters
            ),
        )
    if body := operation.get("requestBody"):
        yield f"<p>Body: {_kind(_content(body))}</p>"
    yield _table(
        ("Status", "Answer", "Body"),
        (
            (status, escape(response["description"]), _kind(_content(response)) or "none")
            for status, response in operation["responses"].items()
        ),
    )
    yield "</details>"


def _schema(name: str, schema: Document) -> str:
    required = schema.get("required", [])
    rows = (
        (
            f"<code>{escape(field)}</code>{_required(field in required)}",
            f"{_kind(value)}{_paragraphs(value.get('description', ''))}",
        )
        for field, value in schema.get("properties", {}).items()
    )
    table = _table(("Field", "Value"), rows)
    words = _paragraphs(schema.get("description", ""))
    return f'<section id="schema-{_anchor(name)}"><h3>{escape(name)}</h3>{words}{table}</section>'


def _required(required: bool) -> str:
    return " <small>required</small>" if required else ""


def _content(described: Document) -> Document:
    """Return the schema of a body."""
    for content in described.get("content", {}).values():
        schema: Document = content["schema"]
        return schema
    return {}


def _kind(schema: Document) -> str:
    """Return what a value can be, in few words."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f'<a href="#schema-{_anchor(name)}">{escape(name)}</a>'
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_kind(choice) for choice in choices)
    if values := schema.get("enum"):
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in values)
    kind = escape(
        str(
            schema.get("format")
            or ("time" if "T(" in schema.get("pattern", "") else schema.get("type", ""))
        )
    )
    if schema.get("type") == "array":
        kind = f"list of {_kind(schema.get('items', {})) or 'anything'}"
    elif (values := schema.get("additionalProperties")) and isinstance(values, Mapping):
        kind = f"object of {_kind(values) or 'anything'}"
    if "default" in schema and schema["default"] not in (None, [], {}):
        kind += f", by default <code>{escape(str(schema['default']))}</code>"
    return kind


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = "".join(f"<th>{cell}</th>" for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
