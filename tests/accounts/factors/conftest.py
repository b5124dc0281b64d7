"""Accounts that have no second factor yet."""

from collections.abc import Callable

import pytest

from idp.accounts import creation
from idp.accounts.directory import AccountRow
from idp.core import db
from idp.core.runtime import Runtime


@pytest.fixture
def make_account(runtime: Runtime) -> Callable[[str], AccountRow]:
    """Make an account with this address."""

    def make(address: str) -> AccountRow:
        with db.transaction():
            return creation.create_account(address, "stored", origin="test", locale="fr", verified_by="registration")

    return make


@pytest.fixture
def account(make_account: Callable[[str], AccountRow]) -> AccountRow:
    """One of them."""
    return make_account("jeanne@domaine.test")


@pytest.fixture
def other(make_account: Callable[[str], AccountRow]) -> AccountRow:
    """Another."""
    return make_account("autre@domaine.test")
