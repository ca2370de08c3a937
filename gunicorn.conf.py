"""How gunicorn serves the dashboard; gunicorn reads it from the folder it is started in."""

import os
import shutil

from aurorax_dashboard.searches.jobserver import Jobs, servers_folder, sweep
from aurorax_dashboard.settings import Settings
from aurorax_dashboard.web.logs import configure_logs

_settings = Settings.from_environment(os.environ)

if (
    _settings.metrics
):  # where the figures of all workers meet; the client library asks for this variable
    _figures = servers_folder() / f"{os.getpid()}.metrics"
    _figures.mkdir(exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_figures)

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.web_concurrency
worker_class = "gthread"
threads = 8
timeout = 30  # the router of a PaaS gives up after 30 s: no request may wait longer
graceful_timeout = 25
keepalive = (
    75  # longer than browsers and routers keep an idle connection: none is closed under a question
)
forwarded_allow_ips = ""  # the headers of proxies are read further in, as far as PROXY_HOPS says
limit_request_line = 8190  # a search in a link may have 6,000 letters
# A followed search alone asks 150 times a minute, and every new worker costs some browsers a second try.
max_requests = 100_000
max_requests_jitter = 10_000
loglevel = _settings.log_level.lower()
logconfig_dict = {  # its own messages go where all others go, in the same form
    "loggers": {"gunicorn.error": {"level": _settings.log_level, "handlers": [], "propagate": True}}
}
control_socket_disable = True


def on_starting(_server):
    """Write the log as set, from the first line, and clear away what others left who were killed."""
    configure_logs(_settings.log_format, _settings.log_level, _settings.secrets)
    sweep()


def when_ready(_server):
    """Say with which settings it starts."""
    for name, value in _settings.described():
        print(f"  {name:<18} {value}")


def post_worker_init(worker):
    """Have the job server ready before the first search; say the address once somebody answers there."""
    if not _settings.redis_url:
        Jobs(worker.ppid).launch()
    if worker.age == 1:  # the first of all; nobody waits for the others
        for listener in worker.sockets:
            print(f"AuroraX Dashboard at {listener}{_settings.prefix.rstrip('/')}", flush=True)


def worker_exit(_server, worker):
    """Leave at once: nothing is kept in a worker, and a thread that still waits upstream would hold it."""
    if worker.booted:
        os._exit(0)  # a worker that could not start must say so with its own exit status


def on_exit(_server):
    """Take the folder of the figures away."""
    if _settings.metrics:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
