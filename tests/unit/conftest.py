"""What pages and their parts need wherever they are made."""

import dash
import pytest


@pytest.fixture(scope="session", autouse=True)
def app() -> dash.Dash:
    """Links can be made only where there is an app, which knows under which path it is served."""
    return dash.Dash(__name__, use_pages=False)
