"""A link holds a whole search, briefly, and nothing else can be smuggled in."""

from __future__ import annotations

import base64
import re
import zlib
from datetime import datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    ConjunctionType,
    EventsCriteria,
    FilterOperator,
    GroundCriteria,
    Location,
    MetadataExpression,
    MetadataFilters,
    SpaceCriteria,
)
from aurorax_dashboard.queries.blocks import distances
from aurorax_dashboard.queries.canonical import canonical
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import MAX_PARAM, LinkError, from_param, to_param

FIRST_LINK = "1.q0aSN7TElIcbC5U0RjGbkJtweAU1zaGkL5RkDk38uNIlepYCRwP2MIUkdhwGIeU3HbxRjDP5IqeeWgA"

NAMES = st.lists(st.text(max_size=12), max_size=3)
KILOMETRES = st.none() | st.integers(0, 30_000) | st.floats(0, 1e6, allow_nan=False)
VALUES = st.text(max_size=8) | st.integers(-(2**53), 2**53) | st.booleans() | st.floats(-1e9, 1e9)
FILTERS = st.none() | st.builds(
    MetadataFilters,
    logical_operator=st.sampled_from(["AND", "OR"]),
    expressions=st.lists(
        st.builds(
            MetadataExpression,
            key=st.text(max_size=12),
            operator=st.sampled_from(get_args(FilterOperator)),
            values=st.lists(VALUES, max_size=3),
        ),
        max_size=2,
    ),
)
NAMED = {
    "programs": NAMES,
    "platforms": NAMES,
    "instrument_types": NAMES,
    "ephemeris_metadata_filters": FILTERS,
}
HEMISPHERES = st.lists(st.sampled_from(["northern", "southern"]), max_size=2)
LOCATIONS = st.builds(Location, lat=st.none() | st.floats(-90, 90), lon=st.floats(-180, 180))
TIMES = st.none() | st.datetimes(min_value=datetime.fromisoformat("1900-01-01"))


@st.composite
def queries(draw):
    """Draw a search of any shape, with limits for some of its pairs."""
    query = ConjunctionQuery(
        start=draw(TIMES),
        end=draw(TIMES),
        conjunction_types=draw(st.lists(st.sampled_from(get_args(ConjunctionType)), max_size=3)),
        ground=draw(st.lists(st.builds(GroundCriteria, **NAMED), max_size=2)),
        space=draw(st.lists(st.builds(SpaceCriteria, hemisphere=HEMISPHERES, **NAMED), max_size=3)),
        events=draw(st.lists(st.builds(EventsCriteria, **NAMED), max_size=1)),
        adhoc=draw(
            st.lists(st.builds(AdhocCriteria, locations=st.lists(LOCATIONS, max_size=2)), max_size=2)
        ),
        epoch_search_precision=draw(st.sampled_from([30, 60])),
    )
    pairs = sorted(distances(query))
    if pairs:
        query.max_distances = draw(st.dictionaries(st.sampled_from(pairs), KILOMETRES))
    return query


def packed(document: bytes) -> str:
    """Pack any bytes as a link does, without the dictionary (a valid stream for the reader)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.urlsafe_b64encode(packer.compress(document) + packer.flush()).decode().rstrip("=")


@settings(deadline=None)
@given(queries())
def test_every_search_survives_its_link(query):
    param = to_param(query)
    assert re.fullmatch(r"1\.[A-Za-z0-9_-]+", param)
    assert from_param(param) == canonical(query)
    assert to_param(from_param(param)) == param


def test_searches_as_people_make_them_give_short_links():
    assert max(len(to_param(example.query)) for example in examples()) <= 150


def test_old_links_stay_readable(example):
    """The text was written by version 1; it must be read for ever."""
    assert from_param(FIRST_LINK) == canonical(example)


def test_two_spellings_of_a_search_have_one_link(example):
    link = to_param(example)
    example.max_distances = {"space1-ground1": 500.0}
    example.request_id = "some-run"
    assert to_param(example) == link


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not hold a search"),
        ("1.", "does not hold a search"),
        ("1", "does not hold a search"),
        ("hello", "does not hold a search"),
        ("1.with space", "does not hold a search"),
        ("1.ä", "does not hold a search"),
        ("2.AAAA", "another version"),
        ("1.A", "damaged"),
        ("1.AAAA", "damaged"),
        ("1." + packed(b"not json"), "damaged"),
        ("1." + packed(b"\xff\xfe"), "damaged"),
        ("1." + packed(b'{"ground": 5}'), "damaged"),
        ("1." + packed(b'{"start": "yesterday"}'), "damaged"),
        ("1." + packed(b"[" * 150_000), "damaged"),
        ("1." + packed(b'{"x":' + b"[" * 150_000), "damaged"),
        ("1." + packed(b" " * 3_000_000 + b"{}"), "damaged"),
        ("1." + packed(b'{"ground":[' + b",".join([b"{}"] * 60) + b"]}"), "more criteria blocks"),
        ("1." + "A" * MAX_PARAM, "too long"),
    ],
)
def test_anything_else_is_refused_plainly(text, words):
    with pytest.raises(LinkError, match=words):
        from_param(text)


def test_a_link_cut_off_in_copying_is_noticed(example):
    param = to_param(example)
    for length in range(len(param)):
        with pytest.raises(LinkError):
            from_param(param[:length])


@given(
    st.text(max_size=60)
    | st.binary(max_size=60).map(lambda raw: "1." + base64.urlsafe_b64encode(raw).decode())
)
def test_any_text_is_a_search_or_an_error(text):
    try:
        query = from_param(text)
    except LinkError:
        return
    assert isinstance(query, ConjunctionQuery)


def test_a_search_too_large_for_a_link_says_so():
    places = [Location(lat=(n * 7919 % 1_800_000) / 10_000 - 90, lon=n / 7) for n in range(1200)]
    with pytest.raises(LinkError, match="too large for a link"):
        to_param(ConjunctionQuery(adhoc=[AdhocCriteria(locations=places)]))
