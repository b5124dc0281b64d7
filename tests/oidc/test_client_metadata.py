"""The one set of rules of a registration."""

from typing import Any

import pytest

from idp.oidc.client_metadata import Client, InvalidMetadata, read

DIGEST = bytes(32)
IMPLICIT = {"response_types": ["id_token"], "grant_types": ["implicit"]}


def registered(**values: Any) -> Client:
    """A good registration, but for `values`."""
    good = {
        "client_id": "site",
        "client_name": "Un site",
        "redirect_uris": ["https://site.example/cb"],
        "secret_digest": DIGEST,
    }
    return read({name: value for name, value in {**good, **values}.items() if value is not None})


def test_what_is_left_out_has_the_defaults_of_the_registries() -> None:
    """RFC 7591 §2, OpenID Connect Registration §2; PKCE is not forced on a confidential client."""
    client = registered()
    assert client.token_endpoint_auth_method == "client_secret_basic"
    assert client.grant_types == ("authorization_code",)
    assert client.response_types == ("code",)
    assert client.id_token_signed_response_alg == "RS256"
    assert client.subject_type == "pairwise"
    assert client.require_pkce is False
    assert (client.site, client.sector) == ("https://site.example", "site.example")


def test_a_public_client_always_uses_pkce() -> None:
    """RFC 9700 §2.1.1, whatever its registration says."""
    client = registered(token_endpoint_auth_method="none", secret_digest=None, require_pkce=False)
    assert client.public
    assert client.require_pkce


@pytest.mark.parametrize(
    "uri",
    [
        "https://site.example/cb?a=b",
        "https://site.example:8443/cb",
        "http://localhost:8002/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:9/cb",
    ],
)
def test_good_redirect_uris(uri: str) -> None:
    """RFC 9700 §2.1, RFC 8252 §7.3."""
    assert registered(redirect_uris=[uri]).accepts_redirect(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "http://site.example/cb",
        "http://localhost.evil.example/cb",
        "https://site.example/cb#part",
        "https://site.example/cb#",
        "https://*.site.example/cb",
        "https://site.example/*",
        "https://me:secret@site.example/cb",
        "https://",
        "https:///cb",
        "/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://site.example/é",
        'https://site.example/"',
        "https://site.example/a b",
        "https://site.example/\ncb",
        "https://site.example:99999/cb",
        "https://site.example:0/cb",
        "https://[::1/cb",
        "",
        7,
    ],
)
def test_bad_redirect_uris(uri: Any) -> None:
    """RFC 9700 §2.1, §4.1; the same rule for every address a browser may be sent to."""
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        with pytest.raises(InvalidMetadata, match=name):
            registered(site="https://site.example", **{name: [uri]})
    for name in ("initiate_login_uri", "backchannel_logout_uri"):
        with pytest.raises(InvalidMetadata, match=name):
            registered(**{name: uri})


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"client_id": "un site"}, "client_id"),
        ({"client_id": "a" * 65}, "client_id"),
        ({"client_id": "é"}, "client_id"),
        ({"client_name": " "}, "client_name"),
        ({"client_name": "a\nb"}, "client_name"),
        ({"redirect_uris": []}, "redirect URI"),
        ({"response_types": []}, "response type"),
        ({"response_types": ["token"]}, "response_types"),
        ({"grant_types": ["password"]}, "grant_types"),
        ({"grant_types": ["refresh_token"]}, "refresh_token"),
        ({"scope": 'openid "'}, "scope"),
        ({"scope": "openid offline_access"}, "offline_access"),
        ({"secret_digest": None}, "secret"),
        ({"token_endpoint_auth_method": "none"}, "secret"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "token_endpoint_auth_method"),
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg"),
        ({"redirect_uris": ["https://a.example/", "https://b.example/"]}, "sector_identifier"),
        ({"sector_identifier": "Site.Example/x"}, "sector_identifier"),
        ({"default_max_age": -1}, "default_max_age"),
        ({"refresh_life": 0}, "refresh_life"),
        ({"colour": "blue"}, "colour: no such key"),
        ({"client_name": 3}, "client_name"),
        ({"response_types": ["code", "id_token"]}, "implicit"),
        ({"response_types": ["id_token"], "grant_types": ["implicit"], "redirect_uris": []}, "redirect URI"),
        ({"response_types": ["code"], "grant_types": ["implicit"]}, "authorization_code"),
        ({"grant_types": ["authorization_code", "implicit"]}, "implicit"),
        ({**IMPLICIT, "redirect_uris": ["http://localhost/cb"]}, "redirect_uris"),
        ({**IMPLICIT, "response_types": ["id_token token"], "dpop_bound_access_tokens": True}, "bound"),
        ({"grant_types": ["client_credentials"], "response_types": ["code"]}, "authorization_code"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "sealed"),
        ({"token_endpoint_auth_method": "self_signed_tls_client_auth"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "tls_client_auth"),
        ({"tls_client_auth_san_dns": "a.example"}, "tls_client_auth"),
        ({"token_endpoint_auth_signing_alg": "none"}, "token_endpoint_auth_signing_alg"),
        ({"request_object_signing_alg": "PS256"}, "request_object_signing_alg"),
        ({"request_object_signing_alg": "none", "require_signed_request_object": True}, "require_signed"),
        ({"jwks": {"keys": []}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "AA"}]}}, "public"),
        ({"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA"}]}}, "public"),
        ({"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA"}]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}}, "2048"),
        ({"jwks": {"keys": [{"kty": "RSA", "n": 1, "e": "AQAB"}]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": ["RSA"]}]}, "jwks_uri": "https://site.example/jwks"}, "jwks"),
        ({"jwks": [1]}, "jwks"),
        ({"request_uris": ["http://site.example/r"]}, "request_uris"),
        ({"request_uris": ["https://site.example/r#a b"]}, "request_uris"),
        ({"resources": ["nowhere"]}, "resources"),
        ({"resources": ["https://api.example/#x"]}, "resources"),
        ({"profile": "fapi1"}, "profile"),
        ({"logo_uri": "javascript:alert(1)"}, "logo_uri"),
        ({"contacts": ["a\nb"]}, "contacts"),
        ({"id_token_encrypted_response_alg": "RSA-OAEP"}, "no such key"),
    ],
)
def test_a_bad_registration_is_refused_in_one_line(values: dict[str, Any], word: str) -> None:
    """Trap P8: the types, grants, methods and addresses must agree."""
    with pytest.raises(InvalidMetadata, match=word) as caught:
        registered(**values)
    assert "\n" not in str(caught.value)


def test_the_words_of_a_response_type_have_no_order() -> None:
    """RFC 6749 §3.1.1."""
    types = ["token id_token code", "id_token code", "code id_token", "code"]
    client = registered(response_types=types, grant_types=["authorization_code", "implicit"])
    assert client.response_types == ("code id_token token", "code id_token", "code")


def test_a_client_for_itself_alone_has_no_response_type() -> None:
    """RFC 7591 §2: the default, `code`, is of the code grant."""
    client = registered(grant_types=["client_credentials"], redirect_uris=None, site="https://site.example")
    assert client.response_types == ()


def test_the_sector_is_named_by_the_host_of_its_list() -> None:
    """OpenID Connect Core §8.1."""
    uris = ["https://a.example/cb", "https://b.example/cb"]
    assert registered(redirect_uris=uris, sector_identifier_uri="https://s.example/list").sector == "s.example"


def test_a_redirect_uri_is_compared_to_the_byte() -> None:
    """RFC 9700 §2.1."""
    client = registered(redirect_uris=["https://site.example/cb", "http://127.0.0.1:9/cb"], sector_identifier="s")
    for uri in (
        "https://site.example/cb/",
        "https://site.example/cb?x",
        "HTTPS://site.example/cb",
        "http://127.0.0.1/cb",
    ):
        assert not client.accepts_redirect(uri)


def test_a_native_client_may_listen_on_any_port_of_loopback() -> None:
    """RFC 8252 §7.3: an IP literal, and the rest exact."""
    native = registered(
        redirect_uris=["http://127.0.0.1/cb", "http://localhost/cb"],
        token_endpoint_auth_method="none",
        secret_digest=None,
        sector_identifier="native",
    )
    assert native.accepts_redirect("http://127.0.0.1:53124/cb")
    for rest in (":53124/cb2", ":99999/cb", ":9/cb#", ':9/cb"', "@evil.example/cb"):
        assert not native.accepts_redirect("http://127.0.0.1" + rest)
    for uri in ("http://[::1]:9/cb", "http://localhost:9/cb", "https://127.0.0.1:9/cb"):
        assert not native.accepts_redirect(uri)


def test_a_secret_is_in_no_representation() -> None:
    """A client may be logged or shown."""
    client = registered(secret_digest=b"\x07" * 32)
    assert "secret" not in repr(client).replace("client_secret_basic", "")
    assert "secret_digest" not in client.model_dump()
