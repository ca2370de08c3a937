"""The table of ephemeris records: what it writes, and in which order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aurorax_dashboard.components.record_table import window
from aurorax_dashboard.searches.ephemeris_fields import Field

RECORDS = pd.DataFrame(
    {
        "identifier": [3, 3, 4],
        "epoch": pd.to_datetime(["2019-01-01 00:00", "2019-01-01 00:01", "2019-01-01 00:00"], utc=True),
        "lat": [15.5, np.nan, -1234.5678],
        "metadata.on": pd.array([True, None, False], dtype="boolean"),
    }
)
FIELDS = [
    Field(name="lat", label="Latitude, °", kind="number"),
    Field(name="metadata.on", label="On", kind="class"),
]
NAMES = {3: "Swarm A", 4: "Swarm B"}


def test_numbers_have_their_points_below_each_other() -> None:
    found = window(RECORDS, FIELDS, NAMES, {})
    assert found["rowCount"] == 3
    assert [row["lat"] for row in found["rowData"]] == ["15.500", "", "-1,234.568"]
    assert [row["metadata:on"] for row in found["rowData"]] == ["true", "", "false"]
    assert found["rowData"][2]["source"] == "Swarm B"
    assert found["rowData"][1]["epoch"] == "2019-01-01 00:01"


def test_missing_values_come_last_in_both_orders() -> None:
    for sort, order in (("asc", ["-1,234.568", "15.500", ""]), ("desc", ["15.500", "-1,234.568", ""])):
        found = window(RECORDS, FIELDS, NAMES, {"sortModel": [{"colId": "lat", "sort": sort}]})
        assert [row["lat"] for row in found["rowData"]] == order
