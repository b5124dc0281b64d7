"""RFC 9068: access tokens that others can read, for a client that asks for them."""

from protocol import Protocol


def test_a_jwt_access_token_has_the_claims_of_the_clause(op: Protocol) -> None:
    """§2.1, §2.2, §2.2.1; signed ES256."""
    issued = op.tokens(op.sign_in(), "partner", "openid email")
    told = op.read_jwt(issued["access_token"], "at+jwt")
    identity = op.read_jwt(issued["id_token"])
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} <= set(told)
    assert (told["iss"], told["client_id"]) == (op.runtime.settings.issuer, "partner")
    assert told["sub"] == identity["sub"]
    assert told["scope"] == "openid email"
    assert told["auth_time"] == identity["auth_time"]
    assert told["exp"] - told["iat"] == 600
    assert "email" not in told


def test_every_token_has_another_jti(op: Protocol) -> None:
    """§2.2, docs/rules.md §5 row 10: two sign-ins in one second are two tokens."""
    session = op.sign_in()
    issued = [op.tokens(session, "partner", "openid") for _ in range(2)]
    assert len({op.read_jwt(one["access_token"], "at+jwt")["jti"] for one in issued}) == 2
    assert len({op.read_jwt(one["id_token"])["jti"] for one in issued}) == 2


def test_it_opens_userinfo_and_dies_like_any_other(op: Protocol) -> None:
    """§4 does not replace revocation at our own endpoints."""
    token = op.tokens(op.sign_in(), "partner", "openid email")["access_token"]
    assert op.userinfo(token).status_code == 200
    op.revoke(token, "partner")
    assert op.userinfo(token).status_code == 401


def test_its_jti_is_no_token(op: Protocol) -> None:
    """§2.2: ids get logged."""
    token = op.tokens(op.sign_in(), "partner", "openid email")["access_token"]
    assert op.userinfo(op.read_jwt(token, "at+jwt")["jti"]).status_code == 401


def test_an_id_token_is_no_access_token(op: Protocol) -> None:
    """§2.1, ASVS 9.2.2: `typ` tells them apart."""
    issued = op.tokens(op.sign_in(), "partner", "openid")
    assert op.userinfo(issued["id_token"]).status_code == 401


def test_a_client_s_own_token_speaks_of_the_client(op: Protocol) -> None:
    """§2.2: without a person, `sub` is the client."""
    told = op.read_jwt(op.token("partner", grant_type="client_credentials").json["access_token"], "at+jwt")
    assert told["sub"] == "partner"
    assert "auth_time" not in told
