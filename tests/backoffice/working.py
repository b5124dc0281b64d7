"""Colleagues at work: enrolled by their link, signed in with password and code, on the pages of the back office."""

import re
from html import unescape
from typing import Any

import pyotp
from email_door.browsing import token_of
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.backoffice import staff
from idp.core import clock, db
from idp.core.runtime import Runtime

HOME = "/backoffice/"
SIGN_IN, LEAVE = HOME + "connexion/", HOME + "deconnexion/"
MEMBERS, REQUESTS = HOME + "membres/", HOME + "demandes/"
PASSWORD = "sept vaches dorment debout"
COOKIE = "mgen_connect_staff"
REASON = "appel du 12 mars"


def invite(runtime: Runtime, name: str = "Ana", address: str | None = None) -> str:
    """The path of the link that `staff add` prints."""
    with db.transaction():
        token = staff.invite(name, address or f"{name.lower()}@mgen.test")
    return f"{HOME}inscription/{token}/"


def words(response: TestResponse) -> str:
    """The text of a page."""
    text = re.sub(r"<(script|svg)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


class Colleague:
    """Somebody with a browser of their own."""

    def __init__(self, app: Flask, runtime: Runtime, name: str = "Ana") -> None:
        self.client: FlaskClient = app.test_client()
        self.runtime = runtime
        self.name = name
        self.address = f"{name.lower()}@mgen.test"
        self.secret = ""

    def enrols(self, path: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """With a password and an application."""
        page = self.client.get(path + "application/")
        found = re.search(r'<span class="reference">([A-Z2-7 ]+)</span>', page.text)
        assert found, page.text
        self.secret = found[1].replace(" ", "")
        form = {"new_password": password, "confirm_password": password, "code": self.code(), **fields}
        return self.client.post(path + "application/", data={"csrf_token": token_of(page), **form})

    def code(self, steps: int = 0) -> str:
        """What the application shows, or showed some steps ago."""
        return pyotp.TOTP(self.secret).generate_otp(clock.now() // 30 + steps)

    def signs_in(self, **fields: str) -> TestResponse:
        """With password and code."""
        # The code of the enrolment is spent.
        self.runtime.sql.run("UPDATE staff SET totp_last_step = 0", {})
        form = {"email": self.address, "password": PASSWORD, "code": self.code(), **fields}
        return self.sends(SIGN_IN, **form)

    def sends(self, path: str, to: str | None = None, /, **fields: str) -> TestResponse:
        """Open a page and send its form."""
        page = self.client.get(path)
        once = re.search(r'name="once" value="([^"]+)"', page.text)
        data = {"csrf_token": token_of(page), **({"once": once[1]} if once else {}), **fields}
        return self.client.post(to or path, data=data)

    def reads(self, path: str = HOME) -> str:
        """What a page says."""
        return words(self.client.get(path, follow_redirects=True))

    def finds(self, who: str) -> str:
        """The page of the one member found."""
        answer = self.sends(MEMBERS, who=who)
        assert answer.status_code == 303, words(answer)
        return str(answer.location)

    def acts(self, page: str, action: str, **fields: str) -> str:
        """Do something for a member, and read what is said of it."""
        answer = self.sends(page, action=action, **{"reason": REASON, **fields})
        assert answer.status_code == 303, words(answer)
        return self.reads(page)

    def answers(self, action: str = "agree", place: int = 0) -> str:
        """Answer a request that waits, and read what is said of it."""
        page = self.client.get(REQUESTS)
        handle = re.findall(r'name="request" value="([^"]+)"', page.text)[place]
        self.client.post(REQUESTS, data={"csrf_token": token_of(page), "request": handle, "action": action})
        return self.reads(REQUESTS)


def lines(runtime: Runtime, event: str) -> list[dict[str, Any]]:
    """The audit lines of an event."""
    names = ("account_id", "member_ref", "source", "detail")
    rows = runtime.sql.all(f"SELECT {', '.join(names)} FROM audit WHERE event = :event ORDER BY id", {"event": event})
    return [dict(zip(names, row, strict=True)) for row in rows]
