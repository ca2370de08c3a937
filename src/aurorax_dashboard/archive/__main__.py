"""Run the archive: ``python -m aurorax_dashboard.archive --data DIR``."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import uvicorn

from aurorax_dashboard.archive.accounts import AccountsFileError
from aurorax_dashboard.archive.library.database import LibraryFileError
from aurorax_dashboard.archive.server import create_app
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.settings import ArchiveSettings, ArchiveSettingsError
from aurorax_dashboard.archive.simulation.holdings import SimulatedHoldings
from aurorax_dashboard.archive.simulation.products import SimulatedProducts
from aurorax_dashboard.archive.store import StoreInUseError

_SWITCH_SECONDS = 0.001
"""How long a searching thread may keep the interpreter from one that answers; 5 ms by default."""

_KEEP_ALIVE_SECONDS = 75
"""How long a connection may rest; 5 s by default, about as often as a client may ask for a status: what
it sends in the moment in which the connection is closed is lost."""

_COMMANDS = {
    "load": "aurorax_dashboard.archive.commands.load",
    "mirror": "aurorax_dashboard.mirror",  # outside: it needs the API's client, which is not known here
    "users": "aurorax_dashboard.archive.commands.users",
}
"""What there is besides serving: the module of each command, by the first word of the command line."""


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on the usual signals, and end normally: uvicorn would raise them again afterwards."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            print(f"AuroraX archive (simulated) at {self._address}", flush=True)


def _arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m aurorax_dashboard.archive",
        description="An AuroraX-compatible server with simulated data. "
        "Its limits are set by ARCHIVE_* variables of the environment.",
        epilog=f"Commands besides serving, each with its own --help: {', '.join(_COMMANDS)}.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=int, default=8080, help="port, 0 for a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of searches, results and tracks"
    )
    parser.add_argument(
        "--stop-with-parent",
        action="store_true",
        help="stop when standard input ends, as it does when the process that started this one is gone",
    )
    return parser.parse_args(given)


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.should_exit = True


def _listening_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY on each connection: 40 ms an answer otherwise.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def main(given: list[str] | None = None) -> int:
    """Serve until told to stop, or run a command; return the exit status."""
    words = sys.argv[1:] if given is None else given
    if words and words[0] in _COMMANDS:
        # Not imported before: serving needs none of what they need.
        return int(import_module(_COMMANDS[words[0]]).main(words[1:]))
    arguments = _arguments(words)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = ArchiveSettings.from_environment(os.environ)
        listening = _listening_socket(arguments.host, arguments.port)
        holdings = SimulatedHoldings(arguments.data / "tracks")
        archive = Archive.open(arguments.data, holdings, SimulatedProducts(), settings)
    except (
        ArchiveSettingsError,
        StoreInUseError,
        AccountsFileError,
        LibraryFileError,
        OSError,
    ) as error:
        print(f"The archive cannot start: {error}", file=sys.stderr)
        return 1
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    config = uvicorn.Config(
        create_app(archive),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        lifespan="on",
    )
    server = _Server(config, f"http://{host}:{listening.getsockname()[1]}")
    if arguments.stop_with_parent:
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    sys.setswitchinterval(_SWITCH_SECONDS)
    server.run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
