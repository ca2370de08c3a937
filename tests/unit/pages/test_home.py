"""Home: pictures of the examples."""

from urllib.parse import unquote

import pytest

from aurorax_dashboard.pages.home_picture import picture
from aurorax_dashboard.queries.examples import Example, examples


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.slug)
def test_everybody_who_takes_part_is_in_the_picture(example: Example) -> None:
    svg = unquote(picture(example.query).src)
    assert svg.startswith("data:image/svg+xml,<svg ")
    assert svg.count("stroke-dasharray") == len(example.query.space)  # an orbit each
    assert svg.count("fill-opacity='.22'") >= len(example.query.ground)  # a field of view or more
