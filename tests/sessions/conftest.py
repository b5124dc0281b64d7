"""Accounts of every kind."""

from tests.email_door.conftest import account, make_account

__all__ = ["account", "make_account"]
