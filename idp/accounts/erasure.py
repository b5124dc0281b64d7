"""An account erased: nothing is left that names a person (docs/rules.md §1, GDPR art. 17)."""

from idp.accounts import access
from idp.accounts.creation import held_digest
from idp.core import audit, clock
from idp.core.runtime import current
from idp.core.throttle import DAY

_HELD_FOR = 30 * DAY
# Codes and refreshes hang from no key of the account, nor do links; all else goes with its row.
_LOOSE = (
    "DELETE FROM code WHERE account_id = :id",
    'DELETE FROM "authorization" WHERE account_id = :id',
    "DELETE FROM mailbox_proof WHERE subject_id IN (SELECT :id"
    " UNION ALL SELECT id FROM address_change WHERE account_id = :id"
    " UNION ALL SELECT id FROM recovery WHERE account_id = :id)",
    "DELETE FROM participation WHERE session_id IN (SELECT id FROM session WHERE account_id = :id)",
)


def erase(account_id: bytes, *, why: str) -> bool:
    """Erase an account, in the open write transaction: identity, sessions, tokens, consents; the audit keeps its id.

    False where it has open sessions: they are cut and their sites told by a job first, the next call erases. An address
    that was proved is held for 30 days, and an Espace personnel is then held by nobody.
    """
    sql, values = current().sql, {"id": account_id, "now": clock.now(), "until": clock.now() + _HELD_FOR}
    if sql.one("SELECT 1 FROM session WHERE account_id = :id AND ended_at IS NULL AND ends_at > :now", values):
        access.cut(account_id)
        return False
    for (canonical,) in sql.all(
        "SELECT canonical FROM identifier WHERE account_id = :id AND verified_at IS NOT NULL", values
    ):
        sql.run(
            "INSERT INTO held_address (digest, until) VALUES (:digest, :until)"
            " ON CONFLICT (digest) DO UPDATE SET until = excluded.until",
            {**values, "digest": held_digest(canonical)},
        )
    for statement in _LOOSE:
        sql.run(statement, values)
    if sql.run("DELETE FROM account WHERE id = :id", values):
        audit.record("account_erased", account_id=account_id, why=why)
    return True
