"""AuroraX Dashboard: ``python app.py`` runs everything; ``gunicorn app:server`` serves it deployed."""

import os
import sys

from aurorax_dashboard.runner import run
from aurorax_dashboard.settings import Settings, SettingsError

if __name__ == "__main__":
    run(os.environ)

from aurorax_dashboard.dashboard import create_app, manager_of

try:
    settings = Settings.from_environment(os.environ)
    app = create_app(settings)
except SettingsError as error:
    sys.exit(str(error))
server = app.server
celery_app = manager_of(app).handle if settings.redis_url else None  # `celery -A app:celery_app worker`
