"""An archive that is killed starts again; one that ends by itself does not."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from aurorax_dashboard.archive import keeper


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.socket() as held:
        yield held.fileno()


def kept(program: str, listening: int) -> int:
    return keeper._Keeper([sys.executable, "-c", program], listening).run()


def test_an_archive_that_ends_by_itself_stays_ended(listening: int) -> None:
    assert kept("import sys; sys.exit(3)", listening) == 3
    assert kept("", listening) == 0


def test_one_that_is_killed_at_every_start_is_given_up(
    listening: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keeper, "_PAUSE_S", 0.0)
    monkeypatch.setattr(keeper, "_MOST_IN_A_ROW", 3)
    assert kept("import os; os.kill(os.getpid(), 9)", listening) == 1
    said = capfd.readouterr().err
    assert said.count("it starts again") == 2
    assert "SIGKILL 3 times in a row" in said


def test_the_archive_gets_its_socket(listening: int, capfd: pytest.CaptureFixture[str]) -> None:
    program = "import os, sys; os.fstat(int(sys.argv[2])); print(sys.argv[1])"
    assert kept(program, listening) == 0
    assert capfd.readouterr().out.strip() == "--socket"


def test_an_address_in_use_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert keeper.main(["--port", str(port), "--data", "unused"]) == 1
    assert f"cannot start: 127.0.0.1, port {port}: " in capsys.readouterr().err


def test_a_port_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        keeper.main(["--port", "65536", "--data", "unused"])
    assert "must be 0 to 65535" in capsys.readouterr().err
