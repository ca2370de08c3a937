import json
from typing import Any

import pytest

from aurorax_dashboard.api.management import Role, UserAccount
from aurorax_dashboard.api.models import DataSource, MetadataField
from aurorax_dashboard.archive.errors import BadRequestError, ForbiddenError
from aurorax_dashboard.archive.source_records import added, changed, replaced


def account(role: Role = "Owner", email_address: str = "ada@example.org") -> UserAccount:
    return UserAccount(account_id="1", email_address=email_address, role=role, disabled=False)


def record(**fields: Any) -> DataSource:
    basic: dict[str, Any] = {
        "program": "our-program",
        "platform": "our platform",
        "instrument_type": "our camera",
        "source_type": "ground",
        "display_name": "Our camera",
    }
    return DataSource(**(basic | fields))


KNOWN = record(
    identifier=7,
    owner="ada@example.org",
    maintainers=["bob@example.org"],
    metadata={"colour": "green"},
    ephemeris_metadata_schema=[MetadataField(field_name="cloud", data_type="double")],
    data_product_metadata_schema=[],
)


def test_who_adds_a_source_owns_it() -> None:
    kept = added(record(owner="bob@example.org"), account())
    assert kept.owner == "ada@example.org"
    assert kept.maintainers == kept.ephemeris_metadata_schema == []
    assert kept.metadata == {}


def test_an_administrator_may_add_a_source_for_somebody() -> None:
    administrator = account("Administrator")
    assert added(record(owner="bob@example.org"), administrator).owner == "bob@example.org"
    assert added(record(), administrator).owner == "ada@example.org"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"program": None}, "^program: is needed"),
        ({"platform": "  "}, "^platform: is needed"),
        ({"program": "x" * 201}, "^program: must have at most 200 .* not 201"),
        ({"platform": "x" * 51}, "^platform: must have at most 50 "),
        ({"instrument_type": "x" * 201}, "^instrument_type: must have at most 200 "),
        ({"display_name": "x" * 51}, "^display_name: must have at most 50 "),
        ({"display_name": "one\ntwo"}, "^display_name: .* cannot be shown"),
        ({"source_type": "meo"}, "^source_type: must be one of ground, leo"),
        ({"source_type": None}, "^source_type: "),
        ({"metadata": {"a": json.loads("[" * 60 + "]" * 60)}}, "^metadata: .* deeper than 50 levels"),
        ({"identifier": 0}, "^identifier: "),
        ({"identifier": -3}, "^identifier: "),
        ({"identifier": 2**31}, "^identifier: "),
        ({"maintainers": ["bob@example.org", ""]}, r"^maintainers\[1\]: is needed"),
    ],
)
def test_a_field_that_does_not_fit_is_named(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequestError, match=words):
        added(record(**fields), account())


@pytest.mark.parametrize("place", ["ephemeris_metadata_schema", "data_product_metadata_schema"])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([MetadataField(field_name="")], r"\[0\]\.field_name: is needed"),
        (
            [MetadataField(field_name="a"), MetadataField(field_name="a")],
            r"\[1\]\.field_name: a is .*twice",
        ),
        ([MetadataField(field_name="a", data_type="colour")], r"\[0\]\.data_type: must be one of bool"),
        (
            [MetadataField(field_name="a", data_type="int", allowed_values=["1", "many"])],
            r"\[0\]\.allowed_values\[1\]: many is no int",
        ),
        (
            [MetadataField(field_name="a", data_type="bool", allowed_values=["yes"])],
            r"\[0\]\.allowed_values\[0\]: yes is no bool",
        ),
    ],
)
def test_a_schema_that_does_not_fit_is_named(
    place: str, fields: list[MetadataField], words: str
) -> None:
    with pytest.raises(BadRequestError, match=f"^{place}{words}"):
        added(record(**{place: fields}), account())


def test_a_schema_that_fits_is_kept() -> None:
    schema = [
        MetadataField(field_name="a", data_type="Double", allowed_values=["1.5", "-2e3"]),
        MetadataField(field_name="b", data_type="bool", allowed_values=["true", "false"]),
        MetadataField(field_name="c", allowed_values=["anything"]),
    ]
    assert (
        added(record(ephemeris_metadata_schema=schema), account()).ephemeris_metadata_schema == schema
    )


def test_a_change_touches_only_what_is_given() -> None:
    kept = changed(KNOWN, DataSource(display_name="New name", maintainers=[]), account())
    assert kept == record(
        identifier=7,
        owner="ada@example.org",
        maintainers=[],
        display_name="New name",
        metadata={"colour": "green"},
        ephemeris_metadata_schema=KNOWN.ephemeris_metadata_schema,
        data_product_metadata_schema=[],
    )


def test_a_replacement_leaves_nothing_but_identifier_and_owner() -> None:
    kept = replaced(KNOWN, record(display_name="New name"), account())
    assert kept == record(
        identifier=7,
        owner="ada@example.org",
        display_name="New name",
        maintainers=[],
        metadata={},
        ephemeris_metadata_schema=[],
        data_product_metadata_schema=[],
    )


def test_a_replacement_is_whole() -> None:
    with pytest.raises(BadRequestError, match=r"^program: is needed"):
        replaced(KNOWN, DataSource(display_name="New name"), account())


def test_an_identifier_does_not_change() -> None:
    assert changed(KNOWN, DataSource(identifier=7), account()) == KNOWN
    with pytest.raises(BadRequestError, match=r"^identifier: must be that of the address, 7"):
        changed(KNOWN, DataSource(identifier=8), account())


def test_only_an_administrator_gives_a_source_away() -> None:
    to_bob = DataSource(owner="bob@example.org")
    assert changed(KNOWN, to_bob, account("Administrator")).owner == "bob@example.org"
    with pytest.raises(ForbiddenError, match=r"^owner: "):
        changed(KNOWN, to_bob, account())
    assert changed(KNOWN, DataSource(owner="ada@example.org"), account()) == KNOWN
