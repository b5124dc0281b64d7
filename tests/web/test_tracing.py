"""Traces as a collector receives them: one a request and a job, with what it waited for and nothing of what it said."""

import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from idp import jobs
from idp.app import create_app
from idp.core import outbox
from idp.core.db import transaction
from idp.oidc import outgoing
from idp.settings import SettingsError
from idp.web import tracing
from tests.email_door.browsing import ADDRESS, PASSWORD, sign_in

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
FROM_THE_FRONT = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
SERVER = 2


class Collector(HTTPServer):
    """What an OpenTelemetry collector takes, over HTTP and protobuf."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taker)
        self.resources = []
        self.raw = b""

    @property
    def url(self):
        """The setting `tracing_endpoint`."""
        return f"http://127.0.0.1:{self.server_port}/v1/traces"

    def spans(self):
        """Every span that came, in order of their beginning."""
        tracing._tracer.span_processor.force_flush()
        found = [span for resource in self.resources for scope in resource.scope_spans for span in scope.spans]
        return sorted(found, key=lambda span: span.start_time_unix_nano)

    def request(self):
        """The only request, and the names of what is in it."""
        [whole] = [span for span in self.spans() if span.kind == SERVER]
        inside = [span for span in self.spans() if span.trace_id == whole.trace_id and span is not whole]
        return whole, [span.name for span in inside]


class Taker(BaseHTTPRequestHandler):
    """Decodes what comes."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.raw += body
        self.server.resources.extend(ExportTraceServiceRequest.FromString(body).resource_spans)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def collector(monkeypatch):
    """A real one, on a free port."""
    monkeypatch.setattr(tracing, "_tracer", None)
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    if tracing._tracer:
        tracing._tracer.span_processor.shutdown()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(make_settings, collector):
    return make_settings(tracing_endpoint=collector.url, trusted_proxies=["10.0.0.0/8"])


def attributes(span):
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_request_is_a_span_with_its_route(client, collector):
    """And its status and the id that the log has; the query is not in it."""
    answer = client.get("/connexion/?login_hint=camille@exemple.fr")
    span, _ = collector.request()
    assert span.name == "GET /connexion/"
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.route": "/connexion/",
        "http.response.status_code": 200,
        "mgen_connect.request_id": answer.headers["X-Request-Id"],
    }
    [resource] = collector.resources
    assert attributes(resource.resource)["service.name"] == "mgen-connect"
    assert b"camille" not in collector.raw


def test_what_a_request_waits_for_is_inside(client, collector, at_scale):
    """Statements by verb and table, the hash, Redis; never what somebody typed."""
    sign_in(client, ADDRESS, PASSWORD)
    posted = next(span for span in collector.spans() if span.name == "POST /connexion/")
    spans = [span for span in collector.spans() if span.trace_id == posted.trace_id]
    inside = [span.name for span in spans]
    assert inside.count("sql INSERT password_attempts") == 1
    assert {"hash", "sql INSERT password_attempts", "sql SELECT account", "sql INSERT audit"} <= set(inside)
    assert ("redis count" in inside) == at_scale
    for typed in (ADDRESS, PASSWORD, "127.0.0.1"):
        assert typed.encode() not in collector.raw


def test_a_failure_is_told_without_its_text(app, client, collector):
    """An exception may hold what somebody typed."""

    @app.get("/test/failing")
    def failing():
        raise ValueError("camille@exemple.fr")

    app.testing = False
    assert client.get("/test/failing").status_code == 500
    span, _ = collector.request()
    assert (span.status.code, span.status.message, len(span.events)) == (2, "", 0)
    assert b"camille" not in collector.raw


@pytest.mark.parametrize(("peer", "taken"), [("10.0.0.1", True), ("127.0.0.1", False)])
def test_the_trace_of_our_front_goes_on(client, collector, peer, taken):
    """Anybody else's is not taken up."""
    client.get("/oidc/jwks", headers=FROM_THE_FRONT, environ_base={"REMOTE_ADDR": peer})
    span, _ = collector.request()
    assert (span.trace_id.hex() == TRACE) == taken
    assert (span.parent_span_id.hex() == PARENT) == taken


def test_a_job_is_a_trace_of_its_own(app, collector, runtime):
    """A call that it makes is inside."""
    with transaction():
        outbox.put("calls", {"uri": "https://127.0.0.1:1/logout"})

    def call(job):
        outgoing.get(runtime.settings, job["uri"], "application/json")

    outbox.drain(tracing.handlers(app, {"calls": call}))
    spans = collector.spans()
    job = next(span for span in spans if span.name == "job calls")
    assert "call GET" in {span.name for span in spans if span.parent_span_id == job.span_id}
    assert b"/logout" not in collector.raw


def test_every_job_is_traced(app, collector):
    """Those of the jobs process, all of them."""
    assert tracing.handlers(app, jobs.HANDLERS).keys() == jobs.HANDLERS.keys()


def test_a_collector_that_is_gone_holds_nobody_up(make_settings, monkeypatch):
    """Neither a request nor, for more than a few seconds, the end of the process."""
    monkeypatch.setattr(tracing, "_tracer", None)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1/traces"
        app = create_app(make_settings(tracing_endpoint=address))
        began = time.monotonic()
        for _ in range(20):
            assert app.test_client().get("/oidc/jwks").status_code == 200
        tracing._tracer.span_processor.shutdown()
        assert time.monotonic() - began < 8
    app.extensions["mgen_connect"].sql.close()


def test_without_the_setting_nothing_is_imported(settings):
    """And nothing is in anybody's way."""
    script = "import sys, idp.app, idp.jobs; print(any('opentelemetry' in name for name in sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_without_the_extra_the_start_says_so(make_settings, monkeypatch):
    """In one line."""
    monkeypatch.setattr("idp.settings.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"^MGEN_CONNECT_TRACING_ENDPOINT: needs the extra `tracing`: pip install"):
        make_settings(tracing_endpoint="http://127.0.0.1:4318/v1/traces")


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT 1 FROM code WHERE z = :z", "sql SELECT code"),
        ("INSERT INTO audit (id) VALUES (:id) ON CONFLICT DO UPDATE SET x = 1", "sql INSERT audit"),
        ("\nUPDATE code SET spent_at = :now", "sql UPDATE code"),
        ("DELETE FROM outbox", "sql DELETE outbox"),
        ("BEGIN IMMEDIATE", "sql BEGIN"),
        ("", "sql"),
    ],
)
def test_a_statement_is_named_by_its_verb_and_table(statement, name):
    """Few names, and no value."""
    assert tracing._statement(statement) == name
