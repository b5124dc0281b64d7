"""Legacy members looked up, and what is sealed in their rows: plain reads, nothing changed."""

from dataclasses import dataclass, field
from typing import Final

import orjson

from idp.core.runtime import current
from idp.legacy_bridge import peppers
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.models import LegacyMember
from idp.legacy_bridge.nir import Nir

SEAL: Final = "legacy-member"
_SELECTED: Final = (
    "SELECT member.id, member.member_ref, member.state, member.password IS NOT NULL, member.birth_date,"
    " member.contact_address, member.contact_changed_on, member.postal_usable, member.postal_changed_on,"
    " member.unlocked_at, account.id, account.state, account.locale, identifier.address,"
    " EXISTS (SELECT 1 FROM legacy_member AS other WHERE other.contact_canonical = member.contact_canonical"
    " AND other.id != member.id) FROM legacy_member AS member LEFT JOIN account ON account.id = member.account_id"
    " LEFT JOIN identifier ON identifier.account_id = account.id AND identifier.status = 'active' WHERE "
)


@dataclass(frozen=True, slots=True)
class Number:
    """A NIR without the NIR: the keyed digests it is looked up by, and the key under which its failures count."""

    digests: tuple[bytes, ...] = field(repr=False)
    counter: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Selected:
    """The member that a NIR selects, which proves nothing; what is known of the ways to reach them.

    `account_id`, `account_state`, `account_locale` and `identifier` are those of the account the member became.
    """

    id: bytes
    member_ref: str
    state: str
    has_password: bool
    born: bytes = field(repr=False)
    contact: str | None
    contact_changed_on: str | None
    postal_usable: bool
    postal_changed_on: str | None
    unlocked_at: int | None
    account_id: bytes | None
    account_state: str | None
    account_locale: str | None
    identifier: str | None
    contact_is_shared: bool

    def was_born(self, typed: BirthDate) -> bool:
        """Whether `typed` is the recorded birth date."""
        return BirthDate.from_file(current().keyring.open(SEAL, self.born, self.id).decode()).matches(typed)


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
    """The row of this NIR; the same statements, whether there is one or not."""
    row = peppers.find(
        "SELECT legacy_member.id, legacy_member.member_ref, legacy_member.state, legacy_member.password,"
        " account.id, account.password FROM legacy_member LEFT JOIN account ON account.id = legacy_member.account_id"
        " WHERE legacy_member.nir_digest IN",
        nir,
    )
    return Credentials(*row) if row else None


def attempts_of(nir: Nir) -> bytes:
    """The key under which the failures of a NIR are counted, known or not."""
    return current().keyring.digest("attempts", b"nir:" + nir.canonical.encode("ascii"))


def number_of(nir: Nir) -> Number:
    """What may be kept of a NIR that was typed."""
    return Number(tuple(peppers.digests(nir)), attempts_of(nir))


def find_member(number: Number) -> Selected | None:
    """The member of a NIR; the same statements, whether there is one or not."""
    row = peppers.find(_SELECTED + "member.nir_digest IN", number.digests)
    return Selected(*row) if row else None


def find_member_by_id(member_id: bytes | None) -> Selected | None:
    """The same of a member selected before; one statement, for nobody too."""
    row = current().sql.one(_SELECTED + "member.id = :id", {"id": member_id})
    return Selected(*row) if row else None


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
