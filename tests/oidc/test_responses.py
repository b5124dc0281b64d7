"""The one exit: what a relying party receives, and that its own address stays as it is."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.oidc.keys import KeyStore
from idp.oidc.requests import AuthorizationRequest
from idp.oidc.responses import Exit

ISSUER = "https://connect.example"
# Nothing is signed here.
EXIT = Exit(ISSUER, KeyStore.__new__(KeyStore))
CODE = {"code": "a-code"}


def sent(redirect_uri: str, state: str | None = "s") -> str:
    """Where a success sends the browser."""
    request = AuthorizationRequest(client_id="c", redirect_uri=redirect_uri, state=state)
    return dict(EXIT.success(request, CODE).headers)["Location"]


@pytest.mark.parametrize(
    ("redirect_uri", "start"),
    [
        ("https://a.example/cb", "https://a.example/cb?code="),
        ("https://a.example/cb?", "https://a.example/cb?code="),
        ("https://a.example/cb?x=1", "https://a.example/cb?x=1&code="),
        ("https://a.example/cb?x=%20&", "https://a.example/cb?x=%20&code="),
        ("https://a.example", "https://a.example?code="),
        ("com.example.app:/cb", "com.example.app:/cb?code="),
    ],
)
def test_rfc6749_s3_1_2_the_query_of_a_redirect_uri_is_kept(redirect_uri: str, start: str) -> None:
    assert sent(redirect_uri).startswith(start)


@pytest.mark.parametrize("state", ["a b", "a+b", "é\u2028", '"<>&=#?%', "%20", "😀"])
def test_rfc6749_s4_1_2_the_state_comes_back_unchanged(state: str) -> None:
    location = sent("https://a.example/cb", state)
    assert location.isascii()
    assert dict(parse_qsl(urlsplit(location).query))["state"] == state


def test_rfc9207_s2_both_responses_carry_the_issuer() -> None:
    request = AuthorizationRequest(redirect_uri="https://a.example/cb")
    for answer in (EXIT.success(request, CODE), EXIT.error(request, "server_error")):
        assert dict(parse_qsl(urlsplit(dict(answer.headers)["Location"]).query))["iss"] == ISSUER


def test_rfc9700_s4_12_a_redirect_is_a_303() -> None:
    assert EXIT.success(AuthorizationRequest(redirect_uri="https://a.example/"), CODE).status == 303


def test_a_waiting_request_comes_back_as_it_was() -> None:
    request = AuthorizationRequest(
        "c", "https://a.example/", "code", scope=("openid",), claims={"id_token": {}}, max_age=0
    )
    assert AuthorizationRequest.from_json(request.as_json()) == request
