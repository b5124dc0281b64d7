"""Creating an account from an address and a password: parked until the mailbox is proved, reserving nothing.

An address that has an account already goes the same way, to the same pages, at the same cost; only the message
differs. Of several registrations of one address, the first to prove the mailbox wins (docs/rules.md §3 row 6).
"""

from idp.accounts import creation, credentials, mailbox_proofs
from idp.accounts.creation import AddressTaken
from idp.accounts.directory import AccountRow, find_by_address
from idp.accounts.identifiers import parse_address
from idp.accounts.mailbox_proofs import Draft
from idp.accounts.models import Registration
from idp.accounts.sending import Asked, Sending, before_another, count_request, is_too_soon, may_write_to, proof_of_code
from idp.accounts.sign_in import SignInRefused, failures_of, refuse
from idp.core import audit, clock, outbox
from idp.core.db import db, write
from idp.core.ids import new_id
from idp.core.runtime import current

PURPOSE = "registration"


class NotProved(Exception):
    """The mailbox has not been proved, or the registration is too old."""


class AlreadyCompleted(Exception):
    """The account was created from this registration before."""


def find(identifier: bytes) -> Registration | None:
    """A registration that is not over its time, completed or not."""
    registration = db.session.get(Registration, identifier)
    return registration if registration and registration.expires_at > clock.now() else None


def begin(
    address: str, password: str, asked: Asked, *, instead_of: Registration | None = None
) -> tuple[bytes, Sending]:
    """Park a registration and write to its address; its id, and whether the message went.

    `instead_of` is the open one of this browser: its address is corrected and its links die. Raises `AddressError`,
    `TooManyAttempts` or `Busy`; never says whether the address has an account.
    """
    parse_address(address)
    count_request(asked.source)
    with current().hashing.place():
        password_hash, draft = credentials.hash_password(password), mailbox_proofs.prepare()
    return _park(address, password_hash, draft, asked, instead_of.id if instead_of else new_id())


def begin_for(account: AccountRow, asked: Asked) -> tuple[bytes, Sending]:
    """The same for an account whose mailbox nobody proved, after its right password: the password stays."""
    assert account.password is not None
    count_request(asked.source)
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    return _park(account.address, account.password, draft, asked, new_id())


def resend(registration: Registration, *, source: str) -> Sending:
    """Write again, at most once a minute, and no more than three times a day to one address."""
    sending = before_another(registration.id, registration.canonical, PURPOSE, source=source)
    if sending is not Sending.SENT:
        return sending
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    write()
    _send(registration.id, registration.address, registration.locale, draft)
    return Sending.SENT


def prove(registration_id: bytes, proof_id: bytes) -> bool:
    """Take a proof of the mailbox, once, and put it down; the account comes with `complete`. Call it while writing."""
    if not mailbox_proofs.use(proof_id):
        return False
    current().sql.run(
        "UPDATE registration SET proved_at = :now WHERE id = :id AND proved_at IS NULL",
        {"id": registration_id, "now": clock.now()},
    )
    return True


def prove_by_code(registration: Registration, code: str, *, source: str) -> bool:
    """Prove the mailbox with the message's code; False for a wrong one. Leaves the write transaction open.

    Raises `TooManyAttempts` or `Busy`.
    """
    identifier = registration.id
    proof_id = proof_of_code(PURPOSE, identifier, code, source=source)
    if proof_id is None:
        return False
    write()
    return prove(identifier, proof_id)


def complete(registration_id: bytes, *, source: str) -> AccountRow:
    """Create the account, in the open write transaction: the unique index decides between several.

    An account of this address that nobody proved is taken over. Raises `NotProved`, `AlreadyCompleted` or
    `AddressTaken`, and has then changed nothing.
    """
    registration = db.session.get(Registration, registration_id, populate_existing=True)
    if registration is None or registration.proved_at is None or registration.expires_at <= clock.now():
        raise NotProved
    if registration.completed_at is not None:
        raise AlreadyCompleted
    event, account = _create(registration)
    registration.password, registration.completed_at = "", clock.now()
    audit.record(event, account_id=account.id, client_id=registration.client_id, source=source, way=PURPOSE)
    return account


def check_password(registration: Registration, password: str, *, source: str) -> None:
    """Compare the password chosen at registration, in a browser that did not start it.

    Raises `SignInRefused`, `TooManyAttempts` or `Busy`.
    """
    throttle, limit = current().throttle, current().settings.failures_per_source
    counter = current().keyring.digest("attempts", b"registration:" + registration.id)
    throttle.check(failures_of(source), limit)
    with current().hashing.place():
        throttle.claim(counter)
        if not credentials.verify_password(registration.password, password).ok:
            refuse(source, None)
            raise SignInRefused
    throttle.clear(counter)


def clean() -> int:
    """Delete the registrations whose time is over; how many."""
    return current().sql.run("DELETE FROM registration WHERE expires_at <= :now", {"now": clock.now()})


def _create(registration: Registration) -> tuple[str, AccountRow]:
    """The event that happened, and the account."""
    address, password_hash, locale = registration.address, registration.password, registration.locale
    try:
        account = creation.create_account(address, password_hash, origin=PURPOSE, locale=locale, verified_by=PURPOSE)
    except AddressTaken:
        holder = find_by_address(address)
        taken = holder and creation.take_over_unvalidated(holder.id, password_hash, verified_by=PURPOSE)
        if not taken:
            raise
        return "account_taken_over", taken
    return "account_created", account


def _park(address: str, password_hash: str, draft: Draft, asked: Asked, identifier: bytes) -> tuple[bytes, Sending]:
    parsed, now = parse_address(address), clock.now()
    sending = Sending.SENT if may_write_to(parsed.canonical, PURPOSE) else Sending.ENOUGH
    is_too_soon(identifier)
    write()
    current().sql.run(
        "INSERT INTO registration (id, address, canonical, password, locale, browser, interaction_id, client_id,"
        " created_at, expires_at) VALUES (:id, :address, :canonical, :password, :locale, :browser, :interaction_id,"
        " :client_id, :now, :expires_at) ON CONFLICT (id) DO UPDATE SET address = excluded.address,"
        " canonical = excluded.canonical, password = excluded.password, interaction_id = excluded.interaction_id,"
        " client_id = excluded.client_id, proved_at = NULL, expires_at = excluded.expires_at"
        " WHERE registration.completed_at IS NULL",
        {
            "id": identifier,
            "address": parsed.typed,
            "canonical": parsed.canonical,
            "password": password_hash,
            "locale": asked.locale,
            "browser": asked.browser,
            "interaction_id": asked.interaction_id,
            "client_id": asked.client_id,
            "now": now,
            "expires_at": now + current().settings.change_life,
        },
    )
    mailbox_proofs.withdraw(PURPOSE, identifier)
    if sending is Sending.SENT:
        _send(identifier, parsed.typed, asked.locale, draft)
    return identifier, sending


def _send(identifier: bytes, address: str, locale: str, draft: Draft) -> None:
    settings = current().settings
    mailbox_proofs.store(draft, PURPOSE, identifier, address, settings.link_life)
    account = find_by_address(address)
    home = settings.issuer + "/connexion/"
    args: dict[str, object] = {"email": address}
    if account is None or account.is_open_to_takeover:
        template = "registration"
        args |= {
            "link": f"{home}inscription/lien/{draft.token}",
            "code": draft.code,
            "validity": settings.link_life,
            "not_me_url": None,
        }
    else:
        template = "account_exists"
        args |= {"link": home, "forgotten_url": home + "mot-de-passe-oublie/"}
    outbox.put("mail", {"template": template, "to": address, "locale": locale, "args": args})
