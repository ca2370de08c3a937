"""The environment, read once, checked, typed.

Every variable has a default and a sentence here, and nowhere else in the code is the environment
read. A value that does not fit is refused at start with the variable's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from aurorax_dashboard.api import LIVE_URL

REPOSITORY = Path(__file__).resolve().parents[2]
"""The folder that holds app.py, assets and src."""

_SECRET_FIELDS = frozenset({"api_key", "secret_key", "redis_url", "users"})
_LOOPBACK_NAMES = ("localhost", "127.0.0.1")


class SettingsError(ValueError):
    """A variable of the environment does not fit; the message names it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings; each field's alias is its variable in the environment."""

    host: Annotated[
        str, Meta(description="Address that the web server listens on; 0.0.0.0 lets others in.")
    ] = msgspec.field(default="127.0.0.1", name="HOST")
    port: Annotated[int, Meta(ge=0, le=65535, description="Port of the web server.")] = msgspec.field(
        default=8050, name="PORT"
    )
    web_concurrency: Annotated[int, Meta(ge=1, le=64, description="Processes of the web server.")] = (
        msgspec.field(default=2, name="WEB_CONCURRENCY")
    )
    api_url: Annotated[
        str,
        Meta(
            description="Base address of the AuroraX server. `make run` starts the embedded archive "
            "instead when it is not set."
        ),
    ] = msgspec.field(default=LIVE_URL, name="AURORAX_API_URL")
    api_key: Annotated[
        str | None,
        Meta(description="AuroraX API key, kept on the server; anonymous searches need none."),
    ] = msgspec.field(default=None, name="AURORAX_API_KEY")
    data_dir: Annotated[
        str,
        Meta(
            description="Folder of the cache, the saved results and the archive; private to the user."
        ),
    ] = msgspec.field(default=str(REPOSITORY / ".data"), name="DASHBOARD_DATA")
    redis_url: Annotated[
        str | None,
        Meta(
            description="Redis server that holds cache, results and background jobs instead of this machine, so that "
            "several machines serve one dashboard; the jobs are then done by the `worker` of the Procfile."
        ),
    ] = msgspec.field(default=None, name="REDIS_URL")
    secret_key: Annotated[
        str | None,
        Meta(
            description="Signs the handles of background jobs. Made once and kept in the data folder "
            "when not set; set it when several machines serve one dashboard."
        ),
    ] = msgspec.field(default=None, name="SECRET_KEY")
    prefix: Annotated[
        str,
        Meta(
            pattern=r"^/([A-Za-z0-9._~-]+/)*$",
            description="Path under which the dashboard is reached, with a slash at both ends.",
        ),
    ] = msgspec.field(default="/", name="DASHBOARD_PREFIX")
    hosts: Annotated[
        str,
        Meta(
            description="Names under which the dashboard is reached, separated by commas; others are refused. When "
            "not set: those of this machine, where HOST is 127.0.0.1 and no proxy stands in front; else any."
        ),
    ] = msgspec.field(default="", name="DASHBOARD_HOSTS")
    users: Annotated[
        str | None,
        Meta(
            description="Who may come in, as NAME:HASH separated by commas; `python -m aurorax_dashboard.web.signin "
            "NAME` makes an entry. When not set, everybody."
        ),
    ] = msgspec.field(default=None, name="DASHBOARD_USERS")
    log_format: Annotated[
        Literal["text", "json"],
        Meta(description="How the log is written: `text`, or `json` with an object a line."),
    ] = msgspec.field(default="text", name="LOG_FORMAT")
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        Meta(description="Least severity that is logged."),
    ] = msgspec.field(default="WARNING", name="LOG_LEVEL")
    metrics: Annotated[
        bool, Meta(description="Whether `/metrics` answers, for Prometheus; keep it from the public.")
    ] = msgspec.field(default=False, name="METRICS")
    proxy_hops: Annotated[
        int,
        Meta(ge=0, le=5, description="How many proxies stand in front and set X-Forwarded-* headers."),
    ] = msgspec.field(default=0, name="PROXY_HOPS")
    searches_per_minute: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            description="Searches that one visitor may start within a minute; without Redis each web process "
            "counts for itself.",
        ),
    ] = msgspec.field(default=20, name="SEARCHES_PER_MINUTE")
    max_followers: Annotated[
        int, Meta(ge=1, le=500, description="Searches that may be followed in the background at once.")
    ] = msgspec.field(default=64, name="MAX_FOLLOWERS")
    follow_minutes: Annotated[
        int,
        Meta(
            ge=1, le=1440, description="Minutes after which an unfinished search is no longer followed."
        ),
    ] = msgspec.field(default=60, name="FOLLOW_MINUTES")
    map_events: Annotated[
        int,
        Meta(
            ge=0,
            le=2000,
            description="Conjunctions of a result whose footprints are fetched for the map.",
        ),
    ] = msgspec.field(default=60, name="MAP_EVENTS")
    image_hosts: Annotated[
        str,
        Meta(
            description="Hosts beside the AuroraX server from which pictures of data products are shown, by exact "
            "name, separated by commas; empty (a comma) for none."
        ),
    ] = msgspec.field(default="data.phys.ucalgary.ca", name="IMAGE_HOSTS")
    image_cache_mb: Annotated[
        int,
        Meta(ge=16, le=1_000_000, description="Megabytes of disk for pictures that were shown."),
    ] = msgspec.field(default=512, name="IMAGE_CACHE_MB")

    @property
    def data_path(self) -> Path:
        """The data folder."""
        return Path(self.data_dir)

    @property
    def picture_hosts(self) -> tuple[str, ...]:
        """Hosts beside the AuroraX server from which pictures are shown."""
        return tuple(name.strip() for name in self.image_hosts.split(",") if name.strip())

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """Names under which the dashboard may be asked for; empty for any."""
        if self.hosts:
            return tuple(name.strip() for name in self.hosts.split(",") if name.strip())
        private = self.host in _LOOPBACK_NAMES and self.proxy_hops == 0
        return _LOOPBACK_NAMES if private else ()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read `environment`; empty values count as not set.

        Raises
        ------
        SettingsError
            If a value does not fit, naming the variable.
        """
        known = {field.encode_name for field in msgspec.structs.fields(cls)}
        given = {name: value for name, value in environment.items() if name in known and value}
        try:
            settings = msgspec.convert(given, cls, strict=False)
        except msgspec.ValidationError as error:
            raise SettingsError(f"The environment does not fit: {error}") from None
        _check_address(settings.api_url)
        if settings.redis_url and urlsplit(settings.redis_url).scheme not in {"redis", "rediss"}:
            raise SettingsError("REDIS_URL must be an address such as redis://host:6379/0")
        return msgspec.structs.replace(settings, api_url=settings.api_url.rstrip("/"))

    @property
    def secrets(self) -> list[str]:
        """Texts that must never be seen: in a log, a page or an error."""
        password = urlsplit(self.redis_url or "").password
        hashes = [entry.partition(":")[2] for entry in (self.users or "").split(",")]
        return [text for text in (self.api_key, self.secret_key, password, *hashes) if text]

    def described(self) -> list[tuple[str, str]]:
        """Return variable and effective value of each setting, secrets masked."""
        shown: list[tuple[str, str]] = []
        for field in msgspec.structs.fields(self):
            value: Any = getattr(self, field.name)
            if field.name in _SECRET_FIELDS:
                value = "set" if value else "not set"
            shown.append((field.encode_name, str(value)))
        return shown


def assets_folder() -> Path:
    """Return the folder of style sheets, scripts and map outlines.

    Raises
    ------
    SettingsError
        If it is not there: it belongs to the repository, and a plain installation leaves it behind.
    """
    folder = REPOSITORY / "assets"
    if not folder.is_dir():
        raise SettingsError(
            f"There is no {folder}. Start the dashboard in its repository, installed with "
            "`pip install --editable .` as `make run` does."
        )
    return folder


def check_data_folder(settings: Settings) -> None:
    """Make the data folder if need be.

    Raises
    ------
    SettingsError
        If nothing can be written there.
    """
    try:
        settings.data_path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.data_path):
            pass
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise SettingsError(
            f"DASHBOARD_DATA must be a folder that can be written to; {settings.data_path} is not: {reason}"
        ) from None


def _check_address(text: str) -> None:
    """Refuse what is no address of a server, and passwords, which every page would show."""
    try:
        address = urlsplit(text)
        usable = address.scheme in {"http", "https"} and address.hostname and address.port != 0
    except ValueError:  # brackets that do not close, or a port that is none
        usable = False
    if not usable:
        raise SettingsError(f"AURORAX_API_URL must be an http(s) address such as {LIVE_URL}")
    if address.username is not None or address.password is not None:
        raise SettingsError(
            "AURORAX_API_URL must not hold a name or password; a key belongs in AURORAX_API_KEY"
        )
