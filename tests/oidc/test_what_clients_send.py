"""Whatever a client sends to prove itself is read without falling over; most of it proves nothing."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protocol import Protocol

from idp.oidc import client_assertions, dpop, mtls

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["typ", "alg", "jwk", "kid", "crit", "jti", "htm", "htu", "iat", "exp", "nbf", "iss", "sub", "aud"]
)
WEIRD = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def part(value: Any) -> str:
    """One part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def jwts() -> st.SearchStrategy[str]:
    """Texts that look like JWTs, with values where others are expected."""
    parts = st.dictionaries(NAMES, JSON, max_size=6)
    fixed = st.fixed_dictionaries({"typ": st.just("dpop+jwt"), "alg": st.just("ES256"), "jwk": JSON})
    return st.builds(lambda head, body: f"{part(head)}.{part(body)}.AAAA", parts | fixed, parts | JSON)


@given(st.text() | st.builds("http://{}".format, st.text()))
def test_any_address_can_be_compared(text: str) -> None:
    """RFC 9449 §4.3."""
    assert isinstance(dpop.normalised(text), str)


@given(st.text() | st.binary().map(lambda raw: base64.b64encode(raw).decode()))
def test_any_header_may_come_from_a_front(text: str) -> None:
    """RFC 8705 §1."""
    read = mtls.read(text)
    assert read is None or isinstance(read, bytes)


@given(st.text() | jwts())
def test_any_assertion_names_somebody_or_nobody(text: str) -> None:
    """RFC 7523 §3."""
    assert isinstance(client_assertions.claimed_client(text), str)


@WEIRD
@given(jwt=jwts())
def test_no_proof_and_no_assertion_is_a_failure_of_ours(op: Protocol, jwt: str) -> None:
    """RFC 9449 §5, RFC 7521 §4.2.1: a registered error, never a 500."""
    form = {"grant_type": "client_credentials", "client_id": "native"}
    shown = op.post("/oidc/token", {**form, "grant_type": "refresh_token"}, {"DPoP": jwt})
    assert (shown.status_code, shown.json["error"]) == (400, "invalid_dpop_proof")
    asserted = {"client_assertion": jwt, "client_assertion_type": client_assertions.TYPE}
    answer = op.post("/oidc/token", {"grant_type": "client_credentials", **asserted})
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("size", [2047, 16_385, 40_000])
def test_keys_of_absurd_sizes_are_refused_at_once(op: Protocol, size: int) -> None:
    """A proof brings its own key: it must not cost more than others."""
    modulus = base64.urlsafe_b64encode(((1 << size) - 1).to_bytes((size + 7) // 8, "big")).rstrip(b"=").decode()
    head = {"typ": "dpop+jwt", "alg": "RS256", "jwk": {"kty": "RSA", "n": modulus, "e": "AQAB"}}
    text = f"{part(head)}.{part({'jti': 'a'})}.{'A' * 400}"
    answer = op.post("/oidc/token", {"grant_type": "refresh_token", "client_id": "native"}, {"DPoP": text})
    assert answer.json["error"] == "invalid_dpop_proof"
