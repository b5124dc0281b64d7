"""The example sites as people see them: run by their own command, in a real browser."""

import json
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from servers import free_port

SITE = Path(__file__).parents[2] / "examples" / "site.py"


@contextmanager
def served(tmp_path, key, issuer):
    """The address of the site `key`, served by its command."""
    port = free_port()
    base_url = f"http://localhost:{port}"
    config = {"key": key, "port": port, "issuer": issuer, "client_id": key, "client_secret": "s"}
    (tmp_path / "site.json").write_text(json.dumps(config | {"base_url": base_url}))
    with subprocess.Popen([sys.executable, SITE, tmp_path / "site.json"], stderr=subprocess.PIPE) as process:
        try:
            _wait_for(port)
            yield base_url
        finally:
            process.terminate()
        assert process.wait(10) == 0
        assert process.stderr.read() == b""


def _wait_for(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the site does not answer")


def assert_readable(page):
    """Nothing sticks out on a small phone, and axe has nothing to say."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    violations = Axe().run(page).response["violations"]
    assert [each["id"] for each in violations] == []


@pytest.mark.browser
@pytest.mark.parametrize("key", ["member-area", "avantage", "forum"])
def test_a_person_signs_in_reads_and_signs_out_on_a_small_phone(tmp_path, provider, page, key):
    page.set_viewport_size({"width": 320, "height": 640})
    # The sign-out page of the real provider is not part of this test: the person just leaves.
    provider.lies["metadata"] = {"end_session_endpoint": None}
    provider.lies["userinfo"] = {"email": f"{'tres-long' * 6}@exemple.fr"}
    with served(tmp_path, key, provider.issuer) as home:
        page.goto(f"{home}/retour?state=lost")
        assert_readable(page)
        page.goto(home)
        assert_readable(page)
        page.locator("a[href='/connexion']").first.click()
        page.wait_for_url(f"{home}/mon-espace")
        page.get_by_text("tres-long").first.wait_for()
        assert_readable(page)
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(f"{home}/au-revoir")
        assert_readable(page)
