"""One member: found by reference or address, seen without what opens anything, helped with a reason, once."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from email_door.browsing import (
    ADDRESS,
    ANSWER,
    PASSWORD,
    at_once,
    choose,
    is_signed_in,
    plain,
    reset_link,
    sign_in,
    token_of,
)
from flask import Flask
from flask.testing import FlaskClient
from legacy_bridge.walking import BLOCKED, CAMILLE, DOMINIQUE, NEW_PASSWORD, NO_CONTACT, SACHA, Walk
from servers import free_port

from idp import jobs, retention
from idp.accounts import access
from idp.accounts.directory import AccountRow, find_by_id
from idp.core import db, mail
from idp.core import outbox as outbox_jobs
from idp.core.runtime import Runtime
from idp.settings import Settings
from idp.web.i18n import translate
from tests.backoffice.working import MEMBERS, REASON, REQUESTS, Colleague, lines, words

Mails = Callable[[], list[EmailMessage]]
Make = Callable[..., AccountRow]
NOT_POSSIBLE = "Ce n’est pas possible maintenant : rien n’a été fait"
PROOF = "/login-adherent/mot-de-passe-oublie/lien/"


def letters(settings: Settings) -> list[dict[str, Any]]:
    """What the print service was given."""
    folder = Path(settings.letter_url.removeprefix("dir://"))
    return [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]


def counted(runtime: Runtime, table: str) -> int:
    return int(runtime.sql.all(f"SELECT count(*) FROM {table}", {})[0][0])


# Finding.


def test_a_member_is_found_by_reference_or_by_address(ana: Colleague, members: None) -> None:
    page = ana.finds(DOMINIQUE.ref)
    assert ana.finds(f" {DOMINIQUE.contact.upper()} ") == page
    text = ana.reads(page)
    assert f"Adhérent {DOMINIQUE.ref}" in text
    assert "Il n’a pas encore commencé à changer d’identifiant" in text


def test_an_account_without_an_espace_is_found_by_its_address(ana: Colleague, account: AccountRow) -> None:
    assert "Compte sans Espace personnel" in ana.reads(ana.finds(ADDRESS))


def test_an_address_of_two_members_is_a_choice(ana: Colleague, members: None) -> None:
    """And neither gets a link there: it proves nothing between them."""
    answer = ana.sends(MEMBERS, who=CAMILLE.contact)
    assert answer.status_code == 200
    assert f"Référence {CAMILLE.ref}" in words(answer)
    assert f"Référence {SACHA.ref}" in words(answer)
    page = ana.finds(CAMILLE.ref)
    assert "aussi celle d’un autre adhérent" in ana.reads(page)
    assert NOT_POSSIBLE in ana.acts(page, "link")


def test_nobody_is_said_to_be_nobody(ana: Colleague, members: None) -> None:
    for who in ("M99999", "personne@domaine.test", "a@b@c", "@"):
        assert "Personne n’a cette référence" in words(ana.sends(MEMBERS, who=who))


@pytest.mark.parametrize("typed", ["2560975120001", "2 56 09 75 120 001 12", "256097512000112"])
def test_a_number_is_never_looked_up(ana: Colleague, members: None, typed: str) -> None:
    """It is told by its shape, and not shown again."""
    refused = ana.sends(MEMBERS, who=typed)
    assert refused.status_code == 400
    assert "N’écrivez jamais de numéro de sécurité sociale" in words(refused)
    assert typed not in refused.text


def test_a_page_has_an_address_that_nobody_can_make(ana: Colleague, members: None, runtime: Runtime) -> None:
    """It tells nothing, and another one leads nowhere."""
    page = ana.finds(DOMINIQUE.ref)
    assert DOMINIQUE.ref not in page
    handle = page.split("/")[-2]
    for other in (handle[:-2] + "AA", "x", runtime.keyring.handle("session", bytes(16))):
        assert ana.client.get(f"{MEMBERS}{other}/").status_code == 404


# What is shown, and what never is.


def test_what_opens_anything_is_never_shown(
    ana: Colleague, make_account: Make, members: None, runtime: Runtime
) -> None:
    account = make_account(answer=ANSWER, member_ref="M777")
    for who in (DOMINIQUE.ref, BLOCKED.ref, "M777"):
        page = ana.finds(who)
        ana.acts(page, "link")
        shown = ana.client.get(page).text
        for secret in (
            DOMINIQUE.nir, BLOCKED.nir, DOMINIQUE.birth_date, DOMINIQUE.contact, BLOCKED.contact, ADDRESS, "Factice",
            "argon2", "/lien/", account.id.hex(), "Le Rouge",
        ):  # fmt: skip
            assert secret not in shown, secret
        question = runtime.sql.all("SELECT secret_question FROM account", {})[0][0]
        assert f">{question}<" not in shown


def test_states_and_dates_are_shown(ana: Colleague, make_account: Make, client: FlaskClient) -> None:
    make_account(member_ref="M777")
    sign_in(client, ADDRESS, PASSWORD)
    text = ana.reads(ana.finds("M777"))
    for shown in ("Adhérent M777", "j…e@domaine.test", "Compte actif", "Connexions ouvertes 1", "Rien ne l’arrête"):
        assert shown in text
    assert "Connexion par email" in text


def test_the_record_is_the_newest_hundred_of_ten_thousand(ana: Colleague, make_account: Make, runtime: Runtime) -> None:
    account = make_account(member_ref="M777")
    with db.transaction():
        for number in range(150):
            runtime.sql.run(
                "INSERT INTO audit (id, at, event, account_id) VALUES (:id, :at, 'sign_in', :account)",
                {"id": bytes(12) + number.to_bytes(4, "big"), "at": number, "account": account.id},
            )
    text = ana.reads(ana.finds("M777"))
    assert "Les 100 derniers événements" in text
    assert text.count("Connexion 1er janvier 1970") == 100


# The acts.


def test_the_link_goes_to_the_known_contact_and_asks_for_the_birth_date(
    ana: Colleague, members: None, outbox: Mails, app: Flask, runtime: Runtime
) -> None:
    """The colleague's own browser can do nothing with it that another could not."""
    assert "Le message est parti" in ana.acts(ana.finds(DOMINIQUE.ref), "link")
    [message] = outbox()
    assert message["To"] == DOMINIQUE.contact
    found = re.search(rf"https?://[^/\s]+({PROOF}\S*)", plain(message))
    assert found
    for browser in (ana.client, app.test_client()):
        assert 'name="birth_date"' in browser.get(found[1]).text
    [line] = lines(runtime, "staff_link_sent")
    assert line["member_ref"] == DOMINIQUE.ref
    assert json.loads(line["detail"])["reason"] == REASON


def test_the_link_of_an_account_leads_its_owner_to_a_new_password(
    ana: Colleague, account: AccountRow, outbox: Mails, client: FlaskClient
) -> None:
    ana.acts(ana.finds(ADDRESS), "link")
    [message] = outbox()
    assert message["To"] == ADDRESS
    assert choose(client, reset_link(message)).status_code == 303


def test_no_more_than_three_messages_a_day_leave(ana: Colleague, members: None, outbox: Mails) -> None:
    page = ana.finds(DOMINIQUE.ref)
    for _ in range(3):
        assert "Le message est parti" in ana.acts(page, "link")
    assert NOT_POSSIBLE in ana.acts(page, "link")
    assert len(outbox()) == 3


def test_a_letter_goes_to_the_address_on_file_once_in_ten_days(
    ana: Colleague, members: None, outbox: Mails, settings: Settings
) -> None:
    """The code is in the letter alone; the contact on file is told."""
    page = ana.finds(DOMINIQUE.ref)
    assert "Le courrier est demandé" in ana.acts(page, "letter")
    assert NOT_POSSIBLE in ana.acts(page, "letter")
    [message] = outbox()
    assert "un conseiller MGEN vous a fait envoyer un code par courrier" in plain(message)
    [letter] = letters(settings)
    assert (letter["member_ref"], letter["purpose"]) == (DOMINIQUE.ref, "access_code")
    assert letter["code"] not in ana.client.get(page).text
    assert "Code de courrier valable jusqu’au" in ana.reads(page)


def test_a_member_who_cannot_be_written_to_is_not(ana: Colleague, members: None, runtime: Runtime) -> None:
    runtime.sql.run("UPDATE legacy_member SET postal_usable = FALSE", {})
    page = ana.finds(NO_CONTACT.ref)
    text = ana.reads(page)
    assert "Aucune adresse email connue" in text
    assert "Pas d’adresse postale utilisable" in text
    for act in ("link", "letter"):
        assert NOT_POSSIBLE in ana.acts(page, act)
    assert counted(runtime, "letter") == counted(runtime, "guided_request") == 0
    assert lines(runtime, "staff_link_sent") == []


def test_all_sign_ins_end_and_the_member_is_told(
    ana: Colleague, account: AccountRow, client: FlaskClient, outbox: Mails, runtime: Runtime
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    assert "Ses connexions sont fermées" in ana.acts(ana.finds(ADDRESS), "sessions")
    assert not is_signed_in(client)
    [message] = outbox()
    assert "un conseiller MGEN a fermé toutes les connexions" in plain(message)
    [line] = lines(runtime, "staff_sessions_ended")
    assert line["account_id"] == account.id
    # Where staff sit is nobody's business.
    assert line["source"] is None


def test_a_frozen_account_opens_to_nobody(
    ana: Colleague, account: AccountRow, client: FlaskClient, outbox: Mails
) -> None:
    page = ana.finds(ADDRESS)
    sign_in(client, ADDRESS, PASSWORD)
    assert "Le compte est gelé" in ana.acts(page, "freeze")
    assert not is_signed_in(client)
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 403
    assert [message["Subject"] for message in outbox()] == ["L’accès à votre compte est bloqué"]
    assert "Compte gelé par Ana" in ana.reads(page)


# What must not be done, or not twice.


def test_a_form_that_is_sent_twice_does_it_once(
    ana: Colleague, account: AccountRow, app: Flask, runtime: Runtime
) -> None:
    page = ana.finds(ADDRESS)
    form = ana.client.get(page)
    once = re.search(r'name="once" value="([^"]+)"', form.text)
    assert once
    data = {"csrf_token": token_of(form), "once": once[1], "reason": REASON, "action": "sessions"}
    at_once(app, [lambda: ana.client.post(page, data=data)] * 3)
    ana.client.post(page, data=data)
    assert "C’était déjà fait" in ana.reads(page)
    assert len(lines(runtime, "staff_sessions_ended")) == 1


def test_a_stale_tab_does_nothing_that_no_longer_fits(
    ana: Colleague, bob: Colleague, account: AccountRow, runtime: Runtime
) -> None:
    """A colleague froze it meanwhile; the button of the tab is no longer offered."""
    page = ana.finds(ADDRESS)
    form = ana.client.get(page)
    bob.acts(page, "freeze")
    data = {"csrf_token": token_of(form), "once": "x", "reason": REASON, "action": "freeze"}
    assert ana.client.post(page, data=data).status_code == 303
    assert NOT_POSSIBLE in ana.reads(page)
    assert len(lines(runtime, "staff_frozen")) == 1


@pytest.mark.parametrize("action", ["unfreeze", "letter", "release", "erase", ""])
def test_an_act_that_does_not_fit_the_state_is_refused(
    ana: Colleague, account: AccountRow, action: str, runtime: Runtime
) -> None:
    """An open account is not opened, and who is in no file has no letter."""
    before = counted(runtime, "outbox")
    assert NOT_POSSIBLE in ana.acts(ana.finds(ADDRESS), action)
    assert counted(runtime, "outbox") == before
    assert counted(runtime, "staff_request") == 0


@pytest.mark.parametrize("reason", ["", "   ", "abc", "x" * 201, "appel de 2 56 09 75 120 001"])
def test_an_act_without_a_reason_is_not_done(
    ana: Colleague, account: AccountRow, reason: str, runtime: Runtime
) -> None:
    """Nor with one that holds a number."""
    page = ana.finds(ADDRESS)
    refused = ana.sends(page, action="freeze", reason=reason)
    assert refused.status_code == 400
    assert "Erreur" in refused.text
    found = find_by_id(account.id)
    assert found
    assert found.state == "active"
    assert lines(runtime, "staff_frozen") == []


def test_a_forged_form_is_refused(ana: Colleague, account: AccountRow, runtime: Runtime) -> None:
    page = ana.finds(ADDRESS)
    assert ana.client.post(page, data={"action": "freeze", "reason": REASON}).status_code == 400
    assert lines(runtime, "staff_frozen") == []


def test_a_member_cannot_act_on_anybody(
    ana: Colleague, account: AccountRow, make_account: Make, client: FlaskClient, runtime: Runtime
) -> None:
    """Whoever is signed in as a member is a stranger here."""
    page = ana.finds(ADDRESS)
    make_account("autre.factice@domaine.test")
    sign_in(client, "autre.factice@domaine.test", PASSWORD)
    token = token_of(client.get("/connexion/inscription/"))
    answer = client.post(page, data={"csrf_token": token, "action": "freeze", "reason": REASON, "once": "y"})
    assert (answer.status_code, answer.location) == (303, "/backoffice/connexion/")
    assert lines(runtime, "staff_frozen") == []


# What takes two.


@pytest.fixture
def frozen(account: AccountRow) -> AccountRow:
    """A frozen account."""
    with db.transaction():
        access.freeze(account.id)
    return account


def test_two_open_a_frozen_account(
    ana: Colleague, bob: Colleague, frozen: AccountRow, client: FlaskClient, outbox: Mails, runtime: Runtime
) -> None:
    page = ana.finds(ADDRESS)
    assert "attend l’accord d’un autre collègue" in ana.acts(page, "unfreeze")
    assert "Demandes à deux (1)" in bob.reads()
    assert "Réouverture demandée" in bob.reads(page)
    assert f"Demandé par Ana : {REASON}" in bob.reads(REQUESTS)
    assert "Le compte est rouvert" in bob.answers()
    assert "Compte rouvert par Ana, Bob" in bob.reads(page)
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 303
    assert "deux conseillers MGEN ont rouvert votre compte" in plain(outbox()[-1])
    [line] = lines(runtime, "staff_unfrozen")
    detail = json.loads(line["detail"])
    assert detail["staff"] != detail["asked_by"]


def test_nobody_agrees_to_their_own_request(ana: Colleague, frozen: AccountRow, runtime: Runtime) -> None:
    """The button is not there, and the form does nothing."""
    ana.acts(ana.finds(ADDRESS), "unfreeze")
    text = ana.reads(REQUESTS)
    assert "un autre collègue doit y répondre" in text
    assert "Donner mon accord" not in text
    assert "on ne répond pas à sa propre demande" in ana.answers()
    found = find_by_id(frozen.id)
    assert found
    assert found.state == "frozen"
    assert lines(runtime, "staff_unfrozen") == []


def test_of_two_who_agree_at_once_one_does(
    app: Flask, hire: Callable[[str], Colleague], ana: Colleague, members: None, runtime: Runtime, settings: Settings,
    outbox: Mails,
) -> None:  # fmt: skip
    """One code is made, one line is written."""
    ana.acts(ana.finds(DOMINIQUE.ref), "release")
    two = [hire("Bob"), hire("Chloé")]
    pages = [each.client.get(REQUESTS) for each in two]
    works = []
    for each, page in zip(two, pages, strict=True):
        handle = re.findall(r'name="request" value="([^"]+)"', page.text)[0]
        data = {"csrf_token": token_of(page), "request": handle, "action": "agree"}
        works.append(lambda each=each, data=data: each.client.post(REQUESTS, data=data))
    at_once(app, works)
    said = sorted("Le code est imprimé" in each.reads(REQUESTS) for each in two)
    assert said == [False, True]
    assert len(lines(runtime, "staff_letter_released")) == 1
    outbox()
    assert [letter["purpose"] for letter in letters(settings)] == ["branch_code"]


def test_a_released_code_serves_for_a_day(
    ana: Colleague, bob: Colleague, members: None, outbox: Mails, settings: Settings, app: Flask
) -> None:
    """It is printed at the branch, and no page shows it; every address is told."""
    page = ana.finds(DOMINIQUE.ref)
    ana.acts(page, "release")
    bob.answers()
    [message] = outbox()
    assert message["To"] == DOMINIQUE.contact
    assert "un code en agence, valable 24 heures" in plain(message)
    [letter] = letters(settings)
    for colleague in (ana, bob):
        assert letter["code"] not in colleague.client.get(page).text
    form = {"nir": DOMINIQUE.nir, "code": letter["code"]}
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)):
        late = app.test_client()
        refused = late.post("/login-adherent/courrier/", data={**form, "csrf_token": _token(late)})
        assert refused.status_code in (400, 403)
    member = app.test_client()
    assert member.post("/login-adherent/courrier/", data={**form, "csrf_token": _token(member)}).status_code == 303


def _token(client: FlaskClient) -> str:
    return token_of(client.get("/login-adherent/courrier/"))


def test_a_request_is_asked_for_once_and_dies_after_a_day(
    ana: Colleague, bob: Colleague, frozen: AccountRow, runtime: Runtime
) -> None:
    page = ana.finds(ADDRESS)
    assert "Demander la réouverture" in ana.reads(page)
    ana.acts(page, "unfreeze")
    assert "Demander la réouverture" not in bob.reads(page)
    assert NOT_POSSIBLE in bob.acts(page, "unfreeze")
    form = bob.client.get(REQUESTS)
    handle = re.findall(r'name="request" value="([^"]+)"', form.text)[0]
    runtime.sql.run("UPDATE staff_request SET expires_at = 1", {})
    bob.client.post(REQUESTS, data={"csrf_token": token_of(form), "request": handle, "action": "agree"})
    assert "déjà réglée, ou trop ancienne" in bob.reads(REQUESTS)
    found = find_by_id(frozen.id)
    assert found
    assert found.state == "frozen"
    assert "attend l’accord" in bob.acts(page, "unfreeze")


def test_a_request_is_kept_for_a_week_after_its_end(ana: Colleague, frozen: AccountRow, runtime: Runtime) -> None:
    ana.acts(ana.finds(ADDRESS), "unfreeze")
    for days, left in ((7.9, 1), (8.1, 0)):
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=days)):
            retention.run()
            assert counted(runtime, "staff_request") == left


def test_a_request_is_declined_or_taken_back(ana: Colleague, bob: Colleague, frozen: AccountRow) -> None:
    page = ana.finds(ADDRESS)
    for who in (bob, ana):
        ana.acts(page, "unfreeze")
        assert "La demande est close" in who.answers("decline")
        assert "Aucune demande n’attend" in who.reads(REQUESTS)
    found = find_by_id(frozen.id)
    assert found
    assert found.state == "frozen"


def test_the_request_of_who_was_ended_is_worth_nothing(
    ana: Colleague, bob: Colleague, frozen: AccountRow, runtime: Runtime
) -> None:
    ana.acts(ana.finds(ADDRESS), "unfreeze")
    runtime.sql.run("UPDATE staff SET state = 'ended' WHERE name = 'Ana'", {})
    assert "déjà réglée" in bob.answers()
    found = find_by_id(frozen.id)
    assert found
    assert found.state == "frozen"


def test_a_request_that_no_longer_fits_does_nothing(
    ana: Colleague, bob: Colleague, frozen: AccountRow, runtime: Runtime
) -> None:
    """The member opened it with a letter meanwhile."""
    ana.acts(ana.finds(ADDRESS), "unfreeze")
    with db.transaction():
        access.unfreeze(frozen.id)
    assert NOT_POSSIBLE in bob.answers()
    assert lines(runtime, "staff_unfrozen") == []


@pytest.mark.parametrize("handle", ["", "x", "é", "A" * 43])
def test_a_request_that_never_was_is_settled(bob: Colleague, handle: str) -> None:
    token = token_of(bob.client.get(MEMBERS))
    bob.client.post(REQUESTS, data={"csrf_token": token, "request": handle, "action": "agree"})
    assert "déjà réglée" in bob.reads(REQUESTS)


# Mail that does not arrive.


class Refusing:
    """A relay that knows nobody of one address."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address == self.address:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def refuses(bare: Flask) -> Iterator[Callable[[str], None]]:
    """Have a real relay refuse an address."""
    started = []

    def start(address: str) -> None:
        relay = Controller(Refusing(address), hostname="127.0.0.1", port=free_port())
        relay.start()
        started.append(relay)
        bare.extensions["mgen_connect_mail"] = mail.transport(f"smtp://127.0.0.1:{relay.port}")

    yield start
    for relay in started:
        relay.stop()


def test_a_message_that_the_relay_refuses_is_told(
    ana: Colleague, members: None, app: Flask, runtime: Runtime, refuses: Callable[[str], None]
) -> None:
    """With the member, from the first refusal on; by reason on the first page, once it was given up."""
    refuses(DOMINIQUE.contact)
    page = ana.finds(DOMINIQUE.ref)
    ana.acts(page, "link")
    assert "n’a pas pu être remis" not in ana.reads(page)
    for _ in range(1 + len(outbox_jobs.BACKOFF)):
        runtime.sql.run("UPDATE outbox SET next_at = 0", {})
        outbox_jobs.drain(jobs.HANDLERS)
        text = ana.reads(page)
        assert "Un message à une de ses adresses n’a pas pu être remis" in text
        assert "la messagerie refuse l’adresse" in text
    assert DOMINIQUE.contact not in ana.client.get(page).text
    assert "n’a pas pu être remis" not in ana.reads(ana.finds(BLOCKED.ref))
    jobs.count(app)
    assert "Abandonnés, par motif la messagerie refuse l’adresse : 1" in ana.reads()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=29)):
        retention.run()
        assert counted(runtime, "outbox") == 1
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=31)):
        retention.run()
        assert counted(runtime, "outbox") == 0


def test_whom_a_refused_message_was_for_cannot_be_read_from_the_table(
    ana: Colleague, members: None, runtime: Runtime, refuses: Callable[[str], None]
) -> None:
    """A keyed digest, beside a payload that is sealed."""
    refuses(DOMINIQUE.contact)
    ana.acts(ana.finds(DOMINIQUE.ref), "link")
    outbox_jobs.drain(jobs.HANDLERS)
    [(error, recipient, payload)] = runtime.sql.all("SELECT error, recipient, payload FROM outbox", {})
    assert error == "SMTPRecipientsRefused"
    assert len(recipient) == 32
    assert DOMINIQUE.contact.encode() not in bytes(payload)


def test_a_message_that_left_in_the_end_is_no_trouble(
    ana: Colleague, account: AccountRow, bare: Flask, runtime: Runtime, refuses: Callable[[str], None]
) -> None:
    taken = bare.extensions["mgen_connect_mail"]
    refuses(ADDRESS)
    page = ana.finds(ADDRESS)
    ana.acts(page, "link")
    outbox_jobs.drain(jobs.HANDLERS)
    assert "n’a pas pu être remis" in ana.reads(page)
    bare.extensions["mgen_connect_mail"] = taken
    runtime.sql.run("UPDATE outbox SET next_at = 0", {})
    outbox_jobs.drain(jobs.HANDLERS)
    assert "n’a pas pu être remis" not in ana.reads(page)


# What the member sees of it.


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_act_is_in_the_member_s_own_record(
    ana: Colleague, bob: Colleague, members: None, app: Flask, runtime: Runtime, outbox: Mails, locale: str
) -> None:
    """In a sentence of its own, without the colleague's name, reason or place."""
    member = app.test_client()
    Walk(member, "member-area").changes(DOMINIQUE)
    page = ana.finds(DOMINIQUE.ref)
    for act in ("link", "letter", "sessions", "freeze", "unfreeze", "release", "release"):
        ana.acts(page, act)
        if act == "unfreeze":
            bob.answers()
        elif act == "release":
            bob.answers("agree" if not lines(runtime, "staff_letter_released") else "decline")
    sign_in(member, DOMINIQUE.contact, NEW_PASSWORD)
    said = words(member.get(f"/compte/journal/?hl={locale}"))
    source = Path("idp/backoffice/acts.py").read_text("utf-8")
    events = sorted(set(re.findall(r'"(staff_\w+)"', source)) - {"staff_act"})
    assert len(events) == 9
    for event in events:
        assert lines(runtime, event), event
        text = translate(locale, f"account-event-{event.replace('_', '-')}")
        assert text in said, event
    for private in ("Ana", "Bob", REASON):
        assert private not in said
