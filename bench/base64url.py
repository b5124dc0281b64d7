"""Base64url, and numbers written in it."""

import base64


def decode(text: str) -> bytes:
    """Base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(raw: bytes) -> str:
    """The same, written."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number_from(text: str) -> int:
    """A number of a JWK (RFC 7518 section 6.3.1)."""
    return int.from_bytes(decode(text), "big")
