"""RFC 7636 and RFC 9700 §2.1.1 at the token endpoint; what `/authorize` refuses is tested with it."""

import pytest
from protocol import CHALLENGE, VERIFIER, Protocol


def test_the_verifier_of_the_challenge_is_good(op: Protocol) -> None:
    """§4.6, with the example of Appendix B."""
    session = op.sign_in()
    code = op.code(session, code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    assert op.redeem(code, code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").status_code == 200


@pytest.mark.parametrize("verifier", ["", "w" * 43, "v" * 42, "v" * 129, "v" * 42 + "é", "v" * 42 + "\n", CHALLENGE])
def test_any_other_verifier_is_refused(op: Protocol, verifier: str) -> None:
    """§4.1, §4.6; trap P2: the challenge itself is no verifier, for there is no `plain`."""
    answer = op.redeem(op.code(op.sign_in(), code_challenge=CHALLENGE), code_verifier=verifier)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")


def test_a_verifier_without_a_challenge_is_refused(op: Protocol) -> None:
    """RFC 9700 §4.8.2: somebody took the challenge away."""
    answer = op.redeem(op.code(op.sign_in()), code_verifier=VERIFIER)
    assert answer.json["error"] == "invalid_grant"


def test_a_code_is_spent_by_a_wrong_verifier(op: Protocol) -> None:
    """RFC 9700 §4.5: an injected code is worth one guess."""
    code = op.code(op.sign_in(), code_challenge=CHALLENGE)
    op.redeem(code, code_verifier="w" * 43)
    assert op.redeem(code, code_verifier=VERIFIER).json["error"] == "invalid_grant"


def test_a_public_client_has_its_verifier_and_nothing_else(op: Protocol) -> None:
    """RFC 6749 §2.1, RFC 7636 §1."""
    answer = op.redeem(op.code(op.sign_in(), "native", code_challenge=CHALLENGE), "native", code_verifier=VERIFIER)
    assert answer.status_code == 200
