from datetime import UTC, datetime

import numpy as np
import pandas as pd
import ppigrf
import pytest

from aurorax_dashboard.figures.magnetic import LATITUDES, dipole_pole, latitude_circles, oval, southern
from aurorax_dashboard.figures.sphere import great_circle_km, km_to_degrees


@pytest.mark.parametrize("year", [1984, 2003, 2020, 2029])
def test_the_pole_is_that_of_the_first_degree_of_the_igrf(year):
    g, h = ppigrf.ppigrf.read_shc()
    when = datetime(year, 7, 1, tzinfo=UTC)
    days = g.index.to_julian_date()
    at = pd.Timestamp(when).to_julian_date()
    x, y, z = (
        -np.interp(at, days, table[term].to_numpy())
        for table, term in ((g, (1, 1)), (h, (1, 1)), (g, (1, 0)))
    )

    lat, lon = dipole_pole(when)

    assert lat == pytest.approx(np.degrees(np.arctan2(z, np.hypot(x, y))), abs=0.005)
    assert lon == pytest.approx(np.degrees(np.arctan2(y, x)), abs=0.005)


@pytest.mark.parametrize("north", [True, False])
def test_circles_are_as_far_from_their_pole_as_their_latitude_says(north):
    when = datetime(2020, 1, 1, tzinfo=UTC)
    pole = dipole_pole(when) if north else southern(*dipole_pole(when))

    circles = latitude_circles(when, north=north)

    away = km_to_degrees(1) * great_circle_km(*pole, circles["lat"], circles["lon"])
    found = np.unique(np.round(90 - away[np.isfinite(away)], 6))
    assert found == pytest.approx(LATITUDES)
    assert circles["lat"].isna().sum() == len(LATITUDES)


def test_the_oval_lies_lowest_around_midnight_and_grows_with_activity():
    hours = np.arange(0.0, 24, 0.5)
    for activity in range(7):
        equatorward, poleward = oval(activity, hours)
        assert (equatorward > poleward).all()
        assert min(abs(hours[equatorward.argmax()] - midnight) for midnight in (0, 24)) <= 3
    quiet, active = oval(0, hours)[0], oval(6, hours)[0]
    assert (active > quiet + 2).all()
    assert 90 - oval(3, np.array([0.0]))[0][0] == pytest.approx(63.9, abs=0.1)


def test_the_oval_closes_at_noon():
    equatorward, poleward = oval(3, np.array([12.0, 36.0]))

    assert equatorward[0] == pytest.approx(equatorward[1])
    assert poleward[0] == pytest.approx(poleward[1])
