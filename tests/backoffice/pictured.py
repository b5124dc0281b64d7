"""The funnel as staff see it, kept: the drawing by itself, and the page in a real Chromium, narrow and wide."""

import logging
import re
import threading
from pathlib import Path
from urllib.parse import urlsplit

from browser.launching import launch
from browser.watch import NARROW, TALLEST, WIDE
from flask import Flask
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from idp.core.runtime import current
from tests.backoffice.working import COOKIE, HOME, Colleague, invite
from tests.conftest import Browser

# The sheet of the page is not there: the colours of its light face.
_STYLE = (
    "<style>text{fill:#434961;font:16px sans-serif}.grid{stroke:#d5daea}"
    ".curve{fill:none;stroke:#24358f;stroke-linejoin:round}.curve.started{stroke:#646b88}.curve.changed{stroke:#14603a}"
    "</style>"
)


def draw(app: Flask, issuer: str, folder: Path, people: int) -> None:
    """Write `funnel-PEOPLE.svg`, and the page's pictures into `screenshots/`."""
    app.test_client_class = Browser
    with app.app_context():
        ana = Colleague(app, current())
        assert ana.enrols(invite(ana.runtime)).status_code == 303
        assert ana.signs_in().status_code == 303
    found = re.search(r'<svg class="plot"(.*?>)(.*?</svg>)', ana.client.get(HOME).text, re.DOTALL)
    assert found
    (folder / f"funnel-{people}.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg"{found[1]}{_STYLE}<path fill="#fff" d="M0 0H720V320H0Z"/>{found[2]}\n'
    )
    cookie = ana.client.get_cookie(COOKIE)
    assert cookie
    _photograph(app, issuer, cookie.value, folder / "screenshots", f"backoffice-funnel-{people}")


def _photograph(app: Flask, issuer: str, session: str, folder: Path, name: str) -> None:
    logging.getLogger("werkzeug").setLevel("ERROR")
    server = make_server("127.0.0.1", urlsplit(issuer).port or 80, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with sync_playwright() as playwright:
            chromium = launch(playwright)
            context = chromium.new_context(locale="fr-FR")
            context.add_cookies([{"name": COOKIE, "value": session, "url": issuer}])
            page = context.new_page()
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)
                page.goto(issuer + HOME)
                height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                clip = {"x": 0, "y": 0, "width": size["width"], "height": height}
                page.screenshot(path=folder / f"{name}-{size['width']}.png", full_page=True, clip=clip)
            chromium.close()
    finally:
        server.shutdown()
        thread.join()
