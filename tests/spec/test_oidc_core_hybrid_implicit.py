"""Implicit and hybrid flows (OpenID Connect Core §3.2, §3.3; Multiple Response Types): off, unless asked for."""

import base64
import hashlib
from collections.abc import Callable

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from visits import Site

from idp.settings import Settings

GRANTS = ["authorization_code", "implicit"]
SPEAKING = [kind for kind in visits.ALL_TYPES if "id_token" in kind.split()]


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """A deployment that serves them."""
    return make_settings(implicit_flows=True)


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site that is registered for all of them."""
    out = ["https://site.example/dehors"]
    return visits.register(app, response_types=visits.ALL_TYPES, grant_types=GRANTS, post_logout_redirect_uris=out)


def left_half(text: str, algorithm: str = "sha256") -> str:
    """Core §3.1.3.6, by hand."""
    digest = hashlib.new(algorithm, text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


@pytest.mark.parametrize("kind", visits.ALL_TYPES)
def test_each_type_brings_what_it_names_where_it_should(site: Site, browser: FlaskClient, kind: str) -> None:
    channel, answer = visits.received(site.ask(browser, response_type=kind))
    assert channel == ("query" if kind == "code" else "fragment")
    names = {"code": "code", "token": "access_token", "id_token": "id_token"}
    assert {names[word] for word in kind.split()} == set(names.values()) & answer.keys()
    assert (answer["state"], answer["iss"]) == ("the state", rp.ISSUER)


@pytest.mark.parametrize("kind", ["id_token code", "token  id_token", "token code id_token"])
def test_rfc6749_s3_1_1_the_order_of_the_words_means_nothing(site: Site, browser: FlaskClient, kind: str) -> None:
    answer = visits.received(site.ask(browser, response_type=kind))[1]
    assert "id_token" in answer


@pytest.mark.parametrize(
    ("algorithm", "digest"), [("RS256", "sha256"), ("PS256", "sha256"), ("ES256", "sha256"), ("EdDSA", "sha512")]
)
def test_core_s3_3_2_11_the_id_token_names_the_code_and_the_token_by_their_hashes(
    app: Flask, browser: FlaskClient, algorithm: str, digest: str
) -> None:
    site = visits.register(
        app, response_types=visits.ALL_TYPES, grant_types=GRANTS, id_token_signed_response_alg=algorithm
    )
    answer = visits.received(site.ask(browser, response_type="code id_token token"))[1]
    claims = site.read_jwt(answer["id_token"])
    assert claims["c_hash"] == left_half(answer["code"], digest)
    assert claims["at_hash"] == left_half(answer["access_token"], digest)
    assert claims["s_hash"] == left_half("the state", digest)
    assert (claims["nonce"], claims["aud"], claims["iss"]) == ("a-nonce", site.id, rp.ISSUER)


def test_core_s3_3_3_both_id_tokens_of_a_hybrid_flow_speak_of_the_same_person(site: Site, browser: FlaskClient) -> None:
    answer = visits.received(site.ask(browser, response_type="code id_token"))[1]
    first = site.read_jwt(answer["id_token"])
    redeemed = site.redeem(answer["code"])
    assert redeemed.status_code == 200, redeemed.text
    second = site.read_jwt(redeemed.json["id_token"])
    for name in ("iss", "sub", "aud", "sid", "nonce", "auth_time"):
        assert first[name] == second[name]


def test_core_s5_4_without_an_access_token_the_id_token_tells_what_the_scopes_ask_for(
    site: Site, browser: FlaskClient
) -> None:
    alone = visits.received(site.ask(browser, response_type="id_token"))[1]
    assert site.read_jwt(alone["id_token"])["email"] == "camille.durand@exemple.test"
    beside = visits.received(site.ask(browser, response_type="id_token token"))[1]
    assert "email" not in site.read_jwt(beside["id_token"])


def test_the_access_token_opens_userinfo_until_the_person_signs_out(
    app: Flask, site: Site, browser: FlaskClient
) -> None:
    answer = visits.received(site.ask(browser, response_type="id_token token"))[1]
    assert answer["token_type"] == "Bearer"
    assert int(answer["expires_in"]) > 0
    header = {"Authorization": f"Bearer {answer['access_token']}"}
    assert app.test_client().get("/oidc/userinfo", headers=header).json["email"]
    browser.get("/oidc/logout", query_string={"id_token_hint": answer["id_token"]})
    assert app.test_client().get("/oidc/userinfo", headers=header).status_code == 401


def test_rfc6749_s4_1_2_a_code_used_twice_ends_the_token_that_came_beside_it(
    app: Flask, site: Site, browser: FlaskClient
) -> None:
    answer = visits.received(site.ask(browser, response_type="code token"))[1]
    assert site.redeem(answer["code"]).status_code == 200
    assert site.redeem(answer["code"]).json["error"] == "invalid_grant"
    header = {"Authorization": f"Bearer {answer['access_token']}"}
    assert app.test_client().get("/oidc/userinfo", headers=header).status_code == 401


@pytest.mark.parametrize("kind", SPEAKING)
def test_core_s3_2_2_1_an_id_token_through_the_browser_needs_a_nonce(
    site: Site, browser: FlaskClient, kind: str
) -> None:
    channel, answer = visits.received(site.ask(browser, response_type=kind, nonce=None))
    assert (channel, answer["error"]) == ("fragment", "invalid_request")
    assert "nonce" in answer["error_description"]


def test_core_s3_3_2_2_code_token_needs_none(site: Site, browser: FlaskClient) -> None:
    assert "access_token" in visits.received(site.ask(browser, response_type="code token", nonce=None))[1]


@pytest.mark.parametrize("kind", SPEAKING)
def test_core_s3_2_2_1_an_id_token_needs_the_scope_openid(site: Site, browser: FlaskClient, kind: str) -> None:
    assert visits.error_of(site.ask(browser, response_type=kind, scope="email")) == "invalid_scope"


@pytest.mark.parametrize("mode", ["query", "query.jwt"])
def test_multiple_types_s3_0_tokens_never_travel_in_a_query(site: Site, browser: FlaskClient, mode: str) -> None:
    channel, answer = visits.received(site.ask(browser, response_type="id_token token", response_mode=mode))
    assert (channel, answer["error"]) == ("fragment", "invalid_request")


def test_core_s11_offline_access_is_ignored_where_there_is_no_code(app: Flask, browser: FlaskClient) -> None:
    site = visits.register(
        app,
        response_types=visits.ALL_TYPES,
        grant_types=[*GRANTS, "refresh_token"],
        scope="openid email offline_access",
    )
    answer = visits.received(site.ask(browser, response_type="id_token token", scope="openid offline_access"))[1]
    assert answer["scope"] == "openid"


def test_core_s3_2_2_6_prompt_none_without_a_session_is_an_error_in_the_fragment(
    site: Site, client: FlaskClient
) -> None:
    channel, answer = visits.received(site.ask(client, response_type="id_token", prompt="none"))
    assert (channel, answer["error"], answer["state"]) == ("fragment", "login_required", "the state")


def test_a_client_must_be_registered_for_the_type(app: Flask, browser: FlaskClient) -> None:
    site = visits.register(app)
    assert visits.error_of(site.ask(browser, response_type="id_token")) == "unauthorized_client"


def test_after_the_sign_in_the_same_answer_comes(app: Flask, site: Site, client: FlaskClient) -> None:
    begun = site.ask(client, response_type="code id_token")
    rp.sign_in(app, client, rp.person(app))
    channel, answer = visits.received(client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}))
    assert channel == "fragment"
    assert {"code", "id_token"} <= answer.keys()


@pytest.mark.parametrize("kind", ["token", "none", "code code", "code id_token id_token", "id_token x", "'\"é", " "])
def test_rfc6749_s3_1_1_a_type_that_is_none_is_refused(site: Site, browser: FlaskClient, kind: str) -> None:
    assert visits.error_of(site.ask(browser, response_type=kind)) == "unsupported_response_type"


class TestWhereTheyAreOff:
    """RFC 9700 §2.1.2: the default."""

    @pytest.fixture
    def settings(self, make_settings: Callable[..., Settings]) -> Settings:
        """An ordinary deployment."""
        return make_settings()

    @pytest.mark.parametrize("kind", [kind for kind in visits.ALL_TYPES if kind != "code"])
    def test_nothing_but_code_is_served_whatever_a_client_is_registered_for(
        self, site: Site, browser: FlaskClient, kind: str
    ) -> None:
        channel, answer = visits.received(site.ask(browser, response_type=kind))
        assert (channel, answer["error"]) == ("fragment", "unsupported_response_type")
