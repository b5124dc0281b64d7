"""After a restore, nothing that was used, revoked or ended comes back to life; what was lasting is there."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from protocol import CHALLENGE, VERIFIER

from idp.accounts import access, creation, credentials, directory, notices
from idp.cli import group
from idp.core import db
from idp.core.crypto import Keyring
from idp.operations import archive, backup, restore
from idp.operations.archive import ArchiveError
from idp.operations.kept import KEPT, LEFT_OUT
from idp.operations.places import InUse
from idp.sessions import service as sessions
from idp.web.bare import application
from tests.email_door.browsing import (
    ADDRESS,
    FRESH,
    PASSWORD,
    SESSION,
    choose,
    forget,
    is_signed_in,
    reset_link,
    sign_in,
    words_of,
)
from tests.operations.naming import environment

OFFLINE = "openid email offline_access"


@pytest.fixture
def account(settings, provider):
    """The id of an ordinary account: `ADDRESS` and `PASSWORD`."""
    with provider(settings):
        return make_account(ADDRESS)


def make_account(address):
    stored = credentials.hash_password(PASSWORD)
    with db.transaction():
        return creation.create_account(
            address, stored, origin="registration", locale="fr", verified_by="registration"
        ).id


def take(settings, path):
    with application(settings):
        return backup.write(path)


def test_what_was_spent_stays_spent(settings, provider, account, tmp_path):
    """Codes, refresh tokens, sessions, links, tokens of machines: whether they were used after the backup, or not."""
    file = tmp_path / "backup"
    with provider(settings) as running:
        op, browser = running.op, running.browser()
        assert sign_in(browser, ADDRESS, PASSWORD).status_code == 303
        mine = op.session(account)
        codes = [op.code(mine, code_challenge=CHALLENGE) for _ in range(2)]
        revoked, untouched = (op.tokens(mine, "member-area", OFFLINE) for _ in range(2))
        machine = op.token("service", grant_type="client_credentials").json["access_token"]
        forget(running.browser(), ADDRESS)
        link = reset_link(running.last_message())
    take(settings, file)
    with provider(settings) as running:
        op = running.op
        assert op.redeem(codes[0], code_verifier=VERIFIER).status_code == 200
        op.revoke(revoked["refresh_token"], "member-area")
        op.revoke(machine, "service")
        assert sessions.end(mine.id)
        choose(running.browser(), link)
        later = op.tokens(op.session(account), "member-area", OFFLINE)
        assert op.userinfo(later["access_token"]).status_code == 200
    assert restore.restore(settings, file, replace=True).former
    with provider(settings) as running:
        op, browser_now = running.op, running.browser()
        browser_now.set_cookie(SESSION, browser.get_cookie(SESSION).value)
        assert not is_signed_in(browser_now)
        assert sessions.find(running.runtime.keyring.handle(sessions.HANDLE, mine.id)) is None
        for code in codes:
            assert op.redeem(code, code_verifier=VERIFIER).json["error"] == "invalid_grant"
        for each in (revoked, untouched, later):
            assert op.refresh(each["refresh_token"]).json["error"] == "invalid_grant"
            assert op.userinfo(each["access_token"]).status_code == 401
        assert op.introspect(machine, "service") == {"active": False}
        assert "plus valable" in words_of(browser_now.get(link))
        # The password is the backup's again, for whoever knows it; a new session is as good as any.
        assert sign_in(browser_now, ADDRESS, FRESH).status_code == 403
        assert sign_in(browser_now, ADDRESS, PASSWORD).status_code == 303
        assert is_signed_in(browser_now)
        assert op.userinfo(op.tokens(op.session(account), "member-area")["access_token"]).status_code == 200


def test_no_epoch_is_given_out_twice(settings, provider, account, tmp_path, time_machine):
    """Nor after a second restore: what was issued in between is of another epoch than all that comes."""
    file, seen = tmp_path / "backup", set()
    take(settings, file)
    time_machine.move_to(time.time())
    for _ in range(3):
        time_machine.shift(10)
        with provider(settings) as running:
            for _ in range(5):
                with db.transaction():
                    access.cut(account)
                epoch = running.runtime.sql.one("SELECT epoch FROM account", {})[0]
                assert epoch not in seen
                seen.add(epoch)
        restore.restore(settings, file, replace=True)


def test_what_lasts_is_there(settings, provider, account, tmp_path):
    """Accounts with their addresses, clients, keys, the audit; and a message whose link still means something."""
    file = tmp_path / "backup"
    with provider(settings) as running:
        with db.transaction():
            notices.remember(account, "ancienne.factice@domaine.test")
            notices.tell(directory.find_by_id(account), "password_changed")
        forget(running.browser(), ADDRESS)
        keys = running.op.http.get("/oidc/jwks").json
        running.runtime.ephemeral.put("anything:at-all", {}, 600)
    assert take(settings, file)["rows"]["account"] == 1
    remove_database(settings)
    done = restore.restore(settings, file, replace=False)
    assert (done.former, done.messages_dropped) == (None, 1)
    with provider(settings) as running:
        assert running.op.http.get("/oidc/jwks").json == keys
        assert running.runtime.ephemeral.get("anything:at-all") is None
        assert directory.find_by_address(ADDRESS).id == account
        assert "mot de passe" in running.last_message()["Subject"]
        assert running.runtime.sql.one("SELECT 1 FROM audit WHERE event = 'backup restored'", {})


def remove_database(settings):
    if settings.embedded:
        Path(settings.sqlite_path).unlink()
        return
    with application(settings) as parts:
        parts.sql.run("DROP SCHEMA public CASCADE", {})
        parts.sql.run("CREATE SCHEMA public", {})


def test_what_is_undone_is_counted(settings, provider, account, tmp_path):
    """By event, out of the former database, which is put aside and not deleted."""
    file = tmp_path / "backup"
    take(settings, file)
    with provider(settings) as running:
        sign_in(running.browser(), ADDRESS, PASSWORD)
    done = restore.restore(settings, file, replace=True)
    assert done.since["sign_in"] == 1
    if settings.embedded:
        former = sqlite3.connect(done.former)
        assert former.execute("SELECT count(*) FROM session").fetchone() == (1,)
        former.close()
    else:
        with application(settings) as parts:
            assert parts.sql.one(f"SELECT count(*) FROM {done.former.removeprefix('schema ')}.session", {}) == (1,)


def test_the_file_tells_nothing(settings, account, tmp_path):
    """It is sealed, and its owner's alone."""
    file = tmp_path / "backup"
    take(settings, file)
    held = file.read_bytes()
    assert ADDRESS.encode() not in held
    assert stat_mode(file) == 0o600


def stat_mode(path):
    return path.stat().st_mode & 0o777


class TestRefused:
    """Whatever is wrong, the present database stays what it is."""

    @pytest.fixture(autouse=True)
    def _unchanged(self, settings, account, tmp_path):
        take(settings, tmp_path / "backup")
        before = contents(settings)
        yield
        assert contents(settings) == before
        assert not list(tmp_path.glob("*.restoring*"))

    @pytest.mark.parametrize("keep", [0, 10, 200, 1000, -100, -1])
    def test_a_file_cut_short(self, settings, tmp_path, keep):
        """At any place."""
        file = tmp_path / "backup"
        file.write_bytes(file.read_bytes()[:keep])
        with pytest.raises(ArchiveError):
            restore.restore(settings, file, replace=True)

    def test_a_file_altered(self, settings, tmp_path):
        """One bit, anywhere; or something behind its end."""
        file = tmp_path / "backup"
        good = file.read_bytes()
        for place in (*range(0, len(good), len(good) // 40), len(good) - 1):
            file.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
            with pytest.raises(ArchiveError):
                restore.restore(settings, file, replace=True)
        file.write_bytes(good + b"\n")
        with pytest.raises(ArchiveError):
            restore.restore(settings, file, replace=True)

    def test_a_keyring_of_somebody_else(self, settings, tmp_path):
        """Though its key has the same name."""
        Keyring.create(tmp_path / "other.json")
        other = settings.model_copy(update={"secret_key_file": tmp_path / "other.json"})
        with pytest.raises(ArchiveError, match="another keyring"):
            restore.restore(other, tmp_path / "backup", replace=True)

    def test_a_backup_of_a_newer_version(self, settings, tmp_path):
        """It says which."""
        rewrite(settings, tmp_path / "backup", {"schema": "9999", "version": "7.1"})
        with pytest.raises(ArchiveError, match=r"7\.1"):
            restore.restore(settings, tmp_path / "backup", replace=True)

    def test_a_backup_from_the_future(self, settings, tmp_path):
        """The clock is wrong, and epochs are taken from it."""
        rewrite(settings, tmp_path / "backup", {"at": int(time.time()) + 3600})
        with pytest.raises(ArchiveError, match="clock"):
            restore.restore(settings, tmp_path / "backup", replace=True)

    def test_a_backup_that_holds_less_than_it_says(self, settings, tmp_path):
        """Sealed by us, and wrong all the same."""
        rewrite(settings, tmp_path / "backup", {}, less=1)
        with pytest.raises(ArchiveError, match="other rows"):
            restore.restore(settings, tmp_path / "backup", replace=True)

    def test_a_database_that_nobody_gave_up(self, settings, tmp_path):
        """Not without --replace."""
        with pytest.raises(restore.NotEmpty):
            restore.restore(settings, tmp_path / "backup", replace=False)

    def test_a_database_in_use(self, settings, provider, tmp_path):
        """A running server would go on writing into the former one."""
        with provider(settings) as running:
            running.runtime.sql.one("SELECT 1", {})
            with pytest.raises(InUse):
                restore.restore(settings, tmp_path / "backup", replace=True)


def contents(settings):
    """Every row of every table."""
    with application(settings) as parts:
        return {
            table: sorted(parts.sql.all(f'SELECT * FROM "{table}"', {}), key=repr) for table in KEPT.keys() | LEFT_OUT
        }


def rewrite(settings, file, changes, less=0):
    """The same backup with another manifest, or fewer rows, sealed by the same keyring."""
    keyring = Keyring.load(settings.secret_key_file)
    with file.open("rb") as source:
        manifest, *frames = archive.read(source, keyring)
    with file.open("wb") as target:
        out = archive.Writer(target, keyring)
        for frame in [{**manifest, **changes}, *frames[less:]]:
            out.write(frame)
        out.close()


@pytest.mark.embedded
def test_the_file_stays_its_owners(settings, account, tmp_path):
    """Who restores may be an administrator; the server must still write."""
    database, file = Path(settings.sqlite_path), tmp_path / "backup"
    take(settings, file)
    if os.geteuid() == 0:
        os.chown(database, 65534, 65534)
    database.chmod(0o640)
    before = database.stat()
    restore.restore(settings, file, replace=True)
    after = database.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    assert after.st_ino != before.st_ino


@pytest.mark.embedded
def test_a_damaged_database_can_be_replaced(settings, account, provider, tmp_path):
    """That is what backups are for."""
    file = tmp_path / "backup"
    take(settings, file)
    Path(settings.sqlite_path).write_bytes(b"no database at all" * 1000)
    done = restore.restore(settings, file, replace=True)
    assert done.since is None
    with provider(settings):
        assert directory.find_by_address(ADDRESS).id == account


def test_killed_at_any_time_it_leaves_one_database_or_the_other(settings, account, tmp_path):
    """kill -9 while it works; the next call does it all."""
    file = tmp_path / "backup"
    take(settings, file)
    command = [sys.executable, "-c", "from idp.cli import main; main()", "restore", "--replace", str(file)]
    for delay in (0.3, 0.6, 0.8, 1.0, 1.2, 1.5):
        process = subprocess.Popen(command, env=environment(settings), stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with application(settings) as parts:
            assert parts.sql.all("SELECT id FROM account", {}) == [(account,)]
    assert subprocess.run(command, env=environment(settings), stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_the_commands(settings, account, tmp_path, monkeypatch):
    """Backup, a look into it, restore; what stops them is one line."""
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    file = str(tmp_path / "backup")

    def run(*arguments):
        ended = CliRunner().invoke(group, arguments)
        return ended.exit_code, ended.output

    code, said = run("backup", file)
    assert (code, "1  account\n" in said) == (0, True)
    assert run("backup", file) == (1, f"Error: there is a file {file} already\n")
    assert run("restore", "--dry-run", file)[1] == said
    assert run("restore", file) == (1, "Error: there is a database: --replace puts it aside\n")
    code, said = run("restore", "--replace", file)
    assert code == 0
    assert "The former database, which you may delete, is: " in said
    assert "backup taken" in said
