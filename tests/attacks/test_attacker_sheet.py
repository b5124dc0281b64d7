"""The attacker sheet: what each attacker ends up with, and that the victim still gets in (docs/rules.md §3)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from urllib.parse import parse_qs, urlsplit

import click
import rp
import time_machine
from attacks.people import CONFIRM, CONTEST, FORGOTTEN, GUIDED, LETTER, UNLOCK, Person, link_in, newest
from email_door.browsing import send
from legacy_bridge.walking import (
    ADDRESS,
    ANSWER,
    BLOCKED,
    CAMILLE,
    CHANGE,
    DOMINIQUE,
    DONE,
    DOOR,
    FRESH,
    NEW_PASSWORD,
    NO_CONTACT,
    PASSWORD,
    RETURN,
    REVIEW,
    SACHA,
    SESSION,
    TICKET,
    WAITING,
    account_of,
    arrive,
    at,
    code_of,
    field_of,
    import_members,
    link_of,
    many,
    plain,
    words_of,
)
from oidc.test_token_races import without_lane
from protocol import basic, bearer, secret_of
from werkzeug.test import TestResponse

from idp.accounts import credentials
from idp.cli import group
from idp.core import clock
from idp.core.runtime import Runtime

LINKING = CHANGE + "associer/"
THEIRS = "attaquant@ailleurs.test"
OURS, THEIR_PASSWORD = "le soleil brille sur la mer", "les corbeaux volent la nuit"
THEIR_ANSWER = "le chat de la voisine"
ROUNDS = 8


def test_controls_a_relying_party(app, runtime, victim, attacker):
    """It gets what it is registered for, of people who go to it: no page of ours, no other site's code, no Espace."""
    victim.changes(CAMILLE)
    # A response goes nowhere but where it is registered to go.
    for changes in ({"redirect_uri": "https://evil.example/"}, {"redirect_uri": RETURN["partner"] + "/../x"}):
        refused = victim.client.get(rp.AUTHORIZE, query_string=_request("partner", **changes))
        assert (refused.status_code, refused.location) == (400, None)
    leaving = victim.client.get("/oidc/logout?client_id=partner&post_logout_redirect_uri=https://evil.example/")
    assert (leaving.status_code, leaving.location) == (400, None)
    assert "Voulez-vous vous déconnecter" in victim.client.get("/oidc/logout?client_id=partner").text
    # It asks for the Espace, and is told nothing of it.
    ours = _tokens(attacker, "partner", _code(victim, "partner", scope="openid email espace_personnel"))
    told = attacker.client.get("/oidc/userinfo", headers=bearer(ours["access_token"])).json
    assert "member_reference" not in told
    theirs = _tokens(attacker, "member-area", _code(victim, "member-area", scope="openid espace_personnel"))
    known = attacker.client.get("/oidc/userinfo", headers=bearer(theirs["access_token"])).json
    assert known["member_reference"] == CAMILLE.ref
    assert told["sub"] != known["sub"]
    # What was meant for another site is worth nothing in its hands.
    stolen = _code(victim, "member-area", scope="openid espace_personnel")
    assert _redeem(attacker, "partner", stolen).json["error"] == "invalid_grant"
    read = attacker.client.post("/oidc/introspect", data={"token": theirs["access_token"], **_secret("partner")})
    assert read.json == {"active": False}
    assert victim.gets_in(CAMILLE.contact, NEW_PASSWORD)


def _request(site: str, **changes: str) -> str:
    given = {"client_id": site, "redirect_uri": RETURN[site], "scope": "openid", "code_challenge": rp.CHALLENGE}
    return rp.query(**{**given, **changes})


def _code(person: Person, site: str, **changes: str) -> str:
    answer = person.client.get(rp.AUTHORIZE, query_string=_request(site, **changes))
    if urlsplit(answer.location).path == "/oidc/consentement/":
        # A site that is not MGEN's: the person agrees, once.
        answer = person.client.get(send(person.client, answer.location, agree="oui").location)
    return parse_qs(urlsplit(answer.location).query)["code"][0]


def _secret(site: str) -> dict[str, str]:
    return {"client_id": site, "client_secret": secret_of(site)}


def _redeem(person: Person, site: str, code: str):
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": RETURN[site], "code_verifier": rp.VERIFIER,
    }  # fmt: skip
    if site == "partner":
        return person.client.post("/oidc/token", data=form | _secret(site))
    return person.client.post("/oidc/token", data=form, headers=basic(site))


def _tokens(person: Person, site: str, code: str) -> dict[str, str]:
    answer = _redeem(person, site, code)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_walks_order_numbers(app, victim, attacker):
    """One password, number after number: after 300 refusals nothing is compared, and no answer told a member apart."""
    answers = set()
    for order in range(300):
        nir = f"{CAMILLE.nir[:10]}{order + 1:03}"
        answer = attacker.post(DOOR, nir=nir, password="123456")
        answers.add((answer.status_code, words_of(answer)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 403
    # The right pair is not even looked at, for them; the victim lives elsewhere.
    assert attacker.signs_in(CAMILLE).status_code == 429
    assert attacker.client.get_cookie(TICKET) is None
    assert at(victim.signs_in(CAMILLE), ADDRESS)
    victim.changes(CAMILLE)
    assert victim.is_signed_in()


def test_replays_a_link(app, victim, attacker, outbox, runtime):
    """A link works once, and for who asked: its reader is signed in nowhere, before or after."""
    victim.waits(CAMILLE, FRESH)
    [message] = outbox()
    link = link_of(message)
    # A scanner reads it, twice; nothing is used up.
    for _ in range(2):
        assert attacker.client.head(link).status_code == 200
        assert "Valider mon adresse" in attacker.client.get(link).text
    assert account_of(runtime, FRESH) is None
    assert at(victim.post(link), DONE)
    assert victim.is_signed_in()
    # Later, from a forwarded message, a history, a log.
    for _ in range(3):
        attacker.follows(attacker.post(link))
        attacker.follows(attacker.get(link))
        attacker.post(link + "continuer/", password="x" * 12)
        attacker.post(link + "arreter/")
    assert attacker.client.get_cookie(SESSION) is None
    assert attacker.client.get_cookie(TICKET) is None
    assert account_of(runtime, FRESH) == (account_of(runtime, FRESH)[0], CAMILLE.ref)
    assert victim.gets_in(FRESH, NEW_PASSWORD)


def test_races_the_final_post(app, runtime, tmp_path, outbox, monkeypatch):
    """A stolen sign-in in two tabs and a third one, and the victim, all at the same moment: the victim's address."""
    without_lane(monkeypatch)
    won = 0
    for place in range(ROUNDS):
        [member] = many(1, f"victime{place}@domaine.test", first=place)
        import_members(tmp_path, [member])
        victim, attacker = Person(app, "192.0.2.10", "member-area"), Person(app, "198.51.100.66")
        attacker.waits(member, THEIRS)
        assert at(attacker.post(WAITING, action="code", code=code_of(outbox()[-1])), REVIEW)
        # They stand before the last button when the victim begins, and ends.
        seen = field_of(attacker.get(REVIEW), "version")
        victim.signs_in(member)
        assert at(victim.gives(member.contact), PASSWORD)
        assert at(victim.chooses(), REVIEW)
        posts = [
            _press(attacker, REVIEW, version=seen),
            _press(attacker, REVIEW, version=field_of(victim.get(REVIEW), "version")),
            _press(attacker.elsewhere(), DOOR, nir=member.nir, password=member.password),
            _press(victim, REVIEW, version=field_of(victim.get(REVIEW), "version")),
        ]
        *theirs, ours = _at_once(runtime, posts, late=(place - ROUNDS // 2) * 0.008)
        assert all(SESSION not in answer.headers.get("Set-Cookie", "") for answer in theirs)
        assert account_of(runtime, THEIRS) is None
        if urlsplit(ours.location or "").path == DONE:
            won += 1
        else:
            # Their new sign-in came first: nothing is changed, and the victim begins again.
            victim.signs_in(member)
            assert at(victim.chooses(), REVIEW)
            assert at(victim.finishes(), DONE)
        assert account_of(runtime, member.contact) == (None, member.ref)
        assert victim.gets_in(member.contact, NEW_PASSWORD)
        assert not attacker.gets_in(THEIRS, NEW_PASSWORD)
        outbox()
    print(f"{ROUNDS} races; the victim's first press won {won} of them")


def _press(person: Person, path: str, **fields: str) -> Callable[[], TestResponse]:
    """A tab of this browser, ready to send a form."""
    token, tab = person.forgery_token(), person.tab()
    return lambda: tab.post(path, token=token, **fields)


def _at_once(runtime: Runtime, works: list[Callable[[], TestResponse]], late: float) -> list[TestResponse]:
    """All from the same instant, but for the last, which is a little late, or early."""
    start = Barrier(len(works))

    def run(work: Callable[[], TestResponse]) -> TestResponse:
        start.wait()
        time.sleep(max(late if work is works[-1] else -late, 0))
        try:
            return work()
        finally:
            runtime.sql.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def test_preregistered_the_victims_address(app, victim, attacker, account, outbox):
    """What they left on it dies when the mailbox is proved: password, question, sessions. The victim links it."""
    planted = account(
        FRESH, THEIR_PASSWORD, verified_by=None, secret_question="object",
        secret_answer=credentials.hash_answer(THEIR_ANSWER),
    )  # fmt: skip
    rp.sign_in(app, attacker.client, planted.id)
    assert attacker.is_signed_in()
    # Even their password, typed by the victim, would not join the two.
    assert at(victim.signs_in(CAMILLE), ADDRESS)
    assert at(victim.gives(FRESH), LINKING)
    assert at(victim.post(LINKING, password=THEIR_PASSWORD), LINKING + "message/")
    link = link_in(newest(outbox(), FRESH), FORGOTTEN + "lien/")
    assert at(victim.post(link, new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD), urlsplit(link).path)
    assert at(victim.get(link), LINKING)
    assert at(victim.post(LINKING, action="fresh"), PASSWORD)
    assert at(victim.post(PASSWORD, secret_question="book", secret_answer=ANSWER), REVIEW)
    assert at(victim.finishes(), DONE)
    assert not attacker.is_signed_in()
    assert not attacker.gets_in(FRESH, THEIR_PASSWORD)
    attacker.post(FORGOTTEN, email=FRESH)
    theirs = link_in(newest(outbox(), FRESH), FORGOTTEN + "lien/")
    assert attacker.post(theirs, secret_answer=THEIR_ANSWER).status_code == 403
    assert victim.gets_in(FRESH, NEW_PASSWORD)


def test_knows_nir_and_birth_date(app, runtime, victim, attacker, outbox, letters):
    """They choose who is written to, and read nothing of it: no page, password or session; the victim signs in."""
    pages = {words_of(attacker.asks(GUIDED, member)) for member in (CAMILLE, DOMINIQUE, NO_CONTACT, BLOCKED)}
    assert len(pages) == 1
    assert "Si ces informations correspondent à un compte" in pages.pop()
    attacker.asks(UNLOCK, DOMINIQUE)
    attacker.post(UNLOCK + "message/", action="letter")
    attacker.post(UNLOCK + "message/", action="code", code="ABCD2345")
    for path in (GUIDED + "nouveau/", GUIDED + "fait/", UNLOCK + "fait/", LETTER + "mot-de-passe/", LETTER + "choix/"):
        attacker.get(path)
        attacker.post(path, new_password=THEIR_PASSWORD, confirm_password=THEIR_PASSWORD)
    assert {message["To"] for message in outbox()} <= {CAMILLE.contact, DOMINIQUE.contact, BLOCKED.contact}
    assert [letter["member_ref"] for letter in letters()] == [DOMINIQUE.ref]
    assert attacker.client.get_cookie(TICKET) is None
    assert not attacker.is_signed_in()
    assert attacker.signs_in(DOMINIQUE, THEIR_PASSWORD).status_code == 403
    victim.changes(DOMINIQUE)
    assert victim.is_signed_in()


def test_knows_nir_and_old_password(app, victim, attacker, outbox, letters):
    """They are first, with an address of theirs; the contact on file is told, closes it all, and a letter undoes it."""
    attacker.waits(CAMILLE, THEIRS)
    assert at(attacker.post(WAITING, action="code", code=code_of(outbox()[-1])), REVIEW)
    assert at(attacker.finishes(), DONE)
    assert attacker.gets_in(THEIRS, NEW_PASSWORD)
    tokens = _tokens(attacker, "member-area", _code(attacker, "member-area", scope="openid espace_personnel"))
    bearing = bearer(tokens["access_token"])
    assert attacker.client.get("/oidc/userinfo", headers=bearing).json["member_reference"] == CAMILLE.ref
    told = outbox()
    assert CONTEST not in "".join(plain(message) for message in told if message["To"] == THEIRS)
    victim.post(link_in(newest(told, CAMILLE.contact), CONTEST))
    assert not attacker.is_signed_in()
    assert attacker.client.get("/oidc/userinfo", headers=bearing).status_code == 401
    assert not attacker.gets_in(THEIRS, NEW_PASSWORD)
    # The mailbox alone does not open it again, whoever reads it.
    attacker.post(FORGOTTEN, email=THEIRS)
    assert FORGOTTEN + "lien/" not in plain(newest(outbox(), THEIRS))
    victim.asks(GUIDED, CAMILLE)
    victim.post(GUIDED + "message/", action="letter")
    victim.undoes_the_change(CAMILLE, letters()[-1]["code"])
    assert attacker.signs_in(CAMILLE).status_code == 403
    assert not attacker.gets_in(THEIRS, NEW_PASSWORD)
    victim.reaches_review(replace(CAMILLE, password=NEW_PASSWORD))
    assert at(victim.finishes(), DONE)
    assert victim.gets_in(CAMILLE.contact, NEW_PASSWORD)


def test_owns_the_mistyped_mailbox(app, runtime, victim, attacker, outbox, letters):
    """Every message of the default address goes to them: they get no password; at worst they close it, for a letter."""
    victim.changes(CAMILLE)
    # To confirm the address takes the account's password too: it stays unproved.
    confirm = link_in(newest(outbox(), CAMILLE.contact), CONFIRM + "lien/")
    assert [attacker.post(confirm, password=typed).status_code for typed in ("", THEIR_PASSWORD)] == [400, 403]
    assert account_of(runtime, CAMILLE.contact) == (None, CAMILLE.ref)
    attacker.post(FORGOTTEN, email=CAMILLE.contact)
    link = link_in(newest(outbox(), CAMILLE.contact), FORGOTTEN + "lien/")
    password = {"new_password": THEIR_PASSWORD, "confirm_password": THEIR_PASSWORD}
    attacker.post(link, **password)
    answers = [attacker.post(link, secret_answer=f"une réponse {n}", **password).status_code for n in range(6)]
    assert answers == [403] * 4 + [429] * 2
    attacker.post(link, **password)
    assert not attacker.gets_in(CAMILLE.contact, THEIR_PASSWORD)
    # The victim signs in again later, and says that the address is not theirs.
    with time_machine.travel(clock.now() + 3600):
        victim.client.delete_cookie(SESSION)
        victim.query = "?" + urlsplit(arrive(victim.client, "member-area")).query
        assert at(victim.signs_in_by_email(CAMILLE.contact, NEW_PASSWORD), CONFIRM)
        assert at(victim.post(CONFIRM + "autre/", email=FRESH), CONFIRM + "message/")
        code = code_of(newest(outbox(), FRESH))
        victim.follows(victim.post(CONFIRM + "message/", action="code", code=code))
        assert victim.gets_in(FRESH, NEW_PASSWORD)
        assert not attacker.gets_in(CAMILLE.contact, NEW_PASSWORD)
        # They are told, as an address on file, and may close the account: that is all, and a letter opens it.
        attacker.post(link_in(newest(outbox(), CAMILLE.contact), CONTEST))
        assert not victim.gets_in(FRESH, NEW_PASSWORD)
        at_home = victim.elsewhere()
        at_home.asks(GUIDED, CAMILLE)
        at_home.post(GUIDED + "message/", action="letter")
        at_home.types_letter(CAMILLE, letters()[-1]["code"])
        assert at(at_home.post(LETTER + "mot-de-passe/", **_twice(OURS)), LETTER + "fait/")
        assert victim.gets_in(FRESH, OURS)


def test_reads_the_contact_mailbox(app, victim, attacker, outbox):
    """A mistyped or recycled one: the links that the victim asked for are nothing without the birth date."""
    for way, member in ((GUIDED, DOMINIQUE), (UNLOCK, BLOCKED)):
        victim.asks(way, member)
        link = link_in(newest(outbox(), member.contact), GUIDED + "lien/")
        answers = [attacker.post(link).status_code]
        answers += [attacker.post(link, birth_date=f"{day:02}/02/1961").status_code for day in range(1, 7)]
        assert answers == [400, *[403] * 4, *[429] * 2]
        attacker.post(GUIDED + "nouveau/", **_twice(THEIR_PASSWORD))
        # Their tries close nothing to the browser that asked.
        assert at(victim.post(link), GUIDED + "nouveau/" if way == GUIDED else UNLOCK + "fait/")
    assert attacker.signs_in(DOMINIQUE, THEIR_PASSWORD).status_code == 403
    assert at(victim.signs_in(BLOCKED), ADDRESS)


def _twice(password: str) -> dict[str, str]:
    return {"new_password": password, "confirm_password": password}


def test_ex_spouse_with_the_shared_mailbox(app, victim, attacker, outbox, letters):
    """A mailbox on two rows proves nothing between them: no message opens either; a letter does, to the right one."""
    for way in (GUIDED, UNLOCK):
        attacker.asks(way, CAMILLE)
    assert outbox() == []
    # Their own change takes the address, and with it nothing of the other's.
    attacker.changes(SACHA)
    outbox()
    assert at(victim.signs_in(CAMILLE), ADDRESS)
    assert field_of(victim.get(ADDRESS), "email") == ""
    victim.asks(GUIDED, CAMILLE)
    victim.post(GUIDED + "message/", action="letter")
    assert outbox() == []
    [letter] = letters()
    assert letter["member_ref"] == CAMILLE.ref
    assert "n’est pas le bon" in words_of(attacker.types_letter(SACHA, letter["code"]))
    victim.types_letter(CAMILLE, letter["code"])
    assert at(victim.post(GUIDED + "nouveau/", **_twice(OURS)), GUIDED + "fait/")
    # What the ex-spouse remembers of the old password is worth nothing now.
    assert attacker.signs_in(CAMILLE).status_code == 403
    victim.waits(replace(CAMILLE, password=OURS), FRESH)
    assert at(victim.post(WAITING, action="code", code=code_of(newest(outbox(), FRESH))), REVIEW)
    assert at(victim.finishes(), DONE)
    assert victim.gets_in(FRESH, NEW_PASSWORD)


def test_drives_the_call_centre(app, settings, runtime, tmp_path, victim, attacker, outbox, letters):
    """They talk somebody into new addresses on file: for thirty days neither of them gets a message or a letter."""
    today = clock.as_datetime(clock.now()).date().isoformat()
    runtime.sql.run(
        "UPDATE legacy_member SET contact_address = :theirs, contact_canonical = :theirs, contact_changed_on = :today,"
        " postal_changed_on = :today WHERE member_ref = :ref",
        {"theirs": THEIRS, "today": today, "ref": DOMINIQUE.ref},
    )
    for way in (GUIDED, UNLOCK):
        attacker.asks(way, DOMINIQUE)
        attacker.post(way + "message/", action="letter")
    assert outbox() == []
    assert letters() == []
    victim.waits(DOMINIQUE, FRESH)
    assert at(victim.post(WAITING, action="code", code=code_of(newest(outbox(), FRESH))), REVIEW)
    assert at(victim.finishes(), DONE)
    assert victim.gets_in(FRESH, NEW_PASSWORD)
    # No page and no command lets an adviser choose an address or a password for somebody.
    assert {option for command in _commands() for option in command if option in _CHOICES} == set()


_CHOICES = {"--email", "--address", "--password", "--nir", "--member", "--contact"}


def _commands() -> list[list[str]]:
    def walk(command: click.Command) -> list[list[str]]:
        inner = list(command.commands.values()) if isinstance(command, click.Group) else []
        own = [name for parameter in command.params for name in parameter.opts]
        return [own, *(options for each in inner for options in walk(each))]

    return walk(group)


def test_fills_the_mailbox_with_resets(app, victim, attacker, outbox):
    """Three messages a day and no more, from wherever they ask; the last one still serves, and the password too."""
    for place in range(12):
        attacker.from_another_network(f"203.0.113.{place}").asks((GUIDED, UNLOCK)[place % 2], DOMINIQUE)
        attacker.post(GUIDED + "message/", action="resend")
    sent = [message for message in outbox() if message["To"] == DOMINIQUE.contact]
    assert len(sent) == 3
    victim.changes(DOMINIQUE)
    outbox()
    for place in range(12):
        browser = Person(app, f"203.0.113.{place}")
        browser.post(FORGOTTEN, email=DOMINIQUE.contact)
        browser.post(FORGOTTEN + "message/", action="resend")
    sent = [message for message in outbox() if message["To"] == DOMINIQUE.contact]
    assert len(sent) == 3
    assert victim.gets_in(DOMINIQUE.contact, NEW_PASSWORD)
    # Who has forgotten it meanwhile uses what came, though somebody else asked.
    at_home = victim.elsewhere()
    link = link_in(sent[-1], FORGOTTEN + "lien/")
    at_home.post(link, secret_answer=ANSWER)
    at_home.post(link, **_twice(OURS))
    assert victim.gets_in(DOMINIQUE.contact, OURS)
    assert not attacker.is_signed_in()
