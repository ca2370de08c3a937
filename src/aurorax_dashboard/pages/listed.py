"""The list of data sources that a page needs at once, or what the page says without it."""

from __future__ import annotations

from dash import html

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.components.notices import error_notice
from aurorax_dashboard.services import Services


def listed_sources(services: Services) -> tuple[list[DataSource], list[html.Section]]:
    """Return the data sources, and the notice that they could not be fetched where that is so."""
    try:
        return services.sources(), []
    except AuroraXError as error:
        return [], [sources_missing(error)]


def sources_missing(error: AuroraXError) -> html.Section:
    """Return the notice that the list could not be fetched."""
    return error_notice(
        error,
        try_again(),
        title="The list of data sources could not be fetched",
    )


def try_again() -> html.A:
    """Return the button that loads the page anew, in the state that its address holds."""
    return html.A("Try again", href="", className="btn btn-outline-secondary")
