"""Short links to searches: the search is kept under an id that follows from what it asks.

Equal searches have one id, whoever makes it and whenever. A link made today must open for good, so
what is kept is the body of the API, which is read like any import; the id begins with the version of
the form.
"""

from __future__ import annotations

import base64
import hashlib
import re

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.queries.exporter import to_json
from aurorax_dashboard.queries.importer import MAX_TEXT, QueryImportError, import_query
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.searches.keep import Keep

VERSION = "1"

_SPACE = "links"
_LENGTHS = (12, 24, 48)
"""Letters of an id after its version; more where another search has the fewer already."""
_ID = re.compile(r"[0-9][a-z2-7]{12,48}")


class ShortLinks:
    """Searches by short id, shared by all processes of one dashboard.

    Every method raises :class:`~aurorax_dashboard.searches.keep.KeepError` where the keep cannot be used.

    Parameters
    ----------
    keep
        Where they are kept.
    """

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    def add(self, query: ConjunctionQuery) -> str:
        """Keep `query` and return its id.

        Raises
        ------
        LinkError
            If it is too large to be read again.
        """
        body = to_json(query)
        if len(body) > MAX_TEXT:
            raise LinkError("This search is too large for a link. Export it as JSON instead.")
        kept = body.encode()
        digest = base64.b32encode(hashlib.blake2b(kept, digest_size=30).digest()).decode().lower()
        for length in _LENGTHS:
            name = f"{VERSION}{digest[:length]}"
            if self._keep.add(f"{_SPACE}/{name}", kept) or self._keep.get(f"{_SPACE}/{name}") == kept:
                return name
        raise LinkError("No short link can be made for this search. Copy it as JSON instead.")

    def query(self, name: str) -> ConjunctionQuery:
        """Return the search that is kept under the id `name`.

        Raises
        ------
        LinkError
            If there is none, or it cannot be read.
        """
        if not _ID.fullmatch(name):
            raise LinkError("This is not a short link. Perhaps a part of it was lost in copying.")
        kept = self._keep.get(f"{_SPACE}/{name}")
        if kept is None:
            raise LinkError(
                "No search is kept under this short link. Perhaps a letter was lost in copying, or it was made "
                "at another dashboard."
            )
        try:
            query, _notes = import_query(kept.decode())
        except (QueryImportError, UnicodeDecodeError) as error:
            raise LinkError("The search behind this short link is damaged.") from error
        return query
