"""What becomes of codes and revocations once nothing can come of them."""

from protocol import Protocol

from idp.oidc import tokens


def test_cleaning_forgets_only_what_no_longer_matters(op: Protocol, time_machine) -> None:
    """A spent code is remembered as long as a token of it may live, so that its second use is still seen."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    code = op.code(op.sign_in())
    token = op.redeem(code).json["access_token"]
    time_machine.shift(599)
    tokens.clean(op.runtime)
    op.redeem(code)
    assert op.userinfo(token).status_code == 401
    time_machine.shift(601)
    assert tokens.clean(op.runtime) == 1
    time_machine.shift(3601)
    assert tokens.clean(op.runtime) == 1
    assert op.runtime.sql.all("SELECT 1 FROM code UNION SELECT 1 FROM revoked", {}) == []


def test_a_clock_that_jumped_ahead_and_came_back_revives_no_token(op: Protocol, time_machine) -> None:
    """What a clean-up took for over is still refused when it is not."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    code = op.code(op.sign_in())
    token = op.redeem(code).json["access_token"]
    op.redeem(code)
    time_machine.shift(900)
    tokens.clean(op.runtime)
    time_machine.shift(-900)
    assert op.userinfo(token).status_code == 401


def test_cleaning_keeps_living_authorizations(op: Protocol, time_machine) -> None:
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    issued = op.tokens(op.sign_in(), "partner", "openid offline_access")
    time_machine.shift(29 * 86_400)
    tokens.clean(op.runtime)
    answer = op.refresh(issued["refresh_token"], "partner")
    assert answer.status_code == 200
    time_machine.shift(86_400)
    assert tokens.clean(op.runtime) == 1
