"""The file of a backup: frames sealed by the keyring one after another, so that a file of any size needs little memory.

The first line is in clear, and names the key by its check value. Each frame is bound to that line, to its place and to
whether it is the last: a file that was cut, reordered, mixed with another or altered does not open.
"""

import secrets
import zlib
from collections.abc import Iterator
from typing import IO, Any

import orjson

from idp.core.crypto import Keyring, SealBroken

FORMAT = 1
_PRODUCT = "mgen-connect-backup"
_PURPOSE = "backup"
_LONGEST_LINE = 1024
_LONGEST_FRAME = 64 * 1024 * 1024


class ArchiveError(Exception):
    """The file cannot be used; one line that says why."""


class Writer:
    """Writes frames to `file`; without `close` the file does not open again."""

    def __init__(self, file: IO[bytes], keyring: Keyring) -> None:
        self._file = file
        self._keyring = keyring
        key_id = keyring.current
        line = {"product": _PRODUCT, "format": FORMAT, "key": key_id, "check": keyring.check_value(key_id)}
        self._line = orjson.dumps({**line, "id": secrets.token_hex(16)}) + b"\n"
        self._number = 0
        file.write(self._line)

    def write(self, value: Any) -> None:
        """Append one JSON value."""
        self._put(orjson.dumps(value), last=False)

    def close(self) -> None:
        """Append the end."""
        self._put(b"", last=True)

    def _put(self, plaintext: bytes, *, last: bool) -> None:
        context = _context(self._line, self._number, last=last)
        sealed = self._keyring.seal(_PURPOSE, zlib.compress(plaintext, 1), context)
        self._file.write(len(sealed).to_bytes(4, "big") + bytes([last]) + sealed)
        self._number += 1


def read(file: IO[bytes], keyring: Keyring) -> Iterator[Any]:
    """The values of a file, each checked before it is given. Raises `ArchiveError`, at the end too where it is missing.

    Nothing of the file may be trusted to be whole before the last value has come.
    """
    line = file.readline(_LONGEST_LINE)
    _check_line(line, keyring)
    number, last = 0, False
    while not last:
        last, sealed = _frame(file)
        try:
            plaintext = zlib.decompress(keyring.open(_PURPOSE, sealed, _context(line, number, last=last)))
        except (SealBroken, zlib.error):
            raise ArchiveError("the file was altered, or cut and put together again") from None
        number += 1
        if not last:
            yield orjson.loads(plaintext)
    if file.read(1):
        raise ArchiveError("there is something behind the end of the file")


def _check_line(line: bytes, keyring: Keyring) -> None:
    try:
        head = orjson.loads(line)
        product, number, key_id, check = (head[name] for name in ("product", "format", "key", "check"))
    except (ValueError, KeyError, TypeError):
        raise ArchiveError("the file is not a backup") from None
    if product != _PRODUCT:
        raise ArchiveError("the file is not a backup")
    if number != FORMAT:
        raise ArchiveError("the file was written by another version: restore it with that one")
    if key_id not in keyring.key_ids or keyring.check_value(key_id) != check:
        raise ArchiveError("the file was sealed by another keyring: bring that one back first")


def _frame(file: IO[bytes]) -> tuple[bool, bytes]:
    head = file.read(5)
    length = int.from_bytes(head[:4], "big")
    if len(head) == 5 and length <= _LONGEST_FRAME and head[4] in (0, 1):
        sealed = file.read(length)
        if len(sealed) == length:
            return bool(head[4]), sealed
    raise ArchiveError("the file was cut short or altered")


def _context(line: bytes, number: int, *, last: bool) -> bytes:
    return line + number.to_bytes(8, "big") + bytes([last])
