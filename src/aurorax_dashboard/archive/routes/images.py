"""The files of simulated data products: keograms, montages, movies, summary plots.

A file never changes, so that whoever has it need not ask again; whoever does ask is answered without
drawing it.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.datastructures import State

from aurorax_dashboard.archive.errors import NotFoundError
from aurorax_dashboard.archive.simulation import pictures
from aurorax_dashboard.archive.simulation.products import ROOT, Piece, find_piece

_KEPT = 128
"""Files kept in memory: about 30 MB."""

_CACHE_CONTROL = "public, max-age=31536000, immutable"

_drawing = threading.BoundedSemaphore(2)
"""Drawing is computing: more at once would only take longer, and more memory."""


def _piece(path: str) -> Piece:
    piece = find_piece(path)
    if piece is None:
        raise NotFoundError(f"There is no simulated data product at {ROOT}{path}.")
    return piece


@lru_cache(maxsize=_KEPT)
def _drawn(path: str, thumbnail: bool) -> bytes:
    piece = _piece(path)
    with _drawing:
        return pictures.draw_thumbnail(piece) if thumbnail else pictures.draw(piece)


@route(
    ROOT + "{name:path}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
    sync_to_thread=True,
)
def data_product_file(
    request: Request[Any, Any, State], name: str, thumbnail: bool = False
) -> Response[bytes]:
    """Return the file of a simulated data product, or a picture of it 360 pixels wide.

    Raises
    ------
    NotFoundError
        If there is none: no such imager, or it did not observe then.
    """
    path = name.removeprefix("/")
    piece = _piece(path)
    kind = "thumbnail" if thumbnail else "file"
    tag = blake2b(f"{pictures.DRAWING} {kind} {path}".encode(), digest_size=12).hexdigest()
    headers = {"ETag": f'"{tag}"', "Cache-Control": _CACHE_CONTROL}
    asked = request.headers.get("if-none-match", "")
    if asked.strip() == "*" or f'"{tag}"' in asked:
        return Response(b"", status_code=304, headers=headers)
    media_type = "image/png" if thumbnail else pictures.media_type(piece)
    return Response(_drawn(path, thumbnail), headers=headers, media_type=media_type)
