"""RFC 9701: the answer of introspection, signed for who asked."""

import time

import pytest
from parties import Party, proof
from protocol import Protocol

TYPE = "token-introspection+jwt"
ACCEPT = {"Accept": f"application/{TYPE}"}


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_who_asks_for_a_jwt_gets_one(op: Protocol, algorithm: str) -> None:
    """§4, §5, §6: by the algorithm of the registration."""
    party = Party.register(op, introspection_signed_response_alg=algorithm)
    token = party.redeem(party.code(op.sign_in())).json["access_token"]
    plain = party.post("/oidc/introspect", token=token)
    answer = party.post("/oidc/introspect", ACCEPT, token=token)
    assert answer.headers["Content-Type"] == f"application/{TYPE}"
    assert answer.headers["Cache-Control"] == "no-store"
    told = op.read_jwt(answer.text, TYPE)
    assert set(told) == {"iss", "aud", "iat", "token_introspection"}
    assert (told["iss"], told["aud"]) == (op.runtime.settings.issuer, party.id)
    assert abs(told["iat"] - time.time()) < 5
    assert told["token_introspection"] == plain.json


def test_without_asking_it_is_plain(op: Protocol) -> None:
    """§4: RFC 7662 stays as it is."""
    party = Party.register(op, introspection_signed_response_alg="ES256")
    for accept in ({}, {"Accept": "application/json"}, {"Accept": "*/*"}):
        answer = party.post("/oidc/introspect", accept, token="x")
        assert answer.headers["Content-Type"] == "application/json"


def test_of_a_dead_token_nothing_more_is_said(op: Protocol) -> None:
    """§5: `active` alone."""
    party = Party.register(op)
    told = op.read_jwt(party.post("/oidc/introspect", ACCEPT, token="x").text, TYPE)
    assert told["token_introspection"] == {"active": False}


def test_it_tells_what_a_token_is_bound_to(op: Protocol) -> None:
    """RFC 9449 §6.2."""
    party = Party.register(op)
    token = party.post(headers=proof(op), grant_type="client_credentials").json["access_token"]
    told = op.read_jwt(party.post("/oidc/introspect", ACCEPT, token=token).text, TYPE)["token_introspection"]
    assert told["token_type"] == "DPoP"
    assert set(told["cnf"]) == {"jkt"}


def test_errors_stay_plain(op: Protocol) -> None:
    """§5: only answers are signed."""
    party = Party.register(op)
    answer = party.post("/oidc/introspect", ACCEPT)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
    assert op.post("/oidc/introspect", {"token": "x"}, ACCEPT).status_code == 401


def test_it_is_no_token(op: Protocol) -> None:
    """§8.1: its type keeps it apart."""
    party = Party.register(op)
    token = party.redeem(party.code(op.sign_in())).json["access_token"]
    text = party.post("/oidc/introspect", ACCEPT, token=token).text
    assert op.userinfo(text).status_code == 401
    assert op.keys.read(text, "JWT") is None
