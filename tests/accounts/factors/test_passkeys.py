"""Passkeys of an account: what is kept, what is proved by one, and every answer that is refused."""

import json
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from authenticator import Authenticator

from idp.accounts.directory import AccountRow
from idp.accounts.factors import challenges, changes, devices, listing, passkeys, recovery_codes, webauthn_ceremonies
from idp.accounts.factors.passkeys import Proof
from idp.accounts.factors.webauthn_ceremonies import CeremonyRefused, CounterWentBack
from idp.core import db
from idp.core.runtime import Runtime

Outbox = Callable[[], list[EmailMessage]]
CHALLENGE = b"c" * 32


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def enrol(account: AccountRow, device: Authenticator, name: str = "Mon téléphone") -> bytes:
    answer = device.create(passkeys.creation_options(account, CHALLENGE))
    try:
        return passkeys.register(account.id, answer, CHALLENGE, name)
    finally:
        db.commit()


def prove(device: Authenticator, account: AccountRow | None = None, challenge: bytes = CHALLENGE) -> Proof:
    answer = device.get(webauthn_ceremonies.request_options([], challenge))
    try:
        return passkeys.verify(answer, challenge, account.id if account else None)
    finally:
        db.commit()


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(CeremonyRefused) as refused:
        work()
    return refused.value.code


def events(runtime: Runtime) -> list[str]:
    return [event for (event,) in runtime.sql.all("SELECT event FROM audit ORDER BY id", {})]


def test_a_passkey_is_kept_with_its_name_and_every_address_is_told(
    account: AccountRow, device: Authenticator, outbox: Outbox, runtime: Runtime
) -> None:
    assert not listing.of(account.id).any
    assert not listing.has_any(account.id)
    enrol(account, device)
    (kept,) = listing.of(account.id).passkeys
    assert (kept.name, kept.synced, kept.last_used_at) == ("Mon téléphone", False, None)
    assert listing.has_any(account.id)
    (message,) = outbox()
    assert message["Subject"] == "Une protection a été ajoutée à votre compte"
    text = message.get_body(("plain",)).get_content()
    assert "une clé d’accès a été ajoutée" in text
    assert f"http://localhost:8000{changes.PAGE}" in text
    assert events(runtime)[-1] == "factor_added"


def test_a_passkey_alone_is_two_factors_and_says_whether_it_may_be_in_several_places(account: AccountRow) -> None:
    for device, kind in ((Authenticator(), "hwk"), (Authenticator(synced=True, counts=False), "swk")):
        enrol(account, device)
        assert prove(device) == Proof(account.id, (kind, "user", "mfa"))
        assert prove(device, account).account_id == account.id
    assert all(kept.last_used_at for kept in listing.of(account.id).passkeys)


def test_the_passkeys_one_has_are_excluded_and_another_account_cannot_have_the_same(
    account: AccountRow, other: AccountRow, device: Authenticator
) -> None:
    enrol(account, device)
    options = json.loads(passkeys.creation_options(account, CHALLENGE))
    assert len(options["excludeCredentials"]) == 1
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert refusal(lambda: enrol(other, device)) == "known"


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"origin": "https://connect.mgen.example.evil.test"}, "origin"),
        ({"origin": "http://localhost:8001"}, "origin"),
        ({"cross_origin": True}, "origin"),
        ({"rp_id": "evil.test"}, "malformed"),
        ({"verifies": False}, "unverified"),
    ],
)
def test_an_answer_of_another_origin_or_without_its_user_is_refused(
    account: AccountRow, device: Authenticator, lie: dict[str, object], code: str
) -> None:
    liar = device.copied()
    vars(liar).update(lie)
    assert refusal(lambda: enrol(account, liar)) == code
    enrol(account, device)
    liar = device.copied()
    vars(liar).update(lie)
    assert refusal(lambda: prove(liar)) == code
    assert prove(device)


def test_an_answer_to_another_challenge_is_refused(account: AccountRow, device: Authenticator) -> None:
    enrol(account, device)
    answer = device.get(webauthn_ceremonies.request_options([], CHALLENGE))
    assert webauthn_ceremonies.challenge_of(answer) == CHALLENGE
    assert refusal(lambda: passkeys.verify(answer, b"d" * 32)) == "challenge"


def test_an_answer_signed_by_another_key_is_refused(account: AccountRow, device: Authenticator) -> None:
    enrol(account, device)
    forger = Authenticator()
    forger.credential_id, forger.user_handle = device.credential_id, account.id
    assert refusal(lambda: prove(forger)) == "malformed"


def test_an_answer_for_somebody_else_is_refused(account: AccountRow, other: AccountRow, device: Authenticator) -> None:
    enrol(account, device)
    assert refusal(lambda: prove(device, other)) == "unknown"
    device.user_handle = other.id
    assert refusal(lambda: prove(device)) == "unknown"
    device.user_handle = None
    assert refusal(lambda: prove(device)) == "unknown"
    assert prove(device, account)


def test_a_copied_authenticator_is_refused_put_down_and_told(
    account: AccountRow, device: Authenticator, outbox: Outbox, runtime: Runtime
) -> None:
    enrol(account, device)
    copy = device.copied()
    prove(device)
    outbox()
    with pytest.raises(CounterWentBack):
        prove(copy)
    (message,) = outbox()
    assert message["Subject"] == "Une clé d’accès a été refusée"
    assert events(runtime)[-1] == "passkey_copied"
    assert prove(device), "the one that is ahead goes on working"


def test_an_answer_without_a_right_signature_raises_no_alarm(
    account: AccountRow, device: Authenticator, runtime: Runtime
) -> None:
    enrol(account, device)
    prove(device)
    forger = Authenticator()
    forger.credential_id, forger.user_handle = device.credential_id, account.id
    assert refusal(lambda: prove(forger)) == "malformed"
    assert "passkey_copied" not in events(runtime)


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{}", "\ud800", "9" * 5000, "[" * 15_000, "x" * 20_000, '{"rawId": 1}', '{"rawId": "é"}'],
    ids=range(10),
)
def test_what_is_no_answer_is_refused(account: AccountRow, answer: str) -> None:
    assert refusal(lambda: webauthn_ceremonies.challenge_of(answer)) == "malformed"
    assert refusal(lambda: passkeys.verify(answer, CHALLENGE)) == "malformed"
    assert refusal(lambda: passkeys.register(account.id, answer, CHALLENGE, "x")) == "malformed"


def test_bytes_that_make_no_sense_inside_an_answer_are_refused(account: AccountRow, device: Authenticator) -> None:
    enrol(account, device)
    good = json.loads(device.get(webauthn_ceremonies.request_options([], CHALLENGE)))
    for name in ("authenticatorData", "signature", "userHandle", "clientDataJSON"):
        for bad in ("", "AAAA", "é", 5, None, {}, "A" * 3000):
            answer = {**good, "response": {**good["response"], name: bad}}
            if name == "userHandle" and bad in ("", None):
                continue
            assert refusal(lambda answer=answer: passkeys.verify(json.dumps(answer), CHALLENGE, account.id))


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(
    account: AccountRow, other: AccountRow, device: Authenticator
) -> None:
    identifier = enrol(account, device)
    assert not passkeys.rename(other.id, identifier, "à moi")
    assert not passkeys.remove(other.id, identifier)
    assert passkeys.rename(account.id, identifier, "Ma tablette")
    assert listing.of(account.id).passkeys[0].name == "Ma tablette"
    assert passkeys.remove(account.id, identifier)
    assert not passkeys.remove(account.id, identifier)
    db.commit()
    assert refusal(lambda: prove(device)) == "unknown"


def test_with_the_last_factor_go_the_remembered_devices_and_the_recovery_codes(
    account: AccountRow, runtime: Runtime, outbox: Outbox
) -> None:
    first, second = enrol(account, Authenticator()), enrol(account, Authenticator())
    with runtime.hashing.place():
        recovery_codes.renew(account.id)
    handle = devices.remember(account.id, account.epoch, "Firefox")
    passkeys.remove(account.id, first)
    assert devices.spares(handle, account.id, account.epoch)
    assert recovery_codes.left(account.id) == recovery_codes.HOW_MANY
    passkeys.remove(account.id, second)
    db.commit()
    assert not devices.spares(handle, account.id, account.epoch)
    assert recovery_codes.left(account.id) == 0
    assert [message["Subject"] for message in outbox()][-1] == "Une protection a été retirée de votre compte"


def test_nobody_has_more_than_twenty(account: AccountRow) -> None:
    for _ in range(passkeys.MOST):
        enrol(account, Authenticator())
    assert refusal(lambda: enrol(account, Authenticator())) == "too-many"


def test_a_challenge_is_good_once_in_its_browser_for_its_purpose(runtime: Runtime) -> None:
    challenge = challenges.begin("sign-in", "browser", way="email")
    assert challenges.take("sign-in", "another", challenge) is None
    assert challenges.take("creation", "browser", challenge) is None
    assert challenges.take("sign-in", "browser", b"") is None
    assert challenges.take("sign-in", "browser", challenge) == {"way": "email"}
    assert challenges.take("sign-in", "browser", challenge) is None
