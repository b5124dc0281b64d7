"""The password of somebody who is signed in, asked for once more before what cannot be taken back (ASVS 5.0 6.2.3)."""

from idp.accounts import sign_in
from idp.accounts.directory import AccountRow
from idp.accounts.sign_in import AccountClosed, MailboxUnproved, SignInRefused


def is_right(account: AccountRow, password: str, *, source: str) -> bool:
    """Compare it, counted as a sign-in is. Call it before `db.write()`. Raises `TooManyAttempts` or `Busy`."""
    try:
        sign_in.authenticate(account.address, password, source=source)
    except (SignInRefused, AccountClosed, MailboxUnproved):
        return False
    sign_in.forget_failures(account.address)
    return True
