"""The keyring and what is done with it: digests to look things up, seals to keep them, handles that cannot be forged.

A *seal* can be opened again (AES-256-GCM); a *digest* cannot (HMAC-SHA-256). Each purpose has its own key, derived
from a master key of the keyring, so that a value made for one purpose is worthless for another.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# A word processor makes longer ones of the one on the keyboard.
_DASHES = dict.fromkeys(map(ord, "-\u2010\u2011\u2012\u2013\u2014\u2212"))
_HANDLE_BYTES = 32
_NONCE_BYTES = 12


class KeyringError(Exception):
    """The keyring is missing, unreadable, or not the one the database was made with; one line that says which."""


class SealBroken(Exception):
    """The value was not sealed by this keyring for this purpose and context, or has been changed."""


class Keyring:
    """Master keys by id (32 bytes each), kept outside the database (docs/rules.md §3.2).

    `current` makes everything new, but for the purposes in `newest`, whose key moves alone: the pepper of the NIR.
    """

    def __init__(self, current: str, keys: dict[str, bytes], newest: dict[str, str] | None = None) -> None:
        newest = newest or {}
        if not {current, *newest.values()} <= keys.keys() or any(len(key) != 32 for key in keys.values()):
            raise KeyringError("the keyring has no usable current key")
        self.current = current
        self._keys = keys
        self._newest = newest
        self._path: Path | None = None
        self._mark: tuple[int, ...] = ()
        self.derive = lru_cache(maxsize=256)(self._derive)
        self._ciphers = lru_cache(maxsize=256)(lambda purpose, key_id: AESGCM(self.derive(purpose, key_id)))

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        """Read the keyring at `path`. Raises `KeyringError`."""
        try:
            mark = _mark(path)
            document = json.loads(path.read_text("utf-8"))
            keys = {key_id: base64.b64decode(text, validate=True) for key_id, text in document["keys"].items()}
            keyring = cls(document["current"], keys, dict(document.get("newest", {})))
        except FileNotFoundError:
            raise KeyringError(f"there is no keyring at {path}: make it with `mgen-connect init`") from None
        except PermissionError:
            raise KeyringError(f"the keyring at {path} cannot be read by this user") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyringError(f"the file {path} is not a keyring") from None
        keyring._path, keyring._mark = path, mark
        return keyring

    @classmethod
    def create(cls, path: Path) -> "Keyring":
        """Make a new keyring at `path`, mode 600; raises `KeyringError` where a file is there already."""
        keyring = cls("k1", {"k1": secrets.token_bytes(32)})
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise KeyringError(f"there is a file at {path} already") from None
        keyring._write(handle)
        return keyring

    def refresh(self) -> None:
        """Look whether the file was replaced, and take what is new in it: keys, and which of them are the newest.

        A file that lost or altered a key is not taken: this process goes on with what it knows.
        """
        if self._path is None:
            return
        try:
            if (mark := _mark(self._path)) == self._mark:
                return
            found = Keyring.load(self._path)
        except (OSError, KeyringError):
            return
        if self._keys.items() <= found._keys.items():
            self._keys, self._newest, self._mark = found._keys, found._newest, mark

    def add_key(self, purpose: str) -> str:
        """Make a master key that is the newest of `purpose` alone, and replace the file; the id of the key.

        Call it where no other process may do the same. Raises `KeyringError`.
        """
        assert self._path is not None
        self.refresh()
        key_id = f"k{len(self._keys) + 1}"
        self._keys = {**self._keys, key_id: secrets.token_bytes(32)}
        self._newest = {**self._newest, purpose: key_id}
        try:
            self._replace(self._path.resolve())
            self._mark = _mark(self._path)
        except OSError as error:
            raise KeyringError(f"the keyring at {self._path} cannot be replaced: {error.strerror}") from None
        return key_id

    def newest(self, purpose: str) -> str:
        """The id of the key that makes what is new for `purpose`."""
        return self._newest.get(purpose, self.current)

    def _replace(self, path: Path) -> None:
        """Whole or not at all: a keyring cut short would be the loss of everything sealed."""
        owner = path.stat()
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keyring-")
        try:
            # An administrator may run this: the server must still read it.
            os.fchown(handle, owner.st_uid, owner.st_gid)
            self._write(handle)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink()
            raise
        _sync_folder(path.parent)

    def _write(self, handle: int) -> None:
        keys = {key_id: base64.b64encode(key).decode() for key_id, key in self._keys.items()}
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"current": self.current, "newest": self._newest, "keys": keys}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())

    @property
    def key_ids(self) -> list[str]:
        """The ids of all master keys."""
        return list(self._keys)

    def _derive(self, purpose: str, key_id: str | None = None) -> bytes:
        master = self._keys.get(key_id or self.current)
        if master is None:
            raise KeyringError(f"the keyring has no key {key_id}")
        return HKDF(SHA256(), 32, None, f"mgen-connect:{purpose}".encode()).derive(master)

    def digest(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA-256 of `data` under the key of `purpose`: 32 bytes."""
        return hmac.digest(self.derive(purpose), data, "sha256")

    def check_value(self, key_id: str) -> str:
        """What the database keeps to recognise a master key without learning anything of it."""
        return hmac.digest(self.derive("check-value", key_id), b"mgen-connect", "sha256").hex()

    def seal(self, purpose: str, plaintext: bytes, context: bytes = b"") -> bytes:
        """Encrypt for `purpose`; `context` (a row's id, say) must be given again to open."""
        nonce = os.urandom(_NONCE_BYTES)
        key_id = self.current.encode()
        sealed: bytes = self._ciphers(purpose, self.current).encrypt(nonce, plaintext, context)
        return bytes([len(key_id)]) + key_id + nonce + sealed

    def open(self, purpose: str, sealed: bytes, context: bytes = b"") -> bytes:
        """The plaintext again. Raises `SealBroken`."""
        try:
            end = 1 + sealed[0]
            key_id = sealed[1:end].decode("ascii")
            nonce, ciphertext = sealed[end : end + _NONCE_BYTES], sealed[end + _NONCE_BYTES :]
            plaintext: bytes = self._ciphers(purpose, key_id).decrypt(nonce, ciphertext, context)
        except (IndexError, ValueError, InvalidTag, KeyringError):
            raise SealBroken from None
        return plaintext

    def handle(self, kind: str, identifier: bytes) -> str:
        """`identifier` (16 bytes) with a keyed check, as 43 URL-safe characters that nobody else can make."""
        check = hmac.digest(self.derive(f"handle:{kind}"), identifier, "sha256")[:16]
        return base64.urlsafe_b64encode(identifier + check).rstrip(b"=").decode()

    def read_handle(self, kind: str, text: str) -> bytes | None:
        """The identifier of a handle, or None where it was not made here: no look-up is then worth while."""
        if len(text) != 43:
            return None
        try:
            raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=")
        except (binascii.Error, UnicodeEncodeError):
            return None
        if len(raw) != _HANDLE_BYTES:
            return None
        check = hmac.digest(self.derive(f"handle:{kind}"), raw[:16], "sha256")[:16]
        # The unused bits of the last character make several spellings: only the one we wrote is good.
        exact = base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == text
        return raw[:16] if exact and hmac.compare_digest(check, raw[16:]) else None

    @cached_property
    def password_pepper(self) -> bytes:
        """The key under which every password is digested before argon2id (NIST SP 800-63B-4 §3.1.1.2)."""
        return self.derive("password")


def _mark(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def b64u(raw: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token() -> str:
    """A random value of 256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def token_digest(text: str) -> bytes:
    """The SHA-256 under which a 256-bit random token is kept (ASVS 6.5.2)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def code(length: int = 8) -> str:
    """A short code to copy by hand: `length` characters of 32 that cannot be taken for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalise_code(typed: str) -> str:
    """A code as typed, without spaces and dashes, in capitals."""
    return "".join(typed.split()).translate(_DASHES).upper()


def equal(left: str, right: str) -> bool:
    """Compare two texts in constant time, whatever characters they hold."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))
