"""Many people at one dashboard: 200 browsers on mixed pages, then 500 viewers of one running search.

Journeys are recorded once in Chromium, request by request, and replayed by simulated browsers over HTTP
with the pauses that a person makes. The dashboard runs under gunicorn as deployed, in front of the
embedded archive, with a proxy between the two that counts what the archive is asked.

    python benchmarks/load.py [SECONDS] [BROWSERS] [VIEWERS]

Exits with 1 if a bar is missed: no error; of the mixed pages, 95 % of callbacks under 1 s and memory flat
(less than a fifth more in the last third than in the second; in the first, people still come and jobs
begin); of the one search, at most two questions a second.
"""

from __future__ import annotations

import asyncio
import http.server
import json
import random
import re
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, Request
from running import archive_process, chromium, dashboard_process, memory_mb

from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.link import to_param

SECONDS, BROWSERS, VIEWERS, RUNNING = 180.0, 200, 500, 20
LONG_QUERY = {
    "start": "2014-01-01T00:00:00",
    "end": "2023-12-31T23:59:59",
    "conjunction_types": ["nbtrace"],
    "ground": [{"programs": ["themis-asi"]}],
    "space": [{"programs": ["swarm"]}],
    "max_distances": {"ground1-space1": 100},
}
CALLBACK = "/_dash-update-component"
ARRIVE_S = 10.0
SLOW_S, SHARE = 1.0, 0.95
QUESTIONS_PER_S = 2.0
GROWTH = 1.2


@dataclass
class Step:
    """One request of a page."""

    method: str
    path: str
    body: bytes | None
    after_s: float
    """Since the step before, as it was recorded; at most what a person looks at a page."""
    static: bool
    """Whether a browser that came before has it already."""


@dataclass
class Tally:
    """What the simulated browsers met."""

    seconds: list[float] = field(default_factory=list)
    """Of callbacks."""
    slowest: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    asked_again: int = 0
    """Requests that met the end of an idle connection."""

    def share_under(self, limit_s: float) -> float:
        """Return which part of the callbacks took less than `limit_s` seconds."""
        return sum(s < limit_s for s in self.seconds) / max(len(self.seconds), 1)


# ---- processes -----------------------------------------------------------------------------------


@contextmanager
def counting_proxy(archive: str) -> Iterator[tuple[str, Counter[str]]]:
    """Stand in front of the archive; count questions by their path."""
    asked: Counter[str] = Counter()
    client = httpx.Client(base_url=archive, timeout=60, limits=httpx.Limits(max_connections=100))

    class Proxy(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.forward
            raise AttributeError(name)

        def forward(self) -> None:
            asked[f"{self.command} {urlsplit(self.path).path}"] += 1
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept = {k: v for k, v in self.headers.items() if k.lower() not in {"host", "connection"}}
            try:
                request = client.build_request(self.command, self.path, content=body, headers=kept)
                answer = client.send(request, stream=True)
                raw = b"".join(answer.iter_raw())
            except (httpx.HTTPError, RuntimeError):  # somebody is ending
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in {"transfer-encoding", "content-length", "connection"}:
                    self.send_header(name, value.replace(archive, here))
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    here = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield here, asked
    finally:
        server.shutdown()
        client.close()


# ---- journeys ------------------------------------------------------------------------------------


def record(browser: Browser, address: str, paths: list[str], looks_s: float) -> list[Step]:
    """Return what a browser asks that opens `paths` one after the other."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    steps: list[Step] = []
    last = time.monotonic()

    def asked(request: Request) -> None:
        nonlocal last
        now = time.monotonic()
        path = request.url.removeprefix(address)
        if request.url.startswith(address):
            static = path.startswith(("/_dash-component-suites", "/assets", "/_favicon"))
            steps.append(
                Step(request.method, path, request.post_data_buffer, min(now - last, looks_s), static)
            )
            last = now

    page.on("request", asked)
    for path in paths:
        page.goto(address + path)
        page.wait_for_timeout(looks_s * 1000)
    context.close()
    return steps


def first_result(address: str) -> str:
    """Search for the first example, as a person would; return the path of its result."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}/search?q={to_param(examples()[0].query)}")
        page.get_by_role("button", name="Search", exact=True).click()
        page.wait_for_url(re.compile("/results/"))
        page.locator(".ag-center-cols-container .ag-row").first.wait_for(timeout=60_000)
        return urlsplit(page.url).path


def journeys(address: str, result: str) -> list[list[Step]]:
    """Record what people do: open a link, browse what there is, build a search."""
    query = f"/search?q={to_param(examples()[1].query)}"
    visits = [
        [result],
        ["/", query],
        ["/sources", "/sources/3"],
        ["/availability?start=2019-01-01&end=2019-12-31"],
        ["/keograms?program=themis-asi&platform=gillam&start=2019-01-01&end=2019-01-31"],
    ]
    with chromium() as browser:
        return [record(browser, address, paths, looks_s=4.0) for paths in visits]


def watching(dependencies: list[Mapping[str, Any]], ends_with: str, request_id: str) -> dict[str, Any]:
    """Return the request of a page that watches a running search, by the output that it changes."""
    found = next(each for each in dependencies if ends_with in each["output"])
    followed = {"kind": "conjunctions", "request_id": request_id}
    outputs = [
        dict(zip(("id", "property"), part.rsplit(".", 1), strict=True))
        for part in found["output"].strip(".").split("...")
    ]
    return {
        "output": found["output"],
        "outputs": outputs if found["output"].startswith("..") else outputs[0],
        "inputs": [{**found["inputs"][0], "value": 0}],
        "state": [{**each, "value": followed} for each in found["state"]],
        "changedPropIds": [f"{found['inputs'][0]['id']}.{found['inputs'][0]['property']}"],
    }


# ---- simulated browsers ----------------------------------------------------------------------------


async def ask(client: httpx.AsyncClient, tally: Tally, step: Step) -> httpx.Response | None:
    """Send one request of a page and count what came of it."""
    began = time.perf_counter()
    request = client.build_request(
        step.method,
        step.path,
        content=step.body,
        headers={"Content-Type": "application/json"} if step.body else {},
    )
    try:
        try:
            answer = await send(client, request, step)
        except (httpx.ReadError, httpx.RemoteProtocolError):
            # A server may close an idle connection just as it is used again, as a worker does that makes
            # room for a fresh one: every browser then asks once more, on a new connection.
            tally.asked_again += 1
            answer = await send(client, request, step)
    except httpx.HTTPError as error:
        tally.errors[type(error).__name__] += 1
        return None
    tally.statuses[answer.status_code] += 1
    if answer.status_code >= 400:
        tally.errors[f"{answer.status_code} {step.path[:60]} {(step.body or b'')[:90]!r}"] += 1
    if step.path.startswith(CALLBACK):
        taken = time.perf_counter() - began
        tally.seconds.append(taken)
        if taken > SLOW_S:
            tally.slowest[_output(step.body)] += 1
    return answer


async def send(client: httpx.AsyncClient, request: httpx.Request, step: Step) -> httpx.Response:
    """Send one request; unpack only what is read, for the crowd shares its processors with the server."""
    if not step.static:
        return await client.send(request)
    answer = await client.send(request, stream=True)
    async for _ in answer.aiter_raw():
        pass
    return answer


def _output(body: bytes | None) -> str:
    return str(json.loads(body or b"{}").get("output", "?"))[:70]


async def browse(
    address: str, ways: list[list[Step]], tally: Tally, until: float, rng: random.Random
) -> None:
    """Be one person: journey after journey, with pauses, until it is time to go home."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        await asyncio.sleep(rng.uniform(0, ARRIVE_S))
        visited: set[str] = set()
        while time.monotonic() < until:
            for step in rng.choices(ways, weights=[4, 2, 2, 2, 2])[0]:
                await asyncio.sleep(step.after_s)
                if step.static and step.path in visited:
                    continue
                visited.add(step.path)
                await ask(client, tally, step)
                if time.monotonic() > until:
                    return
            await asyncio.sleep(rng.uniform(2, 8))


async def watch(
    address: str, dependencies: list[Mapping[str, Any]], request_id: str, tally: Tally, until: float
) -> None:
    """Be one page that shows a running search, until that ends; come within ten seconds, as people do."""
    tick = watching(dependencies, "follow-progress.children", request_id)
    lead = watching(dependencies, "follow-led.data", request_id)
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        await asyncio.sleep(random.uniform(0, ARRIVE_S))  # noqa: S311
        while time.monotonic() < until:
            body = json.dumps(tick).encode()
            answer = await ask(client, tally, Step("POST", CALLBACK, body, 0, static=False))
            said = answer.json()["response"] if answer is not None and answer.is_success else {}
            if order := said.get("follow-lead", {}).get("data"):
                lead["inputs"][0]["value"] = order
                body = json.dumps(lead).encode()
                await ask(client, tally, Step("POST", CALLBACK, body, 0, static=False))
            if "data" in said.get("follow-ending", {}):
                return
            tick["inputs"][0]["value"] += 1
            await asyncio.sleep(said.get("follow-tick", {}).get("interval", 2000) / 1000)


async def keep_searching(
    address: str, archive: str, dependencies: list[Mapping[str, Any]], tally: Tally, until: float
) -> None:
    """Have one search running, and one page that watches it, again and again."""
    async with httpx.AsyncClient(base_url=archive, timeout=30) as client:
        while time.monotonic() < until:
            request_id = await submit(client)
            await watch(address, dependencies, request_id, tally, until)
            await asyncio.sleep(1)


async def submit(archive: httpx.AsyncClient) -> str:
    """Send a search that runs for some seconds; return its id."""
    request_id = str(uuid.uuid4())
    answer = await archive.post(
        "/api/v1/conjunctions/search", json={**LONG_QUERY, "request_id": request_id}
    )
    answer.raise_for_status()
    return request_id


async def crowd(
    address: str, archive: str, ways: list[list[Step]], pid: int, *, seconds: float, browsers: int
) -> tuple[Tally, list[float]]:
    """Let `browsers` people in for `seconds`; return what they met, and the memory meanwhile in MB."""
    tally, memory = Tally(), []
    until = time.monotonic() + seconds
    dependencies = httpx.get(f"{address}/_dash-dependencies").json()

    async def weigh() -> None:
        while time.monotonic() < until:
            memory.append(await asyncio.to_thread(memory_mb, pid))
            await asyncio.sleep(2)

    rng = random.Random(1)  # noqa: S311
    await asyncio.gather(
        weigh(),
        *(browse(address, ways, tally, until, random.Random(rng.random())) for _ in range(browsers)),  # noqa: S311
        *(keep_searching(address, archive, dependencies, tally, until) for _ in range(RUNNING)),
    )
    return tally, memory


async def audience(
    address: str, archive: str, asked: Counter[str], viewers: int, seconds: float
) -> tuple[Tally, float]:
    """Let `viewers` watch one running search; return what they met, and questions a second about it."""
    tally = Tally()
    dependencies = httpx.get(f"{address}/_dash-dependencies").json()
    async with httpx.AsyncClient(base_url=archive, timeout=30) as client:
        # The archive works on two at a time: this one waits, and so is watched for long.
        for _ in range(8):
            await submit(client)
        request_id = await submit(client)
    began = time.monotonic()
    await asyncio.gather(
        *(watch(address, dependencies, request_id, tally, began + seconds) for _ in range(viewers))
    )
    elapsed = time.monotonic() - began
    questions = sum(count for path, count in asked.items() if request_id in path)
    return tally, questions / elapsed


def report(name: str, tally: Tally) -> float:
    """Print what a crowd met; return within which time, in seconds, 95 % of the callbacks were answered."""
    ranked = sorted(tally.seconds)
    percentile = ranked[int(SHARE * (len(ranked) - 1))]
    print(
        f"{name}: {sum(tally.statuses.values()):,} requests, {len(ranked):,} callbacks, "
        f"median {statistics.median(ranked) * 1000:.0f} ms, 95 % under {percentile * 1000:.0f} ms, "
        f"{tally.share_under(SLOW_S):.1%} under 1 s; errors: {sum(tally.errors.values())}, "
        f"asked again: {tally.asked_again}"
    )
    for what, count in [*tally.errors.most_common(5), *tally.slowest.most_common(5)]:
        print(f"    {count:5d} × {what}", file=sys.stderr)
    return percentile


def main(seconds: float, browsers: int, viewers: int) -> int:
    """Run both crowds; return the exit status."""
    with ExitStack() as stack:
        # Jobs end within a second of their web server, and may still write meanwhile.
        kept = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(kept))
        archive = stack.enter_context(archive_process(folder / "archive"))
        proxy, asked = stack.enter_context(counting_proxy(archive))
        pid, address = stack.enter_context(dashboard_process(proxy, folder / "data"))
        ways = journeys(address, first_result(address))
        print(f"journeys of {', '.join(str(len(way)) for way in ways)} requests, recorded in Chromium")
        crowded = crowd(address, archive, ways, pid, seconds=seconds, browsers=browsers)
        tally, memory = asyncio.run(crowded)
        percentile = report(f"{browsers} browsers, {RUNNING} running searches, {seconds:.0f} s", tally)
        third = max(len(memory) // 3, 1)
        growth = statistics.median(memory[-third:]) / statistics.median(memory[third : 2 * third])
        print(f"memory {memory[0]:.0f} → {memory[-1]:.0f} MB, last third / second third {growth:.2f}")
        viewed, rate = asyncio.run(audience(address, archive, asked, viewers, min(seconds, 30)))
        report(f"{viewers} viewers of one running search", viewed)
        print(f"AuroraX was asked about it {rate:.2f} × a second")
        calm = percentile < SLOW_S and growth < GROWTH and rate <= QUESTIONS_PER_S
        return 0 if calm and not tally.errors and not viewed.errors else 1


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:]]
    sys.exit(
        main(
            given[0] if given else SECONDS,
            int(given[1]) if given[1:] else BROWSERS,
            int(given[2]) if given[2:] else VIEWERS,
        )
    )
