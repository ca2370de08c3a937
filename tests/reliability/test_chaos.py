"""What dies in the middle of use: a job, a web worker, the server behind, the cache, the disk."""

from __future__ import annotations

import http.server
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psutil
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
REDIS = shutil.which("redis-server")
CALLBACK = "/_dash-update-component"
PATIENCE_S = 45.0
SMALL_FILE = 32 * 1024
"""Bytes. No file may grow beyond this on a disk that is as good as full; reading needs no more."""
QUERY = {
    "start": "2019-01-01T00:00:00",
    "end": "2019-01-03T23:59:59",
    "conjunction_types": ["nbtrace"],
    "ground": [{"programs": ["themis-asi"], "platforms": ["fort smith", "gillam"]}],
    "space": [{"programs": ["swarm"], "hemisphere": ["northern"]}],
    "max_distances": {"ground1-space1": 500},
}
CONJUNCTIONS = "11 conjunctions"


class Gate:
    """Stands before an archive; while it is shut, no search seems to end."""

    def __init__(self, archive: str) -> None:
        self.archive = archive
        self.shut = True
        gate = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return self.forward
                raise AttributeError(name)

            def forward(self) -> None:
                try:
                    gate.pass_on(self)
                except httpx.HTTPError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def pass_on(self, asked: http.server.BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        kept = {k: v for k, v in asked.headers.items() if k.lower() not in {"host", "accept-encoding"}}
        answer = httpx.request(
            asked.command, self.archive + asked.path, content=body, headers=kept, timeout=30
        )
        content = answer.content
        if self.shut and re.search(r"/requests/[0-9a-f-]{36}$", urlsplit(asked.path).path):
            content = _still_running(content)
        asked.send_response(answer.status_code)
        for name in ("Content-Type", "Location"):
            if name in answer.headers:
                asked.send_header(name, answer.headers[name].replace(self.archive, self.address))
        asked.send_header("Content-Length", str(len(content)))
        asked.end_headers()
        asked.wfile.write(content.replace(self.archive.encode(), self.address.encode()))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _still_running(content: bytes) -> bytes:
    status = json.loads(content)
    result = status.get("search_result") or {}
    result.update(data_uri=None, completed_timestamp=None, result_count=None, file_size=None)
    return json.dumps({**status, "search_result": result}).encode()


@dataclass
class Site:
    """A dashboard in processes of its own, and the gate to its archive."""

    process: subprocess.Popen[bytes]
    address: str
    gate: Gate
    folder: Path
    output: Path
    dependencies: list[Mapping[str, Any]] = field(default_factory=list)

    def members(self, command: str) -> list[psutil.Process]:
        """Return the processes of the dashboard that run `command`, the oldest first."""
        found = []
        for one in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if command in " ".join(one.cmdline()):
                    found.append(one)
            except psutil.Error:
                continue
        return sorted(found, key=lambda one: one.create_time())

    def start_search(self) -> str:
        """Send a search to the archive; return its id."""
        request_id = str(uuid4())
        httpx.post(
            f"{self.gate.address}/api/v1/conjunctions/search",
            json={**QUERY, "request_id": request_id},
            timeout=30,
        ).raise_for_status()
        return request_id


class Page:
    """The page of a result in a browser that was opened before anything went wrong."""

    def __init__(self, site: Site, request_id: str) -> None:
        self.request_id = request_id
        self.ticks = 0
        self._client = httpx.Client(base_url=site.address, timeout=30)
        self._site = site
        if not site.dependencies:
            site.dependencies = self._client.get("/_dash-dependencies").json()

    def ask(self, output: str, **values: Any) -> httpx.Response:
        """Call the callback that changes `output`; `values` by the property that they are of."""
        found = next(each for each in self._site.dependencies if output in each["output"])
        outputs = [
            dict(zip(("id", "property"), part.rsplit(".", 1), strict=True))
            for part in found["output"].strip(".").split("...")
        ]
        body = {
            "output": found["output"],
            "outputs": outputs if found["output"].startswith("..") else outputs[0],
            "inputs": [{**each, "value": values.get(each["property"])} for each in found["inputs"]],
            "state": [{**each, "value": values.get(each["property"])} for each in found["state"]],
            "changedPropIds": [f"{found['inputs'][0]['id']}.{found['inputs'][0]['property']}"],
        }
        return self._client.post(CALLBACK, json=body)

    def close(self) -> None:
        self._client.close()

    def look(self) -> str:
        """Be there for one tick; return all that is said, with how it ended if it has."""
        self.ticks += 1
        followed = {"kind": "conjunctions", "request_id": self.request_id}
        try:
            answer = self.ask("follow-progress.children", n_intervals=self.ticks, data=followed)
        except httpx.HTTPError as error:
            return f"no reply: {type(error).__name__}"
        assert answer.is_success, f"a page failed: {answer.status_code} {answer.text[:300]}"
        said = answer.json()["response"]
        if order := said.get("follow-lead", {}).get("data"):
            self.ask("follow-led.data", data=order)
        return json.dumps(said)

    def wait_for(self, *words: str) -> str:
        """Stay until one of `words` is said."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            said = self.look()
            if any(word in said for word in words):
                return said
            time.sleep(0.3)
        raise AssertionError(f"never said {words}; last: {said}")

    def headline(self) -> str:
        """Return what a browser that opens the address now is shown."""
        path = f"/results/{self.request_id}"
        return self.ask("_pages_content.children", pathname=path, search="").text


@pytest.fixture
def start_site(tmp_path: Path, start_archive: Callable[..., Any]) -> Iterator[Callable[..., Site]]:
    """Start a dashboard with an archive of its own behind a gate."""
    processes: list[subprocess.Popen[bytes]] = []
    gate = Gate(start_archive().address)
    environment = {
        "PATH": os.defpath,
        "PORT": "0",
        "DASHBOARD_DATA": str(tmp_path / "data"),
        "AURORAX_API_URL": gate.address,
        "SECRET_KEY": "of all processes of the dashboard",
    }

    def run(name: str, command: list[str], **more: str) -> Path:
        output = tmp_path / f"{name}.txt"
        with output.open("wb") as stream:
            processes.append(
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=REPOSITORY,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    env={**environment, **more},
                )
            )
        return output

    def start(**more: str) -> Site:
        output = run("web", ["app.py"], **more)
        if "REDIS_URL" in more:
            run("worker", ["-m", "celery", "-A", "app:celery_app", "worker", "-c", "2"], **more)
        process = processes[0]
        deadline = time.monotonic() + 60
        while not (found := re.search(r"AuroraX Dashboard at (http://\S+)", output.read_text())):
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.05)
        return Site(process, found[1], gate, tmp_path / "data", output)

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(40)
    gate.stop()


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    return start_site()


@pytest.fixture
def open_page() -> Iterator[Callable[[Site], Page]]:
    """Start a search and open its page, which starts the job that follows it."""
    opened: list[Page] = []

    def opens(site: Site) -> Page:
        opened.append(Page(site, site.start_search()))
        return opened[-1]

    yield opens
    for each in opened:
        each.close()


@pytest.fixture
def page(site: Site, open_page: Callable[[Site], Page]) -> Page:
    """The page of a search that runs, and is followed by a job."""
    opened = open_page(site)
    opened.wait_for("Running", "running")
    return opened


DONE = '"state": "done"', '\\"state\\":\\"done\\"'


def test_a_job_that_dies_is_taken_over(site: Site, page: Page) -> None:
    server, *jobs = site.members("aurorax_dashboard.jobs")
    assert jobs
    for job in jobs:
        job.kill()
    time.sleep(1)
    site.gate.shut = False
    page.wait_for(*DONE)
    assert server.is_running()
    assert CONJUNCTIONS in page.headline()


def test_the_server_of_jobs_may_die_with_all_its_jobs(site: Site, page: Page) -> None:
    for one in site.members("aurorax_dashboard.jobs"):
        one.kill()
    site.gate.shut = False
    page.wait_for(*DONE)
    assert CONJUNCTIONS in page.headline()


def test_web_workers_may_die(site: Site, page: Page) -> None:
    workers = [one for one in site.members("gunicorn") if one.ppid() == site.process.pid]
    assert len(workers) == 2
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
    site.gate.shut = False
    page.wait_for(*DONE)
    assert CONJUNCTIONS in page.headline()


def test_the_server_behind_may_die_and_come_back(
    site: Site, page: Page, start_archive: Callable[..., Any]
) -> None:
    whole, site.gate.archive = site.gate.archive, "http://127.0.0.1:9"
    page.wait_for("unreachable", "not reached", "cannot be reached", "not answer")
    site.gate.archive, site.gate.shut = whole, False
    page.wait_for(*DONE)
    site.gate.archive = "http://127.0.0.1:9"
    assert CONJUNCTIONS in page.headline()  # from our own copy


def test_a_broken_cache_loses_nothing_that_was_found(site: Site, page: Page) -> None:
    site.gate.shut = False
    page.wait_for(*DONE)
    broken = [path for path in (site.folder / "cache").rglob("*") if path.is_file()]
    assert broken
    for path in broken:
        path.write_bytes(b"\x00 this is no cache " * 100)
    assert CONJUNCTIONS in page.headline()
    assert page.ask("_pages_content.children", pathname="/search", search="").status_code == 200
    assert "Traceback" not in page.headline()


def test_a_full_disk_is_told_and_old_results_are_shown(
    site: Site, page: Page, open_page: Callable[[Site], Page]
) -> None:
    site.gate.shut = False
    page.wait_for(*DONE)
    family = [psutil.Process(site.process.pid), *site.members("")]
    for one in family:
        one.rlimit(resource.RLIMIT_FSIZE, (SMALL_FILE, resource.RLIM_INFINITY))
    another = open_page(site)
    assert "not answered" not in another.look()
    assert CONJUNCTIONS in page.headline()
    assert httpx.get(f"{site.address}/ready", timeout=30).status_code == 503
    for one in family:
        if one.is_running():
            one.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    another.wait_for(*DONE)
    assert CONJUNCTIONS in another.headline()


@pytest.mark.skipif(REDIS is None, reason="needs Redis (apt-get install redis-server)")
def test_redis_may_die_and_come_back(
    tmp_path: Path, start_site: Callable[..., Site], open_page: Callable[[Site], Page]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "redis").mkdir()
    command = [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += ["--appendonly", "yes", "--appendfsync", "always", "--dir", str(tmp_path / "redis")]
    redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        site = start_site(REDIS_URL=f"redis://127.0.0.1:{port}/0")
        page = open_page(site)
        page.wait_for("Running", "running")
        redis.kill()
        redis.wait()
        page.wait_for("store cannot be used")
        assert httpx.get(f"{site.address}/health", timeout=30).status_code == 200
        assert httpx.get(f"{site.address}/ready", timeout=30).status_code == 503
        redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        site.gate.shut = False
        page.wait_for(*DONE)
        assert CONJUNCTIONS in page.headline()
    finally:
        redis.kill()
        redis.wait()
