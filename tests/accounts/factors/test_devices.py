"""Browsers that are spared the second factor."""

import pyotp
import time_machine
from authenticator import Authenticator
from flask import Flask

from idp import jobs
from idp.accounts import erasure
from idp.accounts.directory import AccountRow
from idp.accounts.factors import devices, passkeys, recovery_codes, totp
from idp.core import db
from idp.core.runtime import Runtime


def test_a_browser_is_spared_for_thirty_days_and_then_forgotten(
    account: AccountRow, runtime: Runtime, bare: Flask
) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as moment:
        handle = devices.remember(account.id, account.epoch, "Firefox")
        moment.shift(devices.LIFE - 1)
        assert devices.spares(handle, account.id, account.epoch)
        moment.shift(1)
        assert not devices.spares(handle, account.id, account.epoch)
        jobs.clean(bare)
    assert runtime.sql.one("SELECT count(*) FROM remembered_device", {}) == (0,)


def test_it_is_spared_for_its_account_at_its_epoch_alone(account: AccountRow) -> None:
    handle = devices.remember(account.id, account.epoch, None)
    assert devices.spares(handle, account.id, account.epoch)
    assert not devices.spares(handle, b"x" * 16, account.epoch)
    # Every handle begins with A, for ids begin with the time.
    assert not devices.spares("B" + handle[1:], account.id, account.epoch)
    assert not devices.spares("", account.id, account.epoch)
    assert not devices.spares(handle, account.id, account.epoch + 1), "a cut spares nobody"


def test_all_are_forgotten_at_once(account: AccountRow) -> None:
    handles = [devices.remember(account.id, account.epoch, None) for _ in range(2)]
    assert devices.forget_all(account.id) == 2
    assert not any(devices.spares(handle, account.id, account.epoch) for handle in handles)


def test_an_erased_account_leaves_no_factor(account: AccountRow, runtime: Runtime) -> None:
    challenge, secret = b"c" * 32, totp.new_secret()
    answer = Authenticator().create(passkeys.creation_options(account, challenge))
    with runtime.hashing.place():
        recovery_codes.renew(account.id)
    passkeys.register(account.id, answer, challenge, "Mon téléphone")
    assert totp.enrol(account.id, secret, pyotp.TOTP(secret).now())
    devices.remember(account.id, account.epoch, None)
    assert _rows(runtime) == [1, 1, recovery_codes.HOW_MANY, 1]
    assert erasure.erase(account.id, why="test")
    db.commit()
    assert _rows(runtime) == [0, 0, 0, 0]


def _rows(runtime: Runtime) -> list[int]:
    tables = ("passkey", "totp", "recovery_code", "remembered_device")
    return [count for table in tables for (count,) in runtime.sql.all(f"SELECT count(*) FROM {table}", {})]
