"""OpenTelemetry traces, where the setting `tracing_endpoint` says so; otherwise nothing is imported or paid.

A span says a route, a verb and a table, a kind of call: never a parameter, an address or the text of an exception.
How many requests are traced is for OTEL_TRACES_SAMPLER to say, which the library reads.
"""

import re
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache, wraps
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import Engine, event

from idp.core import outbox
from idp.core.db import db
from idp.core.runtime import Runtime
from idp.web import metrics, source
from idp.web.edge import REQUEST_ID, Edge, StartResponse, WSGIApp

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer

_REDIS = ("put", "get", "take", "put_if_absent", "delete"), ("count", "peek")
_PATIENCE, _MOST = 2, 2048
_VERB = re.compile(r"\w+")
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(\w+)", re.IGNORECASE)
_thread = threading.local()
_tracer: "Tracer | None" = None


def span(name: str) -> AbstractContextManager[Any]:
    """A span around the block, in that of the request or job; nothing where traces are not configured."""
    if _tracer is None:
        return nullcontext()
    # The text of an exception may hold what somebody typed.
    return _tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False)


def install(app: Flask, edge: Edge, runtime: Runtime) -> None:
    """Trace the requests of this process, and what they wait for, where the settings say where to."""
    if runtime.settings.tracing_endpoint:
        _start(app, runtime, runtime.settings.tracing_endpoint)
        paths = frozenset(edge.paths)
        edge.watch(lambda whole: _traced_requests(whole, runtime, paths))


def handlers(app: Flask, plain: dict[str, outbox.Handler]) -> dict[str, outbox.Handler]:
    """The handlers of the outbox, traced where the settings say where to."""
    runtime: Runtime = app.extensions["mgen_connect"]
    if not runtime.settings.tracing_endpoint:
        return plain
    _start(app, runtime, runtime.settings.tracing_endpoint)
    return {kind: _traced(handler, f"job {kind}") for kind, handler in plain.items()}


def _start(app: Flask, runtime: Runtime, endpoint: str) -> None:
    global _tracer
    if _tracer is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    us = {"service.name": "mgen-connect", "service.version": version("mgen-connect")}
    provider = TracerProvider(resource=Resource.create(us))
    # All at once and not for long: a collector that is gone must not hold up the end of the process.
    exporter = OTLPSpanExporter(endpoint, timeout=_PATIENCE)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=_MOST, max_export_batch_size=_MOST))
    _tracer = provider.get_tracer("idp")
    with app.app_context():
        _trace_engine(db.engine)
    _replace(runtime.hashing, "run", _traced(runtime.hashing.run, "hash"))
    for verb in ("one", "all", "run"):
        _replace(runtime.sql, verb, _traced_statement(getattr(runtime.sql, verb)))
    if runtime.settings.redis_url:
        for store, verbs in zip((runtime.ephemeral, runtime.throttle.windows), _REDIS, strict=True):
            for verb in verbs:
                _replace(store, verb, _traced(getattr(store, verb), f"redis {verb}"))


def _replace(part: object, verb: str, traced: Callable[..., Any]) -> None:
    # On the object that this process has, so that one without traces has nothing in its way.
    setattr(part, verb, traced)


def _traced(work: Callable[..., Any], name: str) -> Callable[..., Any]:
    @wraps(work)
    def traced(*arguments: Any, **named: Any) -> Any:
        with span(name):
            return work(*arguments, **named)

    return traced


def _traced_statement(work: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(work)
    def traced(sql: str, parameters: Any) -> Any:
        # Of these verbs some are made of others.
        if getattr(_thread, "is_traced", False):
            return work(sql, parameters)
        _thread.is_traced = True
        try:
            with span(_statement(sql)):
                return work(sql, parameters)
        finally:
            _thread.is_traced = False

    return traced


@lru_cache(maxsize=2000)
def _statement(sql: str) -> str:
    verb, table = _VERB.search(sql), _TABLE.search(sql)
    return " ".join(["sql", *([verb[0]] if verb else []), *([table[1]] if table else [])])


def _trace_engine(engine: Engine) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def _before(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        assert _tracer is not None
        # Not the current one: a statement that fails has no end that we are told of.
        context.span = _tracer.start_span(_statement(statement))

    @event.listens_for(engine, "after_cursor_execute")
    def _after(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
        context.span.end()


def _traced_requests(whole: WSGIApp, runtime: Runtime, paths: frozenset[str]) -> WSGIApp:
    from opentelemetry.trace import SpanKind, StatusCode

    def traced(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        assert _tracer is not None
        status = 500

        def start(line: str, *others: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, *others)

        with _tracer.start_as_current_span(
            "request", _parent(environ, runtime), SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as current:
            answer = whole(environ, start)
            method, route = metrics.method_of(environ), metrics.endpoint_of(environ, paths)
            current.update_name(f"{method} {route}")
            current.set_attributes(
                {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": status,
                    "mgen_connect.request_id": environ.get(REQUEST_ID, ""),
                }
            )
            if status >= 500:
                current.set_status(StatusCode.ERROR)
        return answer

    return traced


def _parent(environ: dict[str, Any], runtime: Runtime) -> "Context | None":
    """The trace that our own front began; anybody else's is not taken up (W3C Trace Context §4)."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    if not source.is_from_proxy(environ, runtime.settings.trusted_proxies):
        return None
    carrier = {name: environ.get(f"HTTP_{name.upper()}", "") for name in ("traceparent", "tracestate")}
    return TraceContextTextMapPropagator().extract(carrier)
