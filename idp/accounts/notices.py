"""Telling every address of the person what has changed, and letting the former ones contest it (docs/rules.md §7.8).

Everything here writes: call it in the open write transaction.
"""

from idp.accounts import mailbox_proofs
from idp.accounts.directory import AccountRow
from idp.accounts.identifiers import parse_address
from idp.core import clock, outbox
from idp.core.ids import new_id
from idp.core.runtime import current

CONTEST = "contest"
"""The purpose of the link « Ce n'est pas moi »; its subject is the account."""

LETTER = "/login-adherent/mot-de-passe-oublie/"
"""Where a member asks for a letter, the way out when the mailbox is not enough."""

_PATH = "/connexion/contester/"


def remember(account_id: bytes, address: str) -> None:
    """Keep an address of the person besides the identifier: it is told of every change from now on."""
    parsed = parse_address(address)
    current().sql.run(
        "INSERT INTO known_address (id, account_id, address, canonical, known_since)"
        " SELECT :id, :account_id, :address, CAST(:canonical AS VARCHAR), :now WHERE NOT EXISTS"
        " (SELECT 1 FROM identifier WHERE account_id = :account_id AND canonical = CAST(:canonical AS VARCHAR)"
        " AND status = 'active') ON CONFLICT DO NOTHING",
        {
            "id": new_id(),
            "account_id": account_id,
            "address": parsed.typed,
            "canonical": parsed.canonical,
            "now": clock.now(),
        },
    )


def contest_link(account_id: bytes, address: str) -> str:
    """The absolute link by which the reader of `address` may freeze the account, for `contest_life` seconds.

    Earlier ones stay good: each change may be contested. docs/rules.md §3 row 5.
    """
    draft, settings = mailbox_proofs.link_alone(), current().settings
    mailbox_proofs.store(draft, CONTEST, account_id, address, settings.contest_life, beside_others=True)
    return f"{settings.issuer}{_PATH}{draft.token}/"


def tell(account: AccountRow, template: str, *, contestable: bool = True, **args: object) -> None:
    """Send `template` to the identifier and to every known address; the link to contest goes to the known ones alone.

    Besides `args`, the template gets `changed_at`, `contest` (seconds) and `not_me_url`, None where there is none.
    """
    args |= {"changed_at": clock.now(), "contest": current().settings.contest_life}
    put(template, account.address, account.locale, **args, not_me_url=None)
    for address in _known_addresses(account.id):
        link = contest_link(account.id, address) if contestable else None
        put(template, address, account.locale, **args, not_me_url=link)


def letter_url() -> str:
    """The absolute address of `LETTER`, for a message."""
    return current().settings.issuer + LETTER


def put(template: str, to: str, locale: str, **args: object) -> None:
    """Queue one message."""
    outbox.put("mail", {"template": template, "to": to, "locale": locale, "args": args})


def _known_addresses(account_id: bytes) -> list[str]:
    rows = current().sql.all(
        "SELECT address FROM known_address WHERE account_id = :account_id AND canonical NOT IN"
        " (SELECT canonical FROM identifier WHERE account_id = :account_id AND status = 'active') ORDER BY known_since",
        {"account_id": account_id},
    )
    return [address for (address,) in rows]
