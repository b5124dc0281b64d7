"""The command line: `init` makes what is missing and nothing more, and what cannot start says why in one line."""

import socket
import sqlite3
import stat
import subprocess
import sys

import pytest
from click.testing import CliRunner

from idp import migrations
from idp.cli import group, main
from idp.core.crypto import Keyring, KeyringError
from idp.core.db import db
from idp.core.runtime import current
from idp.web.bare import application

ROOMS = ["init", "serve", "db", "client", "keys", "legacy", "identities", "demo"]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command in an empty folder; its exit code and what it said on standard error."""
    deployment = {
        "ISSUER": "http://localhost:8000",
        "ENVIRONMENT": "development",
        "SECRET_KEY_FILE": f"{tmp_path}/secret/keyring.json",
        "DATABASE_URL": f"sqlite:///{tmp_path}/data/idp.db",
        "MAIL_URL": f"maildir://{tmp_path}/mail",
    }

    def command(*arguments, **more):
        with monkeypatch.context() as patch:
            for name, value in (deployment | more).items():
                patch.setenv(f"MGEN_CONNECT_{name}", value)
            patch.setattr(sys, "argv", ["mgen-connect", *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
        return ended.value.code or 0, capsys.readouterr().err

    return command


def assert_refused(ended, *words):
    code, said = ended
    assert code == 2, said
    assert said.startswith("mgen-connect: ")
    assert said.count("\n") == 1
    for word in words:
        assert word in said


def test_init_makes_everything_once(run, tmp_path):
    """Keyring for its owner alone, schema, mark, signing keys; a second time changes nothing."""
    assert run("init") == (0, "")
    keyring = tmp_path / "secret" / "keyring.json"
    assert stat.S_IMODE(keyring.stat().st_mode) == 0o600
    before = keyring.read_bytes()

    def keys():
        with sqlite3.connect(tmp_path / "data" / "idp.db") as connection:
            found = connection.execute("SELECT kid FROM signing_key ORDER BY kid").fetchall()
        connection.close()
        return found

    made = keys()
    assert made
    assert run("init") == (0, "")
    assert (keyring.read_bytes(), keys()) == (before, made)


def test_init_makes_no_second_keyring_for_a_database(run, tmp_path):
    """What the first one sealed would be lost, quietly."""
    run("init")
    (tmp_path / "secret" / "keyring.json").unlink()
    assert_refused(run("init"), "keyring")
    assert not (tmp_path / "secret" / "keyring.json").exists()


def test_init_refuses_the_keyring_of_another_database(run, tmp_path):
    """Before anything is sealed under it."""
    run("init")
    assert run("init", SECRET_KEY_FILE=f"{tmp_path}/other.json")[0] == 2


@pytest.mark.parametrize("command", [["serve"], ["db", "upgrade"], ["keys", "list"]])
def test_what_cannot_start_says_why_in_one_line(run, tmp_path, command):
    """No traceback, and 2."""
    assert_refused(run(*command), "mgen-connect init")
    assert_refused(run(*command, THREADS="one"), "MGEN_CONNECT_THREADS")
    assert_refused(run(*command, THREAD="1"), "MGEN_CONNECT_THREAD")


class TestServe:
    @pytest.fixture(autouse=True)
    def _prepared(self, run):
        run("init")

    def test_another_keyring_stops_it(self, run, tmp_path):
        """One line that says so."""
        (tmp_path / "secret" / "keyring.json").unlink()
        Keyring.create(tmp_path / "secret" / "keyring.json")
        assert_refused(run("serve"), "keyring")

    def test_an_older_schema_stops_it(self, run, tmp_path):
        """It says which command mends that."""
        with sqlite3.connect(tmp_path / "data" / "idp.db") as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.close()
        assert_refused(run("serve"), "mgen-connect db upgrade")

    def test_a_wrong_client_file_stops_it(self, run, tmp_path):
        """It is named."""
        (tmp_path / "clients").mkdir()
        (tmp_path / "clients" / "site.toml").write_text("client_id = 7")
        assert_refused(run("serve", CLIENTS_DIR=f"{tmp_path}/clients"), "CLIENTS_DIR", "site.toml")

    def test_a_port_in_use_stops_it(self, run, tmp_path):
        """Workers share theirs, so nobody else would notice."""
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            assert_refused(run("serve", PORT=str(other.getsockname()[1])), "MGEN_CONNECT_PORT")


def test_help_lists_every_room_and_stays_quick():
    """Without importing one of them."""
    script = """
import sys
from idp.cli import main
sys.argv = ["mgen-connect", "--help"]
try:
    main()
finally:
    print([name for name in ("flask", "sqlalchemy", "authlib") if name in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    for name in ROOMS:
        assert f"  {name} " in ended.stdout
    assert ended.stdout.endswith("[]\n")


@pytest.mark.parametrize("name", ROOMS)
def test_every_command_explains_itself(name):
    """And can be imported."""
    ended = CliRunner().invoke(group, [name, "--help"])
    assert ended.exit_code == 0
    assert "Usage:" in ended.output


def test_a_command_works_as_a_request_does(settings):
    """Services find their parts; afterwards no connection is open."""
    with application(settings):
        assert current().settings is settings
        assert current().sql.one("SELECT 1", {}) == (1,)


def test_a_command_without_its_keyring_is_refused(make_settings, tmp_path):
    """As the provider is."""
    settings = make_settings(secret_key_file=tmp_path / "none.json")
    with pytest.raises(KeyringError), application(settings):
        pass


def test_the_newest_revision_is_known_without_alembic():
    """`serve` compares it, and starts fast."""
    from alembic.script import ScriptDirectory

    assert migrations.newest() == ScriptDirectory.from_config(migrations.configuration()).get_current_head()


def test_the_models_are_what_the_migrations_make(runtime):
    """No column is forgotten."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, migrations.metadata()) == []
