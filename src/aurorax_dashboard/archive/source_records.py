"""Records of data sources as somebody wants them added or changed: checked, and completed by the server.

What is wrong is named by field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from aurorax_dashboard.api.management import UserAccount
from aurorax_dashboard.api.models import DataSource, MetadataField
from aurorax_dashboard.archive.checks import metadata_problems
from aurorax_dashboard.archive.errors import BadRequestError, ForbiddenError

SourceType = Literal["ground", "leo", "heo", "lunar", "event_list", "not_applicable"]

LONGEST = {"program": 200, "platform": 50, "instrument_type": 200, "display_name": 50}
"""Characters that the platform's database keeps of each name."""

_LARGEST_IDENTIFIER = 2**31 - 1
_LONGEST_EMAIL = 254

_NUMBERS = frozenset({"double", "float", "number", "decimal", "int", "integer", "long"})
_TRUTH_VALUES = frozenset({"bool", "boolean"})
_DATA_TYPES = _NUMBERS | _TRUTH_VALUES | {"string", "datetime", "timestamp"}


def added(record: DataSource, account: UserAccount) -> DataSource:
    """Return `record` as it is kept if `account` adds it; an administrator may name another owner.

    Raises
    ------
    BadRequestError
        If it cannot be kept, naming the field.
    """
    named = record.owner if account.role == "Administrator" else None
    return _complete(record, named or account.email_address)


def replaced(known: DataSource, record: DataSource, account: UserAccount) -> DataSource:
    """Return `record` as it is kept if it takes the place of the `known` one.

    Raises
    ------
    BadRequestError
        If it cannot be kept, naming the field.
    ForbiddenError
        If it names another owner, and the account is no administrator's.
    """
    if record.identifier not in {None, known.identifier}:
        raise BadRequestError(
            f"identifier: must be that of the address, {known.identifier}, or left out"
        )
    if record.owner and record.owner != known.owner and account.role != "Administrator":
        raise ForbiddenError("owner: only an Administrator may give a data source to somebody else.")
    whole = msgspec.structs.replace(record, identifier=known.identifier)
    return _complete(whole, record.owner or known.owner or "")


def changed(known: DataSource, changes: DataSource, account: UserAccount) -> DataSource:
    """Return the `known` record with those fields that `changes` has; null counts as left out.

    Raises
    ------
    BadRequestError
        If the outcome cannot be kept, naming the field.
    ForbiddenError
        If another owner is named, and the account is no administrator's.
    """
    given = {
        field: value for field, value in msgspec.structs.asdict(changes).items() if value is not None
    }
    return replaced(known, msgspec.structs.replace(known, **given), account)


def _complete(record: DataSource, owner: str) -> DataSource:
    """Check every field, fill those that are left out, and drop what only the server knows."""
    if record.identifier is not None and not 1 <= record.identifier <= _LARGEST_IDENTIFIER:
        raise BadRequestError(f"identifier: must be 1 to {_LARGEST_IDENTIFIER:,}, or left out")
    for field, longest in LONGEST.items():
        _check_name(field, getattr(record, field), longest)
    types = get_args(SourceType)
    if record.source_type not in types:
        raise BadRequestError(f"source_type: must be one of {', '.join(types)}")
    maintainers = record.maintainers or []
    for index, maintainer in enumerate(maintainers):
        _check_name(f"maintainers[{index}]", maintainer, _LONGEST_EMAIL)
    if owner:
        _check_name("owner", owner, _LONGEST_EMAIL)
    for field in ("ephemeris_metadata_schema", "data_product_metadata_schema"):
        _check_schema(field, getattr(record, field) or [])
    for problem in metadata_problems(record.metadata):
        raise BadRequestError(problem)
    return msgspec.structs.replace(
        record,
        owner=owner,
        maintainers=maintainers,
        ephemeris_metadata_schema=record.ephemeris_metadata_schema or [],
        data_product_metadata_schema=record.data_product_metadata_schema or [],
        metadata=record.metadata or {},
        stats=None,
    )


def _check_name(field: str, name: str | None, longest: int) -> None:
    if name is None or not name.strip():
        raise BadRequestError(f"{field}: is needed")
    if len(name) > longest:
        raise BadRequestError(f"{field}: must have at most {longest} characters, not {len(name)}")
    if not name.isprintable():
        raise BadRequestError(f"{field}: has characters that cannot be shown")


def _check_schema(where: str, schema: Sequence[MetadataField]) -> None:
    known: set[str] = set()
    for index, field in enumerate(schema):
        _check_name(f"{where}[{index}].field_name", field.field_name, LONGEST["program"])
        if field.field_name in known:
            raise BadRequestError(f"{where}[{index}].field_name: {field.field_name} is there twice")
        known.add(field.field_name)
        data_type = (field.data_type or "string").lower()
        if data_type not in _DATA_TYPES:
            raise BadRequestError(
                f"{where}[{index}].data_type: must be one of {', '.join(sorted(_DATA_TYPES))}"
            )
        for number, value in enumerate(field.allowed_values or []):
            if not _is_of(data_type, value):
                raise BadRequestError(
                    f"{where}[{index}].allowed_values[{number}]: {value} is no {data_type}"
                )


def _is_of(data_type: str, value: str) -> bool:
    if data_type in _TRUTH_VALUES:
        return value.lower() in {"true", "false"}
    if data_type in _NUMBERS:
        try:
            float(value)
        except ValueError:
            return False
    return True
