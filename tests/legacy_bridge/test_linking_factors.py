"""Linking an account that has a second factor (docs/rules.md §3 row 8)."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from legacy_bridge.guiding import ACCOUNT_DONE, ACCOUNT_PASSWORD, FORGOTTEN, LETTER, asks, chooses, letters_of
from legacy_bridge.test_linking_resets import is_asked_by_message, resets
from legacy_bridge.walking import (
    ADDRESS,
    CAMILLE,
    DOMINIQUE,
    DONE,
    FRESH,
    LINKING,
    NEW_PASSWORD,
    REVIEW,
    Walk,
    at,
    words_of,
)
from rp import change_metadata
from software_passkey import SoftwarePasskey, allowed

from idp.accounts import creation
from idp.accounts.directory import AccountRow
from idp.accounts.factors import listing
from idp.core import db
from idp.core.runtime import Runtime
from tests.email_door.factors import Application, codes_on_paper

pytestmark = pytest.mark.usefixtures("members")

FACTOR = LINKING + "second-facteur/"
MFA = "urn:mgen:acr:mfa"


@pytest.fixture
def account(forum_account: Callable[..., AccountRow]) -> AccountRow:
    """An account that has all that is needed."""
    return forum_account(secret_question="object", secret_answer="hash")


def reaches_link(walk: Walk) -> None:
    assert at(walk.signs_in(CAMILLE), ADDRESS)
    assert at(walk.gives(FRESH), LINKING)


def kept(account: AccountRow) -> tuple[list[str], bool, int]:
    """What the account has: names of passkeys, whether an application, how many codes."""
    found = listing.of(account.id)
    return [passkey.name for passkey in found.passkeys], found.totp is not None, found.codes_left


def test_the_password_alone_does_not_link_it(walk: Walk, account: AccountRow, runtime: Runtime) -> None:
    Application(account.id)
    reaches_link(walk)
    assert at(walk.post(LINKING, password=NEW_PASSWORD), FACTOR)
    assert at(walk.get(REVIEW), LINKING)
    assert at(walk.post(REVIEW, version="1"), LINKING)
    assert "Code de votre application" in words_of(walk.get(FACTOR))
    assert runtime.sql.all("SELECT 1 FROM membership", {}) == []


def test_its_code_links_it_and_the_session_says_so(walk: Walk, account: AccountRow, runtime: Runtime) -> None:
    application = Application(account.id)
    reaches_link(walk)
    walk.post(LINKING, password=NEW_PASSWORD)
    refused = walk.post(FACTOR, otp="000000")
    assert refused.status_code == 403
    assert "Ce code n’est pas le bon" in words_of(refused)
    assert at(walk.post(FACTOR, otp=application.code()), REVIEW)
    assert "Les autres clés d’accès et applications de ce compte seront retirées" in words_of(walk.get(REVIEW))
    assert at(walk.finishes(), DONE)
    assert walk.is_signed_in()
    assert runtime.sql.all("SELECT acr, amr FROM session", {}) == [(MFA, "pwd otp mfa")]


@pytest.mark.parametrize("proof", ["totp", "passkey", "recovery code"])
def test_only_the_factor_that_was_proved_stays(walk: Walk, account: AccountRow, runtime: Runtime, proof: str) -> None:
    """Pre-hijack 3: a passkey or an application of whoever had the account before opens nothing any more."""
    application = Application(account.id)
    own, trojan = (SoftwarePasskey(account.id).keep(runtime.sql) for _ in range(2))
    codes = codes_on_paper(account.id)
    reaches_link(walk)
    walk.post(LINKING, password=NEW_PASSWORD)
    if proof == "passkey":
        asked = walk.client.post(FACTOR + "options", headers={"X-CSRFToken": walk.forgery_token()}).json
        assert asked
        assert set(allowed(asked)) == {own.id, trojan.id}
        answer = walk.post(FACTOR, credential=own.answer(asked))
    else:
        answer = walk.post(FACTOR, otp=application.code() if proof == "totp" else codes[0])
    assert at(answer, REVIEW)
    assert at(walk.finishes(), DONE)
    left = runtime.sql.all("SELECT credential_id FROM passkey", {})
    assert left == ([(own.id,)] if proof == "passkey" else [])
    assert kept(account)[1:] == (proof == "totp", 0)


def test_a_password_just_set_in_this_browser_does_not_stand_for_the_factor(
    walk: Walk, account: AccountRow, runtime: Runtime, outbox: Any
) -> None:
    """S12: the mailbox and the secret answer are no second factor (ASVS 6.4.3)."""
    runtime.sql.run("UPDATE account SET secret_question = NULL, secret_answer = NULL", {})
    application = Application(account.id)
    outbox()
    is_asked_by_message(walk)
    [message] = outbox()
    resets(walk, message)
    assert at(walk.post(LINKING, action="fresh"), FACTOR)
    assert walk.post(FACTOR, otp=application.code()).status_code == 303


def test_who_waits_too_long_or_elsewhere_proves_the_password_again(
    app: Flask, walk: Walk, elsewhere: Walk, account: AccountRow
) -> None:
    with time_machine.travel(time.time(), tick=False) as travel:
        application = Application(account.id)
        reaches_link(walk)
        walk.post(LINKING, password=NEW_PASSWORD)
        travel.shift(601)
        assert at(walk.get(FACTOR), LINKING)
        assert at(walk.post(FACTOR, otp=application.code()), LINKING)
        walk.post(LINKING, password=NEW_PASSWORD)
        # The number, from another browser, takes the change over and nothing that was proved.
        elsewhere.signs_in(CAMILLE)
        assert at(elsewhere.get(FACTOR), LINKING)


def test_an_account_that_changed_meanwhile_is_proved_again(walk: Walk, account: AccountRow, runtime: Runtime) -> None:
    application = Application(account.id)
    reaches_link(walk)
    walk.post(LINKING, password=NEW_PASSWORD)
    runtime.sql.run("UPDATE account SET epoch = epoch + 1", {})
    answer = walk.post(FACTOR, otp=application.code())
    assert at(answer, LINKING)
    assert at(walk.get(REVIEW), LINKING)


def test_a_session_that_was_spared_it_attaches_nothing_without_it(
    client: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    """docs/rules.md §7.9: the password of the last minutes is not typed again, the second factor is."""
    change_metadata(runtime.sql, "member-area", requires_member=True)
    Walk(client).post("/connexion/", email=FRESH, password=NEW_PASSWORD)
    application = Application(account.id)
    walk = Walk(client, "member-area")
    assert at(walk.signs_in(CAMILLE), LINKING)
    assert at(walk.get(LINKING), FACTOR)
    assert at(walk.post(FACTOR, otp=application.code()), REVIEW)


def test_taking_over_an_account_that_nobody_proved_drops_every_factor(account: AccountRow, runtime: Runtime) -> None:
    """What was set before the mailbox was proved is of whoever came first."""
    Application(account.id)
    SoftwarePasskey(account.id).keep(runtime.sql)
    codes_on_paper(account.id)
    runtime.sql.run("UPDATE identifier SET verified_at = NULL", {})
    with db.transaction():
        assert creation.take_over_unvalidated(account.id, "hash", verified_by="recovery")
    assert kept(account) == ([], False, 0)


def test_a_letter_opens_the_account_of_who_has_lost_the_factor(walk: Walk, elsewhere: Walk, runtime: Runtime) -> None:
    """The way out that the page of the second factor names."""
    walk.changes(DOMINIQUE)
    row = runtime.sql.one("SELECT id FROM account", {})
    assert row
    Application(row[0])
    asks(elsewhere, DOMINIQUE)
    elsewhere.post(FORGOTTEN + "message/", action="letter")
    elsewhere.post(LETTER, nir=DOMINIQUE.nir, code=letters_of(runtime)[-1]["code"])
    assert at(chooses(elsewhere, ACCOUNT_PASSWORD), ACCOUNT_DONE)
    assert not listing.has_any(row[0])
