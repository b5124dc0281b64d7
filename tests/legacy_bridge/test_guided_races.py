"""Two at the same moment on the guided ways: one of them, once; and never somebody half unlocked or undone."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from legacy_bridge.guiding import (
    CHOICE,
    FORGOTTEN,
    LATER_PASSWORD,
    LETTER,
    asks,
    guided_link,
    letters_of,
    standing,
)
from legacy_bridge.walking import BLOCKED, DOMINIQUE, NO_CONTACT, Walk, at, code_of

from idp.accounts import mailbox_proofs
from idp.accounts.sending import Asked
from idp.core import db
from idp.legacy_bridge import authentication, directory, guided, letters, regaining, reopening
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.errors import AccountBlocked, ProofSpent
from idp.legacy_bridge.nir import Nir

pytestmark = pytest.mark.usefixtures("members")
ROUNDS = 12
SOURCE = "192.0.2.1"
BORN = BirthDate.from_file(DOMINIQUE.birth_date)


@pytest.fixture
def verb(app) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """A verb as a request does it, without the lane that lets one request of a process run at a time."""

    def make(work: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            with app.app_context():
                try:
                    done = work()
                except ProofSpent:
                    db.rollback()
                    return "spent"
                else:
                    db.commit() if db.is_writing() else db.rollback()
                    return done
                finally:
                    db.db.session.remove()

        return run

    return make


def clean(runtime) -> None:
    """As if nobody had asked today."""
    with runtime.sql.together():
        for table in ("letter", "throttle_window", "guided_request", "mailbox_proof", "password_attempts"):
            runtime.sql.run(f"DELETE FROM {table}", {})
        runtime.sql.run("UPDATE legacy_member SET unlocked_at = NULL", {})
    runtime.ephemeral.empty()


def test_one_code_of_a_letter_used_twice_at_once(app, runtime, together, verb, tmp_path):
    """One browser has it."""
    wins: Counter[int] = Counter()
    for _ in range(ROUNDS):
        walk = Walk(app.test_client())
        asks(walk, NO_CONTACT)
        walk.post(FORGOTTEN + "message/", action="letter")
        code = letters_of(runtime)[-1]["code"]
        for path in (tmp_path / "letters").iterdir():
            path.unlink()
        number = directory.number_of(Nir.parse(NO_CONTACT.nir))
        answers = together(
            *[
                verb(partial(letters.open_by_code, number, code, Asked(name, None, None, "fr", SOURCE)))
                for name in ("one", "other")
            ]
        )
        assert answers.count("spent") == 1
        wins[answers.index("spent")] += 1
        assert runtime.sql.one("SELECT count(*) FROM guided_request WHERE kind = 'letter'", {}) == (1,)
        clean(runtime)
    print(f"{ROUNDS} rounds; the loser was the first {wins[0]} times, the second {wins[1]}")


def test_two_letters_asked_for_at_once(app, runtime, together):
    """One leaves."""
    for _ in range(ROUNDS):
        walks = [Walk(app.test_client()) for _ in range(2)]
        for walk in walks:
            asks(walk, NO_CONTACT)
        tokens = [walk.forgery_token() for walk in walks]
        posts = [
            lambda walk=walk, token=token: walk.post(FORGOTTEN + "message/", token=token, action="letter").status_code
            for walk, token in zip(walks, tokens, strict=True)
        ]
        assert together(*posts) == [303, 303]
        assert runtime.sql.one("SELECT count(*) FROM letter", {}) == (1,)
        clean(runtime)


def test_the_link_and_the_code_of_one_message_at_once(app, runtime, together, verb, outbox):
    """One browser goes on, the other is told that it is over."""
    for _ in range(ROUNDS):
        walk = Walk(app.test_client())
        asks(walk, DOMINIQUE)
        [message] = outbox()
        token, code = guided_link(message).split("/")[-2], code_of(message)
        (identifier,) = runtime.sql.one("SELECT id FROM guided_request", {})

        def by_link(token=token) -> object:
            proof = mailbox_proofs.find(token, guided.PURPOSE)
            return guided.prove_by_link(proof, browser="phone", source=SOURCE, born=BORN) and "proved"

        def by_code(identifier=identifier, code=code) -> object:
            request = guided.find(identifier)
            proved = guided.prove_by_code(request, code, browser="desk", source=SOURCE)
            return "proved" if proved else "spent"

        assert sorted(together(verb(by_link), verb(by_code))) == ["proved", "spent"]
        [(browser,)] = runtime.sql.all("SELECT proved_in FROM guided_request", {})
        assert browser in ("phone", "desk")
        clean(runtime)


def test_two_new_passwords_of_one_proof_at_once(app, runtime, together, verb, outbox):
    """One is set, and told once."""
    for _ in range(ROUNDS):
        asks(Walk(app.test_client()), DOMINIQUE)
        proof = mailbox_proofs.find(guided_link(outbox()[0]).split("/")[-2], guided.PURPOSE)
        with db.transaction():
            identifier = guided.prove_by_link(proof, browser="desk", source=SOURCE, born=BORN)
        passwords = (LATER_PASSWORD, "cinq renards sous la neige")
        posts = [verb(partial(_set_password, identifier, text)) for text in passwords]
        answers = together(*posts)
        assert sorted(answers) == ["set", "spent"]
        winner = passwords[answers.index("set")]
        assert len(outbox()) == 1
        assert at(
            Walk(app.test_client()).signs_in(DOMINIQUE, winner), "/login-adherent/changement-identifiant/adresse/"
        )
        clean(runtime)


def test_unlocking_and_signing_in_at_once(app, runtime, together, verb, outbox):
    """The sign-in is before or after it: told that the account is blocked, or open; never refused or counted."""
    seen: Counter[object] = Counter()
    born = BirthDate.from_file(BLOCKED.birth_date)
    for _ in range(ROUNDS):
        runtime.sql.run("UPDATE legacy_member SET state = 'blocked' WHERE member_ref = :ref", {"ref": BLOCKED.ref})
        asks(Walk(app.test_client()), BLOCKED, "/login-adherent/debloquez-votre-compte/")
        proof = mailbox_proofs.find(guided_link(outbox()[0]).split("/")[-2], guided.PURPOSE)
        with db.transaction():
            identifier = guided.prove_by_link(proof, browser="desk", source=SOURCE, born=born)

        def sign_in() -> object:
            try:
                authentication.authenticate(BLOCKED.nir, BLOCKED.password, source=SOURCE)
            except AccountBlocked:
                return "blocked"
            return "open"

        def unlock(identifier=identifier) -> object:
            return regaining.unlock(identifier, "desk", source=SOURCE) or "unlocked"

        answers = together(verb(unlock), verb(sign_in))
        seen[answers[1]] += 1
        assert answers[0] == "unlocked"
        assert standing(runtime, BLOCKED) == ("active", "onion")
        assert runtime.sql.one("SELECT count(*) FROM password_attempts", {}) == (0,)
        outbox()
        clean(runtime)
    print(dict(seen))


@pytest.mark.embedded
def test_undoing_and_keeping_a_change_at_once(app, runtime, together, verb, tmp_path):
    """One or the other, whole."""
    seen: Counter[object] = Counter()
    Walk(app.test_client()).changes(DOMINIQUE)
    saved = tmp_path / "saved.db"
    runtime.sql.run("UPDATE account SET state = 'frozen'", {})
    runtime.sql.run("VACUUM INTO :path", {"path": str(saved)})
    for _ in range(ROUNDS):
        walk = Walk(app.test_client())
        asks(walk, DOMINIQUE)
        walk.post(FORGOTTEN + "message/", action="letter")
        [letter] = letters_of(runtime)
        assert at(walk.post(LETTER, nir=DOMINIQUE.nir, code=letter["code"]), CHOICE)
        [(identifier, browser)] = runtime.sql.all("SELECT id, proved_in FROM guided_request WHERE kind = 'letter'", {})
        answers = together(
            verb(lambda i=identifier, b=browser: reopening.undo(i, b, source=SOURCE) or "undone"),
            verb(
                lambda i=identifier, b=browser: (
                    reopening.recover_account(i, b, LATER_PASSWORD, source=SOURCE) and "kept"
                )
            ),
        )
        assert answers.count("spent") == 1
        done = next(answer for answer in answers if answer != "spent")
        seen[done] += 1
        state = runtime.sql.one(
            "SELECT account.state, identifier.status, legacy_member.state, member_ref IN (SELECT member_ref FROM"
            " membership) FROM account, identifier, legacy_member WHERE member_ref = :ref",
            {"ref": DOMINIQUE.ref},
        )
        kept, undone = ("active", "active", "changed", 1), ("frozen", "retired", "reset_pending", 0)
        assert state == (undone if done == "undone" else kept)
        for path in (tmp_path / "letters").iterdir():
            path.unlink()
        _restore(runtime, saved)
    print(dict(seen))


def _set_password(identifier, text) -> object:
    regaining.set_password(identifier, "desk", text, source=SOURCE)
    return "set"


def _restore(runtime, saved) -> None:
    runtime.sql.run("ATTACH :path AS saved", {"path": str(saved)})
    runtime.sql.run("PRAGMA foreign_keys = off", {})
    with runtime.sql.together():
        names = runtime.sql.all("SELECT name FROM saved.sqlite_master WHERE type = 'table'", {})
        for (name,) in names:
            if name != "sqlite_sequence":
                runtime.sql.run(f"DELETE FROM main.{name}", {})
                runtime.sql.run(f"INSERT INTO main.{name} SELECT * FROM saved.{name}", {})
    runtime.sql.run("PRAGMA foreign_keys = on", {})
    runtime.sql.run("DETACH saved", {})
