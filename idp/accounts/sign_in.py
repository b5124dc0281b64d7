"""Signing in with the email address and the password: what is counted, compared and told, in that order.

Plain SQL on this way. What an unknown address costs and says is what a known one with a wrong password costs and says
(docs/rules.md §3 row 17); an account's state is told to the right password alone (§7.2).
"""

from dataclasses import dataclass

from idp.accounts import credentials, tries_notices
from idp.accounts.directory import AccountRow, find_by_address
from idp.accounts.identifiers import canonical
from idp.core import audit
from idp.core.redaction_patterns import NIR_IN_TEXT
from idp.core.runtime import current
from idp.core.throttle import FREE_FAILURES
from idp.web.source import network

_HOUR = 3600
_WAY = "email"


class SignInRefused(Exception):
    """The one refusal: an unknown address or a wrong password, nobody is told which."""


class AccountClosed(Exception):
    """The password is right; `state` of the `account` is why it does not open (`blocked` or `frozen`)."""

    def __init__(self, account: AccountRow) -> None:
        super().__init__(account.state)
        self.account = account


class MailboxUnproved(Exception):
    """The password is right, but nobody has proved the mailbox of this `account` yet."""

    def __init__(self, account: AccountRow) -> None:
        super().__init__("the mailbox is not proved")
        self.account = account


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who proved a password, at which epoch of the account: a session opened for another one is dead."""

    account_id: bytes
    epoch: int
    address: str
    counter: bytes
    stored: str | None
    # Today's hash of the same password, where the one that is stored is of another time or site.
    fresh: str | None
    # The wrong passwords that came just before.
    failures: int


def looks_like_nir(typed: str) -> bool:
    """Whether a text from the address box is laid out as a NIR: told by its shape alone, never looked up or kept."""
    return "@" not in typed and NIR_IN_TEXT.search(typed) is not None


def device_mark(address: str) -> str:
    """What a browser keeps to say that this address signed in there. Raises `AddressError`."""
    return current().keyring.digest("device", canonical(address).encode()).hex()


def authenticate(address: str, password: str, *, source: str, device: str | None = None) -> SignedIn:
    """Compare a password; `accept` writes down that it was right, `record` that a session opens.

    `source` is the address of the request; `device` names a browser where this address signed in before, whose
    failures are counted apart, so that a stranger's do not close it (docs/rules.md §3 row 21). Raises `AddressError`,
    `TooManyAttempts`, `Busy`, `SignInRefused`, `AccountClosed` or `MailboxUnproved`.
    """
    typed = canonical(address)
    throttle, hashing, limit = current().throttle, current().hashing, current().settings.failures_per_source
    counter = _counter(typed, device)
    throttle.check(failures_of(source), limit)
    with hashing.place():
        failures = throttle.claim(counter) - 1
        account = find_by_address(typed)
        verified = credentials.verify_password(account.password if account else _stand_in(typed), password)
        if account is None or not verified.ok:
            refuse(source, account)
            raise SignInRefused
        fresh = credentials.hash_password(password) if verified.outdated else None
    if account.state != "active":
        throttle.clear(counter)
        audit.record("sign_in_closed", account_id=account.id, source=source, way=_WAY, state=account.state)
        raise AccountClosed(account)
    if account.is_open_to_takeover:
        throttle.clear(counter)
        audit.record("sign_in_unproved", account_id=account.id, source=source, way=_WAY)
        raise MailboxUnproved(account)
    return SignedIn(account.id, account.epoch, account.address, counter, account.password, fresh, failures)


def accept(person: SignedIn) -> None:
    """Forget the failures, keep today's hash, tell of many failures. Writes: with the transaction that opens the
    session, where one opens.
    """
    current().throttle.clear(person.counter)
    if person.failures >= FREE_FAILURES:
        tries_notices.tell_of_late_success(person.account_id)
    if person.fresh:
        # Unless another password was set meanwhile.
        current().sql.run(
            "UPDATE account SET password = :fresh WHERE id = :id AND password = :stored",
            {"fresh": person.fresh, "id": person.account_id, "stored": person.stored},
        )


def record(account_id: bytes, *, source: str, way: str = _WAY, **how: str) -> None:
    """Put the sign-in down, where the session opens; `how` is what was proved besides the password."""
    audit.record("sign_in", account_id=account_id, source=source, way=way, **how)


def forget_failures(address: str, *, device: str | None = None) -> None:
    """Open the password way of an address again, whose owner came by another proof (docs/rules.md §3 row 21)."""
    for browser in {None, device}:
        current().throttle.clear(_counter(canonical(address), browser))


def failures_of(source: str) -> str:
    """The key under which the failures of one network are counted."""
    return f"failures:{network(source)}"


def refuse(source: str, account: AccountRow | None) -> None:
    """Count a failure of this network and put it down in the audit."""
    current().throttle.count(failures_of(source), _HOUR)
    audit.record("sign_in_refused", account_id=account.id if account else None, source=source, way=_WAY)


def _counter(typed: str, device: str | None) -> bytes:
    return current().keyring.digest("attempts", ":".join(["email", typed, *([device] if device else [])]).encode())


def _stand_in(typed: str) -> str:
    """A stored text that costs what an account's would: unknown addresses are spread over the formats in use.

    The account is drawn by the digest of what was typed, by linear hashing, so that the same address goes on costing
    the same while accounts are added.
    """
    sql = current().sql
    (last,) = sql.one(f"SELECT coalesce(max({sql.row_number}), 0) FROM account", {}) or (0,)  # noqa: S608
    size = 1 << int(last).bit_length()
    place = int.from_bytes(current().keyring.digest("stand-in", typed.encode())[:8]) % size
    row = sql.one(
        f"SELECT password FROM account WHERE {sql.row_number} >= :place ORDER BY {sql.row_number} LIMIT 1",  # noqa: S608
        {"place": place if place <= last else place % (size // 2)},
    )
    return credentials.dummy(credentials.descriptor_of(row[0]) if row else None)
