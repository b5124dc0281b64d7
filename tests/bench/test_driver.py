import http.server
import threading
import time
from collections.abc import Iterator

import pytest

from bench import deployment, driver
from bench.browser import Browser, Failed, form_of
from bench.driver import measure
from bench.target import Target
from bench.wire import Connection


@pytest.mark.slow
@pytest.mark.parametrize("engine", deployment.ENGINES)
def test_every_workload_goes_to_its_end_on_both_engines(engine: str) -> None:
    """W1 to W6 and the NIR door, by several users at once, without a failure, and with what they cost the server."""
    with deployment.running(engine, users=20, authorizations=100, options=("--plain-hashes",)) as aim:
        for workload in ("w1", "w2", "w3", "w4", "w5", "w6", "nir"):
            measured = measure(aim, workload, users=2, seconds=1, warm=0.2)
            assert measured.counted.failures == 0, measured.counted.sample
            assert measured.counted.latencies, workload
            assert measured.cpu_ms > 0
            assert measured.memory > 10


@pytest.mark.slow
def test_a_window_that_its_reader_came_late_to_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cost that was read after its load was over would be of nothing: another window is taken."""
    in_time, calls = driver._sleep_until, []

    def late_at_first(moment: float) -> None:
        calls.append(moment)
        in_time(moment + (2 if len(calls) == 1 else 0))

    monkeypatch.setattr(driver, "_sleep_until", late_at_first)
    with deployment.running("embedded", users=20, authorizations=100, options=("--plain-hashes",)) as aim:
        measured = measure(aim, "w6", users=2, seconds=1, warm=0.2)
    assert measured.cpu_ms > 0
    # Two for each window; a machine that stands still may cost more of them.
    assert len(calls) >= 4


@pytest.mark.slow
def test_who_cannot_sign_in_is_a_failure_and_no_figure() -> None:
    """Where the people that the driver speaks of are not there, it says so instead of measuring refusals."""
    with deployment.running("embedded", users=2, options=("--plain-hashes",)) as aim:
        wrong = Target(aim.issuer, aim.processes, user="nobody{}@bench.test")
        with pytest.raises(Failed, match="403"):
            measure(wrong, "w2", users=1, seconds=1)


class _Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 0.3

    def do_GET(self) -> None:
        if self.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5\r\nhello\r\n6;more\r\n world\r\n0\r\n\r\n")
            return
        self.send_response(303)
        self.send_header("Location", "/" if self.path == "/loop" else "http://elsewhere.test/")
        self.send_header("Set-Cookie", "seen=1; Path=/; HttpOnly")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def origin() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("origin", ["http://example.org", "https://127.0.0.1:8000", "http://10.0.0.1:80"])
def test_the_driver_goes_nowhere_but_to_loopback(origin: str) -> None:
    """An origin elsewhere is refused before anything is sent."""
    with pytest.raises(ValueError, match="goes nowhere else"):
        Connection(origin)


def test_a_kept_connection_that_was_closed_is_opened_again(origin: str) -> None:
    """A server that gave up an idle connection costs no failure, and a body in chunks is read whole."""
    connection = Connection(origin)
    assert connection.request("GET", "/chunks", {}).body == b"hello world"
    time.sleep(0.6)
    assert connection.request("GET", "/chunks", {}).body == b"hello world"
    connection.close()


def test_a_browser_is_led_to_no_other_origin(origin: str) -> None:
    """A redirect to a strange host ends the operation, with the cookie kept for the next."""
    connection = Connection(origin)
    browser = Browser(connection)
    with pytest.raises(Failed, match=r"sent to http://elsewhere\.test/"):
        browser.go(f"{origin}/loop", "http://127.0.0.1:9/cb", {})
    assert browser.cookies == {("seen", "/"): "1"}
    connection.close()


def test_the_form_with_the_password_is_the_one_that_is_filled_in() -> None:
    """Of a page with several forms, and with what they hold already."""
    page = (
        b'<form action="/lang"><button name="hl" value="en">English</button></form>'
        b'<form action="/in" method="post"><input type="hidden" name="csrf_token" value="a&amp;b">'
        b'<input name="email"><input type="password" name="password"><input type="checkbox" name="stay"></form>'
    )
    form = form_of(page, {"email": "x"})
    assert (form.action, form.method) == ("/in", "POST")
    assert form.values == {"csrf_token": "a&b", "email": "", "password": ""}
