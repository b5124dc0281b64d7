"""The guided ways answer everybody alike: bytes, headers, statements, hashes, queue (docs/rules.md §3 row 17, §7.1)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from legacy_bridge.guiding import FORGOTTEN, LETTER, UNKNOWN, UNLOCK, asks, body
from legacy_bridge.walking import (
    BLOCKED,
    CAMILLE,
    DOMINIQUE,
    NEVER,
    NO_CONTACT,
    SACHA,
    Member,
    Walk,
    at,
    import_members,
    many,
    words_of,
)
from sqlalchemy import event

from idp.core import clock
from idp.core.db import db
from idp.core.hashing import Hashing

CHANGED = Member("M00007", "1620175120007", "changee@domaine.test")
# Whom a message reaches, and whom none does: each must look the same.
REACHED = {"active": DOMINIQUE, "blocked": BLOCKED, "never activated": NEVER, "changed": CHANGED}
SILENT = {"shared contact": CAMILLE, "shared contact, other case": SACHA, "no contact": NO_CONTACT, "unknown": UNKNOWN}
WRONG = {"wrong birth date": DOMINIQUE}
KINDS = [*REACHED.items(), *SILENT.items(), *WRONG.items()]


@pytest.fixture(autouse=True)
def _members(runtime, tmp_path, app):
    import_members(tmp_path)
    import_members(tmp_path, (CHANGED,))
    Walk(app.test_client()).changes(CHANGED)
    runtime.sql.run("DELETE FROM outbox", {})


@contextmanager
def watched(app, monkeypatch) -> Iterator[list[str]]:
    """Every statement and every hash of the block, in order."""
    seen: list[str] = []
    engine = type(app.extensions["mgen_connect"].sql)
    with monkeypatch.context() as patch:
        for name in ("one", "all", "run"):
            real = getattr(engine, name)
            patch.setattr(
                engine, name, lambda self, sql, values, real=real: seen.append(sql) or real(self, sql, values)
            )
        for name in ("hash", "verify"):
            real = getattr(Hashing, name)
            patch.setattr(Hashing, name, lambda self, *given, real=real: seen.append("argon2") or real(self, *given))

        def listen(_connection, _cursor, statement, *_rest) -> None:
            seen.append(statement)

        with app.app_context():
            orm = db.engine
        event.listen(orm, "before_cursor_execute", listen)
        try:
            yield seen
        finally:
            event.remove(orm, "before_cursor_execute", listen)


def _asks(walk, kind, member, path):
    return asks(walk, member, path, "01/02/1950" if kind in WRONG else None)


@pytest.mark.parametrize("path", [FORGOTTEN, UNLOCK])
def test_the_same_bytes_for_everybody(app, path):
    """The answer, the page after it, a wrong code, another message, a letter: with their headers."""
    told = set()
    for kind, member in KINDS:
        walk = Walk(app.test_client())
        answers = [
            _asks(walk, kind, member, path),
            walk.get(path + "message/"),
            walk.post(path + "message/", action="code", code="ABCD2345"),
            walk.post(path + "message/", action="resend"),
            walk.get(path + "message/?renvoye=1"),
            walk.post(path + "message/", action="letter"),
            walk.get(path + "message/courrier/"),
            walk.post(LETTER, nir=member.nir, code="ABCD2345"),
        ]
        told.add(
            tuple((answer.status_code, body(answer), tuple(sorted(_headers(answer).items()))) for answer in answers)
        )
    assert len(told) == 1


@pytest.mark.parametrize("path", [FORGOTTEN, UNLOCK])
def test_the_same_statements_and_one_hash_for_everybody(app, monkeypatch, path):
    """Of each step, and in the same order; and the queue grows by one."""
    told: dict[tuple[str, ...], list[str]] = {}
    for kind, member in KINDS:
        walk = Walk(app.test_client())
        csrf = walk.forgery_token()
        with watched(app, monkeypatch) as seen:
            assert at(
                walk.post(
                    path, token=csrf, nir=member.nir,
                    birth_date="01/02/1950" if kind in WRONG else "/".join(reversed(member.birth_date.split("-"))),
                ),
                path + "message/",
            )  # fmt: skip
            assert seen.count("argon2") == 1
            assert sum("INSERT INTO outbox" in statement for statement in seen) == 1
            assert not walk.post(path + "message/", token=csrf, action="code", code="ABCD2345").location
            walk.post(path + "message/", token=csrf, action="resend")
            walk.post(path + "message/", token=csrf, action="letter")
            walk.post(LETTER, token=csrf, nir=member.nir, code="ABCD2346")
            assert seen.count("argon2") == 5
        told.setdefault(tuple(seen), []).append(kind)
    assert list(told.values()) == [[kind for kind, _ in KINDS]]


def test_who_is_written_to(app, outbox):
    """To the contact on file alone, where nobody shares it; a member who has changed, at the identifier."""
    for kind, member in KINDS:
        _asks(Walk(app.test_client()), kind, member, FORGOTTEN)
        assert [message["To"] for message in outbox()] == ([member.contact] if kind in REACHED else []), kind


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [
        ("contact_changed_on", 10, 0),
        ("contact_changed_on", 31, 1),
        ("state", "conflict", 0),
    ],
)
def test_a_contact_changed_of_late_is_not_written_to(walk, outbox, runtime, column, value, written):
    """Thirty days (docs/rules.md §3.1); nor a member whose rows are in conflict."""
    if isinstance(value, int):
        value = (clock.as_datetime(clock.now()) - timedelta(days=value)).date().isoformat()
    runtime.sql.run(f"UPDATE legacy_member SET {column} = :value WHERE member_ref = 'M00002'", {"value": value})
    asks(walk, DOMINIQUE)
    assert len(outbox()) == written


def test_a_frozen_account_gets_no_message(walk, outbox, runtime):
    """A letter is its way out."""
    runtime.sql.run("UPDATE account SET state = 'frozen'", {})
    asks(walk, CHANGED)
    assert outbox() == []


def test_three_messages_a_day_and_silence_above(walk, app, outbox):
    """The last one that left stays good; the page is the same (docs/rules.md §3 row 22)."""
    asks(walk, DOMINIQUE)
    for _ in range(4):
        walk.post(FORGOTTEN + "message/", action="resend")
    messages = outbox()
    assert len(messages) == 3
    asks(Walk(app.test_client()), DOMINIQUE, UNLOCK)
    assert outbox() == []
    code = re.search(r"^[2-9A-Z]{8}$", messages[-1].get_body(("plain",)).get_content(), re.MULTILINE)
    assert at(walk.post(FORGOTTEN + "message/", action="code", code=code[0]), FORGOTTEN + "nouveau/")


def test_the_number_alone_uses_up_nobodys_messages(walk, outbox):
    """Wrong birth dates are counted for themselves."""
    for _ in range(5):
        asks(walk, DOMINIQUE, birth_date="01/02/1950")
    asks(walk, DOMINIQUE)
    assert len(outbox()) == 1


def test_sixty_requests_an_hour_from_one_network(app, make_settings):
    """Of forms, further messages and letters together."""
    for place, member in enumerate(many(60)):
        walk = Walk(app.test_client())
        assert asks(walk, member).status_code == 303, place
    page = asks(walk, DOMINIQUE)
    assert page.status_code == 429
    assert "Saisir le code d’un courrier" in words_of(page)
    assert walk.post(FORGOTTEN + "message/", action="letter").status_code == 429
    assert walk.post(FORGOTTEN + "message/", action="resend").status_code == 429


def test_the_number_is_kept_nowhere(walk, runtime, tmp_path):
    """Only keyed digests of it; not in a log, page or row."""
    page = walk.signs_in(UNKNOWN, "peu importe")
    asks(walk, UNKNOWN)
    asks(walk, UNKNOWN, birth_date="demain")
    walk.post(LETTER, nir=UNKNOWN.nir, code="ABCD2345")
    assert UNKNOWN.nir not in page.text
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert UNKNOWN.nir.encode() not in path.read_bytes(), path


def _headers(answer):
    headers = {name: value for name, value in answer.headers if name not in ("Set-Cookie", "X-Request-Id", "Date")}
    headers["Content-Security-Policy"] = re.sub(r"'nonce-[^']*'", "", headers.get("Content-Security-Policy", ""))
    return headers
