"""The job server's program: ``python -m aurorax_dashboard.jobs PID``, with the web server's process id.

Web workers start it at need (see :mod:`aurorax_dashboard.searches.jobserver`).
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable

from aurorax_dashboard.searches.jobserver import Order, serve


def prepare() -> tuple[Callable[[Order], None], int]:
    """Return what does one job, and how many may run at once.

    The modules are loaded here, once for all jobs. The application is made in each job: its stores
    must not be open while a process forks, and it takes only some hundredths of a second.
    """
    from aurorax_dashboard.dashboard import create_app, manager_of  # noqa: PLC0415 - after the lock
    from aurorax_dashboard.settings import Settings  # noqa: PLC0415
    from aurorax_dashboard.web.logs import configure_logs  # noqa: PLC0415

    settings = Settings.from_environment(os.environ)
    configure_logs(settings.log_format, settings.log_level, settings.secrets)

    def work(order: Order) -> None:
        manager_of(create_app(settings)).run(order)

    gc.freeze()  # what is loaded now stays shared with the jobs
    return work, settings.max_followers


if __name__ == "__main__":
    serve(int(sys.argv[1]), prepare)
