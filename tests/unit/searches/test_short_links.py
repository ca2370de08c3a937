"""Short links: one id for one search, for good."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    GroundCriteria,
    Location,
    SpaceCriteria,
)
from aurorax_dashboard.queries.canonical import canonical
from aurorax_dashboard.queries.link import LinkError, to_param
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.short_links import ShortLinks

QUERY = ConjunctionQuery(
    start=datetime.fromisoformat("2019-01-01"),
    end=datetime.fromisoformat("2019-01-03T23:59:59"),
    ground=[GroundCriteria(programs=["themis-asi"], platforms=["fort smith", "gillam"])],
    space=[SpaceCriteria(programs=["swarm"], hemisphere=["northern"])],
    max_distances={"ground1-space1": 500},
)
ID = "1c34ornh766xf"
"""What the first release of short links made of it."""


class Dictionary:
    """A keep in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def put(self, name: str, value: bytes) -> None:
        self.kept[name] = value

    def add(self, name: str, value: bytes) -> bool:
        return self.kept.setdefault(name, value) is value

    def has(self, name: str) -> bool:
        return name in self.kept

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


@pytest.fixture
def keep() -> Dictionary:
    return Dictionary()


def test_equal_searches_have_one_id_that_never_changes(keep: Dictionary) -> None:
    links = ShortLinks(keep)
    swapped = msgspec.structs.replace(
        QUERY, max_distances={"space1-ground1": 500.0}, request_id="of one run only"
    )
    assert links.add(QUERY) == links.add(swapped) == ID
    assert len(keep.kept) == 1
    assert links.query(ID) == canonical(QUERY)


def test_a_link_outlasts_the_process(tmp_path: Path) -> None:
    name = ShortLinks(DiskKeep(tmp_path)).add(QUERY)
    assert ShortLinks(DiskKeep(tmp_path)).query(name) == canonical(QUERY)


def test_what_an_earlier_release_kept_is_read(keep: Dictionary) -> None:
    keep.put(
        "links/1abcdefghijkl",
        b'{"start": "2019-01-01T00:00:00Z", "end": "2019-01-02T00:00:00Z", "conjunction_types": ["nbtrace"],'
        b' "ground": [{"programs": ["rego"], "ephemeris_metadata_filters": {}}], "space": [],'
        b' "field_of_the_future": 1, "max_distances": {}}',
    )
    assert ShortLinks(keep).query("1abcdefghijkl").ground[0].programs == ["rego"]


def test_what_is_too_large_for_an_address_fits(keep: Dictionary) -> None:
    # Neighbouring places compress badly: hardly two have digits in common.
    places = [
        Location(lat=n * 7919 % 17_000 / 100 - 85, lon=n * 104_729 % 36_000 / 100 - 180)
        for n in range(1900)
    ]
    large = msgspec.structs.replace(QUERY, adhoc=[AdhocCriteria(locations=places)])
    with pytest.raises(LinkError):
        to_param(large)
    links = ShortLinks(keep)
    name = links.add(large)
    assert len(name) == len(ID)
    assert links.query(name) == canonical(large)


def test_another_search_under_the_same_id_is_not_given_out(keep: Dictionary) -> None:
    links = ShortLinks(keep)
    keep.put(f"links/{ID}", b"{}")
    name = links.add(QUERY)
    assert name.startswith(ID)
    assert len(name) > len(ID)
    assert links.query(name) == canonical(QUERY)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("1aaaaaaaaaaaa", "No search is kept"),
        ("9aaaaaaaaaaaa", "No search is kept"),
        ("", "not a short link"),
        ("../../etc/passwd", "not a short link"),
        (ID.upper(), "not a short link"),
        (f"{ID}\n", "not a short link"),
        ("1" + "a" * 10_000, "not a short link"),
    ],
)
def test_what_leads_nowhere_says_so(keep: Dictionary, name: str, words: str) -> None:
    with pytest.raises(LinkError, match=words):
        ShortLinks(keep).query(name)


@pytest.mark.parametrize("kept", [b"", b"{", b"\xff\xfe", b'{"start": 5}'])
def test_a_damaged_copy_says_so(keep: Dictionary, kept: bytes) -> None:
    keep.put(f"links/{ID}", kept)
    with pytest.raises(LinkError, match="damaged"):
        ShortLinks(keep).query(ID)


def test_what_could_not_be_read_again_is_not_kept(keep: Dictionary) -> None:
    names = [f"{number:0300}" for number in range(1200)]
    with pytest.raises(LinkError, match="too large"):
        ShortLinks(keep).add(msgspec.structs.replace(QUERY, ground=[GroundCriteria(programs=names)]))
    assert not keep.kept
