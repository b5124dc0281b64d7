"""A backup goes back into the other engine, and into a newer version."""

from sqlalchemy import LargeBinary, MetaData, select

from idp import migrations
from idp.accounts import creation, credentials, directory
from idp.cli import prepare_database
from idp.core import clock, db
from idp.core.crypto import Keyring
from idp.operations import archive, backup, restore
from idp.web.bare import application, unchecked_application
from tests.email_door.browsing import ADDRESS, PASSWORD, is_signed_in, sign_in


def register():
    stored = credentials.hash_password(PASSWORD)
    with db.transaction():
        return creation.create_account(
            ADDRESS, stored, origin="registration", locale="fr", verified_by="registration"
        ).id


def test_an_installation_grows_out_of_its_first_machine(make_settings, provider, postgres, redis_url, tmp_path):
    """From SQLite to PostgreSQL and Redis, and back again."""
    embedded = make_settings(database_url=f"sqlite:///{tmp_path}/first.db", redis_url=None)
    prepare_database(embedded)
    with application(embedded):
        account = register()
        backup.write(tmp_path / "one")
    postgres.create("grown", "template0")
    grown = make_settings(database_url=postgres.url("grown"), redis_url=redis_url)
    assert restore.restore(grown, tmp_path / "one", replace=False).former is None
    with provider(grown) as running:
        browser = running.browser()
        assert sign_in(browser, ADDRESS, PASSWORD).status_code == 303
        assert is_signed_in(browser)
    with application(grown):
        backup.write(tmp_path / "two")
    restore.restore(embedded, tmp_path / "two", replace=True)
    with provider(embedded):
        assert directory.find_by_address(ADDRESS).id == account
    postgres.drop("grown")


def test_a_backup_of_an_older_version_is_brought_to_this_one(make_settings, provider, tmp_path):
    """As its database would have been."""
    old = make_settings(database_url=f"sqlite:///{tmp_path}/old.db", redis_url=None)
    with unchecked_application(old) as parts:
        migrations.upgrade("0002")
        parts.sql.run(
            "INSERT INTO account (id, state, epoch, locale, origin, created_at)"
            " VALUES (:id, 'active', 3, 'fr', 'link', 1)",
            {"id": bytes(16)},
        )
        for key_id in parts.keyring.key_ids:
            values = {"key_id": key_id, "value": parts.keyring.check_value(key_id)}
            parts.sql.run("INSERT INTO keyring_check (key_id, value) VALUES (:key_id, :value)", values)
        write_as_then(tmp_path / "backup", Keyring.load(old.secret_key_file))
    restore.restore(old, tmp_path / "backup", replace=True)
    prepare_database(old)
    with provider(old) as running:
        assert migrations.is_current(running.runtime.sql)
        [(epoch, name)] = running.runtime.sql.all("SELECT epoch, public_name FROM account", {})
        assert (epoch > 3, name) == (True, None)


def write_as_then(path, keyring):
    """What that version would have written of its account and its mark."""
    schema, names = MetaData(), ("account", "keyring_check")
    with db.db.engine.connect() as connection, path.open("wb") as file:
        schema.reflect(connection, only=names)
        tables = {name: schema.tables[name] for name in names}
        out = archive.Writer(file, keyring)
        out.write(
            {
                "version": "0.0.2", "schema": "0002", "at": clock.now(), "keyring": {},
                "columns": {name: [str(column.name) for column in table.columns] for name, table in tables.items()},
                "binary": {
                    name: [str(column.name) for column in table.columns if isinstance(column.type, LargeBinary)]
                    for name, table in tables.items()
                },
                "rows": dict.fromkeys(names, 1),
            }
        )  # fmt: skip
        for name, table in tables.items():
            rows = [[backup._plain(value) for value in row] for row in connection.execute(select(table))]
            out.write({"table": name, "rows": rows})
        out.close()
