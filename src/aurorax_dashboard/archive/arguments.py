"""The archive's command line, and the socket it names; light, for its keeper reads them too."""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

COMMANDS = {
    "load": "aurorax_dashboard.archive.commands.load",
    "mirror": "aurorax_dashboard.mirror",  # outside: it needs the API's client, which is not known here
    "users": "aurorax_dashboard.archive.commands.users",
}
"""What there is besides serving: the module of each command, by the first word of the command line."""

_HIGHEST_PORT = 65_535


def arguments(given: list[str]) -> argparse.Namespace:
    """Return what the words of a command line ask for; exit with a message where they cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m aurorax_dashboard.archive",
        description="An AuroraX-compatible server with simulated data. "
        "Its limits are set by ARCHIVE_* variables of the environment.",
        epilog=f"Commands besides serving, each with its own --help: {', '.join(COMMANDS)}.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=_port, default=8080, help="port, 0 for a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of searches, results and tracks"
    )
    parser.add_argument(
        "--stop-with-parent",
        action="store_true",
        help="stop when standard input ends, as it does when the process that started this one is gone",
    )
    parser.add_argument(
        "--socket", type=int, help=argparse.SUPPRESS
    )  # from the keeper, already listening
    return parser.parse_args(given)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"must be 0 to {_HIGHEST_PORT}, not {port}")
    return port


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address, port 0 for a free one; OSError if that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY on each connection: 40 ms an answer otherwise.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise OSError(f"{host}, port {port}: {error.strerror}") from None
    return listening
