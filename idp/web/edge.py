"""The edge: plain WSGI under the Flask app, for the endpoints that programs call a thousand times a second.

An endpoint is a function `Call -> Answer`, registered by path and method. It may return None: then Flask takes over
the same request (a person must act), and finds what the function left in `call.environ`.
"""

import string
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import structlog

from idp.core import draining
from idp.core import runtime as runtime_module
from idp.core.crypto import b64u
from idp.core.db import Unavailable
from idp.core.hashing import Busy
from idp.core.ids import new_id
from idp.core.lane import lane
from idp.core.runtime import Runtime
from idp.core.seats import Seats, Turns
from idp.web import headers, logs
from idp.web.bodies import NOT_READ, bodies
from idp.web.calls import Answer, Call, ProtocolError, json_answer

REQUEST_ID = "mgen_connect.request_id"
# Left for the page that people get where a store did not answer.
UNAVAILABLE = "mgen_connect.unavailable"
# Where Flask leaves the rule that it found.
ROUTE = "mgen_connect.route"
_REASONS = {200: "OK", 201: "Created", 204: "No Content", 303: "See Other", 304: "Not Modified", 400: "Bad Request",
            401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            413: "Content Too Large", 429: "Too Many Requests", 500: "Internal Server Error",
            503: "Service Unavailable"}  # fmt: skip
# Left for the page that people get where too many wait.
BUSY = "mgen_connect.busy"
# Of a worker: what it can serve in some three seconds when all of them are sign-ins.
WAITING_PAGES = 128
_TRY_AGAIN = {"error": "temporarily_unavailable", "error_description": "please try again"}
_log = structlog.get_logger()

StartResponse = Callable[..., Any]
WSGIApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def _whole(body: Iterable[bytes]) -> list[bytes]:
    """A response made to the end, so that nothing of it runs after the lane is given up."""
    try:
        return list(body)
    finally:
        # PEP 3333: whoever reads it closes it.
        if close := getattr(body, "close", None):
            close()


Endpoint = Callable[[Call], Answer | None]


class Edge:
    """The WSGI application: the table of endpoints first, Flask for everything else."""

    def __init__(self, app: WSGIApp, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime
        self._headers = headers.common(runtime.settings)
        self._seats = Seats(runtime.settings.threads)
        self._turns = Turns(runtime.settings.pages_at_once, WAITING_PAGES)
        self._endpoints: dict[str, dict[str, Endpoint]] = {}
        self._cors: set[str] = set()
        self._pages: set[str] = set()
        self._apart: set[str] = set()
        self._entry: WSGIApp = self._serve

    def register(
        self,
        path: str,
        methods: Iterable[str],
        endpoint: Endpoint,
        *,
        cors: bool = False,
        page: bool = False,
        apart: bool = False,
    ) -> None:
        """Serve `path` for `methods` (HEAD comes with GET); `cors` lets scripts of any origin call it.

        `page`: people come there too, so that Flask answers where the endpoint fails. `apart`: it answers while others
        hold the lane, and never hands over to Flask.
        """
        table = self._endpoints.setdefault(path, {})
        for method in methods:
            table[method] = endpoint
        if cors:
            self._cors.add(path)
        if page:
            self._pages.add(path)
        if apart:
            self._apart.add(path)

    def watch(self, around: Callable[[WSGIApp], WSGIApp]) -> None:
        """Let `around` see each request whole, from its arrival, before it waits for the lane."""
        self._entry = around(self._entry)

    @property
    def paths(self) -> list[str]:
        """Every path served here."""
        return list(self._endpoints)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if ("CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ) and not bodies.read(environ):
            # Nobody is there to read an answer.
            start_response("400 Bad Request", [("Content-Length", "0"), headers.LAST])
            return [b""]
        if draining.is_announced() or NOT_READ in environ:
            start_response = headers.as_the_last(start_response)
        return self._entry(environ, start_response)

    def _serve(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        methods = self._endpoints.get(path)
        if methods is None:
            # However many pages there are, some seats are left for what programs ask.
            with self._turns.one() as has_turn, self._seats, lane.held(urgent=False):
                if not has_turn:
                    environ[BUSY] = True
                return self._in_turn(None, environ, start_response)
        if path in self._apart:
            return self._in_turn(methods, environ, start_response)
        with self._seats, lane.held():
            return self._in_turn(methods, environ, start_response)

    def _in_turn(
        self, methods: dict[str, Endpoint] | None, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        runtime_module.enter(self._runtime)
        environ[REQUEST_ID] = b64u(new_id()[6:])
        if not environ.get("QUERY_STRING", "").isascii():
            # Raw bytes: werkzeug would fail on those that are not UTF-8, on the error page too.
            environ["QUERY_STRING"] = quote(environ["QUERY_STRING"], string.punctuation, "latin-1")
        logs.request_id.set(environ[REQUEST_ID])
        answer = self._answer(methods, Call(environ, self._runtime)) if methods else None
        if answer is None:
            return _whole(self._app(environ, start_response))
        self._send(answer, environ, start_response)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, methods: dict[str, Endpoint], call: Call) -> Answer | None:
        endpoint = methods.get("GET" if call.method == "HEAD" else call.method)
        if endpoint is None:
            return self._refuse_method(methods, call)
        try:
            if NOT_READ in call.environ:
                raise ProtocolError(
                    "temporarily_unavailable", status=503, headers=(("Retry-After", str(Busy.retry_after)),)
                )
            return endpoint(call)
        except ProtocolError as error:
            # Under the reference that the answer carries too (X-Request-Id).
            _log.info("call_refused", path=call.path, error=error.error, reason=error.description)
            body = {"error": error.error}
            if error.description:
                body["error_description"] = error.description
            return json_answer(body, error.status, error.headers)
        except Unavailable as error:
            _log.warning("store_unavailable", path=call.path, reason=str(error))
            if call.path in self._pages:
                call.environ[UNAVAILABLE] = True
                return None
            return json_answer(_TRY_AGAIN, 503, [("Retry-After", str(error.retry_after))])
        except Exception:
            _log.exception("edge_failure", path=call.path)
            if call.path in self._pages:
                return None
            return json_answer({"error": "server_error", "error_description": "please try again"}, 500)

    def _refuse_method(self, methods: dict[str, Endpoint], call: Call) -> Answer:
        allowed = sorted({*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"})
        if call.method == "OPTIONS":
            extra: headers.Headers = []
            if call.path in self._cors:
                extra = [
                    ("Access-Control-Allow-Methods", ", ".join(allowed)),
                    ("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP"),
                    ("Access-Control-Max-Age", "600"),
                ]
            return Answer(204, b"", [("Allow", ", ".join(allowed)), *extra])
        description = "another method is needed: see the header Allow (RFC 9110 section 15.5.6)"
        body = {"error": "invalid_request", "error_description": description}
        return json_answer(body, 405, [("Allow", ", ".join(allowed))])

    def _send(self, answer: Answer, environ: dict[str, Any], start_response: StartResponse) -> None:
        sent = [*answer.headers, *self._headers, ("X-Request-Id", environ[REQUEST_ID])]
        if environ["PATH_INFO"] in self._cors:
            sent.append(("Access-Control-Allow-Origin", "*"))
            sent.append(("Access-Control-Expose-Headers", "DPoP-Nonce, WWW-Authenticate"))
        if answer.status not in (204, 304):
            sent.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {_REASONS[answer.status]}", sent)
