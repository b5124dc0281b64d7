"""Accounts of every kind."""

from collections.abc import Callable
from typing import Any

import pytest

from idp.accounts import creation, credentials, directory
from idp.accounts.directory import AccountRow
from idp.core import db
from idp.core.runtime import Runtime
from tests.email_door.browsing import ADDRESS, PASSWORD


@pytest.fixture
def make_account(runtime: Runtime) -> Callable[..., AccountRow]:
    """Make an account that may sign in, or one in another state; `answer` and `member_ref` may be given."""

    def make(address: str = ADDRESS, password: str = PASSWORD, **overrides: Any) -> AccountRow:
        given: dict[str, Any] = {"origin": "registration", "locale": "fr", "verified_by": "registration"}
        stored = overrides.pop("stored", None) or credentials.hash_password(password)
        if answer := overrides.pop("answer", None):
            given |= {"secret_question": "book", "secret_answer": credentials.hash_answer(answer)}
        member_ref = overrides.pop("member_ref", None)
        with db.transaction():
            account = creation.create_account(address, stored, **{**given, **overrides})
            if member_ref:
                creation.attach_member(account.id, member_ref)
        found = directory.find_by_id(account.id)
        assert found
        return found

    return make


@pytest.fixture
def account(make_account: Callable[..., AccountRow]) -> AccountRow:
    """An ordinary account: `ADDRESS` and `PASSWORD`."""
    return make_account()
