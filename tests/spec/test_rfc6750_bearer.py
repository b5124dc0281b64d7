"""RFC 6750 at UserInfo: how an access token comes, and what is said when it is not good."""

import pytest
from protocol import Protocol, bearer

USERINFO = "/oidc/userinfo"


def test_without_a_token_no_error_is_named(op: Protocol) -> None:
    """§3.1, trap P14."""
    for answer in (op.http.get(USERINFO), op.post(USERINFO, {}), op.http.get(USERINFO, headers={"Authorization": "x"})):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="MGEN Connect"'
        assert answer.data == b""


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "", "A" * 3000, "ey..", "e30.e30.e30"])
def test_a_token_that_is_none_of_ours_is_invalid(op: Protocol, token: str) -> None:
    """§3.1."""
    answer = op.userinfo(token)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="MGEN Connect", error="invalid_token"')
    assert answer.json["error"] == "invalid_token"


def test_a_token_comes_in_the_header_or_in_a_form(op: Protocol) -> None:
    """§2.1, §2.2, OpenID Connect Core §5.3.1: GET and POST."""
    token = op.tokens(op.sign_in())["access_token"]
    answers = [
        op.http.get(USERINFO, headers=bearer(token)),
        op.http.get(USERINFO, headers={"Authorization": f"bearer {token}"}),
        op.http.post(USERINFO, headers=bearer(token)),
        op.post(USERINFO, {}, bearer(token)),
        op.post(USERINFO, {"access_token": token}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert all(answer.json == answers[0].json for answer in answers)


def test_a_token_comes_one_way_only(op: Protocol) -> None:
    """§2, §3.1."""
    token = op.tokens(op.sign_in())["access_token"]
    answer = op.post(USERINFO, {"access_token": token}, bearer(token))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
    assert 'error="invalid_request"' in answer.headers["WWW-Authenticate"]


def test_a_token_in_the_query_is_not_read(op: Protocol) -> None:
    """§2.3, RFC 9700 §4.3.2: an address is logged."""
    token = op.tokens(op.sign_in())["access_token"]
    assert op.http.get(f"{USERINFO}?access_token={token}").status_code == 401


def test_a_token_without_openid_has_not_enough_scope(op: Protocol) -> None:
    """§3.1."""
    answer = op.userinfo(op.tokens(op.sign_in(), scope="email")["access_token"])
    assert (answer.status_code, answer.json["error"]) == (403, "insufficient_scope")
    assert 'scope="openid"' in answer.headers["WWW-Authenticate"]


def test_an_access_token_is_opaque_and_short(op: Protocol) -> None:
    """`architecture.md`, The hot way: sealed; nothing in it can be read or changed."""
    token = op.tokens(op.sign_in())["access_token"]
    assert len(token) <= 200
    for position in (0, 10, len(token) // 2, len(token) - 2):
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        assert op.userinfo(changed).status_code == 401


def test_an_access_token_expires(op: Protocol, time_machine) -> None:
    """docs/rules.md §5: ten minutes."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    token = op.tokens(op.sign_in())["access_token"]
    time_machine.shift(599)
    assert op.userinfo(token).status_code == 200
    time_machine.shift(1)
    assert op.userinfo(token).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE session SET ended_at = 1",
        "UPDATE account SET epoch = epoch + 1",
        "UPDATE account SET state = 'blocked'",
        "DELETE FROM session",
        "DELETE FROM client WHERE id = 'avantage'",
    ],
)
def test_an_access_token_dies_at_once_with_what_stands_behind_it(op: Protocol, change: str, time_machine) -> None:
    """`architecture.md`, The hot way: one read says whether it lives."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    token = op.tokens(op.sign_in())["access_token"]
    op.runtime.sql.run(change, {})
    op.runtime.sql.run("UPDATE version SET value = value + 1 WHERE name = 'clients'", {})
    time_machine.shift(1)
    assert op.userinfo(token).status_code == 401


def test_scripts_of_other_origins_may_read_the_refusal(op: Protocol) -> None:
    """§3, docs/rules.md §5 row 11: CORS on UserInfo."""
    answer = op.http.get(USERINFO, headers={"Origin": "https://site.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "WWW-Authenticate" in answer.headers["Access-Control-Expose-Headers"]
