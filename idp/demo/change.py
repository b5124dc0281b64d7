"""A member who changes identifier through the pages, as a person would: so the demo has somebody who did."""

import time
from html.parser import HTMLParser
from pathlib import Path

import requests

from idp.demo.messages import newest_first, read_messages
from idp.demo.personas import Persona
from idp.demo.stack import DemoError

NIR_DOOR = "/login-adherent/"


_PATIENCE = 20


def change_identifier(site_url: str, persona: Persona, maildir: Path) -> None:
    """Sign `persona` in by NIR at the site, keep the address on file, end with the password, confirm the address.

    Raises `DemoError`.
    """
    steps: list[dict[str, str]] = [
        {"nir": persona.nir, "password": persona.old_password},
        {"email": persona.email},
        {
            "new_password": persona.password,
            "confirm_password": persona.password,
            "secret_answer": "le métier à tisser",
        },
        {},
    ]
    with requests.Session() as browser:
        page = browser.get(f"{site_url}/connexion")
        page = browser.get(page.url.replace("/connexion/", NIR_DOOR, 1))
        for values in steps:
            page = _send(browser, page, values)
        _send(browser, browser.get(_confirmation(maildir, persona.email)), {})


def _confirmation(maildir: Path, address: str) -> str:
    """The link that confirms the address; its message is waited for."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        for message in newest_first(read_messages(maildir), address):
            return next(link for link in message.links if "/confirmer/" in link)
        time.sleep(0.1)
    raise DemoError(f"no message came to {address}")


def _send(browser: requests.Session, page: requests.Response, values: dict[str, str]) -> requests.Response:
    reader = _Forms()
    reader.feed(page.text)
    form = next((form for form in reader.forms if values.keys() <= form.keys()), None)
    if form is None:
        raise DemoError(f"the change of identifier stopped at {page.url.partition('?')[0]} ({page.status_code})")
    return browser.post(page.url, form | values)


class _Forms(HTMLParser):
    """The forms of a page, each as the values it would send; of a list, the first choice."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select = values["name"]
        elif tag == "option" and values.get("value"):
            self.forms[-1].setdefault(self._select, values["value"])
        elif tag == "input" and values.get("name"):
            self.forms[-1][values["name"]] = values.get("value", "")
