"""Passwords and secret answers: what is kept of them, and how one typed is compared (docs/rules.md §3.3, §7.3).

A stored password is `own:<key id>:<argon2id>`, or `onion:<descriptor>:<key id>:<argon2id>` around the digest that an
old site kept. Every function here hashes: call it before `db.write()`, holding a place of `hashing.place()`.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from idp.accounts.foreign_hashes import Descriptor, ForeignHash, candidates
from idp.accounts.password_policy import MAXIMUM_BYTES, normalise
from idp.accounts.secret_question import fold
from idp.core.crypto import Keyring
from idp.core.runtime import current

_OWN, _ONION = "own", "onion"
_PASSWORD, _FOREIGN, _ANSWER = "password", "foreign-password", "secret-answer"


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the password is the right one, and whether what is stored should be made anew."""

    ok: bool
    outdated: bool = False


class _Stored(NamedTuple):
    key_id: str
    descriptor: Descriptor | None
    argon2: str


def hash_password(password: str) -> str:
    """What is stored of a password that the policy took."""
    return _protect(_OWN, _PASSWORD, normalise(password))


def verify_password(stored: str | None, password: str) -> Verified:
    """Compare a typed password with what is stored; None costs as much and is never right.

    One argon2id for an ASCII password, two for any other, whatever is stored: an old site may have hashed either of
    two encodings. A password beyond 4,096 bytes is refused unread.
    """
    typed = candidates(password) if len(password) <= MAXIMUM_BYTES else []
    if not typed or len(typed[0]) > MAXIMUM_BYTES:
        return Verified(ok=False)
    parts = _read(stored or dummy())
    keyring, hashing = current().keyring, current().hashing
    site_key = _site_key(current().settings.site_key_file)

    def work() -> list[bool]:
        return [hashing.verify(parts.argon2, _secret(keyring, parts, text, site_key)) for text in typed]

    matches = hashing.run(work)
    # Only an old site hashed another encoding than UTF-8.
    ok = any(matches) if parts.descriptor else matches[0]
    current_form = parts.descriptor is None and parts.key_id == keyring.current
    return Verified(ok and stored is not None, not current_form or hashing.is_outdated(parts.argon2))


def wrap_foreign(foreign: ForeignHash) -> str:
    """What is stored of an old site's hash: its digest inside argon2id, computed in the calling thread."""
    keyring = current().keyring
    secret = _mac(keyring, _FOREIGN, keyring.current, foreign.digest)
    return f"{_ONION}:{foreign.descriptor}:{keyring.current}:{current().hashing.hash(secret)}"


def is_wrapped(stored: str, foreign: ForeignHash) -> bool:
    """Whether `stored` is what `wrap_foreign` made of this very hash; computed in the calling thread."""
    parts = _read(stored)
    if parts.descriptor != foreign.made_by:
        return False
    return current().hashing.verify(parts.argon2, _mac(current().keyring, _FOREIGN, parts.key_id, foreign.digest))


def dummy(descriptor: str | None = None) -> str:
    """A stored text that no password opens and that costs as much as one of this format to compare."""
    settings, key_id = current().settings, current().keyring.current
    cost = f"m={settings.argon2_memory_kib},t={settings.argon2_time_cost},p={settings.argon2_parallelism}"
    argon2 = f"$argon2id$v=19${cost}${_random(16)}${_random(32)}"
    return f"{_ONION}:{descriptor}:{key_id}:{argon2}" if descriptor else f"{_OWN}:{key_id}:{argon2}"


def descriptor_of(stored: str | None) -> str | None:
    """The old site's format around which a password is stored, for `dummy`; None for one of our own, or for none."""
    descriptor = _read(stored).descriptor if stored else None
    return str(descriptor) if descriptor else None


def hash_answer(answer: str) -> str:
    """What is stored of a secret answer, folded so that accents, case and punctuation do not count."""
    return _protect(_OWN, _ANSWER, fold(answer))


def verify_answer(stored: str | None, answer: str) -> bool:
    """Compare a typed answer with what is stored; None costs as much and is never right."""
    parts = _read(stored or dummy())
    secret = _mac(current().keyring, _ANSWER, parts.key_id, _utf8(fold(answer)))
    hashing = current().hashing
    return hashing.run(lambda: hashing.verify(parts.argon2, secret)) and stored is not None


def _protect(kind: str, purpose: str, text: str) -> str:
    keyring, hashing = current().keyring, current().hashing
    secret = _mac(keyring, purpose, keyring.current, _utf8(text))
    return f"{kind}:{keyring.current}:{hashing.run(lambda: hashing.hash(secret))}"


def _read(stored: str) -> _Stored:
    prefix, _, argon2 = stored.rpartition(":")
    rest, _, key_id = prefix.rpartition(":")
    kind, _, descriptor = rest.partition(":")
    return _Stored(key_id, Descriptor.parse(descriptor) if kind == _ONION else None, argon2)


def _secret(keyring: Keyring, stored: _Stored, typed: bytes, site_key: bytes) -> bytes:
    if stored.descriptor is None:
        return _mac(keyring, _PASSWORD, stored.key_id, typed)
    return _mac(keyring, _FOREIGN, stored.key_id, stored.descriptor.digest_of(typed, site_key))


def _mac(keyring: Keyring, purpose: str, key_id: str, text: bytes) -> bytes:
    return hmac.digest(keyring.derive(purpose, key_id), text, "sha256")


def _random(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _site_key(path: Path | None) -> bytes:
    return path.read_bytes().strip() if path else b""
