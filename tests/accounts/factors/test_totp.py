"""Codes of an authenticator application: which are right, and that each is taken once."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pyotp
import pytest
import time_machine
from email_door.browsing import at_once
from flask import Flask

from idp.accounts.directory import AccountRow
from idp.accounts.factors import listing, totp
from idp.core import clock, db
from idp.core.runtime import Runtime
from idp.core.throttle import TooManyAttempts

Outbox = Callable[[], list[EmailMessage]]


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as frozen:
        yield frozen


@pytest.fixture
def secret(account: AccountRow, moment: time_machine.Traveller) -> str:
    """The secret of an application that was enrolled five minutes ago."""
    secret = totp.new_secret()
    assert totp.enrol(account.id, secret, code(secret))
    db.commit()
    moment.shift(300)
    return secret


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(clock.now() // 30 + steps)


def test_the_code_of_now_or_of_the_step_beside_it_is_right_and_no_other(account: AccountRow, secret: str) -> None:
    assert [totp.matching_step(secret, code(secret, step)) is not None for step in (-2, -1, 0, 1, 2)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert totp.verify(account.id, " ".join(code(secret)))
    assert listing.of(account.id).totp.last_used_at == clock.now()


def test_a_code_is_taken_once_and_no_older_one_after_it(
    account: AccountRow, secret: str, moment: time_machine.Traveller
) -> None:
    assert totp.verify(account.id, code(secret))
    assert not totp.verify(account.id, code(secret)), "used twice"
    assert not totp.verify(account.id, code(secret, -1)), "of the last step, older than the one taken"
    assert totp.verify(account.id, code(secret, 1)), "an application a little ahead"
    moment.shift(30)
    assert not totp.verify(account.id, code(secret)), "that one, when its time comes"
    moment.shift(60)
    assert totp.verify(account.id, code(secret, -1)), "an application a little behind"


def test_the_code_that_enrolled_does_not_sign_in(account: AccountRow, moment: time_machine.Traveller) -> None:
    secret = totp.new_secret()
    assert totp.enrol(account.id, secret, code(secret))
    db.commit()
    assert not totp.verify(account.id, code(secret))


def test_of_four_who_bring_the_same_code_at_once_one_gets_in(account: AccountRow, secret: str, bare: Flask) -> None:
    typed = code(secret)

    def one() -> bool:
        with bare.app_context():
            return totp.verify(account.id, typed)

    assert sorted(at_once(bare, [one] * 4)) == [False, False, False, True]


def test_after_five_wrong_codes_even_the_right_one_waits(
    account: AccountRow, secret: str, moment: time_machine.Traveller
) -> None:
    for _ in range(5):
        assert not totp.verify(account.id, code(secret, 5))
    with pytest.raises(TooManyAttempts) as refused:
        totp.verify(account.id, code(secret))
    moment.move_to(refused.value.until)
    assert totp.verify(account.id, code(secret))
    assert not totp.verify(account.id, code(secret)), "and the count begins again"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12-34-56", "\ud800"])
def test_what_is_no_code_is_wrong(account: AccountRow, secret: str, typed: str) -> None:
    assert not totp.verify(account.id, typed)


def test_one_application_an_account_and_a_wrong_code_keeps_none(
    account: AccountRow, secret: str, runtime: Runtime
) -> None:
    other = totp.new_secret()
    assert not totp.enrol(account.id, other, code(other))
    db.commit()
    assert totp.verify(account.id, code(secret))
    assert totp.remove(account.id)
    assert not totp.remove(account.id)
    assert not totp.enrol(account.id, other, code(other, 3))
    db.commit()
    assert not listing.of(account.id).any


def test_a_removed_application_is_right_no_more_and_each_change_is_told(
    account: AccountRow, secret: str, outbox: Outbox
) -> None:
    totp.remove(account.id)
    db.commit()
    assert not totp.verify(account.id, code(secret))
    subjects = [message["Subject"] for message in outbox()]
    assert subjects == ["Une protection a été ajoutée à votre compte", "Une protection a été retirée de votre compte"]


def test_the_secret_is_sealed_to_its_account(account: AccountRow, secret: str, runtime: Runtime) -> None:
    (stored,) = runtime.sql.one("SELECT secret FROM totp", {})
    assert secret.encode() not in bytes(stored)
    runtime.sql.run("UPDATE totp SET secret = :other", {"other": totp.seal(secret, b"another account")})
    assert not totp.verify(account.id, code(secret))


def test_an_application_reads_issuer_address_and_secret(secret: str) -> None:
    read = pyotp.parse_uri(totp.uri(secret, "jeanne@domaine.test"))
    assert (read.secret, read.issuer, read.name) == (secret, "MGEN Connect", "jeanne@domaine.test")
    assert len(pyotp.TOTP(secret).byte_secret()) * 8 == 160
    picture = totp.qr_svg(totp.uri(secret, "jeanne@domaine.test"))
    assert picture.startswith("<svg")
    assert "style=" not in picture
