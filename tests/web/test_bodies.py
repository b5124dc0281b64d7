"""A body is read whole before its request gets a turn: in bounded places, for a bounded time, or not at all."""

import socket
import threading
import time
from io import BytesIO

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from idp.core.lane import lane
from idp.core.seats import PerSeat, Seats
from idp.core.sockets import Unanswered
from idp.web import bodies as module
from idp.web.bodies import MAX_BODY, Bodies
from idp.web.calls import json_answer

FORM = "application/x-www-form-urlencoded"


class Stalled:
    """A body that comes when it is let."""

    def __init__(self, content: bytes = b"a=1") -> None:
        self.content, self.waited, self.go = content, threading.Event(), threading.Event()

    def read(self, _size: int) -> bytes:
        self.waited.set()
        self.go.wait(20)
        return self.content


def post(path: str, body, length: str, **more: str):
    """A request with a body of one's own."""
    environ = EnvironBuilder(path, method="POST", content_type=FORM, base_url="http://localhost:8000").get_environ()
    return environ | {"wsgi.input": body, "CONTENT_LENGTH": length, "REMOTE_ADDR": "192.0.2.1", **more}


def test_others_are_answered_while_a_body_does_not_come(app, client):
    """On both sides of the application, many at once; and each is answered when its body is there."""
    waiting = [Stalled() for _ in range(40)]
    paths = ["/oidc/token", "/connexion/"] * 20
    answers = []

    def ask(path: str, body: Stalled) -> None:
        answers.append(run_wsgi_app(app, post(path, body, "3"), buffered=True)[1])
        app.extensions["mgen_connect"].sql.close()

    threads = [threading.Thread(target=ask, args=pair) for pair in zip(paths, waiting, strict=True)]
    for thread in threads:
        thread.start()
    for one in waiting:
        assert one.waited.wait(10)
    assert client.get("/connexion/").status_code == 200
    assert client.post("/oidc/token", data={"a": "1"}).status_code in (400, 401)
    for one in waiting:
        one.go.set()
    for thread in threads:
        thread.join(20)
    assert len(answers) == 40
    assert {answer[:3] for answer in answers} <= {"400", "401"}


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [("/oidc/token", "application/json", "temporarily_unavailable"), ("/connexion/", "text/html", "instant")],
)
def test_where_no_place_is_left_one_is_told_to_come_again(app, monkeypatch, path, kind, words):
    """503 with Retry-After, in the way of who asks; the connection ends, for its body is still to come."""
    monkeypatch.setattr(module.bodies, "_places", 0)
    monkeypatch.setattr(module.bodies, "_half", 0)
    body, status, headers = run_wsgi_app(app, post(path, BytesIO(b"a=1"), "3"), buffered=True)
    text = b"".join(body).decode()
    assert status[:3] == "503"
    assert (headers["Retry-After"], headers["Connection"]) == ("5", "close")
    assert headers["Content-Type"].startswith(kind)
    assert words in text


def test_one_address_has_half_the_places_at_most(monkeypatch):
    """Another is still read."""
    bodies, waiting = Bodies(8), []
    for number in range(8):
        body = Stalled()
        environ = {"wsgi.input": body, "CONTENT_LENGTH": "3", "REMOTE_ADDR": "192.0.2.1"}
        threading.Thread(target=bodies.read, args=(environ,), daemon=True).start()
        waiting.append((body, environ))
        assert body.waited.wait(5 if number < 4 else 0.1) == (number < 4)
    assert [module.NOT_READ in environ for _, environ in waiting] == [False] * 4 + [True] * 4
    other = {"wsgi.input": BytesIO(b"a=1"), "CONTENT_LENGTH": "3", "REMOTE_ADDR": "192.0.2.2"}
    bodies.read(other)
    assert other["wsgi.input"].read() == b"a=1"
    for body, _ in waiting:
        body.go.set()


def test_what_ended_too_soon_is_not_processed(app):
    """A form that lost its end says something else than it meant."""
    _, status, headers = run_wsgi_app(app, post("/oidc/revoke", BytesIO(b"token=ab"), "20"), buffered=True)
    assert (status[:3], headers["Connection"]) == ("400", "close")


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY, "200"), (MAX_BODY + 1, "413"), (9 * MAX_BODY, "413")])
@pytest.mark.parametrize("chunked", [False, True])
def test_64_kib_are_read_whoever_announces_them(app, size, status, chunked):
    """With a length or in chunks; no byte is read of what is announced as more."""
    app.wsgi_app.register("/test/length", ["POST"], lambda call: json_answer(len(call.body())))
    body = BytesIO(b"a" * size)
    environ = post("/test/length", body, str(size))
    if chunked:
        del environ["CONTENT_LENGTH"]
        environ["HTTP_TRANSFER_ENCODING"] = "chunked"
    answer = run_wsgi_app(app, environ, buffered=True)
    assert answer[1][:3] == status
    assert body.tell() == (min(size, MAX_BODY + chunked) if chunked or status == "200" else 0)


@pytest.mark.parametrize(
    ("sent", "answered", "cut"), [(b"half", False, True), (b"whole", True, False)], ids=["owes", "was answered"]
)
def test_only_a_connection_that_owes_something_is_cut(sent, answered, cut):
    """By the kernel's own account, only of the addresses that are late, and only of our clients' connections."""
    unanswered, of_others = Unanswered(), Unanswered()
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        served, _ = listener.accept()
        with served:
            client.sendall(sent)
            served.recv(100)
            if answered:
                time.sleep(0.02)
                served.sendall(b"answer")
                client.recv(100)
            port = listener.getsockname()[1]
            assert of_others.cut(port, {"192.0.2.1"}, 0) == 0
            for _ in range(2):
                assert of_others.cut(port + 1, {"127.0.0.1"}, 0) == 0
                unanswered.cut(port, {"127.0.0.1"}, 0.1)
                time.sleep(0.2)
            client.settimeout(0.2)
            try:
                assert (client.recv(10) == b"") == cut
            except TimeoutError:
                assert not cut


def test_a_seat_keeps_what_the_next_request_needs():
    """Few requests use few seats, in whatever thread; without a request a thread keeps its own."""
    seats, places = Seats(4), PerSeat()
    found = []

    def request() -> None:
        with seats, lane.held():
            here = places.here()
            here.number = getattr(here, "number", 0) + 1
            found.append(here.number)

    for _ in range(6):
        thread = threading.Thread(target=request)
        thread.start()
        thread.join()
    assert found == [1, 2, 3, 4, 5, 6]
    assert not hasattr(places.here(), "number")
