"""A dashboard in processes of its own, its page in a browser, and a gate that holds searches up."""

from __future__ import annotations

import http.server
import json
import re
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psutil

CALLBACK = "/_dash-update-component"
PATIENCE_S = 45.0
QUERY = {
    "start": "2019-01-01T00:00:00",
    "end": "2019-01-03T23:59:59",
    "conjunction_types": ["nbtrace"],
    "ground": [{"programs": ["themis-asi"], "platforms": ["fort smith", "gillam"]}],
    "space": [{"programs": ["swarm"], "hemisphere": ["northern"]}],
    "max_distances": {"ground1-space1": 500},
}
CONJUNCTIONS = "11 conjunctions"
DONE = '"state": "done"', '\\"state\\":\\"done\\"'


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

    def workers(self) -> list[psutil.Process]:
        """Return the web workers, the oldest first."""
        return [one for one in self.members("gunicorn") if one.ppid() == self.process.pid]

    def start_search(self, **more: Any) -> str:
        """Send a search to the archive; return its id."""
        request_id = str(uuid4())
        httpx.post(
            f"{self.gate.address}/api/v1/conjunctions/search",
            json={**QUERY, **more, "request_id": request_id},
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
