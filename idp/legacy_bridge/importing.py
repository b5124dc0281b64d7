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
    " contact_checked_on, contact_changed_on, postal_usable, postal_changed_on, imported_at, source_line"
)
_INSERT = (
    f"INSERT INTO legacy_member (id, {_COLUMNS})"  # noqa: S608
    f" VALUES (:id, {', '.join(':' + name.strip() for name in _COLUMNS.split(','))})"
)
# Whoever acted since the row was read wins over the file.
_UPDATE = (
    f"UPDATE legacy_member SET {', '.join(f'{name} = :{name}' for name in _COLUMNS.split(', '))}"  # noqa: S608
    " WHERE id = :id AND state = :old_state AND password IS NOT DISTINCT FROM :old_password"
    " AND acted_at IS NOT DISTINCT FROM :old_acted_at"
)
_SELECT = (
    "SELECT id, member_ref, state, password, birth_date, names, contact_address, contact_checked_on,"
    " contact_changed_on, postal_usable, postal_changed_on, nir_digest, acted_at FROM legacy_member WHERE "
)
_CONFLICT = (
    "UPDATE legacy_member SET state = 'conflict', password = NULL WHERE id = :id AND state != 'changed'"
    " AND acted_at IS NULL AND (password IS NULL OR password NOT LIKE 'own:%')"
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
    contact_changed_on: str | None
    postal_usable: int
    postal_changed_on: str | None
    nir_digest: bytes | None
    acted_at: int | None

    @property
    def is_theirs(self) -> bool:
        """Whether the member set a password or unlocked the account here: no file has a say in state and password."""
        return self.acted_at is not None or imported_passwords.is_ours(self.password)


@dataclass(slots=True, kw_only=True)
class MemberItem(Item):
    """A member on the way in: what the row says, what is stored of the same member, what will be."""

    member: OldMember
    stored: _Stored | None = None
    superseded: bytes | None = None
    password: str | None = None


class MemberLoader:
    """The loader of the member file (`core.batch_import.Loader`)."""

    kind = "legacy"
    columns = old_file.COLUMNS
    optional = old_file.OPTIONAL

    def __init__(self) -> None:
        self._formats: Counter[str] = Counter()
        self._forms: set[str] = set()

    def claims(self, values: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
        """A NIR and a reference belong to one row each."""
        nir, reference = old_file.read_keys(values)
        yield b"ref:" + reference.encode(), False
        if nir:
            yield b"nir:" + nir.canonical.encode(), False

    def read(self, line: int, values: Sequence[str], claims: Claims) -> MemberItem:
        """The row alone and against its file; rows that share a NIR or a reference are in conflict, all of them."""
        member = old_file.read_row(values)
        item = MemberItem(line=line, warnings=member.warnings, member=member)
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
        if item.refused or (stored and (stored.state == "changed" or stored.is_theirs)):
            return 0
        item.password, hashes = imported_passwords.renew(stored.password if stored else None, item.member.foreign)
        if stored and item.password != stored.password:
            item.outcome = "updated"
        return hashes

    def write(self, item: MemberItem) -> None:
        """Store the row; a member who has changed, or whose password was set here since, is left alone."""
        if item.refused:
            self._write_conflict(item)
            return
        if item.outcome == "unchanged":
            return
        sql = current().sql
        if item.superseded:
            sql.run("DELETE FROM legacy_member WHERE id = :id", {"id": item.superseded})
        if item.stored is None:
            sql.run(_INSERT, self._values(item, new_id(), item.member.status))
        elif not sql.run(_UPDATE, self._changes(item, item.stored)):
            item.outcome = "unchanged"
            return
        self._count_formats(item)

    def end_batch(self) -> None:
        """Keep the number of members by password format, and the form of their digests."""
        for form in self._forms:
            peppers.register(form)
        for descriptor, count in self._formats.items():
            current().sql.run(
                "INSERT INTO legacy_format (descriptor, count) VALUES (:descriptor, :count)"
                " ON CONFLICT (descriptor) DO UPDATE SET count = legacy_format.count + excluded.count",
                {"descriptor": descriptor, "count": count},
            )
        self._formats.clear()
        self._forms.clear()

    def _write_conflict(self, item: MemberItem) -> None:
        """The first row of a conflict stands for all; there is nothing to open."""
        for stored in (known := self._find(item)):
            current().sql.run(_CONFLICT, {"id": stored.id})
        if not known:
            current().sql.run(_INSERT, self._values(item, new_id(), "conflict"))

    def _find(self, item: MemberItem) -> list[_Stored]:
        sql, reference = current().sql, item.member.member_ref
        found = [sql.one(_SELECT + "member_ref = :member_ref", {"member_ref": reference})]
        found.append(peppers.find(_SELECT + "nir_digest IN", item.member.nir))
        return list(dict.fromkeys(_Stored(*row) for row in found if row))

    def _is_unchanged(self, item: MemberItem, stored: _Stored) -> bool:
        if stored.state == "changed":
            return True
        member, keyring = item.member, current().keyring
        return (
            stored.nir_digest == peppers.newest_digest(member.nir)[1]
            and stored.member_ref == member.member_ref
            and stored.state == _state(item, stored)
            and stored.contact_address == (member.contact.typed if member.contact else None)
            and stored.contact_checked_on == member.contact_checked_on
            and stored.contact_changed_on == member.contact_changed_on
            and bool(stored.postal_usable) == member.postal_usable
            and stored.postal_changed_on == member.postal_changed_on
            and keyring.open(directory.SEAL, stored.names, stored.id) == _names(member)
            and keyring.open(directory.SEAL, stored.birth_date, stored.id) == member.birth_date.iso.encode()
        )

    def _changes(self, item: MemberItem, stored: _Stored) -> dict[str, Any]:
        return {
            **self._values(item, stored.id, _state(item, stored)),
            "old_state": stored.state,
            "old_password": stored.password,
            "old_acted_at": stored.acted_at,
        }

    def _values(self, item: MemberItem, identifier: bytes, state: str) -> dict[str, Any]:
        member, keyring = item.member, current().keyring
        pepper, digest = peppers.newest_digest(member.nir)
        self._forms.add(pepper)
        return {
            "id": identifier,
            "nir_digest": digest,
            "pepper": pepper,
            "member_ref": member.member_ref,
            "state": state,
            "password": item.password,
            "birth_date": keyring.seal(directory.SEAL, member.birth_date.iso.encode(), identifier),
            "names": keyring.seal(directory.SEAL, _names(member), identifier),
            "contact_address": member.contact.typed if member.contact else None,
            "contact_canonical": member.contact.canonical if member.contact else None,
            "contact_checked_on": member.contact_checked_on,
            "contact_changed_on": member.contact_changed_on,
            "postal_usable": member.postal_usable,
            "postal_changed_on": member.postal_changed_on,
            "imported_at": clock.now(),
            "source_line": item.line,
        }

    def _count_formats(self, item: MemberItem) -> None:
        before = item.stored.password if item.stored else None
        if item.password == before:
            return
        if descriptor := credentials.descriptor_of(before):
            self._formats[format_of(Descriptor.parse(descriptor))] -= 1
        if item.member.foreign:
            self._formats[format_of(item.member.foreign.made_by)] += 1


def format_of(made_by: Descriptor) -> str:
    """What a hash costs to compute again: scheme and cost, no salt."""
    return str(Descriptor(made_by.scheme, made_by.cost))


def _state(item: MemberItem, stored: _Stored) -> str:
    return stored.state if stored.is_theirs else item.member.status


def _names(member: OldMember) -> bytes:
    return orjson.dumps([member.last_name, member.first_name])
