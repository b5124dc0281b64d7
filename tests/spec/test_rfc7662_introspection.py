"""RFC 7662: a client asks whether a token of its own is good."""

from protocol import Protocol, basic


def test_a_living_token_is_described(op: Protocol) -> None:
    """§2.2."""
    issued = op.tokens(op.sign_in())
    told = op.introspect(issued["access_token"])
    assert told["active"] is True
    assert told["client_id"] == "avantage"
    assert told["scope"] == "openid email"
    assert told["token_type"] == "Bearer"
    assert told["sub"] == op.userinfo(issued["access_token"]).json["sub"]
    assert isinstance(told["exp"], int)


def test_a_refresh_token_is_described_too(op: Protocol) -> None:
    """§2.1."""
    issued = op.tokens(op.sign_in(), "member-area", "openid offline_access")
    told = op.introspect(issued["refresh_token"], "member-area")
    assert (told["active"], told["scope"]) == (True, "openid offline_access")
    op.refresh(issued["refresh_token"])
    assert op.introspect(issued["refresh_token"], "member-area") == {"active": False}


def test_of_any_other_token_nothing_is_said(op: Protocol) -> None:
    """§2.2, §4: dead, forged, or issued to somebody else."""
    session = op.sign_in()
    token = op.tokens(session)["access_token"]
    assert op.introspect(token, "forum") == {"active": False}
    assert op.introspect("nonsense") == {"active": False}
    op.runtime.sql.run("UPDATE session SET ended_at = 1", {})
    assert op.introspect(token) == {"active": False}


def test_the_token_of_a_client_itself_can_be_given_back(op: Protocol) -> None:
    """§2.2, RFC 7009."""
    token = op.token("partner", grant_type="client_credentials").json["access_token"]
    assert op.introspect(token, "partner")["active"] is True
    op.revoke(token, "partner")
    assert op.introspect(token, "partner") == {"active": False}


def test_who_asks_is_known(op: Protocol) -> None:
    """§2.1: an id alone is not enough."""
    assert op.post("/oidc/introspect", {"token": "x"}).status_code == 401
    assert op.post("/oidc/introspect", {"token": "x", "client_id": "native"}).status_code == 403
    assert op.post("/oidc/introspect", {}, basic("avantage")).json["error"] == "invalid_request"
