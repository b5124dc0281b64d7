"""What programs send and what they are answered: a request parsed once, a whole response, a refusal."""

from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import orjson

from idp.core.runtime import Runtime
from idp.web import headers, source
from idp.web.bodies import MAX_BODY

_MOST_PARAMETERS = 200


class ProtocolError(Exception):
    """An error that a program reads: `error` is a registered code, `description` plain ASCII for an integrator."""

    def __init__(
        self,
        error: str,
        description: str = "",
        *,
        status: int = 400,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(error)
        self.error = error
        # RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E only; what a client sent is never echoed.
        self.description = description
        self.status = status
        self.headers = headers


class Answer:
    """A whole response."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, body: bytes = b"", headers: headers.Headers | None = None) -> None:
        self.status = status
        self.body = body
        self.headers = headers or []


def json_answer(value: Any, status: int = 200, extra: Iterable[tuple[str, str]] = ()) -> Answer:
    """A JSON response that no cache keeps (RFC 6749 §5.1)."""
    return Answer(
        status,
        orjson.dumps(value),
        [("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache"), *extra],
    )


def redirect(location: str, extra: Iterable[tuple[str, str]] = ()) -> Answer:
    """A 303, so that a POST is never replayed at the target (RFC 9700 §4.12)."""
    return Answer(303, b"", [("Location", location), ("Cache-Control", "no-store"), *extra])


class Call:
    """A request, parsed once."""

    __slots__ = ("_cookies", "environ", "method", "path", "runtime")

    def __init__(self, environ: dict[str, Any], runtime: Runtime) -> None:
        self.environ = environ
        self.runtime = runtime
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ["PATH_INFO"]
        self._cookies: dict[str, str] | None = None

    def header(self, name: str) -> str:
        """A request header by its CGI name without the prefix (`AUTHORIZATION`), or an empty text."""
        return cast(str, self.environ.get("HTTP_" + name, ""))

    def cookie(self, name: str) -> str:
        """A cookie, or an empty text."""
        if self._cookies is None:
            pairs = (part.strip().partition("=") for part in self.header("COOKIE").split(";"))
            self._cookies = {key: value for key, _, value in reversed(list(pairs))}
        return self._cookies.get(name, "")

    def query(self) -> tuple[dict[str, str], set[str]]:
        """The query's parameters, and the names that came twice. Raises `ProtocolError` on what is not UTF-8."""
        return parse_parameters(self.environ.get("QUERY_STRING", ""))

    def body(self) -> bytes:
        """The body, up to 64 KiB. Raises `ProtocolError` (413) beyond."""
        try:
            length = int(self.environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            raise ProtocolError("invalid_request", "the Content-Length is not a number") from None
        if length > MAX_BODY:
            raise ProtocolError("invalid_request", "the body is larger than 64 KiB", status=413)
        return cast(bytes, self.environ["wsgi.input"].read(max(length, 0)))

    def form_and_duplicates(self) -> tuple[dict[str, str], set[str]]:
        """The form's parameters, and the names that came twice. Raises `ProtocolError` where there is no form."""
        kind = self.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise ProtocolError(
                "invalid_request", "the body must be application/x-www-form-urlencoded (RFC 6749 appendix B)"
            )
        try:
            return parse_parameters(self.body().decode("ascii"))
        except UnicodeDecodeError:
            raise ProtocolError(
                "invalid_request", "the body must be percent-encoded UTF-8 (RFC 6749 appendix B)"
            ) from None

    def form(self) -> dict[str, str]:
        """The form's parameters. Raises `ProtocolError` also where one comes twice (RFC 6749 §3.2)."""
        parameters, twice = self.form_and_duplicates()
        if twice:
            raise ProtocolError("invalid_request", "a parameter comes more than once (RFC 6749 section 3.2)")
        return parameters

    @property
    def source(self) -> str:
        """The address this call comes from."""
        return source.address(self.environ, self.runtime.settings.trusted_proxies)


def parse_parameters(text: str) -> tuple[dict[str, str], set[str]]:
    """Percent-encoded parameters, empty values dropped as if absent (RFC 6749 §3.1), and the names given twice.

    Raises `ProtocolError` on what is not UTF-8, and beyond 200 of them.
    """
    pairs = text.split("&", _MOST_PARAMETERS)
    if len(pairs) > _MOST_PARAMETERS:
        raise _unreadable()
    parameters: dict[str, str] = {}
    twice: set[str] = set()
    for pair in pairs:
        if not pair:
            continue
        name, _, value = pair.partition("=")
        name, value = _decoded(name), _decoded(value)
        if "\0" in name or "\0" in value:
            raise ProtocolError("invalid_request", "a parameter holds a NUL character (RFC 6749 appendix A)")
        if name in parameters:
            twice.add(name)
        parameters[name] = value
    return {name: value for name, value in parameters.items() if value}, twice


def _unreadable() -> ProtocolError:
    return ProtocolError(
        "invalid_request", "the parameters are not percent-encoded UTF-8, or too many (RFC 6749 appendix B)"
    )


def _decoded(text: str) -> str:
    # Most need nothing: `parse_qsl` would cost three times as much, twice in each redirect with its tokens.
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        raise _unreadable() from None
