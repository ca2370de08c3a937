"""A problem is shown at its field, or at the nearest place around it."""

from aurorax_dashboard.components.fields import placed, problem_texts
from aurorax_dashboard.queries.problems import Problem


def test_a_problem_goes_to_the_nearest_place_around_its_field() -> None:
    own = Problem("space1.platforms", "own place")
    around = Problem("space1.filters.0.values", "place of the filters")
    block = Problem("space1.unheard", "place of the block")
    other = Problem("space10.platforms", "no place: space1 is another block")
    slots = ["space1", "space1.platforms", "space1.filters", "end"]
    assert placed([own, around, block, other], slots) == {
        "space1": [block],
        "space1.platforms": [own],
        "space1.filters": [around],
        "end": [],
    }


def test_errors_come_before_warnings_and_otherwise_in_order() -> None:
    warning = Problem("end", "far in the future", severity="warning")
    first, second = Problem("end", "not a time"), Problem("end", "before the start")
    assert placed([warning, first, second], ["end"])["end"] == [first, second, warning]


def test_a_sentence_is_shown_once_and_looks_as_it_weighs() -> None:
    texts = problem_texts(
        [Problem("a", "Twice"), Problem("b", "Twice"), Problem("c", "Mind this", severity="warning")]
    )
    assert [(one.children, one.className) for one in texts] == [
        ("Twice", "ax-mistake"),
        ("Mind this", "ax-caution"),
    ]
