"""All records of an ephemeris search as a file: CSV in pieces as it is written, or Parquet."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import msgspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from dash import Dash
from flask import Response, abort, request

from aurorax_dashboard.api.client import is_request_id
from aurorax_dashboard.api.frames import METADATA_PREFIX
from aurorax_dashboard.components import addresses
from aurorax_dashboard.pages.ephemeris_views import FORMS
from aurorax_dashboard.searches.ephemeris import EphemerisResult, EphemerisSubmission
from aurorax_dashboard.searches.files import Provenance
from aurorax_dashboard.searches.tables import comment, harmless
from aurorax_dashboard.services import Services

_PIECE_ROWS = 20_000

_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}

_MEANINGS = {
    "epoch": "UTC",
    "lat": "Geocentric latitude, degrees",
    "lon": "Longitude, degrees, east is positive",
    "gsm_lat": "Latitude in GSM, degrees",
    "gsm_lon": "Longitude in GSM, degrees",
    "nbtrace_lat": "Latitude of the northern magnetic footprint, degrees",
    "nbtrace_lon": "Longitude of the northern magnetic footprint, degrees",
    "sbtrace_lat": "Latitude of the southern magnetic footprint, degrees",
    "sbtrace_lon": "Longitude of the southern magnetic footprint, degrees",
}


def provenance_of(
    result: EphemerisResult, submission: EphemerisSubmission | None, link: str
) -> Provenance:
    """Return where the files of a result come from."""
    end = result.finished
    return Provenance(
        title=submission.title if submission else "Ephemeris search",
        request_id=end.status.search_request.request_id,
        server=end.server,
        simulated=end.simulated,
        retrieved=end.retrieved,
        link=link,
        query=msgspec.json.encode(submission.query).decode() if submission else None,
    )


def flat(result: EphemerisResult) -> pd.DataFrame:
    """Return all records as one table that stands alone: names of the sources beside their numbers."""
    records = result.records
    named = {}
    for part in ("display_name", "program", "platform", "instrument_type"):
        known = {one: getattr(source, part) for one, source in result.sources.items()}
        named[part] = records["identifier"].map(known).astype("category")
    taken = {*named, *(name for name in records.columns if not name.startswith(METADATA_PREFIX))}
    fields = {name: name.removeprefix(METADATA_PREFIX) for name in records.columns}
    # A field may be called as one of our own columns.
    clear = {
        name: f"metadata_{field}" if name != field and field in taken else field
        for name, field in fields.items()
    }
    return pd.concat([pd.DataFrame(named), records.rename(columns=clear)], axis=1)


def csv_pieces(table: pd.DataFrame, provenance: Provenance) -> Iterator[bytes]:
    """Yield a table as CSV: first where it comes from in lines that begin with ``#``, then its rows."""
    yield "".join(comment(name, text) for name, text in provenance.facts().items()).encode()
    yield "".join(f"# {name}: {_MEANINGS[name]}\n" for name in table if name in _MEANINGS).encode()
    safe = table.assign(
        **{
            name: table[name].map(harmless, na_action="ignore")
            for name in table.columns
            if isinstance(table[name].dtype, pd.CategoricalDtype)
        }
    )
    names = [harmless(name) for name in safe.columns]  # fields come with the records
    for first in range(0, max(len(safe), 1), _PIECE_ROWS):
        piece = safe.iloc[first : first + _PIECE_ROWS]
        written = piece.to_csv(
            index=False,
            header=names if first == 0 else False,
            lineterminator="\n",
            date_format="%Y-%m-%dT%H:%M:%SZ",
        )
        yield written.encode()


def parquet(table: pd.DataFrame, provenance: Provenance) -> bytes:
    """Return a table as Parquet, where it comes from in the file's metadata."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    facts = json.dumps(provenance.facts()).encode()
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), b"aurorax": facts})
    buffer = io.BytesIO()
    pq.write_table(arrow, buffer, compression="zstd")
    return buffer.getvalue()


def _file_name(provenance: Provenance, ending: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "-", provenance.title).strip("-").lower()[:60]
    simulated = "simulated-" if provenance.simulated else ""
    return f"{simulated}{words}-{provenance.request_id[:8]}.{ending}"


def register(app: Dash, services: Services) -> None:
    """Add the addresses of the files to the server of `app`."""

    @app.server.get(f"{addresses.EPHEMERIS}/<request_id>/files/<form>")
    def ephemeris_file(request_id: str, form: str) -> Response:
        known = form in FORMS and is_request_id(request_id)
        result = services.ephemeris.result(request_id) if known else None
        if result is None:
            abort(404)
        link = f"{request.url_root.rstrip('/')}{addresses.EPHEMERIS}?request={request_id}"
        provenance = provenance_of(result, services.ephemeris.submission(request_id), link)
        table = flat(result)
        named = f'attachment; filename="{_file_name(provenance, form)}"'
        headers = {"Content-Disposition": named, "X-Robots-Tag": "noindex"}
        written = csv_pieces(table, provenance) if form == "csv" else parquet(table, provenance)
        return Response(written, content_type=_MEDIA_TYPES[form], headers=headers)
