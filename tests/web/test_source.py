"""Where a request comes from: only our own proxies are believed (ASVS 4.1.3)."""

from ipaddress import ip_network

import pytest

from idp.web.source import address, network

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, <script>, 10.0.0.2", "10.0.0.2"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("", "198.51.100.7", "local"),
    ],
)
def test_the_nearest_address_that_is_not_ours(peer, forwarded, expected):
    """Whatever a stranger writes in front of it."""
    assert address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, PROXIES) == expected


def test_without_proxies_nobody_is_believed():
    """The default."""
    assert address({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}, ()) == "10.0.0.1"


@pytest.mark.parametrize(
    ("source", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.7"),
        ("local", "local"),
    ],
)
def test_a_limit_counts_a_network(source, counted):
    """An IPv6 subscriber has 2^64 addresses (docs/rules.md §3 row 22)."""
    assert network(source) == counted
