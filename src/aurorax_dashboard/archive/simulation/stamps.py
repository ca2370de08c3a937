"""What is written on pictures, first of all that they are simulated."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from aurorax_dashboard.archive.simulation.products import Piece
from aurorax_dashboard.archive.tracks import time_of
from aurorax_dashboard.times import format_date

AnyFont = ImageFont.ImageFont | ImageFont.FreeTypeFont

_MARGIN = 6
_INK, _SHADE = (255, 255, 255, 190), (0, 0, 0, 150)


@lru_cache(maxsize=8)
def font(size: int) -> AnyFont:
    """Return the font that Pillow brings, so that pictures are the same everywhere."""
    return ImageFont.load_default(size)


def label(piece: Piece) -> str:
    """Return what a picture shows: ``SIMULATED  THEMIS-ASI GILL  2019-01-01  06 UT``."""
    words = ["SIMULATED", piece.entry.source.display_name or "", format_date(time_of(piece.first))]
    if piece.hour is not None:
        words.append(f"{piece.hour:02d} UT")
    return "  ".join(words)


def stamped(picture: Image.Image, piece: Piece) -> Image.Image:
    """Return `picture` with its label in the lower right corner."""
    text = label(piece)
    size = max(10, min(14, picture.width // 34))
    width = int(font(size).getlength(text))
    layer = Image.new("RGBA", (width + 2 * _MARGIN, size + _MARGIN), _SHADE)
    draw = ImageDraw.Draw(layer)
    draw.text((_MARGIN, _MARGIN // 2), text, fill=_INK, font=font(size), anchor="la")
    corner = (picture.width - layer.width, picture.height - layer.height)
    whole = picture.convert("RGB")
    whole.paste(layer, corner, layer)
    # Grey stays grey: a third of the bytes.
    return whole.convert("L") if picture.mode == "L" else whole
