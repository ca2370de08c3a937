"""The files of simulated data products, drawn when they are asked for; always the same bytes.

Keograms have a module of their own. A montage is a sheet of small images of the whole sky, a movie runs
through them, and a summary plot is a curve of the day.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.simulation import diary
from aurorax_dashboard.archive.simulation.aurora import Aurora, dipole_coordinates
from aurorax_dashboard.archive.simulation.camera import Camera, View
from aurorax_dashboard.archive.simulation.chance import Purpose, smooth
from aurorax_dashboard.archive.simulation.keograms import keogram
from aurorax_dashboard.archive.simulation.products import Piece
from aurorax_dashboard.archive.simulation.stamps import font, label, stamped
from aurorax_dashboard.archive.tracks import FloatArray, MinuteArray, time_of, unit_vectors

DRAWING = 1
"""To be raised whenever code draws other pictures: browsers keep those they have for good."""

_THUMBNAIL_WIDTH = 360
_FRAMES_AT_A_TIME = 12

_TILE, _CAPTION = 80, 11
_FRAME, _FRAME_MS, _FRAME_MINUTES = 128, 90, 6

_PLOT = (960, 300)
_PLOT_BOX = (60, 34, 944, 262)
_PAPER, _INK, _GRID, _CURVE = (16, 18, 22), (222, 226, 230), (58, 63, 70), (120, 200, 255)


def draw(piece: Piece) -> bytes:
    """Return the file of a data product."""
    if piece.line.type == "movie":
        return _movie(piece)
    return _png(_DRAWERS[piece.line.type](piece), piece)


def draw_thumbnail(piece: Piece) -> bytes:
    """Return a small picture of a data product, 360 pixels wide; of a movie, its middle frame."""
    if piece.line.type == "movie":
        minutes = _frame_minutes(piece)
        middle = len(minutes) // 2
        return _png(next(_frames(piece, minutes[middle : middle + 1])), piece)
    picture = _DRAWERS[piece.line.type](piece)
    height = max(1, round(picture.height * _THUMBNAIL_WIDTH / picture.width))
    return _png(picture.resize((_THUMBNAIL_WIDTH, height), Image.Resampling.BOX), piece)


def media_type(piece: Piece) -> str:
    """Return the type of a data product's file."""
    return "image/webp" if piece.line.type == "movie" else "image/png"


def _png(picture: Image.Image, piece: Piece) -> bytes:
    notes = PngInfo()
    notes.add_text("Software", "AuroraX archive")
    notes.add_text("Description", f"{label(piece)}. Drawn from a simulation; nothing was observed.")
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=4, pnginfo=notes)
    return file.getvalue()


# ---- images of the whole sky -------------------------------------------------------------------


def _skies(camera: Camera, minutes: MinuteArray, size: int) -> Iterator[Image.Image]:
    """Yield round images of the sky at `minutes` (sorted)."""
    view, inside = View.whole_sky(camera.site, size)
    for first in range(0, len(minutes), _FRAMES_AT_A_TIME):
        seen = camera.exposed(view, minutes[first : first + _FRAMES_AT_A_TIME] * 60)
        for number in range(seen.shape[1]):
            pixels = np.zeros((size, size, *seen.shape[2:]), dtype=np.uint8)
            pixels[inside] = seen[:, number]
            yield Image.fromarray(pixels)


def _observed(piece: Piece, minutes: MinuteArray) -> NDArray[np.bool_]:
    """Return at which of `minutes` of its time the instrument observed."""
    identifier = int(piece.entry.source.identifier or 0)
    return diary.present(identifier, piece.first, piece.last + 1)[minutes - piece.first]


def _montage(piece: Piece) -> Image.Image:
    """Return a sheet of images, of each minute of an hour or of each quarter hour of a day."""
    step, columns = (15, 12) if piece.hour is None else (1, 10)
    minutes = np.arange(piece.first, piece.last + 1, step)
    rows = -(-len(minutes) // columns)
    foot = 20
    sheet = Image.new("RGB", (columns * _TILE, rows * (_TILE + _CAPTION) + foot))
    pen = ImageDraw.Draw(sheet)
    observed = _observed(piece, minutes)
    skies = _skies(Camera(piece.entry), minutes[observed], _TILE)
    for number, minute in enumerate(minutes.tolist()):
        x, y = number % columns * _TILE, number // columns * (_TILE + _CAPTION)
        ink = _INK if observed[number] else _GRID
        pen.text((x + 2, y), f"{time_of(minute):%H:%M}", fill=ink, font=font(10))
        if observed[number]:
            sheet.paste(next(skies), (x, y + _CAPTION))
    return stamped(sheet, piece)


def _frame_minutes(piece: Piece) -> MinuteArray:
    """Return the minutes of a movie's frames, at least one."""
    every = np.arange(piece.first, piece.last + 1)
    observed = every[_observed(piece, every)]
    regular = observed[observed % _FRAME_MINUTES == 0]
    return regular if regular.size else observed[:1]


def _frames(piece: Piece, minutes: MinuteArray) -> Iterator[Image.Image]:
    """Yield the frames of a movie at `minutes` (sorted)."""
    source = piece.entry.source
    for minute, sky in zip(minutes, _skies(Camera(piece.entry), minutes, _FRAME), strict=True):
        frame = Image.new("RGB", (_FRAME, _FRAME + 26))
        frame.paste(sky, (0, 0))
        pen = ImageDraw.Draw(frame)
        time = f"SIMULATED  {time_of(int(minute)):%Y-%m-%d %H:%M}"
        pen.text((2, _FRAME), time, fill=_INK, font=font(10))
        pen.text((2, _FRAME + 12), source.display_name or "", fill=_INK, font=font(10))
        yield frame


def _movie(piece: Piece) -> bytes:
    """Return an animation through the day, about ten frames an hour."""
    first, *others = _frames(piece, _frame_minutes(piece))
    file = io.BytesIO()
    first.save(
        file,
        "WEBP",
        save_all=True,
        append_images=others,
        duration=_FRAME_MS,
        loop=0,
        quality=60,
        method=0,
    )
    return file.getvalue()


# ---- curves ------------------------------------------------------------------------------------


def _summary_plot(piece: Piece) -> Image.Image:
    """Return a curve of the day: cosmic noise absorption, or the brightness of the green line."""
    minutes = np.arange(piece.first, piece.last + 1)
    overhead = _overhead(piece, minutes)
    if piece.entry.source.instrument_type == "riometer":
        values = _absorption(piece, minutes, overhead)
        name = "Absorption at 30 MHz (dB)"
    else:
        values, name = overhead, "557.7 nm at the zenith (kR)"
    return _plotted(piece, np.where(_observed(piece, minutes), values, np.nan), name)


def _overhead(piece: Piece, minutes: MinuteArray) -> FloatArray:
    """Return how bright the aurora is at the zenith, ``[n]``."""
    site = catalogue.stations()[piece.entry.source.platform or ""]
    zenith = unit_vectors(np.array([site.lat_deg]), np.array([site.lon_deg]))
    latitude, longitude = dipole_coordinates(zenith, piece.first * 60)
    seen = Aurora(minutes * 60).brightness(latitude, longitude)
    return np.asarray((seen.diffuse + seen.discrete + seen.pulsating)[0])


def _absorption(piece: Piece, minutes: MinuteArray, overhead: FloatArray) -> FloatArray:
    """Return decibels: particles that make bright aurora absorb too, a little later and for longer."""
    weights = np.exp(-np.arange(25) / 7.0)
    smoothed = np.convolve(overhead, weights / weights.sum())[: len(overhead)]
    identifier = int(piece.entry.source.identifier or 0)
    drift = smooth(identifier, Purpose.ABSORPTION, minutes, 180)
    jitter = smooth(identifier, Purpose.GRAIN, minutes, 2)
    return np.asarray(0.08 * smoothed**0.9 + 0.12 * drift + 0.04 * jitter, dtype=np.float32)


def _plotted(piece: Piece, values: FloatArray, name: str) -> Image.Image:
    """Return a plot of `values`, one a minute of the day, NaN where there is none."""
    picture = Image.new("RGB", _PLOT, _PAPER)
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = _PLOT_BOX
    highest = _round_top(float(np.nanmax(values)))
    for tick in range(0, 25, 3):
        x = left + (right - left) * tick // 24
        pen.line((x, top, x, bottom), fill=_GRID)
        pen.text((x, bottom + 6), f"{tick:02d}", fill=_INK, font=font(12), anchor="ma")
    for part in range(5):
        y = bottom - (bottom - top) * part // 4
        pen.line((left, y, right, y), fill=_GRID)
        value = f"{highest * part / 4:.3g}"
        pen.text((left - 6, y), value, fill=_INK, font=font(12), anchor="rm")
    pen.text((left, 10), f"{name}, by hour (UTC)", fill=_INK, font=font(13))
    across = left + (right - left) * (np.arange(len(values)) + 0.5) / len(values)
    along = bottom - (bottom - top) * values / highest
    gaps = np.flatnonzero(np.diff(np.isnan(values)))
    for run in np.split(np.column_stack([across, along]), gaps + 1):
        if not np.isnan(run[0, 1]):
            pen.line([tuple(point) for point in run.tolist()], fill=_CURVE, width=2)
    return stamped(picture, piece)


def _round_top(highest: float) -> float:
    """Return the end of a scale that reaches `highest`: 1, 2 or 4 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(max(highest, 1e-3)))
    return float(next(step * power for step in (1.0, 2.0, 4.0, 10.0) if step * power >= highest))


_DRAWERS: dict[str, Callable[[Piece], Image.Image]] = {
    "keogram": keogram,
    "montage": _montage,
    "summary_plot": _summary_plot,
}
