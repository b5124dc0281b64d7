"""Somebody at a browser of their own, on a network of their own; and what can be said of them from outside."""

import re
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import Flask
from legacy_bridge.walking import NEW_PASSWORD, Member, Walk, at, plain, words_of
from werkzeug.test import TestResponse

SIGN_IN = "/connexion/"
FORGOTTEN = "/connexion/mot-de-passe-oublie/"
CONTEST = "/connexion/contester/"
CONFIRM = "/connexion/confirmer/"
GUIDED, UNLOCK = "/login-adherent/mot-de-passe-oublie/", "/login-adherent/debloquez-votre-compte/"
LETTER = "/login-adherent/courrier/"


class Person(Walk):
    """A walk from one address of the network."""

    def __init__(self, app: Flask, source: str, site: str | None = None) -> None:
        browser = app.test_client()
        browser.environ_base["HTTP_X_FORWARDED_FOR"] = source
        self.app, self.source = app, source
        super().__init__(browser, site)

    def elsewhere(self) -> "Person":
        """The same person with another browser, which came from no site."""
        return Person(self.app, self.source)

    def tab(self) -> "Person":
        """Another tab of this browser, with its cookies of now."""
        tab = Person(self.app, self.source)
        tab.query = self.query
        for cookie in self.client._cookies.values():
            tab.client.set_cookie(cookie.key, cookie.value)
        return tab

    def from_another_network(self, source: str) -> "Person":
        """The same browser, behind another address."""
        self.client.environ_base["HTTP_X_FORWARDED_FOR"] = source
        return self

    def signs_in_by_email(self, address: str, password: str) -> TestResponse:
        """At the new door."""
        return self.post(SIGN_IN, email=address, password=password)

    def gets_in(self, address: str, password: str) -> bool:
        """Whether a sign-in by email opens a session, in a new browser."""
        person = self.elsewhere()
        answer = person.signs_in_by_email(address, password)
        return answer.status_code == 303 and person.is_signed_in()

    def asks(self, way: str, member: Member, born: str | None = None) -> TestResponse:
        """A guided way: number and birth date; the page that follows."""
        return self.follows(self.post(way, nir=member.nir, birth_date=born or member.birth_date))

    def types_letter(self, member: Member, code: str) -> TestResponse:
        """The code of a letter; the page that follows."""
        return self.follows(self.post(LETTER, nir=member.nir, code=code))

    def undoes_the_change(self, member: Member, code: str) -> None:
        """By the letter: the change is undone, and a password is created for the number."""
        assert "fermé par précaution" in words_of(self.types_letter(member, code))
        self.post(LETTER + "choix/")
        answer = self.post(GUIDED + "nouveau/", new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
        assert at(answer, GUIDED + "fait/")

    def follows(self, answer: TestResponse) -> TestResponse:
        """The page that an answer leads to, or the site."""
        while answer.status_code == 303 and answer.location.startswith("/"):
            answer = self.client.get(answer.location)
        return answer


def link_in(message: EmailMessage, part: str) -> str:
    """The path of the link of a message that holds `part`."""
    found = re.search(rf"https?://\S*{re.escape(part)}\S*", plain(message))
    assert found, plain(message)
    return urlsplit(found[0]).path


def newest(messages: list[EmailMessage], to: str) -> EmailMessage:
    """The last message to an address."""
    found = [message for message in messages if message["To"].lower() == to.lower()]
    assert found, [message["To"] for message in messages]
    return found[-1]
