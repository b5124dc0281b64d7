"""The database knows its keyring: another one stops the start."""

import pytest

from idp.core import keyring_check
from idp.core.crypto import Keyring, KeyringError
from idp.core.db import statements


def test_its_own_keyring_is_known(runtime):
    """Nothing is raised."""
    keyring_check.verify(runtime.sql, runtime.keyring)


def test_another_keyring_is_refused(runtime):
    """Though it has a key of the same name."""
    with pytest.raises(KeyringError, match="k1"):
        keyring_check.verify(runtime.sql, Keyring("k1", {"k1": b"2" * 32}))


def test_a_keyring_that_lost_a_key_is_refused(runtime):
    """What was sealed under it could not be read."""
    with pytest.raises(KeyringError):
        keyring_check.verify(runtime.sql, Keyring("k2", {"k2": b"2" * 32}))


def test_a_key_more_is_welcome_and_then_known(runtime, settings):
    """A rotation adds one; from then on it may not be lost."""
    grown = Keyring.load(settings.secret_key_file)
    grown._keys["k2"] = b"2" * 32
    keyring_check.verify(runtime.sql, grown)
    keyring_check.remember(runtime.sql, grown)
    with pytest.raises(KeyringError, match="k2"):
        keyring_check.verify(runtime.sql, runtime.keyring)


def test_an_empty_database_is_not_prepared(make_settings, tmp_path, keyring):
    """It says what to do, in one line."""
    sql = statements(make_settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    with pytest.raises(KeyringError, match="mgen-connect init") as error:
        keyring_check.verify(sql, keyring)
    assert "\n" not in str(error.value)
    sql.close()
