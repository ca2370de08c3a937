"""What the Explorer tells of one minute besides the map: tables, distances, the address, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from dash import Dash, Input, Output, State, ctx, dcc, no_update
from flask import request

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, summary_id, table_id
from aurorax_dashboard.components.notices import link_button, notice
from aurorax_dashboard.components.text_table import TextTable, register_tables, rows_id, text_table
from aurorax_dashboard.figures.distance import distance_table
from aurorax_dashboard.figures.drawing import PAIR_SEPARATOR, count_text
from aurorax_dashboard.figures.explorer_distance import distance_in_time
from aurorax_dashboard.pages.explorer_asked import (
    TRACE_NAMES,
    WITHIN,
    Asked,
    asked_of,
    read_minute,
)
from aurorax_dashboard.pages.explorer_form import Ids, placed
from aurorax_dashboard.pages.explorer_near import near, near_list
from aurorax_dashboard.queries.names import program_name, source_name
from aurorax_dashboard.searches import tables
from aurorax_dashboard.searches.follow import is_simulated
from aurorax_dashboard.searches.scene import Hours, Scene, distance_km, hours_between, joined, moves
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import format_time

_WAIT_S = 2.0
_APART = timedelta(minutes=60)

_FIELDS = (
    Ids.TIME, Ids.VIEW, Ids.TRACE, Ids.PROGRAMS, Ids.MINUTES,
    Ids.LAYERS, Ids.OVAL, Ids.ONE, Ids.OTHER, Ids.KM,
)  # fmt: skip
"""What the address follows."""

Reader = Callable[[tuple[Any, ...]], Asked]
"""Returns what the values of those ask for."""


@dataclass(frozen=True, slots=True)
class Look:
    """One minute with its surroundings: an hour before and after."""

    asked: Asked
    scene: Scene
    sources: Mapping[int, DataSource]
    """All that can be on the map, by identifier."""

    @property
    def shown(self) -> dict[int, DataSource]:
        """Those of the shown programs."""
        programs = self.asked.programs
        return {
            identifier: source
            for identifier, source in self.sources.items()
            if programs is None or (source.program or "") in programs
        }

    def within(self, margin: timedelta) -> Scene:
        """Return the minutes around the one that is shown."""
        return self.scene.part(self.asked.time - margin, self.asked.time + margin)


def look(services: Services, hours: Hours, asked: Asked) -> Look | None:
    """Return what is known around the minute that is asked for; None if it is not there yet.

    Raises
    ------
    AuroraXError
        If it cannot be had.
    """
    starts = hours_between(asked.time - _APART, asked.time + _APART)
    found = hours.look(starts, _WAIT_S)
    if len(found) < len(starts):
        return None
    sources = {
        source.identifier: source
        for source in placed(services.sources())
        if source.identifier is not None
    }
    return Look(asked, joined(found, asked.trace), sources)


def positions(at: Look) -> pd.DataFrame:
    """Return where everything shown is at the one minute, as a table to read."""
    scene = at.within(timedelta(0)).of(list(at.shown))
    rows = [
        (source_name(source), program_name(source.program or ""), _where(source), *place)
        for identifier, source in at.shown.items()
        if (place := _place(scene, identifier)) is not None
    ]
    columns = ["Name", "Program", "Kind", "Latitude", "Longitude"]
    return pd.DataFrame(sorted(rows), columns=columns)


def _place(scene: Scene, identifier: int) -> tuple[str, str] | None:
    lat, lon = (float(each[0]) if len(each) else np.nan for each in scene.track(identifier))
    return None if np.isnan(lat) else (f"{lat:.2f}", f"{lon:.2f}")


def _where(source: DataSource) -> str:
    return "spacecraft" if moves(source) else f"ground, {source.instrument_type or 'instrument'}"


def said_of(at: Look, table: pd.DataFrame) -> str:
    """Return in a sentence what the map shows."""
    space = int((table["Kind"] == "spacecraft").sum())
    ground = len(table) - space
    asked = at.asked
    return (
        f"{TRACE_NAMES[asked.trace]} at {format_time(asked.time)} UTC: {space} spacecraft and "
        f"{count_text(ground, 'ground instrument')} with records in this minute, on the whole Earth. "
        "Orange circles are the views of imagers that work now, dotted ones of those that work on that day."
    )


def empty_note(at: Look, table: pd.DataFrame) -> Any:
    """Return what is said over a map without anything on it; None where there is something."""
    if len(table):
        return None
    if not at.shown:
        return notice("No program is chosen", "Choose programs beside the map to see something.")
    day = at.asked.time.date().isoformat()
    return notice(
        "No positions at this time",
        f"AuroraX has no positions of what is shown at {format_time(at.asked.time)} UTC.",
        link_button("Which days have data?", addresses.availability(start=day, end=day)),
        link_button("A night with much to see", addresses.explorer(t="2019-01-01 05:58")),
    )


def asked_from(values: Mapping[str, Any]) -> Asked:
    """Return what the parts of the page, by their ids, ask for."""
    params = {
        "t": values[Ids.TIME] or "",
        "view": values[Ids.VIEW] or "",
        "trace": values[Ids.TRACE] or "",
        "minutes": values[Ids.MINUTES] or "",
        "layers": ",".join(values[Ids.LAYERS] or ()) or "none",
        "oval": values[Ids.OVAL] or "",
        "one": str(values[Ids.ONE] or ""),
        "other": str(values[Ids.OTHER] or ""),
        "km": values[Ids.KM] or "",
        "programs": ",".join(values[Ids.PROGRAMS] or ()) or "none",
    }
    return asked_of(params, read_minute(params["t"]))


def register(app: Dash, services: Services, hours: Hours) -> None:
    """Add the callbacks to `app`."""

    def asked(values: tuple[Any, ...]) -> Asked:
        found = asked_from(dict(zip(_FIELDS, values, strict=True)))
        programs = {source.program or "" for source in placed(services.known_sources())}
        everything = found.programs is not None and programs <= set(found.programs)
        return found.but(programs=None) if everything else found

    @app.callback(Output(Ids.PARAMS, "data"), *(_input(name) for name in _FIELDS))
    def follow(*values: Any) -> dict[str, str]:
        return asked(values).params()

    show_in_address(app, Ids.PARAMS)
    register_tables(app, Ids.NEAR, table_id(Ids.MAP), table_id(Ids.APART))
    _register_tables(app, services, hours, asked)
    _register_files(app, services, hours, asked)


def _input(name: Ids) -> Input:
    return Input(name, "data" if name == Ids.TIME else "value")


def _state(name: Ids) -> State:
    return State(name, "data" if name == Ids.TIME else "value")


def _register_tables(app: Dash, services: Services, hours: Hours, asked: Reader) -> None:
    @app.callback(
        Output(summary_id(Ids.MAP), "children"),
        Output(rows_id(table_id(Ids.MAP)), "data"),
        Output(Ids.EMPTY, "children"),
        Output(rows_id(Ids.NEAR), "data"),
        Input(Ids.HOURS, "data"),
        *(_input(name) for name in _FIELDS),
        prevent_initial_call=True,
    )
    def tell(loaded: Any, *values: Any) -> tuple[Any, ...]:
        now = asked(values)
        if not loaded:
            return (no_update,) * 4
        try:
            at = look(services, hours, now)
        except AuroraXError:  # whoever loads the map says it
            return "", TextTable().text(), None, TextTable("These are not known now.").text()
        if at is None:
            return "", TextTable().text(), None, TextTable("Fetching positions …").text()
        table = positions(at)
        found = near(at.within(WITHIN), at.shown, now.km)
        return (
            said_of(at, table),
            text_table(table).text(),
            empty_note(at, table),
            near_list(found, at.sources, now.time, now.trace, now.km).text(),
        )

    @app.callback(
        Output(Ids.APART, "figure"),
        Output(summary_id(Ids.APART), "children"),
        Output(rows_id(table_id(Ids.APART)), "data"),
        Output(Ids.APART_PLACE, "hidden"),
        Input(Ids.HOURS, "data"),
        Input(FrameIds.THEME, "data"),
        *(_input(name) for name in _FIELDS),
        prevent_initial_call=True,
    )
    def compare(_loaded: Any, theme: str | None, *values: Any) -> tuple[Any, ...]:
        now = asked(values)
        if now.one is None or now.other is None:
            return no_update, "", no_update, True
        try:
            at = look(services, hours, now)
        except AuroraXError:
            return (no_update,) * 4
        if at is None:
            return (no_update,) * 4
        distances = apart(at, now.one, now.other)
        drawing = distance_in_time(
            distances, pair_name(at, now.one, now.other), now.time, now.km, theme == "dark"
        )
        return *drawn(drawing), text_table(distance_table(distances.to_frame("Distance"))).text(), False


def pair_name(at: Look, one: int, other: int) -> str:
    """Return how two things are called together."""
    names = [
        source_name(at.sources[each]) if each in at.sources else f"source {each}"
        for each in (one, other)
    ]
    return PAIR_SEPARATOR.join(names)


def apart(at: Look, one: int, other: int) -> pd.Series[float]:
    """Return the distance of two things minute by minute, an hour before and after."""
    return distance_km(at.within(_APART), one, other)


def _register_files(app: Dash, services: Services, hours: Hours, asked: Reader) -> None:
    @app.callback(
        Output(Ids.FILE, "data"),
        Input(Ids.CSV, "n_clicks"),
        Input(Ids.APART_CSV, "n_clicks"),
        Input(Ids.NEAR_CSV, "n_clicks"),
        *(_state(name) for name in _FIELDS),
        prevent_initial_call=True,
    )
    def save(_csv: Any, _apart: Any, _near: Any, *values: Any) -> Any:
        now = asked(values)
        at = look(services, hours, now) if ctx.triggered[0]["value"] else None
        if at is None:
            return no_update
        what, table = file_table(at, str(ctx.triggered_id))
        about = tables.facts(
            what,
            server=services.client.base_url,
            simulated=is_simulated(services.client),
            Positions=TRACE_NAMES[now.trace],
            Link=request.host_url.rstrip("/") + now.address,
        )
        stamp = format_time(now.time).replace(" ", "-").replace(":", "")
        name = f"{str(ctx.triggered_id).removesuffix('-csv')}-{stamp}.csv"
        return dcc.send_bytes(tables.csv_bytes(table, about), name, type="text/csv")


def file_table(at: Look, button: str) -> tuple[str, pd.DataFrame]:
    """Return what a button saves, in words and as a table."""
    now = format_time(at.asked.time)
    if button == Ids.NEAR_CSV:
        found = near(at.within(WITHIN), at.shown, at.asked.km)
        what = f"Pairs closer than {at.asked.km:g} km within 30 minutes of {now} UTC"
        return what, found.round({"min_km": 2})
    if button == Ids.APART_CSV:
        one, other = at.asked.one or 0, at.asked.other or 0
        distances = apart(at, one, other)
        table = pd.DataFrame({"epoch": distances.index, "distance_km": distances.round(2).to_numpy()})
        return f"Distance of {pair_name(at, one, other)} within an hour of {now} UTC", table
    margin = timedelta(minutes=at.asked.minutes)
    return f"Positions within {at.asked.minutes} minutes of {now} UTC", long_positions(at, margin)


def long_positions(at: Look, margin: timedelta) -> pd.DataFrame:
    """Return the positions of what is shown, a row a source and minute."""
    scene = at.within(margin).of(list(at.shown))
    rows, minutes = np.nonzero(np.isfinite(scene.lat))
    sources = [at.sources[int(identifier)] for identifier in scene.identifiers[rows]]
    return pd.DataFrame(
        {
            "epoch": scene.times[minutes],
            "identifier": scene.identifiers[rows],
            "name": [source_name(source) for source in sources],
            "program": [source.program for source in sources],
            "lat": scene.lat[rows, minutes],
            "lon": scene.lon[rows, minutes],
        }
    )
