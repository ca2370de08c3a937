"""Compressed answers: files once per process, everything else as it is asked for."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_compress import Compress, DictCache

_FILES = ("/assets/", "/_dash-component-suites/")

_TYPES = [
    "application/json",
    "application/javascript",
    "text/javascript",
    "text/css",
    "text/html",
    "image/svg+xml",
]


def compress(server: Flask) -> None:
    """Compress what `server` answers, where the browser takes it.

    A file is compressed when it is first asked for and then kept under its ETag, which changes with its
    contents: as many entries as there are files and encodings. An address would not do as its name, for
    Dash answers a script under any version that is put into its address.
    """
    server.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=_TYPES,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],  # the quickest first: someone waits
        COMPRESS_STREAMS=False,  # what is left of streams are parts of files, whose ranges count plain bytes
    )
    answers = Compress(server)
    server.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],  # the smallest first: the work is done once
        COMPRESS_CACHE_BACKEND=DictCache,
        COMPRESS_CACHE_KEY=lambda _request: g.etag,
    )
    files = Compress(server)

    @server.after_request
    def compressed(response: Response) -> Response:
        by = answers
        if response.status_code == 200 and request.path.startswith(_FILES):
            response.direct_passthrough = False
            response.make_sequence()
            response.add_etag()  # Dash gives its scripts none
            g.etag = response.get_etag()[0]
            by = files
        answer: Response = by.after_request(response)
        return answer
