"""Exports mean the same search, run as they are, and cannot be broken out of."""

from __future__ import annotations

import ast
import json
import shlex
import sys
from datetime import datetime
from types import ModuleType, SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    EventsCriteria,
    GroundCriteria,
    Location,
    MetadataExpression,
    MetadataFilters,
    SpaceCriteria,
)
from aurorax_dashboard.queries.canonical import body, canonical
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.exporter import ExportError, to_curl, to_json, to_pyaurorax
from aurorax_dashboard.queries.importer import import_query

HOSTILE = [
    "'; import os; os._exit(1); '",
    '"""\nraise SystemExit\n"""',
    "a\\",
    "\\'",
    "$(reboot) `id` ${HOME}",
    "line\nbreak\r\x0b\x0c\u2028\x00",
    "'\"'\"'; rm -rf / #",
    "{0} {name} %s",
]


class PyAuroraX:
    """Stands in for PyAuroraX: builds the body that its release 1.27 would send."""

    asked: list[tuple[str, dict]] = []

    def __init__(self, api_base_url):
        self.base_url = api_base_url
        self.search = SimpleNamespace(conjunctions=SimpleNamespace(search=self._search))

    def _search(self, start, end, distance, **given):
        document = {
            "start": start.strftime("%Y-%m-%dT%H:%M:%S"),
            "end": end.strftime("%Y-%m-%dT%H:%M:%S"),
            "max_distances": distance,
            "conjunction_types": given["conjunction_types"],
            "adhoc": given.get("custom_locations", []),
            **{kind: given.get(kind, []) for kind in ("ground", "space", "events")},
        }
        if "subminute_precision" in given:
            document["subminute_precision"] = given["subminute_precision"]
        PyAuroraX.asked.append((self.base_url, document))
        found = SimpleNamespace(
            start=start, end=end, min_distance=1.5, data_sources=[SimpleNamespace(display_name=None)]
        )
        return SimpleNamespace(data=[found])


def _block(programs=(), platforms=(), instrument_types=(), hemisphere=None, metadata_filters=None):
    block = {
        "programs": list(programs),
        "platforms": list(platforms),
        "instrument_types": list(instrument_types),
        "ephemeris_metadata_filters": metadata_filters,
    }
    return block if hemisphere is None else {**block, "hemisphere": hemisphere}


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a script against the stand-in; returns the address asked, the body sent, the output."""
    module = ModuleType("pyaurorax")
    module.PyAuroraX = PyAuroraX
    module.search = SimpleNamespace(
        GroundCriteriaBlock=_block,
        SpaceCriteriaBlock=_block,
        CustomLocationsCriteriaBlock=lambda locations: {
            "locations": [{"lat": lat, "lon": lon} for lat, lon in locations]
        },
        MetadataFilter=lambda expressions, operator: {
            "expressions": expressions,
            "logical_operator": operator,
        },
        MetadataFilterExpression=lambda key, values, operator: {
            "key": key,
            "values": values,
            "operator": operator,
        },
    )
    monkeypatch.setitem(sys.modules, "pyaurorax", module)
    monkeypatch.setattr(PyAuroraX, "asked", [])

    def run(script):
        exec(compile(script, "exported.py", "exec"), {})  # noqa: S102
        ((base_url, document),) = PyAuroraX.asked
        return base_url, document, capsys.readouterr().out

    return run


@pytest.fixture
def everything():
    """Make a search with a block of every kind, names that would break out, and 30 s precision."""
    expressions = [
        MetadataExpression(key=HOSTILE[1], operator="in", values=HOSTILE),
        MetadataExpression(key="radial_distance", operator="between", values=[6800, 6900.5]),
        MetadataExpression(key="tii_on", operator="=", values=[True]),
    ]
    filters = MetadataFilters(logical_operator="OR", expressions=expressions)
    query = ConjunctionQuery(
        start=datetime.fromisoformat("2019-01-01T00:00:07"),
        end=datetime.fromisoformat("2019-01-03"),
        conjunction_types=["sbtrace", "geographic"],
        ground=[GroundCriteria(programs=HOSTILE, ephemeris_metadata_filters=filters), GroundCriteria()],
        space=[SpaceCriteria(platforms=HOSTILE, hemisphere=["southern"])],
        events=[EventsCriteria(instrument_types=HOSTILE)],
        adhoc=[AdhocCriteria(locations=[Location(lat=1.5, lon=-2)])],
        epoch_search_precision=30,
    )
    return msgspec.structs.replace(query, max_distances={"ground1-ground2": 0, "space1-adhoc1": 10})


def test_json_is_read_back(everything):
    for query in [*(example.query for example in examples()), everything]:
        assert import_query(to_json(query)) == (canonical(query), [])


def test_times_end_in_z_as_pyaurorax_needs_for_raw_queries(example):
    document = json.loads(to_json(example))
    assert datetime.fromisoformat(document["start"][:-1]) == example.start
    assert {"start", "end", "max_distances"} <= document.keys()


def test_the_script_asks_for_the_same_search(run, example):
    base_url, sent, output = run(to_pyaurorax(example, "http://127.0.0.1:9000/"))
    assert base_url == "http://127.0.0.1:9000"
    assert import_query(json.dumps(sent)) == (canonical(example), [])
    assert output.startswith("1 conjunctions\n2019-01-01 00:00:00")


def test_the_script_keeps_every_kind_of_block_and_every_name(run, everything):
    _, sent, _ = run(to_pyaurorax(everything))
    assert sent["subminute_precision"] is True
    again, notes = import_query(json.dumps(sent))
    assert again == canonical(everything)
    assert notes == []


def test_the_script_says_whom_it_asks_if_not_the_platform(example):
    assert "not the AuroraX platform" in to_pyaurorax(example, "http://127.0.0.1:9000")
    assert "not the AuroraX platform" not in to_pyaurorax(example)
    assert "not the AuroraX platform" in to_curl(example, "http://127.0.0.1:9000")


def test_pyaurorax_needs_a_period(example):
    with pytest.raises(ExportError, match="start and an end"):
        to_pyaurorax(msgspec.structs.replace(example, end=None))


def assignments(script):
    """Return the variables that a shell script begins with, as a shell would read them."""
    words = shlex.split(script, comments=True)
    return dict(word.split("=", 1) for word in words[:2])


def test_curl_sends_the_same_search(example):
    given = assignments(to_curl(example))
    assert json.loads(given["query"]) == body(example)
    assert given["address"] == "https://api.aurorax.space/api/v1/conjunctions/search"


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_inside_their_quotes(name):
    query = ConjunctionQuery(
        start=datetime.fromisoformat("2019-01-01"),
        end=datetime.fromisoformat("2019-01-02"),
        ground=[GroundCriteria(programs=[name])],
        adhoc=[AdhocCriteria(locations=[Location(lat=0, lon=0)])],
    )
    check_quoting(query, name)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_any_name_stays_inside_its_quotes(name):
    query = ConjunctionQuery(
        start=datetime.fromisoformat("2019-01-01"),
        end=datetime.fromisoformat("2019-01-02"),
        space=[SpaceCriteria(programs=[name], platforms=[name])],
        events=[EventsCriteria(programs=[name])],
    )
    check_quoting(query, name)


def check_quoting(query, name):
    script = to_pyaurorax(query, f"http://host/{name}")
    tree = ast.parse(script)
    kinds = [type(statement).__name__ for statement in tree.body]
    assert kinds == ["Import", "Import", "Assign", "Assign", "Expr", "For"]
    assert name in {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    given = assignments(to_curl(query, f"http://host/{name}"))
    assert json.loads(given["query"]) == body(query)
    assert given["address"].startswith(f"http://host/{name}".rstrip("/"))
