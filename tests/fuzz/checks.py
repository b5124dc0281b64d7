"""What every answer must be, whatever was asked."""

import re
from urllib.parse import urlsplit

import orjson
from fuzz.target import ISSUER, Request
from fuzz.values import CANARY
from werkzeug.test import TestResponse

# RFC 6749 §4.1.2.1, §5.2 and the specs after it; another method is an invalid_request of ours.
CODES = {
    "access_denied", "authorization_pending", "consent_required", "expired_token", "interaction_required",
    "invalid_authorization_details", "invalid_client",
    "invalid_client_metadata", "invalid_dpop_proof", "invalid_grant", "invalid_redirect_uri",
    "invalid_request", "invalid_request_object", "invalid_request_uri", "invalid_scope", "invalid_software_statement",
    "invalid_target", "invalid_token", "insufficient_scope", "login_required", "registration_not_supported",
    "request_not_supported", "request_uri_not_supported", "slow_down", "temporarily_unavailable",
    "unauthorized_client", "unmet_authentication_requirements", "unsupported_grant_type",
    "unsupported_response_type", "unsupported_token_type", "use_dpop_nonce",
}  # fmt: skip
_DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]*")
_HOSTS = re.compile(r"[a-z0-9-]+\.example(:\d+)?|127\.0\.0\.1(:\d+)?")
_HEADERS = ("X-Content-Type-Options", "Referrer-Policy", "X-Request-Id")


def check(request: Request, answer: TestResponse) -> None:
    """Fails where an answer is not what it must be."""
    assert answer.status_code < 500, f"{answer.status_code}: {answer.text[:300]}"
    for name in _HEADERS:
        assert answer.headers.get(name), f"{name} is missing"
    assert "X-Injected" not in answer.headers
    _is_no_echo(answer)
    if answer.status_code in (301, 302, 303, 307, 308):
        _leads_somewhere_known(answer)
    if answer.mimetype == "application/json" and answer.status_code >= 400 and request.method != "HEAD":
        _is_a_registered_error(answer)


def _is_no_echo(answer: TestResponse) -> None:
    # Escaped on a page is well; in the clear it is not.
    assert CANARY not in answer.get_data(as_text=True) or answer.mimetype == "application/json", "it is echoed"


def _leads_somewhere_known(answer: TestResponse) -> None:
    target = urlsplit(answer.location)
    if target.netloc:
        assert answer.location.startswith(ISSUER) or _HOSTS.fullmatch(target.netloc), f"a way out: {answer.location}"
        assert target.hostname != "evil.example"


def _is_a_registered_error(answer: TestResponse) -> None:
    said = orjson.loads(answer.data)
    assert said["error"] in CODES, said
    assert _DESCRIPTION.fullmatch(said.get("error_description", "")), said
    assert CANARY not in said.get("error_description", "")
