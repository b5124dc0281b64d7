"""A real browser in the place of the suite's own, which enforces neither SameSite nor a Content-Security-Policy."""

import base64
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import orjson
from conformance.configuration import CONSENT, LOGOUT, SIGN_IN, ends_at_picture, picture_of
from conformance.deployment import ADDRESS, Deployment
from conformance.suite import BROWSER, Suite, SuiteError
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, sync_playwright

# Sign-in, consent, confirmation, and one to spare.
_PAGES = 6
# The frame of session management lives on cookies of another site.
_COOKIES = {"cookie_controls_mode": 0, "block_third_party_cookies": False}
_POST = """([action, pairs]) => {
  const form = document.createElement("form");
  form.method = "post"; form.action = action;
  for (const [name, value] of pairs) {
    const field = document.createElement("input");
    field.type = "hidden"; field.name = name; field.value = value; form.append(field);
  }
  document.body.append(form); form.submit();
}"""


class Chromium:
    """Goes where a module asks to, and does on our pages what a person would."""

    def __init__(self, suite: Suite, deployment: Deployment) -> None:
        self._suite = suite
        self._deployment = deployment
        self._module = ""

    def __enter__(self) -> Self:
        path = shutil.which("chromium")
        if path is None:
            raise SuiteError("BROWSER=chromium: chromium is not installed")
        self._folder = tempfile.TemporaryDirectory()
        preferences = Path(self._folder.name, "Default", "Preferences")
        preferences.parent.mkdir()
        preferences.write_bytes(orjson.dumps({"profile": _COOKIES}))
        self._playwright = sync_playwright().start()
        # Both certificates are of this machine alone.
        self._context = self._playwright.chromium.launch_persistent_context(
            self._folder.name, executable_path=path, args=["--no-sandbox"], ignore_https_errors=True, locale="fr-FR"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()
        self._playwright.stop()
        self._folder.cleanup()

    def fresh(self, module: str) -> None:
        """Begin a module with an empty browser."""
        self._module = module
        self._context.clear_cookies()

    def drive(self, identifier: str) -> list[str]:
        """Visit what the module waits for; what went wrong."""
        problems = []
        for url, method in self._suite.waiting_addresses(identifier):
            page = self._context.new_page()
            refused: list[str] = []
            page.on("console", lambda message, seen=refused: seen.append(message.text) if _policy(message) else None)
            try:
                self._visit(page, url, method, identifier)
            except BrowserError as error:
                problems.append(f"{BROWSER} at {page.url[:120]}: {str(error).splitlines()[0][:200]}")
            problems += [f"{BROWSER}: {text[:300]}" for text in refused]
            page.close()
        return problems

    def _visit(self, page: Page, url: str, method: str, identifier: str) -> None:
        if method == "POST":
            target, _, query = url.partition("?")
            # From another site, as a relying party's form is.
            page.goto(self._suite.url)
            with page.expect_navigation():
                page.evaluate(_POST, [target, parse_qsl(query, keep_blank_values=True)])
        else:
            page.goto(url)
        for _ in range(_PAGES):
            page.wait_for_load_state("load")
            if self._look(page, identifier) and ends_at_picture(self._module):
                return
            if not self._act(page):
                break
        self._arrive(page)

    def _act(self, page: Page) -> bool:
        """Do what this page of ours asks for; whether there was something."""
        if not page.url.startswith(self._deployment.issuer):
            return False
        path = urlsplit(page.url).path
        button: Any = page.locator("main button.primary")
        if path == SIGN_IN:
            page.fill("[name=email]", ADDRESS)
            page.fill("[name=password]", self._deployment.password)
        elif path == CONSENT:
            button = page.locator("button[name=agree]")
        elif path != LOGOUT or not page.locator("main form button.primary").count():
            return False
        with page.expect_navigation():
            button.click()
        return True

    def _look(self, page: Page, identifier: str) -> bool:
        if not page.url.startswith(self._deployment.issuer):
            return False
        slot = self._suite.wants_picture(identifier)
        if slot is None or not re.search(picture_of(self._module), page.content()):
            return False
        self._suite.give_picture(identifier, slot, base64.b64encode(page.screenshot()).decode())
        return True

    def _arrive(self, page: Page) -> None:
        """Stay until the suite's page has told the suite what came."""
        if page.url.startswith(self._deployment.issuer):
            # A page that posts itself, or that waits for its frames, goes on alone.
            page.wait_for_timeout(1500)
        path = urlsplit(page.url).path
        if path.endswith("/callback"):
            page.wait_for_selector("#submission_complete", state="attached", timeout=10_000)
        elif path.endswith("session_verify"):
            page.wait_for_url("**/*session_result*", timeout=15_000)


def _policy(message: Any) -> bool:
    return message.type == "error" and "Content Security Policy" in message.text
