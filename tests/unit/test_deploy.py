"""Files of deployment say nothing that the code does not know."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import yaml

from aurorax_dashboard.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / "deploy"
KNOWN = {field.encode_name for field in msgspec.structs.fields(Settings)}
OF_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def test_containers_set_what_exists() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for name in ("web", "worker"):
        assert set(services[name]["environment"]) <= KNOWN
        assert services[name]["read_only"] is True
    assert services["web"]["deploy"]["replicas"] == services["worker"]["deploy"]["replicas"] == 2


def test_the_image_runs_what_the_procfile_runs_and_not_as_root() -> None:
    image = (DEPLOY / "Dockerfile").read_text()
    variables = re.search(r"^ENV (.*?)^[A-Z]+ ", image, re.MULTILINE | re.DOTALL)
    assert variables
    assert set(re.findall(r"([A-Z_]+)=", variables[1])) <= KNOWN | OF_PYTHON
    assert re.search(r"^USER aurorax$", image, re.MULTILINE)
    assert "app:server" in image
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", image, re.MULTILINE)
    assert copied
    assert [path for line in copied for path in line.split() if not (REPOSITORY / path).exists()] == []
    worker = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["worker"]["command"]
    assert " ".join(worker[:4]) in (REPOSITORY / "Procfile").read_text()


def test_the_service_is_private() -> None:
    service = (DEPLOY / "aurorax-dashboard.service").read_text()
    assert "DASHBOARD_DATA=%S/aurorax-dashboard" in service
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "DynamicUser=yes"):
        assert f"\n{line}\n" in service
