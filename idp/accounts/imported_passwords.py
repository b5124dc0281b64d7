"""Passwords of an old file: read, and compared with what is stored already (docs/rules.md §3.3)."""

from idp.accounts import credentials
from idp.accounts.foreign_hashes import ForeignHash, MalformedHash, UnknownHash, is_no_password, parse
from idp.core.batch_import import RowRefused


def read(text: str, *, hint: str | None = None) -> ForeignHash | None:
    """The hash of a cell, None where the old site had no password. Raises `RowRefused`."""
    if is_no_password(text):
        return None
    try:
        return parse(text, hint=hint)
    except UnknownHash:
        raise RowRefused("unknown_hash") from None
    except MalformedHash:
        raise RowRefused("malformed_hash") from None


def is_ours(stored: str | None) -> bool:
    """Whether this password was set here: then no file has a say in it any more."""
    return stored is not None and credentials.descriptor_of(stored) is None


def renew(stored: str | None, foreign: ForeignHash | None) -> tuple[str | None, int]:
    """What to store now that the file says `foreign`, and how many hashes it took to know; in any thread.

    Nothing that is kept tells one digest from another but the argon2id around it, so that is asked.
    """
    if is_ours(stored):
        return stored, 0
    if foreign is None:
        return None, 0
    if stored is None or credentials.descriptor_of(stored) != foreign.descriptor:
        return credentials.wrap_foreign(foreign), 1
    if credentials.is_wrapped(stored, foreign):
        return stored, 1
    return credentials.wrap_foreign(foreign), 2
