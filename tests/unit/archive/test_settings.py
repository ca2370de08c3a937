import msgspec
import pytest

from aurorax_dashboard.archive.settings import ArchiveSettings, ArchiveSettingsError


def test_variables_are_read_and_the_rest_has_defaults() -> None:
    settings = ArchiveSettings.from_environment(
        {"ARCHIVE_WORKERS": "5", "ARCHIVE_QUEUE_SIZE": "", "PATH": "/bin"}
    )
    assert settings == ArchiveSettings(workers=5)


@pytest.mark.parametrize("value", ["0", "many", "1.5"])
def test_a_value_that_does_not_fit_is_refused_by_name(value: str) -> None:
    with pytest.raises(ArchiveSettingsError, match="ARCHIVE_WORKERS"):
        ArchiveSettings.from_environment({"ARCHIVE_WORKERS": value})


def test_every_variable_is_described() -> None:
    schema = msgspec.json.schema(ArchiveSettings)["$defs"]["ArchiveSettings"]["properties"]
    assert all(
        name.startswith("ARCHIVE_") and field["description"].endswith(".")
        for name, field in schema.items()
    )
