"""The page of one source: the search that it hands over."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dash import html

from aurorax_dashboard.api.models import ConjunctionQuery, DataSource
from aurorax_dashboard.pages.source_views import links
from aurorax_dashboard.queries.blocks import blocks
from aurorax_dashboard.queries.link import from_param


def handed_over(shown: Any, kind: str) -> ConjunctionQuery | None:
    """Return the search that the page of a source of this type links to, None if to none."""
    source = DataSource(identifier=1, program="p", platform="q", instrument_type="r", source_type=kind)
    given = [parse_qs(urlsplit(link).query) for link in shown(html.Div(links(source, None))).links()]
    found = [from_param(params["q"][0]) for params in given if "q" in params]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("kind", "block"), [("ground", "ground1"), ("heo", "space1"), ("event_list", "events1")]
)
def test_a_source_is_searched_in_a_block_of_its_kind(shown: Any, kind: str, block: str) -> None:
    query = handed_over(shown, kind)
    assert query is not None
    named = {each.name: each.criteria.platforms for each in blocks(query)}
    assert named.pop(block) == ["q"]
    assert list(named.values()) == [[]], "the other side is open"
    assert list(query.max_distances.values()) == [500.0]


def test_what_no_search_can_hold_is_not_searched(shown: Any) -> None:
    assert handed_over(shown, "not_applicable") is None
