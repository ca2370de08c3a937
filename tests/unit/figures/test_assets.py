import importlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "assets"
LOADED = sorted(path for path in ASSETS.rglob("*") if path.suffix in {".css", ".js", ".svg"})


@pytest.fixture
def build_assets(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    return importlib.import_module("build_assets")


@pytest.mark.parametrize("path", LOADED, ids=lambda path: path.name)
def test_assets_ask_no_other_host(path):
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w{2,}[^\s'\")]*", path.read_text()))

    loaded = {address for address in addresses if "//www.w3.org/" not in address}
    assert not any(
        f"url({quote}{address}" in path.read_text() for address in loaded for quote in ("", '"', "'")
    )
    assert "@import" not in path.read_text()
    assert path.suffix == ".css" or not loaded


def test_our_styles_are_loaded_after_those_they_change():
    folders = sorted(path.name for path in ASSETS.iterdir() if path.is_dir())

    assert folders.index("00-vendor") < folders.index("10-theme") < folders.index("20-behaviour")
    assert not list(ASSETS.glob("*.css"))


def test_every_vendored_package_has_its_licence():
    licences = {path.name for path in ASSETS.rglob("LICENSE-*")}

    assert licences == {
        "LICENSE-bootstrap.txt",
        "LICENSE-bootstrap-icons.txt",
        "LICENSE-plotly.js.txt",
    }
    assert all("MIT" in path.read_text() for path in ASSETS.rglob("LICENSE-*"))


def test_every_listed_icon_is_there(build_assets):
    css = (ASSETS / "00-vendor/bootstrap-icons.css").read_text()

    assert set(re.findall(r"^\.bi-([\w-]+) ", css, re.MULTILINE)) == set(build_assets.ICONS)


def test_an_outline_is_cut_out_as_json(build_assets):
    bundle = (
        '"dist/topojson/tiny_110m.json"(exports, module) {\n'
        '  module.exports = { type: "Topology", arcs: [[[1, -2.5]]], names: { a: "x, y: z" } };\n}'
    )

    assert json.loads(build_assets.outline(bundle, "tiny_110m")) == {
        "type": "Topology",
        "arcs": [[[1, -2.5]]],
        "names": {"a": "x, y: z"},
    }


def test_a_package_with_another_checksum_is_refused(build_assets, tmp_path):
    (tmp_path / build_assets.PLOTLY.file_name).write_bytes(b"something else")

    with pytest.raises(SystemExit, match="checksum"):
        build_assets.read(build_assets.PLOTLY, tmp_path, ["LICENSE"])
