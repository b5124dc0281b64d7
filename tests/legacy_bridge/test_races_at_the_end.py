"""The end of a change under races and crashes: one winner, nobody half changed."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from legacy_bridge.walking import CAMILLE, DONE, REVIEW, SESSION, Walk, at, field_of, import_members, many, words_of

from idp.core import db
from idp.legacy_bridge import completion
from idp.legacy_bridge.completion import AddressLost

ROUNDS = 40


def complete(app, change_id):
    """The verb itself, without the lane that lets one request of a process run at a time."""
    with app.app_context():
        try:
            completion.complete(change_id, source="192.0.2.1")
            return 303
        except AddressLost:
            return 409
        finally:
            db.commit()
            db.db.session.remove()


@pytest.mark.parametrize("way", ["page", "verb"])
def test_two_members_who_finish_with_one_address_at_once(app, runtime, tmp_path, together, way):
    """One has it, every time; the other is at the first step again, with nothing done and nobody told."""
    wins: Counter[int] = Counter()
    for place in range(ROUNDS):
        contact = f"commune{place}@domaine.test"
        members = many(2, contact, first=2 * place)
        import_members(tmp_path, members)
        walks = [Walk(app.test_client()) for _ in members]
        for walk, member in zip(walks, members, strict=True):
            walk.reaches_review(member)
        if way == "page":
            forms = [(walk, walk.forgery_token(), field_of(walk.get(REVIEW), "version")) for walk in walks]
            posts = [
                lambda form=form: form[0].post(REVIEW, token=form[1], version=form[2]).status_code for form in forms
            ]
        else:
            rows = [runtime.sql.one(_CHANGE_OF, {"ref": member.ref}) for member in members]
            posts = [lambda row=row: complete(app, row[0]) for row in rows]
        answers = together(*posts)
        assert sorted(answers) == [303, 409]
        winner, loser = answers.index(303), answers.index(409)
        wins[winner] += 1
        assert runtime.sql.all(_HOLDERS, {"address": contact}) == [(members[winner].ref,)]
        assert runtime.sql.one(_STANDING, {"ref": members[winner].ref}) == ("changed", "done", None)
        assert runtime.sql.one(_STANDING, {"ref": members[loser].ref}) == ("active", "address", None)
        assert runtime.sql.one("SELECT count(*) FROM account", {}) == (place + 1,)
        assert runtime.sql.one("SELECT count(*) FROM outbox", {}) == (place + 1,)
        assert not walks[loser].is_signed_in()
    assert wins.total() == ROUNDS
    print(f"{way}: {ROUNDS} rounds, one winner each; won by the first {wins[0]}, by the second {wins[1]}")


def test_five_posts_of_the_last_step_at_once(app, runtime, tmp_path, together, client, outbox):
    """One change, one message, one session; every answer leads to the same end."""
    import_members(tmp_path)
    walk = Walk(client, "member-area")
    walk.reaches_review(CAMILLE)
    token, version = walk.forgery_token(), field_of(walk.get(REVIEW), "version")
    cookies = {cookie: walk.client.get_cookie(cookie).value for cookie in ("mgen_connect", "mgen_connect_ticket")}

    def press():
        tab = Walk(app.test_client())
        tab.query = walk.query
        for name, value in cookies.items():
            tab.client.set_cookie(name, value)
        answer = tab.post(REVIEW, token=token, version=version)
        assert at(answer, DONE)
        return tab.client.get_cookie(SESSION).value

    sessions = together(*[press] * 5)
    assert len(set(sessions)) == 1
    for table in ("account", "membership", "session", "outbox"):
        assert runtime.sql.one(f"SELECT count(*) FROM {table}", {}) == (1,)
    assert "C’est fait" in words_of(walk.get(DONE))
    assert len(outbox()) == 1


class Crashes:
    """The program of `crashing.py`, asked again and again."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("crashing.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def post(self, **job: object) -> dict[str, object]:
        """What came of one job."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(job, default=str) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            answer: dict[str, object] = json.loads(line)
            if "killed" in answer or "status" in answer:
                return answer
        raise AssertionError("the program ended")

    def close(self) -> None:
        self._process.communicate()


@pytest.mark.embedded
@pytest.mark.slow
def test_killed_at_any_statement_nobody_is_half_changed(client, runtime, tmp_path, settings):
    """kill -9 before each statement of the last step in turn: all of it is done, or none; and it can be done then."""
    import_members(tmp_path)
    walk = Walk(client, "member-area")
    walk.reaches_review(CAMILLE)
    form = {"csrf_token": walk.forgery_token(), "version": field_of(walk.get(REVIEW), "version")}
    cookies = {cookie: walk.client.get_cookie(cookie).value for cookie in ("mgen_connect", "mgen_connect_ticket")}
    saved = tmp_path / "saved.db"
    runtime.sql.run("VACUUM INTO :path", {"path": str(saved)})
    given = settings.model_dump(exclude_unset=True) | {"database_url": f"sqlite:///{tmp_path / 'crash.db'}"}
    standings: Counter[tuple[object, ...]] = Counter()
    with closing(Crashes()) as crashes:
        for kill_at in range(1, 200):
            for leftover in tmp_path.glob("crash.db*"):
                leftover.unlink()
            shutil.copy(saved, tmp_path / "crash.db")
            job = {"settings": given, "path": REVIEW + walk.query, "form": form, "cookies": cookies}
            answer = crashes.post(**job, kill_at=kill_at)
            standing = _standing(tmp_path / "crash.db")
            assert standing in (_NOTHING, _EVERYTHING), kill_at
            standings[standing] += 1
            if "killed" not in answer:
                break
            assert answer == {"killed": signal.SIGKILL}
            again = crashes.post(**job, kill_at=0)
            assert (again["status"], urlsplit(str(again["location"])).path) == (303, DONE)
            assert _standing(tmp_path / "crash.db") == _EVERYTHING
    print(f"killed {standings.total() - 1} times: {standings[_NOTHING]} with nothing done")
    assert standings[_NOTHING] > 20
    assert standings[_EVERYTHING] >= 1


# Member's state, change's state, accounts, memberships, sessions, messages, audit lines of the change.
_NOTHING = ("active", "review", 0, 0, 0, 0, 0)
_EVERYTHING = ("changed", "done", 1, 1, 1, 1, 1)
_CHANGE_OF = (
    "SELECT identifier_change.id FROM identifier_change JOIN legacy_member ON legacy_member.id = member_id"
    " WHERE member_ref = :ref"
)
_HOLDERS = "SELECT member_ref FROM membership JOIN identifier USING (account_id) WHERE address = :address"
_STANDING = (
    "SELECT legacy_member.state, identifier_change.state, identifier_change.password FROM identifier_change"
    " JOIN legacy_member ON legacy_member.id = member_id WHERE member_ref = :ref"
)


def _standing(path: Path) -> tuple[object, ...]:
    with closing(sqlite3.connect(path)) as connection:
        member, change = connection.execute(
            "SELECT legacy_member.state, identifier_change.state FROM identifier_change"
            " JOIN legacy_member ON legacy_member.id = member_id"
        ).fetchone()
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("account", "membership", "session", "outbox", "audit WHERE event = 'identifier_changed'")
        ]
    return (member, change, *counts)
