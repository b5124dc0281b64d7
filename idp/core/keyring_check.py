"""The mark by which the database recognises its keyring: another keyring stops the start (docs/rules.md §3.2)."""

from sqlalchemy.orm import Mapped, mapped_column

from idp.core.crypto import Keyring, KeyringError
from idp.core.db import Base, Statements, Unavailable


class DatabaseAway(KeyringError):
    """The database gives no answer: whose it is cannot be said now."""


class KeyringCheck(Base):
    """One row a master key."""

    __tablename__ = "keyring_check"
    key_id: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


def remember(sql: Statements, keyring: Keyring) -> None:
    """Store the check values of a keyring's keys that the database does not know yet."""
    for key_id in keyring.key_ids:
        sql.run(
            "INSERT INTO keyring_check (key_id, value) VALUES (:key_id, :value) ON CONFLICT DO NOTHING",
            {"key_id": key_id, "value": keyring.check_value(key_id)},
        )


def verify(sql: Statements, keyring: Keyring) -> None:
    """Raise `KeyringError` unless this is the keyring that the database was made with; `DatabaseAway` where none is."""
    try:
        known: dict[str, str] = dict(sql.all("SELECT key_id, value FROM keyring_check", {}))
    except Unavailable as error:
        raise DatabaseAway(f"the database cannot be used ({error}): run `mgen-connect init`") from None
    if not known:
        raise KeyringError("the database has not been prepared: run `mgen-connect init`")
    for key_id, value in known.items():
        if key_id not in keyring.key_ids or keyring.check_value(key_id) != value:
            raise KeyringError(f"this keyring is not the database's: its key {key_id} is another one or missing")
