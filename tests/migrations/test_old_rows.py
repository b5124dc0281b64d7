"""A new version meets the rows of an older one: nothing of them is lost."""

import secrets

import pytest
from alembic import command

from idp import migrations
from idp.web.bare import unchecked_application

A, B, C, D = (bytes([0] * 15 + [number]) for number in range(1, 5))
ROWS = (
    (
        "INSERT INTO account (id, state, epoch, locale, origin, created_at)"
        " VALUES (:a, 'active', 0, 'fr', 'registration', 1)"
    ),
    (
        "INSERT INTO identifier (id, account_id, address, canonical, status, created_at)"
        " VALUES (:b, :a, 'a@b.test', 'a@b.test', 'active', 1)"
    ),
    (
        "INSERT INTO legacy_member (id, nir_digest, pepper, member_ref, state, birth_date, names, postal_usable,"
        " imported_at, source_line) VALUES (:c, :a, 'k1', 'M1', 'active', :a, :a, TRUE, 1, 2)"
    ),
    (
        "INSERT INTO identifier_change (id, member_id, state, version, is_default, locale, started_at, updated_at,"
        " expires_at) VALUES (:d, :c, 'password', 3, TRUE, 'fr', 1, 1, 9)"
    ),
)
VALUES = {"a": A, "b": B, "c": C, "d": D}


@pytest.fixture
def empty(make_settings, tmp_path, at_scale, request):
    """Settings of a database in which there is nothing yet."""
    if not at_scale:
        yield make_settings(database_url=f"sqlite:///{tmp_path}/old.db")
        return
    server, name = request.getfixturevalue("postgres"), f"old_{secrets.token_hex(6)}"
    server.create(name)
    yield make_settings(database_url=server.url(name))
    server.drop(name)


def test_the_rows_of_the_first_version_are_all_there_after_the_last(empty):
    """Tables are copied where a column changes, and no row that hangs from another goes with the old table."""
    with unchecked_application(empty) as parts:
        command.upgrade(migrations.configuration(), "0001")
        for statement in ROWS:
            names = {name: value for name, value in VALUES.items() if f":{name}" in statement}
            parts.sql.run(statement, names)
    with unchecked_application(empty) as parts:
        migrations.upgrade()
    with unchecked_application(empty) as parts:
        sql = parts.sql
        for table in ("account", "identifier", "legacy_member", "identifier_change"):
            assert sql.one(f"SELECT count(*) FROM {table}", {}) == (1,)
        changed = sql.one("SELECT state, version, password_due FROM identifier_change", {})
        assert changed == ("password", 3, False)
        assert sql.all("SELECT form FROM digest_form", {}) == [("k1",)]
        assert sql.run("UPDATE identifier_change SET state = 'link'", {}) == 1
        if empty.embedded:
            assert sql.all("PRAGMA foreign_key_check", {}) == []


def test_each_account_has_a_number_that_grows(empty):
    """What a stand-in for an unknown address is drawn by, on either engine."""
    with unchecked_application(empty) as parts:
        migrations.upgrade()
        for number in range(3):
            parts.sql.run(ROWS[0], {"a": bytes([number] * 16)})
        rows = parts.sql.all(f"SELECT {parts.sql.row_number} FROM account ORDER BY 1", {})
    assert rows == [(1,), (2,), (3,)]
