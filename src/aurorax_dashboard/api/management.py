"""The schemas of the AuroraX API that those who manage data meet: uploads, deletions, accounts.

Conventions are those of :mod:`~aurorax_dashboard.api.models`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from aurorax_dashboard.api.models import Location, Model, RequestType

Role = Literal["User", "Maintainer", "Owner", "Administrator"]


# ---- what is uploaded and deleted --------------------------------------------------------------


class EphemerisUpload(Model):
    """An ephemeris record to be stored (``LoadEphemerisSpecification``)."""

    program: str
    platform: str
    instrument_type: str
    epoch: datetime
    location_geo: Location | None = None
    location_gsm: Location | None = None
    nbtrace: Location | None = None
    sbtrace: Location | None = None
    metadata: dict[str, Any] | None = None


class DataProductUpload(Model):
    """A data product to be stored (``LoadDataProductSpecification``)."""

    program: str
    platform: str
    instrument_type: str
    start: datetime
    end: datetime
    data_product_type: str
    url: str
    metadata: dict[str, Any] | None = None


class EphemerisDeletion(Model):
    """Ephemeris records to be deleted, both ends included (``DeleteEphemerisSpecification``)."""

    program: str
    platform: str
    instrument_type: str
    start: datetime
    end: datetime


class DataProductDeletion(Model):
    """Data products to be deleted (``DeleteDataProductSpecification``)."""

    program: str
    platform: str
    instrument_type: str
    urls: list[str] = []


# ---- people ------------------------------------------------------------------------------------


class UserAccount(Model, omit_defaults=True):
    """Somebody who may change what the platform holds. No key and no password is in here."""

    account_id: str
    email_address: str
    role: Role
    disabled: bool
    first_name: str | None = None
    last_name: str | None = None
    upload_username: str | None = None
    email_confirmed: datetime | None = None
    agree_terms: datetime | None = None
    this_login: datetime | None = None
    last_login: datetime | None = None


class AuthenticationRequest(Model):
    """Body of a sign-in."""

    email_address: str
    password: str


# ---- searches of everybody ---------------------------------------------------------------------


class SearchRequestListing(Model):
    """One search in an administrator's list; figures are null where there are none yet."""

    search_type: RequestType
    request_id: str
    requested: datetime
    active: bool
    result_file_exists: bool
    ip_address: str | None = None
    query_duration: int | None = None
    """Milliseconds, of a running search so far."""
    file_size: int | None = None
    """Bytes, also of a file that was deleted."""
    result_count: int | None = None
    error_condition: bool | None = None
