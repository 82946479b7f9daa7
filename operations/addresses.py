"""Where deliveries may go: to public addresses over https, and wherever the settings allow it by name.

What a name stands for is looked up once, checked, and then connected to as it is: a name that stands for another
address a moment later leads nowhere else (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from nlp.errors import WrongInput

if TYPE_CHECKING:
    import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Collection[Any]]

LAST_PORT = 65535

TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""NAT64: an IPv6 address that stands for the IPv4 address in its last 32 bits."""


class AddressRefused(WrongInput):
    """Nothing is sent there. ``host`` is the name in the address."""

    def __init__(self, host: str, problem: str) -> None:
        super().__init__(f"{host}: {problem}")
        self.host, self.problem = host, problem


def checked_url(address: str, allow: Collection[str]) -> httpx.URL:
    """The address of an endpoint: https, or http to a host that is allowed by name. Raises AddressRefused."""
    import httpx

    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        raise AddressRefused(address[:80], "is no web address; write it like https://lms.example.com/hook") from None
    host = host_of(url)
    if url.scheme not in ("http", "https") or not host or (url.port or 0) > LAST_PORT:
        raise AddressRefused(address[:80], "is no web address; write it like https://lms.example.com/hook")
    if url.userinfo or url.fragment:
        raise AddressRefused(host, "an address has no user, password or fragment")
    if url.scheme == "http" and host not in allow:
        raise AddressRefused(host, f"only https; http for hosts in [delivery] allow, like allow = [{host!r}]")
    literal = _literal(host)
    if literal is not None and host not in allow:
        _refuse_private(host, literal)
    return url


def host_of(url: httpx.URL) -> str:
    """The host as it goes over the wire, in lower case."""
    return url.raw_host.decode("ascii").strip("[]").lower().rstrip(".")


def resolved(host: str, port: int, allow: Collection[str], lookup: Lookup | None = None) -> str:
    """The IP address to connect to. Raises AddressRefused where any that the name stands for is not public.

    A host in ``allow`` may be anywhere. ``lookup`` is the system's own where it is left out.
    """
    try:
        found = (lookup or _look_up)(host, port)
    except (OSError, UnicodeError):
        raise AddressRefused(host, "no such name") from None
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not addresses:
        raise AddressRefused(host, "no such name")
    if host not in allow:
        for one in addresses:
            _refuse_private(host, ipaddress.ip_address(one))
    return addresses[0]


def _look_up(host: str, port: int) -> Collection[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _refuse_private(host: str, address: Address) -> None:
    if not all(one.is_global and not one.is_multicast for one in _meant(address)):
        raise AddressRefused(host, f"{address} is no public address; allow it by name: [delivery] allow = [{host!r}]")


def _meant(address: Address) -> list[Address]:
    """The address, and the one that it carries in itself, if any: mapped, 6to4, Teredo or NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if address in TRANSLATED:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    # a mapped address is its IPv4 address and nothing else
    return [inside] if inside and address.ipv4_mapped else [address, *([inside] if inside else [])]


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
