"""The guide: what the pages are for, and what their words mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import dash
from dash import Dash, dcc, html

from aurorax_dashboard.components import addresses, shortcuts
from aurorax_dashboard.services import Services

_STEPS: tuple[tuple[str, Callable[[], str], str], ...] = (
    (
        "Is there any data?",
        addresses.availability,
        "Availability shows, for each data source and day, how much there is. Choose several sources, and "
        "Common days names the days on which all of them have data.",
    ),
    (
        "When were they close?",
        addresses.search,
        "Search asks for the minutes at which one source of each block was within a distance of the others. "
        "The panel beside the form says in words what will be searched, and on how many days there is data.",
    ),
    (
        "Which of them matter?",
        addresses.results,
        "A result shows its conjunctions as table, map, timeline and distributions of one selection. Filter it, star "
        "and label what matters, comment on it: everybody with the link sees the same. A list of starred or labelled "
        "ones has an address and files of its own. Run a search again, or compare it with another: what is new, gone "
        "or moved is listed.",
    ),
    (
        "What did the sky look like?",
        addresses.keograms,
        "Keograms stacks nights on one axis of 24 hours. From any minute there is a way to the Explorer, which "
        "shows all satellites and cameras at that time, and back to the conjunctions of that night.",
    ),
    (
        "Take it elsewhere",
        addresses.results,
        "Each result can be downloaded as CSV, Excel, JSON, Parquet, CDF or calendar. Every file says which "
        "search it came from, when, and from which server, and each column names its unit; so does every figure "
        "that is saved as a picture, and a page on paper.",
    ),
)

_WORDS: tuple[tuple[str, str], ...] = (
    (
        "Data source",
        "One instrument on one platform in one program, such as the all-sky imager of THEMIS-ASI in Gillam.",
    ),
    (
        "Footprint, B-trace",
        "Where the magnetic field line through a satellite meets the upper atmosphere: the north B-trace at its "
        "northern end, the south B-trace at its southern one. Searches compare these, or geographic positions.",
    ),
    (
        "Conjunction",
        "A run of minutes at which one source of each block is closer to the others than the limits. Its closest "
        "distance is the smallest great-circle distance of any pair, on a sphere of 6371.2 km.",
    ),
    (
        "Criteria block",
        "A group of sources of which any one may take part: ground instruments, spacecraft, dated events, or a place "
        "of your own. A conjunction has one source from each block.",
    ),
    (
        "Distance",
        "One limit for all pairs of blocks, or one for each pair. An empty pair does not matter. Limits of a few "
        "hundred kilometres suit the field of view of an all-sky imager, about 500 km around it.",
    ),
    (
        "Hemisphere",
        "Where a satellite itself is, above or below the geographic equator. Its north B-trace exists in both cases.",
    ),
    (
        "Epoch precision",
        "Positions are compared every 60 seconds, or every 30 with positions between the minutes interpolated.",
    ),
    (
        "Metadata filter",
        "A condition on what is known of a source at each minute: the region a satellite is in, the state of a camera, "
        "a classification of its picture. Which fields there are depends on the source.",
    ),
    (
        "Keogram",
        "The middle column of each all-sky picture of a night, side by side: latitude by time.",
    ),
    (
        "Data product",
        "A picture or film made from data: keogram, montage, movie or summary plot. It stays with who made it.",
    ),
    (
        "Simulated archive",
        "What the dashboard shows when no AuroraX server is named. Sources, stations and orbits are real; positions "
        "are propagated; imaging nights, weather and classifications are invented. Nothing in it is an observation.",
    ),
    (
        "Prediction",
        "What lay in the future when a result was fetched: positions are then computed from orbits as they are known "
        "today, and will change. The page and every file say so; run the search again once the time has passed.",
    ),
    (
        "Star, label, comment",
        "What a group thinks of a conjunction, kept at the address of its result. Anybody who has the address sees and "
        "changes it, under a name of their choice; every change can be taken back, and none overwrites another.",
    ),
    (
        "Request id",
        "The name of a search at AuroraX, and the end of the address of its result. A result stays here even when the "
        "platform has deleted its own copy.",
    ),
)


def layout(**_params: str) -> html.Div:
    """Return the page."""
    return html.Div(
        [
            html.H1("Guide"),
            html.P(
                "Five questions, each with a page of its own. Times are UTC, distances kilometres, latitudes and "
                "longitudes degrees. The address of a page holds all that it shows: copy it to share it.",
                className="ax-lead",
            ),
            html.Ol(
                [_step(question, page(), answer) for question, page, answer in _STEPS],
                className="ax-steps",
            ),
            _section("Words", [html.Dl(_entries(_WORDS), className="ax-glossary")]),
            _section("Keys", [shortcuts.listing()]),
            _section(
                "Where data come from",
                [
                    html.P(
                        [
                            "The badge in the bar names the server. The platform itself is described at ",
                            html.A(
                                "docs.aurorax.space",
                                href="https://docs.aurorax.space",
                                rel="noreferrer",
                            ),
                            "; please acknowledge AuroraX and the owners of the data in what you publish.",
                        ]
                    )
                ],
            ),
        ],
        className="ax-page ax-guide",
    )


def _step(question: str, href: str, answer: str) -> html.Li:
    return html.Li([dcc.Link(question, href=href), html.P(answer)])


def _entries(words: Sequence[tuple[str, str]]) -> list[Any]:
    return [part for word, meaning in words for part in (html.Dt(word), html.Dd(meaning))]


def _section(title: str, children: list[Any]) -> html.Section:
    return html.Section([html.H2(title), *children], className="ax-panel")


def register(_app: Dash, _services: Services) -> None:
    """Add the page."""
    dash.register_page("guide", path=addresses.GUIDE, title="Guide · AuroraX Dashboard", layout=layout)
