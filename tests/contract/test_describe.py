"""The search in words beside the builder, and the same search described by the archive."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurorax_dashboard.api.client import AuroraXClient
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
from aurorax_dashboard.queries.blocks import distances
from aurorax_dashboard.queries.describe import describe
from aurorax_dashboard.queries.examples import examples


@pytest.fixture(scope="module")
def client(archive_address: str) -> Iterator[AuroraXClient]:
    opened = AuroraXClient.open(archive_address)
    yield opened
    opened.close()


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.slug)
def test_examples_read_alike(client: AuroraXClient, example) -> None:
    assert client.describe_conjunctions(example.query) == describe(example.query)


NAMES = st.lists(st.sampled_from(["swarm", "themis-asi", "fort smith", "RGB ASI"]), max_size=2)
VALUES = st.sampled_from([True, False, 3, 2.5, -7.0, 1e-5, "north polar cap", "true", "95"])
ONE_OR_MORE = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "in", "not in"])
EXPRESSIONS = st.builds(
    MetadataExpression,
    key=st.sampled_from(["nbtrace_region", "tii_on"]),
    operator=ONE_OR_MORE,
    values=st.lists(VALUES, min_size=1, max_size=3),
) | st.builds(
    MetadataExpression,
    key=st.just("radial_distance"),
    operator=st.just("between"),
    values=st.lists(VALUES, min_size=2, max_size=2),
)
FILTERS = (
    st.none()
    | st.lists(EXPRESSIONS, max_size=2)
    | st.builds(
        MetadataFilters,
        logical_operator=st.sampled_from(["AND", "OR"]),
        expressions=st.lists(EXPRESSIONS, max_size=2),
    )
)
CRITERIA = {
    "programs": NAMES,
    "platforms": NAMES,
    "instrument_types": NAMES,
    "ephemeris_metadata_filters": FILTERS,
}
PLACES = st.builds(Location, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
MIDNIGHT = datetime.fromisoformat("2019-01-01")
KILOMETRES = st.none() | st.integers(0, 20_000) | st.floats(0, 20_000)


@st.composite
def searches(draw: st.DrawFn) -> ConjunctionQuery:
    query = draw(
        st.builds(
            ConjunctionQuery,
            start=st.none() | st.just(MIDNIGHT),
            end=st.none() | st.just(MIDNIGHT.replace(hour=23, minute=59, second=59)),
            ground=st.lists(st.builds(GroundCriteria, **CRITERIA), min_size=1, max_size=2),
            space=st.lists(st.builds(SpaceCriteria, **CRITERIA), min_size=1, max_size=2),
            events=st.lists(st.builds(EventsCriteria, **CRITERIA), max_size=1),
            adhoc=st.lists(
                st.builds(AdhocCriteria, locations=st.lists(PLACES, min_size=1, max_size=2)), max_size=1
            ),
            max_distances=st.just({}),
            request_id=st.none(),
        )
    )
    limits = draw(st.fixed_dictionaries(dict.fromkeys(distances(query), KILOMETRES)))
    return msgspec.structs.replace(query, max_distances=limits)


@settings(max_examples=40, deadline=None)
@given(query=searches())
def test_any_search_reads_alike(client: AuroraXClient, query: ConjunctionQuery) -> None:
    assert client.describe_conjunctions(query) == describe(query)
