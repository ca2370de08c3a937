"""The README keeps up with the code."""

import re
from pathlib import Path

import msgspec
import pytest

from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text()


@pytest.mark.parametrize(
    "variable",
    [
        field.encode_name
        for each in (Settings, ArchiveSettings)
        for field in msgspec.structs.fields(each)
    ],
)
def test_every_variable_is_described(variable: str) -> None:
    assert re.search(rf"^\| `{variable}` \| .+ \| .{{10,}} \|$", README, re.MULTILINE)


def test_every_picture_and_path_exists() -> None:
    named = re.findall(r"\]\((docs/[^)]+)\)", README) + re.findall(
        r"`((?:src|scripts)/[^` ]+)`", README
    )
    assert named
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize(
    "target", [*re.findall(r"^make (\w+)", README, re.MULTILINE), "check", "bench"]
)
def test_every_command_is_a_target_of_make(target: str) -> None:
    assert re.search(rf"^{target}:", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
