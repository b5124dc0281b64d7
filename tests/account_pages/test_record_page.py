"""`/compte/journal/`: a person reads what happened to their account in sentences, and nothing of anybody else."""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import idp
from idp.account_pages.sentences import sentence
from idp.accounts import record
from idp.accounts.directory import AccountRow
from idp.accounts.record import Line
from idp.core import audit, clock
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.web.i18n import words
from tests.account_pages.conftest import quickest
from tests.email_door.browsing import ADDRESS, PASSWORD, sign_in, words_of

PAGE = "/compte/journal/"


def older(browser: FlaskClient, page: str = PAGE) -> str | None:
    """Where the next page is."""
    found = re.search(r'href="(/compte/journal/\?avant=[0-9a-f]{32})"', browser.get(page).text)
    return found[1] if found else None


def test_what_happened_is_told_with_its_time_and_network(member: FlaskClient) -> None:
    said = words_of(member.get(PAGE))
    assert "Connexion à votre compte." in said
    assert "depuis le réseau 127.0.0.1" in said


def test_what_was_tried_on_the_account_is_told_too(member: FlaskClient) -> None:
    sign_in(member.application.test_client(), ADDRESS, "ce n’est pas le mien")
    assert "Un mot de passe qui n’est pas le bon a été saisi" in words_of(member.get(PAGE))


def test_what_is_known_of_the_espace_personnel_belongs_to_its_holder(
    client: FlaskClient, make_account: Callable[..., AccountRow], runtime: Runtime
) -> None:
    make_account(member_ref="M-000123")
    audit.record("letter_asked", member_ref="M-000123", source="192.0.2.7")
    sign_in(client, ADDRESS, PASSWORD)
    said = words_of(client.get(PAGE))
    assert "Un code par courrier a été demandé" in said
    assert "192.0.2.7" in said


def test_nothing_of_anybody_else_is_told(
    member: FlaskClient, make_account: Callable[..., AccountRow], runtime: Runtime
) -> None:
    other = make_account("autre.factice@domaine.test", member_ref="M-000999")
    audit.record("letter_asked", member_ref="M-000999", source="198.51.100.9")
    audit.record("password_changed", account_id=other.id, source="198.51.100.9")
    audit.record("client saved", client_id="forum", source="198.51.100.9")
    said = words_of(member.get(PAGE))
    assert "198.51.100.9" not in said
    assert "Un code par courrier" not in said


def test_what_an_adviser_did_is_told_without_where_from(
    member: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    for event in ("staff_sessions_ended", "staff_something_new"):
        audit.record(event, account_id=account.id, source="203.0.113.5", staff="ab" * 16, reason="téléphone")
    page = member.get(PAGE)
    said = words_of(page)
    assert "Un conseiller MGEN a déconnecté vos appareils" in said
    assert "Un conseiller MGEN est intervenu sur votre compte" in said
    for hidden in ("203.0.113.5", "abab", "téléphone"):
        assert hidden not in page.text


def test_a_line_of_both_account_and_member_is_told_once(
    client: FlaskClient, make_account: Callable[..., AccountRow]
) -> None:
    account = make_account(member_ref="M-000123")
    audit.record("identifier_changed", account_id=account.id, member_ref="M-000123", source="192.0.2.7")
    sign_in(client, ADDRESS, PASSWORD)
    assert words_of(client.get(PAGE)).count("Votre identifiant a changé") == 1


def test_it_is_read_page_by_page_from_the_newest(member: FlaskClient, account: AccountRow) -> None:
    for _ in range(2 * record.PAGE):
        audit.record("letter_asked", account_id=account.id)
    pages, here = [], PAGE
    while here:
        pages.append(member.get(here).text.count("Un code par courrier a été demandé"))
        here = older(member, here)
    assert pages == [record.PAGE, record.PAGE, 0]


@pytest.mark.parametrize("before", ["nonsense", "ff", "00" * 17, "é", "x" * 5000])
def test_what_names_no_line_shows_the_newest(member: FlaskClient, before: str) -> None:
    page = member.get(PAGE, query_string={"avant": before})
    assert page.status_code == 200
    assert "Connexion à votre compte." in words_of(page)


def test_a_page_behind_the_last_line_says_so(member: FlaskClient) -> None:
    page = member.get(PAGE, query_string={"avant": "00" * 16})
    assert "Rien ne s’est passé" in words_of(page)
    assert "Revenir au plus récent" in words_of(page)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_line_has_a_sentence(locale: str) -> None:
    t = words(locale, strict=True)["t"]

    def told(event: str, **detail: Any) -> str:
        return t(sentence(Line(b"", 0, event, None, None, detail)))

    assert told("consent given") != told("other") == told("something nobody foresaw")
    assert told("signed out") == told("sign_out")
    assert told("sign_in", way="nir") != told("sign_in", way="email")


def events_of_people() -> set[str]:
    """What the package writes down of a person, where it names it in place."""
    found = set()
    for path in Path(idp.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("audit"), attr="record"), args=[ast.Constant(value=str(event))]
                ) if {each.arg for each in node.keywords} & {"account_id", "member_ref"}:
                    found.add(event)
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("changes"), attr="tell"),
                    args=[_, ast.Constant(value=str(event))],
                ):
                    found.add(event)
    return found


def test_every_event_of_a_person_has_a_sentence_of_its_own() -> None:
    other = sentence(Line(b"", 0, "something nobody foresaw", None, None, {}))
    known = {event: sentence(Line(b"", 0, event, None, None, {})) for event in events_of_people()}
    assert {"sign_in", "second_factor_refused", "factor_added"} <= known.keys()
    assert [event for event, told in known.items() if told == other] == []


def test_ten_thousand_lines_of_one_person_answer_in_under_200_ms(
    client: FlaskClient, make_account: Callable[..., AccountRow], runtime: Runtime
) -> None:
    account = make_account(member_ref="M-000123")
    now = clock.now()
    with runtime.sql.together():
        for number in range(10_000):
            runtime.sql.run(
                "INSERT INTO audit (id, at, event, account_id, member_ref, source, detail) VALUES"
                " (:id, :at, 'sign_in', :account, :member, '192.0.2.1', '{\"way\":\"email\"}')",
                {
                    "id": new_id(),
                    "at": now,
                    "account": account.id if number % 3 else None,
                    "member": "M-000123" if number % 3 != 1 else None,
                },
            )
    sign_in(client, ADDRESS, PASSWORD)
    second = older(client)
    assert second
    assert quickest(lambda: client.get(PAGE)) < 0.2
    assert quickest(lambda: client.get(second)) < 0.2
