"""The mail server: takes every message, or stalls, refuses, and goes away after it has taken one."""

import asyncio
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from chaos.ledger import Stuck

_URL = re.compile(r"https?://\S+")
_CODE = re.compile(r"^[2-9A-Z]{8}$", re.MULTILINE)
_STALL = 20


@dataclass(frozen=True)
class Message:
    """A message that came."""

    to: str
    subject: str
    paths: tuple[str, ...]
    text: str


class Mailbox:
    """Everybody's mailbox, by address. `mode`: good, stall, refuse, or drop (after DATA, without an answer)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mode = "good"
        self.messages: dict[str, list[Message]] = defaultdict(list)
        self.count = 0
        self._news = threading.Condition()
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, data_size_limit=1 << 20)
        self._controller.start()

    def stop(self) -> None:
        """Be dead: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Called by aiosmtpd."""
        if self.mode == "refuse":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Called by aiosmtpd."""
        mode = self.mode
        if mode == "stall":
            for _ in range(_STALL * 10):
                await asyncio.sleep(0.1)
                if self.mode != "stall":
                    break
            server.transport.abort()
            return "451 too late"
        self._keep(envelope.content)
        if mode == "drop":
            server.transport.abort()
        return "250 OK"

    def wait(self, address: str, start: str, seconds: float = 8) -> str:
        """The path of the newest link to `address` that begins with `start`. Raises `Stuck` where none comes."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for message in reversed(self.messages[address]):
                    for path in message.paths:
                        if path.startswith(start):
                            return path
                if not self._news.wait(deadline - time.monotonic()):
                    raise Stuck("no message came")

    def _keep(self, content: bytes) -> None:
        parsed = message_from_bytes(content, policy=policy.default)
        body = parsed.get_body(("plain",))
        text = str(body.get_content()) if body else ""
        paths = tuple(urlsplit(found).path for found in _URL.findall(text))
        message = Message(str(parsed["To"]), str(parsed["Subject"]), paths, text)
        with self._news:
            self.messages[message.to].append(message)
            self.count += 1
            self._news.notify_all()
