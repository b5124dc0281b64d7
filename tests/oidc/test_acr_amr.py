"""`acr`, `amr` and `auth_time` tell the truth, wherever they are told (OpenID Connect Core §2, RFC 8176, RFC 9470)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from legacy_bridge.walking import DOMINIQUE, Walk, import_members
from software_passkey import SoftwarePasskey
from visits import Site

from idp.accounts.directory import AccountRow
from idp.core import clock
from idp.core.runtime import Runtime
from idp.sessions.levels import MFA, PASSWORD
from tests.email_door.browsing import ADDRESS, SIGN_IN, sign_in
from tests.email_door.browsing import PASSWORD as SECRET
from tests.email_door.conftest import account, make_account
from tests.email_door.factors import PASSKEY, SECOND, Application, bring, codes_on_paper, options, second

__all__ = ["account", "make_account"]
UNMET = "unmet_authentication_requirements"
ESSENTIAL = json.dumps({"id_token": {"acr": {"essential": True, "value": MFA}}})
HALF_A_DAY = 12 * 3600 + 1


@pytest.fixture(autouse=True)
def moment(time_machine: Any) -> Any:
    """A clock that stands still."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def site(app: Flask) -> Site:
    """A site that may stay signed in, and reads what its tokens are worth."""
    return visits.register(
        app, scope="openid email offline_access", grant_types=["authorization_code", "refresh_token"]
    )


def by_password(browser: FlaskClient, account_id: bytes, runtime: Runtime) -> None:
    sign_in(browser, ADDRESS, SECRET)


def by_application(browser: FlaskClient, account_id: bytes, runtime: Runtime) -> None:
    application = Application(account_id)
    sign_in(browser, ADDRESS, SECRET)
    second(browser, otp=application.code())


def by_recovery_code(browser: FlaskClient, account_id: bytes, runtime: Runtime) -> None:
    Application(account_id)
    codes = codes_on_paper(account_id)
    sign_in(browser, ADDRESS, SECRET)
    second(browser, otp=codes[0])


def by_password_and_passkey(browser: FlaskClient, account_id: bytes, runtime: Runtime) -> None:
    passkey = SoftwarePasskey(account_id).keep(runtime.sql)
    sign_in(browser, ADDRESS, SECRET)
    bring(browser, SECOND, SECOND, passkey.answer(options(browser, SECOND, SECOND + "options")))


def by_passkey(browser: FlaskClient, account_id: bytes, runtime: Runtime, *, synced: bool = False) -> None:
    passkey = SoftwarePasskey(account_id, synced=synced).keep(runtime.sql)
    bring(browser, SIGN_IN, PASSKEY, passkey.answer(options(browser, SIGN_IN, PASSKEY + "options")))


def by_synced_passkey(browser: FlaskClient, account_id: bytes, runtime: Runtime) -> None:
    by_passkey(browser, account_id, runtime, synced=True)


WAYS = {
    by_password: (PASSWORD, ["pwd"]),
    by_application: (MFA, ["pwd", "otp", "mfa"]),
    by_recovery_code: (MFA, ["pwd", "otp", "mfa"]),
    by_password_and_passkey: (MFA, ["pwd", "hwk", "user", "mfa"]),
    by_passkey: (MFA, ["hwk", "user", "mfa"]),
    by_synced_passkey: (MFA, ["swk", "user", "mfa"]),
}
Way = Callable[[FlaskClient, bytes, Runtime], None]


def told_by(claims: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(claims.get(name) for name in ("acr", "amr", "auth_time"))


def tokens_of(site: Site, browser: FlaskClient, **changes: str) -> dict[str, Any]:
    answer = visits.received(site.ask(browser, **{"scope": "openid email offline_access", **changes}))[1]
    issued: dict[str, Any] = site.redeem(answer["code"]).json or {}
    return issued


def id_token(site: Site, issued: dict[str, Any]) -> dict[str, Any]:
    return site.read_jwt(issued["id_token"])


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_is_told_as_it_was(
    site: Site, client: FlaskClient, account: AccountRow, runtime: Runtime, way: Way, moment: Any
) -> None:
    """In the ID token at once and after a refresh, and at introspection; UserInfo says nothing of it."""
    moment.shift(60)
    way(client, account.id, runtime)
    acr, amr = WAYS[way]
    signed_in_at = clock.now()
    moment.shift(90)
    issued = tokens_of(site, client)
    assert told_by(id_token(site, issued)) == (acr, amr, signed_in_at)
    about = site.post("/oidc/introspect", token=issued["access_token"]).json
    assert about
    assert (about["acr"], about["auth_time"]) == (acr, signed_in_at)
    person = client.get("/oidc/userinfo", headers={"Authorization": f"Bearer {issued['access_token']}"}).json
    assert person
    assert not {"acr", "amr", "auth_time"} & person.keys()
    moment.shift(3600)
    again = site.post("/oidc/token", grant_type="refresh_token", refresh_token=issued["refresh_token"]).json
    assert again
    assert told_by(id_token(site, again)) == (acr, amr, signed_in_at)


def test_a_remembered_browser_claims_the_password_alone(
    site: Site, client: FlaskClient, account: AccountRow, moment: Any
) -> None:
    """It was spared the second factor, so nobody is told that there was one."""
    application = Application(account.id)
    sign_in(client, ADDRESS, SECRET)
    second(client, otp=application.code(), remember="y")
    assert told_by(id_token(site, tokens_of(site, client)))[:2] == (MFA, ["pwd", "otp", "mfa"])
    moment.shift(HALF_A_DAY)
    sign_in(client, ADDRESS, SECRET)
    assert told_by(id_token(site, tokens_of(site, client))) == (PASSWORD, ["pwd"], clock.now())


def test_a_remembered_browser_is_asked_where_a_site_needs_two(
    site: Site, client: FlaskClient, account: AccountRow, moment: Any
) -> None:
    """And under prompt=none the site learns that they are missing, and what they would be worth at a sign-in."""
    application = Application(account.id)
    sign_in(client, ADDRESS, SECRET)
    second(client, otp=application.code(), remember="y")
    moment.shift(HALF_A_DAY)
    sign_in(client, ADDRESS, SECRET)
    assert visits.error_of(site.ask(client, claims=ESSENTIAL, prompt="none")) == UNMET
    assert rp.goes_to(site.ask(client, claims=ESSENTIAL), SECOND)


def test_a_refresh_does_not_rise_with_the_session(
    site: Site, client: FlaskClient, account: AccountRow, moment: Any
) -> None:
    """What was granted to a password stays worth a password, though the person has stepped up since."""
    sign_in(client, ADDRESS, SECRET)
    issued = tokens_of(site, client)
    application = Application(account.id)
    moment.shift(60)
    page = site.ask(client, claims=ESSENTIAL).location
    assert second(client, page, otp=application.code()).status_code == 303
    assert told_by(id_token(site, tokens_of(site, client)))[0] == MFA
    again = site.post("/oidc/token", grant_type="refresh_token", refresh_token=issued["refresh_token"]).json
    assert again
    assert told_by(id_token(site, again))[:2] == (PASSWORD, ["pwd"])


def test_a_member_who_changed_by_the_number_claims_the_password_alone(
    site: Site, client: FlaskClient, runtime: Runtime, tmp_path: Any
) -> None:
    """A number, a birth date and a mailbox are no factors."""
    import_members(tmp_path)
    walk = Walk(client)
    walk.changes(DOMINIQUE)
    assert told_by(id_token(site, tokens_of(site, client))) == (PASSWORD, ["pwd"], clock.now())


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"acr_values": MFA}, None),
        ({"acr_values": f"urn:elsewhere:gold {MFA}"}, None),
        ({"claims": json.dumps({"id_token": {"acr": {"values": [MFA]}}})}, None),
        ({"claims": json.dumps({"id_token": {"acr": None}})}, None),
        ({"claims": ESSENTIAL}, UNMET),
        ({"claims": json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:elsewhere:gold"}}})}, UNMET),
        ({"claims": json.dumps({"id_token": {"acr": {"essential": True}}})}, None),
        # What is needed is not lowered by what is wished for beside it.
        ({"claims": ESSENTIAL, "acr_values": PASSWORD}, UNMET),
    ],
)
def test_what_is_wished_for_is_told_and_what_is_needed_is_an_error(
    site: Site, client: FlaskClient, account: AccountRow, asked: dict[str, str], error: str | None
) -> None:
    """Core §5.5.1.1, under prompt=none, for somebody with a password alone."""
    sign_in(client, ADDRESS, SECRET)
    answer = visits.received(site.ask(client, prompt="none", **asked))[1]
    assert answer.get("error") == error
    assert answer["state"] == "the state"
    if not error:
        assert told_by(id_token(site, site.redeem(answer["code"]).json or {}))[0] == PASSWORD


def test_userinfo_is_asked_for_acr_in_vain(site: Site, client: FlaskClient, account: AccountRow) -> None:
    """Core §5.5.1.1: it is a claim of the ID token."""
    sign_in(client, ADDRESS, SECRET)
    wish = json.dumps({"userinfo": {"acr": {"essential": True, "value": MFA}, "amr": None, "auth_time": None}})
    issued = tokens_of(site, client, claims=wish)
    person = client.get("/oidc/userinfo", headers={"Authorization": f"Bearer {issued['access_token']}"}).json
    assert person
    assert not {"acr", "amr", "auth_time"} & person.keys()


def test_a_default_of_the_registration_holds_under_prompt_none_and_for_devices_remembered(
    app: Flask, client: FlaskClient, account: AccountRow, moment: Any
) -> None:
    strict = visits.register(app, name="strict", default_acr_values=[MFA])
    application = Application(account.id)
    sign_in(client, ADDRESS, SECRET)
    second(client, otp=application.code(), remember="y")
    assert id_token(strict, strict.redeem(visits.received(strict.ask(client))[1]["code"]).json or {})["acr"] == MFA
    moment.shift(HALF_A_DAY)
    sign_in(client, ADDRESS, SECRET)
    assert visits.error_of(strict.ask(client, prompt="none")) == UNMET
    page = strict.ask(client)
    assert rp.goes_to(page, SECOND)
    answer = second(client, page.location, otp=application.code())
    while answer.status_code == 303 and answer.location.startswith("/"):
        answer = client.get(answer.location)
    issued = strict.redeem(visits.received(answer)[1]["code"]).json or {}
    assert told_by(id_token(strict, issued))[:2] == (MFA, ["pwd", "otp", "mfa"])
