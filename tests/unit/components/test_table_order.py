"""The order of a table as an address holds it."""

from __future__ import annotations

from typing import Any

import pytest

from aurorax_dashboard.components.table_order import in_order

COLUMNS: list[dict[str, Any]] = [
    {"field": "start"}, {"field": "km"}, {"field": "page", "sortable": False}, {"colId": "card"},
]  # fmt: skip


def test_columns_are_sorted_in_the_order_given() -> None:
    assert in_order(COLUMNS, "-km,start") == [
        {"field": "start", "sort": "asc", "sortIndex": 1},
        {"field": "km", "sort": "desc", "sortIndex": 0},
        *COLUMNS[2:],
    ]


@pytest.mark.parametrize("sort", [None, "", "-", "page", "nonsense,--km", "card"])
def test_what_no_column_is_called_changes_nothing(sort: str | None) -> None:
    assert in_order(COLUMNS, sort) == COLUMNS
