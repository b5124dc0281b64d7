"""What is fuzzed: the whole provider in this process, with a person signed in, clients, and good values to damage."""

import contextvars
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployed import ISSUER, settings_in
from flask import Flask
from protocol import Protocol, basic
from werkzeug.test import Client as Browser
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from idp.app import create_app
from idp.cli import prepare_database
from idp.core.crypto import Keyring
from idp.core.runtime import Runtime
from idp.oidc.commands import apply_declared_clients
from idp.sessions import cookie
from idp.sessions.service import HANDLE
from idp.settings import Settings
from idp.web.bare import application

_NO_LIMIT = 1_000_000_000


@dataclass(frozen=True)
class Request:
    """One request, as it goes over the wire."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    signed_in: bool = False


class Target:
    """The provider; counts the requests made of it."""

    def __init__(self, folder: Path) -> None:
        settings = _settings(folder)
        Keyring.create(settings.secret_key_file)
        prepare_database(settings)
        with application(settings):
            apply_declared_clients()
        self.app: Flask = create_app(settings)
        self.runtime: Runtime = self.app.extensions["mgen_connect"]
        self.requests = 0
        self.slowest = 0.0
        self._browser = Browser(self.app, Response, use_cookies=False)
        with self.app.app_context():
            op = Protocol(self.runtime)
            session = op.sign_in(member="M-1")
            issued = op.tokens(session, "member-area", "openid email offline_access")
            self.tokens = [issued["access_token"], issued["refresh_token"], issued["id_token"]]
            self.tokens.append(op.tokens(session, "partner", "openid email")["access_token"])
        handle = self.runtime.keyring.handle(HANDLE, session.id)
        self.cookie = f"{cookie.name(settings)}={handle}"
        self.credentials = [basic(name)["Authorization"] for name in ("forum", "avantage", "member-area")]

    @property
    def paths(self) -> list[str]:
        """Every address that programs call."""
        return [*self.app.wsgi_app.paths, "/oidc/logout"]  # type: ignore[attr-defined]

    def send(self, request: Request) -> TestResponse:
        """The answer to one request."""
        headers = dict(request.headers)
        if request.signed_in:
            headers["Cookie"] = self.cookie
        environ: dict[str, Any] = {"RAW_URI": request.path}
        self.requests += 1
        begun = time.perf_counter()
        answer = contextvars.Context().run(
            self._browser.open,
            request.path,
            method=request.method,
            base_url=ISSUER,
            query_string=request.query,
            data=request.body,
            content_type=request.content_type or None,
            headers=headers,
            environ_overrides=environ,
        )
        self.slowest = max(self.slowest, time.perf_counter() - begun)
        return answer


def _settings(folder: Path) -> Settings:
    return settings_in(
        folder,
        registration="open",
        implicit_flows=True,
        session_management=True,
        log_level="error",
        requests_per_source=_NO_LIMIT,
        failures_per_source=_NO_LIMIT,
        registrations_per_source=_NO_LIMIT,
    )
