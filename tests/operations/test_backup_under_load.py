"""A backup taken while people register is the database at one moment."""

import threading
import time

from idp.accounts import creation
from idp.core import db
from idp.operations import backup, restore
from idp.web.bare import application

_CLIENT = "SELECT updated_at FROM client WHERE id = 'forum'"


class Registering(threading.Thread):
    """Makes accounts, and counts each at a client too, in one transaction, until it is stopped."""

    def __init__(self, settings, name):
        super().__init__(name=name)
        self.settings, self.written, self.stopping = settings, 0, False

    def run(self):
        with application(self.settings) as parts:
            while not self.stopping:
                with db.transaction():
                    address = f"{self.name}.{self.written}@domaine.test"
                    creation.create_account(address, "hash", origin="registration", locale="fr", verified_by="link")
                    parts.sql.run("UPDATE client SET updated_at = updated_at + 1 WHERE id = 'forum'", {})
                self.written += 1


def test_a_backup_under_load_is_consistent(settings, provider, tmp_path):
    """Each account comes with its address and what else its transaction wrote; and nobody waited for the backup."""
    people = [Registering(settings, name) for name in ("a", "b")]
    with application(settings) as parts:
        started = parts.sql.one(_CLIENT, {})[0]
        for each in people:
            each.start()
        for number in range(5):
            before = sum(each.written for each in people)
            while sum(each.written for each in people) < before + 20:
                assert all(each.is_alive() for each in people)
                time.sleep(0.01)
            backup.write(tmp_path / f"backup-{number}")
    for each in people:
        each.stopping = True
        each.join()
    counts = []
    for number in range(5):
        restore.restore(settings, tmp_path / f"backup-{number}", replace=True)
        with provider(settings) as running:
            sql = running.runtime.sql
            counts.append(sql.one("SELECT count(*) FROM account", {})[0])
            assert sql.one("SELECT count(DISTINCT account_id) FROM identifier", {})[0] == counts[-1]
            assert sql.one(_CLIENT, {})[0] == started + counts[-1]
    assert counts == sorted(counts)
    assert counts[0] >= 20
