"""Keograms: the north-south line through the zenith, side by side for each moment of an hour or a day.

North is at the top and time runs to the right; a minute is a column of a daily keogram. Columns at which
the instrument did not observe are black.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from aurorax_dashboard.archive.simulation import diary
from aurorax_dashboard.archive.simulation.camera import Camera, View
from aurorax_dashboard.archive.simulation.products import Piece
from aurorax_dashboard.archive.simulation.stamps import stamped

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Size:
    """How large a keogram is: seconds a column, and rows."""

    step_s: int
    rows: int


SIZES = {
    "hourly": Size(10, 256),
    "hourly_hires": Size(5, 512),
    "daily": Size(60, 256),
    "daily_hires": Size(60, 512),
    "daily_hires_200px": Size(60, 200),
    "daily_moviederived": Size(60, 128),
}
"""By what the metadata call the ``keogram_type``."""


def keogram(piece: Piece) -> Image.Image:
    """Return the picture of a keogram, marked as simulated."""
    size = SIZES[piece.line.variant]
    camera = Camera(piece.entry)
    first_s, stop_s = piece.first * _MINUTE_S, (piece.last + 1) * _MINUTE_S
    seconds = np.arange(first_s, stop_s, size.step_s)
    working = diary.present(camera.identifier, piece.first, piece.last + 1)
    observed = np.flatnonzero(working[(seconds - first_s) // _MINUTE_S])
    view = View.meridian(camera.site, size.rows)
    seen = camera.exposed(view, seconds[observed], one_meridian=True)
    pixels: NDArray[np.uint8] = np.zeros((size.rows, len(seconds), *seen.shape[2:]), dtype=np.uint8)
    pixels[:, observed] = seen
    return stamped(Image.fromarray(pixels), piece)
