"""Sessions kept on the server: the browser's cookie is a random id and says nothing else.

Tokens never reach the browser (OAuth 2.0 for Browser-Based Apps, "backend for frontend"; ASVS 10.1.1).
A real site would keep these in its database or in Redis; a dictionary is enough for an example.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin

IDLE_SECONDS = 2 * 3600
MOST_SESSIONS = 10_000


class ServerSession(dict[str, Any], SessionMixin):
    """One browser's values. Every request of that browser shares this very object."""

    def __init__(self) -> None:
        super().__init__()
        self.id = secrets.token_urlsafe(32)
        self.lock = threading.Lock()
        self.seen_at = time.monotonic()

    def renew_id(self) -> None:
        """Give the session another id, so that one planted or seen before a sign-in is worth nothing."""
        self.id = secrets.token_urlsafe(32)


class ServerSessions(SessionInterface):
    """The sessions of one site, in memory, least recently seen first. Install as `app.session_interface`."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, ServerSession] = OrderedDict()
        self._lock = threading.Lock()

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        with self._lock:
            known = self._by_id.get(request.cookies.get(app.config["SESSION_COOKIE_NAME"], ""))
            if known is None or time.monotonic() - known.seen_at > IDLE_SECONDS:
                return ServerSession()
            known.seen_at = time.monotonic()
            self._by_id.move_to_end(known.id)
            return known

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, ServerSession)
        name = app.config["SESSION_COOKIE_NAME"]
        sent = request.cookies.get(name, "")
        with self._lock:
            if sent != session.id:
                self._by_id.pop(sent, None)
            if session:
                self._by_id[session.id] = session
            else:
                self._by_id.pop(session.id, None)
            self._forget_old()
        if session and sent != session.id:
            secure = bool(app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(name, session.id, httponly=True, samesite="Lax", secure=secure)
        elif sent and not session:
            response.delete_cookie(name)

    def drop_where(self, condition: Callable[[ServerSession], bool]) -> None:
        """Empty and forget each session that answers to `condition`."""
        with self._lock:
            for key in [key for key, session in self._by_id.items() if condition(session)]:
                self._by_id.pop(key).clear()

    def _forget_old(self) -> None:
        oldest_allowed = time.monotonic() - IDLE_SECONDS
        while self._by_id:
            oldest = next(iter(self._by_id.values()))
            if len(self._by_id) <= MOST_SESSIONS and oldest.seen_at >= oldest_allowed:
                return
            self._by_id.popitem(last=False)
