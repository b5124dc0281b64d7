"""Traps that other providers fell into where tokens are issued and read, each with the way it was seen."""

import json
import logging
import time
from urllib.parse import quote_from_bytes

import pytest
import time_machine
from oidc.test_token_races import all_at_once, without_lane
from parties import Party, proof
from protocol import REDIRECT, Protocol, basic, bearer

from idp.oidc import device, keys
from idp.oidc.algorithms import decode


def test_of_four_that_bring_one_code_one_gets_tokens(op: Protocol, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap P1: 26 of 40 codes were redeemed more than once, for the code was deleted after the token was kept."""
    without_lane(monkeypatch)
    session = op.sign_in()
    for _ in range(10):
        code = op.code(session)
        answers = all_at_once(op, 4, lambda code=code: op.redeem(code))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]


def test_the_one_active_key_signs_and_is_named(op: Protocol) -> None:
    """Trap P4: a random key of the set signed, next and retired ones too; a single one gave no `kid`."""
    keys.rotate()
    active = {each["kid"] for each in keys.listing() if (each["state"], each["algorithm"]) == ("active", "RS256")}
    party, session = Party.register(op, userinfo_signed_response_alg="RS256"), op.sign_in()
    signed = []
    for _ in range(10):
        answer = party.redeem(party.code(session)).json
        signed += [answer["id_token"], op.userinfo(answer["access_token"]).text]
    assert {json.loads(decode(text.partition(".")[0]))["kid"] for text in signed} == active


def test_the_age_of_a_code_is_not_that_of_the_sign_in(op: Protocol) -> None:
    """Trap P5: one column held both, so that a code of an old sign-in was refused, or lived too long."""
    now = int(time.time())
    with time_machine.travel(now - 1200):
        session = op.sign_in()
    answer = op.redeem(op.code(session))
    assert abs(op.read_jwt(answer.json["id_token"])["auth_time"] - (now - 1200)) <= 2


def test_an_access_token_outlives_the_refresh_token_that_came_with_it(op: Protocol) -> None:
    """Trap P15: one status for both, so that a refresh ended the access token too."""
    party = Party.register(op)
    first = party.redeem(party.code(op.sign_in(), "openid offline_access")).json
    second = party.refresh(first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]
    for answer in (first, second):
        assert op.userinfo(answer["access_token"]).status_code == 200


def test_a_page_loaded_twice_signs_in_twice(op: Protocol) -> None:
    """Trap P5: a nonce that came before is the site's to judge (OpenID Connect Core §15.5.2); a reload is innocent."""
    session = op.sign_in()
    codes = [op.code(session, nonce="the same") for _ in range(2)]
    answers = [op.redeem(code) for code in codes]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert {op.read_jwt(answer.json["id_token"])["nonce"] for answer in answers} == {"the same"}


def test_nothing_that_opens_a_door_is_logged(
    op: Protocol, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Trap P12: tokens were logged at DEBUG."""
    caplog.set_level(logging.DEBUG)
    party = Party.register(op, token_endpoint_auth_method="private_key_jwt")
    code, shown = party.code(op.sign_in(), "openid offline_access"), proof(op)
    form, _ = party.credentials()
    answer = party.redeem(code, shown, **{"client_assertion": form["client_assertion"]}).json
    party.redeem(code, shown)
    op.userinfo(answer["access_token"])
    party.post("/oidc/introspect", token=answer["refresh_token"])
    written = caplog.text + "".join(capfd.readouterr())
    secrets = [code, shown["DPoP"], form["client_assertion"], *(answer[name] for name in answer if "token" in name)]
    assert [one for one in secrets if str(one) in written and one != "DPoP"] == []


@pytest.mark.parametrize("host", ["localhost:8000", "evil.example", "evil.example:99", "é", ""])
def test_behind_a_proxy_that_ends_tls_nothing_breaks(op: Protocol, host: str) -> None:
    """Trap P13: plain http was a 500; the issuer is a setting, whatever Host says."""
    code = op.code(op.sign_in())
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT["avantage"]}
    environ = {"wsgi.url_scheme": "http", "HTTP_HOST": host}
    answer = op.http.post("/oidc/token", data=form, headers=basic("avantage"), environ_overrides=environ)
    assert answer.status_code == 200
    assert op.read_jwt(answer.json["id_token"])["iss"] == "http://localhost:8000"
    told = op.http.get("/oidc/userinfo", headers=bearer(answer.json["access_token"]), environ_overrides=environ)
    assert told.status_code == 200


def test_an_access_token_lives_ten_minutes_by_every_grant(op: Protocol) -> None:
    """Trap P5: ten days."""
    party = Party.register(op)
    first = party.redeem(party.code(op.sign_in(), "openid offline_access")).json
    for answer in (first, party.refresh(first["refresh_token"]).json, party.post(grant_type="client_credentials").json):
        assert answer["expires_in"] == 600
        told = party.post("/oidc/introspect", token=answer["access_token"]).json
        assert told["exp"] - op.read_jwt(first["id_token"])["iat"] <= 602


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("openid nope", "openid"), ("openid email nope nope", "openid email"), ("email openid", "email openid")],
)
def test_unknown_scopes_go_and_known_ones_stay(op: Protocol, scope: str, expected: str) -> None:
    """Trap P16: `nope` gave a code with no scope at all; a device is told as a browser is."""
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    party = Party.register(
        op, redirect_uris=[], site="https://b.example", token_endpoint_auth_method="none", grant_types=[grant],
        scope="openid email",
    )  # fmt: skip
    codes = party.post("/oidc/device", scope=scope).json
    asked = device.find(op.runtime, codes["user_code"])
    assert asked
    assert asked.scope == expected
    assert party.post("/oidc/device", scope="nope").json["error"] == "invalid_scope"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def encoded(form: dict[str, str]) -> bytes:
    """A body, with bytes that are no UTF-8 where the value has such."""
    pairs = (
        quote_from_bytes(name.encode()) + "=" + quote_from_bytes(value.encode("utf-8", "surrogatepass"))
        for name, value in form.items()
    )
    return "&".join(pairs).encode()


HOSTILE = [
    "", "\0", "é", "\ud800", "'", '"', "<script>", "A" * 60_000, "a\r\nb: c", "%00", "[]", "{}", "null", "-1", "🦊",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("path", ["/oidc/token", "/oidc/device", "/oidc/introspect", "/oidc/revoke", "/oidc/userinfo"])
def test_hostile_values_are_refused_and_nothing_breaks(op: Protocol, path: str, value: str) -> None:
    """Trap P6: quotes and characters beyond ASCII were a 500. Every parameter of every endpoint of programs."""
    names = (
        "grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "resource", "device_code",
        "client_id", "client_secret", "client_assertion", "client_assertion_type", "token", "token_type_hint",
        "access_token",
    )  # fmt: skip
    for grant in ("authorization_code", "refresh_token", "client_credentials"):
        for name in names:
            form = {"grant_type": grant, name: value}
            answer = op.http.post(path, data=encoded(form), headers=FORM)
            assert answer.status_code in (200, 400, 401, 403, 413), (name, answer.status)
            proved = op.http.post(path, data=encoded(form), headers={**FORM, **basic("member-area")})
            assert proved.status_code in (200, 400, 401, 403, 413), (name, proved.status)
