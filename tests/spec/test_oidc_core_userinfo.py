"""OpenID Connect Core §5.3 and §5.4: what UserInfo tells, by scope."""

from protocol import Protocol


def test_sub_is_that_of_the_id_token(op: Protocol) -> None:
    """§5.3.2."""
    issued = op.tokens(op.sign_in(), scope="openid")
    answer = op.userinfo(issued["access_token"])
    assert answer.json == {"sub": op.read_jwt(issued["id_token"])["sub"]}
    assert answer.headers["Cache-Control"] == "no-store"


def test_email_verified_is_always_a_real_boolean(op: Protocol) -> None:
    """§5.1, docs/rules.md §5 row 12: Discourse takes a missing one for true."""
    verified = op.userinfo(op.tokens(op.sign_in())["access_token"]).json
    assert (verified["email"], verified["email_verified"]) == ("marie@exemple.fr", True)
    other = op.sign_in("autre@exemple.fr", verified=False)
    assert op.userinfo(op.tokens(other)["access_token"]).json["email_verified"] is False


def test_profile_tells_no_name(op: Protocol) -> None:
    """docs/rules.md §5 row 12: never the email's local part, never the legal name."""
    answer = op.userinfo(op.tokens(op.sign_in(), scope="openid profile")["access_token"])
    assert set(answer.json) == {"sub"}


def test_the_member_area_learns_which_espace_and_when_its_identifier_changed(op: Protocol) -> None:
    """docs/rules.md §1 and §3 row 5."""
    session = op.sign_in(member="M-0001")
    answer = op.userinfo(op.tokens(session, "member-area", "openid espace_personnel")["access_token"])
    assert answer.json["member_reference"] == "M-0001"
    assert answer.json["identifier_changed_at"] == session.auth_time + 5


def test_without_an_espace_there_is_no_member_reference(op: Protocol) -> None:
    """§5.3.2: a claim without a value is left out."""
    answer = op.userinfo(op.tokens(op.sign_in(), "member-area", "openid espace_personnel")["access_token"])
    assert set(answer.json) == {"sub"}


def test_claims_are_those_of_now(op: Protocol) -> None:
    """docs/architecture.md: no cache of anything a person can change."""
    session = op.sign_in()
    token = op.tokens(session)["access_token"]
    op.runtime.sql.run("UPDATE identifier SET address = 'nouvelle@exemple.fr'", {})
    assert op.userinfo(token).json["email"] == "nouvelle@exemple.fr"
