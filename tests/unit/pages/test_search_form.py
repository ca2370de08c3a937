"""What the form shows is what is read back from it."""

from typing import Any

import pytest

from aurorax_dashboard.api.models import DataSource, MetadataExpression, MetadataFilters
from aurorax_dashboard.components import criteria
from aurorax_dashboard.components.criteria import Part
from aurorax_dashboard.pages import search_form as form
from aurorax_dashboard.queries.draft import BlockDraft, Draft, draft_of
from aurorax_dashboard.queries.examples import examples

EVERYTHING = Draft(
    start="2019-01-01",
    end="half past",
    conjunction_types=["nbtrace", "geographic"],
    precision_s=30,
    distance="1,500 km",
    per_pair=True,
    pair_distances={"ground1-space1": "500", "ground1-adhoc1": "", "space1-adhoc1": "7.5"},
    blocks=[
        BlockDraft(kind="ground", programs=["themis-asi"], platforms=["gillam"]),
        BlockDraft(
            kind="space",
            programs=["swarm", "no such program"],
            instrument_types=["footprint"],
            hemisphere=["northern"],
            filters=MetadataFilters(
                logical_operator="OR",
                expressions=[MetadataExpression(key="radial_distance", operator=">=", values=[6800.5])],
            ),
        ),
        BlockDraft(kind="adhoc", locations="56.4, -94.6\nnowhere"),
    ],
)


def read(page: Any) -> Draft:
    groups = {kind: page.group(kind) for kind in criteria.VALUE_PARTS}
    groups[Part.FILTERS] = page.group(Part.FILTERS, "data")
    singles = (name for name in form.Ids if hasattr(page.part(name), "value"))
    values = {name: page.part(name).value for name in singles}
    return form.read(values, groups, page.group(form.PAIR))


@pytest.mark.parametrize(
    "draft",
    [EVERYTHING, *(draft_of(example.query) for example in examples())],
    ids=["everything", *(example.slug for example in examples())],
)
def test_the_form_gives_back_the_draft_it_was_made_of(
    shown: Any, sources: list[DataSource], draft: Draft
) -> None:
    assert read(shown(form.layout(draft, sources))) == draft


def test_emptied_fields_are_read_as_empty() -> None:
    values: dict[str, Any] = dict.fromkeys(form.Ids) | {form.Ids.PRECISION: 60}
    draft = form.read(values, {}, [{"id": form.pair_id("ground1-space1"), "value": None}])
    assert (draft.start, draft.end, draft.distance, draft.conjunction_types) == ("", "", "", [])
    assert draft.pair_distances == {"ground1-space1": ""}
    assert draft.blocks == []
