"""AuroraX Dashboard: ``python app.py`` runs everything; ``gunicorn app:server`` serves it deployed."""

import os
import sys

from aurorax_dashboard.runner import run
from aurorax_dashboard.settings import Settings, SettingsError

if __name__ == "__main__":
    run(os.environ)

from aurorax_dashboard.dashboard import create_app

try:
    app = create_app(Settings.from_environment(os.environ))
except SettingsError as error:
    sys.exit(str(error))
server = app.server
