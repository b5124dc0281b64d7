"""« Ce n'est pas moi »: a former address says that a change was not its owner's (docs/rules.md §3 row 5)."""

from idp.accounts import access, mailbox_proofs, notices
from idp.accounts.directory import AccountRow, find_by_id
from idp.accounts.models import MailboxProof
from idp.core import audit
from idp.core.db import write


def find(token: str) -> MailboxProof | None:
    """The link by its token, good or not."""
    return mailbox_proofs.find(token, notices.CONTEST)


def contest(proof: MailboxProof, *, source: str) -> AccountRow | None:
    """Freeze the account: sessions, links and pending changes end, and every address is told the way out.

    Leaves the write transaction open. None where the link is spent or too old.
    """
    proof_id, account_id = proof.id, proof.subject_id
    write()
    account = find_by_id(account_id)
    if account is None or not mailbox_proofs.use(proof_id):
        return None
    if access.freeze(account_id):
        audit.record("change_contested", account_id=account_id, member_ref=account.member_ref, source=source)
        notices.tell(account, "account_frozen", contestable=False, letter_url=notices.letter_url())
    return account
