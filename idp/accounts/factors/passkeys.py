"""The passkeys of accounts: made, used, renamed, removed (WebAuthn Level 3 §7).

Whose challenge an answer is for, `challenges` decides before anything here is called.
"""

from dataclasses import dataclass

from idp.accounts.directory import AccountRow
from idp.accounts.factors import changes, webauthn_ceremonies
from idp.accounts.factors.webauthn_ceremonies import Assertion, CeremonyRefused, CounterWentBack, NewCredential
from idp.core import clock
from idp.core.db import write
from idp.core.ids import new_id
from idp.core.runtime import current

MOST = 20


@dataclass(frozen=True, slots=True)
class Proof:
    """Who has proved to hold a passkey, and the `amr` values that are true of it (RFC 8176)."""

    account_id: bytes
    amr: tuple[str, ...]


def creation_options(account: AccountRow, challenge: bytes) -> str:
    """What the person's browser needs to make one more, as JSON; theirs of before are excluded."""
    return webauthn_ceremonies.creation_options(
        account.id, account.address, account.address, credential_ids(account.id), challenge
    )


def credential_ids(account_id: bytes) -> list[bytes]:
    """The credentials of an account, for `request_options`."""
    rows = current().sql.all(
        "SELECT credential_id FROM passkey WHERE account_id = :account_id ORDER BY id", {"account_id": account_id}
    )
    return [identifier for (identifier,) in rows]


def register(account_id: bytes, answer: str, challenge: bytes, name: str, *, source: str | None = None) -> bytes:
    """Keep a new passkey under `name`, tell the person; its id.

    Raises `CeremonyRefused`, with `known` for a credential that is somebody's already, `too-many` beyond `MOST`.
    """
    made = webauthn_ceremonies.verify_creation(answer, challenge)
    write()
    if len(credential_ids(account_id)) >= MOST:
        raise CeremonyRefused("too-many")
    identifier = new_id()
    if not _insert(identifier, account_id, made, name):
        raise CeremonyRefused("known")
    changes.tell(account_id, "factor_added", source=source, way=changes.PASSKEY)
    return identifier


def verify(answer: str, challenge: bytes, account_id: bytes | None = None, *, source: str | None = None) -> Proof:
    """Check the answer of a passkey, of this account or, without one, of whichever account it belongs to.

    Raises `CeremonyRefused`, with `unknown` where no such passkey is kept (any more). A copied authenticator raises
    `CounterWentBack`, after it was put down and the person told: keep that, outside of `together()`.
    """
    credential_id = webauthn_ceremonies.credential_id_of(answer)
    row = current().sql.one(
        "SELECT id, account_id, public_key, sign_count FROM passkey WHERE credential_id = :credential_id",
        {"credential_id": credential_id},
    )
    if row is None or account_id not in (None, row[1]):
        raise CeremonyRefused("unknown")
    identifier, owner, public_key, sign_count = row
    try:
        assertion = webauthn_ceremonies.verify_assertion(answer, challenge, public_key, sign_count)
        # §7.2 step 6: without an account to begin with, the authenticator must say whose it is.
        if assertion.user_handle != owner and (assertion.user_handle is not None or account_id is None):
            raise CeremonyRefused("unknown")
        _count_use(identifier, assertion)
    except CounterWentBack:
        write()
        changes.tell(owner, "passkey_copied", source=source)
        raise
    return Proof(owner, ("swk" if assertion.backup_eligible else "hwk", "user", "mfa"))


def rename(account_id: bytes, passkey_id: bytes, name: str) -> bool:
    """Another name for a passkey; whether it is still there. Nobody is told: it opens as before."""
    return bool(
        current().sql.run(
            "UPDATE passkey SET name = :name WHERE id = :id AND account_id = :account_id",
            {"name": name, "id": passkey_id, "account_id": account_id},
        )
    )


def remove(account_id: bytes, passkey_id: bytes, *, source: str | None = None) -> bool:
    """Forget a passkey and tell the person; whether it was still there."""
    write()
    gone = current().sql.run(
        "DELETE FROM passkey WHERE id = :id AND account_id = :account_id",
        {"id": passkey_id, "account_id": account_id},
    )
    if gone:
        changes.removed(account_id, changes.PASSKEY, source=source)
    return bool(gone)


def _insert(identifier: bytes, account_id: bytes, made: NewCredential, name: str) -> bool:
    return bool(
        current().sql.run(
            "INSERT INTO passkey (id, account_id, credential_id, public_key, sign_count, backup_eligible, backed_up,"
            " transports, name, created_at, last_used_at) VALUES (:id, :account_id, :credential_id, :public_key,"
            " :sign_count, :backup_eligible, :backed_up, :transports, :name, :now, NULL) ON CONFLICT DO NOTHING",
            {
                "id": identifier,
                "account_id": account_id,
                "credential_id": made.credential_id,
                "public_key": made.public_key,
                "sign_count": made.sign_count,
                "backup_eligible": made.backup_eligible,
                "backed_up": made.backed_up,
                "transports": " ".join(made.transports),
                "name": name,
                "now": clock.now(),
            },
        )
    )


def _count_use(identifier: bytes, assertion: Assertion) -> None:
    """§7.2 step 24. Of two answers with the same counter, one is a copy's."""
    used = current().sql.run(
        "UPDATE passkey SET sign_count = :count, backed_up = :backed_up, last_used_at = :now"
        " WHERE id = :id AND (sign_count < :count OR sign_count = 0)",
        {"count": assertion.sign_count, "backed_up": assertion.backed_up, "id": identifier, "now": clock.now()},
    )
    if not used:
        gone = current().sql.one("SELECT 1 FROM passkey WHERE id = :id", {"id": identifier}) is None
        raise CeremonyRefused("unknown") if gone else CounterWentBack()
