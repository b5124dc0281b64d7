"""The numbers of a whole server: whoever answers shows what all have done, whoever has died."""

import os
import signal

import pytest
import requests
from nodes import until
from prometheus_client.parser import text_string_to_metric_families

REQUESTS = 40


@pytest.fixture
def server(start):
    """One of two workers."""
    return start(workers=2)


def asked(server):
    """How many requests for the keys of the provider were answered, as some worker tells it."""
    for family in text_string_to_metric_families(requests.get(server.url + "/-/metrics", timeout=10).text):
        for sample in family.samples:
            if sample.name == "mgen_connect_requests_total" and sample.labels["endpoint"] == "/oidc/jwks":
                return sample.value
    return 0


def ask(server):
    """Each over a connection of its own, so that both workers take some."""
    for _ in range(REQUESTS):
        requests.get(server.url + "/oidc/jwks", timeout=10)


def test_both_workers_are_counted_and_a_death_loses_nothing(server):
    """kill -9 of one, then of the other with its server: the numbers only grow."""
    ask(server)
    assert asked(server) == REQUESTS
    before = server.children(server.web)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(set(server.children(server.web)) - set(before)) == 1, 20, server.log)
    until(server.answers, 20, server.log)
    ask(server)
    assert asked(server) == 2 * REQUESTS
    web = server.web
    os.kill(web, signal.SIGKILL)
    until(lambda: server.web not in (0, web) and server.answers(), 20, server.log)
    ask(server)
    assert asked(server) == 3 * REQUESTS
