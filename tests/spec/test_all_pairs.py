"""Every signature algorithm with every client authentication method, as a client library sees them (idpyoidc).

The library reads the metadata, builds the request, redeems the code, and checks the ID token and UserInfo itself.
"""

import contextvars
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import rp
from certificates import Certificate
from cryptojwt.key_jar import KeyJar, build_keyjar
from flask import Flask
from flask.testing import FlaskClient
from idpyoidc.client.client_auth import CLIENT_AUTHN_METHOD, ClientAuthnMethod
from idpyoidc.client.rp_handler import RPHandler
from joserfc.jwk import import_key
from parties import RETURN, SECRET, Party
from protocol import Protocol
from requests import Response
from werkzeug.test import TestResponse

from idp.core.runtime import Runtime
from idp.oidc import tokens as access

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
METHODS = (
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "none",
)
KEY_DEFS = {
    "RS256": {"type": "RSA", "use": ["sig"]},
    "PS256": {"type": "RSA", "use": ["sig"]},
    "ES256": {"type": "EC", "crv": "P-256", "use": ["sig"]},
    "EdDSA": {"type": "OKP", "crv": "Ed25519", "use": ["sig"]},
}
HEADER = "X-Client-Cert"
AUTHORITY = Certificate("CN=An authority", authority=True)
VOUCHED = Certificate("CN=the party", AUTHORITY)
OWN = Certificate("CN=own")
SHOWN = {"tls_client_auth": VOUCHED, "self_signed_tls_client_auth": OWN}


@pytest.fixture
def settings(make_settings, tmp_path):
    """A deployment that offers every method."""
    (tmp_path / "client-ca.pem").write_text(AUTHORITY.pem)
    return make_settings(
        client_certificate_header=HEADER,
        client_certificate_authorities=tmp_path / "client-ca.pem",
        trusted_proxies=["127.0.0.0/8"],
    )


class Wire:
    """What the library calls instead of a network: the application itself, behind a TLS front."""

    def __init__(self, app: Flask, certificate: Certificate | None) -> None:
        self.http = app.test_client()
        self.front = {HEADER: quote(certificate.pem, safe="")} if certificate else {}

    def __call__(self, method: str, url: str, data=None, headers=None, **_more) -> Response:
        """As `requests.request`."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = contextvars.Context().run(
            self.http.open, target, method=method, data=data, headers={**(headers or {}), **self.front}
        )
        return told(answer, url)


def told(answer: TestResponse, url: str) -> Response:
    """An answer, as the library knows answers."""
    response = Response()
    response.status_code, response.url = answer.status_code, url
    response._content = answer.data
    response.headers.update(dict(answer.headers))
    return response


class Named(ClientAuthnMethod):
    """What the library lacks: the connection proves the client, or nothing does; the body names it."""

    def construct(self, request, service=None, http_args=None, **_kwargs):
        """Leave a name, and no secret."""
        request["client_id"] = service.upstream_get("context").get_client_id()
        if "client_secret" in request:
            del request["client_secret"]
        return http_args or {}


def register(op: Protocol, method: str, algorithm: str, keys: KeyJar, **more: bool) -> Party:
    """The client, which wants all that it is sent signed by `algorithm`."""
    metadata = {
        "token_endpoint_auth_method": method,
        "id_token_signed_response_alg": algorithm,
        "userinfo_signed_response_alg": algorithm,
        "scope": "openid email",
        "grant_types": ["authorization_code"],
        "first_party": True,
        **more,
    }
    if method == "private_key_jwt":
        metadata |= {"jwks": keys.export_jwks(), "token_endpoint_auth_signing_alg": algorithm}
    if method == "tls_client_auth":
        metadata["tls_client_auth_subject_dn"] = "CN=the party"
    if method == "self_signed_tls_client_auth":
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        pem = OWN.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        metadata["jwks"] = {"keys": [dict(import_key(pem, "EC").as_dict(private=False))]}
    return Party.register(op, **metadata)


def library(app: Flask, party: Party, method: str, algorithm: str, keys: KeyJar) -> RPHandler:
    """The library, configured for the client."""
    issuer = rp.ISSUER
    services = {
        "discovery": {"class": "idpyoidc.client.oidc.provider_info_discovery.ProviderInfoDiscovery"},
        "authorization": {"class": "idpyoidc.client.oidc.authorization.Authorization"},
        "access_token": {
            "class": "idpyoidc.client.oidc.access_token.AccessToken",
            "kwargs": {
                "default_authn_method": method,
                "client_authn_methods": {method: CLIENT_AUTHN_METHOD.get(method, Named)},
            },
        },
        "userinfo": {"class": "idpyoidc.client.oidc.userinfo.UserInfo"},
    }
    config = {
        "issuer": issuer,
        "client_type": "oidc",
        "client_id": party.id,
        "client_secret": SECRET,
        "redirect_uris": [RETURN],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "email"],
        "token_endpoint_auth_methods_supported": [method],
        "id_token_signing_alg_values_supported": [algorithm],
        "userinfo_signing_alg_values_supported": [algorithm],
        "token_endpoint_auth_signing_alg_values_supported": ["HS256" if method == "client_secret_jwt" else algorithm],
        "add_ons": {
            "pkce": {
                "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
            }
        },
        "services": services,
    }
    wire = Wire(app, SHOWN.get(method))
    return RPHandler("https://party.example", {issuer: config}, keyjar=keys, httpc=wire)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A person, signed in."""
    browser = app.test_client()
    rp.sign_in(app, browser, rp.person(app))
    return browser


def visit(app: Flask, browser: FlaskClient, handler: RPHandler) -> dict:
    """A sign-in by the library and a browser: what the library has learnt."""
    app.extensions["mgen_connect_oidc"].clients._watch._read_at = -1
    address = handler.begin(rp.ISSUER)
    parts = urlsplit(address if isinstance(address, str) else address["url"])
    answer = browser.get(f"{parts.path}?{parts.query}")
    received = dict(parse_qsl(urlsplit(answer.location).query))
    result: dict = handler.finalize(rp.ISSUER, received)
    assert "error" not in result, result
    return result


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("method", METHODS)
def test_a_pair(app: Flask, runtime: Runtime, browser: FlaskClient, method: str, algorithm: str) -> None:
    """From the metadata to the claims."""
    keys = build_keyjar([KEY_DEFS[algorithm]])
    party = register(Protocol(runtime), method, algorithm, keys)
    handler = library(app, party, method, algorithm, keys)
    result = visit(app, browser, handler)
    assert result["userinfo"]["email"] == "camille.durand@exemple.test"
    assert result["id_token"].jws_header["alg"] == algorithm


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_the_library_binds_its_tokens(app: Flask, runtime: Runtime, browser: FlaskClient, algorithm: str) -> None:
    """RFC 9449 §5. At UserInfo the library writes `ath` in hexadecimal, so it is left out there."""
    keys = build_keyjar([KEY_DEFS[algorithm]])
    party = register(Protocol(runtime), "private_key_jwt", algorithm, keys, dpop_bound_access_tokens=True)
    handler = library(app, party, "private_key_jwt", algorithm, keys)
    config = handler.client_configs[rp.ISSUER]
    del config["services"]["userinfo"]
    config["add_ons"]["dpop"] = {
        "function": "idpyoidc.client.oauth2.add_on.dpop.add_support",
        "kwargs": {"dpop_signing_alg_values_supported": [algorithm], "with_dpop_header": ["accesstoken"]},
    }
    result = visit(app, browser, handler)
    grant = access.open_access(runtime.keyring, result["token"])
    assert grant
    assert grant.confirmation.startswith("jkt=")
