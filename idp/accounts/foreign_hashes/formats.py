"""How the old files write a hash: one row a format, told apart by its opening."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from idp.accounts.foreign_hashes.schemes import ITOA64, Descriptor, MalformedHash, UnknownHash

SITE_KEY_HINT: Final = "site-key"

_BCRYPT64 = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SHA512_CRYPT_ROUNDS = 5000
_SHORTEST_LDAP_SALT = 4


@dataclass(frozen=True, slots=True)
class ForeignHash:
    """One hash of an old file: what may be stored of it, and the canonical `digest`, which may not."""

    made_by: Descriptor
    digest: bytes = field(repr=False)

    @property
    def scheme(self) -> str:
        """The name of the format."""
        return self.made_by.scheme

    @property
    def descriptor(self) -> str:
        """Scheme, cost and salt without the digest; `Descriptor.parse` reads it back."""
        return str(self.made_by)


def parse(text: str, *, hint: str | None = None) -> ForeignHash:
    """Read a hash of an old file; `hint="site-key"` says that a bare MD5 has the site's key in front.

    Raises `UnknownHash`, or `MalformedHash` for a known format that is cut, altered or too dear to compute.
    """
    if hint == SITE_KEY_HINT and _BARE_MD5.fullmatch(text):
        return ForeignHash(Descriptor("md5-sitekey"), bytes.fromhex(text))
    for form in _FORMS:
        if opening := form.opening.match(text):
            rest = form.rest.fullmatch(text, opening.end())
            if rest is None:
                raise MalformedHash(form.scheme)
            cost, salt, digest = form.read(rest)
            return ForeignHash(Descriptor(form.scheme, cost, salt), digest)
    raise UnknownHash("no known format")


def is_no_password(text: str) -> bool:
    """Tell whether the old file says that no password was ever made: empty, `!` or `*`."""
    return text.strip() in ("", "!", "*")


class _Form(NamedTuple):
    scheme: str
    opening: re.Pattern[str]
    rest: re.Pattern[str]
    read: Callable[[re.Match[str]], tuple[int, bytes, bytes]]


def _form(scheme: str, opening: str, rest: str, read: Callable[[re.Match[str]], tuple[int, bytes, bytes]]) -> _Form:
    return _Form(scheme, re.compile(opening, re.ASCII), re.compile(rest, re.ASCII), read)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise MalformedHash("not base64") from None


def _hex(found: re.Match[str]) -> tuple[int, bytes, bytes]:
    parts = found.groupdict("")
    return 0, parts.get("salt", "").encode("ascii"), bytes.fromhex(parts["digest"])


def _ldap(size: int, *, salted: bool) -> Callable[[re.Match[str]], tuple[int, bytes, bytes]]:
    def read(found: re.Match[str]) -> tuple[int, bytes, bytes]:
        raw = _base64(found["digest"])
        if len(raw) < size + _SHORTEST_LDAP_SALT if salted else len(raw) != size:
            raise MalformedHash("wrong size")
        return 0, raw[size:], raw[:size]

    return read


def _crypt(found: re.Match[str]) -> tuple[int, bytes, bytes]:
    """DES, MD5: the digest stays in crypt's own base-64."""
    return 0, found["salt"].encode("ascii"), found["digest"].encode("ascii")


def _sha512_crypt(found: re.Match[str]) -> tuple[int, bytes, bytes]:
    _, salt, digest = _crypt(found)
    return int(found["cost"] or _SHA512_CRYPT_ROUNDS), salt, digest


def _bcrypt(found: re.Match[str]) -> tuple[int, bytes, bytes]:
    # Old PHP left stray bits in the 22nd character of the salt; the library refuses what everybody ignored.
    last = _BCRYPT64[_BCRYPT64.index(found["last"]) & 0b110000]
    return int(found["cost"]), (found["salt"] + last).encode("ascii"), found["digest"].encode("ascii")


def _log2_cost(found: re.Match[str]) -> tuple[int, bytes, bytes]:
    _, salt, digest = _crypt(found)
    return ITOA64.index(found["cost"]), salt, digest


def _django(found: re.Match[str]) -> tuple[int, bytes, bytes]:
    digest = _base64(found["digest"])
    if len(digest) != 32:
        raise MalformedHash("wrong size")
    return int(found["cost"]), found["salt"].encode("ascii"), digest


def _adapted(found: re.Match[str]) -> tuple[int, bytes, bytes]:
    """`$pbkdf2$`: base64 without padding, with a dot for the plus."""
    salt, digest = (
        _base64(found[part].replace(".", "+") + "=" * (-len(found[part]) % 4)) for part in ("salt", "digest")
    )
    if len(digest) != 20:
        raise MalformedHash("wrong size")
    return int(found["cost"]), salt, digest


_B64 = r"(?P<digest>[A-Za-z0-9+/=]+)"
_C64 = r"[./0-9A-Za-z]"
_CRYPT = r"(?:\{(?i:crypt)\})?"
_SALT = r"(?P<salt>[!-#%-~]{1,64})\$"
_COST = r"(?P<cost>\d{1,9})\$"

_BARE_MD5 = re.compile(r"[0-9A-Fa-f]{32}")
_FORMS: Final = (
    _form("md5", r"(?=[0-9A-Fa-f]{32}\Z)", r"(?P<digest>.*)", _hex),
    _form("sha1", r"(?=[0-9A-Fa-f]{40}\Z)", r"(?P<digest>.*)", _hex),
    _form("sha256", r"(?=[0-9A-Fa-f]{64}\Z)", r"(?P<digest>.*)", _hex),
    _form("vbulletin", r"(?=[0-9A-Fa-f]{32}:)", r"(?P<digest>.{32}):(?P<salt>[ -~]{1,30})", _hex),
    _form("salt-md5", r"md5\$", _SALT + r"(?P<digest>[0-9A-Fa-f]{32})", _hex),
    _form("salt-sha1", r"sha1\$", _SALT + r"(?P<digest>[0-9A-Fa-f]{40})", _hex),
    _form("pbkdf2-sha256", r"pbkdf2_sha256\$", _COST + _SALT + _B64, _django),
    _form(
        "pbkdf2-sha1",
        r"\$pbkdf2\$",
        _COST + r"(?P<salt>[A-Za-z0-9./]+)\$(?P<digest>[A-Za-z0-9./]+)",
        _adapted,
    ),
    _form("md5", r"\{(?i:md5)\}", _B64, _ldap(16, salted=False)),
    _form("sha1", r"\{(?i:sha)\}", _B64, _ldap(20, salted=False)),
    _form("smd5", r"\{(?i:smd5)\}", _B64, _ldap(16, salted=True)),
    _form("ssha", r"\{(?i:ssha)\}", _B64, _ldap(20, salted=True)),
    _form("ssha512", r"\{(?i:ssha512)\}", _B64, _ldap(64, salted=True)),
    _form("md5-crypt", _CRYPT + r"\$1\$", rf"(?P<salt>{_C64}{{1,8}})\$(?P<digest>{_C64}{{22}})", _crypt),
    _form(
        "sha512-crypt",
        _CRYPT + r"\$6\$",
        rf"(?:rounds={_COST})?(?P<salt>{_C64}{{1,16}})\$(?P<digest>{_C64}{{86}})",
        _sha512_crypt,
    ),
    _form(
        "bcrypt",
        _CRYPT + r"\$2[aby]\$",
        rf"(?P<cost>\d\d)\$(?P<salt>{_C64}{{21}})(?P<last>{_C64})(?P<digest>{_C64}{{31}})",
        _bcrypt,
    ),
    _form("phpass", r"\$[PH]\$", rf"(?P<cost>{_C64})(?P<salt>{_C64}{{8}})(?P<digest>{_C64}{{22}})", _log2_cost),
    _form("drupal7", r"\$S\$", rf"(?P<cost>{_C64})(?P<salt>{_C64}{{8}})(?P<digest>{_C64}{{43}})", _log2_cost),
    # Only behind its label: thirteen characters alone could be anything, a NIR for instance.
    _form("des-crypt", r"\{(?i:crypt)\}", rf"(?P<salt>{_C64}{{2}})(?P<digest>{_C64}{{11}})", _crypt),
)
