"""The IDL-AuroraX export, held to programs written by hand from IDL-AuroraX's reference."""

from __future__ import annotations

import re
from datetime import datetime

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
from aurorax_dashboard.queries.exporter import ExportError
from aurorax_dashboard.queries.exporter_idl import to_idl

BY_HAND = """\
; THEMIS-ASI × Swarm, 2019-01-01 – 2019-01-03
; Needs IDL-AuroraX: https://github.com/aurorax-space/idl-aurorax. Save as search.pro, then: .run search
compile_opt idl2

ground1 = aurorax_create_criteria_block( $
  programs=['themis-asi'], $
  platforms=['fort smith', 'gillam'], $
  instrument_types=['panchromatic ASI'], $
  /ground)

space1 = aurorax_create_criteria_block( $
  programs=['swarm'], $
  instrument_types=['footprint'], $
  hemisphere=['northern'], $
  /space)

distances = hash()
distances['ground1-space1'] = 500

response = aurorax_conjunction_search( $
  '2019-01-01T00:00:00', '2019-01-03T23:59:59', distances, $
  ground=list(ground1), $
  space=list(space1), $
  /nbtrace)

print, n_elements(response.data), ' conjunctions'
foreach conjunction, response.data do $
  print, conjunction.start_ts, ' ', conjunction.end_ts, conjunction.min_distance, ' km'
end
"""

EVERYTHING_BY_HAND = """\
; Asks the AuroraX platform (https://api.aurorax.space), not http://127.0.0.1:9000.
compile_opt idl2

ground1_filters = aurorax_create_metadata_filter(list( $
  aurorax_create_metadata_filter_expression('calgary_apa_ml_v1', list('classified as APA'), /operator_in), $
  aurorax_create_metadata_filter_expression('calgary_apa_ml_v1_confidence', list(95), /operator_ge)), $
  /operator_and)
ground1 = aurorax_create_criteria_block( $
  programs=['themis-asi'], $
  metadata_filters=ground1_filters, $
  /ground)

space1_filters = aurorax_create_metadata_filter(list( $
  aurorax_create_metadata_filter_expression('radial_distance', list(6800, 6900.5d), /operator_between), $
  aurorax_create_metadata_filter_expression('tii_on', list(!true), /operator_eq)), $
  /operator_or)
space1_filters.logical_operator = 'OR' ; some releases forget the keyword
space1 = aurorax_create_criteria_block( $
  programs=['swarm'], $
  metadata_filters=space1_filters, $
  /space)
space1.instrument_types = list() ; any, as the search has it

events1 = aurorax_create_criteria_block( $
  instrument_types=['substorm onset'], $
  /events)
events1.programs = list() ; any, as the search has it

adhoc1 = aurorax_create_criteria_block( $
  locations=list([51.05d, -114.07d], [58, -94]), $
  /custom)

distances = hash()
distances['ground1-space1'] = 500
distances['ground1-events1'] = !null
distances['ground1-adhoc1'] = !null
distances['space1-events1'] = !null
distances['space1-adhoc1'] = 300.5d
distances['events1-adhoc1'] = !null

response = aurorax_conjunction_search( $
  '2019-01-01T00:00:00', '2019-01-02T00:00:00', distances, $
  ground=list(ground1), $
  space=list(space1), $
  events=list(events1), $
  custom_locations=list(adhoc1), $
  /sbtrace, /geographic)
"""


@pytest.fixture
def everything() -> ConjunctionQuery:
    ground_filters = MetadataFilters(
        expressions=[
            MetadataExpression(key="calgary_apa_ml_v1", operator="in", values=["classified as APA"]),
            MetadataExpression(key="calgary_apa_ml_v1_confidence", operator=">=", values=[95]),
        ]
    )
    space_filters = MetadataFilters(
        logical_operator="OR",
        expressions=[
            MetadataExpression(key="radial_distance", operator="between", values=[6800, 6900.5]),
            MetadataExpression(key="tii_on", operator="=", values=[True]),
        ],
    )
    return ConjunctionQuery(
        start=datetime.fromisoformat("2019-01-01"),
        end=datetime.fromisoformat("2019-01-02"),
        conjunction_types=["sbtrace", "geographic"],
        ground=[GroundCriteria(programs=["themis-asi"], ephemeris_metadata_filters=ground_filters)],
        space=[SpaceCriteria(programs=["swarm"], ephemeris_metadata_filters=space_filters)],
        events=[EventsCriteria(instrument_types=["substorm onset"])],
        adhoc=[AdhocCriteria(locations=[Location(lat=51.05, lon=-114.07), Location(lat=58, lon=-94)])],
        max_distances={"ground1-space1": 500, "space1-adhoc1": 300.5},
    )


def test_the_first_example_is_as_written_by_hand(example: ConjunctionQuery) -> None:
    assert to_idl(example) == BY_HAND


def test_every_kind_of_block_filter_and_value_is_as_written_by_hand(
    everything: ConjunctionQuery,
) -> None:
    assert EVERYTHING_BY_HAND in to_idl(everything, "http://127.0.0.1:9000")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start": None}, "start and an end"),
        ({"epoch_search_precision": 30}, "by the minute"),
    ],
)
def test_what_idl_cannot_ask_is_told(
    example: ConjunctionQuery, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(ExportError, match=words):
        to_idl(msgspec.structs.replace(example, **changes))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2**40, "1099511627776LL"),
        (1e30, "1d+30"),
        (-0.25, "-0.25d"),
        (False, "!false"),
        ("it's", "'it''s'"),
        ("", "''"),
        ("a\nb", "('a' + string(10b) + 'b')"),
        ("\u2028", "(string(226b) + string(128b) + string(168b))"),
    ],
)
def test_values_are_written_as_idl_reads_them(
    example: ConjunctionQuery, value: object, written: str
) -> None:
    condition = MetadataExpression(key="f", operator="=", values=[value])
    block = SpaceCriteria(ephemeris_metadata_filters=MetadataFilters(expressions=[condition]))
    assert f"list({written})" in to_idl(msgspec.structs.replace(example, space=[block]))


STRING = re.compile(r"'((?:[^']|'')*)'")
CODE = re.compile(r"[\w\s.,()\[\]+=/$!;-]*")


def strings_of(program: str) -> set[str]:
    """Return the strings of a program; outside of them there may be nothing that a name brought in."""
    found = set()
    for line in program.splitlines():
        if line.startswith(";"):
            continue
        found |= {each.replace("''", "'") for each in STRING.findall(line)}
        rest = STRING.sub("", line)
        assert CODE.fullmatch(rest), rest
    return found


@settings(deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_any_name_stays_inside_its_quotes(name: str) -> None:
    query = ConjunctionQuery(
        start=datetime.fromisoformat("2019-01-01"),
        end=datetime.fromisoformat("2019-01-02"),
        ground=[GroundCriteria(programs=[name])],
        space=[SpaceCriteria(platforms=[name])],
    )
    program = to_idl(query, f"http://host/{name}")
    strings = strings_of(program)
    if name.isprintable():
        assert name in strings
    assert all(letter.isprintable() or letter == "\n" for letter in program)
