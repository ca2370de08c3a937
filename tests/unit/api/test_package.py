import subprocess
import sys

import pytest

from aurorax_dashboard import api


def test_every_public_name_is_there_and_listed_once() -> None:
    assert set(api.__all__) == set(api._HOMES)
    assert len(api.__all__) == len(set(api.__all__))
    for name in api.__all__:
        assert getattr(api, name).__class__ is not None


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = api.Nonsense


def test_the_structs_load_without_the_client() -> None:
    code = (
        "import sys, aurorax_dashboard.api.models;"
        "sys.exit(bool({'httpx', 'pandas', 'diskcache'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
