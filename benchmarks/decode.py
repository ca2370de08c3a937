"""How fast the result of a search becomes columns, beside msgspec, json and PyAuroraX's own path.

Each decoder runs in a process of its own on the same file of conjunctions as the platform sends them,
with the whole record of every source in every row (about 7.1 kB a conjunction). Times are the shortest of
several, which a noisy machine troubles least; msgspec is measured as anybody calls it, and with the garbage
collector paused, as ours decodes.
``peak`` is the most memory the process held, divided by the size of the body.

    python benchmarks/decode.py [COUNT]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

COUNT = 100_000
RUNS = 9
"""Of the fast ones; the others take a minute."""
SLOWEST, HIGHEST = 1.2, 1.5
"""Bars: time beside msgspec, peak memory beside the body."""
OURS, PLAIN = "ours", "msgspec"


def write_body(path: Path, count: int) -> int:
    """Write `count` conjunctions as the platform sends them; return their bytes."""
    schema = [
        {
            "field_name": f"field_{n}",
            "data_type": "string",
            "description": "What the field says, in a sentence of some length.",
            "allowed_values": ["a value", "another value", "a third value"],
            "searchable": True,
            "additional_description": "",
        }
        for n in range(6)
    ]

    def source(identifier: int, program: str, platform: str, kind: str, name: str) -> dict[str, Any]:
        return {
            "identifier": identifier, "program": program, "platform": platform,
            "instrument_type": kind, "source_type": "ground" if identifier > 40 else "leo",
            "display_name": name, "ephemeris_metadata_schema": schema,
            "data_product_metadata_schema": [], "owner": "aurorax", "maintainers": [], "metadata": {},
        }  # fmt: skip

    ground = [
        source(51 + n, "themis-asi", f"site {n}", "panchromatic ASI", f"THEMIS-ASI S{n}")
        for n in range(24)
    ]
    space = [source(3 + n, "swarm", f"swarm{n}", "footprint", f"Swarm {n}") for n in range(3)]
    start = datetime(2019, 1, 1)  # noqa: DTZ001 - as the API writes times
    with path.open("wb") as file:
        file.write(b'{"result": [')
        for n in range(count):
            first = start + timedelta(minutes=7 * n)
            last, closest = first + timedelta(minutes=n % 5), first + timedelta(minutes=n % 3)
            pair = [ground[n % 24], space[n % 3]]
            times = {
                "start": first.isoformat(), "end": last.isoformat(),
                "min_distance": (n * 37 % 5000) / 10, "max_distance": 500.0 - n % 7,
            }  # fmt: skip
            record = {
                "conjunction_type": "nbtrace", **times, "data_sources": pair,
                "closest_epoch": closest.isoformat(), "farthest_epoch": first.isoformat(),
                "events": [
                    {"conjunction_type": "nbtrace", "e1_source": pair[0], "e2_source": pair[1], **times}
                ],
            }  # fmt: skip
            file.write((b"," if n else b"") + json.dumps(record).encode())
        file.write(b"]}")
        return file.tell()


def ours() -> Callable[[bytes], int]:
    """Return our decoder: columns, sorted, with names and pairs."""
    from aurorax_dashboard.api.results import ConjunctionResult  # noqa: PLC0415

    return lambda body: len(ConjunctionResult.from_json(body))


def plain() -> Callable[[bytes], int]:
    """Return msgspec alone, on the same narrow structs."""
    import msgspec  # noqa: PLC0415

    from aurorax_dashboard.api.results import _Conjunction  # noqa: PLC0415

    answer = msgspec.defstruct("Answer", [("result", list[_Conjunction])])
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(answer)
    return lambda body: len(decoder.decode(body).result)


def paused() -> Callable[[bytes], int]:
    """Return the same with the garbage collector paused, as ours has it: what no decoder can beat."""
    from aurorax_dashboard.api.columns import collector_paused  # noqa: PLC0415

    decode = plain()

    def decode_paused(body: bytes) -> int:
        with collector_paused():
            return decode(body)

    return decode_paused


def standard() -> Callable[[bytes], int]:
    """Return the standard library's json."""
    return lambda body: len(json.loads(body)["result"])


def pyaurorax() -> Callable[[bytes], int]:
    """Return what PyAuroraX does with an answer: json, then an object for each conjunction."""
    from pyaurorax.search.conjunctions.classes.conjunction import Conjunction  # noqa: PLC0415

    def decode(body: bytes) -> int:
        return len([Conjunction(**record) for record in json.loads(body)["result"]])

    return decode


FAST = {OURS: ours, PLAIN: plain, "msgspec, paused": paused}
DECODERS = {**FAST, "json": standard, "PyAuroraX": pyaurorax}


def measure(name: str, path: str) -> None:
    """Decode the file `path` with the decoder `name`; print seconds and peak bytes."""
    decode = DECODERS[name]()
    decode(b'{"result": []}')
    body = Path(path).read_bytes()
    began = time.perf_counter()
    decode(body)
    seconds = time.perf_counter() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def main(count: int) -> int:
    """Print the table; return the exit status, 1 if a bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "body.json"
        size = write_body(path, count)
        print(f"{count:,} conjunctions, {size / 1e6:,.0f} MB ({size / count:,.0f} bytes each)")
        runs: dict[str, list[list[float]]] = {name: [] for name in DECODERS}
        for turn in range(RUNS):  # in turns: what slows the machine meanwhile slows all of them
            for name in DECODERS if turn == 0 else FAST:
                command = [sys.executable, __file__, "--measure", name, str(path)]
                ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
                if ended.returncode:
                    print(f"{name:15s} not measured: {ended.stderr.strip().splitlines()[-1]}")
                else:
                    runs[name].append([float(part) for part in ended.stdout.split()])
        figures = {
            name: tuple(min(column) for column in zip(*found, strict=True))
            for name, found in runs.items()
            if found
        }
        reference = figures[PLAIN][0]
        for name, (seconds, held) in figures.items():
            peak = held / size
            print(
                f"{name:15s} {seconds:7.2f} s  {seconds / reference:6.2f} × msgspec  peak {peak:.2f} × body"
            )
        slower, peak = figures[OURS][0] / reference, figures[OURS][1] / size
        print(f"bars: ours ≤ {SLOWEST} × msgspec ({slower:.2f}), peak ≤ {HIGHEST} × ({peak:.2f})")
    return int(slower > SLOWEST or peak > HIGHEST)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    else:
        sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else COUNT))
