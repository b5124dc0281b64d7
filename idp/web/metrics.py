"""What `/-/metrics` shows, and the counting of requests. Not here: what is counted (`core/metrics.py`)."""

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from itertools import accumulate
from typing import TYPE_CHECKING, Any, cast

import structlog

from idp.core import clock, outbox
from idp.core.metrics import LATENCY, METRICS, REQUESTS, Metric, count, observe, read
from idp.web import logs, source
from idp.web.calls import Answer, Call
from idp.web.edge import ROUTE, Edge, StartResponse, WSGIApp
from idp.web.probes import Probe

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client import Metric as Family

PATH = "/-/metrics"
_PATIENCE = 2.0
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
_log = structlog.get_logger()

Jobs = tuple[int, list[tuple[str, str, int]]]


def install(edge: Edge) -> None:
    """Serve the numbers to the networks of the settings, and count the requests of every endpoint registered so far."""
    waiting = Probe(lambda: (outbox.lag(), outbox.depth()))
    edge.register(PATH, ("GET",), lambda call: _answer(call, waiting), apart=True)
    edge.watch(_counted(frozenset(edge.paths)))


def endpoint_of(environ: dict[str, Any], paths: frozenset[str]) -> str:
    """The endpoint of a request that was answered: a path of the edge, a rule of Flask, or `none`."""
    path: str = environ["PATH_INFO"]
    if path in paths:
        return path
    return str(environ.get(ROUTE, "none"))


def method_of(environ: dict[str, Any]) -> str:
    """The method of a request, or `other`: a client can make names up."""
    method: str = environ["REQUEST_METHOD"]
    return method if method in _METHODS else "other"


def _counted(paths: frozenset[str]) -> Callable[[WSGIApp], WSGIApp]:
    def around(app: WSGIApp) -> WSGIApp:
        def counted(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            began, status = clock.steady(), "500"

            def start(line: str, *others: Any) -> Any:
                nonlocal status
                status = line[:3]
                return start_response(line, *others)

            answer = app(environ, start)
            endpoint, seconds = endpoint_of(environ, paths), clock.steady() - began
            method = method_of(environ)
            count(REQUESTS, endpoint, method, status)
            observe(LATENCY, seconds, endpoint)
            if logs.each_request:
                _log.debug("request", endpoint=endpoint, method=method, status=status, ms=round(seconds * 1000, 1))
            return answer

        return counted

    return around


def _answer(call: Call, waiting: Probe[Jobs]) -> Answer:
    if not _may_read(call):
        return Answer(404, b"", [("Cache-Control", "no-store")])
    # Here, for a server that nobody reads needs none of it.
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

    headers = [("Content-Type", CONTENT_TYPE_PLAIN_0_0_4), ("Cache-Control", "no-store")]
    return Answer(200, generate_latest(cast("CollectorRegistry", _Shown(waiting))), headers)


def _may_read(call: Call) -> bool:
    proxied = source.is_from_proxy(call.environ, call.runtime.settings.trusted_proxies)
    if call.header("X_FORWARDED_FOR") and not proxied:
        # Through a front that nobody told us of: the address is the front's, not the reader's.
        return False
    return source.is_within(call.source, call.runtime.settings.metrics_networks)


class _Shown:
    """All that `prometheus_client` asks of a registry."""

    def __init__(self, waiting: Probe[Jobs]) -> None:
        self._waiting = waiting

    def collect(self) -> Iterator["Family"]:
        return _families(self._waiting)


def _families(waiting: Probe[Jobs]) -> Iterator["Family"]:
    from prometheus_client.core import GaugeMetricFamily

    build = GaugeMetricFamily("mgen_connect_build_info", "The version that runs.", labels=["version"])
    build.add_metric([version("mgen-connect")], 1)
    yield build
    numbers = read()
    for metric in METRICS:
        family = _family(metric)
        for (name, *labels), values in numbers.items():
            if name == metric.name:
                family.add_metric(labels, *_values(metric, values))
        yield family
    yield from _outbox(waiting)


def _family(metric: Metric) -> Any:
    from prometheus_client import core

    kinds = {"counter": core.CounterMetricFamily, "gauge": core.GaugeMetricFamily}
    return kinds.get(metric.kind, core.HistogramMetricFamily)(metric.name, metric.what, labels=metric.labels)


def _values(metric: Metric, values: list[float]) -> tuple[Any, ...]:
    if not metric.buckets:
        return (values[0],)
    *counts, total = values
    bounds = (*(str(bound) for bound in metric.buckets), "+Inf")
    return list(zip(bounds, accumulate(counts), strict=True)), total


def _outbox(waiting: Probe[Jobs]) -> Iterator["Family"]:
    from prometheus_client.core import GaugeMetricFamily

    try:
        lag, depth = waiting.ask().result(_PATIENCE)
    except Exception as error:  # what the process knows is shown all the same; `/-/ready` says which store fails
        _log.warning("outbox_not_shown", error=type(error).__name__)
        return
    yield GaugeMetricFamily("mgen_connect_outbox_lag_seconds", "How late the job is that is due longest.", value=lag)
    jobs = GaugeMetricFamily("mgen_connect_outbox_jobs", "Jobs by what became of them.", labels=["kind", "state"])
    for kind, state, number in depth:
        jobs.add_metric([kind, state], number)
    yield jobs
