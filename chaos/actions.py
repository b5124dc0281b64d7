"""What people with an account, and the sites, do: each action to its end, or to the answer that stops it."""

import contextlib
import random
from dataclasses import dataclass
from pathlib import Path

from chaos.browser import Answer, Browser, Front, at
from chaos.ledger import Fact, Ledger, Stuck, Unknown
from chaos.mailbox import Mailbox
from chaos.people import People, Person, new_password
from chaos.sites import Site

SIGN_IN, SESSION = "/connexion/", "mgen_connect_session"
_REGISTER, _FORGOTTEN = "/connexion/inscription/", "/connexion/mot-de-passe-oublie/"
_CONSENT, _DEVICE = "/oidc/consentement/", "/oidc/appareil/"


@dataclass
class World:
    """Everything that actions need."""

    front: Front
    ledger: Ledger
    mailbox: Mailbox
    people: People
    own: Site
    other: Site
    letters: Path


def sign_in(world: World, person: Person, page: Answer) -> Answer:
    """Send the form of the sign-in page, with a password that may be the right one; where that leads."""
    fact = world.ledger.passwords[person.address]
    for password in sorted(fact.possible):
        person.troubles += 1
        answer = person.browser.post(page.at, email=person.address, password=password)
        if answer.status == 303:
            fact.possible, person.troubles = {password}, 0
            return person.browser.follow(answer)
    raise Stuck(f"{answer.status} for the right password")


def ask(world: World, person: Person, site: Site, path: str, state: str) -> str:
    """Bring a person with a request to the provider, through every page; the code that the site gets."""
    answer = person.browser.read(path)
    for _ in range(4):
        if answer.status == 303:
            break
        if answer.at.startswith(SIGN_IN):
            answer = sign_in(world, person, answer)
        elif answer.at.startswith(_CONSENT):
            with world.ledger.consents[person.address, site.client_id].moving(True):
                decided = person.browser.post(answer.at, agree="yes")
                if decided.status != 303 or decided.to.startswith(SIGN_IN):
                    raise Stuck(f"{decided.status} for a consent")
            answer = person.browser.follow(decided)
        else:
            break
    return site.code_of(answer, state)


def redirect(world: World, person: Person, dice: random.Random) -> None:
    """The SSO redirect: authorize, token, UserInfo."""
    site = world.own if person.withdrew or dice.random() < 0.8 else world.other
    offline = dice.random() < 0.2
    tokens = site.redeem(ask(world, person, site, *site.request(offline=offline)))
    if offline:
        person.families = [*person.families[-3:], site.family_of(tokens)]
    if not site.opens(tokens["access_token"]):
        raise Stuck("a token just issued opens nothing")


def pushed(world: World, person: Person, _dice: random.Random) -> None:
    """The same, with a request that was pushed."""
    world.own.redeem(ask(world, person, world.own, *world.own.pushed_request()))


def cold(world: World, person: Person, dice: random.Random) -> None:
    """A sign-in in a browser that is new."""
    person.browser.forget()
    redirect(world, person, dice)


def refresh(world: World, person: Person, dice: random.Random) -> None:
    """The newest token of a family; the family is forgotten where nobody knows how it stands."""
    if not person.families:
        return redirect(world, person, dice)
    family = person.families.pop(dice.randrange(len(person.families)))
    _site(world, family.client_id).rotate(family)
    person.families.append(family)
    return None


def reuse_refresh(world: World, person: Person, _dice: random.Random) -> None:
    """A token two generations old: refused, and the newest after it."""
    tokens = world.own.redeem(ask(world, person, world.own, *world.own.request(offline=True)))
    family = world.own.family_of(tokens)
    oldest = family.token
    world.own.rotate(family)
    world.own.rotate(family)
    refused = world.own.refused(family, oldest)
    world.ledger.check(refused, lambda: "a refresh token two generations old was taken")
    refused = world.own.refused(family, family.token)
    world.ledger.check(refused, lambda: "a refresh family lives on after the reuse of an old token")


def reuse_code(world: World, person: Person, _dice: random.Random) -> None:
    """A code twice: the second time is refused, and ends what the first gave."""
    code = ask(world, person, world.own, *world.own.request())
    access = ""
    with contextlib.suppress(Unknown):
        access = world.own.redeem(code)["access_token"]
    try:
        world.own.redeem(code)
    except Stuck:
        if access:
            opens = world.own.opens(access)
            world.ledger.check(not opens, lambda: "a token lives on after the reuse of its code")
            world.ledger.revoked.append(access)


def revoke(world: World, person: Person, _dice: random.Random) -> None:
    """A family, revoked by its site."""
    tokens = world.own.redeem(ask(world, person, world.own, *world.own.request(offline=True)))
    family = world.own.family_of(tokens)
    with world.ledger.ended[family.z].moving(True):
        world.own.revoke(family.token)
    world.ledger.revoked.append(tokens["access_token"])


def consent(world: World, person: Person, dice: random.Random) -> None:
    """Given to a site that is not MGEN's, and taken back on the page of the account."""
    if person.withdrew:
        return redirect(world, person, dice)
    site = world.other
    tokens = site.redeem(ask(world, person, site, *site.request(offline=True)))
    family = site.family_of(tokens)
    fact = world.ledger.consents[person.address, site.client_id]
    browser = person.browser
    # Later tokens are told from those of before by the second, and a clock may step: they stay away from now on.
    person.withdrew = True
    with fact.moving(False), world.ledger.ended[family.z].moving(True):
        page = browser.read("/compte/acces/")
        if page.at.startswith(SIGN_IN):
            raise Stuck("signed out meanwhile")
        done = browser.post("/compte/acces/", client_id=site.client_id)
        if done.status != 303 or done.to != "/compte/acces/":
            raise Stuck(f"{done.status} for a withdrawal")
    person.families = [kept for kept in person.families if kept.client_id != site.client_id]
    world.ledger.revoked.append(tokens["access_token"])
    world.ledger.check(not site.opens(tokens["access_token"]), lambda: "a token outlives its consent")
    return None


def leave(world: World, person: Person, dice: random.Random) -> None:
    """Out, and refused from then on."""
    browser = person.browser
    if SESSION not in browser.cookies:
        redirect(world, person, dice)
    cookie = browser.cookies[SESSION]
    try:
        browser.read("/compte/")
        answer = browser.post("/connexion/deconnexion/")
    finally:
        browser.forget()
    if answer.status != 303:
        raise Stuck(f"{answer.status} for signing out")
    world.ledger.left.append(cookie)


def device(world: World, person: Person, _dice: random.Random) -> None:
    """A device shows a code, the person agrees, the device gets its tokens, once."""
    codes = world.own.device_codes()
    world.ledger.secrets.add(codes["device_code"])
    page = person.browser.fill(_DEVICE, user_code=codes["user_code"])
    if page.at.startswith(SIGN_IN):
        page = sign_in(world, person, page)
    end = person.browser.follow(person.browser.post(page.at, agree="yes"))
    if "reponse=oui" not in end.at:
        raise Stuck("the device was not agreed to")
    with contextlib.suppress(Unknown):
        world.own.poll(codes["device_code"])
    with contextlib.suppress(Stuck):
        world.own.poll(codes["device_code"])


def register(world: World, dice: random.Random) -> None:
    """An account by its mailbox: the form, the link of the message, a session."""
    browser, address, password = Browser(world.front), world.people.new_address(), new_password()
    world.ledger.secrets.update((address, password))
    fields = {"email": address, "new_password": password, "confirm_password": password}
    at(browser.fill(_REGISTER, **fields), _REGISTER + "verification/")
    link = world.mailbox.wait(address, _REGISTER + "lien/")
    world.ledger.secrets.add(link.rpartition("/")[2])
    world.ledger.passwords[address] = Fact(password)
    with world.ledger.accounts[address].moving(True):
        answer = browser.post(link)
        if answer.status != 303 or SESSION not in browser.cookies:
            raise Stuck(f"{answer.status} for the link of a registration")
    if dice.random() < 0.3:
        elsewhere = Browser(world.front)
        with contextlib.suppress(Stuck, Unknown):
            elsewhere.fill(link)
        world.ledger.check(SESSION not in elsewhere.cookies, lambda: "the link of a registration signs in twice")
    world.people.put(Person(address, browser))


def recover(world: World, person: Person, dice: random.Random) -> None:
    """A forgotten password: one link, and of two new passwords one."""
    browser = Browser(world.front)
    at(browser.fill(_FORGOTTEN, email=person.address), _FORGOTTEN + "message/")
    link = world.mailbox.wait(person.address, _FORGOTTEN + "lien/")
    world.ledger.secrets.add(link.strip("/").rpartition("/")[2])
    person.families.clear()
    person.browser.forget()
    fact, choices = world.ledger.passwords[person.address], [new_password() for _ in range(2)]
    world.ledger.secrets.update(choices)
    at(browser.read(link), link)
    with fact.moving(choices[0]):
        answer = browser.post(link, new_password=choices[0], confirm_password=choices[0])
        done = browser.follow(answer)
        if answer.status != 303 or not done.at.startswith(SIGN_IN):
            raise Stuck(f"{answer.status} for a new password")
    again = browser.follow(browser.post(link, new_password=choices[1], confirm_password=choices[1]))
    world.ledger.check(again.at != link, lambda: "the link of a recovery is open after its use")
    cold(world, person, dice)


def _site(world: World, client_id: str) -> Site:
    return world.own if client_id == world.own.client_id else world.other
