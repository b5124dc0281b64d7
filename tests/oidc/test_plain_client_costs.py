"""Who uses nothing of the wider protocol pays nothing for it (`docs/architecture.md`, "The hot way")."""

from collections.abc import Iterator

import pytest
from protocol import Protocol
from statements import watch


@pytest.fixture
def statements(op: Protocol, time_machine) -> Iterator[list[str]]:
    """Every statement of this thread from now on, within one second: what is looked at each second has been."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    op.tokens(op.sign_in("first@exemple.fr"))
    seen: list[str] = []
    end = watch(op.runtime.sql, seen)
    yield seen
    end()


def test_a_code_is_one_statement_and_a_first_visit_one_more(op: Protocol, statements: list[str]) -> None:
    """Spend the code; remember the visit, once."""
    session = op.sign_in()
    codes = [op.code(session) for _ in range(2)]
    statements.clear()
    op.redeem(codes[0])
    assert statements == ["UPDATE", "INSERT"]
    statements.clear()
    op.redeem(codes[1])
    assert statements == ["UPDATE"]


def test_userinfo_and_introspection_are_one_read(op: Protocol, statements: list[str]) -> None:
    """It says whether the token lives, and brings the claims."""
    token = op.tokens(op.sign_in())["access_token"]
    for ask in (op.userinfo, op.introspect):
        statements.clear()
        ask(token)
        assert statements == ["SELECT"]


def test_a_token_is_as_short_as_it_can_be(op: Protocol) -> None:
    """Nothing is sealed in it for a binding or a resource that it does not have."""
    from base64 import urlsafe_b64decode

    token = op.tokens(op.sign_in(), scope="openid")["access_token"]
    raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    key, nonce, head, tag = 3, 12, 57, 16
    assert len(raw) == key + nonce + head + len("avantage\0openid\0") + tag
