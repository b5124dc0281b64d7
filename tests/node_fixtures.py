"""Nodes over the stores of a test; they end with it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CLIENTS
from nodes import Nginx, Node

# What one guess costs, in tests that are not about that.
CHEAP = {"argon2_memory_kib": 64, "argon2_time_cost": 1}


@pytest.fixture
def make_node(stores: dict[str, Any], tmp_path: Path) -> Iterator[Callable[..., Node]]:
    """Make a node, not started yet, over this test's stores."""
    made: list[Node] = []

    def make(**settings: Any) -> Node:
        given = {"clients_dir": CLIENTS, **CHEAP, **stores, **settings}
        made.append(Node(tmp_path, name=f"node{len(made)}", **given))
        return made[-1]

    yield make
    for node in made:
        if hasattr(node, "process"):
            node.stop()


@pytest.fixture
def start(make_node: Callable[..., Node]) -> Callable[..., Node]:
    """Start a node over this test's stores, and wait until it answers."""

    def run(**settings: Any) -> Node:
        node = make_node(**settings).start()
        node.wait()
        return node

    return run


@pytest.fixture
def balance(tmp_path: Path) -> Iterator[Callable[..., Nginx]]:
    """Start nginx before nodes."""
    started: list[Nginx] = []

    def run(*nodes: Node, **options: Any) -> Nginx:
        started.append(Nginx(tmp_path, [node.port for node in nodes], **options).start())
        return started[-1]

    yield run
    for nginx in started:
        nginx.end()
