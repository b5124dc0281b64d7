"""OpenID Connect Core §5.1, §5.5: the public name, where somebody chose one."""

from typing import Any

from protocol import Protocol
from rp import change_metadata

from idp.sessions.service import Session


def call(op: Protocol, session: Session, name: str | None, claims: dict[str, Any]) -> dict[str, Any]:
    """What UserInfo tells a client that may ask for the name."""
    values = {"name": name, "id": session.account_id}
    op.runtime.sql.run("UPDATE account SET public_name = :name WHERE id = :id", values)
    change_metadata(op.runtime.sql, "avantage", scope=["openid", "name"])
    op.clients._watch.forget()
    op.clients._loaded = -1
    issued = op.tokens(session, "avantage", "openid", claims=claims)
    told: dict[str, Any] = op.userinfo(issued["access_token"]).json
    return told


ESSENTIAL: dict[str, Any] = {"userinfo": {"name": {"essential": True}}}


def test_s5_5_1_a_name_that_is_asked_for_is_told_where_there_is_one(op: Protocol) -> None:
    assert call(op, op.sign_in(), "Jeanne M.", ESSENTIAL)["name"] == "Jeanne M."


def test_s5_5_1_an_essential_claim_that_is_missing_fails_nothing(op: Protocol) -> None:
    assert call(op, op.sign_in(), None, ESSENTIAL).keys() == {"sub"}


def test_a_name_is_told_to_nobody_who_did_not_ask(op: Protocol) -> None:
    assert call(op, op.sign_in(), "Jeanne M.", {}).keys() == {"sub"}
