"""A browser as far as a load driver needs one: cookies, redirects, and the forms of a sign-in filled in."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from bench.wire import Connection, Response

_STEPS = 18
_PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_FORM = "application/x-www-form-urlencoded"


class Failed(Exception):
    """An operation that did not end as it must; one line that says how."""


class Refused(Exception):
    """A 503 with Retry-After: the server said to come back, which is an answer and no failure."""


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and what it would send untouched."""

    action: str = ""
    method: str = "GET"
    values: dict[str, str] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(values.get("action", ""), values.get("method", "GET").upper()))
        elif tag in ("input", "button") and self.found and values.get("name"):
            kind = values.get("type", "submit" if tag == "button" else "text").lower()
            if kind == "checkbox" and "checked" not in values:
                return
            self.found[-1].kinds.add(kind)
            self.found[-1].values.setdefault(values["name"], values.get("value", ""))


class Browser:
    """One person's browser, on a kept connection; `fields` are typed into every form that asks for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.cookies: dict[tuple[str, str], str] = {}

    def send(self, method: str, url: str, values: dict[str, str] | None = None) -> Response:
        """One request with the cookies that fit. Raises `Refused`, and `Failed` for another origin."""
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self._connection.origin:
            raise Failed(f"sent to {url}")
        headers = dict(_PAGE)
        fitting = [f"{name}={value}" for (name, path), value in self.cookies.items() if _covers(path, parts.path)]
        if fitting:
            headers["Cookie"] = "; ".join(fitting)
        if values is not None:
            headers["Content-Type"] = _FORM
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        response = self._connection.request(method, target, headers, urlencode(values or {}).encode())
        self._keep_cookies(response)
        if response.status == 503 and response.header("retry-after"):
            raise Refused
        return response

    def go(self, url: str, until: str, typed: dict[str, str], *, silent: bool = False) -> str:
        """Follow redirects and fill forms from `url` on, up to a redirect that starts with `until`; that address.

        `silent`: there must be no page on the way. Raises `Failed`, `Refused`, `OSError`.
        """
        method, values = "GET", None
        for _ in range(_STEPS):
            response = self.send(method, url, values)
            location = response.header("location")
            if 300 <= response.status < 400 and location:
                url, method, values = urljoin(url, location), "GET", None
                if url.startswith(until):
                    return url
            elif response.status != 200 or silent:
                raise Failed(f"{method} {urlsplit(url).path}: {response.status}, a page where none was expected")
            else:
                form = form_of(response.body, typed)
                url, method = urljoin(url, form.action), form.method
                values = {name: typed.get(name, value) for name, value in form.values.items()}
        raise Failed(f"more than {_STEPS} steps")

    def _keep_cookies(self, response: Response) -> None:
        for name, value in response.headers:
            if name != "set-cookie":
                continue
            pair, *attributes = (part.strip() for part in value.split(";"))
            key, _, content = pair.partition("=")
            told = {part.partition("=")[0].lower(): part.partition("=")[2] for part in attributes}
            place = (key, told.get("path") or "/")
            gone = not content or told.get("max-age") == "0" or "1970" in told.get("expires", "")
            self.cookies.pop(place, None)
            if not gone:
                self.cookies[place] = content


def form_of(page: bytes, typed: dict[str, str]) -> Form:
    """The form to fill in: the one with a password, one that asks for something typed, or one that is posted."""
    parser = _Forms()
    parser.feed(page.decode())
    tests = (
        lambda form: "password" in form.kinds,
        lambda form: bool(form.values.keys() & typed.keys()),
        lambda form: form.method == "POST",
    )
    for test in tests:
        for form in parser.found:
            if test(form):
                return form
    raise Failed("a page without a form to go on with")


def _covers(cookie_path: str, path: str) -> bool:
    return cookie_path in ("/", path) or path.startswith(cookie_path.rstrip("/") + "/")
