"""Where a request comes from: forwarded headers are believed from configured proxies only (ASVS 4.1.3)."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any


def address(environ: Mapping[str, Any], trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """The nearest address that is not one of our proxies; a peer that is no address (a socket) is returned as it is."""
    peer = str(environ.get("REMOTE_ADDR") or "local")
    if not trusted or not is_within(peer, trusted):
        return peer
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    for hop in reversed(forwarded.split(",")):
        candidate = hop.strip()
        if _parse(candidate) is None:
            return peer
        if not is_within(candidate, trusted):
            return candidate
        peer = candidate
    return peer


def is_from_proxy(environ: Mapping[str, Any], trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether the peer itself is one of our proxies: only then is what it says of the connection before it believed."""
    return is_within(str(environ.get("REMOTE_ADDR", "")), trusted)


def is_within(source: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether an address is in one of `networks`; what is no address is in none."""
    parsed = _parse(source)
    return parsed is not None and any(parsed in net for net in networks)


def network(source: str) -> str:
    """What a limit counts: an IPv4 address, or the /64 of an IPv6 one (docs/rules.md §3 row 22)."""
    parsed = _parse(source)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, 64), strict=False))
    return source


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
