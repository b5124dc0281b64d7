"""OpenID Connect Core §5.3.2: UserInfo as a JWT, where the registration asks for it."""

import json

import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from parties import Party, proof
from protocol import Protocol

USERINFO = "/oidc/userinfo"


def token_of(party: Party) -> str:
    """An access token of somebody."""
    return str(party.redeem(party.code(party.op.sign_in())).json["access_token"])


def read(op: Protocol, text: str) -> tuple[dict, dict]:
    """Header and claims, checked by another library."""
    keys = KeySet.import_key_set(op.http.get("/oidc/jwks").json)
    signed = jws.deserialize_compact(text, keys, algorithms=["RS256", "PS256", "ES256", "Ed25519", "EdDSA"])
    return signed.headers(), json.loads(signed.payload)


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_it_is_signed_for_the_one_client(op: Protocol, algorithm: str) -> None:
    """§5.3.2: `iss` and `aud` beside the claims."""
    party = Party.register(op, userinfo_signed_response_alg=algorithm)
    answer = op.userinfo(token_of(party))
    assert answer.headers["Content-Type"] == "application/jwt"
    assert answer.headers["Cache-Control"] == "no-store"
    header, claims = read(op, answer.text)
    assert header["alg"] == algorithm
    assert (claims["iss"], claims["aud"]) == (op.runtime.settings.issuer, party.id)
    assert claims["email"] == "marie@exemple.fr"
    assert len(claims["sub"]) == 43


def test_its_sub_is_that_of_the_id_token(op: Protocol) -> None:
    """§5.3.4."""
    party = Party.register(op, userinfo_signed_response_alg="ES256")
    issued = party.redeem(party.code(op.sign_in())).json
    _, told = read(op, op.userinfo(issued["access_token"]).text)
    assert told["sub"] == op.read_jwt(issued["id_token"])["sub"]


def test_nobody_takes_it_for_an_id_token(op: Protocol) -> None:
    """RFC 8725 §3.11: it says of itself no type, and we read ID tokens by theirs."""
    party = Party.register(op, userinfo_signed_response_alg="RS256")
    text = op.userinfo(token_of(party)).text
    assert "typ" not in read(op, text)[0]
    assert op.keys.read_id_token(text) is None
    assert op.userinfo(text).status_code == 401


def test_errors_stay_plain(op: Protocol) -> None:
    """§5.3.3."""
    Party.register(op, userinfo_signed_response_alg="ES256")
    assert op.userinfo("x").json["error"] == "invalid_token"


def test_with_a_bound_token_too(op: Protocol) -> None:
    """RFC 9449 §7."""
    party = Party.register(op, userinfo_signed_response_alg="ES256", dpop_bound_access_tokens=True)
    token = party.redeem(party.code(op.sign_in()), proof(op)).json["access_token"]
    headers = {"Authorization": f"DPoP {token}", **proof(op, USERINFO, "GET", token=token)}
    assert op.http.get(USERINFO, headers=headers).headers["Content-Type"] == "application/jwt"


def test_without_asking_it_is_plain(op: Protocol) -> None:
    """§5.3.2."""
    answer = op.userinfo(token_of(Party.register(op)))
    assert answer.headers["Content-Type"] == "application/json"
    assert "aud" not in answer.json
