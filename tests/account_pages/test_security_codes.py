"""`/compte/securite/codes/`, and what stands beside every change: the limit of a day, the other devices."""

import contextlib

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from idp.accounts.factors import changes
from idp.core.runtime import Runtime
from idp.core.throttle import TooManyAttempts
from tests.account_pages.conftest import Device
from tests.account_pages.protecting import (
    CODES,
    MADE,
    PASSKEY,
    SECURITY,
    TOTP,
    act,
    add_passkey,
    add_totp,
    codes_on,
    follow,
    make_codes,
    opened,
    passkey_page,
)
from tests.authenticator import Authenticator
from tests.email_door.browsing import ADDRESS, PASSWORD, Outbox, is_signed_in, sign_in, token_of, words_of
from tests.email_door.factors import SECOND, Application, second


def test_ten_codes_are_shown_until_they_are_on_paper_and_then_never(member: FlaskClient, outbox: Outbox) -> None:
    assert "Ajoutez d’abord" in follow(member, member.get(CODES))
    add_totp(member)
    outbox()
    codes = make_codes(member)
    assert [message["Subject"] for message in outbox()] == ["Vous avez de nouveaux codes de secours"]
    again = opened(member, MADE)
    assert codes_on(again) == codes, "a page read again shows what was printed, and makes nothing"
    assert again.headers["Cache-Control"] == "no-store"
    assert outbox() == []
    assert act(member, MADE).location == SECURITY
    assert "ne peuvent plus être montrés" in follow(member, member.get(MADE))
    for path in (SECURITY, CODES):
        text = opened(member, path).text
        assert not any(code in text for code in codes)
    assert "Il vous reste 10 codes de secours" in words_of(opened(member))
    assert "ne serviront plus" in words_of(opened(member, CODES))
    act(member, TOTP, action="remove")
    assert "Codes de secours" not in words_of(opened(member))
    assert "Ajoutez d’abord" in follow(
        member, member.post(CODES, data={"csrf_token": token_of(opened(member, PASSKEY))})
    )


def test_the_codes_are_shown_for_ten_minutes_in_the_session_that_made_them_while_they_are_good(
    app: Flask, client: FlaskClient, account: AccountRow
) -> None:
    """What a newer set made void is shown nowhere."""
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as moment:
        sign_in(client, ADDRESS, PASSWORD)
        other = app.test_client()
        sign_in(other, ADDRESS, PASSWORD)
        add_totp(client)
        make_codes(client)
        assert other.get(MADE).location == SECURITY
        newer = make_codes(other)
        assert client.get(MADE).location == SECURITY
        moment.shift(599)
        assert codes_on(opened(other, MADE)) == newer
        moment.shift(1)
        assert other.get(MADE).location == SECURITY


def test_the_thirty_first_set_of_a_day_waits_and_the_page_says_until_when(
    member: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    add_totp(member)
    for _ in range(changes.A_DAY):
        with contextlib.suppress(TooManyAttempts):
            changes.allow(account.id)
    codes_before = runtime.sql.all("SELECT id FROM recovery_code", {})
    answer = act(member, CODES)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 80_000
    for said in ("Trop de changements aujourd’hui", "rien n’a été changé", "Vous pourrez recommencer le"):
        assert said in words_of(answer)
    refused = add_passkey(member, Authenticator())
    assert refused.status_code == 429
    assert runtime.sql.all("SELECT id FROM recovery_code", {}) == codes_before


def test_after_a_change_the_other_devices_may_be_signed_out_at_once(member: FlaskClient, device: Device) -> None:
    """ASVS 5.0 7.4.3: where one is, by one button; and no button where there is nothing to end."""
    assert "autre appareil" not in follow(member, add_passkey(member, Authenticator()))
    act(member, passkey_page(member), action="remove")
    other = device()
    assert "ouvert sur un autre appareil" in follow(member, add_totp(member))
    assert "ouvert sur un autre appareil" in words_of(opened(member))
    assert "l’autre appareil n’est plus connecté" in follow(member, act(member, SECURITY, action="others"))
    assert not is_signed_in(other)
    assert is_signed_in(member)


def test_after_a_second_factor_the_codes_of_before_stay(member: FlaskClient) -> None:
    add_totp(member)
    act(member, CODES)
    assert add_passkey(member, Authenticator()).location == SECURITY
    assert "Il vous reste 10 codes de secours" in words_of(opened(member))


def test_devices_that_are_spared_the_second_factor_are_counted_and_asked_again(
    member: FlaskClient, device: Device, account: AccountRow
) -> None:
    """A box ticked by mistake, on a computer that others use, is unticked from anywhere."""
    assert "Appareils de confiance" not in words_of(opened(member))
    application = Application(account.id)
    browser = device()
    second(browser, otp=application.code(), remember="y")
    assert "Sur un appareil, votre mot de passe suffit" in words_of(opened(member))
    token = token_of(opened(member))
    for said in ("nous vous demanderons de nouveau", "Aucun appareil n’était plus de confiance"):
        assert said in follow(member, member.post(SECURITY, data={"csrf_token": token, "action": "forget"}))
    assert sign_in(browser, ADDRESS, PASSWORD).location == SECOND
    assert "Vous avez redemandé la vérification" in words_of(member.get("/compte/journal/"))
