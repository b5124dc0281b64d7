"""The name that somebody chose to be called before others: a pseudonym, or none. No site is told another one."""

import unicodedata

from idp.core import audit
from idp.core.redaction_patterns import NIR_IN_TEXT
from idp.core.runtime import current

LONGEST = 50


class NameRefused(Exception):
    """Not a name to show; `code` is `too-long`, `private`, `characters` or `start`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(typed: str) -> str | None:
    """The name as it is kept: NFC, 1 to 50 printable characters; None where nothing was typed. Raises `NameRefused`."""
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if not name:
        return None
    if len(name) > LONGEST:
        raise NameRefused("too-long")
    # Others will read it, and sites may pass it on.
    if "@" in name or NIR_IN_TEXT.search(name):
        raise NameRefused("private")
    if not name.isprintable():
        raise NameRefused("characters")
    # A spreadsheet takes what begins with a sign for a formula.
    if not name[0].isalnum():
        raise NameRefused("start")
    return name


def find(account_id: bytes) -> str | None:
    """The name that an account has now."""
    row = current().sql.one("SELECT public_name FROM account WHERE id = :id", {"id": account_id})
    return row[0] if row else None


def keep(account_id: bytes, name: str | None) -> None:
    """Give the account this name, or none. Call it while writing; the name itself is not put down."""
    current().sql.run("UPDATE account SET public_name = :name WHERE id = :id", {"name": name, "id": account_id})
    audit.record("public name changed" if name else "public name removed", account_id=account_id)
