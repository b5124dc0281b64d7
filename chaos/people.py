"""The people: members of the old file, and those who have an account."""

import base64
import csv
import hashlib
import random
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path

from chaos.browser import Browser, Front
from chaos.sites import Family

_COLUMNS = (
    "member_ref", "nir", "birth_date", "last_name", "first_name", "contact_email", "contact_email_checked_on",
    "postal_address_ok", "password_hash", "status",
)  # fmt: skip
ANSWER = "la bicyclette verte"
_PERSEVERANCE = 3


@dataclass(frozen=True)
class Member:
    """A row of the old file."""

    ref: str
    nir: str
    birth_date: str
    contact: str
    password: str

    @property
    def born(self) -> str:
        """The birth date as people type it."""
        return "/".join(reversed(self.birth_date.split("-")))


@dataclass
class Person:
    """Somebody with an account, in front of one browser."""

    address: str
    browser: Browser
    families: list[Family] = field(default_factory=list)
    # What the other site was allowed.
    withdrew: bool = False
    # Sign-ins in a row that nothing came of: each counts as a failure, and five close the way for a minute.
    troubles: int = 0

    @property
    def goes_on(self) -> bool:
        """Whether they try again, or come back another day."""
        return self.troubles < _PERSEVERANCE


class People:
    """Everybody; who is taken is nobody else's until put back."""

    def __init__(self, front: Front, members: list[Member]) -> None:
        self.front = front
        self._members = members
        self._people: list[Person] = []
        self._serial = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._people)

    def member(self) -> Member | None:
        """A member who has done nothing yet, for good."""
        with self._lock:
            return self._members.pop() if self._members else None

    def take(self, dice: random.Random) -> Person | None:
        """Somebody with an account; None where all are busy."""
        with self._lock:
            return self._people.pop(dice.randrange(len(self._people))) if self._people else None

    def put(self, person: Person) -> None:
        """Somebody who has come, or is free again."""
        with self._lock:
            self._people.append(person)

    def new_address(self) -> str:
        """An address that nobody has."""
        with self._lock:
            self._serial += 1
            return f"personne{self._serial}.{secrets.token_hex(3)}@boite.test"


def new_password() -> str:
    """A password that is one word, to be found in a log where it should not be."""
    return f"Mdp-{secrets.token_hex(9)}"


def make_members(count: int, dice: random.Random) -> list[Member]:
    """Members, each with a number of their own, every third without an address on file."""
    made = []
    for place in range(count):
        month, year = 1 + place % 12, 40 + dice.randrange(50)
        nir = f"{1 + place % 2}{year:02}{month:02}75{101 + place // 999:03}{1 + place % 999:03}"
        contact = f"membre{place}.{dice.randrange(10**6):06}@ancienne.test" if place % 3 else ""
        made.append(
            Member(f"F{place:06}", nir, f"19{year:02}-{month:02}-14", contact, f"ancien-{dice.randrange(10**12):012}")
        )
    return made


def write_file(path: Path, members: list[Member]) -> None:
    """The old file, as `mgen-connect legacy import` reads it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for member in members:
            digest = base64.b64encode(hashlib.sha1(member.password.encode()).digest()).decode()
            checked = "2025-01-15" if member.contact else ""
            writer.writerow(
                [member.ref, member.nir, member.birth_date, "Factice", "Camille", member.contact, checked, "1",
                 "{SHA}" + digest, "active"]
            )  # fmt: skip
