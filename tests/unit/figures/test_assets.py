import importlib
import json
import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "assets"
CODE = "".join(
    path.read_text()
    for folder, kind in ((ROOT / "src/aurorax_dashboard", "*.py"), (ASSETS / "20-behaviour", "*.js"))
    for path in folder.rglob(kind)
)
PLOTLY = ASSETS / "plotly/plotly.min.js"
LOADED = sorted(
    {path for path in ASSETS.rglob("*") if path.suffix in {".css", ".js", ".svg"}} - {PLOTLY}
)
"""Without plotly.js, which may ask for outlines elsewhere, but is told where ours are."""


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


def test_every_listed_icon_is_used(build_assets):
    assert [name for name in build_assets.ICONS if f'"{name}"' not in CODE] == []


def test_every_style_of_ours_is_used():
    styles = "".join(path.read_text() for path in (ASSETS / "10-theme").glob("*.css"))
    styles = re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)
    classes = set(re.findall(r"\.(ax-[\w-]+)", styles))
    colours = set(re.findall(r"(--ax-[\w-]+):", styles))

    def used(name):
        base, _, modifier = name.partition("--")
        return re.search(rf"{name}(?![\w-])", CODE) or (modifier and f"{base}--{{" in CODE)

    assert classes
    assert [name for name in sorted(classes) if not used(name)] == []
    assert [name for name in sorted(colours) if f"var({name}" not in styles] == []


def test_the_readme_names_classes_that_exist():
    styles = "".join(path.read_text() for path in (ASSETS / "10-theme").glob("*.css"))
    named = re.findall(r"`(ax-[\w-]+)`", (ASSETS / "README.md").read_text())

    assert named
    assert [name for name in named if f".{name}" not in styles] == []


def test_paper_has_neither_bar_nor_buttons():
    paper = (ASSETS / "10-theme/90-print.css").read_text().partition("@media print")[2]
    hidden = re.search(r"^\s*([^{}]+) \{ display: none !important; \}", paper, re.MULTILINE)

    assert {".ax-bar", ".ax-actions", ".btn", ".modebar-container"} <= set(re.split(r",\s+", hidden[1]))


def test_plotly_is_the_version_that_figures_are_made_for(build_assets):
    version = get_plotlyjs_version()

    assert version == build_assets.PLOTLY.version
    assert PLOTLY.read_text().startswith(f"/* plotly.js v{version} ")


def test_plotly_has_the_kinds_of_traces_that_figures_use_and_no_others(build_assets):
    used = {kind.lower() for kind in re.findall(r"\bgo\.([A-Z]\w+)", CODE)} - {"figure"}

    assert used == set(build_assets.TRACES)
    assert f" with {', '.join(build_assets.TRACES)}, " in PLOTLY.read_text().partition("\n")[0]


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
