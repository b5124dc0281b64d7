"""What members do on the guided ways, and what comes to their mailboxes and letter boxes."""

import html
import json
import re
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from legacy_bridge.walking import DOOR, Member, Walk, plain
from werkzeug.test import TestResponse

from idp.core import letter_service
from idp.core.runtime import Runtime

FORGOTTEN, UNLOCK, LETTER = DOOR + "mot-de-passe-oublie/", DOOR + "debloquez-votre-compte/", DOOR + "courrier/"
NEW, REGAINED, UNLOCKED = FORGOTTEN + "nouveau/", FORGOTTEN + "fait/", UNLOCK + "fait/"
CHOICE, ACCOUNT_PASSWORD, ACCOUNT_DONE = LETTER + "choix/", LETTER + "mot-de-passe/", LETTER + "fait/"
UNKNOWN = Member("", "1850575120009")
LATER_PASSWORD = "quatre merles sous la pluie"
_NONCES = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"')


def born(member: Member) -> str:
    """The birth date as a member types it."""
    year, month, day = member.birth_date.split("-")
    return f"{day}/{month}/{year}"


def asks(walk: Walk, member: Member, path: str = FORGOTTEN, birth_date: str | None = None) -> TestResponse:
    """The guided form, filled in."""
    return walk.post(path, nir=member.nir, birth_date=birth_date or born(member))


def chooses(walk: Walk, path: str = NEW, password: str = LATER_PASSWORD) -> TestResponse:
    """A new password, twice."""
    return walk.post(path, new_password=password, confirm_password=password)


def guided_link(message: EmailMessage) -> str:
    """The path of the link of a guided message."""
    found = re.search(r"https?://\S+/mot-de-passe-oublie/lien/\S+", plain(message))
    assert found, plain(message)
    return urlsplit(found[0]).path


def body(page: TestResponse) -> str:
    """The bytes of a page, nonces apart."""
    return _NONCES.sub("", html.unescape(page.text))


def letters_of(runtime: Runtime) -> list[dict[str, str]]:
    """Hand the waiting letters over; every letter of the folder so far."""
    for identifier, sealed in runtime.sql.all("SELECT id, payload FROM outbox WHERE kind = 'letter'", {}):
        letter_service.deliver(json.loads(runtime.keyring.open("outbox", sealed, identifier)))
        runtime.sql.run("DELETE FROM outbox WHERE id = :id", {"id": identifier})
    folder = Path(runtime.settings.letter_url.removeprefix("dir://"))
    return [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def standing(runtime: Runtime, member: Member) -> tuple[object, ...]:
    """State and kind of password of a member's row."""
    row = runtime.sql.one(
        "SELECT state, password FROM legacy_member WHERE member_ref = :ref",
        {"ref": member.ref},
    )
    assert row
    state, password = row
    return state, password and password.partition(":")[0]
