"""The demo's mailbox: it shows what lies in the Maildir, and lets no message act."""

import json
import mailbox
import os
import subprocess
import sys
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import pytest
from werkzeug.test import Client

from idp.demo.mailbox import create_mailbox

HOSTILE = (
    '<meta http-equiv="refresh" content="0;url=https://mechant.example">'
    "<script>parent.document.title = 'pris'</script></iframe><script>document.title = 'pris'</script>"
    '<a href="javascript:alert(1)">un</a> <a href="https://exemple.fr/valider?j=1">Valider</a>'
    '<img src="https://mechant.example/pixel.png"><form action="https://mechant.example"><button>x</button></form>'
)


@pytest.fixture
def maildir(tmp_path):
    return tmp_path / "mail"


@pytest.fixture
def browser(maildir):
    return Client(create_mailbox(maildir, maildir.parent / "letters"))


def deliver(maildir: Path, to: str, subject: str = "Bonjour", text: str = "", html: str = "") -> str:
    message = EmailMessage()
    message["To"], message["Subject"] = to, subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return mailbox.Maildir(maildir).add(message)


def test_without_a_maildir_the_page_explains_what_will_come(browser):
    answer = browser.get("/")
    assert answer.status_code == 200
    assert "Aucun message" in answer.text
    assert browser.get("/messages.json").json == []


def test_the_newest_message_comes_first(browser, maildir):
    for age, subject in ((20, "ancien"), (0, "récent"), (10, "entre")):
        key = deliver(maildir, "a@exemple.fr", subject)
        arrival = time.time() - age
        os.utime(maildir / "new" / key, (arrival, arrival))
    assert [each["subject"] for each in browser.get("/messages.json").json] == ["récent", "entre", "ancien"]


def test_messages_of_one_address_are_found_whatever_its_case(browser, maildir):
    deliver(maildir, "Marie Durand <Marie@exemple.fr>", "pour Marie")
    deliver(maildir, "jean@exemple.fr", "pour Jean")
    found = browser.get("/messages.json?to=marie@EXEMPLE.fr").json
    assert [(each["to"], each["subject"]) for each in found] == [(["Marie@exemple.fr"], "pour Marie")]
    page = browser.get("/?to=marie@exemple.fr").text
    assert "pour Marie" in page
    assert "pour Jean" not in page


def test_links_of_both_parts_are_listed_once_and_only_web_ones(browser, maildir):
    deliver(maildir, "a@exemple.fr", text="Validez : https://exemple.fr/valider?j=1.", html=HOSTILE)
    assert browser.get("/messages.json").json[0]["links"] == ["https://exemple.fr/valider?j=1"]


def test_a_message_shows_its_text_with_links_to_press(browser, maildir):
    key = deliver(maildir, "a@exemple.fr", "Validez", text="<b>Ici</b> https://exemple.fr/v?a=1&b=2 é")
    page = browser.get(f"/messages/{key}").text
    assert '<a href="https://exemple.fr/v?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">' in page
    assert "&lt;b&gt;Ici" in page


def test_reading_moves_and_marks_nothing(browser, maildir):
    key = deliver(maildir, "a@exemple.fr")
    before = (maildir / "new" / key).stat()
    browser.get(f"/messages/{key}")
    assert (maildir / "new" / key).stat().st_mtime == before.st_mtime
    assert list((maildir / "cur").iterdir()) == []
    assert browser.post("/").status_code == 405


def test_an_unknown_message_is_a_kind_404(browser, maildir):
    deliver(maildir, "a@exemple.fr")
    for name in ("inconnu", "..%2F..%2Fetc%2Fpasswd"):
        answer = browser.get(f"/messages/{name}")
        assert answer.status_code == 404
        assert "Tous les messages" in answer.text


def test_a_broken_message_does_not_hide_the_others(browser, maildir):
    deliver(maildir, "a@exemple.fr", "entier")
    broken = b"To: <<<@\xff\nSubject: =?utf-9?b?////?=\nContent-Type: text/plain; charset=klingon\n\n\xff\xfe"
    (maildir / "new" / "broken").write_bytes(broken)
    (maildir / "new" / "empty").write_bytes(b"")
    assert "entier" in [each["subject"] for each in browser.get("/messages.json").json]
    assert browser.get("/").status_code == 200


def test_the_module_serves_a_maildir_on_the_port_that_it_is_given(maildir, free_port):
    deliver(maildir, "a@exemple.fr", "servi")
    command = [sys.executable, "-m", "idp.demo.mailbox", str(maildir), str(maildir.parent / "letters"), str(free_port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            assert "servi" in _wait_for(f"http://127.0.0.1:{free_port}/")
        finally:
            process.terminate()
        assert process.wait(10) == 0
        assert process.stderr.read() == b""


def _wait_for(address: str) -> str:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def test_a_letter_lies_beside_the_messages(browser, maildir):
    """As the print service would post it, to the member's reference; what is no letter is left out."""
    folder = maildir.parent / "letters"
    folder.mkdir()
    page = "http://localhost:8000/login-adherent/courrier/"
    letter = {"member_ref": "M1", "code": "ABCD2345", "valid_until": "2026-12-03", "page": page}
    (folder / "x.json").write_text(json.dumps(letter), "utf-8")
    (folder / "y.json").write_text("not a letter", "utf-8")
    [found] = browser.get("/messages.json?to=m1").json
    assert "ABCD 2345" in found["text"]
    assert found["links"] == [page]
    assert "Courrier postal" in browser.get("/messages/x").text
