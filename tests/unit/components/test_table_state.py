"""How a table stands, as an address holds it."""

from __future__ import annotations

from typing import Any

import pytest

from aurorax_dashboard.components.table_state import arranged, columns_menu

COLUMNS: list[dict[str, Any]] = [
    {"field": "start"}, {"field": "km"}, {"field": "page", "sortable": False}, {"colId": "card"},
]  # fmt: skip


def test_columns_are_sorted_in_the_order_given() -> None:
    assert arranged(COLUMNS, "-km,start") == [
        {"field": "start", "sort": "asc", "sortIndex": 1},
        {"field": "km", "sort": "desc", "sortIndex": 0},
        *COLUMNS[2:],
    ]


@pytest.mark.parametrize("sort", [None, "", "-", "page", "nonsense,--km", "card"])
def test_what_no_column_is_called_changes_nothing(sort: str | None) -> None:
    assert arranged(COLUMNS, sort) == COLUMNS


def test_columns_are_hidden_by_name() -> None:
    assert arranged(COLUMNS, None, "km,nonsense") == [
        COLUMNS[0], {"field": "km", "hide": True}, *COLUMNS[2:],
    ]  # fmt: skip


def test_not_all_columns_can_be_hidden() -> None:
    assert arranged(COLUMNS, None, "km,start,page") == COLUMNS


def test_the_menu_ticks_what_is_shown() -> None:
    columns = [{"field": "start", "headerName": "Start"}, {"field": "km", "headerName": "Closest"}, {}]
    ticks = columns_menu("menu", columns, "km").children
    assert ticks.options == [{"label": "Start", "value": "start"}, {"label": "Closest", "value": "km"}]
    assert ticks.value == ["start"]
