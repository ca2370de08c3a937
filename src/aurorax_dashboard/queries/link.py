"""A conjunction search as the text of an address, and back.

``to_param`` writes the search's canonical JSON, deflated and in the alphabet that needs no escaping
in a URL, after a version: ``1.q1YqLkksKS3WUbKqVipKLS…``. Links are kept in papers and mails for years,
so version 1 must be readable for good: a change of the form or of the dictionary is a new version.
"""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

import msgspec

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.queries.blocks import READABLE_BLOCKS, SOURCE_KINDS, blocks
from aurorax_dashboard.queries.canonical import body, canonical

VERSION = "1"

MAX_PARAM = 6000
"""Longest text of a link; web servers cut request lines off at about 8,000 letters."""

_MAX_JSON = 200_000
"""Bytes that a link may inflate to: deflate can grow a short text a thousandfold."""

_DICTIONARY = (
    b'{"lat":,"lon":}],"locations":[{"logical_operator":"OR","logical_operator":"AND","expressions":'
    b'[{"key":"spacecraft_region","key":"sbtrace_region","key":"nbtrace_region","operator":"between",'
    b'"operator":"not in","operator":">=","operator":"<=","operator":"=","operator":"in","values":["'
    b'"north auroral oval","north polar cap","classified as APA"]}]}'
    b'"redline ASI","panchromatic ASI","RGB ASI","spectrograph","footprint"]'
    b'"gillam","fort smith","arase","cluster","dmsp","epop","mms","rbsp","rego","trex","themis","swarm"'
    b'"themis-asi"],"instrument_types":["platforms":["programs":["sbtrace","geographic"'
    b'"epoch_search_precision":30,"max_distances":{"ground1-ground2":null,"space1-space2":null,'
    b'"ground1-adhoc1":"space1-adhoc1":"ground1-events1":"ground2-space1":"ground1-space2":'
    b'"ground1-space1":500}"hemisphere":["southern"]"hemisphere":["northern"]}],"adhoc":[{"events":[{'
    b'"ephemeris_metadata_filters":{"space":[{"programs":["ground":[{"programs":['
    b'"conjunction_types":["nbtrace"],"end":"2020-T23:59:59Z","start":"2020-01-01T00:00:00Z",'
)
"""What searches usually contain, for the compression to point back to; the commonest stands last."""

_RAW_DEFLATE = -15
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


class LinkError(ValueError):
    """A link does not hold a search, or a search does not fit into a link; says so plainly."""


def to_param(query: ConjunctionQuery) -> str:
    """Return `query` as a short text that is safe in a URL; equal searches give equal texts.

    Raises
    ------
    LinkError
        If the search is too large for a link.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    packed = packer.compress(msgspec.json.encode(_brief(query))) + packer.flush()
    param = f"{VERSION}.{base64.urlsafe_b64encode(packed).decode('ascii').rstrip('=')}"
    if len(param) > MAX_PARAM:
        raise LinkError("This search is too large for a link. Export it as JSON instead.")
    return param


def from_param(text: str) -> ConjunctionQuery:
    """Return the search that a link holds, in its canonical form.

    Raises
    ------
    LinkError
        If the text is not one that :func:`to_param` wrote.
    """
    if len(text) > MAX_PARAM:
        raise LinkError("This link is too long to be a search.")
    version, dot, packed = text.partition(".")
    if not (dot and version.isascii() and version.isdigit() and _ALPHABET.fullmatch(packed)):
        raise LinkError("This link does not hold a search. Perhaps a part of it was lost in copying.")
    if version != VERSION:
        raise LinkError("This link was made by another version of the dashboard and cannot be read.")
    try:
        query = msgspec.json.decode(_inflate(packed), type=ConjunctionQuery)
    except (
        zlib.error,
        ValueError,
        RecursionError,
    ) as error:  # ValueError: base64, UTF-8, JSON
        raise LinkError("This link is damaged. Perhaps a part of it was lost in copying.") from error
    if len(blocks(query)) > READABLE_BLOCKS:
        raise LinkError("This link holds more criteria blocks than a search can have.")
    return canonical(query)


def _brief(query: ConjunctionQuery) -> dict[str, Any]:
    """Return the search's body without what decoding fills in by itself."""
    full = body(query)
    full["max_distances"] = {key: km for key, km in full["max_distances"].items() if km is not None}
    for kind in SOURCE_KINDS:
        full[kind] = [{key: value for key, value in block.items() if value} for block in full[kind]]
    return {key: value for key, value in full.items() if value or key == "conjunction_types"}


def _inflate(packed: str) -> bytes:
    unpacker = zlib.decompressobj(_RAW_DEFLATE, _DICTIONARY)
    inflated = unpacker.decompress(
        base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), _MAX_JSON
    )
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise zlib.error("incomplete or too large")
    return inflated
