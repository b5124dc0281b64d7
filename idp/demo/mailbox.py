"""A mailbox in the browser, over a Maildir and a folder of letters: python -m idp.demo.mailbox MAILDIR LETTERS PORT

A process of its own, read-only, for the demo and for tests: the messages that the provider sends land in a
folder, its letters in another, and here somebody reads them and follows their links.
"""

import json
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from idp.demo.letters import read_letters
from idp.demo.messages import Message, newest_first, read_messages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HERE = Path(__file__).parent
# The frame of an HTML part inherits this policy, and mails style themselves in the markup.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Inside the frame: no script, no request, and links that open elsewhere.
FRAME_HEAD = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    'img-src data:; form-action \'none\'"><base target="_blank">'
)
URLS = Map(
    [
        Rule("/", endpoint="list", methods=["GET"]),
        Rule("/messages/<name>", endpoint="message", methods=["GET"]),
        Rule("/messages.json", endpoint="json", methods=["GET"]),
    ]
)


class Mailbox:
    """The WSGI application over one Maildir and one folder of letters."""

    def __init__(self, maildir: Path, letters: Path) -> None:
        self.maildir = maildir
        self.letters = letters
        self.pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
        self.pages.globals["frame_head"] = FRAME_HEAD

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        request = Request(environ)
        try:
            endpoint, values = URLS.bind_to_environ(environ).match()
            response = getattr(self, f"_{endpoint}")(request, **values)
        except NotFound:
            response = self._page("missing.html", 404)
        except HTTPException as error:
            response = error.get_response(environ)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        body: Iterable[bytes] = response(environ, start_response)
        return body

    def _list(self, request: Request) -> Response:
        to = request.args.get("to", "")
        everything = self._read()
        addresses = sorted({address for message in everything for address in message.to})
        messages = self._read(to) if to else everything
        return self._page("list.html", messages=messages, addresses=addresses, to=to)

    def _message(self, request: Request, name: str) -> Response:
        for message in self._read():
            if message.id == name:
                return self._page("message.html", message=message)
        raise NotFound

    def _json(self, request: Request) -> Response:
        messages = self._read(request.args.get("to", ""))
        return Response(json.dumps([each.as_json() for each in messages]), mimetype="application/json")

    def _read(self, to: str = "") -> list[Message]:
        return newest_first([*read_messages(self.maildir), *read_letters(self.letters)], to)

    def _page(self, template: str, status: int = 200, /, **values: Any) -> Response:
        return Response(self.pages.get_template(template).render(values), status, mimetype="text/html")


class QuietHandler(WSGIRequestHandler):
    """Says nothing of the requests that go well."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def create_mailbox(maildir: Path, letters: Path) -> "WSGIApplication":
    """The mailbox page over `maildir` and `letters`, with its style and its script."""
    return SharedDataMiddleware(Mailbox(maildir, letters), {"/static": str(HERE / "static")})


def main(arguments: list[str]) -> int:
    """Serve the mailbox on http://localhost:PORT until it is told to stop."""
    if len(arguments) != 3 or not arguments[2].isdecimal():
        sys.stderr.write(f"{__doc__}\n")
        return 2
    mailbox = create_mailbox(Path(arguments[0]), Path(arguments[1]))
    server = make_server("127.0.0.1", int(arguments[2]), mailbox, threaded=True, request_handler=QuietHandler)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
