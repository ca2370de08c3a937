"""Send a search, and keep what was asked before anything else happens to it."""

from __future__ import annotations

from collections.abc import Sequence

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.models import ConjunctionQuery, DataSource
from aurorax_dashboard.queries.words import title
from aurorax_dashboard.searches.errands import send
from aurorax_dashboard.searches.store import SearchStore, Submission


def submit(
    client: AuroraXClient, store: SearchStore, query: ConjunctionQuery, sources: Sequence[DataSource]
) -> Submission:
    """Send `query` and return what was kept of it.

    Parameters
    ----------
    sources
        The platform's data sources, for the names in the title.

    Raises
    ------
    AuroraXError
        If the server did not take it; then nothing is kept.
    """
    return send(client, client.submit_conjunctions, store, query, title(query, sources))
