"""What the tests of the change share: the members, a browser on the way to a site, another one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from legacy_bridge.walking import FRESH, NEW_PASSWORD, Walk, import_members

from idp.accounts import creation, credentials
from idp.accounts.directory import AccountRow
from idp.core import db
from idp.core.runtime import Runtime


@pytest.fixture
def members(runtime: Runtime, tmp_path: Path) -> None:
    """The members of `walking.py`, imported."""
    import_members(tmp_path)


@pytest.fixture
def walk(client: FlaskClient) -> Walk:
    """A browser that comes from the member area."""
    return Walk(client, "member-area")


@pytest.fixture
def elsewhere(app: Flask) -> Walk:
    """Another browser, which came from no site."""
    return Walk(app.test_client())


@pytest.fixture
def forum_account(runtime: Runtime) -> Callable[..., AccountRow]:
    """Make an account without an Espace personnel."""

    def make(address: str = FRESH, password: str = NEW_PASSWORD, **overrides: Any) -> AccountRow:
        given = {"origin": "registration", "locale": "fr", "verified_by": "registration"} | overrides
        stored = credentials.hash_password(password)
        with db.transaction():
            return creation.create_account(address, stored, **given)

    return make


@pytest.fixture
def together(app: Flask, runtime: Runtime) -> Callable[..., list[object]]:
    """Run functions at the same moment, each in a thread with no trace of the test; their results."""

    def run(*works: Callable[[], object]) -> list[object]:
        barrier = Barrier(len(works))

        def one(work: Callable[[], object]) -> object:
            barrier.wait()
            try:
                return work()
            finally:
                runtime.sql.close()

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(one, works))

    return run
