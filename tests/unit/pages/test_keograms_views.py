"""What the page of keograms shows of what was found: rows of nights, of imagers, cards, one night."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from aurorax_dashboard.api.frames import data_product_frame
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.pages import keograms, keograms_night, keograms_views
from aurorax_dashboard.pages.keograms_asked import Asked, asked_of
from aurorax_dashboard.pages.keograms_rows import Row, gap_row, parts
from aurorax_dashboard.pages.keograms_views import Found, Ids
from aurorax_dashboard.queries.link import from_param
from aurorax_dashboard.queries.nights import Gap, nights_of
from aurorax_dashboard.searches.follow import State
from aurorax_dashboard.searches.follows import Ending
from aurorax_dashboard.searches.products import ProductResult
from aurorax_dashboard.web.image_hosts import ImageHosts

HOST = "https://data.example.org"
HOSTS = ImageHosts.of("http://127.0.0.1:9000", ["data.example.org"])
MONTH = Asked("2019-01-01", "2019-01-10", ("themis-asi",))
FIRST, SECOND = date(2019, 1, 1), date(2019, 1, 2)


def record(
    day: int, *, of: int = 46, hours: tuple[int, int] = (0, 24), kind: str = "keogram", url: str = ""
) -> dict[str, Any]:
    return {
        "data_source": {"identifier": of},
        "start": f"2019-01-{day:02d}T{hours[0]:02d}:00:00",
        "end": f"2019-01-{day:02d}T{hours[1] - 1:02d}:59:00",
        "data_product_type": kind,
        "url": url or f"{HOST}/{of}-{day}-{hours[0]}-{hours[1]}.png",
        "metadata": {f"{kind}_type": "daily" if hours == (0, 24) else "hourly"},
    }


@pytest.fixture
def found_of(sources: list[DataSource]) -> Any:
    """Return what was found, from records."""
    known = [
        *sources,
        DataSource(
            identifier=47,
            program="themis-asi",
            platform="fort smith",
            instrument_type="panchromatic ASI",
            source_type="ground",
            display_name="fort smith",
        ),
    ]

    def make(*records: dict[str, Any], asked: Asked = MONTH, simulated: bool = True) -> Found:
        frame = data_product_frame(json.dumps(records).encode())
        days = asked.days()
        assert days is not None
        return Found(
            result=ProductResult(frame, simulated, datetime(2026, 3, 1, tzinfo=UTC)),
            nights=nights_of(frame, asked.kind),
            sources={source.identifier: source for source in known if source.identifier},
            hosts=HOSTS,
            first=days[0],
            last=days[1],
        )

    return make


def rows(page: Any) -> list[Row]:
    """Return the rows that the page hands to the browser."""
    [data] = [
        part.to_plotly_json()["props"]["data-rows"]
        for part in page._parts()
        if "data-rows" in part.to_plotly_json()["props"]
    ]
    return msgspec.json.decode(data, type=list[Row])


def test_every_night_of_the_period_has_its_row_or_stands_in_a_gap(shown: Any, found_of: Any) -> None:
    page = shown(keograms_views.nights(found_of(record(1), record(3), record(10)), MONTH))
    told = [(row.name, row.gap) for row in rows(page)]
    assert told == [
        ("2019-01-01", ""),
        ("2019-01-02", "no keograms"),
        ("2019-01-03", ""),
        ("2019-01-04 –", "6 nights without keograms, to 2019-01-09"),
        ("2019-01-10", ""),
    ]
    assert "keograms of 3 of 10 nights" in page.text


def test_a_row_leads_to_its_night(shown: Any, found_of: Any) -> None:
    [row, *_] = rows(shown(keograms_views.nights(found_of(record(1)), MONTH)))
    params = {name: values[0] for name, values in parse_qs(urlsplit(row.href).query).items()}
    assert asked_of(params) == MONTH.but(of=46, night=FIRST)


def test_pictures_come_through_the_dashboard_small_in_rows_and_whole_when_large(found_of: Any) -> None:
    night = found_of(record(1)).nights[46][FIRST]
    [small], [large] = (parts(HOSTS, night, "", "GILL", large=size) for size in (False, True))
    for part in (small, large):
        address = urlsplit(part.src)
        assert address.path == "/images/"
        assert parse_qs(address.query)["url"] == [f"{HOST}/46-1-0-24.png"]
        assert (part.left, part.width) == (0, 100)
        assert part.text == "Keogram of GILL, 00:00 to 23:59 UTC"
    assert "row" in parse_qs(urlsplit(small.src).query)
    assert "row" not in parse_qs(urlsplit(large.src).query)


def test_hours_stand_where_they_were_and_an_hour_without_picture_is_said(found_of: Any) -> None:
    found = found_of(*(record(1, hours=hours) for hours in ((3, 4), (4, 5), (6, 7))))
    shown_parts = parts(HOSTS, found.nights[46][FIRST], "", "GILL")
    assert [(part.left, part.width) for part in shown_parts] == [
        (12.5, 4.167),
        (16.667, 4.167),
        (25, 4.167),
        (20.833, 4.167),
    ]
    assert [part.gap for part in shown_parts] == ["", "", "", "no picture"]
    assert shown_parts[-1].text == "No picture from 05:00 to 06:00 UTC"


@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.org/a.png", f"{HOST}/a.pdf", f"{HOST}/a.mp4", "javascript:alert(1)//a.png"],
)
def test_a_picture_that_cannot_be_shown_here_is_a_labelled_place(found_of: Any, url: str) -> None:
    [part] = parts(HOSTS, found_of(record(1, url=url)).nights[46][FIRST], "", "GILL")
    assert (part.src, part.gap) == ("", "picture elsewhere")


def test_one_gap_is_a_night_and_many_are_counted() -> None:
    assert gap_row(Gap(FIRST, FIRST), "keograms") == Row(name="2019-01-01", gap="no keograms")
    assert "2 nights" in gap_row(Gap(FIRST, SECOND), "keograms").gap


def test_names_are_data_of_the_rows_and_never_markup(shown: Any, found_of: Any) -> None:
    found = found_of(record(1), record(1, of=47))
    evil = msgspec.structs.replace(found.sources[46], display_name='"><script>alert(1)</script>')
    found.sources[46] = evil
    page = shown(keograms_views.imagers(found, MONTH, FIRST))
    assert {row.name for row in rows(page)} == {"fort smith", '"><script>alert(1)</script>'}


def test_the_source_with_most_nights_is_shown_first_and_others_are_offered(
    shown: Any, found_of: Any
) -> None:
    found = found_of(record(1), record(1, of=47), record(2, of=47))
    page = shown(keograms_views.nights(found, MONTH))
    assert ": keograms of 2 of 10 nights" in page.text
    offered = [parse_qs(urlsplit(link).query).get("of") for link in page.links()]
    assert offered == [["47"], ["46"]]
    other = shown(keograms_views.nights(found, MONTH.but(of=46)))
    assert ": keograms of 1 of 10 nights" in other.text


def test_a_list_of_many_years_says_that_it_is_cut(
    shown: Any, found_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keograms_views, "MOST_ROWS", 3)
    page = shown(keograms_views.nights(found_of(record(1), record(3), record(10)), MONTH))
    assert len(rows(page)) == 3
    assert "The first 3 of 5 rows" in page.text


def test_simulated_pictures_say_so_and_real_ones_do_not(shown: Any, found_of: Any) -> None:
    for simulated in (True, False):
        page = shown(keograms_views.nights(found_of(record(1), simulated=simulated), MONTH))
        assert ("Simulated pictures" in page.text) is simulated


def test_one_night_of_all_imagers_names_those_without_pictures(shown: Any, found_of: Any) -> None:
    found = found_of(record(1), record(1, of=47), record(2, of=47))
    page = shown(keograms_views.imagers(found, MONTH, SECOND))
    assert [(row.name, row.gap) for row in rows(page)] == [
        ("fort smith", ""),
        ("gillam", "no keograms"),
    ]
    assert ": 1 of 2 imagers had pictures" in page.text


def test_the_steps_stay_within_what_was_looked_for(found_of: Any) -> None:
    found = found_of(record(1), record(10))
    first = keograms_views.steps(MONTH, found.first, found)
    last = keograms_views.steps(MONTH, found.last, found)
    assert [hasattr(way, "href") for way in (*first, *last)] == [False, True, True, False]
    assert all(hasattr(way, "href") for way in keograms_views.steps(MONTH, found.first))


def test_from_one_night_alone_the_steps_lead_on(shown: Any, found_of: Any) -> None:
    asked = MONTH.but(
        start="2019-01-02", end="2019-01-02", search="5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"
    )
    found = found_of(record(2), record(2, of=47), asked=asked)
    page = shown(keograms_views.imagers(found, asked, SECOND))
    periods = [
        (params["start"], params["end"])
        for link in page.links()
        if "of" not in (params := parse_qs(urlsplit(link).query)) and "search" not in params
    ]
    assert periods == [
        (["2019-01-01"], ["2019-01-01"]),
        (["2019-01-03"], ["2019-01-03"]),
        (["2019-01-02"], ["2019-01-28"]),
    ]


def test_the_view_follows_from_what_is_asked_and_found(shown: Any, found_of: Any) -> None:
    one_day = MONTH.but(end="2019-01-01")
    one, two = [record(1)], [record(1), record(1, of=47)]

    def text(asked: Asked, records: list[dict[str, Any]]) -> str:
        return str(shown(keograms.shown(found_of(*records, asked=asked), asked)).text)

    assert "of 1 of 1 night" in text(one_day, one)
    assert "2 of 2 imagers" in text(one_day, two)
    assert "of 1 of 1 night" in text(one_day.but(of=46), two)
    assert "2 of 2 imagers" in text(MONTH.but(night=FIRST), two)
    assert "There are no keograms" in text(MONTH, [])


def test_where_nothing_is_found_the_way_leads_to_availability(shown: Any) -> None:
    [link] = shown(keograms_views.empty(MONTH)).links()
    params = parse_qs(urlsplit(link).query)
    assert params == {"program": ["themis-asi"], "start": [MONTH.start], "end": [MONTH.end]}


# ---- cards ---------------------------------------------------------------------------------------


def test_movies_are_cards_that_link_out_and_load_only_when_played(shown: Any, found_of: Any) -> None:
    asked = MONTH.but(kind="movie")
    found = found_of(
        record(1, kind="movie", url=f"{HOST}/a.mp4"),
        record(3, kind="movie", url=f"{HOST}/b.gif"),
        asked=asked,
    )
    page = shown(keograms_views.nights(found, asked))
    originals = [link for link in page.links() if link.startswith("https://")]
    assert originals == [f"{HOST}/a.mp4", f"{HOST}/b.gif"]
    assert "Play" in page.text
    assert "2019-01-02: no movies" in page.text
    [folded] = [part for part in page._parts() if type(part).__name__ == "Details"]
    assert folded.open is False


@pytest.mark.parametrize(
    ("url", "href"),
    [
        (f"{HOST}/a.png", f"{HOST}/a.png"),
        ("https://elsewhere.org/a.png", "https://elsewhere.org/a.png"),
        # The archive may be on a machine that the browser does not reach.
        ("http://127.0.0.1:9000/a.png", "/images/?url=http%3A%2F%2F127.0.0.1%3A9000%2Fa.png"),
        ("javascript:alert(1)", None),
        ("data:text/html,<script>", None),
        ("file:///etc/passwd", None),
        ("http://[a/b.png", None),
        ("https://a:b/c.png", None),
    ],
)
def test_an_original_is_linked_where_it_is_a_web_address(url: str, href: str | None) -> None:
    link = keograms_views.original_link(HOSTS, url)
    assert getattr(link, "href", None) == href
    assert not keograms_views.shows(HOSTS, url) or href


def test_variants_are_named_in_words() -> None:
    assert keograms_views.variant_name("daily") == "daily"
    assert keograms_views.variant_name("daily_hires_200px") == "daily, hires 200px"


# ---- one night -----------------------------------------------------------------------------------


def test_a_night_has_its_cursor_and_leads_on(shown: Any, found_of: Any) -> None:
    asked = MONTH.but(of=46, night=SECOND, t="05:58")
    page = shown(keograms_night.night(found_of(record(2)), asked, 46, SECOND))
    slider = page.part(Ids.SKY).to_plotly_json()["props"]
    assert (slider["aria-valuenow"], slider["aria-valuetext"]) == ("358", "05:58 UTC")
    explorer = page.part(Ids.EXPLORER).href
    assert parse_qs(urlsplit(explorer).query)["t"] == ["2019-01-02 05:58"]
    [search] = [link for link in page.links() if link.startswith("/search")]
    query = from_param(parse_qs(urlsplit(search).query)["q"][0])
    assert (str(query.start), str(query.end)) == ("2019-01-02 00:00:00", "2019-01-02 23:59:59")
    assert query.ground[0].platforms == ["gillam"]
    assert len(query.space) == 1
    assert query.max_distances == {"ground1-space1": 500}


def test_without_a_time_the_cursor_stands_at_noon(shown: Any, found_of: Any) -> None:
    page = shown(keograms_night.night(found_of(record(2)), MONTH, 46, SECOND))
    assert page.part(Ids.EXPLORER).children == "What was where at 12:00"


def test_from_a_night_that_was_linked_to_alone_the_ways_lead_on(shown: Any, found_of: Any) -> None:
    asked = Asked(of=46, night=SECOND)
    page = shown(keograms_night.night(found_of(record(2)), asked, 46, SECOND))
    ways = [parse_qs(urlsplit(link).query) for link in page.links()]
    [imagers] = [way for way in ways if "night" in way and "of" not in way]
    assert imagers == {
        "program": ["themis-asi"],
        "night": ["2019-01-02"],
        "start": ["2019-01-02"],
        "end": ["2019-01-02"],
    }
    [nights] = [way for way in ways if "program" in way and "night" not in way]
    assert (nights["of"], nights["platform"]) == (["46"], ["gillam"])
    assert (nights["start"], nights["end"]) == (["2019-01-02"], ["2019-01-28"])


def test_a_night_without_keogram_says_so_and_still_leads_on(shown: Any, found_of: Any) -> None:
    page = shown(keograms_night.night(found_of(), MONTH, 46, SECOND))
    assert "There is no keogram of this night" in page.text
    assert not page.has(Ids.SKY)
    assert page.has(Ids.EXPLORER)


def test_the_other_pictures_of_a_night_are_below_it(shown: Any, found_of: Any) -> None:
    found = found_of(
        record(2),
        record(2, hours=(5, 6)),
        record(2, kind="montage"),
        record(2, kind="movie", url=f"{HOST}/a.mp4"),
        record(2, kind="summary_plot", hours=(5, 6)),
    )
    page = shown(keograms_night.night(found, MONTH.but(variant="hourly"), 46, SECOND))
    for words in ("Montages", "Movies", "Summary plots", "1 of single hours"):
        assert words in page.text
    chips = [part for part in page._parts() if "ax-chip" in (getattr(part, "className", None) or "")]
    chosen = {str(chip.children): "active" in chip.className for chip in chips}
    assert (chosen["daily"], chosen["hourly"]) == (False, True)


# ---- endings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_every_ending_says_what_happened_and_offers_to_look_again(shown: Any, state: State) -> None:
    asked = MONTH.but(search="7d0a3f8e-2f9e-4c1b-9c1a-0123456789ab")
    page = shown(keograms.ended(asked, Ending(state=state, message="Out of memory.")))
    assert "Out of memory. " in page.text
    assert page.links() == [MONTH.address]
