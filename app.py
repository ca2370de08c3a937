"""AuroraX Dashboard: ``python app.py`` runs everything; ``gunicorn app:server`` serves it deployed."""

import os
import sys
from typing import Any

from aurorax_dashboard.runner import run
from aurorax_dashboard.settings import Settings, SettingsError

if __name__ == "__main__":
    run(os.environ)

from aurorax_dashboard.dashboard import create_app, manager_of
from aurorax_dashboard.web.logs import configure_logs

try:
    settings = Settings.from_environment(os.environ)
    app = create_app(settings)
except SettingsError as error:
    sys.exit(str(error))
server = app.server


def __getattr__(name: str) -> Any:
    """Return ``celery_app``, which nobody but ``celery -A app:celery_app worker`` asks for."""
    if name != "celery_app":
        raise AttributeError(name)
    if not settings.redis_url:
        sys.exit("A worker needs REDIS_URL; without it the web server does the background jobs itself.")
    configure_logs(settings.log_format, settings.log_level, settings.secrets)
    return manager_of(app).handle
