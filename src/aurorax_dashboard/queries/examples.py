"""The conjunction searches that the platform offers as examples, kept as data."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec

from aurorax_dashboard.api.models import ConjunctionQuery


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An example search: what it is for, and the search itself."""

    slug: str
    """Short name, for addresses and ids."""
    title: str
    description: str
    """One sentence."""
    query: ConjunctionQuery


@cache
def examples() -> tuple[Example, ...]:
    """Return the example searches, simplest first."""
    text = resources.files(__package__).joinpath("examples.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[Example, ...])
