"""Use that goes on and on leaves no process and no file behind."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from dashboards import DONE, PATIENCE_S, Page, Site
from diskcache import Cache

from aurorax_dashboard.api.bytestore import BytesDisk

ROUNDS, SLOW_ROUNDS = 1, 40
WATCHED = 2
"""Searches of a round that are watched to their end; another is left to itself, and a third is cancelled."""
LONG = {
    "start": "2014-01-01T00:00:00",
    "end": "2023-12-31T23:59:59",
    "ground": [{"programs": ["themis-asi"]}],
    "conjunction_types": ["nbtrace", "sbtrace", "geographic"],
}
"""Takes many seconds, so that it has not ended when it is cancelled."""


def spend_time(site: Site, open_page: Callable[..., Page], rounds: int, *, killing: bool) -> None:
    """Search, watch, cancel and go away as people do; with `killing`, jobs and web workers die meanwhile."""
    for number in range(rounds):
        site.gate.shut = True
        unwanted, _left, *watched = [
            open_page(site, **(LONG if n == 0 else {})) for n in range(2 + WATCHED)
        ]
        for one in (_left, *watched):
            one.wait_for("Running", "running")
        followed = {"kind": "conjunctions", "request_id": unwanted.request_id}
        unwanted.wait_for("Running", "running", "Queued")
        unwanted.ask("follow-cancel-note.children", n_clicks=1, data=followed)
        if killing:
            victims = site.members("aurorax_dashboard.jobs")[1:] if number % 2 else site.workers()
            for each in victims[:1]:
                each.kill()
        site.gate.shut = False
        unwanted.wait_for('\\"cancelled\\"')
        for one in watched:
            one.wait_for(*DONE)
            one.close()


def commands(site: Site) -> list[str]:
    """Return what the processes of the dashboard are; those that ended and are not cleared away are empty.

    The job server of a web worker that was killed belongs to nobody, and goes on.
    """

    def command(one: psutil.Process) -> str:
        try:
            return " ".join(one.cmdline())
        except psutil.Error:
            return ""

    children = psutil.Process(site.process.pid).children(recursive=True)
    job_server = f"-m aurorax_dashboard.jobs {site.process.pid}"
    others = [one for one in psutil.process_iter() if one not in children]
    return sorted(
        [command(one) for one in children]
        + [command(one) for one in others if command(one).endswith(job_server)]
    )


def jobs(site: Site) -> list[str]:
    """Return the job server and the jobs that run."""
    return [each for each in commands(site) if "aurorax_dashboard.jobs" in each]


def unknown_files(folder: Path) -> list[str]:
    """Return the files in the stores of the dashboard that no store knows of."""
    found = []
    for database in folder.rglob("cache.db"):
        with (
            warnings.catch_warnings(record=True, action="always") as said,
            Cache(str(database.parent), disk=BytesDisk) as store,
        ):
            store.check()
        found += [str(each.message) for each in said]
    return found


def leaves_nothing(
    start_site: Callable[..., Site],
    open_page: Callable[..., Page],
    temporary: Path,
    rounds: int,
    *,
    killing: bool,
) -> None:
    site = start_site(TMPDIR=str(temporary))
    spend_time(site, open_page, 1, killing=False)
    wait_until(lambda: len(jobs(site)) == 1 and "" not in commands(site))
    before = commands(site)
    spend_time(site, open_page, rounds, killing=killing)
    wait_until(lambda: commands(site) == before)
    assert {each.suffix for each in temporary.rglob("*") if each.is_file() or each.is_socket()} <= {
        ".lock",
        ".sock",
    }
    assert len(list(temporary.rglob("*.sock"))) == 1
    assert max(each.num_fds() for each in site.workers()) < 200
    assert unknown_files(site.folder) == []
    assert list(site.folder.parent.rglob("*.part")) == []
    site.process.terminate()
    site.process.wait(40)
    wait_until(lambda: [each for each in temporary.rglob("*") if not each.is_dir()] == [])


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_use_leaves_no_process_and_no_file_behind(
    start_site: Callable[..., Site],
    open_page: Callable[..., Page],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    leaves_nothing(start_site, open_page, tmp_path_factory.mktemp("t"), ROUNDS, killing=False)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_long_use_with_deaths_leaves_no_process_and_no_file_behind(
    start_site: Callable[..., Site],
    open_page: Callable[..., Page],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    leaves_nothing(start_site, open_page, tmp_path_factory.mktemp("t"), SLOW_ROUNDS, killing=True)
