"""The conformance suite of the OpenID Foundation, through its REST API: plans made, modules run, results read."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

POLL = 0.3
# A module waits for a request_uri or a code to expire.
PATIENCE = 150
# After the browser failed nothing more will come.
_PATIENCE_AFTER_FAILURE = 20
_OVER = ("FINISHED", "INTERRUPTED")
# How a complaint of a browser of ours begins.
BROWSER = "BROWSER"
Json = dict[str, Any]


class SuiteError(Exception):
    """The suite cannot be used; one line that says what is missing."""


@dataclass(slots=True)
class Outcome:
    """How one module ended."""

    module: str
    variant: dict[str, str]
    result: str
    seconds: float
    problems: list[str] = field(default_factory=list)


class Suite:
    """A running suite."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url.rstrip("/")
        self.certificate = folder / "suite.pem"
        self._http = requests.Session()
        parts = urlsplit(self.url)
        if parts.scheme != "https" or not parts.hostname:
            raise SuiteError(f"OIDF_SUITE_URL: {url} is not an https address")
        try:
            text = ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=10)
        except OSError as error:
            raise SuiteError(f"OIDF_SUITE_URL: nothing answers at {url} ({error})") from None
        # It is on this machine, under a certificate of its own.
        self.certificate.write_text(text)

    def version(self) -> str:
        """What it calls itself."""
        server = self.call("GET", "server")
        return f"{server['version']} ({server['revision']})"

    def call(self, method: str, path: str, query: Json | None = None, body: Any = None) -> Any:
        """One request to the API; its JSON answer, or None. Raises `SuiteError`."""
        data = body if isinstance(body, bytes) else None if body is None else orjson.dumps(body)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        url = f"{self.url}/api/{path}"
        answer = self._http.request(
            method, url, params=query, data=data, headers=headers, timeout=60, verify=str(self.certificate)
        )
        if not answer.ok:
            raise SuiteError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    def make_plan(self, name: str, variant: dict[str, str], configuration: Json) -> Json:
        """A plan, with its `id` and its `modules`."""
        query = {"planName": name, **({"variant": orjson.dumps(variant).decode()} if variant else {})}
        made: Json = self.call("POST", "plan", query, configuration)
        return made

    def run(self, plan: str, module: Json, drive: Callable[[str], list[str]], start: Callable[[], None]) -> Outcome:
        """Run one module to its end.

        `drive` leads a browser of ours where the module waits for one, and tells what went wrong; `start` does what
        has to be done by hand before a module goes on.
        """
        name, variant = module["testModule"], module.get("variant") or {}
        query = {"test": name, "plan": plan, **({"variant": orjson.dumps(variant).decode()} if variant else {})}
        begun = time.monotonic()
        identifier = self.call("POST", "runner", query)["id"]
        started, failures = False, []
        while True:
            info = self.call("GET", f"info/{identifier}")
            status, result = info["status"], info.get("result")
            if status in _OVER and (status != "FINISHED" or result):
                break
            if status == "CONFIGURED" and not started:
                started = True
                start()
                self.call("POST", f"runner/{identifier}")
            failures += drive(identifier)
            if time.monotonic() - begun > (_PATIENCE_AFTER_FAILURE if failures else PATIENCE):
                self.call("DELETE", f"runner/{identifier}")
                status, result = "INTERRUPTED", None
                break
            time.sleep(POLL)
        ended = "FAILED" if result == "FAILED" else "INTERRUPTED" if status != "FINISHED" else result
        return Outcome(
            name, variant, ended, round(time.monotonic() - begun, 1), [*self._problems(identifier), *failures]
        )

    def _problems(self, identifier: str) -> list[str]:
        return [
            f"{entry['result']} {entry.get('src', '')}: {str(entry.get('msg', '')).partition(chr(10))[0][:250]}"
            for entry in self.call("GET", f"log/{identifier}")
            if entry.get("result") in ("FAILURE", "WARNING")
        ]

    def waiting_addresses(self, identifier: str) -> list[tuple[str, str]]:
        """The addresses that a module wants visited, each with its method; each is told once."""
        browser = (self.call("GET", f"runner/{identifier}") or {}).get("browser", {})
        methods = {each["url"]: each["method"] for each in browser.get("urlsWithMethod", [])}
        urls = list(browser.get("urls", []))
        for url in urls:
            self.call("POST", f"runner/browser/{identifier}/visit", {"url": url})
        return [(url, methods.get(url, "GET")) for url in urls]

    def wants_picture(self, identifier: str) -> str | None:
        """The slot that a picture of the page goes into, or None."""
        images = self.call("GET", f"log/{identifier}/images")
        return next((image["upload"] for image in images if image.get("upload")), None)

    def give_picture(self, identifier: str, slot: str, png_base64: str) -> None:
        """Fill a slot."""
        self.call("POST", f"log/{identifier}/images/{slot}", body=f"data:image/png;base64,{png_base64}".encode())
