"""A small load driver: threads of one flow at a time each, every answer checked, every latency kept."""

import base64
import hashlib
import html
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from protocol import REDIRECT, VERIFIER, basic

from idp.accounts import creation, credentials
from idp.core import clock, db
from idp.sessions import levels
from idp.sessions.service import open_session
from idp.settings import Settings
from idp.web.bare import application

PASSWORD = "les 7 nains chantent faux"
COOKIE = "mgen_connect_session"
SITE = "avantage"
SIGN_IN = "/connexion/"
_CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Wrong(Exception):
    """An answer that a relying party or a person cannot go on from."""


class Flow(Protocol):
    """One flow, by a connection of one's own."""

    def __call__(self, connection: "Connection", person: "Person") -> None: ...


@dataclass
class Person:
    """Somebody with an account, and the cookie of a session."""

    address: str
    cookie: str


@dataclass
class Outcome:
    """What the flows of a while came to."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        """The latency, in seconds, that this share of the flows did not pass."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def people(settings: Settings, number: int) -> list[Person]:
    """Accounts with a password, each with a session."""
    found = []
    with application(settings):
        stored = credentials.hash_password(PASSWORD)
        for index in range(number):
            address = f"personne{index}.factice@domaine.test"
            with db.transaction():
                account = creation.create_account(
                    address, stored, origin="registration", locale="fr", verified_by="registration"
                )
                cookie = open_session(
                    account.id, 0, acr=levels.PASSWORD, amr=("pwd",), source=None, user_agent=None,
                    auth_time=clock.now(),
                )  # fmt: skip
            found.append(Person(address, cookie))
    return found


class Connection:
    """A kept connection to one address, as a browser or a site has it."""

    def __init__(self, url: str, source: str = "127.0.0.1") -> None:
        parts = urlsplit(url)
        self._http = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=30, source_address=(source, 0)
        )
        self._host = f"localhost:{parts.port}"

    def send(self, method: str, target: str, body: str | None = None, headers: dict[str, str] | None = None) -> Any:
        """The status, the headers and the text of an answer."""
        if self._http.sock is None:
            self._http.connect()
            self._http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._http.request(method, target, body, {"Host": self._host, **(headers or {})})
        answer = self._http.getresponse()
        return answer.status, answer.headers, answer.read()

    def close(self) -> None:
        """End it."""
        self._http.close()


def authorization(**more: str) -> str:
    """The target of an authorization request."""
    return "/oidc/authorize?" + urlencode({
        "client_id": SITE, "redirect_uri": REDIRECT[SITE], "response_type": "code", "scope": "openid email",
        "state": "s", "nonce": "n", "code_challenge": _CHALLENGE, "code_challenge_method": "S256", **more,
    })  # fmt: skip


def redirect(connection: Connection, person: Person) -> None:
    """The redirect of somebody with a session: code, tokens, UserInfo."""
    status, headers, text = connection.send(
        "GET", authorization(prompt="none"), headers={"Cookie": f"{COOKIE}={person.cookie}"}
    )
    _redeem(connection, _code(status, headers, text), person)


class Browser:
    """What a person looks through: a connection, and cookies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._jar: dict[str, str] = {}

    def visit(self, target: str, form: str | None = None) -> Any:
        """The answer at an address, or to a form sent there."""
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._jar.items())}
        method, headers = ("POST", cookies | _FORM) if form else ("GET", cookies)
        answer = self._connection.send(method, target, form, headers)
        for line in answer[1].get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self._jar[name] = value
        return answer

    def send(self, target: str, **fields: str) -> Any:
        """The answer to the form of the page at an address, which must be a page."""
        status, _, text = self.visit(target)
        found = re.search(rb'name="csrf_token" value="([^"]+)"', text)
        if status != 200 or not found:
            raise Wrong(f"{target}: {status} {text[:300]!r}")
        return self.visit(target, urlencode({"csrf_token": html.unescape(found[1].decode()), **fields}))

    def follow(self, answer: Any) -> Any:
        """Go on from an answer, until a page or another site; the last target, and its answer."""
        target = ""
        while answer[0] == 303 and (target := self._local(answer[1]["Location"])):
            if target.startswith(SIGN_IN):
                break
            answer = self.visit(target)
        return target, answer

    def _local(self, location: str) -> str:
        parts = urlsplit(location)
        is_ours = not parts.netloc or parts.hostname == "localhost"
        return parts._replace(scheme="", netloc="").geturl() if is_ours else ""


def sign_in(connection: Connection, person: Person) -> None:
    """The redirect of somebody without a session, by the form."""
    browser = Browser(connection)
    form, _ = browser.follow(browser.visit(authorization()))
    _, answer = browser.follow(browser.send(form, email=person.address, password=PASSWORD))
    _redeem(connection, _code(*answer), person)


def _code(status: int, headers: Any, text: bytes) -> str:
    found = parse_qs(urlsplit(headers.get("Location", "")).query)
    if status != 303 or "code" not in found:
        raise Wrong(f"{status} {headers.get('Location', '')} {text[:300]!r}")
    return found["code"][0]


def _redeem(connection: Connection, code: str, person: Person) -> None:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT[SITE], "code_verifier": VERIFIER}
    status, _, text = connection.send("POST", "/oidc/token", urlencode(form), _FORM | basic(SITE))
    if status != 200:
        raise Wrong(f"token: {status} {text[:300]!r}")
    bearer = {"Authorization": f"Bearer {json.loads(text)['access_token']}"}
    status, _, text = connection.send("GET", "/oidc/userinfo", headers=bearer)
    if status != 200 or json.loads(text)["email"] != person.address:
        raise Wrong(f"userinfo: {status} {text[:300]!r}")


class Load:
    """Threads that go through flows until the block ends; `outcome` has what came of them so far.

    `pause` seconds lie between two flows of a thread. A failure is told in one line, and the thread goes on.
    """

    def __init__(
        self, url: str, persons: list[Person], flow: Flow = redirect, threads: int = 4, pause: float = 0.0,
        connect: Callable[[str], Connection] = Connection,
    ) -> None:  # fmt: skip
        self._url, self._persons, self._flow, self._pause, self._connect = url, persons, flow, pause, connect
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(threads)]
        self._over = threading.Event()
        self.outcome = Outcome()

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def during(self, seconds: float) -> Outcome:
        """What comes of the flows that end within the next `seconds`."""
        self.outcome = outcome = Outcome()
        time.sleep(seconds)
        return outcome

    def _run(self, number: int) -> None:
        connection = self._connect(self._url)
        turn = number
        while not self._over.is_set():
            started, person = time.perf_counter(), self._persons[turn % len(self._persons)]
            turn += len(self._threads)
            try:
                self._flow(connection, person)
            except (Wrong, OSError, http.client.HTTPException, ValueError) as error:
                self.outcome.failures.append(f"{type(error).__name__}: {error}")
                connection.close()
                time.sleep(0.05)
            else:
                self.outcome.seconds.append(time.perf_counter() - started)
            if self._pause:
                time.sleep(self._pause)
        connection.close()
