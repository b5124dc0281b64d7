"""Proof key for code exchange (RFC 7636) where a code is redeemed; S256 is the only method."""

import hashlib
import re

from idp.core.crypto import b64u, equal

# RFC 7636 §4.1.
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)


def refusal(challenge: str | None, verifier: str | None) -> str | None:
    """Why `verifier` does not answer `challenge`; None where it does, or where neither is there."""
    if challenge is None:
        # RFC 9700 §4.8.2: somebody took the challenge out of the authorization request.
        return "code_verifier comes without a code_challenge (RFC 9700 section 4.8.2)" if verifier is not None else None
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        return "code_verifier is missing or malformed (RFC 7636 section 4.1)"
    hashed = b64u(hashlib.sha256(verifier.encode("ascii")).digest())
    return None if equal(hashed, challenge) else "code_verifier does not match code_challenge (RFC 7636 section 4.6)"
