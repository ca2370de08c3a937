"""Keep an archive running: ``python -m aurorax_dashboard.archive.keeper`` with the archive's own arguments.

An archive that is killed, as by a machine that runs out of memory, is started again. The keeper holds the
listening socket: the address stays the same, and who connects meanwhile waits instead of being refused.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from types import FrameType

from aurorax_dashboard.archive.arguments import arguments, listening_socket

_SOON_S = 10.0
"""One that is killed so soon after its start will be killed again."""
_MOST_IN_A_ROW = 5
_PAUSE_S = 1.0
_BACKLOG = 512
"""Connections that wait while the archive starts."""


class _Keeper:
    def __init__(self, command: list[str], listening: int) -> None:
        self._command = [*command, "--socket", str(listening)]
        self._listening = listening
        self._stopping = False
        self._archive: subprocess.Popen[bytes] | None = None

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Have the archive stop, for good."""
        self._stopping = True
        if self._archive is not None:
            self._archive.terminate()

    def run(self) -> int:
        """Return the status with which the archive ended by itself, or at last."""
        killed = 0
        while True:
            started = time.monotonic()
            self._archive = subprocess.Popen(self._command, pass_fds=[self._listening])  # noqa: S603 - our own module
            if self._stopping:
                self._archive.terminate()
            status = self._archive.wait()
            if self._stopping or status >= 0:
                return max(status, 0)
            killed = killed + 1 if time.monotonic() - started < _SOON_S else 1
            name = signal.Signals(-status).name
            if killed >= _MOST_IN_A_ROW:
                print(f"The archive was ended by {name} {killed} times in a row.", file=sys.stderr)
                return 1
            print(f"The archive was ended by {name}; it starts again.", file=sys.stderr, flush=True)
            time.sleep(_PAUSE_S)


def main(given: list[str] | None = None) -> int:
    """Serve until told to stop; return the exit status."""
    words = sys.argv[1:] if given is None else given
    wanted = arguments(words)
    try:
        listening = listening_socket(wanted.host, wanted.port)
    except OSError as error:
        print(f"The archive cannot start: {error}", file=sys.stderr)
        return 1
    listening.listen(_BACKLOG)
    keeper = _Keeper([sys.executable, "-m", "aurorax_dashboard.archive", *words], listening.fileno())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, keeper.stop)
    return keeper.run()


if __name__ == "__main__":
    sys.exit(main())
