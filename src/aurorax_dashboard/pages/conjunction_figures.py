"""The callbacks that fill the page of one conjunction, and have its neighbours' records fetched ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import summary_id, table_id
from aurorax_dashboard.components.notices import error_notice, notice
from aurorax_dashboard.components.text_table import register_tables, rows_id, text_table
from aurorax_dashboard.figures.event_series import Sky
from aurorax_dashboard.figures.theme import template
from aurorax_dashboard.pages import conjunction_scene as scenes
from aurorax_dashboard.pages import conjunction_views as views
from aurorax_dashboard.pages.conjunction_asked import Asked, asked_of, clipped
from aurorax_dashboard.pages.conjunction_questions import Known, Questions, records_of, sky_keys
from aurorax_dashboard.pages.conjunction_scene import Scene
from aurorax_dashboard.pages.conjunction_views import Ids
from aurorax_dashboard.searches.positions import Event, event
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.searches.surroundings import MARGINS, is_whole, span_of
from aurorax_dashboard.services import Services
from aurorax_dashboard.web.image_hosts import ImageHosts

_RECORDS_WAIT_S = 2.0
_SKY_WAIT_S = 0.5
_AHEAD_WAIT_S = 0.5
_WAITING = "Looking for keograms …"


def register(app: Dash, services: Services, questions: Questions) -> None:
    """Add the callbacks to `app`."""
    artist = Artist(services, questions)
    register_tables(app, table_id(Ids.SERIES))
    _register_page(app, services)
    _register_drawing(app, services, artist)
    _register_ahead(app, services, questions, artist)


def _register_page(app: Dash, services: Services) -> None:
    """Let words, slider and ways follow the conjunction and what is looked at of it."""

    @app.callback(
        output={
            "head": Output(Ids.HEAD, "children"),
            "navigation": Output(Ids.NAVIGATION, "children"),
            "ways": Output(Ids.WAYS, "children"),
            "title": Output(Ids.TITLE, "data"),
            "slider": (
                Output(Ids.MINUTE, "min"),
                Output(Ids.MINUTE, "max"),
                Output(Ids.MINUTE, "marks"),
            ),
            "minute": Output(Ids.MINUTE, "value", allow_duplicate=True),
            "long": Output(Ids.LONG, "hidden"),
            "params": Output(Ids.PARAMS, "data"),
        },
        inputs={
            "shown": Input(Ids.SHOWN, "data"),
            "margin": Input(Ids.MARGIN, "value"),
            "view": Input(Ids.VIEW, "value"),
            "fields": Input(Ids.FIELDS, "value"),
            "minute": State(Ids.MINUTE, "value"),
            "before": State(Ids.ASKED, "data"),
        },
        prevent_initial_call=True,
    )
    def follow(
        shown: Any, margin: int, view: str, fields: list[str] | None, minute: int, before: Any
    ) -> dict[str, Any]:
        request_id, n = shown["request_id"], shown["n"]
        stored = services.store.result(request_id)
        if stored is None:
            return {name: no_update for name in ctx.outputs_grouping if name != "slider"} | {
                "slider": (no_update,) * 3
            }
        one = event(stored.result, n)
        turned = ctx.triggered_id == Ids.SHOWN
        at = 0 if turned else clipped(minute, one, margin)
        asked = asked_of(before).but(margin=margin, view=view, fields=tuple(fields or ()), t="")
        submission = services.store.submission(request_id)
        given = asked.params()
        return {
            "head": views.head(stored, one) if turned else no_update,
            "navigation": views.navigation(stored, n, asked, services.judgements.of(request_id)),
            "ways": views.ways(stored, submission.query if submission else None, one, at)
            if turned
            else no_update,
            "title": views.title(one),
            "slider": views.slider(one, margin),
            "minute": at if at != minute else no_update,
            "long": is_whole(one),
            "params": {name: given.get(name, "") for name in ("around", "view", "fields")},
        }

    show_in_address(app, Ids.PARAMS)
    app.clientside_callback(
        ClientsideFunction("aurorax", "showTitle"),
        Input(Ids.TITLE, "data"),
        prevent_initial_call=True,
    )


# ---- figures ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """How conjunctions are looked at."""

    margin: int
    view: str
    fields: tuple[str, ...]
    dark: bool

    def key(self) -> list[Any]:
        """Return what tells this look from others, for the browser."""
        return [self.margin, self.view, list(self.fields), self.dark]


_PARTS: dict[str, tuple[str, str]] = {
    "map": (Ids.MAP, "figure"),
    "map_words": (summary_id(Ids.MAP), "children"),
    "series": (Ids.SERIES, "figure"),
    "series_words": (summary_id(Ids.SERIES), "children"),
    "table": (rows_id(table_id(Ids.SERIES)), "data"),
    "height": (Ids.SERIES_PLACE, "style"),
    "fields": (Ids.FIELDS, "options"),
    "frames": (Ids.FRAMES, "data"),
    "note": (Ids.NOTE, "children"),
    "complete": (Ids.LOOK, "disabled"),
}
"""What is drawn of a conjunction, and where on the page it goes."""


class Artist:
    """Draws conjunctions from what is known of them."""

    def __init__(self, services: Services, questions: Questions) -> None:
        self._services = services
        self._questions = questions
        self._hosts = ImageHosts.of(services.settings.api_url, services.settings.picture_hosts)

    def drawn(
        self, stored: StoredResult, n: int, look: Look, minute: int, wait_s: float
    ) -> dict[str, Any]:
        """Return conjunction `n` at a minute counted from its closest approach, by the names of :data:`_PARTS`.

        Parameters
        ----------
        wait_s
            How long its records are waited for; without them less is drawn.
        """
        one = event(stored.result, n)
        known = records_of(self._questions, stored, n, wait_s)
        if known.surroundings is None:
            return dict.fromkeys(_PARTS, "") | {
                "map": _blank(look.dark), "series": _blank(look.dark), "height": no_update,
                "fields": no_update, "frames": None, "note": _without(known), "complete": known.complete,
            }  # fmt: skip
        request_id = stored.finished.status.search_request.request_id
        submission = self._services.store.submission(request_id)
        query, span = submission.query if submission else None, span_of(one, look.margin)
        scene = scenes.scene_of(stored, query, n, known.surroundings, span)
        skies, sky_complete = skies_of(self._questions, stored, one, scene, self._hosts)
        possible, chosen = scenes.fields_shown(scene, look.fields)
        at = clipped(minute, one, look.margin)
        frames = scenes.frames(scene, at)
        on_map = scenes.draw_map(scene, frames, look.view, at, look.dark)
        series = scenes.draw_series(scene, skies, chosen, at, look.dark)
        return {
            "map": on_map.figure,
            "map_words": on_map.summary,
            "series": series.figure,
            "series_words": series.summary,
            "table": text_table(scenes.read_table(scene, chosen)).text(),
            "height": {"--ax-height": f"{series.figure.layout.height:.0f}px"},
            "fields": [
                {"value": each.name, "label": each.label, "title": each.description}
                for each in possible
            ],
            "frames": frames | {"look": look.key()},
            "note": _partly(known, look.margin),
            "complete": known.complete and sky_complete,
        }


def _register_drawing(app: Dash, services: Services, artist: Artist) -> None:
    @app.callback(
        output={name: Output(*part) for name, part in _PARTS.items()},
        inputs={
            "turned": Input(Ids.DRAW, "data"),
            "margin": Input(Ids.MARGIN, "value"),
            "view": Input(Ids.VIEW, "value"),
            "fields": Input(Ids.FIELDS, "value"),
            "theme": Input(FrameIds.THEME, "data"),
            "_looks": Input(Ids.LOOK, "n_intervals"),
            "minute": State(Ids.MINUTE, "value"),
            "shown": State(Ids.SHOWN, "data"),
        },
    )
    def draw(
        turned: Any, margin: int, view: str, fields: Sequence[str] | None, theme: str | None,
        _looks: int | None, minute: int, shown: Any,
    ) -> dict[str, Any]:  # fmt: skip
        stored = services.store.result(shown["request_id"])
        if stored is None:
            return dict.fromkeys(_PARTS, no_update)
        look = Look(margin, view, tuple(fields or ()), theme == "dark")
        turning = ctx.triggered_id == Ids.DRAW
        if turning and turned["look"] == look.key():
            return dict.fromkeys(_PARTS, no_update)  # the browser had it drawn ahead
        at = 0 if turning else minute
        return artist.drawn(stored, shown["n"], look, at, _RECORDS_WAIT_S)


def skies_of(
    questions: Questions, stored: StoredResult, one: Event, scene: Scene, hosts: ImageHosts
) -> tuple[list[Sky], bool]:
    """Return the keograms of a conjunction's imagers, and whether all of them are known."""
    skies: list[Sky] = []
    complete = True
    for key in sky_keys(stored, one):
        lack, products = _WAITING, None
        try:
            products = questions.sky.look(key, _SKY_WAIT_S if complete else 0)
            complete = complete and products is not None
        except AuroraXError as error:
            lack = f"Not looked up: {error.sentence}"
        name = scene.names.get(key[0], str(stored.result.sources["display_name"].get(key[0])))
        skies.append(scenes.sky_of(name, products, lack, scene.span, hosts))
    return skies, complete


def _blank(dark: bool) -> go.Figure:
    """Return a figure of nothing: never that of another conjunction under the words of this one."""
    none = {"visible": False}
    return go.Figure(layout={"template": template(dark), "xaxis": none, "yaxis": none})


def _without(known: Known) -> Any:
    if known.error is not None:
        return error_notice(
            known.error, title="What was around this conjunction could not be looked up"
        )
    return html.P("Looking up where the sources were …", className="form-text")


def _partly(known: Known, margin: int) -> Any:
    """Return what is said where only positions that were kept with the result are shown."""
    if known.error is not None:
        return notice(
            "Only what was kept with the result is shown",
            f"{known.error.sentence} Positions of five minutes before and after are known; fields of the "
            "sources are not.",
            kind="warn",
            details=known.error.details,
        )
    if known.complete or margin == min(MARGINS):
        return None
    return html.P("Looking up more of the tracks …", className="form-text")


# ---- ahead -----------------------------------------------------------------------------------------


def _register_ahead(app: Dash, services: Services, questions: Questions, artist: Artist) -> None:
    """Have the neighbours fetched and drawn while somebody looks: turning to them then takes no time."""

    @app.callback(
        Output(Ids.AHEAD, "data"),
        Input(Ids.FRAMES, "data"),
        State(Ids.SHOWN, "data"),
        State(Ids.ASKED, "data"),
        State(Ids.LOOK, "disabled"),
        prevent_initial_call=True,
    )
    def go_ahead(frames: Any, shown: Any, asked: Any, complete: bool) -> Any:
        stored = services.store.result(shown["request_id"])
        if stored is None or not frames or not complete:
            return no_update
        margin, view, fields, dark = frames["look"]
        look = Look(margin, view, tuple(fields), dark)
        judgements = services.judgements.of(shown["request_id"])
        filtered = Asked(selection=asked_of(asked).selection)
        found: dict[str, Any] = {"look": look.key(), "pictures": [], "drawn": {}}
        for n in views.neighbours(stored, shown["n"], filtered, judgements)[:2]:
            if n is not None:
                products = questions.fetch_ahead(stored, n, _AHEAD_WAIT_S)
                found["pictures"] += [addresses.image(product.url) for product in products]
                found["drawn"][str(n)] = _props(artist.drawn(stored, n, look, 0, _AHEAD_WAIT_S))
        return found

    app.clientside_callback(
        ClientsideFunction("conjunction", "keepAhead"),
        Input(Ids.AHEAD, "data"),
        prevent_initial_call=True,
    )


def _props(drawn: Mapping[str, Any]) -> list[list[Any]] | None:
    """Return what is drawn as ids, properties and values; None where anything is still missing."""
    if not drawn["complete"] or not drawn["frames"]:
        return None
    return [[*_PARTS[name], value] for name, value in drawn.items()]
