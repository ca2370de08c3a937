"""What is looked at of a finished ephemeris search: time, fields, maps, table; all in the address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from aurorax_dashboard.components import record_table
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, summary_id
from aurorax_dashboard.pages import ephemeris_views as views
from aurorax_dashboard.pages.ephemeris_asked import Look
from aurorax_dashboard.pages.ephemeris_views import SPAN, STEP, Ids, Window
from aurorax_dashboard.searches.ephemeris import EphemerisResult
from aurorax_dashboard.searches.ephemeris_fields import fields_of, with_fields
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import EXAMPLE_TIME, format_time, parse_time, utc


def register(app: Dash, services: Services) -> None:
    """Add the callbacks to `app`."""
    _register_time(app, services)
    _register_figures(app, services)
    _register_table(app, services)
    _register_address(app, services)


def _register_time(app: Dash, services: Services) -> None:
    app.clientside_callback(
        ClientsideFunction("aurorax", "zoomed"),
        Output(Ids.ZOOMED, "data"),
        Input(Ids.SERIES, "relayoutData"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Ids.WINDOW, "data"),
        Output(Ids.T0, "value"),
        Output(Ids.T1, "value"),
        Output(Ids.WINDOW_PROBLEM, "children"),
        Input(Ids.T0, "value"),
        Input(Ids.T1, "value"),
        Input({"type": SPAN, "minutes": ALL}, "n_clicks"),
        Input({"type": STEP, "by": ALL}, "n_clicks"),
        Input(Ids.ZOOMED, "data"),
        State(Ids.WINDOW, "data"),
        State(Ids.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def look_at(
        t0: str | None, t1: str | None, _spans: Any, _steps: Any, zoomed: Any,
        stored: list[str], request_id: str,
    ) -> tuple[Any, ...]:  # fmt: skip
        result = services.ephemeris.result(request_id)
        if result is None or result.records.empty:
            return (no_update,) * 4
        now, pressed = views.stored_window(stored), ctx.triggered_id
        try:
            if isinstance(pressed, dict):
                window = _pressed(result, now, pressed) if ctx.triggered[0]["value"] else now
            elif pressed == Ids.ZOOMED:
                window = _dragged(result, now, zoomed)
            else:
                window = _typed(result, t0 or "", t1 or "")
        except ValueError as problem:
            return no_update, no_update, no_update, str(problem)
        # The fields are written even where nothing changes: what was typed may reach beyond the records.
        shown = no_update if window == now else [_iso(each) for each in window]
        return shown, format_time(window[0]), format_time(window[1]), ""


def _pressed(result: EphemerisResult, now: Window, button: dict[str, Any]) -> Window:
    """Return the time that a button leads to."""
    return views.moved(now, result, minutes=button.get("minutes"), by=button.get("by", 0))


def _typed(result: EphemerisResult, t0: str, t1: str) -> Window:
    """Return the time between two texts; ValueError says what is wrong with them."""
    try:
        start, end = parse_time(t0), parse_time(t1, end_of_day=True)
    except ValueError:
        raise ValueError(f"Say times like {EXAMPLE_TIME}.") from None
    if start >= end:
        raise ValueError("The end is before the start.")
    first, last = views.whole(result)
    if end <= first or start >= last:
        raise ValueError(f"The records are from {format_time(first)} to {format_time(last)} UTC.")
    return views.window_of(t0, t1, result)


def _dragged(result: EphemerisResult, now: Window, zoomed: Any) -> Window:
    """Return the time that was dragged over in the figure; all of it after a double click."""
    if not isinstance(zoomed, dict):
        return now
    if any(name.endswith(".autorange") for name in zoomed):
        return views.whole(result)
    ends = [zoomed.get(f"xaxis.range[{end}]") for end in (0, 1)]
    try:
        first, last = (format_time(datetime.fromisoformat(str(end))) for end in ends)
    except ValueError:
        return now
    return views.window_of(first, last, result)


def _iso(moment: datetime) -> str:
    return utc(moment).isoformat()


def _register_figures(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.SERIES, "figure"),
        Output(summary_id(Ids.SERIES), "children"),
        Output(Ids.SERIES_PLACE, "style"),
        Input(Ids.FIELDS, "value"),
        Input(Ids.WINDOW, "data"),
        Input(FrameIds.THEME, "data"),
        State(Ids.SHOWN, "data"),
    )
    def draw_series(
        names: list[str] | None, stored: list[str], theme: str | None, request_id: str
    ) -> tuple[Any, ...]:
        result = services.ephemeris.result(request_id)
        if result is None:
            return (no_update,) * 3
        window = views.stored_window(stored)
        drawing = views.draw_series(result, names, window, theme == "dark")
        height = drawing.figure.layout.height
        return (*drawn(drawing), {"--ax-height": f"{height:.0f}px"} if height else no_update)

    @app.callback(
        Output(Ids.NORTH, "figure"),
        Output(summary_id(Ids.NORTH), "children"),
        Output(Ids.SOUTH, "figure"),
        Output(summary_id(Ids.SOUTH), "children"),
        Input(Ids.TRACE, "value"),
        Input(Ids.VIEW, "value"),
        Input(Ids.WINDOW, "data"),
        Input(FrameIds.THEME, "data"),
        State(Ids.SHOWN, "data"),
    )
    def draw_maps(
        trace: str, view: str, stored: list[str], theme: str | None, request_id: str
    ) -> tuple[Any, ...]:
        result = services.ephemeris.result(request_id)
        if result is None:
            return (no_update,) * 4
        north, south = views.draw_maps(
            result, trace, view, views.stored_window(stored), theme == "dark"
        )
        return (*drawn(north), *drawn(south))


def _register_table(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.TABLE, "getRowsResponse"),
        Input(Ids.TABLE, "getRowsRequest"),
        State(Ids.WINDOW, "data"),
        State(Ids.SHOWN, "data"),
    )
    def serve_rows(request: dict[str, Any] | None, stored: list[str], request_id: str) -> Any:
        result = services.ephemeris.result(request_id)
        if request is None or result is None:
            return no_update
        fields = fields_of(result)
        shown = views.within(with_fields(result, fields), views.stored_window(stored))
        return record_table.window(shown, fields, views.names_of(result), request)

    app.clientside_callback(
        ClientsideFunction("ephemeris", "rows"),
        Input(Ids.WINDOW, "data"),
        State(Ids.TABLE, "id"),
        prevent_initial_call=True,
    )


def _register_address(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.PARAMS, "data"),
        Input(Ids.FIELDS, "value"),
        Input(Ids.WINDOW, "data"),
        Input(Ids.TRACE, "value"),
        Input(Ids.VIEW, "value"),
        State(Ids.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def hold(
        names: list[str] | None, stored: list[str], trace: str, view: str, request_id: str
    ) -> dict[str, str]:
        result = services.ephemeris.result(request_id)
        window = views.stored_window(stored)
        part = result is not None and window != views.whole(result)
        return Look(
            fields=tuple(names or ()),
            t0=format_time(window[0]) if part else "",
            t1=format_time(window[1]) if part else "",
            trace=trace,
            view=view,
        ).params()

    show_in_address(app, Ids.PARAMS)
