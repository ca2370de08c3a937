"""Writes a conjunction search for other tools: JSON, PyAuroraX scripts, a curl script.

Each runs as it is. Names come from people and from the platform, so nothing in them may end a string
or a comment: strings go through ``repr`` and ``shlex.quote``, comments hold printable letters only.
"""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from typing import Any

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    SpaceCriteria,
    filters_of,
)
from aurorax_dashboard.queries.blocks import SourceCriteria
from aurorax_dashboard.queries.canonical import DEFAULT_PRECISION_S, body, canonical
from aurorax_dashboard.queries.words import title

SEARCH_PATH = "/api/v1/conjunctions/search"
PLATFORM_URL = "https://api.aurorax.space"


class ExportError(ValueError):
    """A search cannot be written for another tool yet; says what is missing."""


def comment(text: str) -> str:
    """Return `text` on one line, so that it cannot leave its comment."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def to_json(query: ConjunctionQuery) -> str:
    """Return the body of the search as JSON, as the API, aurorax.space and PyAuroraX take it."""
    return json.dumps(body(query), indent=2, ensure_ascii=False) + "\n"


def to_pyaurorax(query: ConjunctionQuery, base_url: str = PLATFORM_URL) -> str:
    """Return a Python script that runs the search with PyAuroraX and prints what it finds.

    Raises
    ------
    ExportError
        If the search has no start or no end, without which PyAuroraX cannot search.
    """
    strict = canonical(query)
    if strict.start is None or strict.end is None:
        raise ExportError("PyAuroraX needs a start and an end. Fill in the period first.")
    document = body(query)
    blocks = {
        "ground": _call_list([_source_block("Ground", block) for block in strict.ground]),
        "space": _call_list([_source_block("Space", block) for block in strict.space]),
        # As dictionaries, because EventsCriteriaBlock replaces the programs by its own.
        "events": _literal(document["events"]),
        "custom_locations": _call_list([_locations_block(block) for block in strict.adhoc]),
    }
    arguments = [
        f"start={_moment(strict.start)}",
        f"end={_moment(strict.end)}",
        f"distance={_literal(document['max_distances'])}",
        *(f"{name}={calls}" for name, calls in blocks.items() if calls != "[]"),
        f"conjunction_types={strict.conjunction_types!r}",
    ]
    needs = "# Needs PyAuroraX: pip install pyaurorax"
    if strict.epoch_search_precision != DEFAULT_PRECISION_S:
        arguments.append("subminute_precision=True")
        needs += " (1.27 or later, for conjunctions by the half minute)"
    return "\n".join(
        [
            f"# {comment(title(query))}",
            needs,
            *_origin(base_url),
            "import datetime",
            "",
            "import pyaurorax",
            "",
            f"aurorax = pyaurorax.PyAuroraX(api_base_url={base_url.rstrip('/')!r})",
            "",
            "search = aurorax.search.conjunctions.search(",
            *(f"    {argument}," for argument in arguments),
            "    verbose=True,",
            ")",
            "",
            'print(f"{len(search.data)} conjunctions")',
            "for conjunction in sorted(search.data, key=lambda each: each.start):",
            '    names = " - ".join(str(source.display_name) for source in conjunction.data_sources)',
            '    closest = f"{conjunction.min_distance:.0f} km"',
            "    print(conjunction.start, conjunction.end, closest, names)",
            "",
        ]
    )


def to_pyaurorax_fetch(request_id: str, base_url: str, heading: str) -> str:
    """Return a Python script that fetches the result of an earlier search with PyAuroraX."""
    return "\n".join(
        [
            f"# {comment(heading)}",
            "# Fetches the result of this very search, as long as the server keeps it.",
            "# Needs PyAuroraX: pip install pyaurorax",
            *_origin(base_url),
            "import pyaurorax",
            "",
            f"aurorax = pyaurorax.PyAuroraX(api_base_url={base_url.rstrip('/')!r})",
            "",
            f"request_url = aurorax.search.conjunctions.get_request_url({request_id!r})",
            'conjunctions = aurorax.search.requests.get_data(f"{request_url}/data")',
            "",
            'print(f"{len(conjunctions)} conjunctions")',
            'for conjunction in sorted(conjunctions, key=lambda each: each["start"]):',
            '    names = " - ".join(str(each["display_name"]) for each in conjunction["data_sources"])',
            """    closest = f"{conjunction['min_distance']:.0f} km\"""",
            '    print(conjunction["start"], conjunction["end"], closest, names)',
            "",
        ]
    )


def to_curl(query: ConjunctionQuery, base_url: str = PLATFORM_URL) -> str:
    """Return a shell script that submits the search, waits for its end and saves the result."""
    return "\n".join(
        [
            "#!/bin/sh",
            f"# {comment(title(query))}",
            *_origin(base_url),
            f"address={shlex.quote(base_url.rstrip('/') + SEARCH_PATH)}",
            f"query={shlex.quote(json.dumps(body(query), indent=2))}",
            "# Submit; the answer's Location header is the address of this search.",
            "location=$(curl --silent --show-error --fail --output /dev/null --dump-header - \\",
            '  "$address" \\',
            "  --header 'Content-Type: application/json' --data-raw \"$query\" \\",
            "  | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p')",
            'test -n "$location" || exit 1',
            'echo "Search: $location"',
            "# Wait until there is a result or an error.",
            "while true; do",
            '  status=$(curl --silent --show-error --fail "$location") || exit 1',
            '  echo "$status" | grep -Eq \'"data_uri": *"\' && break',
            "  # A failed search says so, and why in its logs.",
            '  echo "$status" | grep -Eq \'"error_condition": *true\' && echo "$status" && exit 1',
            "  sleep 2",
            "done",
            'curl --silent --show-error --fail --output conjunctions.json "$location/data" \\',
            "  && echo 'Saved to conjunctions.json'",
            "",
        ]
    )


# ---- pieces of the scripts ----------------------------------------------------------------------


def _origin(base_url: str) -> list[str]:
    """Say whose data will come if it is not the platform itself that is asked."""
    if base_url.rstrip("/") == PLATFORM_URL:
        return []
    return [f"# Asks {comment(base_url)}, not the AuroraX platform ({PLATFORM_URL})."]


def _moment(moment: datetime) -> str:
    parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    return f"datetime.datetime({', '.join(map(str, parts))})"


def _source_block(kind: str, criteria: SourceCriteria) -> str:
    arguments = {
        "programs": repr(criteria.programs),
        "platforms": repr(criteria.platforms),
        "instrument_types": repr(criteria.instrument_types),
    }
    if isinstance(criteria, SpaceCriteria):
        arguments["hemisphere"] = repr(criteria.hemisphere)
    if filters_of(criteria.ephemeris_metadata_filters).expressions:
        arguments["metadata_filters"] = _filter(criteria)
    lines = [f"            {name}={value}," for name, value in arguments.items() if value != "[]"]
    return "\n".join([f"pyaurorax.search.{kind}CriteriaBlock(", *lines, "        )"])


def _filter(criteria: SourceCriteria) -> str:
    filters = filters_of(criteria.ephemeris_metadata_filters)
    lines = [
        "                    pyaurorax.search.MetadataFilterExpression("
        f"{each.key!r}, {each.values!r}, operator={each.operator!r}),"
        for each in filters.expressions
    ]
    return "\n".join(
        [
            "pyaurorax.search.MetadataFilter(",
            "                expressions=[",
            *lines,
            "                ],",
            f"                operator={filters.logical_operator!r},",
            "            )",
        ]
    )


def _locations_block(criteria: AdhocCriteria) -> str:
    places = [(place.lat, place.lon) for place in criteria.locations]
    return f"pyaurorax.search.CustomLocationsCriteriaBlock(locations={places!r})"


def _call_list(calls: list[str]) -> str:
    if not calls:
        return "[]"
    return "\n".join(["[", *(f"        {call}," for call in calls), "    ]"])


def _literal(value: Any) -> str:
    """Return a dictionary or list as Python, one entry a line at the outermost level."""
    if not value:
        return repr(value)
    if isinstance(value, dict):
        entries = [f"        {key!r}: {entry!r}," for key, entry in value.items()]
        return "\n".join(["{", *entries, "    }"])
    return "\n".join(["[", *(f"        {entry!r}," for entry in value), "    ]"])
