"""The process that starts background jobs, and how web workers ask it to.

A job is a fork, which starts within milliseconds. It must not be a fork of a web worker: that has
threads, and whatever lock one of them holds at that moment stays locked in the child for good. SQLite
keeps the file locks of a process in its memory, so that a job forked while another thread wrote to
the cache waited for itself until it gave up. The job server has one thread and forks between two
questions, when nothing is locked.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil

from aurorax_dashboard.api.errors import AuroraXError

_CONNECT_S = 20.0
"""How long a worker waits for the job server to come up."""
_LAUNCH_EVERY_S = 5.0
_REPLY_S = 10.0
_QUEUE = 64
_REPLY_BYTES = 64
_NO_ROOM = b"no room"


class TooBusyError(AuroraXError):
    """More searches are followed at once than this server allows."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One job: which of the registered functions, with what."""

    function: str
    key: str
    progress_key: str
    arguments: Any
    context: dict[str, Any]


def socket_path(server: int) -> Path:
    """Return where the job server of the web server with process id `server` listens.

    Raises
    ------
    PermissionError
        As :func:`servers_folder`.
    """
    return servers_folder() / f"{server}.sock"


def servers_folder() -> Path:
    """Return the folder of what web servers need while they run; each name begins with a process id.

    Raises
    ------
    PermissionError
        If it belongs to somebody else or is open to others.
    """
    folder = Path(tempfile.gettempdir()) / f"aurorax-dashboard-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not private to this user.")
    return folder


def sweep() -> None:
    """Remove what web servers left behind that were killed with everything of theirs."""
    for left in servers_folder().iterdir():
        server = left.name.partition(".")[0]
        if server.isdecimal() and not psutil.pid_exists(int(server)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


class Jobs:
    """The jobs of one web server, as its workers see them.

    Parameters
    ----------
    server
        Process id of the web server, which outlives its workers.
    """

    def __init__(self, server: int) -> None:
        self._server = server
        self._launched = -_LAUNCH_EVERY_S

    def launch(self) -> None:
        """Start the job server, unless it runs: the second of two finds the lock taken and ends."""
        if time.monotonic() - self._launched < _LAUNCH_EVERY_S:
            return
        self._launched = time.monotonic()
        started = subprocess.Popen(  # noqa: S603 - our own module, our own interpreter
            [sys.executable, "-m", "aurorax_dashboard.jobs", str(self._server)],
            stdin=subprocess.DEVNULL,
        )
        # Whenever it ends, it is cleared away: else it would stay as a zombie.
        threading.Thread(target=started.wait, name="job server", daemon=True).start()

    def start(self, order: Order) -> int:
        """Start a job and return its process id.

        Raises
        ------
        TooBusyError
            If there are too many jobs, or the job server does not come up.
        """
        with self._connected() as connection:
            with contextlib.suppress(BrokenPipeError):  # refused before it was read
                connection.sendall(msgspec.json.encode(order))
                connection.shutdown(socket.SHUT_WR)
            reply = connection.recv(_REPLY_BYTES)
        if not reply.isdigit():
            raise TooBusyError(
                "This dashboard follows as many searches as it may.",
                advice="Your search goes on at AuroraX: reload this page in a minute.",
            )
        return int(reply)

    def _connected(self) -> socket.socket:
        address = str(socket_path(self._server))
        deadline = time.monotonic() + _CONNECT_S
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(_REPLY_S)
            try:
                connection.connect(address)
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
                if time.monotonic() > deadline:
                    raise TooBusyError(
                        "The part of the dashboard that follows searches does not start.",
                        advice="Your search goes on at AuroraX: reload this page in a minute.",
                    ) from None
                self.launch()
                time.sleep(0.05)
            except OSError:
                connection.close()
                raise
            else:
                return connection


class _Handler(socketserver.StreamRequestHandler):
    """Runs in the job's own process."""

    server: JobServer

    def handle(self) -> None:
        order = msgspec.json.decode(self.rfile.read(), type=Order)
        self.wfile.write(str(os.getpid()).encode())
        self.wfile.flush()
        self.server.shutdown_request(self.request)
        self.server.run(order)


class JobServer(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Forks a process for each job asked for.

    Parameters
    ----------
    address
        Its socket.
    work
        Does one job.
    max_jobs
        Jobs at once.
    server
        Process id of the web server; with it the job server ends, and every job.
    """

    request_queue_size = _QUEUE
    max_children = sys.maxsize  # the mix-in would wait for a child to end; we say that there is no room
    block_on_close = False

    def __init__(
        self, address: Path, work: Callable[[Order], None], max_jobs: int, server: int
    ) -> None:
        address.unlink(missing_ok=True)
        super().__init__(str(address), _Handler)
        self._work = work
        self._max_jobs = max_jobs
        self._web_server = server

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002
        """Whether there is room for one more job; if not, say so."""
        self.collect_children()
        if len(self.active_children or ()) < self._max_jobs:
            return True
        request.sendall(_NO_ROOM)
        return False

    def service_actions(self) -> None:
        """End when the web server is gone; called at least twice a second."""
        super().service_actions()
        if not psutil.pid_exists(self._web_server):
            raise SystemExit(0)

    def run(self, order: Order) -> None:
        """Do one job, in its own process: without our socket, and no longer than the web server is."""
        self.socket.close()
        threading.Thread(target=_end_with, args=(self._web_server,), daemon=True).start()
        self._work(order)


def _end_with(server: int) -> None:
    while psutil.pid_exists(server):
        time.sleep(1.0)
    os._exit(0)


def serve(server: int, prepare: Callable[[], tuple[Callable[[Order], None], int]]) -> None:
    """Be the job server of the web server with process id `server`, unless it has one.

    Parameters
    ----------
    prepare
        Returns what does a job, and how many jobs may run at once. Called only if there is none yet.
    """
    address = socket_path(server)
    lock_path = address.with_suffix(".lock")
    with lock_path.open("w") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of this kind, which jobs do not inherit
        except OSError:
            return
        work, max_jobs = prepare()
        try:
            with JobServer(address, work, max_jobs, server) as jobs:
                jobs.serve_forever()
        except KeyboardInterrupt:
            pass  # Ctrl-C reaches the web server too
        finally:
            address.unlink(missing_ok=True)
            lock_path.unlink(missing_ok=True)
