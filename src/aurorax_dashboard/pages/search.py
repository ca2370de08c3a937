"""Search: "when were these things close to each other?"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import dash
import dash_bootstrap_components as dbc
import msgspec
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.components import addresses, ahead, criteria, filters, place_map
from aurorax_dashboard.components import recent as recent_searches
from aurorax_dashboard.components.criteria import Part, part
from aurorax_dashboard.components.fields import PROBLEM, placed, problem_texts
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.head import page_head
from aurorax_dashboard.components.hint import hint
from aurorax_dashboard.components.notices import error_notice, icon, notice
from aurorax_dashboard.pages import search_form as form
from aurorax_dashboard.pages import search_import as importing
from aurorax_dashboard.pages import search_links as links
from aurorax_dashboard.pages import search_review as review
from aurorax_dashboard.pages.listed import listed_sources
from aurorax_dashboard.queries.blocks import split_name
from aurorax_dashboard.queries.describe import describe
from aurorax_dashboard.queries.draft import Draft, draft_of, query_of, with_block, without_block
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import format_time
from aurorax_dashboard.web.caller import caller

_VALUES = (
    form.Ids.START,
    form.Ids.END,
    form.Ids.TYPES,
    form.Ids.PRECISION,
    form.Ids.DISTANCE,
    form.Ids.PER_PAIR,
)


class Ids(StrEnum):
    """Names of the page's own parts."""

    DRAFT = "search-draft"
    SETTLED = "search-settled"
    PARAM = "search-param"
    GO = "search-go"
    ADDED = "search-added"


def layout(services: Services, params: Mapping[str, str | None]) -> html.Div:
    """Return the page with the search that the parameters of its address ask for (``search_links``)."""
    said: list[Any] = []
    query = None
    try:
        query = links.opened(services.links, services.store, params)
    except LinkError as error:
        said.append(
            notice("This link cannot be read", f"{error} The builder starts empty.", kind="error")
        )
    except AuroraXError as error:
        said.append(error_notice(error, title="The search behind this link could not be fetched"))
    sources, missing = listed_sources(services)
    draft = draft_of(query or _fresh_query())
    return html.Div(
        [
            page_head("Find conjunctions", *_toolbar()),
            hint(
                "search",
                "Each block is one thing that takes part: cameras in one, satellites in another. What you ask is "
                "told in words beside the form. ",
                dcc.Link("More in the guide", href=addresses.guide()),
            ),
            *said,
            *missing,
            html.Div(
                [
                    form.layout(draft, sources),
                    review.side(review.check(draft, sources), sources, services.client.base_url),
                ],
                className="ax-builder",
            ),
            importing.dialog(),
            ahead.when_idle(),
            dcc.Store(id=Ids.DRAFT, data=_encode(draft)),
            dcc.Store(id=Ids.SETTLED),
            dcc.Store(id=Ids.ADDED),
            dcc.Store(id=Ids.PARAM),
            dcc.Store(id=links.Ids.SHARED),
            dcc.Location(id=Ids.GO, refresh="callback-nav"),
        ],
        className="ax-page",
    )


def _fresh_query() -> ConjunctionQuery:
    """Return the search that an empty builder shows: yesterday, one ground and one space block."""
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    draft = with_block(with_block(Draft(), "ground"), "space")
    return query_of(
        msgspec.structs.replace(
            draft,
            start=format_time(day),
            end=format_time(day + timedelta(days=1, seconds=-1), seconds=True),
        )
    )[0]


def _toolbar() -> list[Any]:
    return [
        html.Span(id=links.Ids.COPIED, role="status", className="ax-muted"),
        dbc.DropdownMenu(
            [
                dbc.DropdownMenuItem(example.title, href=addresses.search(example.query))
                for example in examples()
            ],
            label="Examples",
            color="secondary",
            size="sm",
            toggleClassName="btn-outline-secondary",
        ),
        dbc.Button(
            [icon("upload"), " Import"],
            id=importing.Ids.OPEN,
            color="secondary",
            outline=True,
            size="sm",
        ),
        links.button(),
    ]


def _encode(draft: Draft) -> str:
    return msgspec.json.encode(draft).decode()


def _decode(data: str) -> Draft:
    return msgspec.json.decode(data, type=Draft)


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        return layout(services, {name: addresses.single(params, name) for name in ("q", "s", "of")})

    dash.register_page("search", path=addresses.SEARCH, title="Search · AuroraX Dashboard", layout=page)
    criteria.register(app, services.known_sources)
    filters.register(app, services.known_sources)
    place_map.register(app)
    form.PERIOD.register(app)
    _register_form(app, services)
    _register_review(app, services)
    _register_submission(app, services)
    _register_sharing(app, services)
    importing.register(app, Ids.GO, _keep(services))


def _form(dependency: type[Input] | type[State]) -> list[Any]:
    """Return every field of the form as inputs or states of a callback, for :func:`_read`."""
    return [
        *(dependency(name, "value") for name in _VALUES),
        *(dependency(part(kind, ALL), "value") for kind in criteria.VALUE_PARTS),
        dependency(part(Part.FILTERS, ALL), "data"),
        dependency(form.pair_id(ALL), "value"),
    ]


def _read(entries: Sequence[Any]) -> Draft:
    """Return the draft that the fields of :func:`_form` hold, as Dash lists them in ``ctx``."""
    single, groups, pairs = entries[: len(_VALUES)], entries[len(_VALUES) : -1], entries[-1]
    values = {entry["id"]: entry.get("value") for entry in single}
    return form.read(
        values, dict(zip((*criteria.VALUE_PARTS, Part.FILTERS), groups, strict=True)), pairs
    )


def _register_form(app: Dash, services: Services) -> None:
    # The fields are read when their writer pauses; what is sent is read from the fields themselves.
    app.clientside_callback(
        ClientsideFunction("aurorax", "settle"), Output(Ids.SETTLED, "data"), *_form(Input)
    )

    @app.callback(Output(Ids.DRAFT, "data"), Input(Ids.SETTLED, "data"), *_form(State))
    def collect(*_values: Any) -> str:
        return _encode(_read(ctx.states_list))

    @app.callback(
        Output(form.Ids.BLOCKS, "children"),
        Output(form.Ids.PAIRS, "children"),
        Output(Ids.ADDED, "data"),
        Input({"type": form.ADD, "kind": ALL}, "n_clicks"),
        Input(part(Part.REMOVE, ALL), "n_clicks"),
        *_form(State),
        prevent_initial_call=True,
    )
    def restructure(*_values: Any) -> tuple[Any, Any, Any]:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        draft, pressed, added = _read(ctx.states_list), ctx.triggered_id, no_update
        if pressed["type"] == form.ADD:
            if draft.full:
                return no_update, no_update, no_update
            draft = with_block(draft, pressed["kind"])
            newest = [name for name in draft.names() if split_name(name)[0] == pressed["kind"]][-1]
            added = {"card": criteria.card_id(newest), "clicks": ctx.triggered[0]["value"]}
        else:
            draft = without_block(draft, pressed["block"])
        return form.block_cards(draft, services.known_sources()), form.pair_fields(draft), added

    app.clientside_callback(
        ClientsideFunction("aurorax", "revealCard"),
        Input(Ids.ADDED, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(form.Ids.UNIFORM, "hidden"),
        Output(form.Ids.PAIRS, "hidden"),
        Input(form.Ids.PER_PAIR, "value"),
        prevent_initial_call=True,
    )
    def switch_distances(per_pair: bool) -> tuple[bool, bool]:
        return per_pair, not per_pair


def _register_review(app: Dash, services: Services) -> None:
    @app.callback(
        Output(review.Ids.SUMMARY, "children"),
        Output(review.Ids.SIZE, "children"),
        Output(review.Ids.COST, "children"),
        Output(review.Ids.DESCRIBED, "children"),
        Output(review.export_id(ALL), "children"),
        Output({"type": PROBLEM, "field": ALL}, "children"),
        Output(review.Ids.SUBMIT, "disabled"),
        Output(Ids.PARAM, "data"),
        Input(Ids.DRAFT, "data"),
        State({"type": PROBLEM, "field": ALL}, "id"),
    )
    def show_review(data: str, slots: list[dict[str, str]]) -> tuple[Any, ...]:
        draft = _decode(data)
        sources, server = services.known_sources(), services.client.base_url
        checked = review.check(draft, sources)
        names = [slot["field"] for slot in slots]
        seen = [name for name in names if draft.per_pair or not name.startswith("max_distances.")]
        at = dict.fromkeys(names, ()) | placed(checked.problems, seen)
        return (
            review.summary(checked, sources),
            review.size(checked.query, sources),
            review.cost(checked.query, sources),
            describe(checked.query),
            [review.exported(form, checked.query, server) for form in review.EXPORTS],
            [problem_texts(at[name]) for name in names],
            not checked.sendable,
            links.params_of(_keep(services), checked.query),
        )

    @app.callback(
        Output(review.Ids.COVERAGE, "children"),
        Input(Ids.PARAM, "data"),
        State(review.Ids.SUBMIT, "disabled"),
        prevent_initial_call=True,
    )
    def show_coverage(params: dict[str, str | None] | None, broken: bool) -> Any:
        if broken:
            return "–"  # nothing is known of a search that cannot be sent
        if params is None:
            return no_update
        query = links.opened(services.links, services.store, params)
        if query is None:
            return "This search is too large for a link: export it as JSON to take it along."
        return review.days_shown(review.known_days(services, query, services.known_sources()))

    app.clientside_callback(
        ClientsideFunction("aurorax", "showSearch"),
        Input(Ids.PARAM, "data"),
        prevent_initial_call=True,
    )


def _keep(services: Services) -> links.Keep:
    """Return what keeps a search for whoever is asking."""
    return lambda query: services.short_link(query, caller())


def _register_sharing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(links.Ids.SHARED, "data"),
        Input(links.Ids.COPY, "n_clicks"),
        *_form(State),
        prevent_initial_call=True,
    )
    def share(clicks: int | None, *_values: Any) -> Any:
        if not clicks:
            return no_update
        query = query_of(_read(ctx.states_list))[0]
        return links.to_copy(_keep(services), query) | {"clicks": clicks}

    app.clientside_callback(
        ClientsideFunction("exchange", "copy"),
        Output(links.Ids.COPIED, "children"),
        Input(links.Ids.SHARED, "data"),
        prevent_initial_call=True,
    )


def _register_submission(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.GO, "href"),
        Output(review.Ids.FAILURE, "children"),
        Output(FrameIds.RECENT, "data", allow_duplicate=True),
        Input(review.Ids.SUBMIT, "n_clicks"),
        State(FrameIds.RECENT, "data"),
        *_form(State),
        running=[(Output(review.Ids.SUBMIT, "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def send(clicks: int | None, recent: Any, *_values: Any) -> tuple[Any, ...]:
        if not clicks:
            return no_update, no_update, no_update
        sources = services.known_sources()
        checked = review.check(_read(ctx.states_list[1:]), sources)
        if not checked.sendable:
            return (
                no_update,
                notice("Not sent", "Mend the marked fields first.", kind="error"),
                no_update,
            )
        try:
            sent = services.start(checked.query, sources, caller())
        except AuroraXError as error:
            return no_update, error_notice(error, title="The search was not sent"), no_update
        remembered = recent_searches.with_search(recent, sent.request_id, sent.title)
        return addresses.result(sent.request_id), None, remembered
