"""The operations that are measured, each checked to the end: W1 to W6, and the sign-in by NIR.

W1 client credentials. W2 the SSO redirect: authorize, code, token, UserInfo with a session. W3 a sign-in with a
password in a new browser, up to its tokens. W4 a refresh with rotation. W5 introspection. W6 discovery and JWKS, one
operation.
`nir`: the door of the old number with its password, in a new browser, up to the first page of the change.
"""

import base64
import hashlib
import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bench.base64url import decode, encode
from bench.browser import Browser, Failed, Refused
from bench.target import PASSWORD, REDIRECT, SCOPE, SECRET, Documents, Target
from bench.wire import Connection, Response

_BASIC = {
    "Authorization": "Basic " + base64.b64encode(f"bench:{SECRET}".encode()).decode(),
    "Content-Type": "application/x-www-form-urlencoded",
}
_DOOR = "/login-adherent/"


@dataclass(slots=True)
class Person:
    """Somebody signed in, with what their site holds."""

    browser: Browser
    access: str = ""
    refresh: str = ""


class VirtualUser:
    """One user of a closed loop: a kept connection, some people signed in, one operation at a time."""

    def __init__(self, target: Target, documents: Documents, place: int, connection: Connection | None = None) -> None:
        self._target = target
        self._documents = documents
        self._place = place
        self._connection = connection or Connection(target.issuer)
        self._people: list[Person] = []
        self._turn = 0
        self.operations: dict[str, Callable[[], None]] = {
            "w1": self._client_credentials,
            "w2": self._redirect,
            "w3": self._cold_sign_in,
            "w4": self._refresh,
            "w5": self._introspect,
            "w6": self._documents_again,
            "nir": self._sign_in_by_nir,
        }

    def prepare(self, workload: str) -> None:
        """Sign in whom `workload` needs. Raises `Failed`."""
        if workload not in ("w2", "w4", "w5"):
            return
        extra = {"scope": SCOPE + " offline_access", **self._target.offline} if workload == "w4" else {}
        count = 1 if workload == "w5" else self._target.sessions
        for turn in range(count):
            number = (self._place * count + turn) * _stride(self._target, count) % self._target.users
            person = Person(Browser(self._connection))
            answer = self._sign_in(person.browser, number, extra)
            person.access, person.refresh = answer["access_token"], answer.get("refresh_token", "")
            self._people.append(person)

    def _person(self) -> Person:
        self._turn += 1
        return self._people[self._turn % len(self._people)]

    def _client_credentials(self) -> None:
        self._token({"grant_type": "client_credentials"})

    def _redirect(self) -> None:
        answer = self._visit(self._person().browser, {}, {}, silent=True)
        headers = {"Authorization": "Bearer " + answer["access_token"]}
        told = _json(self._connection.request("GET", self._documents.userinfo, headers), "userinfo")
        if told.get("sub") != answer["sub"]:
            raise Failed("UserInfo tells of somebody else")

    def _cold_sign_in(self) -> None:
        self._sign_in(Browser(self._connection), random.randrange(self._target.users), {})

    def _refresh(self) -> None:
        person = self._person()
        answer = self._token({"grant_type": "refresh_token", "refresh_token": person.refresh})
        if answer.get("refresh_token", person.refresh) == person.refresh:
            raise Failed("the refresh token was not rotated")
        person.refresh = answer["refresh_token"]

    def _introspect(self) -> None:
        body = urlencode({"token": self._person().access}).encode()
        told = _json(self._connection.request("POST", self._documents.introspect, _BASIC, body), "introspection")
        if told.get("active") is not True:
            raise Failed("introspection: not active")

    def _documents_again(self) -> None:
        for path in ("/.well-known/openid-configuration", self._documents.jwks):
            _json(self._connection.request("GET", path, {}), path)

    def _sign_in_by_nir(self) -> None:
        browser, door = Browser(self._connection), self._target.issuer + _DOOR
        number = random.randrange(self._target.users)
        change = door + "changement-identifiant/"
        browser.go(door, change, {"nir": nir_of(number), "password": PASSWORD})

    def _sign_in(self, browser: Browser, number: int, extra: dict[str, str]) -> dict[str, Any]:
        typed = {self._target.user_field: self._target.user.format(number), "password": PASSWORD}
        return self._visit(browser, extra, typed, silent=False)

    def _visit(self, browser: Browser, extra: dict[str, str], typed: dict[str, str], *, silent: bool) -> dict[str, Any]:
        """Authorize and exchange the code; the answer of the token endpoint, with the `sub` of its ID token."""
        verifier, state, nonce = (encode(os.urandom(size)) for size in (32, 12, 12))
        challenge = encode(hashlib.sha256(verifier.encode()).digest())
        query = {
            "response_type": "code", "client_id": "bench", "redirect_uri": REDIRECT, "scope": SCOPE, "state": state,
            "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256", **extra,
        }  # fmt: skip
        end = browser.go(f"{self._documents.authorize}?{urlencode(query)}", REDIRECT, typed, silent=silent)
        sent = {name: values[0] for name, values in parse_qs(urlsplit(end).query).items()}
        if sent.get("state") != state or "code" not in sent:
            raise Failed(f"authorize: {sent.get('error', 'another state')}")
        answer = self._token(
            {
                "grant_type": "authorization_code", "code": sent["code"], "redirect_uri": REDIRECT,
                "code_verifier": verifier,
            }
        )  # fmt: skip
        answer["sub"] = self._subject(answer["id_token"], nonce)
        return answer

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        body = urlencode(form).encode()
        answer = _json(self._connection.request("POST", self._documents.token, _BASIC, body), form["grant_type"])
        if not answer.get("access_token"):
            raise Failed(f"{form['grant_type']}: no access token")
        return answer

    def _subject(self, id_token: str, nonce: str) -> str:
        """Who an ID token speaks of, its signature checked."""
        head, claims, signature = id_token.split(".")
        key = self._documents.keys.get(json.loads(decode(head)).get("kid"))
        if key is None:
            raise Failed("an ID token by an unknown key")
        try:
            key.verify(decode(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Failed("an ID token with a wrong signature") from None
        content = json.loads(decode(claims))
        if content.get("nonce") != nonce or content.get("iss") != self._target.issuer:
            raise Failed("an ID token of another request")
        return str(content["sub"])


def nir_of(number: int) -> str:
    """The social security number of a member of the bench, without its key."""
    return f"1{80 + number // 1_000_000:02d}0575{number % 1_000_000:06d}"


def _stride(target: Target, count: int) -> int:
    # Spread over the whole store, so that what is read is not one corner of it.
    return max(1, target.users // (64 * count))


def _json(response: Response, what: str) -> dict[str, Any]:
    if response.status == 503 and response.header("retry-after"):
        raise Refused
    if response.status != 200:
        raise Failed(f"{what}: {response.status} {response.body[:120].decode(errors='replace')}")
    found: dict[str, Any] = json.loads(response.body)
    return found
