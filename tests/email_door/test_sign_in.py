"""Signing in with the email address."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import creation, directory
from idp.accounts.credentials import wrap_foreign
from idp.accounts.directory import AccountRow
from idp.accounts.foreign_hashes import parse
from idp.core import db
from idp.core.runtime import Runtime
from tests.email_door.browsing import (
    ADDRESS,
    PASSWORD,
    SESSION,
    SIGN_IN,
    arrive,
    is_signed_in,
    link_of,
    reaches_site,
    send,
    sign_in,
    token_of,
    words_of,
)

REFUSAL = "Nous ne pouvons pas vous connecter."
WRONG = "ce n'est pas du tout lui"
pytestmark = pytest.mark.usefixtures("app")


def test_the_right_password_leads_back_to_the_site_with_a_code(client: FlaskClient, account: AccountRow) -> None:
    answer = sign_in(client, ADDRESS, PASSWORD, arrive(client))
    assert answer.status_code == 303
    assert reaches_site(client, answer)


def test_any_spelling_of_the_address_signs_in(client: FlaskClient, account: AccountRow) -> None:
    assert sign_in(client, "  Jeanne.FACTICE@Domaine.TEST ", PASSWORD).status_code == 303
    assert is_signed_in(client)


def test_without_a_site_the_page_says_who_one_is_and_where_to_go(client: FlaskClient, account: AccountRow) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    text = words_of(client.get(SIGN_IN))
    assert ADDRESS in text
    assert "MGEN Avantage" in text
    assert "Espace personnel MGEN" in text


def test_a_living_session_goes_on_to_the_next_site_without_a_page(client: FlaskClient, account: AccountRow) -> None:
    waiting = arrive(client)
    sign_in(client, ADDRESS, PASSWORD)
    assert reaches_site(client, client.get(waiting))


def test_each_sign_in_opens_a_new_session_and_ends_the_former(
    client: FlaskClient, account: AccountRow, app: Flask
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    first = client.get_cookie(SESSION)
    assert first
    page = client.get(arrive(client, prompt="login"))
    client.post(page.request.full_path, data={"csrf_token": token_of(page), "email": ADDRESS, "password": PASSWORD})
    second = client.get_cookie(SESSION)
    assert second
    assert second.value != first.value
    thief = app.test_client()
    thief.set_cookie(SESSION, first.value)
    assert not is_signed_in(thief)


def test_a_session_cookie_set_from_outside_is_never_adopted(client: FlaskClient, account: AccountRow) -> None:
    client.set_cookie(SESSION, "A" * 43)
    sign_in(client, ADDRESS, PASSWORD)
    cookie = client.get_cookie(SESSION)
    assert cookie
    assert cookie.value != "A" * 43


def test_who_must_sign_in_again_finds_the_address_filled_in(client: FlaskClient, account: AccountRow) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    assert f'value="{ADDRESS}"' in client.get(arrive(client, prompt="login")).text


def test_a_site_that_names_another_account_is_told_on_the_page(
    client: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    """`id_token_hint` of somebody else: signing in as oneself again would turn in circles without a word."""
    path = arrive(client, prompt="login")
    key = f"interaction:{path.partition('=')[2]}"
    waiting = runtime.ephemeral.get(key)
    assert waiting
    runtime.ephemeral.put(key, waiting | {"account_id": "00" * 16}, 3600)
    answer = sign_in(client, ADDRESS, PASSWORD, path)
    page = client.get(answer.location)
    assert "Le site attend un autre compte" in words_of(page)


def test_login_hint_fills_the_address_in_as_text(client: FlaskClient) -> None:
    page = client.get(arrive(client, login_hint='"><script>alert(1)</script>@domaine.test'))
    assert "<script>alert" not in page.text
    assert 'value="moi@domaine.test"' in client.get(arrive(client, login_hint="moi@domaine.test")).text


def test_a_nir_as_login_hint_is_not_shown(client: FlaskClient) -> None:
    assert "85039512345" not in client.get(arrive(client, login_hint="185039512345678")).text.replace(" ", "")


@pytest.mark.parametrize("site", ["avantage", "member-area"])
def test_registration_is_offered_where_the_site_takes_new_people(client: FlaskClient, site: str) -> None:
    text = words_of(client.get(arrive(client, site)))
    assert ("Créer un compte" in text) == (site == "avantage")
    assert "Utiliser mon numéro de sécurité sociale" in text


def test_the_links_of_the_page_keep_the_request_that_waits(client: FlaskClient) -> None:
    path = arrive(client)
    page = client.get(path)
    for link in re.findall(r'href="(/(?:connexion|login-adherent)/[^"#]*)"', page.text):
        assert link.endswith(path.partition("?")[2]) or "difficultes" in link


def test_an_old_sites_password_signs_in_and_is_kept_as_ours_from_then_on(
    client: FlaskClient, runtime: Runtime, make_account: Callable[..., AccountRow]
) -> None:
    account = make_account(stored=wrap_foreign(parse("5F4DCC3B5AA765D61D8327DEB882CF99")), origin="import")
    assert sign_in(client, ADDRESS, "password").status_code == 303
    stored = directory.find_by_id(account.id)
    assert stored
    assert (stored.password or "").startswith("own:")
    assert sign_in(client, ADDRESS, "password").status_code == 303


def test_the_digest_of_an_old_site_opens_nothing(client: FlaskClient, make_account: Callable[..., AccountRow]) -> None:
    make_account(stored=wrap_foreign(parse("5F4DCC3B5AA765D61D8327DEB882CF99")))
    assert sign_in(client, ADDRESS, "5F4DCC3B5AA765D61D8327DEB882CF99").status_code == 403
    assert sign_in(client, ADDRESS, "5f4dcc3b5aa765d61d8327deb882cf99").status_code == 403


def test_an_accent_typed_either_way_is_the_same_password(
    client: FlaskClient, make_account: Callable[..., AccountRow]
) -> None:
    make_account(password="une très longue phrase")
    assert sign_in(client, ADDRESS, "une tre\N{COMBINING GRAVE ACCENT}s longue phrase").status_code == 303


def test_a_password_changed_meanwhile_leaves_no_session(
    client: FlaskClient, account: AccountRow, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is opened for the epoch that was read before the comparison."""
    run = type(runtime.hashing).run

    def change_then_run(self: Any, work: Callable[[], Any]) -> Any:
        runtime.sql.run("UPDATE account SET epoch = epoch + 1", {})
        return run(self, work)

    monkeypatch.setattr(type(runtime.hashing), "run", change_then_run)
    sign_in(client, ADDRESS, PASSWORD)
    assert not is_signed_in(client)


def test_an_unproved_account_proves_its_mailbox_first(
    client: FlaskClient, make_account: Callable[..., AccountRow], outbox: Callable[[], list[Any]]
) -> None:
    make_account(verified_by=None, origin="import")
    answer = sign_in(client, ADDRESS, PASSWORD, arrive(client))
    page = client.get(answer.location)
    assert "n’a pas encore été validé" in words_of(page)
    assert not is_signed_in(client)
    (message,) = outbox()
    assert reaches_site(client, send(client, link_of(message)))
    found = directory.find_by_address(ADDRESS)
    assert found
    assert found.verified


def test_an_unproved_account_says_nothing_to_a_wrong_password(
    client: FlaskClient, make_account: Callable[..., AccountRow], outbox: Callable[[], list[Any]]
) -> None:
    make_account(verified_by=None)
    assert REFUSAL in words_of(sign_in(client, ADDRESS, WRONG))
    assert outbox() == []


def test_no_more_than_three_messages_a_day_for_an_unproved_account(
    client: FlaskClient, make_account: Callable[..., AccountRow], outbox: Callable[[], list[Any]]
) -> None:
    make_account(verified_by=None)
    for _ in range(5):
        assert sign_in(client, ADDRESS, PASSWORD).status_code == 303
    assert len(outbox()) == 3


def test_a_member_with_an_unconfirmed_default_address_signs_in(
    client: FlaskClient, make_account: Callable[..., AccountRow]
) -> None:
    account = make_account(verified_by=None, origin="identifier-change")
    with db.transaction():
        creation.attach_member(account.id, "M1")
    sign_in(client, ADDRESS, PASSWORD)
    assert is_signed_in(client)


def test_signing_out_ends_the_session_and_not_only_the_cookie(
    client: FlaskClient, account: AccountRow, app: Flask
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    cookie = client.get_cookie(SESSION)
    assert cookie
    answer = send(client, SIGN_IN, "/connexion/deconnexion/")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Vous êtes déconnecté" in words_of(client.get(SIGN_IN))
    client.set_cookie(SESSION, cookie.value)
    assert not is_signed_in(client)


def test_no_link_signs_anybody_out(client: FlaskClient, account: AccountRow) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    assert client.get("/connexion/deconnexion/").status_code == 405
    assert is_signed_in(client)


def test_every_sign_in_and_refusal_leaves_an_audit_line_without_what_was_typed(
    client: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    sign_in(client, ADDRESS, WRONG)
    sign_in(client, ADDRESS, PASSWORD)
    rows = runtime.sql.all("SELECT event, account_id, detail FROM audit ORDER BY id", {})
    assert [row[:2] for row in rows[-2:]] == [("sign_in_refused", account.id), ("sign_in", account.id)]
    assert ADDRESS not in str(rows)
