"""Memory that a search no longer needs is given back to the system, not kept for the next."""

from __future__ import annotations

import ctypes
import gc
from functools import cache
from typing import Any

_ALLOCATIONS = 50_000
"""Of objects, between two looks for cycles; Python's own 700 cost a third of the time of a large result."""


@cache
def _malloc_trim() -> Any:
    """Return the C library's own way of giving memory back, None where it has none (it is glibc's)."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None


def collect_seldom() -> None:
    """Have Python look for unreachable cycles seldom: records are trees, and come by the hundred thousand."""
    gc.set_threshold(_ALLOCATIONS, *gc.get_threshold()[1:])


def give_back() -> None:
    """Give free memory back to the system. Takes some tens of milliseconds."""
    gc.collect()
    if (trim := _malloc_trim()) is not None:
        trim(0)
