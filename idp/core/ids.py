"""Identifiers: 16 bytes, ordered by time (RFC 9562 UUIDv7), unguessable in their last 74 bits."""

import os

from idp.core import clock


def new_id() -> bytes:
    """A new identifier; later ones sort after earlier ones, to the millisecond."""
    random = bytearray(os.urandom(10))
    random[0] = 0x70 | (random[0] & 0x0F)
    random[2] = 0x80 | (random[2] & 0x3F)
    return clock.now_ms().to_bytes(6, "big") + bytes(random)


def first_id(seconds: int) -> bytes:
    """What every identifier made from that second on sorts after; so that old rows are found by their key."""
    return (seconds * 1000).to_bytes(6, "big") + bytes(10)
