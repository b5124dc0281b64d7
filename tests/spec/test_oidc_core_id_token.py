"""OpenID Connect Core: the ID token, `sub`, and what a refresh repeats of them."""

import base64
import hashlib

import pytest
from protocol import Protocol

PASSWORD = "urn:mgen:acr:password"


def test_an_id_token_says_who_signed_in_how_and_when(op: Protocol) -> None:
    """§2, §3.1.3.6."""
    session = op.sign_in()
    issued = op.tokens(session, nonce="n-0S6_WzA2Mj")
    told = op.read_jwt(issued["id_token"])
    half = hashlib.sha256(issued["access_token"].encode()).digest()[:16]
    assert told["iss"] == op.runtime.settings.issuer
    assert told["aud"] == "avantage"
    assert told["exp"] - told["iat"] == 600
    assert told["auth_time"] == session.auth_time
    assert isinstance(told["auth_time"], int)
    assert (told["acr"], told["amr"]) == (PASSWORD, ["pwd"])
    assert told["nonce"] == "n-0S6_WzA2Mj"
    assert told["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert "email" not in told


def test_a_nonce_comes_back_unchanged_or_not_at_all(op: Protocol) -> None:
    """§2."""
    session = op.sign_in()
    assert op.read_jwt(op.tokens(session, nonce="é & <b>")["id_token"])["nonce"] == "é & <b>"
    assert "nonce" not in op.read_jwt(op.tokens(session)["id_token"])


def test_no_id_token_without_openid(op: Protocol) -> None:
    """§3.1.2.1."""
    assert "id_token" not in op.tokens(op.sign_in(), scope="email")


def test_sub_is_stable_for_a_site_and_another_for_each_sector(op: Protocol) -> None:
    """§8, docs/rules.md §1: the shop and the forum cannot be joined."""
    session = op.sign_in()
    again = op.session(session.account_id)
    subs = [op.read_jwt(op.tokens(one, client)["id_token"])["sub"]
            for one in (session, again) for client in ("avantage", "forum", "member-area")]  # fmt: skip
    assert subs[:3] == subs[3:]
    assert len(set(subs)) == 3
    assert all(len(sub) <= 255 and sub.isascii() for sub in subs)
    assert op.read_jwt(op.tokens(op.sign_in("b@exemple.fr"))["id_token"])["sub"] not in subs


def test_sid_is_one_for_a_session_at_a_site(op: Protocol) -> None:
    """Back-Channel Logout §2.1."""
    session = op.sign_in()
    sids = [op.read_jwt(op.tokens(session, client)["id_token"])["sid"] for client in ("avantage", "avantage", "forum")]
    assert sids[0] == sids[1] != sids[2]
    assert op.read_jwt(op.tokens(op.session(session.account_id))["id_token"])["sid"] != sids[0]


def test_a_client_without_a_logout_is_told_nothing_of_sessions(op: Protocol) -> None:
    """Neither does it ask for one, nor is it told of one: a name for the session would only be one more trace."""
    assert "sid" not in op.read_jwt(op.tokens(op.sign_in(), "partner")["id_token"])


class TestClaimsParameter:
    """§5.5."""

    def test_claims_asked_for_by_name_are_in_the_id_token(self, op: Protocol) -> None:
        asked = {"id_token": {"email": None, "email_verified": {"essential": True}, "auth_time": {"essential": True}}}
        told = op.read_jwt(op.tokens(op.sign_in(), scope="openid", claims=asked)["id_token"])
        assert (told["email"], told["email_verified"]) == ("marie@exemple.fr", True)

    def test_claims_asked_for_by_name_are_in_userinfo(self, op: Protocol) -> None:
        asked = {"userinfo": {"email": {"essential": True}}}
        answer = op.userinfo(op.tokens(op.sign_in(), scope="openid", claims=asked)["access_token"])
        assert set(answer.json) == {"sub", "email"}

    def test_claims_of_scopes_that_a_client_is_not_registered_for_are_left_out(self, op: Protocol) -> None:
        """docs/rules.md §1: `member_reference` is for the member area alone."""
        session = op.sign_in(member="M-1")
        asked = {"id_token": {"member_reference": {"essential": True}}, "userinfo": {"member_reference": None}}
        issued = op.tokens(session, scope="openid", claims=asked)
        assert "member_reference" not in op.read_jwt(issued["id_token"])
        assert "member_reference" not in op.userinfo(issued["access_token"]).json

    @pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "nonce", "at_hash", "acr", "family_name"])
    def test_nothing_that_is_asked_for_replaces_what_the_provider_says(self, op: Protocol, name: str) -> None:
        """§2; trap P5."""
        session = op.sign_in()
        plain = op.read_jwt(op.tokens(session, nonce="n")["id_token"])
        asked = {"id_token": {name: {"value": "forged"}}, "userinfo": {name: {"value": "forged"}}}
        issued = op.tokens(session, nonce="n", claims=asked)
        told = op.read_jwt(issued["id_token"])
        assert set(told) == set(plain)
        assert "forged" not in told.values()
        assert "forged" not in op.userinfo(issued["access_token"]).json.values()


class TestRefresh:
    """§12."""

    def test_a_refreshed_id_token_keeps_the_time_of_the_sign_in(self, op: Protocol, time_machine) -> None:
        """§12.2, trap P5: the original `auth_time`, a new `iat`, no nonce; the same person and session."""
        time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
        issued = op.tokens(op.sign_in(), "member-area", "openid offline_access", nonce="n")
        first = op.read_jwt(issued["id_token"])
        time_machine.shift(3600)
        answer = op.refresh(issued["refresh_token"]).json
        second = op.read_jwt(answer["id_token"])
        same = ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid")
        assert {name: second[name] for name in same} == {name: first[name] for name in same}
        assert second["iat"] == first["iat"] + 3600
        assert "nonce" not in second

    def test_claims_asked_for_by_name_are_told_again(self, op: Protocol) -> None:
        """§12.2."""
        asked = {"id_token": {"email": None}, "userinfo": {"email": None}}
        issued = op.tokens(op.sign_in(), "member-area", "openid offline_access", claims=asked)
        answer = op.refresh(issued["refresh_token"]).json
        assert op.read_jwt(answer["id_token"])["email"] == "marie@exemple.fr"
        assert op.userinfo(answer["access_token"]).json["email"] == "marie@exemple.fr"
