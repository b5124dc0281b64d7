"""A browser, as far as people need one here: cookies, redirects, forms. And the front that shares out its requests."""

import html
import http.client
import random
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from chaos.ledger import Ledger, Refused, Stuck, Unknown

PATIENCE = 30
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_REDIRECTS = 12
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """A response: `at` is the path it answers, `to` where it leads (a path where that is the provider's)."""

    status: int
    at: str
    to: str
    text: str
    cookies: tuple[str, ...]


class Front:
    """What stands before the nodes: a request goes to one of them; to another where it does not listen."""

    def __init__(self, issuer: str, ports: list[int], ledger: Ledger) -> None:
        self.issuer = issuer
        self.ports = ports
        self._ledger = ledger

    def send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """Raises `Unknown`, or `Refused` for a 5xx or a 429; an answer that nobody can go on from is a violation."""
        begun = time.monotonic()
        try:
            answer = self._send(method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            waited = time.monotonic() - begun
            self._ledger.check(waited < PATIENCE, lambda: f"no answer in {waited:.0f} s: {method} {_shown(path)}")
            raise Unknown(f"{method} {_shown(path)}: {type(error).__name__}") from None
        if answer.status >= 500 or answer.status == 429:
            self._ledger.check(bool(answer.text), lambda: f"{answer.status} and nothing to read: {_shown(path)}")
            raise Refused(f"{method} {_shown(path)}: {answer.status}")
        return answer

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        ports = random.sample(self.ports, len(self.ports))
        for last, port in enumerate(ports, 1 - len(ports)):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            try:
                try:
                    connection.connect()
                except ConnectionRefusedError:
                    if last < 0:
                        continue
                    raise
                connection.request(method, path, body, {"Host": urlsplit(self.issuer).netloc, **headers})
                response = connection.getresponse()
                text = response.read().decode("utf-8", "replace")
            finally:
                connection.close()
            found = response.headers
            to = (found.get("Location") or "").removeprefix(self.issuer)
            return Answer(response.status, path, to, text, tuple(found.get_all("Set-Cookie") or ()))
        raise ConnectionRefusedError


class Browser:
    """One person's browser; not for two threads at once."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self.cookies: dict[str, str] = {}
        self._csrf = ""

    def get(self, path: str) -> Answer:
        """One request."""
        return self._send("GET", path, None)

    def post(self, path: str, **fields: str) -> Answer:
        """A form of this browser, with the forgery token of the page it has read last."""
        return self._send("POST", path, urlencode({"csrf_token": self._csrf, **fields}))

    def read(self, path: str) -> Answer:
        """A page, through redirects within the provider; the answer may lead to a site."""
        return self.follow(self.get(path))

    def follow(self, answer: Answer) -> Answer:
        """Go where the answers lead, within the provider."""
        for _ in range(_REDIRECTS):
            if answer.status != 303 or not answer.to.startswith("/"):
                return answer
            answer = self.get(answer.to)
        raise Stuck(f"redirects without end at {_shown(answer.at)}")

    def fill(self, path: str, **fields: str) -> Answer:
        """Read the page at `path`, send its form, go where that leads."""
        page = self.read(path)
        return self.follow(self.post(page.at, **fields))

    def forget(self) -> None:
        """A browser as new."""
        self.cookies, self._csrf = {}, ""

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = _FORM
        answer = self._front.send(method, path, body, headers)
        for cookie in answer.cookies:
            pair, _, attributes = cookie.partition(";")
            name, _, value = pair.partition("=")
            self.cookies[name] = value
            if not value or "max-age=0" in attributes.lower():
                del self.cookies[name]
        if found := _CSRF.search(answer.text):
            self._csrf = html.unescape(found[1])
        return answer


def at(answer: Answer, path: str) -> Answer:
    """The same answer, where it is the page at `path`; raises `Stuck` otherwise."""
    here = urlsplit(answer.at).path
    if answer.status != 200 or here != path:
        raise Stuck(f"{answer.status} at {_shown(here)} instead of {path}")
    return answer


def _shown(path: str) -> str:
    """A path as it may be printed: no link and no parameter."""
    return re.sub(r"[\w-]{32,}", "…", path.partition("?")[0])
