"""The demo's mailbox in a real browser: it follows what arrives, and holds a hostile message down."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_mailbox import HOSTILE, deliver
from werkzeug.serving import make_server

from idp.demo.mailbox import QuietHandler, create_mailbox

pytestmark = pytest.mark.browser


@pytest.fixture
def maildir(tmp_path):
    return tmp_path / "mail"


@pytest.fixture
def address(maildir):
    mailbox = create_mailbox(maildir, maildir.parent / "letters")
    server = make_server("127.0.0.1", 0, mailbox, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium):
    tab = chromium.new_page(viewport={"width": 320, "height": 640})
    yield tab
    tab.close()


def assert_readable(page):
    """Nothing sticks out on a small phone, and axe has nothing to say."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_a_message_that_arrives_appears_by_itself_and_its_link_opens_elsewhere(page, address, maildir):
    page.goto(address)
    assert_readable(page)
    link = f"{address}/?to=marie@exemple.fr"
    deliver(maildir, "marie@exemple.fr", "Validez", text=link, html=f'<a href="{link}">Valider</a>')
    page.get_by_role("link", name="Validez").wait_for(timeout=10_000)
    assert page.get_by_role("status").inner_text() == "Un message vient d’arriver."
    assert_readable(page)
    page.get_by_role("link", name="Validez").click()
    page.get_by_role("heading", name="Validez").wait_for()
    assert_readable(page)
    with page.expect_popup() as opened:
        page.frame_locator("iframe").get_by_role("link").click()
    assert opened.value.url == link


def test_a_hostile_message_runs_nothing_sends_nothing_and_goes_nowhere(page, address, maildir):
    asked, stopped = [], []
    page.context.on("request", lambda request: asked.append(request.url))
    # A request that the policy stops may be announced first: it never leaves.
    page.context.on("requestfailed", lambda each: stopped.append(each.url) if "csp" in each.failure.lower() else None)
    key = deliver(maildir, "a@exemple.fr", "hostile", html=HOSTILE)
    page.goto(f"{address}/messages/{key}")
    frame = page.frame_locator("iframe")
    frame.get_by_text("un", exact=True).click()
    frame.get_by_text("x", exact=True).click()
    page.wait_for_timeout(300)
    assert page.title().startswith("hostile")
    assert [each.url for each in page.frames] == [f"{address}/messages/{key}", "about:srcdoc"]
    assert [url for url in asked if not url.startswith(address) and url not in stopped] == []
