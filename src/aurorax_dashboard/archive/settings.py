"""The archive's settings: each variable of the environment, its default and what it means.

Nothing else in the archive reads the environment. A value that does not fit is refused at start
with the variable's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta


class ArchiveSettingsError(ValueError):
    """A variable of the environment does not fit; the message names it."""


class ArchiveSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of the archive; each field's alias is its variable in the environment."""

    workers: Annotated[int, Meta(ge=1, le=32, description="Searches that run at the same time.")] = (
        msgspec.field(default=2, name="ARCHIVE_WORKERS")
    )
    queue_size: Annotated[
        int, Meta(ge=1, le=10_000, description="Searches that may wait; more are refused for a while.")
    ] = msgspec.field(default=100, name="ARCHIVE_QUEUE_SIZE")
    time_limit_s: Annotated[
        float,
        Meta(gt=0, le=86_400, description="Seconds after which a running search is ended as failed."),
    ] = msgspec.field(default=600.0, name="ARCHIVE_TIME_LIMIT_S")
    max_records: Annotated[
        int, Meta(ge=1, description="Records that one result may have; a search that finds more fails.")
    ] = msgspec.field(default=1_000_000, name="ARCHIVE_MAX_RECORDS")
    synchronous_time_limit_s: Annotated[
        float, Meta(gt=0, le=600, description="Seconds that a synchronous search may take.")
    ] = msgspec.field(default=25.0, name="ARCHIVE_SYNCHRONOUS_TIME_LIMIT_S")
    synchronous_max_records: Annotated[
        int, Meta(ge=1, description="Records that a synchronous search may answer with.")
    ] = msgspec.field(default=100_000, name="ARCHIVE_SYNCHRONOUS_MAX_RECORDS")
    result_days: Annotated[
        float, Meta(gt=0, description="Days after which the data of a finished search are deleted.")
    ] = msgspec.field(default=30.0, name="ARCHIVE_RESULT_DAYS")
    result_bytes: Annotated[
        int,
        Meta(
            ge=1_000_000,
            description="Bytes that the data of finished searches may take; beyond them the oldest are deleted.",
        ),
    ] = msgspec.field(default=20 * 1024**3, name="ARCHIVE_RESULT_BYTES")
    max_body_bytes: Annotated[
        int, Meta(ge=1_000, description="Bytes that the body of a request may have.")
    ] = msgspec.field(default=1_000_000, name="ARCHIVE_MAX_BODY_BYTES")
    max_upload_bytes: Annotated[
        int, Meta(ge=1_000, description="Bytes that the body of an upload may have.")
    ] = msgspec.field(default=64 * 1024**2, name="ARCHIVE_MAX_UPLOAD_BYTES")
    max_upload_records: Annotated[int, Meta(ge=1, description="Records that one upload may have.")] = (
        msgspec.field(default=100_000, name="ARCHIVE_MAX_UPLOAD_RECORDS")
    )
    track_bytes: Annotated[
        int,
        Meta(
            ge=0,
            description="Bytes of memory for the tracks of one search; more go to a temporary file.",
        ),
    ] = msgspec.field(default=512 * 1024**2, name="ARCHIVE_TRACK_BYTES")
    track_file_bytes: Annotated[
        int,
        Meta(
            ge=0,
            description="Bytes that the tracks of one search may have in all; a larger search fails.",
        ),
    ] = msgspec.field(default=8 * 1024**3, name="ARCHIVE_TRACK_FILE_BYTES")
    session_minutes: Annotated[
        float, Meta(gt=0, le=10_080, description="Minutes after which an unused session ends.")
    ] = msgspec.field(default=30.0, name="ARCHIVE_SESSION_MINUTES")
    maintenance: Annotated[
        bool, Meta(description="Whether changing what is held is refused for now; searching goes on.")
    ] = msgspec.field(default=False, name="ARCHIVE_MAINTENANCE")
    admin_key: Annotated[
        Annotated[str, Meta(min_length=16, pattern="^[!-~]*$")] | None,
        Meta(description="API key that has the rights of an administrator; at least 16 characters."),
    ] = msgspec.field(default=None, name="ARCHIVE_ADMIN_KEY")

    def __repr__(self) -> str:
        """Show each field but the secret ones, which are masked."""
        shown = {field: getattr(self, field) for field in self.__struct_fields__}
        if self.admin_key is not None:
            shown["admin_key"] = "***"
        fields = ", ".join(f"{field}={value!r}" for field, value in shown.items())
        return f"{type(self).__name__}({fields})"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ArchiveSettings:
        """Read `environment`; empty values count as not set.

        Raises
        ------
        ArchiveSettingsError
            If a value does not fit, naming the variable.
        """
        known = {field.encode_name for field in msgspec.structs.fields(cls)}
        given = {name: value for name, value in environment.items() if name in known and value}
        try:
            return msgspec.convert(given, cls, strict=False)
        except msgspec.ValidationError as error:
            raise ArchiveSettingsError(f"The environment does not fit: {error}") from None
