"""Limits are of the provider, not of a node: who goes from one to the other gains nothing."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from driving import PASSWORD, SIGN_IN, Browser, Connection, Person, people
from nodes import Node, until

from idp.core.runtime import current
from idp.web.bare import application

FORGOTTEN = "/connexion/mot-de-passe-oublie/"


@pytest.fixture
def nodes(scale, make_node) -> Iterator[Node]:
    """Two nodes on one PostgreSQL and one Redis, by turns."""
    issuer = "http://localhost:8000"
    both = [make_node(issuer=issuer, workers=1, **scale).start() for _ in range(2)]
    for node in both:
        node.wait()
    return cycle(both)


@pytest.fixture
def person(nodes) -> Person:
    return people(next(nodes).as_settings(), 1)[0]


def attempt(node: Node, person: Person, password: str, source: str = "127.0.0.1") -> int:
    """The status of a sign-in, by a browser nobody knows."""
    connection = Connection(node.url, source)
    try:
        return Browser(connection).send(SIGN_IN, email=person.address, password=password)[0]
    finally:
        connection.close()


def test_ten_failures_over_two_nodes_close_the_way(nodes, person):
    """Five at once, then a wait after each; after the tenth the right password opens nothing, on either node."""
    for _ in range(5):
        assert attempt(next(nodes), person, "ce n'est pas le bon") == 403
    assert [attempt(next(nodes), person, PASSWORD) for _ in range(2)] == [429, 429]
    for _ in range(5):
        an_hour_passes(next(nodes))
        assert attempt(next(nodes), person, "ce n'est pas le bon") == 403
        next(nodes)
    an_hour_passes(next(nodes))
    assert [attempt(next(nodes), person, PASSWORD) for _ in range(2)] == [429, 429]


def an_hour_passes(node: Node) -> None:
    """For the failures that were counted."""
    with application(node.as_settings()):
        current().sql.run("UPDATE password_attempts SET last_at = last_at - 3600", {})


def test_one_network_may_fail_so_often_on_all_nodes_together(scale, make_node):
    """Whatever addresses it tries; another network goes on."""
    issuer = "http://localhost:8000"
    both = [make_node(issuer=issuer, workers=1, failures_per_source=6, **scale).start() for _ in range(2)]
    for node in both:
        node.wait()
    persons = people(both[0].as_settings(), 8)
    statuses = [attempt(both[number % 2], one, "non") for number, one in enumerate(persons)]
    assert statuses == [403] * 6 + [429] * 2
    assert attempt(both[1], persons[7], PASSWORD, source="127.0.0.9") == 303


def test_one_account_gets_three_messages_a_day_from_all_nodes(nodes, person, tmp_path):
    """However many ask, from however many networks; all get the same answer."""
    answers = set()
    for number in range(12):
        connection = Connection(next(nodes).url, f"127.0.0.{10 + number}")
        status, headers, _ = Browser(connection).send(FORGOTTEN, email=person.address)
        answers.add((status, headers["Location"].partition("?")[0]))
        connection.close()
    assert len(answers) == 1
    messages = tmp_path / "mail" / "new"
    until(lambda: len(list(messages.glob("*"))) == 3, 15, tmp_path / "node0.log")
    with application(next(nodes).as_settings()):
        until(lambda: current().sql.one("SELECT count(*) FROM outbox", {}) == (0,), 15, tmp_path / "node0.log")
    assert len(list(Path(messages).glob("*"))) == 3


def test_one_network_may_ask_for_so_many_messages_on_all_nodes_together(scale, make_node, tmp_path):
    """Whomever they are for."""
    issuer = "http://localhost:8000"
    both = [make_node(issuer=issuer, workers=1, requests_per_source=5, **scale).start() for _ in range(2)]
    for node in both:
        node.wait()
    statuses = []
    for number, one in enumerate(people(both[0].as_settings(), 8)):
        connection = Connection(both[number % 2].url)
        statuses.append(Browser(connection).send(FORGOTTEN, email=one.address)[0])
        connection.close()
    assert statuses == [303] * 5 + [429] * 3
