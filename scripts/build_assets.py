"""Fill the vendored part of ``assets/`` from npm packages: styles, icons, map outlines, plotly.js.

The files it writes are committed, so that neither an installation nor a page needs the network; run it
again only to change a version below. Packages are fetched with ``npm pack`` and must have the checksum
that stands here::

    python scripts/build_assets.py                # fetches the packages
    python scripts/build_assets.py --packages DIR # takes the .tgz files from a directory

Only plotly.js has to be put together: npm fetches what it and esbuild depend on.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ASSETS = Path(__file__).resolve().parent.parent / "assets"

OUTLINES = ("world_110m", "world_50m")
"""Scope and resolution, as plotly.js names the files it asks for."""

ICONS = (
    "arrow-repeat", "camera", "circle-half", "funnel", "link-45deg", "list-check", "pencil",
    "download", "plus-lg", "search", "star", "star-fill", "stop-circle", "upload", "x-lg",
)  # fmt: skip
"""The icons that pages may use, by their names in Bootstrap Icons."""

TRACES = ("bar", "heatmap", "scatter", "scattergeo")
"""The kinds of traces that figures may use, by their names in plotly.js, which has some forty."""

_BUNDLER = "esbuild@0.28.2"

_ICON_BASE = """\
.bi {
  display: inline-block;
  width: 1em;
  height: 1em;
  vertical-align: -0.125em;
  background-color: currentColor;
  -webkit-mask: var(--bi) center / contain no-repeat;
  mask: var(--bi) center / contain no-repeat;
}
@media (forced-colors: active) {
  .bi { forced-color-adjust: none; background-color: CanvasText; }
}
"""

_URL_SAFE = " =:/'()"

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|([A-Za-z_$][\w$]*)(?=:)')


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package at one version, known by its checksum."""

    name: str
    version: str
    sha512: str
    """Base64, as npm writes it."""

    @property
    def file_name(self) -> str:
        """Name that ``npm pack`` gives the archive."""
        return f"{self.name}-{self.version}.tgz"


BOOTSTRAP = Package(
    "bootstrap", "5.3.9",
    "20cU0rcfw8WdxtVbmfU+xT2EjvVTw9Ror/h1Qvd7DXCujRg8OO9mdBCsmTHdJFf3BuadmBNJtgIuUXsBqSkk/w==",
)  # fmt: skip
BOOTSTRAP_ICONS = Package(
    "bootstrap-icons", "1.13.2",
    "fAU1Ly3dH7hwRg+CB8EZ0Vl0fF80zgXHeUVJyfUOKzoURr+TbwISbCW5tKUoQLERaWYG2emTCybcPbD96hdD1A==",
)  # fmt: skip
PLOTLY = Package(
    "plotly.js", "4.1.1",
    "fYLAOj091/+M4h1rmtVIkRIpdkz5/P9IdNUeB9wKmCUyvewuUdlCYR5ryqDWP7Cb36Dn4EvSrs6YKvRJ9ukNdQ==",
)  # fmt: skip


def read(package: Package, directory: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the texts of files of a package, by their names counted from its root.

    Raises
    ------
    SystemExit
        If the archive in `directory` is not the one whose checksum stands in this script.
    """
    path = directory / package.file_name
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if digest != package.sha512:
        raise SystemExit(f"{path} has the checksum sha512-{digest}, not the one expected.")
    wanted = {f"package/{name}": name for name in names}
    with tarfile.open(path) as archive:
        return {
            wanted[member.name]: member_file.read().decode()
            for member in archive
            if member.name in wanted and (member_file := archive.extractfile(member))
        }


def fetch(packages: tuple[Package, ...], directory: Path) -> None:
    """Download the archives of `packages` into `directory`."""
    names = [f"{package.name}@{package.version}" for package in packages]
    subprocess.run(["npm", "pack", "--pack-destination", str(directory), *names], check=True)


def outline(bundle: str, name: str) -> str:
    """Cut one outline out of plotly.js's bundle and return it as JSON.

    The bundle holds each file as a JavaScript object, which JSON differs from only in quoting its keys.
    """
    module = rf'"dist/topojson/{name}\.json"\(.*?module\.exports = (.*?);\n'
    found = re.search(module, bundle, re.DOTALL)
    if found is None:
        raise SystemExit(f"{name} is not in plotly-geo-assets.js")
    quoted = _TOKEN.sub(lambda token: f'"{token[1]}"' if token[1] else token[0], found[1])
    return json.dumps(json.loads(quoted), separators=(",", ":"))


def bundle(package: Path) -> str:
    """Return plotly.js with `TRACES` alone, for browsers; the options are those of its own builds.

    It is a third of what Dash brings along, in bytes as in the time that a browser takes to start it.
    """
    requires = ", ".join(f'require("plotly.js/lib/{trace}")' for trace in TRACES)
    entry = f'const Plotly = require("plotly.js/lib/core");\nPlotly.register([{requires}]);\nmodule.exports = Plotly;\n'
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "entry.js").write_text(entry)
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
        subprocess.run([*install, str(package.resolve()), _BUNDLER], check=True)
        options = [
            "--bundle", "--minify", "--target=es2016", "--format=iife", "--global-name=Plotly",
            "--define:global=window", "--define:define.amd=false", "--alias:stream=stream-browserify",
            "--legal-comments=eof", "--outfile=plotly.min.js", "--log-level=warning",
        ]  # fmt: skip
        subprocess.run(["npx", "esbuild", "entry.js", *options], cwd=at, check=True)
        return (at / "plotly.min.js").read_text()


def icon_rule(name: str, svg: str) -> str:
    """Return the CSS rule by which class ``bi-name`` shows `svg` in the colour of the text."""
    slim = re.sub(r'\s(?:class|width|height|fill)="(?:bi bi[^"]*|16|currentColor)"', "", svg.strip())
    compact = re.sub(r">\s+<", "><", slim).replace('"', "'")
    return f'.bi-{name} {{ --bi: url("data:image/svg+xml,{quote(compact, safe=_URL_SAFE)}"); }}\n'


def write(name: str, text: str) -> None:
    """Write one asset and say so."""
    path = ASSETS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"{path.stat().st_size:>9,}  assets/{name}")


def build(directory: Path) -> None:
    """Write every vendored asset from the package archives in `directory`."""
    bootstrap = read(BOOTSTRAP, directory, ["dist/css/bootstrap.min.css", "LICENSE"])
    css = bootstrap["dist/css/bootstrap.min.css"]
    write("00-vendor/bootstrap.min.css", re.sub(r"\n?/\*# sourceMappingURL=.*?\*/\s*$", "\n", css))
    write("00-vendor/LICENSE-bootstrap.txt", bootstrap["LICENSE"])

    icons = read(BOOTSTRAP_ICONS, directory, [*(f"icons/{name}.svg" for name in ICONS), "LICENSE"])
    head = f"/* From Bootstrap Icons {BOOTSTRAP_ICONS.version} (MIT) by scripts/build_assets.py */\n"
    rules = "".join(icon_rule(name, icons[f"icons/{name}.svg"]) for name in ICONS)
    write("00-vendor/bootstrap-icons.css", head + _ICON_BASE + rules)
    write("00-vendor/LICENSE-bootstrap-icons.txt", icons["LICENSE"])

    plotly = read(PLOTLY, directory, ["dist/plotly-geo-assets.js", "LICENSE"])
    for name in OUTLINES:
        write(f"topojson/{name}.json", outline(plotly["dist/plotly-geo-assets.js"], name))
    write("topojson/LICENSE-plotly.js.txt", plotly["LICENSE"])
    head = f"/* plotly.js v{PLOTLY.version} (MIT) with {', '.join(TRACES)}, by scripts/build_assets.py */\n"
    write("plotly/plotly.min.js", head + bundle(directory / PLOTLY.file_name))
    write("plotly/LICENSE-plotly.js.txt", plotly["LICENSE"])


def main() -> None:
    """Build the assets from given or freshly fetched packages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--packages", type=Path, help="directory that holds the packages' .tgz files")
    packages = parser.parse_args().packages
    if packages is not None:
        build(packages)
        return
    with tempfile.TemporaryDirectory() as directory:
        fetch((BOOTSTRAP, BOOTSTRAP_ICONS, PLOTLY), Path(directory))
        build(Path(directory))


if __name__ == "__main__":
    main()
