"""Keograms: "what did the sky look like?". The address holds all that is asked; nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import dash
import msgspec
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from flask import request

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components import addresses, following
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.following import Ids as FollowIds
from aurorax_dashboard.components.head import copy_link_button, page_head
from aurorax_dashboard.components.notices import error_notice, link_button, notice
from aurorax_dashboard.pages import keograms_form as form
from aurorax_dashboard.pages import keograms_night, keograms_views
from aurorax_dashboard.pages.keograms_asked import Asked, asked_of
from aurorax_dashboard.pages.keograms_views import Found
from aurorax_dashboard.pages.keograms_views import Ids as ViewIds
from aurorax_dashboard.pages.listed import listed_sources
from aurorax_dashboard.queries.nights import nights_of
from aurorax_dashboard.queries.problems import has_errors
from aurorax_dashboard.queries.products import (
    chosen_sources,
    is_short,
    night_query,
    product_sources,
    title,
)
from aurorax_dashboard.searches import tables
from aurorax_dashboard.searches.follow import State as SearchState
from aurorax_dashboard.searches.follows import Ending
from aurorax_dashboard.searches.products import (
    ProductResult,
    found_at_once,
    listed,
    submit_products,
)
from aurorax_dashboard.services import Services
from aurorax_dashboard.web.caller import caller
from aurorax_dashboard.web.image_hosts import ImageHosts

_STATS_WAIT_S = 2.0

_EXAMPLES = (
    (
        "A month over Gillam",
        "THEMIS-ASI, January 2019, night by night",
        Asked("2019-01-01", "2019-01-31", ("themis-asi",), ("gillam",)),
    ),
    (
        "One night, all colour cameras",
        "TREx RGB, 2020-01-29, imager by imager",
        Asked("2020-01-29", "2020-01-29", ("trex",), (), ("RGB ASI",)),
    ),
    (
        "A winter of red light",
        "REGO at Fort Smith, October 2018 to March 2019",
        Asked("2018-10-01", "2019-03-31", ("rego",), ("fort smith",)),
    ),
)


class Ids(StrEnum):
    """Names of the page's own parts."""

    BODY = "keograms-body"
    ASKED = "keograms-asked"
    PARAMS = "keograms-params"
    GO = "keograms-go"
    FILE = "keograms-file"


def layout(services: Services, asked: Asked) -> html.Div:
    """Return the page; what was found comes later, into its body."""
    sources, said = listed_sources(services)
    if asked.names:
        asked = asked.with_days(datetime.now(UTC).date(), _latest(services, asked, sources))
    wrong = has_errors(form.problems_of(asked, sources))
    return html.Div(
        [
            page_head("Keograms", copy_link_button()),
            *said,
            form.layout(asked, sources, is_open=wrong and asked.night is None),
            html.Div(_beginning(asked, sources, wrong), id=Ids.BODY),
            dcc.Store(id=Ids.ASKED, data=asked.params()),
            dcc.Store(id=Ids.PARAMS),
            dcc.Location(id=Ids.GO, refresh="callback-nav"),
            dcc.Download(id=Ids.FILE),
        ],
        className="ax-page",
    )


def _latest(services: Services, asked: Asked, sources: Sequence[DataSource]) -> datetime | None:
    """Return when the one chosen source made its last product, if that can be had quickly."""
    chosen = chosen_sources(asked.query()[0], sources)
    if asked.start or len(chosen) != 1 or chosen[0].identifier is None:
        return None
    try:
        answer = services.client.within(_STATS_WAIT_S).data_source_stats(chosen[0].identifier)
    except AuroraXError:
        return None
    return answer.value.latest_data_product_loaded


def _beginning(asked: Asked, sources: Sequence[DataSource], wrong: bool) -> Any:
    """Return what the body shows before anything was asked of AuroraX."""
    if asked.night is not None and asked.of is not None:
        return _waiting()
    if not asked.names:
        return _examples(sources)
    if wrong:
        said = [problem.message for problem in form.problems_of(asked, sources)]
        return notice("This cannot be looked for yet", " ".join(said), kind="warn")
    return _waiting()


def _waiting() -> html.Div:
    return html.Div(
        [html.Div(className="ax-track") for _ in range(6)],
        className="ax-keograms-waiting",
        role="status",
        **{"aria-label": "Looking for data products"},
    )


def _examples(sources: Sequence[DataSource]) -> html.Section:
    cards = [
        html.Li(
            dcc.Link(
                [html.H3(name), html.P(text)],
                href=asked.address,
                className="ax-card",
            )
        )
        for name, text, asked in _EXAMPLES
        if not sources or chosen_sources(asked.query()[0], sources)
    ]
    return html.Section(
        [
            html.P(
                "A keogram shows one line of the sky, from north to south through the zenith, for every moment of a "
                "night: time runs to the right, north is at the top.",
                className="ax-lead",
            ),
            html.Ul(cards, className="ax-cards"),
        ]
    )


def found_for(
    services: Services, asked: Asked, result: ProductResult, sources: Sequence[DataSource]
) -> Found | None:
    """Return what was found, ready to be shown; None if the days cannot be read."""
    days = asked.days()
    if days is None:
        return None
    settings = services.settings
    return Found(
        result=result,
        nights=nights_of(result.products, asked.kind),
        sources={source.identifier: source for source in sources if source.identifier is not None},
        hosts=ImageHosts.of(settings.api_url, settings.picture_hosts),
        first=days[0],
        last=days[1],
    )


def shown(found: Found, asked: Asked) -> Any:
    """Return the view of what was found that `asked` asks for."""
    if not found.nights:
        return keograms_views.empty(asked)
    if asked.night is not None:
        return keograms_views.imagers(found, asked, asked.night)
    if found.first == found.last and len(found.nights) > 1 and asked.of is None:
        return keograms_views.imagers(found, asked, found.first)
    return keograms_views.nights(found, asked)


def _night(services: Services, asked: Asked, sources: Sequence[DataSource]) -> Any:
    """Return the large view of one night."""
    source = _source(
        asked, sources or services.sources()
    )  # without any, nobody knows whether there is one
    if source is None or asked.night is None or asked.of is None:
        return notice(
            "There is no such imager",
            f"No data source has the number {asked.of}.",
            link_button("Keograms", addresses.keograms()),
        )
    result = found_at_once(services.hurried, night_query(source, asked.night))
    day = asked.night.isoformat()
    found = found_for(services, asked.but(start=day, end=day, kind="keogram"), result, sources)
    return found and keograms_night.night(found, asked, asked.of, asked.night)


def _source(asked: Asked, sources: Sequence[DataSource]) -> DataSource | None:
    return next((each for each in product_sources(sources) if each.identifier == asked.of), None)


def result_of(services: Services, asked: Asked, sources: Sequence[DataSource]) -> ProductResult | None:
    """Return what `asked` finds, if it is kept or can be had while a page waits; None if it cannot.

    Raises
    ------
    AuroraXError
        If AuroraX refuses the search or has no answer.
    """
    if asked.search:
        return services.products.result(asked.search, services.client.base_url)
    query = asked.query()[0]
    return found_at_once(services.hurried, query) if is_short(query, sources) else None


def body(services: Services, asked: Asked, sources: Sequence[DataSource]) -> tuple[Any, str]:
    """Return what the page shows, and the request id of the search that it now follows, if any.

    Raises
    ------
    AuroraXError
        If AuroraX refuses the search or has no answer.
    """
    if asked.night is not None and asked.of is not None:
        return _night(services, asked, sources), ""
    result = result_of(services, asked, sources)
    if result is None:
        request_id = asked.search or _sent(services, asked, sources)
        address = asked.but(search=request_id).address
        return following.panel("data_products", request_id, address), request_id
    found = found_for(services, asked, result, sources)
    return found and shown(found, asked), ""


def _sent(services: Services, asked: Asked, sources: Sequence[DataSource]) -> str:
    services.quota.spend(caller())
    query = asked.query()[0]
    return submit_products(services.hurried, services.products, query, sources).request_id


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        return layout(services, asked_of(params))

    dash.register_page(
        "keograms", path=addresses.KEOGRAMS, title="Keograms · AuroraX Dashboard", layout=page
    )
    form.register(app, services, Ids.GO)
    _register_body(app, services)
    _register_ending(app, services)
    _register_file(app, services)
    show_in_address(app, Ids.PARAMS)
    app.clientside_callback(
        ClientsideFunction("keograms", "prepare"),
        Output(Ids.BODY, "title"),  # never set: Dash makes a first call only where there is an output
        Input(Ids.BODY, "children"),
    )


def _register_body(app: Dash, services: Services) -> None:
    @app.callback(Output(Ids.BODY, "children"), Output(Ids.PARAMS, "data"), Input(Ids.ASKED, "data"))
    def show(params: dict[str, str]) -> tuple[Any, Any]:
        asked, sources = asked_of(params), services.known_sources()
        one_night = asked.night is not None and asked.of is not None
        if not one_night and (not asked.names or has_errors(form.problems_of(asked, sources))):
            return no_update, asked.params()
        try:
            children, search = body(services, asked, sources)
        except AuroraXError as error:
            again = link_button("Try again", asked.address, primary=True)
            return error_notice(error, again, title="Nothing could be looked up"), no_update
        return children, (asked.but(search=search) if search else asked).params()


def _register_ending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.BODY, "children", allow_duplicate=True),
        Input(FollowIds.ENDING, "data"),
        State(FollowIds.FOLLOWED, "data"),
        State(Ids.ASKED, "data"),
        prevent_initial_call=True,
    )
    def show_ending(data: str | None, followed: Any, params: dict[str, str]) -> Any:
        if data is None or followed["kind"] != "data_products":
            return no_update
        ending = msgspec.json.decode(data, type=Ending)
        asked = asked_of(params).but(search=followed["request_id"])
        sources = services.known_sources()
        result = result_of(services, asked, sources) if ending.state is SearchState.DONE else None
        found = found_for(services, asked, result, sources) if result else None
        return shown(found, asked) if found else ended(asked, ending)


_ENDINGS = {
    SearchState.CANCELLED: "This search was cancelled",
    SearchState.UNKNOWN: "AuroraX does not know this search",
    SearchState.EXPIRED: "The result of this search has expired",
    SearchState.ABANDONED: "This search takes very long",
}


def ended(asked: Asked, ending: Ending) -> html.Section:
    """Return what is said of a search that ended without a result, with the way to look anew."""
    sentence = ending.message.rstrip(".") or "It ended without a list of data products"
    return notice(
        _ENDINGS.get(ending.state, "This search failed"),
        f"{sentence}. {ending.advice or 'Look again, or change what is looked for.'}",
        link_button("Look again", asked.but(search="").address, primary=True, icon_name="arrow-repeat"),
        kind="error" if ending.state is SearchState.FAILED else "warn",
        details=ending.details,
    )


def _register_file(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.FILE, "data"),
        Input(ViewIds.CSV, "n_clicks"),
        State(Ids.PARAMS, "data"),
        prevent_initial_call=True,
    )
    def download(clicks: int | None, params: dict[str, str]) -> Any:
        if not clicks:
            return no_update
        asked, sources = asked_of(params), services.known_sources()
        source = _source(asked, sources) if asked.night is not None else None
        query = night_query(source, asked.night) if source and asked.night else asked.query()[0]
        result = (
            found_at_once(services.hurried, query) if source else result_of(services, asked, sources)
        )
        if result is None:
            return no_update
        about = tables.facts(
            title(query, sources),
            server=services.client.base_url,
            simulated=result.simulated,
            retrieved=result.retrieved,
            Link=request.host_url.rstrip("/") + asked.address,
            Query=msgspec.json.encode(query).decode(),
        )
        file = tables.csv_bytes(listed(result.products, sources), about)
        name = f"data-products-{asked.start or asked.night}.csv"
        return dcc.send_bytes(file, name, type="text/csv")
