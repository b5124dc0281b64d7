"""Refresh tokens: rotation, the grace of a lost answer, families, lives (RFC 9700 §4.14, docs/rules.md §5)."""

import pytest
from protocol import CHALLENGE, VERIFIER, Protocol

OFFLINE = "openid email offline_access"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


def issued(op: Protocol) -> dict[str, str]:
    found: dict[str, str] = op.tokens(op.sign_in(), "member-area", OFFLINE)
    return found


def test_each_use_brings_a_successor_and_new_tokens(op: Protocol) -> None:
    """RFC 6749 §6; trap P15: the access token lives on while refresh tokens rotate."""
    first = issued(op)
    second = op.refresh(first["refresh_token"]).json
    third = op.refresh(second["refresh_token"]).json
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    assert len({one["access_token"] for one in (first, second, third)}) == 3
    assert third["scope"] == OFFLINE
    for one in (first, second, third):
        assert op.userinfo(one["access_token"]).status_code == 200


def test_a_lost_answer_can_be_asked_for_again_at_once(op: Protocol, clock) -> None:
    """RFC 9700 §4.14.2: within ten seconds, the same successor, as often as needed."""
    first = issued(op)
    second = op.refresh(first["refresh_token"]).json
    clock.shift(10)
    again = op.refresh(first["refresh_token"]).json
    assert again["refresh_token"] == second["refresh_token"]
    assert op.refresh(second["refresh_token"]).status_code == 200


def test_an_older_one_ends_the_family(op: Protocol, clock) -> None:
    """RFC 9700 §4.14.2: the thief and the victim alike; nothing else of the person."""
    first, other = issued(op), op.tokens(op.sign_in("b@exemple.fr"), "member-area", OFFLINE)
    second = op.refresh(first["refresh_token"]).json
    clock.shift(11)
    assert op.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    assert op.refresh(second["refresh_token"]).json["error"] == "invalid_grant"
    assert op.userinfo(second["access_token"]).status_code == 401
    assert op.refresh(other["refresh_token"]).status_code == 200
    assert op.runtime.sql.one("SELECT 1 FROM audit WHERE event = 'refresh token reused'", {})


def test_two_generations_back_ends_the_family_without_grace(op: Protocol) -> None:
    first = issued(op)
    second = op.refresh(first["refresh_token"]).json
    third = op.refresh(second["refresh_token"]).json
    assert op.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    assert op.refresh(third["refresh_token"]).json["error"] == "invalid_grant"


def test_it_is_good_for_its_client_only(op: Protocol) -> None:
    """RFC 6749 §6; another client's attempt revokes nothing."""
    first = issued(op)
    assert op.refresh(first["refresh_token"], "partner").json["error"] == "invalid_grant"
    assert op.refresh(first["refresh_token"]).status_code == 200


def test_a_forged_one_is_refused(op: Protocol) -> None:
    token = issued(op)["refresh_token"]
    for forged in ("x", "é", token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), "A" * 48, token + "A"):
        assert op.refresh(forged).json["error"] == "invalid_grant"
    assert op.refresh(token).status_code == 200


def test_it_dies_when_unused_for_eight_hours(op: Protocol, clock) -> None:
    """docs/rules.md §5: idle, for the member area."""
    first = issued(op)
    clock.shift(8 * 3600 - 1)
    second = op.refresh(first["refresh_token"]).json
    clock.shift(8 * 3600)
    assert op.refresh(second["refresh_token"]).json["error"] == "invalid_grant"


def test_it_dies_thirty_days_after_the_sign_in_however_used(op: Protocol, clock) -> None:
    """docs/rules.md §5: absolute (ASVS 10.4.8)."""
    token = op.tokens(op.sign_in(), "partner", "openid offline_access")["refresh_token"]
    clock.shift(30 * 86_400 - 1)
    token = op.refresh(token, "partner").json["refresh_token"]
    clock.shift(1)
    assert op.refresh(token, "partner").json["error"] == "invalid_grant"


@pytest.mark.parametrize("change", ["state = 'blocked'", "epoch = epoch + 1"])
def test_it_dies_with_the_account_or_its_epoch(op: Protocol, change: str) -> None:
    """`architecture.md`: reset, link, block, "ce n'est pas moi"."""
    token = issued(op)["refresh_token"]
    op.runtime.sql.run(f"UPDATE account SET {change}", {})
    assert op.refresh(token).json["error"] == "invalid_grant"


def test_offline_access_outlives_the_session(op: Protocol) -> None:
    """OpenID Connect Core §11: refresh and access tokens."""
    first = issued(op)
    op.runtime.sql.run("UPDATE session SET ended_at = 1", {})
    second = op.refresh(first["refresh_token"])
    assert second.status_code == 200
    assert op.userinfo(second.json["access_token"]).status_code == 200


def test_a_client_that_may_ask_for_offline_access_gets_none_without_asking(op: Protocol) -> None:
    """OpenID Connect Core §11."""
    assert "refresh_token" not in op.tokens(op.sign_in(), "member-area", "openid")


def test_refresh_tokens_of_other_clients_end_with_the_session(op: Protocol) -> None:
    """Back-Channel Logout §2.7; a public client's rotate like any other's (RFC 9700 §2.2.2)."""
    session = op.sign_in()
    code = op.code(session, "native", "openid", code_challenge=CHALLENGE)
    first = op.redeem(code, "native", code_verifier=VERIFIER).json
    second = op.refresh(first["refresh_token"], "native").json
    assert op.userinfo(second["access_token"]).status_code == 200
    op.runtime.sql.run("UPDATE session SET ended_at = 1", {})
    assert op.refresh(second["refresh_token"], "native").json["error"] == "invalid_grant"
    assert op.userinfo(second["access_token"]).status_code == 401


def test_scope_may_be_narrowed_never_widened(op: Protocol) -> None:
    """RFC 6749 §6: a refusal leaves the refresh token as it was."""
    token = issued(op)["refresh_token"]
    wide = op.refresh(token, scope="openid espace_personnel")
    assert (wide.status_code, wide.json["error"]) == (400, "invalid_scope")
    narrow = op.refresh(token, scope="openid").json
    assert narrow["scope"] == "openid"
    assert "email" not in op.userinfo(narrow["access_token"]).json
    assert op.refresh(narrow["refresh_token"]).json["scope"] == OFFLINE


def test_a_scope_taken_from_the_registration_is_no_longer_granted(op: Protocol, clock) -> None:
    """RFC 6749 §6: scopes release only what the client is registered for, now."""
    token = issued(op)["refresh_token"]
    op.runtime.sql.run(
        "UPDATE client SET metadata_json = replace(metadata_json, '\"email\",', '') WHERE id = 'member-area'", {}
    )
    op.runtime.sql.run("UPDATE version SET value = value + 1 WHERE name = 'clients'", {})
    clock.shift(1)
    assert op.refresh(token).json["scope"] == "openid offline_access"
