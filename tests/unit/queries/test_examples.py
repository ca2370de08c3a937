"""The examples are whole searches, in good words."""

from __future__ import annotations

from aurorax_dashboard.queries.blocks import blocks
from aurorax_dashboard.queries.check import problems
from aurorax_dashboard.queries.examples import examples


def test_the_seven_examples_can_be_sent_as_they_are():
    assert len(examples()) == 7
    assert [problem for example in examples() for problem in problems(example.query)] == []


def test_each_has_its_own_name_and_one_sentence():
    assert len({example.slug for example in examples()}) == 7
    assert len({example.title for example in examples()}) == 7
    for example in examples():
        assert example.slug.replace("-", "").isalnum()
        assert example.description.endswith(".")
        assert ". " not in example.description


def test_they_grow_from_two_blocks_to_four():
    assert [len(blocks(example.query)) for example in examples()] == [2, 2, 2, 2, 3, 4, 2]
    assert examples()[0].query.max_distances == {"ground1-space1": 500}
