"""The log: one JSON line an event on standard error, and the last net under what must never be written.

The first net is not to log it. Everything passes here: our events, the libraries' loggers, uncaught exceptions.
"""

import logging
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any

import orjson
import structlog
from structlog.types import EventDict

from idp.core import clock
from idp.core.redaction_patterns import NIR_IN_TEXT
from idp.settings import Settings

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
# Whether each request writes a line of its own: at the level debug.
each_request = False

_LONGEST = 20_000
_MASK = "[redacted]"
_SECRET_PARTS = ("password", "secret", "token", "cookie", "assertion", "authorization", "verifier", "credential")
_SECRET_NAMES = frozenset(
    {"code", "nir", "answer", "handle", "birth_date", "email", "address", "to", "login_hint", "i"}
)
_EMAIL = re.compile(r"[^\s@<>\"'(),;:=&/\\\[\]]{1,64}(?:@|%40)[^\s@<>\"'(),;:=&/\\\[\]]{1,255}", re.IGNORECASE)
# `name=value` or `name: value`, as in a query, a form, a header or the text of an exception.
_PAIR = re.compile(
    r"(?P<name>[\"']?\b[\w-]*(?:password|secret|token|cookie|assertion|verifier|authorization|code|nir|handle)[\"']?"
    r"\s{0,2}[=:]\s{0,2}(?:Bearer |Basic |DPoP )?)(?P<value>[^\s&;,\"'<>]+|\"[^\"]*\"|'[^']*')",
    re.IGNORECASE,
)
# A JWT, or a random value of ours.
_RANDOM = re.compile(
    r"\beyJ[\w-]+(?:\.[\w-]*){1,4}|(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{40,}", re.ASCII
)
# What some readers take for the end of a line, or a terminal for an order (ASVS 16.4.1); JSON escapes the others.
_CONTROL = re.compile(r"[\x7f-\x9f\u2028\u2029]")


def configure(settings: Settings) -> None:
    """Send every log of this process through the redaction, as JSON; may be called again."""
    global each_request
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    each_request = level <= logging.DEBUG
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _StandardError()
    handler.setFormatter(_formatter())
    root = logging.getLogger()
    root.handlers = [handler]
    # Libraries speak of trouble only.
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger("idp").setLevel(level)
    # A failing log call must not print its arguments.
    logging.raiseExceptions = False
    sys.excepthook = _log_uncaught


class _StandardError(logging.Handler):
    """Writes to what is standard error at the time: a fork or a test may have changed it."""

    def emit(self, record: logging.LogRecord) -> None:
        # One write, so that lines of several processes do not mix.
        sys.stderr.write(self.format(record) + "\n")
        sys.stderr.flush()


def redact(value: Any, name: str = "") -> Any:
    """`value` as it may be written: numbers, addresses and secrets masked, at any depth, whatever its type."""
    if value is None or isinstance(value, bool | float):
        return value
    if _is_secret(name):
        return _MASK
    if isinstance(value, int):
        return value if -(10**12) < value < 10**12 else _redact_text(str(value))
    if isinstance(value, Mapping):
        return {_redact_text(str(key)): redact(each, str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(each) for each in value]
    return _redact_text(value if isinstance(value, str) else repr(value))


def _redact_text(text: str) -> str:
    # What JSON cannot hold (a lone surrogate) is spelled out.
    text = text[:_LONGEST].encode("utf-8", "backslashreplace").decode()
    text = NIR_IN_TEXT.sub("[number]", text)
    text = _PAIR.sub(rf"\g<name>{_MASK}", text)
    return _CONTROL.sub("?", _RANDOM.sub(_MASK, _EMAIL.sub("[email]", text)))


def _is_secret(name: str) -> bool:
    name = name.lower()
    return name in _SECRET_NAMES or any(part in name for part in _SECRET_PARTS)


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # The plain traceback: never with the values of local variables.
            structlog.processors.format_exc_info,
            _describe,
            lambda _logger, _method, event: orjson.dumps(event).decode(),
        ],
    )


def _describe(_logger: Any, _method: str, event: EventDict) -> EventDict:
    now = clock.now_ms()
    moment = f"{clock.as_datetime(now // 1000):%Y-%m-%dT%H:%M:%S}.{now % 1000:03d}Z"
    line: EventDict = {"timestamp": moment, "level": event.pop("level", "info")}
    if known := request_id.get():
        line["request_id"] = known
    # Of a job, its id.
    line.update(structlog.contextvars.get_contextvars())
    line.update(redact(event))
    return line


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().critical("uncaught", exc_info=(kind, error, trace))
