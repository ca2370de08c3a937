"""From where pictures may come: the hosts that the settings name and the AuroraX server, none of our own network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

_MAX_URL = 2_000

_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""Networks whose addresses end in an IPv4 address, which is where a gateway leads on to."""

Resolve = Callable[[str], Sequence[str]]
"""Returns the addresses of a host; raises OSError if it has none."""


class ImageError(Exception):
    """A picture is refused or cannot be had; the message says why, in a sentence.

    Parameters
    ----------
    status
        What the browser is answered.
    """

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class ImageHosts:
    """From where pictures may come.

    Parameters
    ----------
    api_url
        The AuroraX server: its own origin is allowed, wherever it is.
    names
        Other hosts, each by its exact name; spoken to by https alone.
    """

    api_url: str
    names: frozenset[str]

    @classmethod
    def of(cls, api_url: str, names: Collection[str]) -> ImageHosts:
        """Return the hosts that settings describe."""
        return cls(api_url, frozenset(name.casefold() for name in names))

    def check(self, url: str) -> SplitResult:
        """Return the parts of `url` if a picture may be fetched from there.

        Raises
        ------
        ImageError
            If it may not.
        """
        parts = _parts(url)
        if self.is_own(parts):
            return parts
        if (parts.hostname or "") not in self.names:
            raise ImageError(
                HTTPStatus.FORBIDDEN, "Pictures from this host are not shown by this dashboard."
            )
        if parts.scheme != "https" or (parts.port or 443) != 443:
            raise ImageError(HTTPStatus.FORBIDDEN, "Pictures from this host must come by https.")
        return parts

    def allows(self, url: str) -> bool:
        """Return whether a picture may be fetched from `url`."""
        try:
            self.check(url)
        except ImageError:
            return False
        return True

    def is_own(self, parts: SplitResult) -> bool:
        """Return whether an address is one of the AuroraX server itself."""
        return _origin(parts) == _origin(urlsplit(self.api_url))


def _parts(url: str) -> SplitResult:
    """Return the parts of an absolute http(s) address without name, password and fragment."""
    printable = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    try:
        parts = urlsplit(url) if printable and len(url) <= _MAX_URL else None
        whole = parts and parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # brackets that do not close, or a port that is none
        whole = parts = None
    if not whole or parts is None or "@" in parts.netloc or parts.fragment:
        raise ImageError(HTTPStatus.BAD_REQUEST, "This is not the address of a picture.")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def resolve(host: str) -> list[str]:
    """Return the addresses of `host`.

    Raises
    ------
    OSError
        If it has none.
    """
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def public_addresses(host: str, lookup: Resolve) -> list[IPv4Address | IPv6Address]:
    """Return the addresses of `host`, all of them public.

    Raises
    ------
    ImageError
        If it has none, or one that is not: somebody made its name point into our own network.
    """
    try:
        addresses = [ip_address(text) for text in lookup(host)]
    except (OSError, ValueError):
        addresses = []
    if not addresses:
        raise ImageError(HTTPStatus.BAD_GATEWAY, "The host of this picture cannot be found.")
    if not all(_is_public(address) for address in addresses):
        raise ImageError(HTTPStatus.BAD_GATEWAY, "The host of this picture is not a public one.")
    return addresses


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    inner = _within(address) if isinstance(address, IPv6Address) else None
    return address.is_global and not address.is_multicast and (inner is None or _is_public(inner))


def _within(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a gateway would make of `address`, None if none would."""
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
