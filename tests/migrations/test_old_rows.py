"""A new version meets the rows of an older one: nothing of them is lost."""

import sqlite3
from contextlib import closing

from alembic import command

from idp import migrations
from idp.web.bare import unchecked_application

ROWS = """
INSERT INTO account (id, state, epoch, locale, origin, created_at) VALUES (x'01', 'active', 0, 'fr', 'registration', 1);
INSERT INTO identifier (id, account_id, address, canonical, status, created_at)
  VALUES (x'02', x'01', 'a@b.test', 'a@b.test', 'active', 1);
INSERT INTO legacy_member (id, nir_digest, pepper, member_ref, state, birth_date, names, postal_usable, imported_at,
  source_line) VALUES (x'03', x'0303', 'k1', 'M1', 'active', x'00', x'00', 1, 1, 2);
INSERT INTO identifier_change (id, member_id, state, version, is_default, locale, started_at, updated_at, expires_at)
  VALUES (x'04', x'03', 'password', 3, 1, 'fr', 1, 1, 9);
"""


def test_the_rows_of_the_first_version_are_all_there_after_the_second(make_settings, tmp_path):
    """Tables are copied where a column changes, and no row that hangs from another goes with the old table."""
    settings = make_settings(database_url=f"sqlite:///{tmp_path}/old.db")
    with unchecked_application(settings):
        command.upgrade(migrations.configuration(), "0001")
    with closing(sqlite3.connect(f"{tmp_path}/old.db")) as old:
        old.executescript(ROWS)
    with unchecked_application(settings):
        migrations.upgrade()
    with closing(sqlite3.connect(f"{tmp_path}/old.db")) as new:
        kept = {
            table: new.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("account", "identifier", "legacy_member", "identifier_change")
        }
        assert kept == dict.fromkeys(kept, 1)
        assert new.execute("PRAGMA foreign_key_check").fetchall() == []
        assert new.execute("SELECT state, version, password_due FROM identifier_change").fetchone() == (
            "password",
            3,
            0,
        )
        assert new.execute("SELECT form FROM digest_form").fetchall() == [("k1",)]
        new.execute("UPDATE identifier_change SET state = 'link'")
