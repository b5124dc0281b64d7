"""Telling a person that somebody tries to come in, or came in after many tries (ASVS 6.3.5): once a day at most.

The one who can read the mailbox may freeze the account from there, or choose another password.
"""

from typing import Any, Final

from idp.accounts import notices
from idp.accounts.directory import find_by_id
from idp.core.db import write
from idp.core.runtime import current
from idp.core.throttle import DAY

TOLD_AT: Final = 5
"""The wrong second factor of a day that is told: whoever brings it knows the password."""

_FORGOTTEN = "/connexion/mot-de-passe-oublie/"


def tell_of_late_success(account_id: bytes) -> None:
    """The right password came after the free failures: every address is told. Writes."""
    if current().throttle.count(f"told-late-success:{account_id.hex()}", DAY) == 1:
        _tell(account_id, "password_after_failures")


def count_wrong_factor(account_id: bytes) -> None:
    """Count a refused second factor; every address is told of the fifth of a day, in the write transaction."""
    if current().throttle.count(f"wrong-second-factors:{account_id.hex()}", DAY) == TOLD_AT:
        write()
        _tell(account_id, "second_factor_tried", tries=TOLD_AT)


def _tell(account_id: bytes, template: str, **args: Any) -> None:
    if account := find_by_id(account_id):
        notices.tell(account, template, forgotten_url=current().settings.issuer + _FORGOTTEN, **args)
