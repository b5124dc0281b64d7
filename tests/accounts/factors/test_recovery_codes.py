"""Recovery codes: ten, each good once, in any spelling."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from email_door.browsing import at_once
from flask import Flask

from idp.accounts.directory import AccountRow
from idp.accounts.factors import changes, recovery_codes
from idp.core import db
from idp.core.runtime import Runtime
from idp.core.throttle import TooManyAttempts

Outbox = Callable[[], list[EmailMessage]]


def renew(account: AccountRow, runtime: Runtime) -> list[str]:
    with runtime.hashing.place():
        codes = recovery_codes.renew(account.id)
    db.commit()
    return codes


def spend(account: AccountRow, typed: str, runtime: Runtime) -> bool:
    try:
        with runtime.hashing.place():
            return recovery_codes.spend(account.id, typed)
    finally:
        db.commit()


def test_ten_codes_are_shown_and_none_is_kept_in_clear(account: AccountRow, runtime: Runtime, outbox: Outbox) -> None:
    codes = renew(account, runtime)
    assert len(set(codes)) == recovery_codes.left(account.id) == 10
    rows = runtime.sql.all("SELECT selector, hash FROM recovery_code", {})
    assert {selector for selector, _ in rows} == {code[:4] for code in codes}
    assert all(encoded.startswith("$argon2id$") for _, encoded in rows)
    assert outbox()[-1]["Subject"] == "Vous avez de nouveaux codes de secours"


def test_a_code_is_good_once_and_the_person_is_told(account: AccountRow, runtime: Runtime, outbox: Outbox) -> None:
    code = renew(account, runtime)[0]
    outbox()
    assert spend(account, code, runtime)
    assert not spend(account, code, runtime)
    assert recovery_codes.left(account.id) == 9
    (message,) = outbox()
    assert message["Subject"] == "Un code de secours a été utilisé"
    assert "Il en reste 9" in message.get_body(("plain",)).get_content()


def test_another_spelling_is_the_same_code(account: AccountRow, runtime: Runtime) -> None:
    first, second, third, *_ = renew(account, runtime)
    assert spend(account, first.lower(), runtime)
    assert spend(account, second.replace("-", ""), runtime)
    assert spend(account, f"  {third.replace('-', ' - ')}\n", runtime)


def test_new_codes_make_the_former_void(account: AccountRow, runtime: Runtime) -> None:
    former = renew(account, runtime)[0]
    renew(account, runtime)
    assert not spend(account, former, runtime)


def test_a_code_is_of_its_account_alone(account: AccountRow, runtime: Runtime) -> None:
    code = renew(account, runtime)[0]
    with runtime.hashing.place():
        assert not recovery_codes.spend(b"x" * 16, code)
    assert spend(account, code, runtime)


@pytest.mark.parametrize("typed", ["", "AAAA", "0000-0000-0000", "AAAA-BBBB-CCCC-DDDD", "é" * 12, "\ud800", "A" * 9999])
def test_what_cannot_be_a_code_costs_no_try(account: AccountRow, runtime: Runtime, typed: str) -> None:
    code = renew(account, runtime)[0]
    for _ in range(6):
        assert not spend(account, typed, runtime)
    assert spend(account, code, runtime)


def test_after_five_wrong_codes_even_a_right_one_waits(account: AccountRow, runtime: Runtime) -> None:
    code = renew(account, runtime)[0]
    for _ in range(5):
        assert not spend(account, code[:-4] + "ZZZZ", runtime)
    with pytest.raises(TooManyAttempts):
        spend(account, code, runtime)


def test_of_three_who_bring_the_same_code_at_once_one_gets_in(
    account: AccountRow, runtime: Runtime, bare: Flask
) -> None:
    code = renew(account, runtime)[0]

    def one() -> bool:
        with bare.app_context():
            return spend(account, code, runtime)

    assert sorted(at_once(bare, [one] * 3)) == [False, False, True]


def test_thirty_factors_and_sets_of_codes_are_given_in_a_day(account: AccountRow, runtime: Runtime) -> None:
    for _ in range(changes.A_DAY - 1):
        changes.allow(account.id)
    renew(account, runtime)
    with pytest.raises(TooManyAttempts):
        renew(account, runtime)
