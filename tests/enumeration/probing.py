"""What a stranger sees of one try at a form: every answer, without what is random in it; and what it cost."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from zlib import decompress

from flask import Flask
from hash_timing import cost
from legacy_bridge.walking import token_of
from werkzeug.test import TestResponse

# A page to open, or a form to send.
Request = tuple[str, dict[str, str] | None]
_BROWSER = "mgen_connect"
_RANDOM = re.compile(r'(?<=nonce-)[\w-]+|(?<=[?&]i=)[\w-]+|(?<=nonce=")[\w-]+|(?<=name="csrf_token" value=")[\w.-]+')


@dataclass(frozen=True)
class Answer:
    """One response, as far as it can be compared."""

    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[tuple[str, tuple[str, ...], str], ...]
    body: str
    length: int


@dataclass(frozen=True)
class Seen:
    """What one try showed, page after page, and the milliseconds of processor that it took, of every thread."""

    answers: tuple[Answer, ...]
    cost: float


class Stranger:
    """Somebody who has opened the site once, and tries each time as a browser that comes from another network."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._sources = _sources()
        client = app.test_client()
        self._token = token_of(client.get("/connexion/"))
        self._cookie = client.get_cookie(_BROWSER)

    def tries(self, requests: Sequence[Request], typed: str) -> Seen:
        """Send each request and look at the pages that the last one leads to; `typed` is who it is about."""
        client = self._app.test_client()
        assert self._cookie
        client.set_cookie(_BROWSER, self._cookie.value)
        headers = {"X-Forwarded-For": next(self._sources)}
        responses: list[TestResponse] = []

        def send() -> None:
            for path, fields in requests:
                if fields is None:
                    responses.append(client.get(path, headers=headers))
                else:
                    responses.append(client.post(path, data={"csrf_token": self._token, **fields}, headers=headers))
            while responses[-1].status_code == 303:
                responses.append(client.get(responses[-1].location, headers=headers))

        took = cost(send)
        assert all(response.status_code < 500 for response in responses), "a page fails, for everybody"
        return Seen(tuple(_answer(response, typed) for response in responses), took)


def _sources() -> Iterator[str]:
    """Addresses of networks for tests (RFC 2544), no two the same."""
    return (f"198.{18 + place // 65_536}.{place // 256 % 256}.{place % 256}" for place in count())


def _answer(response: TestResponse, typed: str) -> Answer:
    headers = tuple(
        (name, _plain(value, typed)) for name, value in response.headers if name not in ("X-Request-Id", "Set-Cookie")
    )
    cookies = tuple(sorted(_cookie(value) for value in response.headers.getlist("Set-Cookie")))
    return Answer(response.status_code, headers, cookies, _plain(response.text, typed), len(response.data))


def _plain(text: str, typed: str) -> str:
    return _RANDOM.sub("*", text).replace(typed, "{typed}")


def _cookie(header: str) -> tuple[str, tuple[str, ...], str]:
    """Its name, its attributes, and, of the one that is signed but not sealed, the names of what it holds."""
    pair, *attributes = header.split("; ")
    name, _, value = pair.partition("=")
    kept = tuple(attribute for attribute in attributes if not attribute.startswith("Expires="))
    return name, kept, _inside(value) if name == _BROWSER else ""


def _inside(value: str) -> str:
    payload = value.lstrip(".").split(".")[0]
    raw = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return " ".join(sorted(json.loads(decompress(raw) if value.startswith(".") else raw)))
