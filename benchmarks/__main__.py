"""Run all benchmarks and write what they print into the README: ``make bench``.

Every figure stands beside its reference of the same run, because machines differ and are noisy.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

FOLDER = Path(__file__).resolve().parent
README = FOLDER.parent / "README.md"
BEGIN, END = "<!-- benchmarks: written by make bench -->", "<!-- end of benchmarks -->"
SCRIPTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("engine.py", "The search engine", ()),
    ("engine_disk.py", "The search engine, from disk", ()),
    ("decode.py", "Decoding a large result", ()),
    ("client.py", "The cached client", ()),
    ("journey.py", "From Search to the result", ()),
    ("pages.py", "Pages in a browser", ()),
    ("results.py", "A large result in a browser", ()),
    ("load.py", "Many people", ("45",)),
)


def run(script: str, arguments: tuple[str, ...]) -> tuple[list[str], bool]:
    """Run one benchmark; return the lines that it printed, and whether it kept its bars."""
    began = time.monotonic()
    command = [sys.executable, str(FOLDER / script), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    print(ended.stdout, ended.stderr, sep="", end="", flush=True)
    print(
        f"-- {script}: {time.monotonic() - began:.0f} s, exit status {ended.returncode}\n", flush=True
    )
    lines = [line.rstrip() for line in ended.stdout.splitlines() if line.strip()]
    return lines, ended.returncode == 0


def table(figures: list[tuple[str, list[str]]]) -> str:
    """Return the figures as a Markdown table, with machine and date."""
    memory = psutil.virtual_memory().total / 2**30
    made = f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    rows = []
    for title, lines in figures:
        said = "<br>".join(re.sub(r"\s+", " ", line).strip().replace("|", "\\|") for line in lines)
        rows.append(f"| {title} | {said} |")
    head = f"Measured on {datetime.now(UTC):%Y-%m-%d}, {made}:"
    return "\n".join([head, "", "| what | figures |", "|---|---|", *rows])


def main() -> int:
    """Run everything and write the table, if every bar was kept; return the exit status."""
    figures = []
    missed = []
    for script, title, arguments in SCRIPTS:
        lines, kept = run(script, arguments)
        figures.append((title, lines))
        if not kept:
            missed.append(script)
    if missed:
        print(f"Bars were missed, so the README keeps its figures: {', '.join(missed)}")
        return 1
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{table(figures)}\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
