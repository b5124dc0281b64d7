"""Members of the old portal, invented for a run of tests: nobody else has their numbers."""

import base64
import csv
import hashlib
import os
import random
from dataclasses import dataclass
from pathlib import Path

COLUMNS = (
    "member_ref", "nir", "birth_date", "last_name", "first_name", "contact_email", "contact_email_checked_on",
    "postal_address_ok", "password_hash", "status", "failed_attempts", "last_login_on",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A row of the old file, with the password that it is for."""

    ref: str
    nir: str
    birth_date: str
    contact: str
    password: str
    status: str = "active"

    @property
    def birth_date_typed(self) -> str:
        """As a member types it."""
        year, month, day = self.birth_date.split("-")
        return f"{day}/{month}/{year}"

    @property
    def fresh_address(self) -> str:
        """An address that nobody else has."""
        return f"nouvelle.{self.ref.lower()}@boite.example"


def invent(name: str, *, contact: str | None = None) -> Member:
    """A new member; `name` makes the reference unlike any other's, and the contact address unless it is given."""
    # Commune codes stop at 909 everywhere: 950 to 989 is nobody's birthplace.
    year, month, order = random.randint(40, 99), random.randint(1, 12), random.randint(1, 999)
    nir = f"{random.choice('12')}{year:02}{month:02}{random.randint(1, 19):02}{random.randint(950, 989)}{order:03}"
    return Member(
        ref=f"T-{name}",
        nir=f"{nir}{97 - int(nir) % 97:02}",
        birth_date=f"19{year:02}-{month:02}-{random.randint(1, 28):02}",
        contact=f"membre.{name}@courriel.example" if contact is None else contact,
        password=f"ancien{random.randint(10_000, 99_999)}",
    )


def write_file(path: Path, members: list[Member]) -> None:
    """Write the file that `mgen-connect legacy import` reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_row(member) for member in members)


def write_accounts(path: Path, address: str, password: str, *, validated: bool, blocked: bool) -> None:
    """Write a file of one account that `mgen-connect identities import` reads."""
    salt = os.urandom(4).hex()
    stored = f"sha1${salt}${hashlib.sha1((salt + password).encode()).hexdigest()}"
    yes = {True: "yes", False: "no"}
    row = [f"T-{salt}", address, stored, yes[validated], yes[blocked], "avantage", "2021-05-04"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("identity_ref", "email", "password_hash", "validated", "blocked", "source", "created_on"))
        writer.writerow(row)


def _row(member: Member) -> list[str]:
    names = ["Fontanel", "Marie-Claude"]
    return [
        member.ref, member.nir, member.birth_date, *names, member.contact, "2025-01-15" if member.contact else "",
        "1", _ssha(member.password) if member.password else "", member.status, "0", "2025-03-01",
    ]  # fmt: skip


def _ssha(password: str) -> str:
    salt = os.urandom(8)
    return "{SSHA}" + base64.b64encode(hashlib.sha1(password.encode() + salt).digest() + salt).decode()
