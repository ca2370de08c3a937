"""Start everything on one machine: the embedded archive, unless another server is named, and the web server.

Nobody imports the archive here: it is a process of its own, spoken to over HTTP like any other
AuroraX server.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import NoReturn

from aurorax_dashboard.settings import (
    REPOSITORY,
    Settings,
    SettingsError,
    assets_folder,
    check_data_folder,
)

_START_TIMEOUT_S = 60.0


class StartError(RuntimeError):
    """Something did not start; the message says what."""


def run(environment: Mapping[str, str]) -> NoReturn:
    """Start the archive, then become the web server; exit when that is not possible.

    With AURORAX_API_URL set, that server is used; otherwise the embedded archive is started on a
    free loopback port. The archive ends when its standard input does, and the web server holds the
    other end: so both end together, however the web server ends.
    """
    try:
        assets_folder()  # before anything is started in vain
        settings = Settings.from_environment(environment)
        check_data_folder(settings)
        given = dict(environment)
        if not given.get("AURORAX_API_URL"):
            given["AURORAX_API_URL"] = _start_archive(settings)
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    os.chdir(REPOSITORY)
    os.execve(sys.executable, [sys.executable, "-m", "gunicorn", "app:server"], given)  # noqa: S606


def _start_archive(settings: Settings) -> str:
    """Start the archive and return its address, once it answers."""
    archive = subprocess.Popen(  # noqa: S603 - our own module, our own interpreter
        [
            *(sys.executable, "-m", "aurorax_dashboard.archive.keeper"),
            *("--port", "0", "--data", str(settings.data_path / "archive"), "--stop-with-parent"),
        ],
        stdin=subprocess.PIPE,  # handed on by the keeper, as is the output
        stdout=subprocess.PIPE,
        text=True,
    )
    if archive.stdin is None or archive.stdout is None:
        raise StartError("The embedded archive could not be given pipes.")
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and archive.poll() is None:
        ready, _, _ = select.select([archive.stdout], [], [], 0.5)
        line = archive.stdout.readline() if ready else ""
        print(line, end="", flush=True)
        if " at http" in line:
            # Both ends outlive this program's image: closing one would end the archive.
            os.set_inheritable(archive.stdin.fileno(), True)
            os.set_inheritable(archive.stdout.fileno(), True)
            return line.rsplit(" at ", 1)[1].strip()
    archive.kill()
    raise StartError("The embedded archive did not start; its own words stand above.")
