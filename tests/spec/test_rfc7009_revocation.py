"""RFC 7009: a client gives a token back."""

from protocol import Protocol, basic


def test_an_access_token_given_back_is_dead_and_the_answer_is_empty(op: Protocol) -> None:
    """§2.2; oidc-client-ts refuses an HTML answer."""
    token = op.tokens(op.sign_in())["access_token"]
    answer = op.revoke(token)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Content-Type" not in answer.headers
    assert op.userinfo(token).status_code == 401


def test_a_refresh_token_given_back_ends_its_family(op: Protocol) -> None:
    """§2.1: the access tokens of the same authorization too."""
    issued = op.tokens(op.sign_in(), "member-area", "openid offline_access")
    assert op.revoke(issued["refresh_token"], "member-area", token_type_hint="refresh_token").status_code == 200
    assert op.refresh(issued["refresh_token"]).json["error"] == "invalid_grant"
    assert op.userinfo(issued["access_token"]).status_code == 401


def test_only_that_authorization_ends(op: Protocol) -> None:
    """§2.1: what another sign-in of the same client brought stays."""
    session = op.sign_in()
    one, other = (op.tokens(session, "member-area", "openid offline_access") for _ in range(2))
    op.revoke(one["refresh_token"], "member-area")
    assert op.userinfo(other["access_token"]).status_code == 200
    assert op.refresh(other["refresh_token"]).status_code == 200


def test_a_token_that_is_none_is_a_success(op: Protocol) -> None:
    """§2.2: the aim is reached already; a wrong hint changes nothing."""
    token = op.tokens(op.sign_in())["access_token"]
    assert op.revoke("nonsense").status_code == 200
    assert op.revoke(token, token_type_hint="bogus").status_code == 200
    assert op.revoke(token).status_code == 200


def test_a_client_may_give_back_its_own_tokens_only(op: Protocol) -> None:
    """§2.1."""
    token = op.tokens(op.sign_in())["access_token"]
    answer = op.revoke(token, "forum")
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")
    assert op.userinfo(token).status_code == 200


def test_clients_authenticate_and_name_a_token(op: Protocol) -> None:
    """§2.1; a public client has nothing but its id."""
    token = op.tokens(op.sign_in())["access_token"]
    assert op.post("/oidc/revoke", {"token": token}).status_code == 401
    assert op.post("/oidc/revoke", {}, basic("avantage")).json["error"] == "invalid_request"
    assert op.revoke("nonsense", "native").status_code == 200


def test_a_revocation_is_in_the_audit(op: Protocol) -> None:
    """`architecture.md`, The hot way: a row each."""
    session = op.sign_in()
    op.revoke(op.tokens(session)["access_token"])
    rows = op.runtime.sql.all("SELECT account_id, client_id FROM audit WHERE event = 'token revoked'", {})
    assert rows == [(session.account_id, "avantage")]
