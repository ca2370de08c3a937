"""Maintenance mode: what is held can be read and searched, but not changed."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import State

from aurorax_dashboard.archive.errors import MaintenanceError
from aurorax_dashboard.archive.openapi.operations import OPERATIONS

_COUNTED_SLOWLY = "/api/v1/availability/"


def refuse_in_maintenance(request: Request[Any, Any, State]) -> None:
    """Refuse what the platform refuses while it is maintained.

    Raises
    ------
    MaintenanceError
        If the request would change what is held, or have it counted anew.
    """
    if not request.app.state.archive.settings.maintenance:
        return
    path = request.scope["path_template"]
    operation = OPERATIONS.get(f"{request.method} {path}")
    if operation is not None and operation.rests:
        raise MaintenanceError("The API is in maintenance mode. This endpoint is currently offline.")
    if path.startswith(_COUNTED_SLOWLY) and request.query_params.get("slow", "").lower() in {
        "true",
        "1",
    }:
        raise MaintenanceError("The API is in maintenance mode. Slow mode is currently not available.")
