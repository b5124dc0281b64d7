"""Colleagues, members and accounts of every kind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from legacy_bridge.walking import import_members

from idp.core.runtime import Runtime
from tests.backoffice.working import Colleague, invite
from tests.email_door.conftest import account, make_account

__all__ = ["account", "make_account"]


@pytest.fixture
def hire(app: Flask, runtime: Runtime) -> Callable[[str], Colleague]:
    """Make a colleague who is signed in."""

    def make(name: str) -> Colleague:
        colleague = Colleague(app, runtime, name)
        assert colleague.enrols(invite(runtime, name)).status_code == 303
        assert colleague.signs_in().status_code == 303
        return colleague

    return make


@pytest.fixture
def ana(hire: Callable[[str], Colleague]) -> Colleague:
    """A colleague at work."""
    return hire("Ana")


@pytest.fixture
def bob(hire: Callable[[str], Colleague]) -> Colleague:
    """Another one."""
    return hire("Bob")


@pytest.fixture
def members(runtime: Runtime, tmp_path: Path) -> None:
    """Six members of the old portal."""
    import_members(tmp_path)
