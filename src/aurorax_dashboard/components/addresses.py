"""Every address of the dashboard, built in one place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

import dash

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.queries.link import to_param

HOME = "/"
SEARCH = "/search"
RESULTS = "/results"
AVAILABILITY = "/availability"
GUIDE = "/guide"
EXPLORER = "/explorer"
IMAGES = "/images/"
KEOGRAMS = "/keograms"
EPHEMERIS = "/ephemeris"
SOURCES = "/sources"

PATHNAME = "pathname"
"""The parameter in which every page is given its whole path, whatever its address says after it."""

_REQUEST_ID = re.compile(
    r"(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])", re.IGNORECASE
)


def _address(path: str, **params: str | int | None) -> str:
    given = {name: value for name, value in params.items() if value is not None}
    relative: str = dash.get_relative_path(path)
    return f"{relative}?{urlencode(given)}" if given else relative


def home() -> str:
    """Return the address of the first page."""
    return _address(HOME)


def search(query: ConjunctionQuery | None = None) -> str:
    """Return the address of the search builder, holding `query`.

    Raises
    ------
    LinkError
        If the query is too large for an address.
    """
    return _address(SEARCH, q=None if query is None else to_param(query))


def short_search(name: str) -> str:
    """Return the short address of the search builder, holding the search kept under `name`."""
    return _address(SEARCH, s=name)


def search_of(request_id: str) -> str:
    """Return the address of the search builder, holding what the search `request_id` asked."""
    return _address(SEARCH, of=request_id)


def results() -> str:
    """Return the address of the list of this browser's searches."""
    return _address(RESULTS)


def result(
    request_id: str,
    event: int | None = None,
    view: str | None = None,
    against: str | None = None,
    **filters: str,
) -> str:
    """Return the address of one search's result, with event number `event` selected.

    Parameters
    ----------
    against
        Request id of the search that it is compared with.
    filters
        Parameters of a :class:`~aurorax_dashboard.searches.selection.Selection`.
    """
    return _address(f"{RESULTS}/{request_id}", event=event, view=view, against=against, **filters)


def conjunction(request_id: str, event: int, **state: str | int | None) -> str:
    """Return the address of one conjunction of a result, number `event` of it, counted from 1.

    Parameters
    ----------
    state
        Parameters of :class:`~aurorax_dashboard.pages.conjunction_asked.Asked`: ``around`` (minutes),
        ``t`` (2019-01-01 05:58), ``view``, ``fields``; and those of a
        :class:`~aurorax_dashboard.searches.selection.Selection`, among which its neighbours are.
    """
    return _address(f"{RESULTS}/{request_id}/{event}", **state)


def result_file(request_id: str, form: str, **filters: str) -> str:
    """Return the address of a result as a file of the given `form`."""
    return _address(f"{RESULTS}/{request_id}/files/{form}", **filters)


def availability(**state: str | int | None) -> str:
    """Return the address of the availability calendars in a given `state`."""
    return _address(AVAILABILITY, **state)


def guide() -> str:
    """Return the address of the guide."""
    return _address(GUIDE)


def explorer(**state: str | int | None) -> str:
    """Return the address of the map of one minute.

    Parameters
    ----------
    state
        Parameters of :class:`~aurorax_dashboard.pages.explorer_asked.Asked`, all of which may be left out:
        ``t`` (2020-01-29 06:03, UTC), ``view``, ``trace``, ``programs`` (names, with commas),
        ``minutes``, ``layers``, ``oval``, ``one``, ``other`` (identifiers) and ``km``.
    """
    return _address(EXPLORER, **state)


def keograms(**state: str | int | None) -> str:
    """Return the address of the stacked nights.

    Parameters
    ----------
    state
        Parameters of :class:`~aurorax_dashboard.pages.keograms_asked.Asked`, such as ``program``,
        ``platform``, ``instrument`` (names, with commas), ``start``, ``end`` (2020-01-01), ``of`` (an
        identifier) and ``night``.
    """
    return _address(KEOGRAMS, **state)


def image(url: str, *, as_row: bool = False) -> str:
    """Return the dashboard's own address of the picture at `url`; with `as_row`, of one with few rows."""
    return _address(IMAGES, url=url, row=1 if as_row else None)


def ephemeris(**state: str | int | None) -> str:
    """Return the address of the ephemeris search.

    Parameters
    ----------
    state
        Parameters of :mod:`~aurorax_dashboard.pages.ephemeris_asked`: ``program``, ``platform``,
        ``instrument`` (names, with commas), ``start``, ``end``, ``filters``; or the ``request`` of a search
        that was sent.
    """
    return _address(EPHEMERIS, **state)


def ephemeris_file(request_id: str, form: str) -> str:
    """Return the address of all records of an ephemeris search as a file, ``csv`` or ``parquet``."""
    return _address(f"{EPHEMERIS}/{request_id}/files/{form}")


def sources(**state: str | int | None) -> str:
    """Return the address of the table of data sources.

    Parameters
    ----------
    state
        ``text``, ``program``, ``instrument``, ``type``: which of them are shown.
    """
    return _address(SOURCES, **state)


def source(identifier: int) -> str:
    """Return the address of one data source."""
    return _address(f"{SOURCES}/{identifier}")


def in_path(params: Mapping[str, str | list[str]], template: str) -> tuple[str, ...]:
    """Return what stands in a page's path where its `template` has names, ``/sources/<identifier>``.

    Dash hands such parts to pages by their names, but parameters of the same names in their place.
    """
    path = dash.strip_relative_path(single(params, PATHNAME) or "")
    pattern, count = re.subn("<.*?>", "(.*)", template.strip("/"))
    found = re.fullmatch(pattern, path or "")
    return found.groups() if found else ("",) * count


def request_id_in(text: str) -> str | None:
    """Return the first request id in `text`, such as an address of a search; None if there is none."""
    found = _REQUEST_ID.search(text)
    return found[0] if found else None


def single(params: Mapping[str, str | list[str]], name: str) -> str | None:
    """Return the parameter `name` of an address; of one that was given twice, the first."""
    value = params.get(name)
    return value[0] if isinstance(value, list) else value
