"""The code of a letter: who gets one, how often, what it opens, and how it is handed to the print service."""

import json
import stat
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from legacy_bridge.guiding import (
    ACCOUNT_DONE,
    ACCOUNT_PASSWORD,
    FORGOTTEN,
    LATER_PASSWORD,
    LETTER,
    NEW,
    REGAINED,
    UNKNOWN,
    UNLOCK,
    asks,
    chooses,
    guided_link,
    letters_of,
    standing,
)
from legacy_bridge.walking import (
    ADDRESS,
    CAMILLE,
    DOMINIQUE,
    NEW_PASSWORD,
    NO_CONTACT,
    SESSION,
    Walk,
    at,
    link_to,
    words_of,
)

from idp.core import clock, letter_service
from idp.core.letter_service import NotTaken
from idp.core.throttle import DAY

pytestmark = pytest.mark.usefixtures("members")
MESSAGE, POSTED = FORGOTTEN + "message/", FORGOTTEN + "message/courrier/"


def asks_for_letter(walk, member, path=FORGOTTEN):
    """From the form to the page that says a letter leaves."""
    assert at(asks(walk, member, path), path + "message/")
    assert at(walk.post(path + "message/", action="letter"), path + "message/courrier/")


def types(walk, member, code):
    return walk.post(LETTER, nir=member.nir, code=code)


class TestTheWay:
    def test_s07_a_member_without_an_address_gets_in_by_letter(self, walk, elsewhere, app, runtime):
        """Days later, in another browser: number and code, a new password, the change."""
        asks_for_letter(walk, NO_CONTACT)
        assert link_to(walk.get(POSTED), "Saisir le code d’un courrier") == LETTER + walk.query
        [letter] = letters_of(runtime)
        assert letter["member_ref"] == NO_CONTACT.ref
        with time_machine.travel(clock.now() + 9 * DAY):
            assert at(types(elsewhere, NO_CONTACT, f"{letter['code'][:4]}-{letter['code'][4:].lower()}"), NEW)
            assert at(chooses(elsewhere), REGAINED)
            assert standing(runtime, NO_CONTACT) == ("active", "own")
            assert at(elsewhere.post(REGAINED), ADDRESS)

    def test_s07_two_members_who_share_a_mailbox_get_letters(self, walk, runtime):
        """What proves nothing between them is not used (docs/rules.md §3 row 3)."""
        asks_for_letter(walk, CAMILLE)
        assert [letter["member_ref"] for letter in letters_of(runtime)] == [CAMILLE.ref]

    def test_s15_a_member_who_has_changed_gets_a_new_password_for_the_account(self, walk, elsewhere, outbox, runtime):
        """The letter stands for the secret answer; sessions end, every address is told, nobody is signed in."""
        walk.changes(DOMINIQUE)
        outbox()
        assert walk.is_signed_in()
        asks_for_letter(elsewhere, DOMINIQUE)
        outbox()
        [letter] = letters_of(runtime)
        assert at(types(elsewhere, DOMINIQUE, letter["code"]), ACCOUNT_PASSWORD)
        assert at(elsewhere.get(NEW), ACCOUNT_PASSWORD)
        assert chooses(elsewhere, ACCOUNT_PASSWORD, "court").status_code == 400
        assert at(chooses(elsewhere, ACCOUNT_PASSWORD), ACCOUNT_DONE)
        assert DOMINIQUE.contact in words_of(elsewhere.get(ACCOUNT_DONE))
        assert not elsewhere.client.get_cookie(SESSION)
        assert not walk.is_signed_in()
        assert [message["To"] for message in outbox()] == [DOMINIQUE.contact]
        assert elsewhere.post("/connexion/", email=DOMINIQUE.contact, password=NEW_PASSWORD).status_code == 403
        assert elsewhere.post("/connexion/", email=DOMINIQUE.contact, password=LATER_PASSWORD).status_code == 303
        assert standing(runtime, DOMINIQUE) == ("changed", "onion")

    def test_a_letter_opens_nothing_in_another_browser(self, walk, elsewhere, runtime):
        """Its code is good for the browser where it is typed."""
        asks_for_letter(walk, NO_CONTACT)
        assert at(types(elsewhere, NO_CONTACT, letters_of(runtime)[0]["code"]), NEW)
        assert at(walk.get(NEW), FORGOTTEN)


class TestLimits:
    def test_one_letter_every_ten_days(self, walk, app, runtime):
        """From any browser; the page says the same."""
        for path in (FORGOTTEN, UNLOCK):
            asks_for_letter(walk, NO_CONTACT, path)
            asks_for_letter(Walk(app.test_client()), NO_CONTACT, path)
        assert len(letters_of(runtime)) == 1
        with time_machine.travel(clock.now() + 10 * DAY + 60):
            asks_for_letter(Walk(app.test_client()), NO_CONTACT)
            assert len(letters_of(runtime)) == 2

    @pytest.mark.parametrize(
        "change",
        [
            {"postal_usable": False},
            {"postal_changed_on": (clock.as_datetime(clock.now()) - timedelta(days=10)).date().isoformat()},
            {"state": "conflict"},
        ],
    )
    def test_no_letter_to_an_address_that_proves_nothing(self, walk, runtime, change):
        """Unusable, or changed within thirty days (docs/rules.md §3.1); nor to rows in conflict."""
        (name,) = change
        runtime.sql.run(f"UPDATE legacy_member SET {name} = :{name}", change)
        asks_for_letter(walk, NO_CONTACT)
        assert letters_of(runtime) == []

    def test_no_letter_to_nobody(self, walk, runtime):
        """The page is that of everybody."""
        asks_for_letter(walk, UNKNOWN)
        assert letters_of(runtime) == []

    def test_five_tries(self, walk, elsewhere, runtime):
        """Then the right code is wrong too; the same wrong one twice is one try."""
        asks_for_letter(walk, NO_CONTACT)
        code = letters_of(runtime)[0]["code"]
        wrong = ["22222222", "22222222", "33333333", "44444444", "55555555"]
        for typed in wrong:
            page = types(elsewhere, NO_CONTACT, typed)
            assert page.status_code == 403
            assert NO_CONTACT.nir not in page.text
        with runtime.sql.together():
            runtime.sql.run("UPDATE letter SET tries = 4", {})
        assert types(elsewhere, NO_CONTACT, "66666666").status_code == 403
        assert types(elsewhere, NO_CONTACT, code).status_code == 403

    def test_a_code_ends_after_ten_days_and_with_a_new_password(self, walk, elsewhere, outbox, runtime):
        """Whichever comes first (docs/rules.md §3 row 9)."""
        asks_for_letter(walk, NO_CONTACT)
        asks_for_letter(walk, DOMINIQUE)
        codes = {letter["member_ref"]: letter["code"] for letter in letters_of(runtime)}
        walk.post(guided_link(outbox()[0]))
        assert at(chooses(walk), REGAINED)
        assert types(walk, DOMINIQUE, codes[DOMINIQUE.ref]).status_code == 403
        with time_machine.travel(clock.now() + 10 * DAY):
            assert types(elsewhere, NO_CONTACT, codes[NO_CONTACT.ref]).status_code == 403

    def test_a_code_serves_once_and_for_its_number_alone(self, walk, elsewhere, runtime):
        """Another member's number does not go with it."""
        asks_for_letter(walk, NO_CONTACT)
        code = letters_of(runtime)[0]["code"]
        assert types(elsewhere, DOMINIQUE, code).status_code == 403
        assert at(types(elsewhere, NO_CONTACT, code), NEW)
        assert types(walk, NO_CONTACT, code).status_code == 403

    @pytest.mark.embedded
    def test_the_code_lies_nowhere_in_the_database(self, walk, runtime, tmp_path):
        """A hash of it does."""
        asks_for_letter(walk, NO_CONTACT)
        code = letters_of(runtime)[0]["code"].encode()
        runtime.sql.run("PRAGMA wal_checkpoint(TRUNCATE)", {})
        assert [path for path in tmp_path.glob("idp.db*") if code in path.read_bytes()] == []


class TestManyNumbers:
    @pytest.fixture
    def settings(self, make_settings):
        return make_settings(failures_per_source=5)

    def test_a_network_that_tries_many_numbers_is_stopped(self, walk, app):
        """At the number of failures of the door, with which they count (docs/rules.md §3 row 26)."""
        for place in range(5):
            assert types(Walk(app.test_client()), UNKNOWN, f"2222222{place + 2}").status_code == 403
        assert types(walk, UNKNOWN, "33333333").status_code == 429
        assert walk.signs_in(DOMINIQUE).status_code == 429


PAYLOAD = {
    "id": "0190", "member_ref": "M1", "code": "ABCD2345", "locale": "fr", "valid_until": "2030-01-01",
    "purpose": "access_code", "page": "https://connect.example/login-adherent/courrier/",
}  # fmt: skip


class TestPrintService:
    def test_a_folder_gets_one_file_a_letter_for_its_owner_alone(self, runtime, tmp_path):
        """Done twice, it is one letter; no half of one is ever there under its name."""
        for _ in range(2):
            letter_service.deliver(PAYLOAD)
        [file] = (tmp_path / "letters").iterdir()
        assert json.loads(file.read_bytes()) == PAYLOAD
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    def test_a_letter_to_nobody_is_dropped(self, runtime, tmp_path):
        """It was queued so that the queue tells nobody apart."""
        letter_service.deliver(PAYLOAD | {"member_ref": None})
        assert not (tmp_path / "letters").exists()

    def test_a_folder_that_is_missing_its_disk_keeps_the_job(self, runtime, tmp_path):
        """The outbox tries again."""
        Path(tmp_path / "letters").write_text("a file where the folder should be")
        with pytest.raises(OSError, match="exists"):
            letter_service.deliver(PAYLOAD)


class TestPrintServiceByHttp:
    @pytest.fixture
    def service(self):
        """A print service: what it was sent, and what it answers."""
        calls: list[tuple[str | None, object]] = []

        class Handler(BaseHTTPRequestHandler):
            answer = 201

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                calls.append((self.headers["Idempotency-Key"], json.loads(body)))
                self.send_response(self.answer)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_given: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        server.calls, server.handler = calls, Handler  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
        server.server_close()

    @pytest.fixture
    def settings(self, make_settings, service):
        return make_settings(letter_url=f"http://127.0.0.1:{service.server_port}/letters")

    def test_a_post_a_letter_with_its_key(self, runtime, service):
        """So that the service knows one that comes twice."""
        letter_service.deliver(PAYLOAD)
        assert service.calls == [("0190", PAYLOAD)]

    @pytest.mark.parametrize("answer", [302, 400, 503])
    def test_what_is_not_taken_is_tried_again(self, runtime, service, answer):
        """No redirect is followed."""
        service.handler.answer = answer
        with pytest.raises(NotTaken):
            letter_service.deliver(PAYLOAD)
        assert len(service.calls) == 1
