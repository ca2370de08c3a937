"""What is shown at an address that is no page."""

from __future__ import annotations

import dash
from dash import Dash, html

from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.head import page_head
from aurorax_dashboard.components.notices import link_button, notice
from aurorax_dashboard.services import Services


def layout(**_params: str) -> html.Div:
    """Return the page."""
    return html.Div(
        [
            page_head("No page here"),
            notice(
                "This address leads nowhere",
                "It may have been mistyped, or cut short on its way: mail programs break long links. "
                "The address of a search or a result is best sent with “Copy link”.",
                link_button("Home", addresses.home(), primary=True),
                link_button("Find conjunctions", addresses.search(), icon_name="search"),
                link_button("Results", addresses.results()),
            ),
        ],
        className="ax-page",
    )


def register(_app: Dash, _services: Services) -> None:
    """Have Dash show the page; it knows it by its name."""
    dash.register_page("not_found_404", title="No page here · AuroraX Dashboard", layout=layout)
