"""Ten thousand broken, hostile and odd query files: each is a search, or refused in a clear sentence."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.queries.canonical import body, canonical
from aurorax_dashboard.queries.check import problems
from aurorax_dashboard.queries.draft import draft_of, query_of
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.exporter import ExportError, to_curl, to_json, to_pyaurorax
from aurorax_dashboard.queries.exporter_idl import to_idl
from aurorax_dashboard.queries.importer import QueryImportError, import_query
from aurorax_dashboard.queries.link import LinkError, to_param
from aurorax_dashboard.queries.words import sentence, title

CASES = 10_000
LONGEST_MESSAGE = 400

TEXTS: tuple[str, ...] = (
    *(to_json(each.query) for each in examples()),
    *(to_pyaurorax(each.query) for each in examples()),
    *(to_curl(each.query) for each in examples()[:2]),
    *(repr(body(each.query)) for each in examples()),
    json.dumps({"search_request": {"query": json.dumps(body(examples()[0].query))}}),
    "\ufeff" + to_json(examples()[4].query).upper(),
)
DOCUMENTS: tuple[dict[str, Any], ...] = tuple(body(each.query) for each in examples())

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    -(10**30),
    1e308,
    float("nan"),
    float("inf"),
    5e-324,
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e\u200b",
    "🛰" * 50,
    "<script>alert(1)</script>",
    "'; DROP TABLE searches; --",
    "{{7*7}} ${jndi:ldap://x} %s %n",
    "../../etc/passwd",
    "9" * 5_000,
    "-" * 1_000,
    "nbtrace",
    "northern",
    "ground1-space1",
    "2019-02-30T25:61:61",
    "0000-00-00",
    "99999-01-01",
    "2019-01-01T00:00:00+99:99",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": ""},
    {"__class__": "x"},
    {"$ref": "#"},
    [[1, 2, 3]],
    ["x"] * 50,
    {"locations": [[90.0001, 540]]},
    {"key": "f", "operator": "between", "values": [1]},
)
PYTHON: tuple[str, ...] = (
    "__import__('os').system('false')",
    "ground = " + "[" * 150 + "]" * 150,
    "a = 'x' * 10**12",
    "ground = (lambda: 0)()",
    "ground = [i for i in range(10**9)]",
    "start = datetime.datetime(9999, 99, 99)\nground = []",
    "query = json.loads('{')",
    "ground = f'{1/0}'",
    "ground = b'\\xff'",
    "search(*x, **y)",
    "search(ground=[{}], start=..., end=1j)",
    "ground = {**a, 'x': 1}",
    "ground = -'x'",
    "ground = {1: 2}",
    "search_from_raw_query(query={'ground': search_from_raw_query})",
    "ground: list = []",
    "ground = space = []",
    "MetadataFilter(MetadataFilter(MetadataFilter()))",
    "ground\n=\n",
    "\\",
    "if True:\n" * 60,
)


def garbled(chance: random.Random) -> str:
    """Return a query text with letters lost, doubled, swapped or put in."""
    text = list(chance.choice(TEXTS))
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(4):
            case 0:
                del text[at : at + chance.choice((1, 1, 3, 40))]
            case 1:
                text[at:at] = text[at : at + chance.choice((1, 5, 80))]
            case 2:
                (text.insert(at, chance.choice("{}[]\",:'\\\n#01-.eE\x00\ufeff\ud83d")),)
            case _:
                text[at : at + 1] = chr(
                    chance.choice((chance.randrange(128), chance.randrange(0x3000)))
                )
    return "".join(text)


def torn(chance: random.Random) -> str:
    """Return a piece of a query text, or two pieces that do not belong together."""
    one, two = chance.choice(TEXTS), chance.choice(TEXTS)
    return one[: chance.randrange(len(one))] + two[chance.randrange(len(two)) :]


def misread(chance: random.Random) -> str:
    """Return a query file as a program with another encoding reads it."""
    encoded = chance.choice(TEXTS).encode(chance.choice(("utf-8", "utf-16", "utf-32")))
    return encoded.decode(chance.choice(("latin-1", "cp437", "utf-16-le")), errors="replace")


def spoilt(chance: random.Random) -> str:
    """Return a query with hostile values in odd places."""
    document: Any = msgspec.json.decode(msgspec.json.encode(chance.choice(DOCUMENTS)))
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        places = list(_places(document))
        holder, key = chance.choice(places)
        if chance.random() < 0.15 and isinstance(holder, dict):
            holder[str(chance.choice(HOSTILE))[:50]] = holder.pop(key)
        else:
            holder[key] = copy.deepcopy(chance.choice(HOSTILE))
        if not document:
            break
    return repr(document) if chance.random() < 0.3 else json.dumps(document)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(inner):
        yield value, key
        if isinstance(item, dict | list):
            yield from _places(item)


def scripted(chance: random.Random) -> str:
    """Return a script that was not written for us."""
    lines = [chance.choice(PYTHON) for _ in range(chance.choice((1, 2, 5)))]
    return "\n".join([*lines, chance.choice(TEXTS)] if chance.random() < 0.5 else lines)


def nonsense(chance: random.Random) -> str:
    """Return letters that were never a query."""
    alphabet = chance.choice(('{}[]",:0', "abc \n", "".join(map(chr, range(0x2000, 0x2100)))))
    return "".join(chance.choice(alphabet) for _ in range(chance.randrange(200)))


KINDS: tuple[Callable[[random.Random], str], ...] = (
    garbled,
    torn,
    misread,
    spoilt,
    spoilt,
    scripted,
    nonsense,
)


def test_ten_thousand_query_files_end_in_a_search_or_a_clear_sentence() -> None:
    chance = random.Random(20_190_101)
    read = refused = 0
    for number in range(CASES):
        text = KINDS[number % len(KINDS)](chance)
        try:
            query, notes = import_query(text)
        except QueryImportError as error:
            assert_clear(str(error), text)
            refused += 1
            continue
        read += 1
        for note in notes:
            assert_clear(note, text)
        assert_usable(query)
    # Both ways out are taken often, or the cases test little.
    assert read > CASES / 20
    assert refused > CASES / 20


def assert_clear(message: str, text: str) -> None:
    """Hold that a message is one printable sentence of ours, whatever the text was."""
    assert message.endswith("."), (message, text)
    assert len(message) <= LONGEST_MESSAGE, (message, text)
    assert message.isprintable(), (message, text)
    message.encode()


def assert_usable(query: ConjunctionQuery) -> None:
    """Hold that all that a page does with a search works with this one."""
    assert canonical(query) == query
    assert import_query(to_json(query))[0] == query
    said = [title(query), sentence(query), *(one.message for one in problems(query))]
    assert all(isinstance(each, str) for each in said)
    query_of(draft_of(query))
    for write in (to_pyaurorax, to_idl, to_curl):
        try:
            write(query).encode()
        except ExportError as error:
            assert_clear(str(error), "")
    try:
        to_param(query)
    except LinkError as error:
        assert_clear(str(error), "")
