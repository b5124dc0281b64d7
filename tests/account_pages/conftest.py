"""Somebody who has signed in, and looks after their account."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from tests.email_door.browsing import ADDRESS, PASSWORD, sign_in
from tests.email_door.conftest import account, make_account

__all__ = ["account", "make_account"]
Device = Callable[..., FlaskClient]


@pytest.fixture
def device(app: Flask) -> Device:
    """Sign in on another device."""

    def make(agent: str = "", address: str = ADDRESS, password: str = PASSWORD) -> FlaskClient:
        browser = app.test_client()
        browser.environ_base["HTTP_USER_AGENT"] = agent
        assert sign_in(browser, address, password).status_code == 303
        return browser

    return make


@pytest.fixture
def member(account: AccountRow, client: FlaskClient) -> FlaskClient:
    """The browser of the person of `account`, who signed in just now."""
    assert sign_in(client, account.address, PASSWORD).status_code == 303
    return client


def later(seconds: int) -> Any:
    """Some time from now, which goes on."""
    return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds), tick=True)


def quickest(work: Callable[[], object]) -> float:
    """The shortest of some times, in seconds: what else the machine does is no failure."""
    times = []
    for _ in range(7):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    print(f"quickest {min(times) * 1000:.1f} ms")
    return min(times)
