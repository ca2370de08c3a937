"""Run the archive: ``python -m aurorax_dashboard.archive --data DIR``."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import uvicorn

from aurorax_dashboard.archive.accounts import AccountsFileError
from aurorax_dashboard.archive.arguments import COMMANDS, arguments, listening_socket
from aurorax_dashboard.archive.library.database import LibraryFileError
from aurorax_dashboard.archive.memory import collect_seldom
from aurorax_dashboard.archive.server import create_app
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.settings import ArchiveSettings, ArchiveSettingsError
from aurorax_dashboard.archive.simulation.holdings import SimulatedHoldings
from aurorax_dashboard.archive.simulation.products import SimulatedProducts
from aurorax_dashboard.archive.store import StoreFileError

_SWITCH_SECONDS = 0.001
"""How long a searching thread may keep the interpreter from one that answers; 5 ms by default."""

_KEEP_ALIVE_SECONDS = 75
"""How long a connection may rest; 5 s by default, about as often as a client may ask for a status: what
it sends in the moment in which the connection is closed is lost."""


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


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.should_exit = True


def main(given: list[str] | None = None) -> int:
    """Serve until told to stop, or run a command; return the exit status."""
    words = sys.argv[1:] if given is None else given
    if words and words[0] in COMMANDS:
        # Not imported before: serving needs none of what they need.
        return int(import_module(COMMANDS[words[0]]).main(words[1:]))
    wanted = arguments(words)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = ArchiveSettings.from_environment(os.environ)
        listening = (
            listening_socket(wanted.host, wanted.port)
            if wanted.socket is None
            else socket.socket(fileno=wanted.socket)
        )
        holdings = SimulatedHoldings(wanted.data / "tracks")
        archive = Archive.open(wanted.data, holdings, SimulatedProducts(), settings)
    except (
        ArchiveSettingsError,
        StoreFileError,
        AccountsFileError,
        LibraryFileError,
        OSError,
    ) as error:
        print(f"The archive cannot start: {error}", file=sys.stderr)
        return 1
    host = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
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
    if wanted.stop_with_parent:
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    sys.setswitchinterval(_SWITCH_SECONDS)
    collect_seldom()
    server.run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
