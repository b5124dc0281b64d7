"""What members of the old portal live through on the way to an email address, told as they do it.

A story is walked on the real pages, and yields how many hours pass before it goes on. `told` is what the funnel must
show of it afterwards, counted here from what was done and answered, never from the record.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from legacy_bridge.guiding import (
    CHOICE,
    FORGOTTEN,
    LATER_PASSWORD,
    LETTER,
    NEW,
    REGAINED,
    UNLOCK,
    UNLOCKED,
    chooses,
    guided_link,
)
from legacy_bridge.walking import (
    ADDRESS,
    CHANGED,
    DONE,
    LINKING,
    NEW_PASSWORD,
    PASSWORD,
    REVIEW,
    WAITING,
    Member,
    Walk,
    at,
    link_of,
    link_to,
    plain,
)
from werkzeug.test import TestResponse

from idp.core import clock

NOWHERE = "nulle-part.example"
"""The relay refuses every address of this domain."""
CHANGE_LIFE = 7 * 86_400
Story = Iterator[float]


class World(Protocol):
    """What surrounds people: other browsers, the mail, the letters."""

    told: Counter[str]

    def browser(self, source: str) -> FlaskClient: ...

    def mail(self, address: str) -> EmailMessage: ...

    def letter(self, ref: str) -> str: ...


@dataclass(frozen=True)
class Old:
    """A row of the old file; `taken` is the password of the account that has its address already."""

    member: Member
    birth_date: str
    taken: str = ""


class Person:
    """One member, in front of one browser after another.

    `step` is where the change was left at `moved_at`, None where there is none; `lapsed` are those left for too long.
    What is sent to who `is_cut_off` comes back.
    """

    def __init__(self, world: World, old: Old, number: int) -> None:
        self.world, self.old, self.member = world, old, old.member
        self.source = f"198.18.{number // 250}.{number % 250 + 1}"
        self.fresh = f"adherent{number}@boite.example"
        self.step: str | None = None
        self.moved_at = 0
        self.lapsed: list[int] = []
        self.has_changed = self.is_cut_off = False
        self.comes()

    def comes(self) -> None:
        """Open another browser, on the way to the member area."""
        self.walk = Walk(self.world.browser(self.source), "member-area")

    def tells(self, *names: str) -> None:
        self.world.told.update(names)

    def stands(self, step: str | None) -> None:
        self.step, self.moved_at = step, clock.now()

    def signs_in(self) -> None:
        """With number and old password; what is chosen there begins, or is taken up again."""
        assert at(self.walk.signs_in(self.member), ADDRESS)
        self.tells("number")
        self.starts()

    def starts(self) -> None:
        if self.has_lapsed():
            self.lapsed.append(self.moved_at)
            self.step = None
        if self.step is None:
            self.tells("started")
        self.stands("address")

    def has_lapsed(self) -> bool:
        """A change that nobody moves is given up after seven days."""
        return self.step is not None and clock.now() >= self.moved_at + CHANGE_LIFE

    def mistypes(self, times: int = 1) -> None:
        """The number with another password."""
        for _ in range(times):
            assert self.walk.signs_in(self.member, "ce n'est pas lui").status_code == 403
            self.tells("refused")

    def gives(self, address: str | None = None, leads_to: str = PASSWORD) -> None:
        assert at(self.walk.gives(address or self.member.contact), leads_to)
        self.stands("link" if leads_to == LINKING else "password")

    def chooses(self, leads_to: str = REVIEW, password: str = NEW_PASSWORD) -> None:
        assert at(self.walk.chooses(password), leads_to)
        self.stands("review" if leads_to == REVIEW else "waiting")

    def finishes(self) -> None:
        assert at(self.walk.finishes(), DONE)
        self.has_now_changed()

    def has_now_changed(self) -> None:
        self.tells("changed")
        self.stands(None)
        self.has_changed = True

    def changes(self, password: str = NEW_PASSWORD) -> None:
        """From the first page of the change to its end, with the address on file."""
        self.gives()
        self.chooses(password=password)
        self.finishes()

    def waits(self, address: str) -> None:
        """For the message to another address."""
        self.gives(address)
        self.chooses(WAITING)

    def opens_message(self) -> None:
        """In the same browser: that is the end."""
        assert at(self.walk.post(link_of(self.world.mail(self.fresh))), DONE)
        self.tells("proved")
        self.has_now_changed()

    def changes_to_another(self) -> None:
        self.waits(self.fresh)
        self.opens_message()

    def is_guided(self, path: str = FORGOTTEN, **fields: str) -> TestResponse:
        """Number and birth date; where one is known already, the birth date alone."""
        year, month, day = self.old.birth_date.split("-")
        answer = self.walk.post(path, birth_date=f"{day}/{month}/{year}", **fields)
        self.tells("guided")
        return answer

    def regains(self) -> None:
        """By the message: a new password, and on to the change."""
        assert at(self.is_guided(nir=self.member.nir), FORGOTTEN + "message/")
        assert at(self.walk.post(guided_link(self.world.mail(self.member.contact))), NEW)
        self.chooses_for_number()

    def chooses_for_number(self) -> None:
        assert at(chooses(self.walk), REGAINED)
        assert at(self.walk.post(REGAINED), ADDRESS)
        self.starts()

    def asks_for_letter(self) -> None:
        self.is_guided(nir=self.member.nir)
        assert at(self.walk.post(FORGOTTEN + "message/", action="letter"), FORGOTTEN + "message/courrier/")
        self.tells("letter")

    def types_letter(self, code: str, leads_to: str = NEW) -> None:
        assert at(self.walk.post(LETTER, nir=self.member.nir, code=code), leads_to)

    def mistypes_letter(self) -> None:
        assert self.walk.post(LETTER, nir=self.member.nir, code="AAAA2222").status_code in (400, 403)
        self.tells("letter-wrong")


# Those who get there.


def straight(person: Person) -> Story:
    """The address on file, at once."""
    person.signs_in()
    yield 0.1
    person.changes()


def another_address(person: Person) -> Story:
    """Proved by its message, some minutes later."""
    person.signs_in()
    person.waits(person.fresh)
    yield 0.4
    person.opens_message()


def second_try(person: Person) -> Story:
    """The first passwords are not the right ones."""
    person.mistypes(2)
    yield 0.1
    person.signs_in()
    person.changes()


def unlocked(person: Person) -> Story:
    """Blocked by the old portal; the message opens the number again."""
    way = link_to(is_blocked(person), "Débloquer mon compte")
    assert at(person.is_guided(way), UNLOCK + "message/")
    yield 0.2
    assert at(person.walk.post(guided_link(person.world.mail(person.member.contact))), UNLOCKED)
    person.signs_in()
    person.changes()


def never_activated(person: Person) -> Story:
    """Has no password to be right: the guided way makes one."""
    person.mistypes()
    yield 0.2
    person.regains()
    person.changes(LATER_PASSWORD)


def forgotten(person: Person) -> Story:
    """The old password is lost, the mailbox is not."""
    person.mistypes(3)
    yield 5
    person.comes()
    person.regains()
    person.changes(LATER_PASSWORD)


def by_letter(person: Person) -> Story:
    """No address on file: a letter, a code typed wrong first, and a new address."""
    person.asks_for_letter()
    yield 80
    person.comes()
    person.mistypes_letter()
    person.types_letter(person.world.letter(person.member.ref))
    person.chooses_for_number()
    person.changes_to_another()


def links(person: Person) -> Story:
    """The address has an account, whose password comes at the second try."""
    person.signs_in()
    person.gives(leads_to=LINKING)
    yield 0.1
    refuses_account(person)
    answer = person.walk.post(LINKING, password=person.old.taken)
    person.tells("proved")
    if not at_review(answer):
        page = person.walk.get(PASSWORD).text
        fields = {"secret_question": "object", "secret_answer": "la bicyclette"} if "secret_answer" in page else {}
        new = {"new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD} if "new_password" in page else {}
        assert at(person.walk.post(PASSWORD, **fields, **new), REVIEW)
    person.finishes()


def link_expired(person: Person) -> Story:
    """Reads the message after two days: too late; begins again where it was left."""
    person.signs_in()
    person.waits(person.fresh)
    yield 50
    assert person.walk.client.get(link_of(person.world.mail(person.fresh))).status_code == 410
    person.comes()
    person.signs_in()
    person.changes_to_another()


def back_after_nine_days(person: Person) -> Story:
    """What was begun is given up by then: another one begins."""
    person.signs_in()
    person.gives()
    yield 9 * 24
    person.comes()
    person.signs_in()
    person.changes()


def came_back(person: Person) -> Story:
    """Comes with the number once more after the change, and is reminded."""
    person.signs_in()
    person.changes()
    yield 60
    person.comes()
    assert at(person.walk.signs_in(person.member), CHANGED)
    person.tells("after")
    assert at(person.walk.post(CHANGED, action="reminder"), CHANGED)


def forgets_again(person: Person) -> Story:
    """Has changed, and has forgotten the new password."""
    person.signs_in()
    person.changes()
    yield 100
    person.comes()
    person.walk.post("/connexion/mot-de-passe-oublie/", email=person.member.contact)
    person.tells("recovery")


def mends_address(person: Person) -> Story:
    """The first address was mistyped: its message bounces, and the next day another one is given."""
    bounces_for_good(person, f"faute{person.fresh}")
    yield 26
    person.comes()
    person.signs_in()
    person.changes_to_another()


def contests(person: Person) -> Story:
    """Somebody else had the old password: contested by the contact on file, undone by a letter, and made anew."""
    person.signs_in()
    person.changes_to_another()
    yield 3
    found = re.search(r"https?://\S+/contester/\S+", plain(person.world.mail(person.member.contact)))
    assert found
    person.comes()
    person.walk.post(urlsplit(found[0]).path)
    person.tells("contested")
    person.asks_for_letter()
    yield 90
    person.comes()
    person.types_letter(person.world.letter(person.member.ref), CHOICE)
    assert at(person.walk.post(CHOICE), NEW)
    person.tells("undone")
    person.has_changed = False
    person.chooses_for_number()
    person.changes(LATER_PASSWORD)


# Those who are stuck.


def refused_for_good(person: Person) -> Story:
    """Leaves after three refusals."""
    person.mistypes(3)
    yield 0


def wrong_number(person: Person) -> Story:
    """A number that nobody has."""
    # The commune of nobody, and an order that no sample reaches.
    answer = person.walk.post("/login-adherent/", nir="1010199999999", password=person.member.password)
    assert answer.status_code == 403
    person.tells("refused")
    yield 0


def stays_blocked(person: Person) -> Story:
    """Reads that the number is blocked, and leaves."""
    is_blocked(person)
    yield 0


def leaves_at_address(person: Person) -> Story:
    """Has no address to give."""
    person.signs_in()
    yield 0


def leaves_at_password(person: Person) -> Story:
    """Is asked for too much."""
    person.signs_in()
    person.gives()
    yield 0


def leaves_at_review(person: Person) -> Story:
    """Closes the window before the last button."""
    person.signs_in()
    person.gives()
    person.chooses()
    yield 0


def never_reads(person: Person) -> Story:
    """The message is never opened."""
    person.signs_in()
    person.waits(person.fresh)
    yield 0


def bounces(person: Person) -> Story:
    """The message comes back, and nobody knows."""
    bounces_for_good(person, person.fresh)
    person.is_cut_off = True
    yield 0


def not_theirs(person: Person) -> Story:
    """The address is somebody else's, who says so."""
    person.signs_in()
    person.waits(person.fresh)
    yield 5
    stop = link_of(person.world.mail(person.fresh), "arreter/")
    assert Walk(person.world.browser("198.19.0.1")).post(stop).status_code in (200, 303)
    person.tells("address-refused")
    person.stands("address")


def leaves_at_linking(person: Person) -> Story:
    """The password of the account that was there is forgotten."""
    person.signs_in()
    person.gives(leads_to=LINKING)
    refuses_account(person)
    refuses_account(person)
    yield 0


def letter_never_comes(person: Person) -> Story:
    """Asks for a letter, and is not heard of again."""
    person.asks_for_letter()
    yield 0


def is_blocked(person: Person) -> TestResponse:
    answer = person.walk.signs_in(person.member)
    assert answer.status_code == 403
    person.tells("blocked")
    return answer


def refuses_account(person: Person) -> None:
    assert person.walk.post(LINKING, password="pas le bon du tout").status_code == 403
    person.tells("wrong-account")


def at_review(answer: TestResponse) -> bool:
    return urlsplit(answer.location).path == REVIEW


def bounces_for_good(person: Person, address: str) -> None:
    person.signs_in()
    person.waits(address.partition("@")[0] + "@" + NOWHERE)
    person.tells("bounced")


# How many of a hundred, and who it may be.
STORIES: tuple[tuple[int, str, Callable[[Person], Story]], ...] = (
    (24, "own", straight), (9, "own", another_address), (6, "own", second_try), (4, "blocked", unlocked),
    (4, "never", never_activated), (4, "own", forgotten), (3, "nobody", by_letter), (6, "taken", links),
    (3, "own", link_expired), (2, "own", back_after_nine_days), (3, "own", came_back), (2, "own", forgets_again),
    (2, "own", mends_address), (1, "own", contests), (4, "own", refused_for_good), (2, "own", wrong_number),
    (2, "blocked", stays_blocked), (4, "own", leaves_at_address), (3, "own", leaves_at_password),
    (2, "own", leaves_at_review), (4, "own", never_reads), (2, "own", bounces), (1, "own", not_theirs),
    (2, "taken", leaves_at_linking), (1, "nobody", letter_never_comes),
)  # fmt: skip
