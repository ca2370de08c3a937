"""Fit where Swarm B and Swarm C were in early January 2019 to published conjunctions.

No elements of theirs for those days are at hand, but the platform published when, and how closely, their
footprints passed two cameras. Shape and inclination are kept; node, phase and (for Swarm B) mean
motion are fitted by least squares to the distances, with the passes as long as they were. What this prints
stands in ``orbits.csv``::

    python scripts/fit_swarm.py
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.catalogue import Orbit
from aurorax_dashboard.archive.simulation.frames import earth_fixed, j2000_days
from aurorax_dashboard.archive.simulation.orbits import kepler, mean_elements
from aurorax_dashboard.archive.simulation.tracing import trace
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, minute_of, unit_vectors

PASSES = Path(__file__).parents[1] / "tests/unit/archive/simulation/published_passes.csv"
LIMIT_KM = 500.0


@dataclass(frozen=True)
class Pass:
    """One published conjunction with one site, minutes included at both ends."""

    site: NDArray[np.float64]
    first: int
    last: int
    distances_km: tuple[float, float]


def published(spacecraft: str) -> list[Pass]:
    """Return the published passes of a spacecraft whose distances are known."""
    with PASSES.open(newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["spacecraft"] == spacecraft and row["min_km"]
        ]
    stations = catalogue.stations()
    return [
        Pass(
            unit_vectors(
                np.array(stations[row["site"]].lat_deg), np.array(stations[row["site"]].lon_deg)
            ),
            minute_of(datetime.fromisoformat(row["start"])),
            minute_of(datetime.fromisoformat(row["end"])),
            (float(row["min_km"]), float(row["max_km"])),
        )
        for row in rows
    ]


def errors_km(orbit: Orbit, passes: list[Pass]) -> NDArray[np.float64]:
    """Return by how much distances differ, and by how much a neighbouring minute is too near."""
    elements = mean_elements(orbit)
    errors: list[float] = []
    for one in passes:
        days = j2000_days(np.arange(one.first - 1, one.last + 2))
        feet = trace(earth_fixed(kepler(elements, days), days), 2019.0, "northern").foot
        distance = 2 * EARTH_RADIUS_KM * np.arcsin(np.linalg.norm(feet - one.site[:, None], axis=0) / 2)
        inside = distance[1:-1]
        errors += [inside.min() - one.distances_km[0], inside.max() - one.distances_km[1]]
        errors += [max(0.0, LIMIT_KM + 1 - distance[0]), max(0.0, LIMIT_KM + 1 - distance[-1])]
    return np.array(errors)


def with_values(orbit: Orbit, values: NDArray[np.float64]) -> Orbit:
    """Return `orbit` with another node, argument of latitude and, if given, mean motion."""
    changed = replace(
        orbit, node_deg=float(values[0]), anomaly_deg=float(values[1]) - orbit.perigee_deg
    )
    return replace(changed, mean_motion_rev_day=float(values[2])) if len(values) > 2 else changed


def fit(
    orbit: Orbit, passes: list[Pass], start: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return the best values near `start` and the root mean square error (Levenberg–Marquardt)."""
    steps = np.array([0.01, 0.01, 0.0002])[: len(start)]
    values, damping = start.copy(), 1e-2
    errors = errors_km(with_values(orbit, values), passes)
    for _ in range(40):
        slopes = [
            (errors_km(with_values(orbit, values + step), passes) - errors) for step in np.diag(steps)
        ]
        jacobian = np.stack(slopes, axis=1)
        normal = jacobian.T @ jacobian
        change = np.linalg.solve(
            normal + damping * np.diag(np.diag(normal) + 1e-9), -jacobian.T @ errors
        )
        trial = values + np.clip(change, -100, 100) * steps
        trial_errors = errors_km(with_values(orbit, trial), passes)
        if np.sum(trial_errors**2) < np.sum(errors**2):
            values, errors, damping = trial, trial_errors, damping / 5
        else:
            damping = min(damping * 5, 1e6)
    return values, float(np.sqrt(np.mean(errors**2)))


def overhead(orbit: Orbit, one: Pass, northbound: bool) -> tuple[float, float]:
    """Return node and argument of latitude at the epoch that put the spacecraft over a site."""
    elements = mean_elements(orbit)
    days = j2000_days(np.array([(one.first + one.last) / 2]))
    elapsed = float(days[0]) - elements.epoch_days
    latitude = np.arcsin(one.site[2])
    along = np.arcsin(np.sin(latitude) / np.sin(elements.inclination))
    along = along if northbound else np.pi - along
    aside = np.arctan2(np.cos(elements.inclination) * np.sin(along), np.cos(along))
    # The inertial direction of Greenwich, seen from the Earth: minus sidereal time.
    greenwich = earth_fixed(np.array([[1.0], [0.0], [0.0]]), days)[:, 0]
    place = np.arctan2(one.site[1], one.site[0]) - np.arctan2(greenwich[1], greenwich[0])
    node = place - aside - elements.node_rate * elapsed
    return float(np.degrees(node)) % 360, float(
        np.degrees(along - elements.anomaly_rate * elapsed)
    ) % 360


def main() -> None:
    """Print the fitted elements."""
    for spacecraft, motions in (("swarmb", np.arange(15.15, 15.2401, 0.005)), ("swarmc", [None])):
        orbit, passes = catalogue.orbits()[spacecraft][0], published(spacecraft)
        results = []
        for motion in motions:
            guess = orbit if motion is None else replace(orbit, mean_motion_rev_day=float(motion))
            for northbound in (True, False):
                start = [*overhead(guess, passes[0], northbound), *([] if motion is None else [motion])]
                results.append(fit(guess, passes, np.array(start)))
        for values, rms in sorted(results, key=lambda result: result[1])[:4]:
            print(spacecraft, np.round(values, 5), f"{rms:.2f} km")
            print("   ", np.round(errors_km(with_values(orbit, values), passes), 1))


if __name__ == "__main__":
    main()
