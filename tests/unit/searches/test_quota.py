"""Nobody starts too many searches, and nobody pays for what others start."""

from __future__ import annotations

import pytest

from aurorax_dashboard.searches.quota import Quota, TooManySearchesError


@pytest.fixture(params=["memory", "redis"])
def quota(request: pytest.FixtureRequest, tmp_path: object) -> Quota:
    return Quota(3, request.getfixturevalue("redis_url") if request.param == "redis" else None)


def test_each_caller_has_a_share(quota: Quota, tmp_path: object) -> None:
    hasty, patient = f"hasty {tmp_path}", f"patient {tmp_path}"
    for _ in range(3):
        quota.spend(hasty)
    with pytest.raises(TooManySearchesError, match="3 searches within a minute") as refused:
        quota.spend(hasty)
    assert "Wait" in refused.value.sentence
    assert "You have started 3 searches" in refused.value.sentence
    quota.spend(patient)


def test_short_links_are_counted_for_themselves() -> None:
    searches, links = Quota(1), Quota(1, done="made {} short links")
    searches.spend("somebody")
    links.spend("somebody")
    with pytest.raises(TooManySearchesError, match="made 1 short links within a minute"):
        links.spend("somebody")
