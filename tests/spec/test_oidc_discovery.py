"""OpenID Connect Discovery 1.0 and RFC 8414: the metadata tells the truth; RFC 7517: the keys."""

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata
from protocol import Protocol

CONFIGURATION = "/.well-known/openid-configuration"


def test_both_documents_are_one_and_valid(op: Protocol) -> None:
    """Discovery §3, RFC 8414 §2 and §3.2, checked by Authlib's validators (which want an https issuer)."""
    document = op.http.get(CONFIGURATION).json
    assert op.http.get("/.well-known/oauth-authorization-server").json == document
    assert document["issuer"] == op.runtime.settings.issuer
    secure = {
        name: value.replace("http://localhost:8000", "https://connect.example") if isinstance(value, str) else value
        for name, value in document.items()
    }
    OpenIDProviderMetadata(secure).validate()
    AuthorizationServerMetadata(secure).validate()


def test_every_endpoint_it_names_is_under_the_issuer(op: Protocol) -> None:
    """docs/rules.md §5 row 9."""
    document = op.http.get(CONFIGURATION).json
    named = {name: value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))}
    assert all(value.startswith(document["issuer"] + "/oidc/") for value in named.values())


def test_it_promises_what_is_served(op: Protocol) -> None:
    """Discovery §3, RFC 9207 §3."""
    document = op.http.get(CONFIGURATION).json
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["claims_parameter_supported"] is True
    assert document["request_uri_parameter_supported"] is True
    issued = op.tokens(op.sign_in(member="M-1"), "member-area", "openid email espace_personnel", nonce="n")
    told = {*op.read_jwt(issued["id_token"]), *op.userinfo(issued["access_token"]).json}
    # Hashes come through the browser (test_oidc_core_hybrid_implicit.py), a name where one was chosen.
    assert told == set(document["claims_supported"]) - {"c_hash", "s_hash", "name"}


@pytest.mark.parametrize(("path", "age"), [(CONFIGURATION, 3600), ("/oidc/jwks", 300)])
def test_documents_are_cached_and_asked_for_again_cheaply(op: Protocol, path: str, age: int) -> None:
    """RFC 9110 §13.1.2; CORS for scripts of any origin."""
    answer = op.http.get(path)
    assert answer.headers["Cache-Control"] == f"public, max-age={age}"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for tag in (answer.headers["ETag"], f'"other", W/{answer.headers["ETag"]}', "*"):
        again = op.http.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    assert op.http.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert op.http.head(path).data == b""


def test_the_keys_are_public_only(op: Protocol) -> None:
    """RFC 7517 §4, RFC 7518 §6: nothing of the private half."""
    keys = op.http.get("/oidc/jwks").json["keys"]
    assert {(key["kty"], key["alg"], key["use"]) for key in keys} == {
        ("RSA", "RS256", "sig"), ("RSA", "PS256", "sig"), ("EC", "ES256", "sig"), ("OKP", "EdDSA", "sig"),
    }  # fmt: skip
    assert not any({"d", "p", "q", "dp", "dq", "qi", "k"} & set(key) for key in keys)
