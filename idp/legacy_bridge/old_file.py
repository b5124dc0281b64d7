"""The member file of the old portal, a row at a time: what it says, or why it is not loaded (docs/rules.md §3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from idp.accounts import imported_passwords
from idp.accounts.foreign_hashes import ForeignHash
from idp.accounts.identifiers import Address, AddressError, AddressProblem, parse_address
from idp.core import cells, clock
from idp.core.batch_import import RowRefused
from idp.legacy_bridge.birth_date import BirthDate, BirthDateError
from idp.legacy_bridge.nir import Nir, NirError

COLUMNS: Final = (
    "member_ref",
    "nir",
    "birth_date",
    "last_name",
    "first_name",
    "contact_email",
    "contact_email_checked_on",
    "postal_address_ok",
    "password_hash",
    "status",
)
# When the member last changed them: a fresh change is not written to (docs/rules.md §3.1).
OPTIONAL: Final = ("contact_changed_on", "postal_changed_on")
STATUSES: Final = ("active", "blocked", "never_activated", "reset_pending")
_POSTAL = {"1": True, "0": False}


class _Cells(NamedTuple):
    """The columns, in the order of `COLUMNS`, then of `OPTIONAL`."""

    member_ref: str
    nir: str
    birth_date: str
    last_name: str
    first_name: str
    contact_email: str
    contact_email_checked_on: str
    postal_address_ok: str
    password_hash: str
    status: str
    contact_changed_on: str = ""
    postal_changed_on: str = ""


@dataclass(frozen=True, slots=True)
class OldMember:
    """What one row says; `warnings` are the parts of it that were left out."""

    member_ref: str
    nir: Nir
    birth_date: BirthDate
    last_name: str
    first_name: str
    contact: Address | None
    contact_checked_on: str | None
    contact_changed_on: str | None
    postal_usable: bool
    postal_changed_on: str | None
    foreign: ForeignHash | None
    status: str
    warnings: list[str]


def read_row(values: Sequence[str]) -> OldMember:
    """The member of one row (the values of `COLUMNS`). Raises `RowRefused`."""
    row = _Cells(*values)
    warnings: list[str] = []
    reference = cells.reference(row.member_ref, "member_ref")
    nir = _nir(row.nir)
    birth_date = _birth_date(row.birth_date, nir)
    last_name, first_name = cells.words(row.last_name), cells.words(row.first_name)
    status = row.status.strip()
    if status not in STATUSES:
        raise RowRefused("unknown_status")
    foreign = _password(row.password_hash, status, warnings)
    contact = _contact(row.contact_email, warnings)
    return OldMember(
        member_ref=reference,
        nir=nir,
        birth_date=birth_date,
        last_name=last_name,
        first_name=first_name,
        contact=contact,
        contact_checked_on=_checked_on(row.contact_email_checked_on, warnings) if contact else None,
        contact_changed_on=_changed_on(row.contact_changed_on, "contact_changed_on", warnings),
        postal_usable=cells.choice(row.postal_address_ok, _POSTAL, "postal_address_ok"),
        postal_changed_on=_changed_on(row.postal_changed_on, "postal_changed_on", warnings),
        foreign=foreign,
        status=status,
        warnings=warnings,
    )


def read_keys(values: Sequence[str]) -> tuple[Nir | None, str]:
    """The NIR and the reference of a row that may be refused for anything else."""
    row = _Cells(*values)
    try:
        return Nir.parse(row.nir), row.member_ref.strip()
    except NirError:
        return None, row.member_ref.strip()


def _nir(text: str) -> Nir:
    if not text.strip():
        raise RowRefused("nir_empty")
    try:
        return Nir.parse(text)
    except NirError as error:
        raise RowRefused(f"nir_{error.code}") from None


def _birth_date(text: str, nir: Nir) -> BirthDate:
    try:
        born = BirthDate.from_file(text)
    except BirthDateError:
        raise RowRefused("birth_date") from None
    if born.iso > clock.as_datetime(clock.now()).date().isoformat():
        raise RowRefused("birth_date")
    if not nir.agrees_with(born):
        raise RowRefused("birth_date_against_nir")
    return born


def _password(text: str, status: str, warnings: list[str]) -> ForeignHash | None:
    foreign = imported_passwords.read(text.strip())
    if foreign is None and status in ("active", "blocked"):
        warnings.append("no_password")
    # Nobody chose a password for an account that was never activated.
    return None if status == "never_activated" else foreign


def _contact(text: str, warnings: list[str]) -> Address | None:
    try:
        return parse_address(text)
    except AddressError as error:
        if error.code != AddressProblem.EMPTY:
            warnings.append(f"contact_{error.code}")
        return None


def _checked_on(text: str, warnings: list[str]) -> str | None:
    if not text.strip():
        return None
    found = cells.day(text)
    if found is None:
        warnings.append("contact_checked_on")
    return found.isoformat() if found else None


def _changed_on(text: str, column: str, warnings: list[str]) -> str | None:
    if not text.strip():
        return None
    found = cells.day(text)
    if found is None:
        warnings.append(column)
        # What cannot be read may have been yesterday: as careful as that.
        found = clock.as_datetime(clock.now()).date()
    return found.isoformat()
