"""Loading the old member file: what a row changes in the database, and what it never touches (docs/rules.md §3.3)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from idp.accounts import credentials, imported_passwords
from idp.accounts.foreign_hashes import Descriptor
from idp.core import clock
from idp.core.batch_import import Claims, Item, RowRefused
from idp.core.ids import new_id
from idp.core.runtime import current
from idp.legacy_bridge import directory, old_file, peppers
from idp.legacy_bridge.old_file import OldMember

# What a row of the file says. `id` and what came of the change are ours.
_COLUMNS = (
    "nir_digest, pepper, member_ref, state, password, birth_date, names, contact_address, contact_canonical,"
    " contact_checked_on, postal_usable, imported_at, source_line"
)
_INSERT = (
    f"INSERT INTO legacy_member (id, {_COLUMNS})"  # noqa: S608
    f" VALUES (:id, {', '.join(':' + name.strip() for name in _COLUMNS.split(','))})"
)
# Whoever acted since the row was read wins over the file.
_UPDATE = (
    f"UPDATE legacy_member SET {', '.join(f'{name} = :{name}' for name in _COLUMNS.split(', '))}"  # noqa: S608
    " WHERE id = :id AND state = :old_state AND password IS :old_password"
)
_SELECT = (
    "SELECT id, member_ref, state, password, birth_date, names, contact_address, contact_checked_on, postal_usable,"
    " pepper, nir_digest FROM legacy_member WHERE member_ref = :member_ref OR nir_digest IN "
)
_CONFLICT = (
    "UPDATE legacy_member SET state = 'conflict', password = NULL WHERE (nir_digest = :nir_digest OR"
    " member_ref = :member_ref) AND state != 'changed' AND (password IS NULL OR password NOT LIKE 'own:%')"
)


@dataclass(frozen=True, slots=True)
class _Stored:
    id: bytes
    member_ref: str
    state: str
    password: str | None
    birth_date: bytes
    names: bytes
    contact_address: str | None
    contact_checked_on: str | None
    postal_usable: int
    pepper: str
    nir_digest: bytes


@dataclass(slots=True, kw_only=True)
class MemberItem(Item):
    """A member on the way in: what the row says, what is stored of the same member, what will be."""

    member: OldMember
    pepper: str
    nir_digest: bytes
    stored: _Stored | None = None
    superseded: bytes | None = None
    password: str | None = None


class MemberLoader:
    """The loader of the member file (`core.batch_import.Loader`)."""

    kind = "legacy"
    columns = old_file.COLUMNS

    def __init__(self) -> None:
        self._formats: Counter[str] = Counter()

    def claims(self, values: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
        """A NIR and a reference belong to one row each."""
        nir, reference = old_file.read_keys(values)
        yield b"ref:" + reference.encode(), False
        if nir:
            yield b"nir:" + nir.canonical.encode(), False

    def read(self, line: int, values: Sequence[str], claims: Claims) -> MemberItem:
        """The row alone and against its file; rows that share a NIR or a reference are in conflict, all of them."""
        member = old_file.read_row(values)
        pepper, digest = peppers.newest_digest(current().keyring, member.nir)
        item = MemberItem(line=line, warnings=member.warnings, member=member, pepper=pepper, nir_digest=digest)
        if claims.count(b"nir:" + member.nir.canonical.encode())[0] > 1:
            item.refused = "duplicate_nir"
        elif claims.count(b"ref:" + member.member_ref.encode())[0] > 1:
            item.refused = "duplicate_member_ref"
        return item

    def look_up(self, item: MemberItem) -> None:
        """Find the member of an earlier import. Raises `RowRefused` where the NIR is another member's there."""
        if item.refused:
            return
        rows = self._find(item)
        holder = next((row for row in rows if row.member_ref != item.member.member_ref), None)
        item.stored = next((row for row in rows if row is not holder), None)
        if holder and holder.state != "conflict":
            raise RowRefused("nir_of_another_member")
        if holder and item.stored:
            item.superseded = holder.id
        elif holder:
            item.stored = holder
        if item.stored:
            item.password = item.stored.password
            item.outcome = "unchanged" if self._is_unchanged(item, item.stored) else "updated"

    def hash(self, item: MemberItem) -> int:
        """Wrap the hash, or find that it is wrapped already."""
        stored = item.stored
        if item.refused or (stored and stored.state == "changed"):
            return 0
        item.password, hashes = imported_passwords.renew(stored.password if stored else None, item.member.foreign)
        if stored and item.password != stored.password:
            item.outcome = "updated"
        return hashes

    def write(self, item: MemberItem) -> None:
        """Store the row; a member who has changed, or whose password was set here since, is left alone."""
        sql = current().sql
        if item.refused:
            # The first row of a conflict stands for all; there is nothing to open.
            if not sql.run(_CONFLICT, {"nir_digest": item.nir_digest, "member_ref": item.member.member_ref}):
                sql.run(_INSERT + " ON CONFLICT DO NOTHING", self._values(item, new_id(), "conflict"))
            return
        if item.outcome == "unchanged":
            return
        if item.superseded:
            sql.run("DELETE FROM legacy_member WHERE id = :id", {"id": item.superseded})
        if item.stored is None:
            sql.run(_INSERT, self._values(item, new_id(), item.member.status))
        elif not sql.run(_UPDATE, self._changes(item, item.stored)):
            item.outcome = "unchanged"
            return
        self._count_formats(item)

    def end_batch(self) -> None:
        """Keep the number of members by password format."""
        for descriptor, count in self._formats.items():
            current().sql.run(
                "INSERT INTO legacy_format (descriptor, count) VALUES (:descriptor, :count)"
                " ON CONFLICT (descriptor) DO UPDATE SET count = count + excluded.count",
                {"descriptor": descriptor, "count": count},
            )
        self._formats.clear()

    def _find(self, item: MemberItem) -> list[_Stored]:
        digests = peppers.digests(current().keyring, item.member.nir)
        names = {f"d{place}": digest for place, digest in enumerate(digests)}
        wanted = ", ".join(f":{name}" for name in names)
        rows = current().sql.all(f"{_SELECT}({wanted})", {"member_ref": item.member.member_ref, **names})
        return [_Stored(*row) for row in rows]

    def _is_unchanged(self, item: MemberItem, stored: _Stored) -> bool:
        if stored.state == "changed":
            return True
        member, keyring = item.member, current().keyring
        return (
            stored.nir_digest == item.nir_digest
            and stored.member_ref == member.member_ref
            and stored.state == _state(item, stored)
            and stored.contact_address == (member.contact.typed if member.contact else None)
            and stored.contact_checked_on == member.contact_checked_on
            and bool(stored.postal_usable) == member.postal_usable
            and keyring.open(directory.SEAL, stored.names, stored.id) == _names(member)
            and keyring.open(directory.SEAL, stored.birth_date, stored.id) == member.birth_date.iso.encode()
        )

    def _changes(self, item: MemberItem, stored: _Stored) -> dict[str, Any]:
        return {
            **self._values(item, stored.id, _state(item, stored)),
            "old_state": stored.state,
            "old_password": stored.password,
        }

    def _values(self, item: MemberItem, identifier: bytes, state: str) -> dict[str, Any]:
        member, keyring = item.member, current().keyring
        return {
            "id": identifier,
            "nir_digest": item.nir_digest,
            "pepper": item.pepper,
            "member_ref": member.member_ref,
            "state": state,
            "password": item.password,
            "birth_date": keyring.seal(directory.SEAL, member.birth_date.iso.encode(), identifier),
            "names": keyring.seal(directory.SEAL, _names(member), identifier),
            "contact_address": member.contact.typed if member.contact else None,
            "contact_canonical": member.contact.canonical if member.contact else None,
            "contact_checked_on": member.contact_checked_on,
            "postal_usable": member.postal_usable,
            "imported_at": clock.now(),
            "source_line": item.line,
        }

    def _count_formats(self, item: MemberItem) -> None:
        before = item.stored.password if item.stored else None
        if item.password == before:
            return
        if descriptor := credentials.descriptor_of(before):
            self._formats[_format(Descriptor.parse(descriptor))] -= 1
        if item.member.foreign:
            self._formats[_format(item.member.foreign.made_by)] += 1


def _format(made_by: Descriptor) -> str:
    """What a hash costs to compute again: scheme and cost, no salt."""
    return str(Descriptor(made_by.scheme, made_by.cost))


def _state(item: MemberItem, stored: _Stored) -> str:
    return stored.state if imported_passwords.is_ours(stored.password) else item.member.status


def _names(member: OldMember) -> bytes:
    return orjson.dumps([member.last_name, member.first_name])
