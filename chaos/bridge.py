"""What members of the old portal do: the change of identifier, and the letter for who cannot be reached otherwise."""

import contextlib
import json
import random
import re
import time
from pathlib import Path

from chaos.actions import SESSION, World
from chaos.browser import Answer, Browser
from chaos.ledger import Fact, Stuck, Unknown
from chaos.people import ANSWER, Member, new_password

DOOR = "/login-adherent/"
_CHANGE = DOOR + "changement-identifiant/"
_ADDRESS, _PASSWORD, _REVIEW = _CHANGE + "adresse/", _CHANGE + "mot-de-passe/", _CHANGE + "verification/"
_WAITING, _DONE = _CHANGE + "attente/", _CHANGE + "fin/"
_GUIDED, _LETTER = DOOR + "mot-de-passe-oublie/", DOOR + "courrier/"
_NEW = _GUIDED + "nouveau/"
_VERSION = re.compile(r'name="version"[^>]* value="([^"]*)"')


def change(world: World, dice: random.Random) -> None:
    """A member signs in by number, and changes to the address on file, or to another that is proved."""
    member = world.people.member()
    if member is None:
        return
    browser, password = Browser(world.front), new_password()
    address = member.contact if member.contact and dice.random() < 0.5 else world.people.new_address()
    world.ledger.secrets.update((address, password))
    _to(browser.fill(DOOR, nir=member.nir, password=member.password), _ADDRESS)
    _to(browser.follow(browser.post(_ADDRESS, email=address)), _PASSWORD)
    chosen = browser.follow(
        browser.post(_PASSWORD, new_password=password, confirm_password=password, secret_question="object",
                     secret_answer=ANSWER)
    )  # fmt: skip
    world.ledger.passwords[address] = Fact(password)
    fact, account = world.ledger.changes[member.ref], world.ledger.accounts[address]
    with fact.moving(True), account.moving(True):
        _to(_finish(world, browser, chosen, address), _DONE)
    _check_old_door(world, member)
    # Who has a secret question recovers by it: not our subject.
    if SESSION not in browser.cookies:
        raise Stuck("a change without a session at its end")


def letter(world: World, _dice: random.Random) -> None:
    """A letter is asked for; its code opens the way to a new password, once."""
    member = world.people.member()
    if member is None:
        return
    browser, password = Browser(world.front), new_password()
    _to(browser.fill(_GUIDED, nir=member.nir, birth_date=member.born), _GUIDED + "message/")
    before = set(world.letters.glob("*.json"))
    _to(browser.follow(browser.post(_GUIDED + "message/", action="letter")), _GUIDED + "message/courrier/")
    code = _letter_of(world.letters, member, before)
    world.ledger.secrets.add(code)
    opened = 0
    for reader in (browser, Browser(world.front)):
        with contextlib.suppress(Unknown):
            page = reader.fill(_LETTER, nir=member.nir, code=code)
            opened += page.at.startswith(_NEW)
    if not opened:
        raise Stuck("the code of a letter opens nothing")
    world.ledger.spend("letter code", code)
    world.ledger.check(opened == 1, lambda: "the code of a letter was good twice")
    done = browser.follow(browser.post(_NEW, new_password=password, confirm_password=password))
    if done.at.startswith(_NEW):
        raise Stuck("no new password by letter")


def _finish(world: World, browser: Browser, page: Answer, address: str) -> Answer:
    """From the chosen password to the end: the last look, or the link of the message."""
    if page.at.startswith(_WAITING):
        link = world.mailbox.wait(address, _CHANGE + "lien/")
        world.ledger.secrets.add(link.strip("/").rpartition("/")[2])
        browser.read(link)
        return browser.follow(browser.post(link))
    found = _VERSION.search(_to(page, _REVIEW).text)
    if found is None:
        raise Stuck("no version on the last look")
    return browser.follow(browser.post(_REVIEW, version=found[1]))


def _check_old_door(world: World, member: Member) -> None:
    """The number opens no second change."""
    elsewhere = Browser(world.front)
    page = elsewhere.fill(DOOR, nir=member.nir, password=member.password)
    world.ledger.check(not page.at.startswith(_CHANGE), lambda: "a member who has changed may change again")


def _letter_of(folder: Path, member: Member, before: set[Path]) -> str:
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        for path in set(folder.glob("*.json")) - before:
            with contextlib.suppress(ValueError, OSError):
                content = json.loads(path.read_bytes())
                if content["member_ref"] == member.ref:
                    return str(content["code"])
        time.sleep(0.1)
    raise Stuck("no letter came")


def _to(answer: Answer, path: str) -> Answer:
    if not answer.at.startswith(path) or answer.status != 200:
        raise Stuck(f"{answer.status} at {answer.at.partition('?')[0]} instead of {path}")
    return answer
