"""Stars, labels and comments on the pages of a result and of one conjunction."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.components import judging
from aurorax_dashboard.components.judging import Ids
from aurorax_dashboard.searches.judgements import ChangeKind, Judgement, label_counts
from aurorax_dashboard.services import Services
from aurorax_dashboard.web.caller import caller


def asked(
    trigger: Any, judgement: Judgement, label: str, comment: str, last: str | None
) -> tuple[ChangeKind, str] | None:
    """Return which change a click or an entry asks for, None if none.

    Parameters
    ----------
    trigger
        Id of the part that was used.
    judgement
        What holds of the conjunction.
    last
        Id of the change that Undo takes back.
    """
    if isinstance(trigger, dict):
        return "unlabel", trigger["label"]
    if trigger == Ids.STAR:
        return ("unstar" if judgement.starred else "star"), ""
    if trigger == Ids.LABEL and label.strip():
        return "label", label
    if trigger == Ids.SEND:
        return "comment", comment
    if trigger == Ids.UNDO and last:
        return "undo", last
    return None


def register(app: Dash, services: Services) -> None:
    """Add the callbacks to `app`."""
    judgements = services.judgements

    @app.callback(
        Output(Ids.CHANGES, "data"),
        Output(Ids.LAST, "data"),
        Output(Ids.SAID, "children"),
        Output(Ids.LABEL, "value"),
        Output(Ids.COMMENT, "value"),
        Input(Ids.STAR, "n_clicks"),
        Input(Ids.LABEL, "value"),
        Input(Ids.SEND, "n_clicks"),
        Input(Ids.UNDO, "n_clicks"),
        Input({"type": judging.REMOVE, "label": ALL}, "n_clicks"),
        State(Ids.COMMENT, "value"),
        State(Ids.NAME, "value"),
        State(Ids.LAST, "data"),
        State(Ids.EVENT, "data"),
        State(Ids.REQUEST, "data"),
        prevent_initial_call=True,
    )
    def judge(
        _star: Any, label: str | None, _send: Any, _undo: Any, removed: list[Any],
        comment: str | None, name: str | None, last: str | None, n: Any, request_id: str,
    ) -> tuple[Any, ...]:  # fmt: skip
        nothing = (no_update,) * 5
        trigger = ctx.triggered_id
        if not isinstance(n, int) or (isinstance(trigger, dict) and not any(removed)):
            return nothing
        try:
            before = judgements.of(request_id).get(n, Judgement())
            change = asked(trigger, before, label or "", comment or "", last)
            if change is None:
                return nothing
            made = services.judge(request_id, n, *change, name or "", caller())
            count = len(judgements.changes(request_id))
        except AuroraXError as error:
            said = html.Span(error.sentence, className="ax-mistake")
            return no_update, no_update, said, no_update, no_update
        undoable = None if made.kind == "undo" else made.id
        emptied = (
            "" if made.kind == "label" else no_update,
            "" if made.kind == "comment" else no_update,
        )
        return count, undoable, judging.done(made), *emptied

    @app.callback(
        Output(Ids.CHANGES, "data", allow_duplicate=True),
        Input(Ids.POLL, "n_intervals"),
        State(Ids.CHANGES, "data"),
        State(Ids.REQUEST, "data"),
        prevent_initial_call=True,
    )
    def hear_others(_ticks: int, known: int, request_id: str) -> Any:
        count = len(judgements.changes(request_id))
        return no_update if count == known else count

    @app.callback(
        Output(Ids.STAR, "children"),
        Output(Ids.STAR, "title"),
        Output(Ids.LABELS, "children"),
        Output(Ids.COMMENTS, "children"),
        Output(Ids.KNOWN, "children"),
        Output(Ids.UNDO, "style"),
        Input(Ids.CHANGES, "data"),
        Input(Ids.EVENT, "data"),
        Input(Ids.LAST, "data"),
        State(Ids.REQUEST, "data"),
    )
    def show(_changes: int, n: int | None, last: str | None, request_id: str) -> tuple[Any, ...]:
        of_all = judgements.of(request_id)
        judgement = of_all.get(-1 if n is None else n, Judgement())
        return (
            *judging.star_button(judgement),
            judging.label_chips(judgement),
            judging.comment_items(judgement),
            judging.known_labels(label_counts(of_all)),
            {} if last else {"display": "none"},
        )
