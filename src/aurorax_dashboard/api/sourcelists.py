"""Data sources as the API answers with them."""

from __future__ import annotations

from aurorax_dashboard.api.answers import decode, decode_list
from aurorax_dashboard.api.errors import UnexpectedAnswerError
from aurorax_dashboard.api.models import DataSource


def one_source(body: bytes) -> DataSource:
    """Return one source. Every field of it may be missing, but then the answer means something else."""
    source = decode(body, DataSource)
    if source.identifier is None:
        raise UnexpectedAnswerError("AuroraX sent something else than a data source")
    return source


def listed_sources(body: bytes) -> list[DataSource]:
    """Return real sources in a lasting order; custom locations have negative identifiers."""
    listed = [s for s in decode_list(body, DataSource) if s.identifier is None or s.identifier >= 0]
    return sorted(
        listed,
        key=lambda s: (s.program or "", s.platform or "", s.instrument_type or "", s.identifier or 0),
    )
