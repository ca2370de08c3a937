"""The environment is read once, checked and typed."""

from pathlib import Path

import pytest

from aurorax_dashboard import settings as settings_module
from aurorax_dashboard.api import LIVE_URL
from aurorax_dashboard.settings import Settings, SettingsError, assets_folder, check_data_folder


def test_nothing_set_means_the_live_platform() -> None:
    settings = Settings.from_environment({"PATH": "irrelevant"})
    assert settings.api_url == LIVE_URL
    assert settings.port == 8050


def test_values_are_converted_and_empty_ones_count_as_not_set() -> None:
    settings = Settings.from_environment(
        {"PORT": "9000", "HOST": "", "AURORAX_API_URL": "http://localhost:8080/"}
    )
    assert (settings.port, settings.host, settings.api_url) == (
        9000,
        "127.0.0.1",
        "http://localhost:8080",
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("WEB_CONCURRENCY", "0"),
        ("AURORAX_API_URL", "ftp://api.aurorax.space"),
        ("AURORAX_API_URL", "api.aurorax.space"),
        ("AURORAX_API_URL", "http://["),
        ("AURORAX_API_URL", "http://:8080"),
        ("AURORAX_API_URL", "http://localhost:70000"),
        ("AURORAX_API_URL", "http://localhost:0"),
        ("AURORAX_API_URL", "http://localhost:eighty"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environment({variable: value})


def test_secrets_are_never_shown() -> None:
    settings = Settings.from_environment(
        {"AURORAX_API_KEY": "0123-secret", "SECRET_KEY": "another-secret"}
    )
    shown = str(settings.described())
    assert "secret" not in shown
    assert ("AURORAX_API_KEY", "set") in settings.described()


@pytest.mark.parametrize("login", ["ana:hunter2", "ana", ":hunter2"])
def test_a_password_in_the_address_is_refused_and_not_repeated(login: str) -> None:
    with pytest.raises(SettingsError, match="AURORAX_API_KEY") as caught:
        Settings.from_environment({"AURORAX_API_URL": f"https://{login}@api.aurorax.space"})
    assert "hunter2" not in str(caught.value)


def test_an_installation_without_assets_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (assets_folder() / "favicon.svg").exists()
    monkeypatch.setattr(settings_module, "REPOSITORY", tmp_path)
    with pytest.raises(SettingsError, match="editable"):
        assets_folder()


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_data_folder_that_cannot_be_used_is_said_to_be_one(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    settings = Settings.from_environment({"DASHBOARD_DATA": str(tmp_path / place)})
    with pytest.raises(SettingsError, match="DASHBOARD_DATA must be a folder"):
        check_data_folder(settings)
