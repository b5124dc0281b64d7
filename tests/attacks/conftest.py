"""A member, the people of the attacker sheet, and a provider that believes its proxy: each comes from a network."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attacks.people import Person
from flask import Flask
from legacy_bridge.walking import import_members

from idp.accounts import creation, credentials
from idp.accounts.directory import AccountRow
from idp.core import db
from idp.core.runtime import Runtime
from idp.settings import Settings


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """People come through a proxy that is believed."""
    return make_settings(trusted_proxies=["127.0.0.0/8"])


@pytest.fixture
def members(runtime: Runtime, tmp_path: Path) -> None:
    """The members of the old portal: Camille is the victim; Sacha's file names the same mailbox."""
    import_members(tmp_path)


@pytest.fixture
def victim(app: Flask, members: None) -> Person:
    """Camille, at home, on the way to the member area."""
    return Person(app, "192.0.2.10", "member-area")


@pytest.fixture
def attacker(app: Flask, members: None) -> Person:
    """Somebody else, elsewhere."""
    return Person(app, "198.51.100.66", "avantage")


@pytest.fixture
def account(runtime: Runtime) -> Callable[..., AccountRow]:
    """Make an account without an Espace."""

    def make(address: str, password: str, **overrides: Any) -> AccountRow:
        given = {"origin": "registration", "locale": "fr", "verified_by": "registration"} | overrides
        stored = credentials.hash_password(password)
        with db.transaction():
            return creation.create_account(address, stored, **given)

    return make


@pytest.fixture
def letters(outbox: Callable[[], Any], settings: Settings) -> Callable[[], list[dict[str, str]]]:
    """Do the jobs that wait; every letter that left, oldest first."""
    folder = Path(settings.letter_url.removeprefix("dir://"))

    def posted() -> list[dict[str, str]]:
        outbox()
        return [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]

    return posted
