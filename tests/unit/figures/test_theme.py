import re
from pathlib import Path

import pytest

from aurorax_dashboard.figures import theme

TOKENS = (Path(__file__).parents[3] / "assets/10-theme/10-tokens.css").read_text()


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    if colour.startswith("#"):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    else:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def css_colours(theme_name: str) -> dict[str, str]:
    block = re.search(rf'\[data-bs-theme="{theme_name}"\] \{{\n(.*?)\n\}}', TOKENS, re.DOTALL)
    return dict(re.findall(r"--ax-([\w-]+): (#[0-9a-f]{6});", block[1]))


@pytest.mark.parametrize("dark", [False, True])
def test_figures_have_the_colours_of_the_page(dark):
    colours, css = theme.palette(dark), css_colours("dark" if dark else "light")

    assert (colours.paper, colours.text, colours.muted) == (css["panel"], css["text"], css["muted"])
    assert (colours.accent, colours.raised) == (css["accent"], css["raised"])


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read_and_marks_can_be_seen(dark):
    colours = theme.palette(dark)

    for ground in (colours.paper, colours.land, colours.sea):
        assert contrast(colours.text, ground) >= 4.5
        assert contrast(colours.muted, ground) >= 4.5
        assert contrast(colours.edge, ground) >= 3
    assert contrast(colours.accent, colours.paper) >= 3
    assert contrast(colours.text, colours.soft) >= 4.5


@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_words_of_the_page_can_be_read_on_their_grounds(theme_name):
    css = css_colours(theme_name)

    for ground in ("ground", "panel", "raised", "sunken"):
        assert contrast(css["text"], css[ground]) >= 4.5
        assert contrast(css["muted"], css[ground]) >= 4.5
        assert contrast(css["accent"], css[ground]) >= 4.5
        assert contrast(css["line-strong"], css[ground]) >= 3
    for kind in ("good", "warn", "bad"):
        assert contrast(css[kind], css[f"{kind}-soft"]) >= 4.5
    assert contrast(css["on-accent"], css["accent"]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_near_is_stronger_than_far(dark):
    paper = theme.palette(dark).paper
    strengths = [contrast(colour, paper) for _, colour in theme.distance_scale(dark)]

    assert strengths[0] > 8
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[-1] > 1.3


def test_distances_end_at_the_limit_or_at_the_largest():
    assert theme.distance_axis(500, [700.0]) == (0, 500)
    assert theme.distance_axis(None, [120.0, float("nan"), 300.0]) == (0, 300)
    assert theme.distance_axis(None, []) == (0, 1)


def test_programs_have_colours_by_order_and_share_grey_beyond_seven():
    programs = [f"program {number}" for number in range(9)]
    colours = theme.program_colours([*programs, programs[0]])

    assert [colours[program] for program in programs[:7]] == list(theme.PROGRAM_COLOURS)
    assert colours[programs[7]] == colours[programs[8]] == theme.LIGHT.muted


def test_source_types_have_shapes_of_their_own():
    kinds = ["ground", "leo", "heo", None]

    assert len({theme.marker_symbol(kind) for kind in kinds}) == 4


@pytest.mark.parametrize(
    ("prefix", "url"), [("/", "/assets/topojson/"), ("/app/", "/app/assets/topojson/")]
)
def test_graphs_take_outlines_from_the_app_and_send_nothing_away(prefix, url):
    config = theme.graph_config(prefix)

    assert config["topojsonURL"] == url
    assert "sendChartToCloud" in config["modeBarButtonsToRemove"]
    assert config["displaylogo"] is False
