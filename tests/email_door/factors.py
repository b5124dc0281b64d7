"""Second factors of the tests: an application, recovery codes, and what a person does with them."""

import json
from typing import Any

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.accounts.factors import recovery_codes, totp
from idp.core import clock, db
from idp.core.runtime import Runtime, current
from tests.email_door.browsing import SIGN_IN, send, token_of

SECOND = "/connexion/second-facteur/"
PASSKEY = "/connexion/cle-acces/"
MFA = "urn:mgen:acr:mfa"


class Application:
    """An authenticator application that knows the secret of an account."""

    def __init__(self, account_id: bytes) -> None:
        self.secret = totp.new_secret()
        with db.transaction():
            assert totp.enrol(account_id, self.secret, self.code(-1))

    def code(self, steps: int = 0) -> str:
        """What it shows now, or `steps` later."""
        return pyotp.TOTP(self.secret).at(clock.now() + 30 * steps)


def codes_on_paper(account_id: bytes) -> list[str]:
    """The recovery codes of an account, just made."""
    with current().hashing.place():
        made = recovery_codes.renew(account_id)
    db.commit()
    return made


def second(client: FlaskClient, page: str = SECOND, **fields: str) -> TestResponse:
    """Send the form of the second factor."""
    return send(client, page, page, **fields)


def options(client: FlaskClient, page: str, path: str) -> dict[str, Any]:
    """What the script of the page at `page` gets from `path`."""
    token = token_of(client.get(page))
    answer = client.post(path, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text)
    return found


def bring(client: FlaskClient, page: str, path: str, answer: str) -> TestResponse:
    """Send the answer of a passkey as the script does."""
    return client.post(path, data={"csrf_token": token_of(client.get(page)), "credential": answer})


def session_of(runtime: Runtime) -> tuple[str, str, int]:
    """`acr`, `amr` and `auth_time` of the one session that is open."""
    rows = runtime.sql.all("SELECT acr, amr, auth_time FROM session WHERE ended_at IS NULL", {})
    assert len(rows) == 1, rows
    return rows[0]


__all__ = ["MFA", "PASSKEY", "SECOND", "SIGN_IN", "Application", "bring", "codes_on_paper", "options", "second"]
