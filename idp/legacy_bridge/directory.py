"""Legacy members looked up, and what is sealed in their rows: plain reads, nothing changed."""

from dataclasses import dataclass
from typing import Final

import orjson

from idp.core.runtime import current
from idp.legacy_bridge import peppers
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.models import LegacyMember
from idp.legacy_bridge.nir import Nir

SEAL: Final = "legacy-member"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a NIR sign-in compares: the row's own password, and that of the account it became, if any."""

    member_id: bytes
    member_ref: str
    state: str
    password: str | None
    account_id: bytes | None
    account_password: str | None


def find_credentials(nir: Nir) -> Credentials | None:
    """The row of this NIR; one statement, whether there is one or not."""
    digests = peppers.digests(current().keyring, nir)
    names = {f"d{place}": digest for place, digest in enumerate(digests)}
    row = current().sql.one(
        "SELECT legacy_member.id, legacy_member.member_ref, legacy_member.state, legacy_member.password,"  # noqa: S608
        " account.id, account.password FROM legacy_member LEFT JOIN account ON account.id = legacy_member.account_id"
        f" WHERE nir_digest IN ({', '.join(':' + name for name in names)})",
        names,
    )
    return Credentials(*row) if row else None


def contact_proposal(member: LegacyMember) -> str | None:
    """The contact address, to propose as identifier: none where it identifies an Espace personnel already.

    The member is not told why: that would reveal the spouse's account (docs/rules.md §3 row 3).
    """
    taken = current().sql.one(
        "SELECT 1 FROM identifier JOIN membership ON membership.account_id = identifier.account_id"
        " WHERE identifier.canonical = :canonical AND identifier.status = 'active'",
        {"canonical": member.contact_canonical},
    )
    return None if taken else member.contact_address


def birth_date(member: LegacyMember) -> BirthDate:
    """The recorded birth date, opened."""
    return BirthDate.from_file(current().keyring.open(SEAL, member.birth_date, member.id).decode())


def names(member: LegacyMember) -> tuple[str, str]:
    """Last name and first name, opened."""
    last, first = orjson.loads(current().keyring.open(SEAL, member.names, member.id))
    return last, first


def masked_name(member: LegacyMember) -> str:
    """What tells the member that this is their change, and a stranger little: first name and an initial."""
    last, first = names(member)
    return f"{first} {last[:1]}.".strip() if last else first
