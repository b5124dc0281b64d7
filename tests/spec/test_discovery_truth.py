"""OpenID Connect Discovery 1.0, RFC 8414: what is listed works, what works is listed. Each listed thing is tried."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from visits import ALL_TYPES

from idp.oidc.client_fields import AUTH_METHODS, GRANT_TYPES
from idp.settings import Settings

CONFIGURATION = "/.well-known/openid-configuration"
GET_ONLY = {"jwks_uri", "check_session_iframe", "userinfo_endpoint", "authorization_endpoint", "end_session_endpoint"}
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    """Everything that can be on is on."""
    return make_settings(
        implicit_flows=True, registration="open", session_management=True, client_certificate_header="X-Client-Cert",
        client_certificate_authorities=tmp_path / "authorities.pem",
    )  # fmt: skip


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """What is published."""
    found: dict[str, Any] = client.get(CONFIGURATION).json
    return found


def told(settings: Settings) -> dict[str, Any]:
    """What would be published under other settings."""
    from idp.oidc.discovery import metadata

    return metadata(settings)


def test_rfc8414_s3_both_addresses_tell_the_same(client: FlaskClient, document: dict[str, Any]) -> None:
    assert client.get("/.well-known/oauth-authorization-server").json == document


def test_every_endpoint_answers(app: Flask, client: FlaskClient, document: dict[str, Any]) -> None:
    """And as a program, or as a page: never with 404 or 500."""
    for name, url in document.items():
        if name.endswith(("_endpoint", "_uri", "_iframe")):
            path = urlsplit(url).path
            answer = client.get(path) if name in GET_ONLY else client.post(path)
            assert answer.status_code in (200, 400, 401), (name, answer.status)


def test_every_endpoint_is_listed(app: Flask, document: dict[str, Any]) -> None:
    listed = {urlsplit(url).path for name, url in document.items() if isinstance(url, str) and "/oidc/" in url}
    edge = app.wsgi_app
    served = {path for path in edge.paths if path.startswith("/oidc/")}  # type: ignore[attr-defined]
    assert served <= listed


@pytest.mark.parametrize("kind", ALL_TYPES)
def test_response_types(app: Flask, client: FlaskClient, document: dict[str, Any], kind: str) -> None:
    assert kind in document["response_types_supported"]
    site = visits.register(
        app, response_types=ALL_TYPES, grant_types=["authorization_code", "implicit"], first_party=True
    )
    rp.sign_in(app, client, rp.person(app))
    _, answer = visits.received(site.ask(client, response_type=kind))
    wanted = {"code": "code", "token": "access_token", "id_token": "id_token"}
    assert {wanted[word] for word in kind.split()} <= answer.keys()


def test_no_other_response_type(app: Flask, client: FlaskClient, document: dict[str, Any]) -> None:
    assert set(document["response_types_supported"]) == set(ALL_TYPES)
    site = visits.register(app)
    _, answer = visits.received(site.ask(client, response_type="none"))
    assert answer["error"] == "unsupported_response_type"


def test_response_modes(app: Flask, client: FlaskClient, document: dict[str, Any]) -> None:
    site = visits.register(app)
    rp.sign_in(app, client, rp.person(app))
    for mode in document["response_modes_supported"]:
        _, answer = visits.received(site.ask(client, response_mode=mode))
        assert "code" in answer or "response" in answer, mode
    _, refused = visits.received(site.ask(client, response_mode="web_message"))
    assert refused["error"] == "invalid_request"


def test_prompts(app: Flask, client: FlaskClient, document: dict[str, Any]) -> None:
    site = visits.register(app, registration=True)
    for prompt in document["prompt_values_supported"]:
        answer = site.ask(client, prompt=prompt)
        assert answer.status_code == 303
        assert "error=invalid_request" not in answer.location
    assert "error=invalid_request" in site.ask(client, prompt="dance").location


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_signatures_of_id_tokens_userinfo_answers_and_introspection(
    app: Flask, client: FlaskClient, document: dict[str, Any], algorithm: str
) -> None:
    for name in ("id_token", "userinfo", "authorization", "introspection"):
        listed = document[f"{name}_signing_alg_values_supported"]
        assert sorted(listed) == sorted(ALGORITHMS), name
    site = visits.register(
        app, id_token_signed_response_alg=algorithm, userinfo_signed_response_alg=algorithm,
        authorization_signed_response_alg=algorithm, introspection_signed_response_alg=algorithm,
    )  # fmt: skip
    rp.sign_in(app, client, rp.person(app))
    _, answer = visits.received(site.ask(client, response_mode="jwt"))
    issued = site.redeem(site.read_jwt(answer["response"])["code"]).json
    assert issued
    assert site.read_jwt(issued["id_token"])["aud"] == site.id
    bearer = {"Authorization": f"Bearer {issued['access_token']}"}
    assert site.read_jwt(client.get("/oidc/userinfo", headers=bearer).text)["sub"]
    signed = site.post(
        "/oidc/introspect", {"Accept": "application/token-introspection+jwt"}, token=issued["access_token"]
    )
    assert site.read_jwt(signed.text)["token_introspection"]["active"] is True


def test_request_objects_by_value_and_by_reference_are_listed(document: dict[str, Any]) -> None:
    """They are tried in test_rfc9101_request_objects.py."""
    assert document["request_parameter_supported"] is True
    assert document["request_uri_parameter_supported"] is True
    assert set(document["request_object_signing_alg_values_supported"]) == {"none", *ALGORITHMS}


def test_client_authentication(client: FlaskClient, document: dict[str, Any]) -> None:
    """Tried in test_rfc6749_token.py, test_rfc7523_client_assertions.py and test_rfc8705_mtls.py; here, registered."""
    assert document["token_endpoint_auth_methods_supported"] == list(AUTH_METHODS)
    assert "none" not in document["introspection_endpoint_auth_methods_supported"]
    for method in document["token_endpoint_auth_methods_supported"]:
        more: dict[str, Any] = {"tls_client_auth_subject_dn": "CN=a"} if method == "tls_client_auth" else {}
        if method in ("private_key_jwt", "self_signed_tls_client_auth"):
            more = {"jwks": {"keys": [visits.public(visits.key())]}}
        body = {"redirect_uris": ["https://a.example/"], "token_endpoint_auth_method": method, **more}
        answer = client.post("/oidc/register", json=body)
        assert answer.status_code == 201, answer.text


def test_grant_types(app: Flask, client: FlaskClient, document: dict[str, Any]) -> None:
    assert set(document["grant_types_supported"]) == set(GRANT_TYPES)
    site = visits.register(app, grant_types=["authorization_code"])
    for grant in set(GRANT_TYPES) - {"implicit"}:
        answer = site.post("/oidc/token", grant_type=grant, code="x", refresh_token="x", device_code="x").json
        assert answer
        assert answer["error"] in ("invalid_grant", "unauthorized_client", "invalid_request"), grant
    other = site.post("/oidc/token", grant_type="password", username="a", password="b").json
    assert other
    assert other["error"] == "unsupported_grant_type"


def test_scopes_and_claims(app: Flask, client: FlaskClient, document: dict[str, Any]) -> None:
    site = visits.register(
        app, scope=" ".join(document["scopes_supported"]), grant_types=["authorization_code", "refresh_token"]
    )
    rp.sign_in(app, client, rp.person(app))
    _, answer = visits.received(site.ask(client, scope=" ".join(document["scopes_supported"])))
    issued = site.redeem(answer["code"]).json
    assert issued
    assert set(issued["scope"].split()) == set(document["scopes_supported"])
    bearer = {"Authorization": f"Bearer {issued['access_token']}"}
    seen = {*site.read_jwt(issued["id_token"]), *client.get("/oidc/userinfo", headers=bearer).json}
    assert seen <= set(document["claims_supported"])


def test_pushed_requests_devices_and_registration(app: Flask, client: FlaskClient, document: dict[str, Any]) -> None:
    site = visits.register(app, grant_types=["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"])
    assert site.push().status_code == 201
    path = urlsplit(document["device_authorization_endpoint"]).path
    assert site.post(path, scope="openid").status_code == 200
    assert client.post("/oidc/register", json={"redirect_uris": ["https://a.example/"]}).status_code == 201


def test_what_the_settings_turn_off_is_not_listed(make_settings: Callable[..., Settings]) -> None:
    document = told(make_settings(registration="closed"))
    assert document["response_types_supported"] == ["code"]
    assert "implicit" not in document["grant_types_supported"]
    assert not {"registration_endpoint", "check_session_iframe"} & document.keys()
    assert not any("tls" in method for method in document["token_endpoint_auth_methods_supported"])
    assert document["tls_client_certificate_bound_access_tokens"] is False


def test_what_the_settings_turn_off_is_not_served(make_settings: Callable[..., Settings]) -> None:
    from idp.app import create_app
    from idp.core.db import db

    app = create_app(make_settings(registration="closed"))
    browser = app.test_client()
    for path in ("/oidc/register", "/oidc/check-session"):
        assert browser.get(path, base_url=rp.ISSUER).status_code == 404
    app.extensions["mgen_connect"].sql.close()
    with app.app_context():
        db.engine.dispose()


def test_every_name_is_one_that_is_registered(document: dict[str, Any]) -> None:
    """IANA "OAuth Authorization Server Metadata", and OpenID Connect: nobody has to guess."""
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in document)
    assert document["claim_types_supported"] == ["normal"]
