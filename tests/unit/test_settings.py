"""The environment is read once, checked and typed."""

import pytest

from aurorax_dashboard.settings import LIVE_API_URL, Settings, SettingsError


def test_nothing_set_means_the_live_platform() -> None:
    settings = Settings.from_environment({"PATH": "irrelevant"})
    assert settings.api_url == LIVE_API_URL
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
