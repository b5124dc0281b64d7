"""How each old digest was made, by name: the part that may be stored, and the computation itself."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import bcrypt

LONGEST_PASSWORD: Final = 4096
ITOA64: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# A row of a file decides how long a sign-in takes: beyond these costs it is refused.
_COSTS = {
    "bcrypt": range(4, 15),
    "drupal7": range(7, 19),
    "pbkdf2-sha1": range(1, 2_000_001),
    "pbkdf2-sha256": range(1, 2_000_001),
    "phpass": range(7, 19),
    "sha512-crypt": range(1000, 200_001),
}
_NO_COST = range(1)
_BCRYPT_BYTES = 72


class UnknownHash(ValueError):
    """The text is in no format of ours; the message never repeats it."""


class MalformedHash(ValueError):
    """The text opens like a format of ours and does not go on like it; the message never repeats it."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Scheme, cost and salt of a digest; as a text, `scheme:cost:salt` with the salt in base64url.

    Raises `UnknownHash` for another scheme, `MalformedHash` for a cost out of bounds.
    """

    scheme: str
    cost: int = 0
    salt: bytes = b""

    def __post_init__(self) -> None:
        if self.scheme not in _SCHEMES:
            raise UnknownHash("no such scheme")
        if self.cost not in _COSTS.get(self.scheme, _NO_COST):
            raise MalformedHash("cost out of bounds")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote; raises `UnknownHash` or `MalformedHash`."""
        found = re.fullmatch(r"([a-z0-9-]+):([0-9]{0,9}):((?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?)", text)
        if found is None:
            raise MalformedHash("not a descriptor")
        scheme, cost, salt = found.groups()
        return cls(scheme, int(cost or 0), base64.urlsafe_b64decode(salt + "=" * (-len(salt) % 4)))

    def __str__(self) -> str:
        salt = base64.urlsafe_b64encode(self.salt).decode("ascii").rstrip("=")
        return f"{self.scheme}:{self.cost or ''}:{salt}"

    def digest_of(self, password: bytes, site_key: bytes = b"") -> bytes:
        """The canonical digest of `password` (the bytes the old site took), NUL and all, at most 4,096 bytes.

        `site_key` is what `md5-sitekey` puts in front. Raises `ValueError` for a longer password.
        """
        if len(password) > LONGEST_PASSWORD:
            raise ValueError("password too long")
        return _SCHEMES[self.scheme](self, password, site_key)


def candidates(password: str) -> list[bytes]:
    """The bytes an old site may have hashed: NFC as UTF-8, then ISO-8859-1 for a text that is not ASCII.

    Every non-ASCII password gives two, so that what is typed alone decides what a sign-in costs.
    """
    composed = unicodedata.normalize("NFC", password)
    utf8 = composed.encode("utf-8", "surrogatepass")
    return [utf8] if composed.isascii() else [utf8, composed.encode("iso-8859-1", "replace")]


_Compute: TypeAlias = Callable[[Descriptor, bytes, bytes], bytes]


def _hash(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()


def _plain(name: str) -> _Compute:
    return lambda _made, password, _key: _hash(name, password)


def _salt_last(name: str) -> _Compute:
    return lambda made, password, _key: _hash(name, password + made.salt)


def _salt_first(name: str) -> _Compute:
    return lambda made, password, _key: _hash(name, made.salt + password)


def _pbkdf2(name: str) -> _Compute:
    return lambda made, password, _key: hashlib.pbkdf2_hmac(name, password, made.salt, made.cost)


def _md5_after_site_key(_made: Descriptor, password: bytes, site_key: bytes) -> bytes:
    return _hash("md5", site_key + password)


def _vbulletin(made: Descriptor, password: bytes, _key: bytes) -> bytes:
    return _hash("md5", _hash("md5", password).hex().encode("ascii") + made.salt)


def _bcrypt(made: Descriptor, password: bytes, _key: bytes) -> bytes:
    # $2a$, $2b$ and $2y$ are one algorithm in a library of today; 72 bytes are all it ever read.
    setting = b"$2b$%02d$" % made.cost + made.salt
    return bcrypt.hashpw(_c_string(password)[:_BCRYPT_BYTES], setting)[-31:]


def _des_crypt(made: Descriptor, password: bytes, _key: bytes) -> bytes:
    return _crypt("des_crypt", password, 11, salt=made.salt)


def _md5_crypt(made: Descriptor, password: bytes, _key: bytes) -> bytes:
    return _crypt("md5_crypt", password, 22, salt=made.salt)


def _sha512_crypt(made: Descriptor, password: bytes, _key: bytes) -> bytes:
    return _crypt("sha512_crypt", password, 86, salt=made.salt, rounds=made.cost)


def _phpass(made: Descriptor, password: bytes, _key: bytes) -> bytes:
    return _crypt("phpass", password, 22, salt=made.salt, rounds=made.cost)


def _crypt(name: str, password: bytes, size: int, *, salt: bytes, **settings: int) -> bytes:
    # Imported on first use: it takes longer than the rest of this room together.
    import passlib.hash

    handler = getattr(passlib.hash, name).using(salt=salt.decode("ascii"), **settings)
    return str(handler.hash(_c_string(password)))[-size:].encode("ascii")


def _c_string(password: bytes) -> bytes:
    """What crypt(3) read of it: up to the first NUL."""
    return password.partition(b"\0")[0]


def _drupal7(made: Descriptor, password: bytes, _key: bytes) -> bytes:
    digest = _hash("sha512", made.salt + password)
    for _ in range(1 << made.cost):
        digest = hashlib.sha512(digest + password).digest()
    # Drupal cut its text at 55 characters: 43 of the digest.
    return _encode64(digest)[:43]


def _encode64(raw: bytes) -> bytes:
    """The base-64 of phpass and Drupal: groups of three bytes, least significant bits first."""
    text = []
    for start in range(0, len(raw), 3):
        group = raw[start : start + 3]
        value = int.from_bytes(group, "little")
        text += [ITOA64[value >> 6 * place & 63] for place in range(len(group) + 1)]
    return "".join(text).encode("ascii")


_SCHEMES: Final[dict[str, _Compute]] = {
    "md5": _plain("md5"),
    "sha1": _plain("sha1"),
    "sha256": _plain("sha256"),
    "smd5": _salt_last("md5"),
    "ssha": _salt_last("sha1"),
    "ssha512": _salt_last("sha512"),
    "salt-md5": _salt_first("md5"),
    "salt-sha1": _salt_first("sha1"),
    "md5-sitekey": _md5_after_site_key,
    "vbulletin": _vbulletin,
    "pbkdf2-sha1": _pbkdf2("sha1"),
    "pbkdf2-sha256": _pbkdf2("sha256"),
    "bcrypt": _bcrypt,
    "des-crypt": _des_crypt,
    "md5-crypt": _md5_crypt,
    "sha512-crypt": _sha512_crypt,
    "phpass": _phpass,
    "drupal7": _drupal7,
}
